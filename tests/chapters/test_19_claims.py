"""Numbers of chapter 19's page that come from no output."""

import math

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code import data, idx
from nnfs_code.data import FASHION_FILES
from nnfs_code.model import Model
from nnfs_code.optimizers import SGD, Adam
from reasons import reason
from script_19 import PAGE, script
from scripted import definitions

# Numbers of the page that come from a source or from a formula.
FACTS = {
    "is about 0.05 in the first layer and 0.125": "test_he_s_start",
    "83.5 % of 1,000 test pictures": "the README of Fashion-MNIST",
    "$55{,}000 / 128 = 429.7$": "the formula, in numbers",
    "What does the formula (19.3) no": "a formula's number",
}


def test_he_s_start():
    model = script()["network"](
        (784, 128, 128, 10), np.random.default_rng(0), True, np.float64
    )
    spreads = [layer.weights.std() for layer in model.parts[::2]]
    np.testing.assert_allclose(spreads, [0.05, 0.125, 0.125], rtol=0.06)


def middle(values):
    return float(np.median(list(values)))


def test_the_first_size_of_the_training_pictures():
    assert claim("19-a-real-dataset", "three axes, of {}, 28 and 28") == 60_000
    header = bytes([0, 0, 8, 1, 0, 0, 234, 96])
    assert idx.decode(header + bytes(60_000)).shape == (60_000,)


def test_the_files_are_as_large_as_stated():
    stated = claim("19-a-real-dataset", "two for the test pictures, {} MB in")
    largest = claim("19-a-real-dataset", "twenty of the largest file's {} meg")
    sizes = [26_421_880, 29_515, 4_422_102, 5_148]  # as the server has them
    assert len(FASHION_FILES) == len(sizes)
    assert round(sum(sizes) / 1e6) == stated
    assert round(max(sizes) / 1e6) == largest


@pytest.mark.parametrize("part", ["train", "test"])
def test_a_call_asks_for_the_two_files_of_its_part(part, monkeypatch):
    reason(PAGE, "looks for each file that it needs in a cache folder")
    asked = []

    def note(name, *_):
        asked.append(name)
        return np.zeros(0)

    monkeypatch.setattr(data, "fashion_array", note)
    data.fashion_mnist(part)
    assert len(asked) == 2 < len(FASHION_FILES)
    start = {"train": "train", "test": "t10k"}[part]
    assert all(name.startswith(start) for name in asked)


def test_a_full_step_sees_as_many_pictures_as_these_batches():
    stated = claim(
        "19-a-real-dataset", "sees as many pictures as {} batches of up to 128"
    )
    assert math.ceil(60_000 / 128) == stated


def test_four_times_the_pictures_half_the_error():
    names = script()
    rng = np.random.default_rng(8)
    n = len(breadth(20, 60))
    off = [
        middle(
            names["errors_of"](
                [rng.choice(2000, size, replace=False) for _ in range(n)]
            )
        )
        for size in (10, 40, 160, 640)
    ]
    for small, large in zip(off[1:], off, strict=False):
        assert 0.38 < small / large < 0.62


def test_by_class_and_mixed():
    """As low a loss, and one in four right in place of three."""
    runs = {
        order: np.array(
            [script()["in_order"](order, seed) for seed in breadth(5, 15)]
        )
        for order in ("by class", "once", "anew")
    }
    loss, right, low = (
        {order: values[:, n] for order, values in runs.items()}
        for n in range(3)
    )
    for order in ("once", "anew"):
        assert abs(middle(loss["by class"]) - middle(loss[order])) < 0.1
        assert 0.65 < middle(right[order]) < 0.8
        assert middle(low[order]) > 0.4
        assert low["by class"].max() < low[order].min()
    assert 0.2 < middle(right["by class"]) < 0.33
    assert middle(low["by class"]) < 0.08
    # "the two rows overlap"
    assert max(right["once"].min(), right["anew"].min()) < min(
        right["once"].max(), right["anew"].max()
    )


def by_class_losses(seed, optimizer, epochs=2):
    """Return a model, and the losses of single batches: class × batch."""
    names = script()
    model = names["small"](seed)
    losses = [
        model.train_step(names["inputs"][b], names["labels"][b], optimizer)
        for _ in range(epochs)
        for b in np.split(names["by_class"], 100)
    ]
    return model, np.reshape(losses, (10 * epochs, 10))


