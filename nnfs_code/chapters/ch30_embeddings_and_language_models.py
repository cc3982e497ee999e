# --8<-- [start:ch30-imports]
"""Chapter 30: embeddings and language models."""

import numpy as np

from nnfs_code.activations import ReLU, Softmax
from nnfs_code.arrays import Array, Labels
from nnfs_code.embedding import Embedding, Joined
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.ngrams import WittenBell
from nnfs_code.optimizers import Adam
from nnfs_code.sampling import draw, generate, tempered, top_k, top_p
from nnfs_code.schedules import CosineDecay
from nnfs_code.texts import first_names, language_runs, moby_dick, windows
from nnfs_code.tokenizers import BytePairTokenizer, CharacterTokenizer

# --8<-- [end:ch30-imports]

# --8<-- [start:ch30-characters]
names = first_names()
tokenizer = CharacterTokenizer("\n" + "".join(names))
n_tokens = len(tokenizer.tokens)
print(len(names), "names,", n_tokens, "tokens:", repr(tokenizer.tokens[0]))
print("emma:", tokenizer.encode("emma\n"))
contexts, targets = windows(tokenizer.encode("emma\n"), 3)
for context, target in zip(contexts, targets, strict=True):
    print(repr(tokenizer.decode(context)), "->", end=" ")
    print(repr(tokenizer.tokens[target]))
# --8<-- [end:ch30-characters]

# --8<-- [start:ch30-cut]
Windows = tuple[Labels, Labels]


def windows_of(chosen: list[str], size: int = 8) -> Windows:
    """Return contexts and targets of some names, each on its own."""
    pairs = [windows(tokenizer.encode(name + "\n"), size) for name in chosen]
    befores, nexts = zip(*pairs, strict=True)
    return np.concatenate(befores), np.concatenate(nexts)


order = np.random.default_rng(0).permutation(len(names))
cuts = len(names) * 8 // 10, len(names) * 9 // 10
pieces = [[names[k] for k in rows] for rows in np.split(order, cuts)]
learn, choose, test = (windows_of(piece) for piece in pieces)
print("names: ", [len(piece) for piece in pieces])
print("tokens:", [len(targets) for _, targets in (learn, choose, test)])
# --8<-- [end:ch30-cut]

# --8<-- [start:ch30-bigram]
few = windows_of(pieces[0][:800], 1)  # for speed
last, nexts = few[0][:, 0], few[1]
counts = np.zeros((n_tokens, n_tokens))
np.add.at(counts, (last, nexts), 1)
table = counts / counts.sum(axis=1, keepdims=True)
q, u = tokenizer.encode("qu")
print("after q:", counts[q].sum().astype(int), "u:", counts[q, u].astype(int))


def bits(chances: Array) -> float:
    """Return the mean of -log2 of the probabilities of what came."""
    return float(-np.log2(chances).mean())


print(f"all alike {np.log2(n_tokens):.3f} bits")
print(f"the table {bits(table[last, nexts]):.3f} bits")
# --8<-- [end:ch30-bigram]

# --8<-- [start:ch30-bigram-network]
rng = np.random.default_rng(0)
logits = Embedding(n_tokens, n_tokens, rng=rng, dtype=np.float64)
bigram = Model([logits], SoftmaxCrossEntropy())
adam = Adam(0.1)
for step in range(301):
    if step in (0, 10, 100, 300):
        found = Softmax().forward(logits.weights)
        apart = np.abs(found - table).max()
        now = bits(found[last, nexts])
        print(f"step {step:3}: {now:.3f} bits, largest gap {apart:.3f}")
    bigram.train_step(last.astype(np.float64), nexts, adam)
# --8<-- [end:ch30-bigram-network]

# --8<-- [start:ch30-unseen]
chances = table[choose[0][:, -1], choose[1]]
print("pairs never counted:", (chances == 0).sum(), "of", len(chances))
with np.errstate(divide="ignore"):
    print(bits(chances), "bits")
# --8<-- [end:ch30-unseen]

# --8<-- [start:ch30-orders]
print("order  learned from  held out, to choose")
for n_before in range(6):
    model = WittenBell(n_before, n_tokens).fit(*learn)
    print(
        f"{n_before:5}  {bits(model.of(*learn)):12.3f}  "
        f"{bits(model.of(*choose)):8.3f}"
    )
# --8<-- [end:ch30-orders]

# --8<-- [start:ch30-byte-pairs]
novel = moby_dick()
piece, later = novel[:80_000], novel[80_000:90_000]
coders = {
    "characters": CharacterTokenizer(piece),
    "100 merges": BytePairTokenizer(piece, 100),
    "400 merges": BytePairTokenizer(piece, 400),
}
n_letters = len(coders["characters"].tokens)
print("first merges:", coders["400 merges"].tokens[n_letters : n_letters + 12])
print("late merges: ", coders["400 merges"].tokens[-8:])
# --8<-- [end:ch30-byte-pairs]

