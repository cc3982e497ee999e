"""Chapter 19: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from nnfs_code import idx
from nnfs_code.optimizers import Adam
from nnfs_code.preprocessing import batches
from script_19 import script


def test_steps_of_an_epoch():
    sizes = [len(batch) for batch in batches(55_000, 128)]
    assert (len(sizes), sizes[-1]) == (430, 88)
    assert sum(sizes) == 55_000


def test_the_header_of_the_test_labels():
    header = bytes([0, 0, 8, 1, 0, 0, 39, 16])
    assert len(header) == 8
    assert idx.decode(header + bytes(10_000)).shape == (10_000,)
    with pytest.raises(ValueError, match="9999 bytes"):
        idx.decode(header + bytes(9_999))


@pytest.mark.parametrize("seed", range(3))
def test_the_callback_of_ones_own_stops(seed):
    names = script()
    history = names["small"](seed).fit(
        names["inputs"],
        names["labels"],
        Adam(0.002),
        epochs=30,
        batch_size=50,
        rng=np.random.default_rng(seed),
        validation=(names["others"], names["fresh"]),
        metric=names["accuracy"],
        callbacks=[names["Until"](0.7)],
    )
    *before, last = history.validation_metric
    assert last >= 0.7
    assert all(value < 0.7 for value in before)


def test_half_of_all():
    ratio = (1000 / 1000) * (10 / 1990)  # of the mean squares, as in 19.3
    assert np.sqrt(ratio) == pytest.approx(0.071, abs=5e-4)


def test_the_nearest_picture():
    names = script()
    inputs, others = names["inputs"], names["others"]
    products = (inputs**2).sum(axis=1) - 2 * others @ inputs.T
    few = ((others[:20, np.newaxis] - inputs) ** 2).sum(axis=2)
    np.testing.assert_array_equal(
        products[:20].argmin(axis=1), few.argmin(axis=1)
    )
    right = (names["labels"][products.argmin(axis=1)] == names["fresh"]).mean()
    assert right == pytest.approx(0.79, abs=0.006)


def test_the_prepared_pictures_have_the_range_that_they_should():
    """The test for the bytes that wrap around: lowest and highest."""
    names = script()
    assert names["inputs"].min() == -1
    assert names["inputs"].max() == 1
    wrapped = names["pictures"] - np.uint8(128)
    assert (wrapped.min(), wrapped.max()) == (0, 255)  # no number below 0
