# --8<-- [start:ch31-imports]
"""Chapter 31: attention and the transformer."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import nnfs_code
from nnfs_code import attention
from nnfs_code.arrays import Array, Labels
from nnfs_code.gradient_check import check, numerical_gradient

# --8<-- [end:ch31-imports]

# --8<-- [start:ch31-look-up]
keys = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
values = np.array([[1.0], [2.0], [4.0]])
query = np.array([2.0, 1.0])
scores = keys @ query
shares = np.exp(scores) / np.exp(scores).sum()
found = shares @ values
print("scores", scores, " shares", shares.round(4), " found", found.round(4))
# --8<-- [end:ch31-look-up]


# --8<-- [start:ch31-scale]
def shares_at(size: int, scale: float, seed: int) -> tuple[Array, Array]:
    """Return scores and shares of 500 queries among 16 keys each."""
    rng = np.random.default_rng(seed)
    queries = rng.standard_normal((500, 1, size))
    keys = rng.standard_normal((500, 16, size))
    scores = (queries * keys).sum(axis=2) / scale
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return scores, exponentials / exponentials.sum(axis=1, keepdims=True)


def measured(size: int, scale: float, seed: int = 0) -> list[float]:
    """Return the scores' spread, and the middle largest share and slope."""
    scores, some = shares_at(size, scale, seed)
    slopes = (some * (1 - some)).max(axis=1)
    tops = some.max(axis=1)
    return [float(scores.std()), float(np.median(tops)), np.median(slopes)]


# --8<-- [end:ch31-scale]

# --8<-- [start:ch31-scale-run]
print("      no root                  with the root")
print("size  spread  largest  slope   spread  largest  slope")
for size in (4, 64, 256):
    cells = measured(size, 1.0) + measured(size, size**0.5)
    print(f"{size:4}", "{:7.2f} {:8.2f} {:6.3f}  ".format(*cells[:3]), end="")
    print("{:7.2f} {:8.2f} {:6.3f}".format(*cells[3:]))
# --8<-- [end:ch31-scale-run]

# --8<-- [start:ch31-look-up-back]
d_found = 2 * (found - 4.0)
d_values = np.outer(shares, d_found)
d_shares = values @ d_found
d_scores = shares * (d_shares - shares @ d_shares)
print("d_values", d_values.ravel().round(3))
print("d_shares", d_shares.round(3))
print("d_scores", d_scores.round(3))
print("d_query ", (d_scores @ keys).round(3))
print("d_keys  ", np.outer(d_scores, query).round(3).tolist())
# --8<-- [end:ch31-look-up-back]


# --8<-- [start:ch31-look-up-slopes]
def loss_of() -> float:
    """Return the loss of the look-up, as query, keys and values are now."""
    scores = keys @ query
    shares = np.exp(scores) / np.exp(scores).sum()
    return float((shares @ values)[0] - 4.0) ** 2


print("d_values", numerical_gradient(loss_of, values).ravel().round(3))
print("d_query ", numerical_gradient(loss_of, query).round(3))
print("d_keys  ", numerical_gradient(loss_of, keys).round(3).tolist())
# --8<-- [end:ch31-look-up-slopes]

# --8<-- [start:ch31-mask-run]
from nnfs_code.attention import MultiHeadAttention, attend, causal_mask

rng = np.random.default_rng(0)
rows = rng.standard_normal((6, 4))
other = rows.copy()
other[4] = rng.standard_normal(4)  # in place of the fifth
for title, mask in (("all", None), ("causal", causal_mask(6))):
    before, shares = attend(rows, rows, rows, mask)
    after, _ = attend(other, other, other, mask)
    print(f"{title:6} moved by", np.abs(after - before).max(axis=1).round(2))
print(shares.round(2))
# --8<-- [end:ch31-mask-run]


# --8<-- [start:ch31-check]
def forgetful(shares: Array, d_shares: Array) -> Array:
    """Forget that one share more is another share less."""
    d_scores: Array = shares * d_shares
    return d_scores