# --8<-- [start:ch30-per-what]
print("            order  tokens  bits/token  perplexity  bits/character")
for name, n_before in (
    ("characters", 2),
    ("characters", 3),
    ("characters", 4),
    ("100 merges", 2),
    ("400 merges", 2),
):
    coder = coders[name]
    before, after = (windows(coder.encode(t), 4) for t in (piece, later))
    model = WittenBell(n_before, len(coder.tokens)).fit(*before)
    each = -np.log2(model.of(*after))
    print(
        f"{name:10}  {n_before:5}  {len(each):6}  {each.mean():10.2f}  "
        f"{2 ** each.mean():10.1f}  {each.sum() / len(later):14.2f}"
    )
# --8<-- [end:ch30-per-what]


# --8<-- [start:ch30-bengio]
def bengio(context: int, hidden: int, seed: int, start: float = 0.1) -> Model:
    """Return a table, a hidden layer, and one score per token."""
    rng = np.random.default_rng(seed)
    n_inputs = context * 8
    layer = Embedding(n_tokens, 8, rng=rng, dtype=np.float64)
    one = Dense(n_inputs, hidden, rng=rng, dtype=np.float64)
    two = Dense(hidden, n_tokens, rng=rng, dtype=np.float64)
    layer.weights *= start
    one.weights *= 100 * (2 / n_inputs) ** 0.5  # in place of 0.01
    two.weights *= 100 * (1 / hidden) ** 0.5
    return Model([layer, Joined(), one, ReLU(), two], SoftmaxCrossEntropy())


def train(model: Model, parts: Windows, steps: int, seed: int) -> Model:
    """Train on batches of 128 tokens, drawn at random."""
    rng = np.random.default_rng(seed)
    adam = Adam(CosineDecay(0.005, steps=steps))
    inputs = parts[0].astype(np.float64)  # a model is given floats
    for _ in range(steps):
        rows = rng.integers(len(parts[1]), size=128)
        model.train_step(inputs[rows], parts[1][rows], adam)
    return model


# --8<-- [end:ch30-bengio]

# --8<-- [start:ch30-bengio-run]
network = train(bengio(5, 32, 0), (learn[0][:, -5:], learn[1]), 600, 0)
chances = network.predict(choose[0][:, -5:].astype(np.float64))
size = sum(value.size for value, _ in network.pairs())
print(size, "parameters")
print(f"{bits(chances[np.arange(len(chances)), choose[1]]):.2f} bits held out")
# --8<-- [end:ch30-bengio-run]

# --8<-- [start:ch30-names-runs]
runs = language_runs()


def chosen(rows: list[dict[str, float]]) -> dict[str, float]:
    """Return what was measured where the validation part is best."""
    return min(rows, key=lambda row: row["validation"])


print("cut  counts  network  difference")
for seed, row in enumerate(runs["names"]["rows"]):
    by_order = np.array(row["counts"])  # validation and test, per order
    best = by_order[by_order[:, 0].argmin(), 1]
    ours = chosen(row["network"])["test"]
    print(f"{seed:3}  {best:6.3f}  {ours:7.3f}  {ours - best:+10.3f}")
# --8<-- [end:ch30-names-runs]


# --8<-- [start:ch30-looked-at]
def cosines(model: Model) -> Array:
    """Return how alike the rows of the table are, their mean taken off."""
    rows = model.parts[0].weights - model.parts[0].weights.mean(axis=0)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    found: Array = rows @ rows.T
    return found


alike = cosines(network)
for letter in "aeioubdtmy":
    (at,) = tokenizer.encode(letter)
    nearest = alike[at].argsort()[::-1][1:4]
    near = (f"{tokenizer.tokens[k]!r} {alike[at, k]:.2f}" for k in nearest)
    print(letter, "is nearest to", ", ".join(near))
# --8<-- [end:ch30-looked-at]

# --8<-- [start:ch30-vowels]
vowels = tokenizer.encode("aeiou")
others = np.setdiff1d(np.arange(1, n_tokens), vowels)
five = learn[0][:, -5:], learn[1]
print("start  vowels among themselves  vowels with consonants")
for start in (0.1, 1.0):
    alike = cosines(train(bengio(5, 32, 1, start), five, 400, 1))
    same = alike[np.ix_(vowels, vowels)][np.triu_indices(5, 1)].mean()
    cross = alike[np.ix_(vowels, others)].mean()
    print(f"{start:5}  {same:23.2f}  {cross:22.2f}")
# --8<-- [end:ch30-vowels]

# --8<-- [start:ch30-novel-runs]
print("order  to choose   test")
for n_before, (held, tested) in enumerate(runs["minute"]["counts"]):
    print(f"{n_before:5}  {held:9.3f}  {tested:5.3f}")
ends = [chosen(rows) for rows in runs["minute"]["rows"]]
print("networks:", [end["test"] for end in ends])
print("seconds: ", [end["seconds"] for end in ends])
# --8<-- [end:ch30-novel-runs]


