# --8<-- [start:ch22-imports]
"""Chapter 22: what a model says of pictures that nobody has labelled."""

import tempfile
import textwrap
from pathlib import Path

import numpy as np

from nnfs_code.activations import Softmax
from nnfs_code.arrays import Array, Labels

# --8<-- [end:ch22-imports]

# --8<-- [start:ch22-scores]
for scores in ([2.0, 0.0], [102.0, 100.0], [2.0, 3.0]):
    probabilities = Softmax().forward(np.array([scores]))
    print(scores, "->", probabilities[0].round(2))
# --8<-- [end:ch22-scores]

# --8<-- [start:ch22-data]
from nnfs_code.activations import ReLU
from nnfs_code.data import FASHION_NAMES, fashion_mnist
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.png import Bytes, read_png
from nnfs_code.schedules import CosineDecay

shelf = tempfile.TemporaryDirectory()  # a folder that goes at the end
folder = Path(shelf.name)
training, training_labels = fashion_mnist("train", sample=True)
test, labels = fashion_mnist("test", sample=True)


def rows_of(pictures: Array | Bytes) -> Array:
    """Return a row of float64 per picture; bytes become 0 to 1."""
    rows = pictures.reshape(len(pictures), -1)
    if rows.dtype == np.uint8:
        return rows / 255
    return rows.astype(np.float64)


# --8<-- [end:ch22-data]


# --8<-- [start:ch22-trained]
def trained(seed: int, inputs: Array) -> Model:
    """Return a small network, trained ten epochs on 2,000 pictures."""
    rng = np.random.default_rng(seed)
    one = Dense(784, 32, rng=rng, dtype=np.float64)
    two = Dense(32, 10, rng=rng, dtype=np.float64)
    model = Model([one, ReLU(), two], SoftmaxCrossEntropy())
    adam = Adam(CosineDecay(0.01, steps=400))
    model.fit(inputs, training_labels, adam, epochs=10, batch_size=50, rng=rng)
    return model


models = [trained(seed, rows_of(training)) for seed in range(5)]
models[0].save(folder / "clothes.npz")
# --8<-- [end:ch22-trained]


# --8<-- [start:ch22-first-answers]
def said(probabilities: Array, n_names: int = 2) -> str:
    """Return the likeliest names of one row, with their probabilities."""
    order = probabilities.argsort()[::-1][:n_names]
    parts = (f"{FASHION_NAMES[k]} {probabilities[k]:.2f}" for k in order)
    return ", ".join(parts)


model = Model.load(folder / "clothes.npz")
inputs = rows_of(test)
probabilities = model.predict(inputs)
for place in range(4):
    name = FASHION_NAMES[labels[place]]
    print(f"{name:12} {said(probabilities[place])}")
print(f"right: {accuracy(probabilities, labels):.2f} of {len(test)}")
# --8<-- [end:ch22-first-answers]

# --8<-- [start:ch22-forgotten]
outputs = model.forward(inputs)
same = (outputs.argmax(axis=1) == probabilities.argmax(axis=1)).sum()
print(f"same class: {same} of {len(test)}")
for kind, values in (("scores", outputs), ("probabilities", probabilities)):
    sure = values.max(axis=1) > 0.9
    share = accuracy(values[sure], labels[sure])
    print(f"{kind:14} above 0.9: {sure.sum():3}, of these right {share:.2f}")
# --8<-- [end:ch22-forgotten]

# --8<-- [start:ch22-batches]
at_once = model.predict(inputs, batch_size=400)
for size in (1, 7, 64):
    found = model.predict(inputs, batch_size=size)
    close = (np.abs(found - at_once) < 1e-12).all(axis=1).sum()
    same = (found.argmax(axis=1) == at_once.argmax(axis=1)).sum()
    print(f"batches of {size:2}: {close} within 1e-12, {same} same class")
# --8<-- [end:ch22-batches]

# --8<-- [start:ch22-ring]
Outline = list[tuple[float, float]]  # corners, right and down from 0 to 1


def ring(radius: float) -> Outline:
    """Return a polygon that is nearly a circle around the middle."""
    turns = np.linspace(0, 2 * np.pi, 41)[:-1]
    return [
        (0.5 + radius * np.sin(t), 0.5 - radius * np.cos(t)) for t in turns
    ]


