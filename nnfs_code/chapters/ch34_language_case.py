# --8<-- [start:ch34-imports]
"""Chapter 34: to which desk a diagnosis goes, and who reads it first."""

from collections import Counter

import numpy as np

from nnfs_code.arrays import Array, Labels
from nnfs_code.bags import NaiveBayes, Vocabulary
from nnfs_code.cases import stored
from nnfs_code.decisions import Interval, paired_bootstrap
from nnfs_code.diagnoses import (
    CHAPTERS,
    chapters_of,
    diagnosis_titles,
    pieces_of,
    words_of,
)
from nnfs_code.validation import folds

# --8<-- [end:ch34-imports]

# --8<-- [start:ch34-prices]
CLERK, WRONG, ERRS = 0.50, 5.00, 0.02  # all three are assumed
by_hand = CLERK + ERRS * WRONG
border = 1 - by_hand / WRONG
print(f"read by a clerk:         {by_hand:.2f} per text")
print(f"a perfect answer saves   {by_hand:.2f} of it")
print(f"a machine may decide from a chance of {border:.2f} on")
# --8<-- [end:ch34-prices]

# --8<-- [start:ch34-read]
codes, titles = diagnosis_titles()
desk = chapters_of(codes)
family = np.array([code[:3] for code in codes])
names = list(CHAPTERS.values())
print(len(titles), "titles in", len(np.unique(family)), "families")
for row in (9, 10, 5000, 12000):
    print(f"{codes[row]:5} {titles[row][:45]:45} -> {names[desk[row]]}")
# --8<-- [end:ch34-read]

# --8<-- [start:ch34-sizes]
sizes = np.bincount(desk)
for place in np.argsort(-sizes)[[0, 1, 2, -3, -2, -1]]:
    print(f"{names[place]:10} {sizes[place]:5}")
# --8<-- [end:ch34-sizes]


# --8<-- [start:ch34-folds]
def five(groups: Array | None) -> list[tuple[Labels, Labels]]:
    """Return five folds: (learned from, judged) of each."""
    rng = np.random.default_rng(0)
    return folds(len(titles), 5, rng=rng, classes=desk, groups=groups)


split_by = {"random": five(None), "families": five(family)}
for name, parts in split_by.items():
    torn = [len(set(family[a]) & set(family[b])) for a, b in parts]
    print(f"{name:8} families on both sides:", *torn)
# --8<-- [end:ch34-folds]

# --8<-- [start:ch34-bayes]
bags = [words_of(title) for title in titles]
bayes = {}
for name, parts in split_by.items():
    chances = np.zeros((len(titles), len(names)))
    for rest, test in parts:
        known = Vocabulary(bags[row] for row in rest)
        tokens = known.tokens(bags)
        model = NaiveBayes(
            tokens[rest], desk[rest], known.n_tokens, len(names), 0.1
        )
        chances[test] = model.predict(tokens[test])
    bayes[name] = chances
    right = chances.argmax(axis=1) == desk
    print(f"{name:8}", *(f"{right[test].mean():.3f}" for _, test in parts))
# --8<-- [end:ch34-bayes]


# --8<-- [start:ch34-sheet]
def sheet_of(rest: Labels, n_words: int = 60) -> dict[str, int]:
    """Return the most frequent words that point to one desk, and the desk.

    A word is taken if it is in ten titles or more, and 95 % of them are of
    one desk.
    """
    places = desk.tolist()
    pairs = Counter(
        (word, places[row]) for row in rest for word in set(bags[row])
    )
    seen: Counter[str] = Counter()
    for (word, _), n in pairs.items():
        seen[word] += n
    clear = {
        word: place
        for (word, place), n in pairs.items()
        if seen[word] >= 10 and n >= 0.95 * seen[word]
    }
    kept = sorted(clear, key=lambda word: (-seen[word], word))[:n_words]
    return {word: clear[word] for word in kept}


# --8<-- [end:ch34-sheet]


# --8<-- [start:ch34-by-sheet]
def by_sheet(split: str, n_words: int = 60) -> Labels:
    """Return the desk that the sheet says; -1 where a clerk has to read."""
    said = np.full(len(titles), -1)
    for rest, test in split_by[split]:
        sheet = sheet_of(rest, n_words)
        for row in test:
            found = {sheet[word] for word in bags[row] if word in sheet}
            if len(found) == 1:
                said[row] = found.pop()
    return said


# --8<-- [end:ch34-by-sheet]

# --8<-- [start:ch34-two-sheets]
sheet = sheet_of(split_by["families"][0][0])
print(", ".join(list(sheet)[:8]))
on_paper = {split: by_sheet(split) for split in split_by}
for split, said in on_paper.items():
    some = said >= 0
    print(
        f"{split:8} answers {some.mean():.2f}, right of these"
        f" {(said == desk)[some].mean():.2f}"
    )
