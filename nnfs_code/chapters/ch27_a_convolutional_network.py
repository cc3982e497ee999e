# --8<-- [start:ch27-imports]
"""Chapter 27: a convolution network, what it is worth, and what it sees."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import nnfs_code
from nnfs_code.arrays import Array, Labels

folder = Path(nnfs_code.__file__).parents[1] / "resources" / "datasets"


def stored(name: str) -> dict[str, Any]:
    """Return the results of a long run that was made once.

    They are in surfaces-runs.json, fashion-convolution-runs.json and
    augmentation-runs.json.
    """
    text = (folder / f"{name}-runs.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


# --8<-- [end:ch27-imports]


# --8<-- [start:ch27-cut]
from nnfs_code.surfaces import SURFACES, patches, photographs

rng = np.random.default_rng(0)
pictures = photographs().astype(np.float64)
learn, labels = patches(pictures[..., :256], 1500, size=20, rng=rng)
test, answers = patches(pictures[..., 256:], 600, size=20, rng=rng)
print("to learn from", learn.shape, "to test", test.shape)
for name, n_samples in zip(SURFACES, np.bincount(answers), strict=True):
    print(f"{name:6} {n_samples}")
# --8<-- [end:ch27-cut]


# --8<-- [start:ch27-surface-network]
from nnfs_code.activations import ReLU
from nnfs_code.convolution import Conv2D, GlobalMeanPool, MeanPool2D
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model


def surface_network(rng: np.random.Generator) -> Model:
    """Return an untrained network for patches of surfaces."""
    one, two = Conv2D(1, 8, 5, rng=rng), Conv2D(8, 16, 3, rng=rng)
    last = Dense(16, 3, rng=rng)
    last.weights *= np.float32(100 * np.sqrt(2 / 16))  # as for a ReLU
    return Model(
        [one, ReLU(), MeanPool2D(2), two, ReLU(), GlobalMeanPool(), last],
        SoftmaxCrossEntropy(),
    )


# --8<-- [end:ch27-surface-network]


# --8<-- [start:ch27-n-parameters]
def n_parameters(model: Model) -> int:
    """Return how many weights and biases a model has."""
    names = ("weights", "biases")
    return sum(
        value.size
        for part in model.parts
        for name, value in vars(part).items()
        if name in names
    )


print("parameters", n_parameters(surface_network(rng)))
# --8<-- [end:ch27-n-parameters]


# --8<-- [start:ch27-table]
def table(runs: dict[str, list[list[float]]], names: list[str]) -> None:
    """Print lowest, middle and highest of five, and the middle time."""
    for name in names:
        right = np.array(runs[name])[:, 1]
        low, middle, high = np.quantile(right, (0, 0.5, 1))
        seconds = np.median(np.array(runs[name])[:, 2])
        print(f"{name:30}{low:7.3f}{middle:7.3f}{high:7.3f}{seconds:8.1f}")


runs = stored("surfaces")["runs"]
print("five of each                   lowest middle highest seconds")
table(runs, ["linear, pixels", "dense, pixels", "convolution"])
# --8<-- [end:ch27-table]


# --8<-- [start:ch27-not-shared]
table(runs, ["dense, pixels", "not shared", "convolution"])
table(runs, ["dense, 4 x patches", "not shared, 4 x patches"])
table(runs, ["convolution, 4 x patches"])
# --8<-- [end:ch27-not-shared]


# --8<-- [start:ch27-nine]
def nine_numbers(patches: Array) -> Array:
    """Return an engineer's nine numbers per patch, shape (n_samples, 9)."""
    grey, found = patches[:, 0], []
    for apart in (1, 2, 4):  # how much neighbours differ, this far apart
        down = np.abs(grey[:, apart:] - grey[:, :-apart]).mean(axis=(1, 2))
        right = np.abs(grey[..., apart:] - grey[..., :-apart])
        right = right.mean(axis=(1, 2))
        found += [np.minimum(down, right), np.maximum(down, right)]
    found.append((grey**3).mean(axis=(1, 2)))  # lopsided?
    found.append((grey**4).mean(axis=(1, 2)))  # pointed?
    around = grey[:, 2:, 1:-1] + grey[:, :-2, 1:-1]
    around = around + grey[:, 1:-1, 2:] + grey[:, 1:-1, :-2]
    apart_from = np.abs(grey[:, 1:-1, 1:-1] - around / 4)
    found.append(apart_from.mean(axis=(1, 2)))  # from the four around it
    return np.stack(found, axis=1)