# --8<-- [start:ch30-long-run]
def told(rows: list[dict[str, float]]) -> None:
    """Print stages of a run, each after twice as many steps."""
    print("steps  seconds  to choose   test")
    for row in rows:
        print(
            f"{row['step']:5}  {row['seconds']:7.0f}  "
            f"{row['validation']:9.3f}  {row['test']:5.3f}"
        )


told(runs["long"]["rows"][1::2])
# --8<-- [end:ch30-long-run]

# --8<-- [start:ch30-again]
told(runs["again"]["rows"])
print("on what it learned from:", f"{runs['again']['training']:.3f}")
# --8<-- [end:ch30-again]

# --8<-- [start:ch30-dropped]
told(runs["dropout"]["rows"])
print("on what it learned from:", f"{runs['dropout']['training']:.3f}")
# --8<-- [end:ch30-dropped]

# --8<-- [start:ch30-shapes]
speller = WittenBell(3, n_tokens).fit(*learn)
plain = speller.probabilities(tokenizer.encode("mar")[np.newaxis])


def shown(title: str, rows: Array) -> None:
    """Print the six most probable tokens, and how many are possible."""
    n_possible = (rows > 0).sum()
    likely = rows[0].argsort()[::-1][: min(6, n_possible)]
    told = (f"{tokenizer.tokens[k]!r} {rows[0, k]:.2f}" for k in likely)
    print(f"{title:15}", ", ".join(told), f"({n_possible})")


shown("as it is", plain)
shown("temperature 0.5", tempered(plain, 0.5))
shown("temperature 2", tempered(plain, 2.0))
shown("top-k, 3", top_k(plain, 3))
shown("top-p, 0.8", top_p(plain, 0.8))
# --8<-- [end:ch30-shapes]


# --8<-- [start:ch30-invented]
def invented(temperature: float, n: int, seed: int = 0) -> list[str]:
    """Return `n` names, all drawn at once, a letter per round."""
    rng = np.random.default_rng(seed)
    before = np.zeros((n, 3), np.int64)
    drawn = np.zeros((n, 16), np.int64)
    for place in range(16):
        rows = tempered(speller.probabilities(before), temperature)
        drawn[:, place] = draw(rows, rng=rng)
        before = np.column_stack([before[:, 1:], drawn[:, place]])
    return [tokenizer.decode(row).split("\n")[0] for row in drawn]


known, hidden = set(pieces[0]), set(pieces[1] + pieces[2])
for temperature in (0.5, 1.0, 1.5):
    made = invented(temperature, 400)
    copied, real = known.intersection(made), hidden.intersection(made)
    print(f"{temperature}: {len(set(made))} different names, ", end="")
    print(f"{len(copied)} learned from, {len(real)} held out")
    print("    ", *made[:7])
# --8<-- [end:ch30-invented]

# --8<-- [start:ch30-long-text]
for line in runs["long"]["text"].splitlines():
    print(*(line[at : at + 76] for at in range(0, len(line), 76)), sep="\n")
# --8<-- [end:ch30-long-text]

# --8<-- [start:ch30-wrong-keepdims]
right = counts / counts.sum(axis=1, keepdims=True)
wrong = counts / counts.sum(axis=1)
for title, rows in (("keepdims", right), ("without", wrong)):
    sums = rows.sum(axis=1)
    print(
        f"{title:8}: {bits(rows[last, nexts]):.6f} bits, "
        f"rows sum from {sums.min():.2f} to {sums.max():.2f}"
    )
# --8<-- [end:ch30-wrong-keepdims]

# --8<-- [start:ch30-wrong-leak]
shifted = np.column_stack([learn[0][:, -2:], learn[1]]), learn[1]
likewise = np.column_stack([choose[0][:, -2:], choose[1]]), choose[1]
leaky = WittenBell(3, n_tokens).fit(*shifted)
print(f"held out: {bits(leaky.of(*likewise)):.3f} bits")
nothing = np.zeros(3, np.int64)
tokens = generate(leaky.probabilities, nothing, 12, rng=rng)
print("writes:", repr(tokenizer.decode(tokens)))
# --8<-- [end:ch30-wrong-leak]

# --8<-- [start:ch30-solution-1]
tiny = CharacterTokenizer("\nabn")
pairs = windows(tiny.encode("banana\n"), 1)
rows = WittenBell(1, 4).fit(*pairs).probabilities(np.array([[1]]))
print(tiny.tokens, rows[0].round(3))
# --8<-- [end:ch30-solution-1]

# --8<-- [start:ch30-solution-3]
both = [np.concatenate(parts) for parts in zip(learn, choose, strict=True)]
for title, parts in (("eight tenths", learn), ("nine tenths", both)):
    chances = WittenBell(3, n_tokens).fit(*parts).of(*test)
    print(f"{title}: {bits(chances):.3f} bits on the test part")
# --8<-- [end:ch30-solution-3]

# --8<-- [start:ch30-solution-4]
greedy = generate(
    lambda rows: top_k(speller.probabilities(rows), 1),
    nothing,
    40,
    rng=np.random.default_rng(0),
)
print(repr(tokenizer.decode(greedy)))
# --8<-- [end:ch30-solution-4]