# --8<-- [end:ch34-two-sheets]

# --8<-- [start:ch34-pieces]
first, second = (set(pieces_of(w)) for w in ("gastritis", "gastroscopy"))
print(len(first), len(second), "pieces, in both", len(first & second))
print(sorted(first & second, key=lambda piece: (len(piece), piece))[-4:])
# --8<-- [end:ch34-pieces]

# --8<-- [start:ch34-answers]
runs = stored("coding-runs")
Answers = tuple[Labels, Array]  # the desk that is said, and how surely


def answers(split: str, rung: str) -> Answers:
    """Return what a rung says of all titles; its chances come as logits."""
    said, logits = runs[f"{split}, {rung}"].astype(np.int64)
    return said, 1 / (1 + np.exp(-logits / 16))


# --8<-- [end:ch34-answers]

# --8<-- [start:ch34-ladder]
RUNGS = ["nearest", "trees"]
RUNGS += ["linear words", "network words", "linear pieces", "network pieces"]
RUNGS += ["transformer"]
print("                 random         families")
print("                 right   says   right (five folds)       says")
for rung in RUNGS:
    said, sure = answers("random", rung)
    line = f"{rung:15} {(said == desk).mean():6.3f} {sure.mean():6.3f}"
    said, sure = answers("families", rung)
    folded = [(said == desk)[test].mean() for _, test in split_by["families"]]
    print(
        f"{line}  {(said == desk).mean():6.3f} ({min(folded):.3f} to"
        f" {max(folded):.3f}) {sure.mean():6.3f}"
    )
# --8<-- [end:ch34-ladder]

# --8<-- [start:ch34-says]
print("linear pieces   random: says  is    families: says  is")
for low, high in ((0, 0.5), (0.5, 0.7), (0.7, 0.88), (0.88, 0.95), (0.95, 1)):
    line = f"{low:4.2f} to {high:4.2f}"
    for split in split_by:
        said, sure = answers(split, "linear pieces")
        some = (sure >= low) & (sure < high)
        line += (
            f"  {sure[some].mean():10.2f} {(said == desk)[some].mean():.2f}"
        )
    print(line)
# --8<-- [end:ch34-says]


# --8<-- [start:ch34-longer]
settings = ("0.1, 5", "0.1, 20", "0.3, 10", "1.0, 10")
print("              random                   families")
print("rate, epochs  loss  right says  cost   loss  right says  cost")
for words, both in zip(settings, runs["longer"], strict=True):
    line = f"{words:12}"
    for measured in both:
        line += "  " + " ".join(f"{one:.3f}" for one in measured)
    print(line)
# --8<-- [end:ch34-longer]


# --8<-- [start:ch34-cost-per-text]
def paid(
    found: Answers,
    borders: Array,
    wrong: float = WRONG,
    true: Labels = desk,
) -> Array:
    """Return what each text costs: the machine's errors, or a clerk.

    `borders` are the chances from which on the machine decides.
    """
    said, sure = found
    by_clerk = CLERK + ERRS * wrong
    return np.where(sure >= borders, wrong * (said != true), by_clerk)


def best_border(found: Answers, rows: Labels, wrong: float = WRONG) -> float:
    """Return the border that would have been cheapest on these rows."""
    said, sure = found[0][rows], found[1][rows]
    order = np.argsort(-sure, kind="stable")
    errors = wrong * (said != desk[rows])[order]
    saved = np.cumsum(CLERK + ERRS * wrong - errors)  # by the k surest
    last = np.append(np.diff(sure[order]) != 0, True)  # equal ones together
    best = np.where(last, saved, -np.inf).argmax()
    return float(sure[order][best]) if saved[best] > 0 else 2.0


# --8<-- [end:ch34-cost-per-text]


# --8<-- [start:ch34-borders]
def borders(rung: str, split: str, wrong: float = WRONG) -> Array:
    """Return a border per title: the cheapest one on the other four folds.

    It is looked for among the answers of the split that is named, and it is
    used for the folds of families.
    """
    found, kept = answers(split, rung), np.zeros(len(titles))
    for rest, test in split_by["families"]:
        kept[test] = best_border(found, rest, wrong)
    return kept


# --8<-- [end:ch34-borders]

# --8<-- [start:ch34-three-borders]
WAYS = {"0.88 as it says": None, "random": "random", "families": "families"}
print("linear pieces, new families:  border  decides  wrong  per text")
for words, learned_on in WAYS.items():
    found = answers("families", "linear pieces")
    limit: Array = np.full(len(titles), border)
    if learned_on:
        limit = borders("linear pieces", learned_on)
    alone = found[1] >= limit
    print(
        f"{words:28} {limit.mean():7.3f} {alone.mean():8.2f}"
        f" {(found[0] != desk)[alone].mean():6.3f}"
        f" {paid(found, limit).mean():9.3f}"
    )