def test_the_peaks_of_the_figure_are_new_classes():
    for seed in breadth(3, 10):
        _, losses = by_class_losses(seed, SGD(0.01))
        assert (losses[:, 0] > 1).all()
        assert (losses[:, -1] < losses[:, 0] / 2).sum() >= 17
        assert middle(losses[:, -1]) < 0.3
    _, losses = by_class_losses(0, SGD(0.01))  # the figure's
    assert 2 < np.quantile(losses[:, 0], 0.2) < losses[:, 0].max() < 8.1


def with_adam(seed, order, leaky):
    """Train three epochs; return the last loss, and the silent neurons."""
    names, rng = script(), np.random.default_rng(seed)
    model = names["small"](seed)
    if leaky:
        first, _, last = model.parts
        slopes = definitions("ch18_model")["LeakyReLU"]()  # 0.1 below 0
        model = Model([first, slopes, last], model.loss)
    places = names["by_class"]
    if order == "mixed":
        places = rng.permutation(2000)
    history = model.fit(
        names["inputs"][places],
        names["labels"][places],
        Adam(0.002),
        epochs=3,
        batch_size=20,
        rng=rng if order == "mixed" else None,
    )
    return history.loss[-1], silent(model)


def test_with_adam_the_losses_stick_and_neurons_are_silent():
    stuck, by_class, mixed, *leaky = (
        claim(
            "19-a-real-dataset",
            "In the third epoch its mean was {}, what a guess costs",
        ),
        *claim(
            "19-a-real-dataset",
            "about {} of the 16 hidden neurons answered 0 to every picture, "
            "against {} with shuffled data",
        ),
        *claim(
            "19-a-real-dataset",
            "the mean was still {}, against {} with shuffled data",
        ),
    )
    assert stuck == pytest.approx(math.log(10), abs=0.05)
    found = {
        (order, slope): np.median(
            [with_adam(seed, order, slope) for seed in breadth(5, 15)], axis=0
        )
        for order in ("by class", "mixed")
        for slope in (False, True)
    }
    assert found["by class", False][0] == pytest.approx(stuck, abs=0.12)
    assert found["mixed", False][0] < 0.7
    assert abs(found["by class", False][1] - by_class) <= 1.5
    assert abs(found["mixed", False][1] - mixed) <= 1.5
    for order, stated in zip(("by class", "mixed"), leaky, strict=True):
        assert found[order, True][0] == pytest.approx(stated, abs=0.15)


def test_with_adam_most_new_classes_bring_no_jump():
    reason(
        PAGE, "After the first epoch, most new classes brought no jump of the"
    )
    rises, jumps = [], []
    for seed in breadth(5, 15):
        _, losses = by_class_losses(seed, Adam(0.002), 3)
        rises.append(np.median(losses[10:, 0] / losses[10:, -1]))
        jumps.append(losses[10:, 0] > losses[9:-1, -1] + 0.5)
        _, losses = by_class_losses(seed, SGD(0.01), 3)
        assert np.median(losses[10:, 0] / losses[10:, -1]) > 5
    assert max(rises) < 1.5
    assert 0.05 < np.mean(jumps) < 0.45  # most, and not all of them


def silent(model):
    """Return how many hidden neurons answer 0 to all pictures."""
    hidden = model.parts[1].forward(model.parts[0].forward(script()["inputs"]))
    return int((hidden.max(axis=0) == 0).sum())


def test_bytes_learn_something_too():
    names = script()
    runs = {}
    for name, seen, fresh in (
        (
            "bytes",
            names["pictures"] - np.uint8(128),
            names["fresh_pictures"] - np.uint8(128),
        ),
        ("floats", names["pictures"] - 128.0, names["fresh_pictures"] - 128.0),
    ):
        runs[name] = np.array(
            [
                names["after_training"](seen, fresh, seed)
                for seed in breadth(5, 15)
            ]
        )
    assert np.median(runs["bytes"][:, 0]) < 1.4  # it falls from 2.3 on
    assert 0.45 < np.median(runs["bytes"][:, 1]) < 0.65
    assert runs["bytes"][:, 1].max() < runs["floats"][:, 1].min()


@pytest.mark.parametrize(("before", "after"), [(127, 255), (128, 0)])
def test_two_neighbouring_greys(before, after):
    assert np.array([before], np.uint8) - np.uint8(128) == after