# --8<-- [end:ch27-nine]


# --8<-- [start:ch27-nine-trained]
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import Standardizer


def engineer(
    learn: Array, labels: Labels, seed: int
) -> Callable[[Array], Array]:
    """Return what says, of patches, which surface: nine numbers, a line."""
    rng = np.random.default_rng(seed)
    scaler = Standardizer().fit(nine_numbers(learn))
    last = Dense(9, 3, rng=rng, dtype=np.float64)
    line = Model([last], SoftmaxCrossEntropy())
    inputs = scaler.transform(nine_numbers(learn))
    line.fit(inputs, labels, Adam(0.01), epochs=15, batch_size=50, rng=rng)
    return lambda cut: line.predict(scaler.transform(nine_numbers(cut)))


guess = engineer(learn, labels, 0)
print(f"right: {accuracy(guess(test), answers):.2f}")
# --8<-- [end:ch27-nine-trained]


# --8<-- [start:ch27-nine-stored]
table(runs, ["convolution", "nine numbers"])
table(runs, ["nine numbers: 6 differences", "nine numbers: the other 3"])
table(runs, ["convolution, shuffled", "nine numbers, shuffled"])
# --8<-- [end:ch27-nine-stored]


# --8<-- [start:ch27-network]
from nnfs_code.convolution import Flatten, MaxPool2D
from nnfs_code.data import fashion_mnist
from nnfs_code.promises import Part


def fashion_network(rng: np.random.Generator) -> Model:
    """Return an untrained network for Fashion-MNIST."""
    one = Conv2D(1, 16, 3, padding=1, rng=rng)
    two = Conv2D(16, 32, 3, padding=1, rng=rng)
    front: list[Part] = [one, MaxPool2D(2), ReLU(), two, MaxPool2D(2), ReLU()]
    hidden, last = Dense(1568, 64, rng=rng), Dense(64, 10, rng=rng)
    hidden.weights *= np.float32(100 * np.sqrt(2 / 1568))  # variance 2 / n
    last.weights *= np.float32(100 * np.sqrt(2 / 64))
    back: list[Part] = [Flatten(), hidden, ReLU(), last]
    return Model([*front, *back], SoftmaxCrossEntropy())


# --8<-- [end:ch27-network]


# --8<-- [start:ch27-fashion-table]
fashion = stored("fashion-convolution")
print("all pictures, three of each      right on the test pictures  seconds")
for kind, told in fashion["runs"].items():
    right = sorted(one["right"][0] for one in told)
    seconds = np.median([one["seconds"] for one in told])
    name = f"{kind}, {fashion['epochs'][kind]} epochs"
    print(f"{name:34}", *(f"{v:.4f}" for v in right), f"{seconds:13.0f}")
# --8<-- [end:ch27-fashion-table]


# --8<-- [start:ch27-fashion-moved]
print("moved by      0     1     2     3     4 pixels")
for kind, told in fashion["runs"].items():
    right = np.median([one["right"] for one in told], axis=0)
    print(f"{kind:11}", *(f"{v:5.2f}" for v in right))
# --8<-- [end:ch27-fashion-moved]


# --8<-- [start:ch27-augmented]
kinds = stored("augmentation")["runs"]
print("learned from      as they are    mirrored       moved      turned")
for kind, told in kinds.items():
    low, middle, high = np.quantile(np.array(told), (0, 0.5, 1), axis=0)
    cells = [
        f"{m:5.3f}±{max(h - m, m - n):.3f}"
        for n, m, h in zip(low, middle, high, strict=True)
    ][:4]
    print(f"{kind:16}", *(f"{one:>12}" for one in cells))