# --8<-- [end:ch22-ring]

# --8<-- [start:ch22-outlines]
# fmt: off
OUTLINES: dict[str, list[Outline]] = {
    "T-shirt/top": [[(.28, .02), (.42, .08), (.58, .08), (.72, .02),
                     (1, .25), (.87, .4), (.76, .32), (.76, 1), (.24, 1),
                     (.24, .32), (.13, .4), (0, .25)]],
    "Trouser": [[(.32, 0), (.68, 0), (.74, 1), (.55, 1), (.5, .25),
                 (.45, 1), (.26, 1)]],
    "Pullover": [[(.3, 0), (.42, .04), (.58, .04), (.7, 0), (.85, .1),
                  (1, .9), (.85, .95), (.74, .4), (.74, 1), (.26, 1),
                  (.26, .4), (.15, .95), (0, .9), (.15, .1)]],
    "Dress": [[(.38, 0), (.44, .1), (.56, .1), (.62, 0), (.64, .35),
               (.74, 1), (.26, 1), (.36, .35)]],
    "Sneaker": [[(0, .72), (.25, .6), (.5, .42), (.62, .36), (.8, .42),
                 (1, .35), (1, .8), (0, .8)]],
    "Bag": [[(0, .35), (1, .35), (.97, 1), (.03, 1)],
            [(.25, .35), (.3, 0), (.7, 0), (.75, .35)],
            [(.33, .35), (.36, .08), (.64, .08), (.67, .35)]],
    "Ankle boot": [[(.5, 0), (1, 0), (.98, 1), (0, 1), (.02, .75),
                    (.3, .65), (.5, .5)]],
}
# fmt: on
# --8<-- [end:ch22-outlines]