def checked(rule: Callable[[Array, Array], Array]) -> str:
    """Return what the check says of a layer that goes back by this rule."""
    ours = attention.softmax_backward
    attention.softmax_backward = rule  # type: ignore[assignment]
    rng = np.random.default_rng(0)
    layer = MultiHeadAttention(4, 2, rng=rng, causal=True, dtype=np.float64)
    found = str(check(layer, sequences)).replace(": ", ":\n    ")
    attention.softmax_backward = ours
    return found


sequences = np.random.default_rng(1).normal(size=(2, 3, 4))
# --8<-- [end:ch31-check]

# --8<-- [start:ch31-check-run]
print(checked(attention.softmax_backward))
print(*checked(forgetful).splitlines()[:5], sep="\n")
# --8<-- [end:ch31-check-run]


# --8<-- [start:ch31-order]
def sixth(inputs: Array, n_layers: int, causal: bool) -> Array:
    """Return what some layers of attention make of the last place."""
    for seed in range(n_layers):
        rng = np.random.default_rng(seed)
        layer = MultiHeadAttention(
            8, 2, rng=rng, causal=causal, dtype=np.float64
        )
        inputs = layer.forward(inputs)
    last: Array = inputs[0, 5]
    return last


# --8<-- [end:ch31-order]

# --8<-- [start:ch31-order-run]
sequence = np.random.default_rng(1).normal(size=(1, 6, 8))
shuffled = sequence[:, [3, 0, 4, 2, 1, 5]]
for n_layers in (1, 2):
    for causal in (False, True):
        moved = np.abs(
            sixth(sequence, n_layers, causal)
            - sixth(shuffled, n_layers, causal)
        ).max()
        name = "causal mask" if causal else "no mask"
        print(f"{n_layers} layer(s), {name:11}: moved by {moved:.2f}")
# --8<-- [end:ch31-order-run]

# --8<-- [start:ch31-rotary-run]
from nnfs_code.attention import rotated

rng = np.random.default_rng(0)
asks, answers = rng.standard_normal((2, 1, 8))
for one, two in ((3, 1), (13, 11), (103, 101), (103, 91)):
    turned = rotated(asks, np.array([one]))
    score = turned @ rotated(answers, np.array([two])).T
    print(f"{one:3} asks {two:3}: {score.item():.4f}")
# --8<-- [end:ch31-rotary-run]

# --8<-- [start:ch31-gelu-run]
import math

from nnfs_code.transformer import GELU

zs = np.array([-3.0, -1.0, -0.1, 0.0, 0.1, 1.0, 3.0])
exact = np.array([z * (1 + math.erf(z / 2**0.5)) / 2 for z in zs])
print("exact", exact.round(4))
print("ours ", GELU().forward(zs).round(4))
# --8<-- [end:ch31-gelu-run]

# --8<-- [start:ch31-block-check]
from nnfs_code.transformer import GPT, SequenceCrossEntropy, TransformerBlock

print(check(GELU(), sequences))
rng = np.random.default_rng(0)
block = TransformerBlock(4, 2, rng=rng, causal=True, dtype=np.float64)
print(check(block, sequences))
# --8<-- [end:ch31-block-check]

# --8<-- [start:ch31-sizes]
from nnfs_code.promises import every_part


def sizes_of(part: GPT | TransformerBlock) -> list[int]:
    """Return how many numbers each array of a fresh network has."""
    return [
        value.size
        for inner in every_part(part.parts)
        for value in vars(inner).values()
        if isinstance(value, np.ndarray)
    ]


# --8<-- [end:ch31-sizes]

# --8<-- [start:ch31-gpt-check]
rng = np.random.default_rng(0)
tiny = GPT(5, 4, 2, 1, 3, rng=rng, dtype=np.float64)
given, wanted = rng.integers(0, 5, (2, 2, 3))
loss = SequenceCrossEntropy()


def tiny_loss() -> float:
    """Return the loss of the tiny GPT, as its parameters are now."""
    return loss.forward(tiny.forward(given), wanted)


