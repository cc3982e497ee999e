"""Numbers of chapter 19's page that come from no output."""

import math

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code import idx
from nnfs_code.data import FASHION_FILES
from nnfs_code.optimizers import SGD, Adam
from script_19 import PAGE, script


def middle(values):
    return float(np.median(list(values)))


def test_the_first_size_of_the_training_pictures():
    assert claim(PAGE, "three axes, of {}, 28 and 28") == 60_000
    header = bytes([0, 0, 8, 1, 0, 0, 234, 96])
    assert idx.decode(header + bytes(60_000)).shape == (60_000,)


def test_the_files_are_as_large_as_stated():
    stated = claim(PAGE, "downloads them, {} MB, if they are in neither")
    sizes = [26_421_880, 29_515, 4_422_102, 5_148]  # as the server has them
    assert len(FASHION_FILES) == len(sizes)
    assert round(sum(sizes) / 1e6) == stated


def test_a_full_step_sees_as_many_pictures_as_these_batches():
    stated = claim(PAGE, "sees as many pictures as {} batches of 128")
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


def by_class_losses(seed, optimizer, size, epochs=2):
    """Return a model, and the losses of single batches: class × batch."""
    names = script()
    model = names["small"](seed)
    losses = [
        model.train_step(names["inputs"][b], names["labels"][b], optimizer)
        for _ in range(epochs)
        for b in np.split(names["by_class"], 2000 // size)
    ]
    return model, np.reshape(losses, (10 * epochs, 200 // size))


def test_the_peaks_of_the_figure_are_new_classes():
    for seed in breadth(3, 10):
        _, losses = by_class_losses(seed, SGD(0.01), 20)
        assert (losses[:, 0] > 1).all()
        assert (losses[:, -1] < losses[:, 0] / 2).sum() >= 17
        assert middle(losses[:, -1]) < 0.3
    _, losses = by_class_losses(0, SGD(0.01), 20)  # the figure's
    assert 2 < np.quantile(losses[:, 0], 0.2) < losses[:, 0].max() < 8.1


def test_with_adam_the_losses_stick_and_neurons_are_silent():
    stuck, by_class, mixed = (
        claim(PAGE, "They stuck at {}, what a guess costs"),
        *claim(
            PAGE,
            "about {} of its 16 hidden neurons answered 0 to every picture, "
            "against {} with shuffled data",
        ),
    )
    assert stuck == pytest.approx(math.log(10), abs=0.05)
    names = script()
    found = {"by class": [], "mixed": []}
    for seed in breadth(5, 15):
        model, losses = by_class_losses(seed, Adam(0.002), 50, 4)
        found["by class"].append(silent(model))
        rises = losses[10:, 0] / losses[10:, -1]
        assert np.median(rises) < 1.5  # no jump from class to class
        model = names["small"](seed)
        how = {"epochs": 4, "batch_size": 50}
        model.fit(
            names["inputs"],
            names["labels"],
            Adam(0.002),
            rng=np.random.default_rng(0),
            **how,
        )
        found["mixed"].append(silent(model))
    assert abs(middle(found["by class"]) - by_class) <= 1.5
    assert abs(middle(found["mixed"]) - mixed) <= 1.5


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
def test_the_two_most_similar_greys(before, after):
    assert np.array([before], np.uint8) - np.uint8(128) == after