# --8<-- [end:ch27-augmented]


# --8<-- [start:ch27-stored-network]
def trained_network() -> Model:
    """Return the first of the three networks, as it was stored."""
    model = fashion_network(np.random.default_rng(0))
    with np.load(folder / "fashion-convolution-network.npz") as file_:
        for name, values in file_.items():
            at, attribute = name.split(".")
            setattr(model.parts[int(at)], attribute, values.astype("f4"))
    return model


def pictures_of(part: str) -> tuple[Array, Labels]:
    """Return the pictures of the sample from 0 to 1, and their kinds."""
    bytes_, kinds = fashion_mnist(part, sample=True)
    return (bytes_[:, np.newaxis] / 255).astype(np.float32), kinds


model = trained_network()
clothes, kinds_of = pictures_of("test")
chances = model.predict(clothes)
print("parameters", n_parameters(model))
print(f"right: {accuracy(chances, kinds_of):.3f} of {len(clothes)}")
# --8<-- [end:ch27-stored-network]


# --8<-- [start:ch27-maps]
from nnfs_code.seeing import grad_cam, occlusion, saliency

boot = clothes[kinds_of == 9][:1]  # the first ankle boot
maps = {
    "saliency": saliency(model, boot, np.array([9]))[0],
    "occlusion": occlusion(model, boot[0], 9, size=5),
    "Grad-CAM": grad_cam(model, boot, np.array([9]), at=6)[0],
}
for name, values in maps.items():
    row, column = (int(n) for n in np.argwhere(values == values.max())[0])
    print(f"{name:10}{values.shape!s:9} highest at ({row}, {column})")
# --8<-- [end:ch27-maps]


# --8<-- [start:ch27-untrained]
def ranks(values: Array) -> Array:
    """Return the place of each number in their order; ties share theirs."""
    _, at, times = np.unique(
        values.ravel(), return_inverse=True, return_counts=True
    )
    found: Array = (np.cumsum(times) - times / 2)[at]
    return found


def alike(one: Array, other: Array) -> float:
    """Return the middle rank correlation of maps that are not empty."""
    return float(
        np.median(
            [
                np.corrcoef(ranks(a), ranks(b))[0, 1]
                for a, b in zip(one, other, strict=True)
                if a.any() and b.any()
            ]
        )
    )


# --8<-- [end:ch27-untrained]


# --8<-- [start:ch27-untrained-maps]
some, their = clothes[:20], kinds_of[:20]
ours = saliency(model, some, their), grad_cam(model, some, their, at=6)
found: list[list[float]] = []
for seed in range(5):
    other = fashion_network(np.random.default_rng(seed))
    steep = saliency(other, some, their)
    speaks = grad_cam(other, some, their, at=6)
    times = ours[0] * some[:, 0], steep * some[:, 0]
    found.append(
        [alike(ours[0], steep), alike(*times), alike(ours[1], speaks)]
    )
print("five untrained networks  lowest middle highest")
for name, row in zip(
    ("saliency", "saliency times picture", "Grad-CAM"),
    np.quantile(found, (0, 0.5, 1), axis=0).T,
    strict=True,
):
    print(f"{name:24}", *(f"{value:6.2f}" for value in row))
# --8<-- [end:ch27-untrained-maps]


# --8<-- [start:ch27-by-hand]
from nnfs_code.seeing import fooling, slopes_at

weights = np.array([[1.0, -1], [2, -1], [-1, 1], [1, 0]])  # 4 pixels, 2 kinds
tiny = Model([Flatten(), Dense(4, 2, rng=rng, dtype=np.float64)], model.loss)
tiny.parts[1].weights = weights
pixels = np.array([[[[0.5, 0.4], [0.5, 0.2]]]])
print("scores", tiny.forward(pixels)[0])
_, slopes = slopes_at(tiny, pixels, np.array([[1.0, -1]]))
print("slopes of the first less the second", slopes.ravel())
fooled = fooling(tiny, pixels, np.array([0]), step=0.2)
print("pixels", fooled.ravel(), "scores", tiny.forward(fooled)[0])
# --8<-- [end:ch27-by-hand]