tiny_loss()
tiny.backward(loss.backward())
for inner in every_part(tiny.parts):
    for name, value in list(vars(inner).items()):
        if f"d_{name}" in vars(inner):
            slopes = numerical_gradient(tiny_loss, value)
            same = np.allclose(slopes, vars(inner)[f"d_{name}"], atol=1e-8)
            print(f"{type(inner).__name__:19}{name:12}", same)
# --8<-- [end:ch31-gpt-check]

# --8<-- [start:ch31-gpt-size]
rng = np.random.default_rng(0)
gpt = GPT(64, 64, 4, 3, 64, rng=rng)
print(sum(sizes_of(gpt)), "parameters, of which blocks:", end=" ")
print([sum(sizes_of(block)) for block in gpt.blocks])
tokens = rng.integers(0, 64, (8, 65))
loss = SequenceCrossEntropy()
begun = loss.forward(gpt.forward(tokens[:, :-1]), tokens[:, 1:])
print(f"loss {begun:.3f}, all alike would be {np.log(64):.3f}")
# --8<-- [end:ch31-gpt-size]

# --8<-- [start:ch31-names]
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay
from nnfs_code.texts import first_names
from nnfs_code.tokenizers import CharacterTokenizer

names = first_names()
order = np.random.default_rng(0).permutation(len(names))
tokenizer = CharacterTokenizer("\n" + "".join(names))
learn, choose = (
    tokenizer.encode("\n".join(names[k] for k in chosen))
    for chosen in (order[:4130], order[4130:4646])
)


def drawn(
    tokens: Labels, n: int, rng: np.random.Generator
) -> tuple[Array, Labels]:
    """Return pieces of 16 tokens, and what comes after each of them."""
    starts = rng.integers(len(tokens) - 16, size=(n, 1))
    places = starts + np.arange(17)
    pieces: Labels = tokens[places]
    return pieces[:, :-1].astype(np.float32), pieces[:, 1:]


# --8<-- [end:ch31-names]

# --8<-- [start:ch31-names-run]
rng = np.random.default_rng(0)
speller = GPT(27, 24, 2, 2, 16, rng=rng, positions="rotary")
model = Model([speller], SequenceCrossEntropy())
adam = Adam(CosineDecay(0.01, steps=120))
others = drawn(choose, 200, np.random.default_rng(1))
for step in range(121):
    if step % 40 == 0:
        bits = model.evaluate(*others).loss / np.log(2)
        print(f"step {step:3}: {bits:.2f} bits")
    model.train_step(*drawn(learn, 24, rng), adam)
# --8<-- [end:ch31-names-run]

# --8<-- [start:ch31-cache-run]
start = tokenizer.encode("\nmar")[np.newaxis]
caches = speller.caches()
first = speller.continued(start, caches)
print("kept in each block:", caches[0].n_steps, "steps")
token = np.array([[first.argmax()]])
second = speller.continued(token, caches)
whole = speller.forward(np.append(start, token, axis=1))[:, -1]
print("read with a cache:", token.size, " without:", start.size + 1)
gap = np.abs(second - whole).max()
print(f"scores differ by {gap:.4f}")
# --8<-- [end:ch31-cache-run]

# --8<-- [start:ch31-cache-times]
from nnfs_code.texts import language_runs, transformer_runs

runs, earlier = transformer_runs(), language_runs()
for row in runs["cache"]["rows"]:
    print(f"{row['window']} tokens: {row['without']:.2f} s without,", end=" ")
    print(f"{row['with']:.2f} s with;", end=" ")
    print(f"scores differ by {row['difference']:.0e}")
# --8<-- [end:ch31-cache-times]

# --8<-- [start:ch31-speed]
folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"
times = json.loads((folder / "attention-times.json").read_text("utf-8"))
for name in times["1 head"]:
    both = [times[heads][name]["ms"] for heads in ("1 head", "4 heads")]
    print(f"{name:34}", *(f"{ms:5.1f} ms" for ms in both))
# --8<-- [end:ch31-speed]

# --8<-- [start:ch31-names-runs]
Rows = list[dict[str, float]]


def chosen(rows: Rows) -> float:
    """Return the test bits of the moment that is best on validation."""
    return min(rows, key=lambda row: row["validation"])["test"]