# --8<-- [end:ch34-three-borders]

# --8<-- [start:ch34-money]
none = np.full(len(titles), by_hand)
said = on_paper["families"]
costs = {"clerk": none}
costs["sheet"] = np.where(said >= 0, WRONG * (said != desk), by_hand)
print(f"sheet           decides {(said >= 0).mean():.2f}", end="")
print(f"  per text {costs['sheet'].mean():.3f}")
for rung in RUNGS:
    found, limit = answers("families", rung), borders(rung, "families")
    costs[rung] = paid(found, limit)
    alone = found[1] >= limit
    print(f"{rung:15} decides {alone.mean():.2f}", end="")
    print(f"  per text {costs[rung].mean():.3f}", end="")
    errors = (found[0] != desk)[alone].sum()
    print(f"  wrong {errors / max(alone.sum(), 1):.3f}")
# --8<-- [end:ch34-money]


# --8<-- [start:ch34-pairs]
def apart(one: Array, other: Array) -> Interval:
    """Return one minus other per text, drawing whole families."""
    rng = np.random.default_rng(0)
    return paired_bootstrap(one, other, rng=rng, groups=family, repeats=1000)


pairs = [
    ("sheet", "clerk"),
    ("linear pieces", "sheet"),
    ("linear pieces", "linear words"),
    ("network pieces", "linear pieces"),
    ("transformer", "linear pieces"),
    ("transformer", "network pieces"),
]
for one, other in pairs:
    print(f"{one:14} - {other:14} {apart(costs[one], costs[other]):+.3f}")
lead = costs["network pieces"] - costs["linear pieces"]
print("network - linear, fold by fold:", end="")
for _, test in split_by["families"]:
    print(f" {lead[test].mean():+.3f}", end="")
print()
# --8<-- [end:ch34-pairs]

# --8<-- [start:ch34-seeds]
rest, test = split_by["families"][0]
for rung in ("linear pieces", "network pieces", "transformer"):
    limit = borders(rung, "families")[test[0]]
    print(f"{rung:15}", end="")
    for said, logits in runs[f"seeds, {rung}"].astype(np.int64):
        alone = 1 / (1 + np.exp(-logits / 16)) >= limit
        each = np.where(alone, WRONG * (said != desk[test]), by_hand)
        print(f" {each.mean():.3f}", end="")
    print()
# --8<-- [end:ch34-seeds]

# --8<-- [start:ch34-flip]
print("an error  decides  linear saves               network saves more")
for wrong in (2.0, 5.0, 10.0, 20.0):
    now = np.full(len(titles), CLERK + ERRS * wrong)
    bills = {}
    for rung in ("linear pieces", "network pieces"):
        limit = borders(rung, "families", wrong)
        bills[rung] = paid(answers("families", rung), limit, wrong)
    linear, network = bills.values()
    alone = (linear != now).mean()
    print(
        f"{wrong:8.0f} {alone:8.2f}  {apart(now, linear):+.3f}"
        f"  {apart(linear, network):+.3f}"
    )
# --8<-- [end:ch34-flip]

# --8<-- [start:ch34-one-family]
weeks = family == "Z3A"
row = np.flatnonzero(weeks)[4]
found = answers("families", "linear pieces")
print(f"{titles[row]}: {names[desk[row]]}, said {names[found[0][row]]}")
print(f"{weeks.sum()} titles, right {(found[0] == desk)[weeks].sum()}", end="")
print(f", at 0.88 alone {(found[1] >= border)[weeks].sum()}")
for wrong in (5.0, 20.0):
    limit = borders("linear pieces", "families", wrong)
    saved = CLERK + ERRS * wrong - paid(found, limit, wrong)
    others = paired_bootstrap(
        saved[~weeks],
        np.zeros((~weeks).sum()),
        rng=np.random.default_rng(0),
        groups=family[~weeks],
        repeats=1000,
    )
    print(f"an error {wrong:2.0f}: without them it saves {others:+.3f}")
# --8<-- [end:ch34-one-family]

# --8<-- [start:ch34-notes]
import nnfs_code.notes as invented

rng = np.random.default_rng(1)
for kind, write in invented.NOTES.items():
    print(f"{kind:9}", write("Chronic gastritis with bleeding", rng))
# --8<-- [end:ch34-notes]