# --8<-- [start:ch22-inside]
def inside(
    outlines: list[Outline], height: int, width: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which pixels' middles lie inside of polygons.

    From a middle, go to the right: it is inside if an odd number of sides
    is crossed.
    """
    y, x = np.mgrid[:height, :width] + 0.5
    found = np.zeros((height, width), bool)
    for corners in outlines:
        nexts = corners[1:] + corners[:1]
        for (x0, y0), (x1, y1) in zip(corners, nexts, strict=True):
            if y0 != y1:
                meets = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
                found ^= ((y0 > y) != (y1 > y)) & (x < meets)
    return found


# --8<-- [end:ch22-inside]


# --8<-- [start:ch22-photo]
def photo(
    outlines: list[Outline], rng: np.random.Generator, shadow: float = 0.1
) -> Bytes:
    """Draw a dark thing on a light wall, as a careless photographer would.

    Size and place differ, and the corners are a little off; the wall gets
    darker to the right by the share `shadow`; the camera adds noise.
    """
    height, width = 120, 90
    size = rng.uniform(0.45, 0.7) * width
    place = rng.uniform(0.05, 0.95, 2) * (width - size, height - size)
    bent = [
        [tuple(place + size * (p + rng.normal(0, 0.015, 2))) for p in corners]
        for corners in map(np.array, outlines)
    ]
    wall = 235 * (1 - shadow * np.linspace(0, 1, width))
    picture = np.broadcast_to(wall[:, np.newaxis], (height, width, 3)).copy()
    picture[inside(bent, height, width)] = (60, 70, 120)
    picture += rng.normal(0, 3, picture.shape)
    return picture.round().clip(0, 255).astype(np.uint8)


# --8<-- [end:ch22-photo]


# --8<-- [start:ch22-write-png]
import struct
import zlib


def write_png(path: Path, picture: Bytes) -> None:
    """Write a picture of shape (height, width, 3), without any filter."""
    height, width, _ = picture.shape
    lines = b"".join(b"\0" + line.tobytes() for line in picture)
    content = b"\x89PNG\r\n\x1a\n"
    for kind, body in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    ):
        check = zlib.crc32(kind + body)
        content += struct.pack(">I", len(body)) + kind + body
        content += struct.pack(">I", check)
    path.write_bytes(content)


# --8<-- [end:ch22-write-png]

# --8<-- [start:ch22-first-photo]
from nnfs_code.pictures import (
    centre,
    edge,
    grey,
    invert,
    prepared,
    shrink,
    stretch,
)

rng = np.random.default_rng(22)
write_png(folder / "mine.png", photo(OUTLINES["T-shirt/top"], rng))
mine = read_png(folder / "mine.png")
print(mine.shape, mine.dtype, "from", mine.min(), "to", mine.max())
plain = shrink(grey(mine), 28)
print(said(model.predict(plain.reshape(1, -1))[0]))
# --8<-- [end:ch22-first-photo]


# --8<-- [start:ch22-faults]
def moved(pictures: Array, right: int, down: int = 0) -> Array:
    """Move pictures by up to 8 pixels; black comes in at the other side."""
    padded = np.pad(pictures, ((0, 0), (8, 8), (8, 8)))
    return padded[:, 8 - down : 36 - down, 8 - right : 36 - right]


def smaller(pictures: Array, size: int) -> Array:
    """Shrink pictures, and put them in the middle of 28 by 28 pixels."""
    small = np.array([shrink(picture, size) for picture in pictures])
    free = (28 - size) // 2
    return np.pad(small, ((0, 0), (free, free), (free, free)))


def blurred(pictures: Array) -> Array:
    """Replace each pixel by the mean of 5 by 5 pixels around it."""
    padded = np.pad(pictures, ((0, 0), (2, 2), (2, 2)))
    windows = np.lib.stride_tricks.sliding_window_view(
        padded, (5, 5), axis=(1, 2)
    )
    means: Array = windows.mean(axis=(3, 4))
    return means


# --8<-- [end:ch22-faults]


# --8<-- [start:ch22-faults-run]
def row(name: str, pictures: Array) -> None:
    """Print how many of the pictures the five models get right."""
    rights = [accuracy(m.predict(rows_of(pictures)), labels) for m in models]
    low, mid, high = np.quantile(rights, (0, 0.5, 1))
    print(f"{name:24} {low:.2f} {mid:.2f} {high:.2f}")


bright = test / 255  # 0 to 1
print("share right, of 400:     lowest, middle, highest of five")
row("as they are", bright)
row("light and dark exchanged", 1 - bright)
for distance in (1, 2, 4, 8):
    row(f"{distance} to the right", moved(bright, distance))
for size in (24, 20, 14):
    row(f"{size} pixels large", smaller(bright, size))
row("blurred", blurred(bright))
row("half as bright", bright / 2)
row("on a dark grey wall", 0.2 + 0.8 * bright)
row("left and right exchanged", bright[:, :, ::-1])
# --8<-- [end:ch22-faults-run]

# --8<-- [start:ch22-how-made]
from collections import Counter

high = training.max(axis=2) > 0  # (2000, 28): rows with light
wide = training.max(axis=1) > 0  # columns with light
above, below = (np.argmax(a, axis=1) for a in (high, high[:, ::-1]))
left, right = (np.argmax(a, axis=1) for a in (wide, wide[:, ::-1]))
longer = 28 - np.minimum(above + below, left + right)
whitest = training.max(axis=(1, 2))
black = sum(np.median(edge(picture / 255)) == 0 for picture in training)
print(f"the brightest pixel is from {whitest.min()} to {whitest.max()}")
print(f"most of the edge is black in {black} of {len(training)}")
print(f"the longer side is 28 in {(longer == 28).sum()}")
print("pixels free on the left, less those on the right:")
print(sorted(Counter((left - right).tolist()).items()))
# --8<-- [end:ch22-how-made]

# --8<-- [start:ch22-step-by-step]
steps = [("as it is", grey(mine))]
steps.append(("inverted", invert(steps[-1][1])))
wall = float(np.median(edge(steps[-1][1])))
steps.append(("stretched", stretch(steps[-1][1], wall)))
steps.append(("centred", centre(steps[-1][1], threshold=0.2)))
for name, picture in steps:
    answer = model.predict(shrink(picture, 28).reshape(1, -1))[0]
    print(f"{name:9} {picture.shape!s:10} {said(answer)}")
answer = model.predict(prepared(mine).reshape(1, -1))[0]
print(f"{'prepared':20} {said(answer)}")
# --8<-- [end:ch22-step-by-step]


# --8<-- [start:ch22-without]
def without(step: str, picture: Bytes) -> Array:
    """Do what `prepared` does, except for one step."""
    bright = grey(picture)
    if step != "invert" and np.median(edge(bright)) > 0.5:
        bright = invert(bright)
    if step != "stretch":
        bright = stretch(bright, float(np.median(edge(bright))))
    if step != "centre":
        bright = centre(bright, threshold=0.2)
    return shrink(bright, 28)


def photos(n_each: int, shadow: float) -> tuple[list[Bytes], Labels]:
    """Return photos of each thing that has an outline, and their labels."""
    rng = np.random.default_rng(0)
    names = [name for name in OUTLINES for _ in range(n_each)]
    taken = [photo(OUTLINES[name], rng, shadow) for name in names]
    return taken, np.array([FASHION_NAMES.index(name) for name in names])


# --8<-- [end:ch22-without]


# --8<-- [start:ch22-photos]
def spread(values: list[float]) -> str:
    """Return the lowest, the middle and the highest of some numbers."""
    return " ".join(f"{v:.2f}" for v in np.quantile(values, (0, 0.5, 1)))


taken, kinds = photos(6, shadow=0.1)
for step in ("nothing", "invert", "stretch", "centre"):
    made = rows_of(np.array([without(step, one) for one in taken]))
    rights = [accuracy(m.predict(made), kinds) for m in models]
    print(f"without {step:8} {spread(rights)}")
made = rows_of(np.array([prepared(one) for one in taken]))
answers = np.array([m.predict(made).argmax(axis=1) for m in models])
for label in np.unique(kinds):
    named = Counter(answers[:, kinds == label].ravel().tolist())
    counts = (f"{FASHION_NAMES[k]} {n}" for k, n in named.most_common(3))
    print(f"{FASHION_NAMES[label]:12}", ", ".join(counts))
# --8<-- [end:ch22-photos]


# --8<-- [start:ch22-framed]
def framed(picture: Array, fault: str, rng: np.random.Generator) -> Bytes:
    """Return a photo of a test picture that has one fault, or all."""
    every = fault == "all of these"
    height = 84 if every or fault == "not square" else 56
    frame, top, left = np.zeros((height, 56)), (height - 28) // 2, 14
    if every or fault == "off the middle":
        top, left = int(rng.integers(2 * top + 1)), int(rng.integers(29))
    frame[top : top + 28, left : left + 28] = picture
    if every or fault == "faint":
        frame = 0.3 + 0.4 * frame
    if every or fault == "dark on light":
        frame = 1 - frame
    return (255 * frame).round().astype(np.uint8)


# --8<-- [end:ch22-framed]

# --8<-- [start:ch22-framed-run]
rng = np.random.default_rng(0)
print("share right, of 400:     lowest, middle, highest of five")
for fault in ("small", "off the middle", "not square", "faint"):
    shots = [framed(picture, fault, rng) for picture in bright]
    row(fault, np.array([shrink(grey(shot), 28) for shot in shots]))
shots = [framed(picture, "all of these", rng) for picture in bright]
row("all, and dark on light", np.array([shrink(grey(s), 28) for s in shots]))
row("the same, prepared", np.array([prepared(shot) for shot in shots]))
# --8<-- [end:ch22-framed-run]


# --8<-- [start:ch22-cost]
def other_side(picture: Array) -> Array:
    """Centre a picture, with an odd pixel below and to the right."""
    turned = centre(picture[::-1, ::-1])
    return shrink(turned[::-1, ::-1], 28)


row("as they are", bright)
row("prepared", np.array([prepared(picture) for picture in test]))
row("  with threshold 0.4", np.array([prepared(p, 28, 0.4) for p in test]))
row("odd pixel below, right", np.array([other_side(p) for p in bright]))
# --8<-- [end:ch22-cost]

# --8<-- [start:ch22-shadow]
for shadow in (0.1, 0.2, 0.3):
    shots, kinds = photos(3, shadow)
    for threshold in (0.1, 0.2, 0.3, 0.4):
        tidied = np.array([prepared(s, threshold=threshold) for s in shots])
        rights = [accuracy(m.predict(rows_of(tidied)), kinds) for m in models]
        print(f"shadow {shadow}, threshold {threshold}: {spread(rights)}")
# --8<-- [end:ch22-shadow]

# --8<-- [start:ch22-scaler]
from nnfs_code.preprocessing import Standardizer

scaler = Standardizer().fit(rows_of(training))
scaled = trained(0, scaler.transform(rows_of(training)))


def refitted(rows: Array) -> Array:
    """Scale rows by a scaler that is fitted on these very rows."""
    return Standardizer().fit(rows).transform(rows)


by_one = np.concatenate([refitted(one) for one in np.split(inputs, 400)])
for name, values in (
    ("by the scaler of training", scaler.transform(inputs)),
    ("by one fitted on each", by_one),
    ("by none", inputs),
):
    found = scaled.predict(values)
    n_named = len(np.unique(found.argmax(axis=1)))
    print(f"{name:25} right {accuracy(found, labels):.2f}, {n_named} classes")
# --8<-- [end:ch22-scaler]

# --8<-- [start:ch22-folded]
one, relu, two = scaled.parts
folded = Dense(784, 32, rng=np.random.default_rng(0), dtype=np.float64)
folded.weights[:] = one.weights / scaler.scale[:, np.newaxis]
folded.biases[:] = one.biases - scaler.shift @ folded.weights
Model([folded, relu, two], scaled.loss).save(folder / "folded.npz")
whole = Model.load(folder / "folded.npz")
apart = np.abs(
    whole.predict(inputs) - scaled.predict(scaler.transform(inputs))
)
print(f"right {accuracy(whole.predict(inputs), labels):.2f}")
print("within 1e-9:", (apart < 1e-9).all(axis=1).sum(), "of 400")
# --8<-- [end:ch22-folded]


# --8<-- [start:ch22-no-garments]
def star() -> Outline:
    """Return five points, with five dents between them."""
    turns = np.arange(10) * np.pi / 5
    radii = np.tile([0.5, 0.2], 5)
    x, y = 0.5 + radii * np.sin(turns), 0.5 - radii * np.cos(turns)
    return list(zip(x.tolist(), y.tolist(), strict=True))


rng = np.random.default_rng(0)
house = [(0, 0.45), (0.5, 0), (1, 0.45), (0.85, 0.45), (0.85, 1)]
strangers: dict[str, list[Outline]] = {
    "a star": [star()],
    "a ring": [ring(0.5), ring(0.3)],
    "a house": [[*house, (0.15, 1), (0.15, 0.45)]],
}
sets = {"clothes, not seen before": inputs}
for name, outline in strangers.items():
    shots = [photo(outline, rng) for _ in range(20)]
    sets[name] = rows_of(np.array([prepared(shot) for shot in shots]))
sets["noise"] = rng.random((400, 784))
sets["all white"], sets["all black"] = np.ones((1, 784)), np.zeros((1, 784))
# --8<-- [end:ch22-no-garments]

# --8<-- [start:ch22-confidence]
print("largest probability:     lowest, middle, highest of five")
for name, values in sets.items():
    found = np.array([m.predict(values) for m in models])
    sure = found.max(axis=2).mean(axis=1)
    most = Counter(found.argmax(axis=2).ravel().tolist()).most_common(1)
    print(f"{name:24} {spread(sure)} mostly {FASHION_NAMES[most[0][0]]}")
# --8<-- [end:ch22-confidence]

# --8<-- [start:ch22-noise]
noise = np.random.default_rng(0).normal(0, 0.05, bright.shape)
grainy = rows_of((bright + noise).clip(0, 1))
low = (scaler.scale < 0.05).sum()
print(f"smallest scale {scaler.scale.min():.5f}, {low} of 784 below 0.05")
floored = Standardizer().fit(rows_of(training))
floored.scale = np.maximum(floored.scale, 0.05)
calm = trained(0, floored.transform(rows_of(training)))
both = [inputs, grainy]
for name, network, given in (
    ("pixels as they are", models[0], both),
    ("standardized pixels", whole, both),
    ("no scale below 0.05", calm, [floored.transform(v) for v in both]),
):
    clean, noisy = (accuracy(network.predict(v), labels) for v in given)
    print(f"{name}: right {clean:.2f}, with noise {noisy:.2f}")
# --8<-- [end:ch22-noise]

# --8<-- [start:ch22-wrong-units]
found = model.predict(255 * inputs)
sure = (found.max(axis=1) > 0.99).sum()
print(f"0 to 255: right {accuracy(found, labels):.2f}, {sure} above 0.99")
found = model.predict(inputs)
sure = (found.max(axis=1) > 0.99).sum()
print(f"0 to 1:   right {accuracy(found, labels):.2f}, {sure} above 0.99")
# --8<-- [end:ch22-wrong-units]

# --8<-- [start:ch22-wrong-bytes]
pixels = np.array([0, 50, 100, 200], np.uint8)
print("255 - pixels:   ", 255 - pixels)
print("pixels - 100:   ", pixels - np.uint8(100))
print("pixels + pixels:", pixels + pixels)
print("as floats:      ", pixels / 255 - 100 / 255)
# --8<-- [end:ch22-wrong-bytes]

# --8<-- [start:ch22-wrong-axes]
turned = rows_of(bright.transpose(0, 2, 1))
found = model.predict(turned)
print("shapes:", turned.shape, inputs.shape)
print(f"right {accuracy(found, labels):.2f}, ", end="")
print(f"mean largest probability {found.max(axis=1).mean():.2f}")
# --8<-- [end:ch22-wrong-axes]

# --8<-- [start:ch22-wrong-between]
batch, of_batch = rows_of(training[:50]), training_labels[:50]
for look in (False, True):
    loss = model.loss.forward(model.forward(batch), of_batch)
    if look:
        model.predict(inputs[:50])
    model.backward()
    size = np.abs(model.parts[0].d_weights).sum()
    print(f"loss {loss:.4f}, sum of the gradient's sizes {size:.1f}")
# --8<-- [end:ch22-wrong-between]

# --8<-- [start:ch22-wrong-batch]
for values in (inputs[0], bright[0]):
    try:
        model.predict(values)
    except ValueError as error:
        print(textwrap.fill(str(error), 76))
# --8<-- [end:ch22-wrong-batch]

# --8<-- [start:ch22-solution-1]
for scores in ([1.0, 0.0, 0.0], [4.0, 3.0, 3.0], [10.0, 0.0, 0.0]):
    print(scores, Softmax().forward(np.array([scores]))[0].round(3))
# --8<-- [end:ch22-solution-1]

# --8<-- [start:ch22-solution-2]
from nnfs_code.pictures import shares

print(shares(5, 2).round(3))
print(shares(5, 2) @ np.array([0.0, 0.6, 0.9, 0.3, 0.2]))
# --8<-- [end:ch22-solution-2]

# --8<-- [start:ch22-solution-3]
mirrored = rows_of(bright[:, :, ::-1])
for label in (1, 5, 7, 8, 9):
    of_class = labels == label
    line = f"{FASHION_NAMES[label]:10}"
    for values in (inputs[of_class], mirrored[of_class]):
        rights = [
            accuracy(m.predict(values), labels[of_class]) for m in models
        ]
        line += f"  {spread(rights)}"
    print(line)
rights = []
for m in models:
    two_rows = np.array([m.predict(inputs), m.predict(mirrored)])
    surer = two_rows.max(axis=2).argmax(axis=0)
    rights.append(accuracy(two_rows[surer, np.arange(400)], labels))
print(f"all ten classes, the surer of the two: {spread(rights)}")
# --8<-- [end:ch22-solution-3]

# --8<-- [start:ch22-solution-4]
for limit in (0.0, 0.5, 0.9, 0.99):
    kept = probabilities.max(axis=1) > limit
    right = accuracy(probabilities[kept], labels[kept])
    passed = (model.predict(sets["noise"]).max(axis=1) > limit).mean()
    print(
        f"above {limit:4}: {kept.sum()} answers, right {right:.2f}; "
        f"noise answered {passed:.2f}"
    )
# --8<-- [end:ch22-solution-4]

# --8<-- [start:ch22-solution-5]
alone = [accuracy(m.predict(inputs), labels) for m in models]
mean = np.mean([m.predict(inputs) for m in models], axis=0)
print(f"alone {spread(alone)}, together {accuracy(mean, labels):.2f}")
for name in ("clothes, not seen before", "noise"):
    all_five = [m.predict(sets[name]).argmax(axis=1) for m in models]
    agreed = (np.ptp(all_five, axis=0) == 0).sum()
    print(f"{name}: all five agree on {agreed} of 400")
shelf.cleanup()
# --8<-- [end:ch22-solution-5]