print("cut  counts  Bengio   LSTM    GPT")
for seed, row in enumerate(earlier["names"]["rows"]):
    counts = min(row["counts"])[1]  # the least on validation
    bits_of = [counts, chosen(row["network"])]
    for name in ("LSTM", "GPT"):
        bits_of.append(chosen(runs["names"][name]["rows"][seed]))
    print(f"{seed:3}", *(f"{value:7.3f}" for value in bits_of))
# --8<-- [end:ch31-names-runs]

# --8<-- [start:ch31-novel-runs]
print("        parameters  seconds   validation         test")
for name in ("Bengio", "LSTM", "GPT"):
    network_runs = runs["novel"][name]
    last_rows = [rows[-1] for rows in network_runs["rows"]]
    seconds = np.median([end["seconds"] for end in last_rows])
    print(f"{name:8} {network_runs['parameters']:9} {seconds:8.0f}", end="")
    for part in ("validation", "test"):
        found_bits = sorted(end[part] for end in last_rows)
        print(f"  {found_bits[0]:.3f}-{found_bits[-1]:.3f}", end="")
    print()
held, tested = min(earlier["minute"]["counts"])
print(f"counts                        {held:.3f}        {tested:.3f}")
# --8<-- [end:ch31-novel-runs]

# --8<-- [start:ch31-long-run]
for name, key in {"GPT": "long", "LSTM": "long LSTM"}.items():
    long = runs[key]
    print(f"{name}, {long['parameters']} parameters")
    for row in long["rows"]:
        print(
            f"  {row['step']:4} steps, {row['seconds']:4.0f} seconds:"
            f" {row['validation']:.3f} validation, {row['test']:.3f} test"
        )
    print(f"  on what it learned from: {long['training']:.3f}")
# --8<-- [end:ch31-long-run]

# --8<-- [start:ch31-long-text]
for line in runs["long"]["text"][:380].splitlines():
    print(*(line[at : at + 76] for at in range(0, len(line), 76)), sep="\n")
# --8<-- [end:ch31-long-text]

# --8<-- [start:ch31-induction-runs]
print("                 parameters", *(f"{n:9} steps" for n in (12, 24, 48)))
both_runs = runs["induction"] | runs["recurrence"]
for name, kind_runs in both_runs.items():
    if isinstance(kind_runs, dict):
        print(f"{name:16} {kind_runs['parameters']:10}", end="")
        for length_runs in kind_runs["rows"].values():
            lasts = sorted(run["accuracy"][-1] for run in length_runs)
            print(f"      {lasts[0]:.2f}-{lasts[-1]:.2f}", end="")
        print()
# --8<-- [end:ch31-induction-runs]

# --8<-- [start:ch31-longer-runs]
for name in ("GPT, two blocks", "LSTM"):
    several = runs["longer"][name]
    lasts = sorted(run["accuracy"][-1] for run in several)
    seconds = np.median([run["seconds"] for run in several])
    print(f"{name:16} {lasts[0]:.2f}-{lasts[-1]:.2f}, {seconds:.0f} seconds")
# --8<-- [end:ch31-longer-runs]

# --8<-- [start:ch31-positions-runs]
print("            24 steps   48 steps")
for name, kind_rows in runs["positions"]["rows"].items():
    lasts = sorted(run["accuracy"][-1] for run in kind_rows)
    twice = sorted(run["twice"] for run in kind_rows)
    print(f"{name:10}  {lasts[0]:.2f}-{lasts[-1]:.2f}", end="")
    print(f"  {twice[0]:.2f}-{twice[-1]:.2f}")
# --8<-- [end:ch31-positions-runs]

# --8<-- [start:ch31-networks]
stored = np.load(folder / "induction-networks.npz")


def network(kind: str, seed: int) -> GPT:
    """Return one of the stored networks."""
    rng = np.random.default_rng(0)
    gpt = GPT(32, 24, 1, 2, 24, rng=rng, positions="rotary")
    for place, part in enumerate(every_part(gpt.parts)):
        for name, value in vars(part).items():
            if isinstance(value, np.ndarray):
                value[:] = stored[f"{kind} {seed} {place} {name}"]
    return gpt