# --8<-- [start:ch34-on-notes]
sample = np.concatenate([test[::4] for _, test in split_by["random"]])
print("                titles       misspelt     shortened    denied")
print("                right alone  right alone  right alone  alone")
for rung in ("linear words", "linear pieces", "network pieces", "transformer"):
    said, sure = (found[sample] for found in answers("random", rung))
    line = f"{rung:15} {(said == desk[sample]).mean():.3f}"
    line += f" {(sure >= border).mean():.2f} "
    for kind in invented.NOTES:
        said, logits = runs[f"{kind}, {rung}"].astype(np.int64)
        alone = 1 / (1 + np.exp(-logits / 16)) >= border
        if kind != "denied":
            line += f"  {(said == desk[sample]).mean():.3f}"
        line += f"  {alone.mean():.2f}"[kind != "denied" :] + " "
    print(line)
# --8<-- [end:ch34-on-notes]

# --8<-- [start:ch34-desks]
found, limit = (
    answers("families", "linear pieces"),
    borders("linear pieces", "families"),
)
alone, wrong_ones = found[1] >= limit, found[0] != desk
print("desk           titles  alone  wrong of these")
shares = [wrong_ones[alone & (desk == place)].mean() for place in range(21)]
for place in np.argsort(shares, kind="stable")[[0, 1, 2, -3, -2, -1]]:
    own = desk == place
    print(
        f"{names[place]:14} {own.sum():6} {alone[own].mean():6.2f}"
        f" {shares[place]:10.2f}"
    )
# --8<-- [end:ch34-desks]

# --8<-- [start:ch34-wrong-own]
rest, test = split_by["families"][0]
known = Vocabulary(bags[row] for row in rest)
tokens = known.tokens(bags)
model = NaiveBayes(tokens[rest], desk[rest], known.n_tokens, len(names), 0.1)
says = model.predict(tokens)
said, sure = says.argmax(axis=1), says.max(axis=1)
own = best_border((said, sure), rest)
for words, rows in (("learned from", rest), ("new families", test)):
    each = paid((said[rows], sure[rows]), np.array(own), true=desk[rows])
    print(f"border {own:.2f} on titles {words}: {each.mean():.3f} per text")
# --8<-- [end:ch34-wrong-own]

# --8<-- [start:ch34-wrong-anything]
for text in (
    "delivery of two boxes of gloves",
    "appointment moved to the second week of the month",
    "patient asks for a copy of the report of the last visit",
):
    says = model.predict(known.tokens([words_of(text)]))
    print(f"{text:55} {names[says.argmax()]:9} {says.max():.2f}")
# --8<-- [end:ch34-wrong-anything]

# --8<-- [start:ch34-wrong-zero]
three = [["asthma"], ["gout"], ["ulcer"]]
from_0 = np.array([[0], [1], [2]])
small = NaiveBayes(from_0, np.arange(3), 3, 3)
for word, row in zip(three, small.predict(from_0).round(2), strict=True):
    print(*word, row)
# --8<-- [end:ch34-wrong-zero]

# --8<-- [start:ch34-solution-1]
print(f"{1 - (0.30 + 0.05 * 6) / 6:.2f}")
# --8<-- [end:ch34-solution-1]

# --8<-- [start:ch34-solution-2]
texts = np.array([[1, 2], [1, 0], [2, 3]])
counted = NaiveBayes(texts, np.array([0, 0, 1]), 4, 2)
print(counted.predict(np.array([[1, 0]])).round(3))
# --8<-- [end:ch34-solution-2]

# --8<-- [start:ch34-solution-3]
for n_words in (20, 200):
    said = by_sheet("families", n_words)
    some, right = said >= 0, said == desk
    each = np.where(some, WRONG * ~right, by_hand)
    print(
        f"{n_words:3} words: answers {some.mean():.2f}, right"
        f" {right[some].mean():.2f}, {each.mean():.3f} per text"
    )
# --8<-- [end:ch34-solution-3]

# --8<-- [start:ch34-solution-4]
dear = np.where(desk == names.index("neoplasms"), 20.0, WRONG)
clerk = CLERK + ERRS * dear
now = np.where(alone, dear * wrong_ones, clerk)
print(f"by clerks {clerk.mean():.3f}, with the linear model {now.mean():.3f}")
# --8<-- [end:ch34-solution-4]

# --8<-- [start:ch34-solution-5]
gap = apart(costs["transformer"], costs["linear words"])
print(f"transformer - linear words {gap:+.3f}")
said, sure = answers("families", "transformer")
dealt = np.random.default_rng(0).permutation(sure)
anew = np.zeros(len(titles))
for rest, test in split_by["families"]:
    anew[test] = best_border((said, dealt), rest)
print(f"certainties dealt anew: {paid((said, dealt), anew).mean():.3f}")
# --8<-- [end:ch34-solution-5]