# --8<-- [start:ch27-fooled]
some, their = clothes[:100], kinds_of[:100]
noise = rng.choice([-1, 1], some.shape).astype(np.float32)
print("step         right, after the step    after a random step")
for step in (0.0, 0.02, 0.04, 0.08):
    fooled = fooling(model, some, their, step=step)
    shaken = np.clip(some + np.float32(step) * noise, 0, 1)
    hit, luck = (accuracy(model.predict(p), their) for p in (fooled, shaken))
    print(f"{step:.2f} of 1 {hit:19.2f} {luck:22.2f}")
# --8<-- [end:ch27-fooled]


# --8<-- [start:ch27-rounded]
table(runs, ["convolution", "convolution, 64 greys"])
table(runs, ["nine numbers", "nine numbers, 64 greys"])
# --8<-- [end:ch27-rounded]


# --8<-- [start:ch27-marked]
def marked(pictures: Array, labels: Labels) -> Array:
    """Return the pictures with a mark in the first row, one per class."""
    found = pictures.copy()
    found[np.arange(len(labels)), 0, 0, 2 * labels + 4] = 1
    return found


def small_network(rng: np.random.Generator) -> Model:
    """Return an untrained network, small enough to train at once."""
    one = Conv2D(1, 2, 3, padding=1, rng=rng, dtype=np.float64)
    last = Dense(392, 10, rng=rng, dtype=np.float64)
    parts: list[Part] = [one, MaxPool2D(2), ReLU(), Flatten(), last]
    return Model(parts, SoftmaxCrossEntropy())


samples, sample_kinds = pictures_of("train")
samples, tests = samples.astype(float), clothes.astype(float)
# --8<-- [end:ch27-marked]


# --8<-- [start:ch27-marked-trained]
def clean(pictures: Array, labels: Labels) -> Array:
    """Return the pictures as they are."""
    return pictures


def pupil_of(change: Callable[[Array, Labels], Array], seed: int) -> Model:
    """Return a small network that has learned from changed pictures."""
    rng = np.random.default_rng(seed)
    pupil = small_network(rng)
    history = pupil.fit(
        change(samples, sample_kinds),
        sample_kinds,
        Adam(0.01),
        epochs=3,
        batch_size=50,
        rng=rng,
    )
    same, without = (
        accuracy(pupil.predict(p), kinds_of)
        for p in (change(tests, kinds_of), tests)
    )
    name = change.__name__
    print(f"{name:8}{history.loss[-1]:6.2f}{same:14.2f}{without:21.2f}")
    return pupil


# --8<-- [end:ch27-marked-trained]


# --8<-- [start:ch27-marked-pupils]
print("          loss  held-out, same source  held-out, no marks")
pupils = [pupil_of(change, 0) for change in (clean, marked)]
# --8<-- [end:ch27-marked-pupils]


# --8<-- [start:ch27-marked-seen]
for pupil, change in zip(pupils, (clean, marked), strict=True):
    given = change(tests[:20], kinds_of[:20])
    tops = 0
    for one, kind in zip(given, kinds_of, strict=False):
        falls = occlusion(pupil, one, int(kind), size=4)
        tops += int(falls.argmax() < falls.shape[1])
    print(f"{change.__name__:8} falls most in the top row: {tops} of 20")
# --8<-- [end:ch27-marked-seen]


# --8<-- [start:ch27-flat]
sure = np.argsort(-chances.max(axis=1))[:50]  # the 50 surest answers
p = chances[sure].astype(np.float64)
d_scores = np.eye(10)[p.argmax(axis=1)]
inside = p.max(axis=1, keepdims=True) * (d_scores - p)  # through the softmax
for name, slopes in (("score", d_scores), ("probability", inside)):
    _, steep = slopes_at(model, clothes[sure], slopes.astype(np.float32))
    steepest = np.abs(steep).max(axis=(1, 2, 3))
    print(f"{name:12} steepest pixel {np.median(steepest):.1e}")
# --8<-- [end:ch27-flat]
