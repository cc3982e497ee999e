"""Numbers of chapter 19's page that come from no output."""

import math

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code import idx
from nnfs_code.data import FASHION_FILES
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
    """A guess: 0.1. By class: little more than twice that."""
    runs = {
        order: [
            script()["in_order"](order, seed)[1] for seed in breadth(5, 15)
        ]
        for order in ("by class", "once", "anew")
    }
    assert claim(PAGE, "A guess would be right in one of {}") == 10
    assert 0.15 < middle(runs["by class"]) < 0.35
    assert max(runs["by class"]) < min(runs["once"] + runs["anew"])
    # "the two rows overlap"
    assert max(min(runs["once"]), min(runs["anew"])) < min(
        max(runs["once"]), max(runs["anew"])
    )


def test_the_peaks_of_the_figure_are_new_classes():
    from nnfs_code.optimizers import Adam
    from nnfs_code.preprocessing import batches

    names = script()
    for seed in breadth(3, 8):
        model, adam = names["small"](seed), Adam(0.002)
        losses = [
            model.train_step(
                names["inputs"][names["by_class"][batch]],
                names["labels"][names["by_class"][batch]],
                adam,
            )
            for _ in range(2)
            for batch in batches(2000, 50)
        ]
        second = np.reshape(losses[40:], (10, 4))  # four batches of a class
        assert (second[:, 0] == second.max(axis=1)).all()
        assert middle(second[:, 3]) < 0.3
        assert middle(second[:, 0]) > 1.5


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