def repeated(length: int, n: int = 100) -> Labels:
    """Return patterns of one length that repeat, 25 tokens each."""
    rng = np.random.default_rng(length)
    order = rng.permuted(np.tile(np.arange(32), (n, 1)), axis=1)
    tokens: Labels = order[:, np.arange(25) % length]
    return tokens


# --8<-- [end:ch31-networks]


# --8<-- [start:ch31-two-kinds]
def told(kind: str, length: int) -> Array:
    """Return right answers and looks of three networks, a row each.

    The looks are those of the second block: to where the answer is, and to
    the place 11 back.
    """
    tokens, late = repeated(length), np.arange(12, 24)
    rows = []
    for seed in range(3):
        gpt = network(kind, seed)
        answers = gpt.forward(tokens[:, :-1]).argmax(axis=2)
        right = (answers == tokens[:, 1:])[:, late].mean()
        looks = gpt.blocks[1].attention.shares[:, 0].mean(axis=0)
        answer, eleven = late - length + 1, late - 11
        rows.append(
            [right, looks[late, answer].mean(), looks[late, eleven].mean()]
        )
    return np.array(rows)


# --8<-- [end:ch31-two-kinds]

# --8<-- [start:ch31-two-kinds-run]
print("learned from  length       right  at answer    11 back")
for length in (12, 9):
    for name in ("random", "fixed"):
        table = told(name, length)
        ends = zip(table.min(axis=0), table.max(axis=0), strict=True)
        print(f"{name:12}  {length:6}", end="")
        print(*(f"  {low:.2f}-{high:.2f}" for low, high in ends), sep="")
# --8<-- [end:ch31-two-kinds-run]


# --8<-- [start:ch31-cut]
def asked(gpt: GPT, tokens: Labels) -> tuple[float, float, float]:
    """Return right answers at place 21, and its looks at 9 and at 10."""
    answers = gpt.forward(tokens[:, :-1])[:, 20].argmax(axis=1)
    looks = gpt.blocks[1].attention.shares[:, 0, 20].mean(axis=0)
    return (answers == repeated(12)[:, 21]).mean(), looks[8], looks[9]


def without(place: int) -> Labels:
    """Return the patterns with a token at one place that is nowhere else."""
    tokens = repeated(12)
    others = [np.setdiff1d(np.arange(32), row)[0] for row in tokens]
    tokens[:, place - 1] = others
    return tokens


def cut(gpt: GPT, query: int, key: int) -> GPT:
    """Keep one place from looking at one other, in the first block."""
    mask = causal_mask(24)
    mask[query - 1, key - 1] = False
    first = gpt.blocks[0].attention
    first.mask = lambda *_: mask  # type: ignore[method-assign]
    return gpt


# --8<-- [end:ch31-cut]


# --8<-- [start:ch31-followed]
def followed(place: int = 0, key: int = 0) -> Array:
    """Return the mean of three networks, with one token or look changed."""
    tokens = without(place) if place else repeated(12)
    found = []
    for seed in range(3):
        gpt = network("random", seed)
        found.append(asked(cut(gpt, 10, key) if key else gpt, tokens))
    means: Array = np.mean(found, axis=0)
    return means


# --8<-- [end:ch31-followed]

# --8<-- [start:ch31-cut-run]
print("                           right     at 9    at 10")
for title, result in (
    ("as it is", followed()),
    ("another token at 8", followed(place=8)),
    ("another token at 9", followed(place=9)),
    ("block 1: 10 not to 8", followed(key=8)),
    ("block 1: 10 not to 9", followed(key=9)),
):
    print(f"{title:22}", *(f"{value:8.2f}" for value in result))
# --8<-- [end:ch31-cut-run]


# --8<-- [start:ch31-wrong-reshaped]
class Reshaped(MultiHeadAttention):
    """It takes heads apart by `reshape` alone, which mixes up places."""

    def split(self, rows: Array, n_samples: int) -> Array:
        """Return something of the right shape."""
        n_steps = len(rows) // n_samples
        parts = rows.reshape(n_samples, n_steps, -1, self.n_features)
        size = self.n_features // self.n_heads
        shape = -1, n_samples, self.n_heads, n_steps, size
        return parts.transpose(2, 0, 1, 3).reshape(shape)

    def join(self, heads: Array) -> Array:
        """Return the way back of this `split`."""
        shape = len(heads), -1, self.n_features
        rows = heads.reshape(shape).transpose(1, 0, 2)
        return rows.reshape(rows.shape[0], -1)


# --8<-- [end:ch31-wrong-reshaped]

# --8<-- [start:ch31-wrong-reshaped-run]
sequences = np.random.default_rng(1).normal(size=(2, 6, 4))
for kind in (MultiHeadAttention, Reshaped):
    rng = np.random.default_rng(0)
    layer = kind(4, 2, rng=rng, causal=True, dtype=np.float64)
    found = str(check(layer, sequences)).splitlines()
    print(found[0].partition(".")[0], "d_inputs", found[1].split()[-1])
    before = layer.forward(sequences)
    for place in (6, 1):
        changed = sequences.copy()
        changed[:, place - 1] += 1
        moved = np.abs(layer.forward(changed) - before)[0].max(axis=1)
        print(f"  change place {place}: moved by", moved.round(2))
# --8<-- [end:ch31-wrong-reshaped-run]

# --8<-- [start:ch31-wrong-after]
mask = causal_mask(6)
for title in ("before softmax", "after softmax"):
    outputs = []
    for some in (rows, other):
        if title == "before softmax":
            found, shares = attend(some, some, some, mask)
        else:
            _, shares = attend(some, some, some)
            shares = shares * mask
            found = shares @ some
        outputs.append(found)
    moved = np.abs(outputs[1] - outputs[0]).max(axis=1)
    print(f"{title:14}", moved.round(2), "sums", shares.sum(axis=1).round(2))
# --8<-- [end:ch31-wrong-after]

# --8<-- [start:ch31-solution-1]
xs = np.array([[0.0], [1.0], [2.0]])
found, shares = attend(xs, xs, xs, causal_mask(3))
print(shares.round(3).tolist())
print(found.ravel().round(3))
# --8<-- [end:ch31-solution-1]

# --8<-- [start:ch31-solution-2]
for d in (24, 64):
    block = TransformerBlock(d, 2, rng=rng)
    print(d, 12 * d * d + 13 * d, sum(sizes_of(block)))
# --8<-- [end:ch31-solution-2]

# --8<-- [start:ch31-solution-3]
for rotary in (False, True):
    rng = np.random.default_rng(0)
    layer = MultiHeadAttention(4, 2, rng=rng, rotary=rotary, dtype=np.float64)
    layer.forward(sequences)
    layer.backward(np.random.default_rng(2).normal(size=(2, 6, 4)))
    slopes = np.abs(layer.d_biases.reshape(3, 4)).max(axis=1)
    print("rotary" if rotary else "plain ", "queries, keys, values:", end=" ")
    print(*(f"{slope:.3f}" for slope in slopes))
# --8<-- [end:ch31-solution-3]


# --8<-- [start:ch31-solution-4]
class Window(MultiHeadAttention):
    """Attention at a place itself and the two before it."""

    def mask(
        self, n_samples: int, n_steps: int, lengths: Labels | None
    ) -> NDArray[np.bool_]:
        """Return who may look where."""
        steps = np.arange(n_steps)
        back = steps[:, np.newaxis] - steps
        return (back >= 0) & (back < 3)


rng = np.random.default_rng(0)
inputs = rng.standard_normal((1, 8, 4))
changed = inputs.copy()
changed[:, 0] += 1  # the first place
for n_layers in (1, 2, 3):
    outputs = []
    for values in (inputs, changed):
        for seed in range(n_layers):
            rng = np.random.default_rng(seed)
            near = Window(4, 2, rng=rng, dtype=np.float64)
            values = near.forward(values)
        outputs.append(values)
    moved = np.abs(outputs[1] - outputs[0])[0].max(axis=1) > 0
    print(n_layers, "layer(s): reaches place", moved.nonzero()[0].max() + 1)
# --8<-- [end:ch31-solution-4]
