"""Photographs of surfaces, and the patches that are cut from them."""

import hashlib

import numpy as np
import pytest

from nnfs_code.surfaces import SURFACES, patches, photographs


def test_the_photographs_are_those_that_were_packed():
    pictures = photographs()
    assert pictures.shape == (len(SURFACES), 512, 512)
    assert pictures.dtype == np.float32
    greys = np.rint(pictures * 255).astype(np.uint8)
    np.testing.assert_allclose(pictures, greys / 255, atol=1e-6)
    assert pictures.min() == 0
    assert pictures.max() == np.float32(244) / 255
    digest = hashlib.sha256(greys.tobytes()).hexdigest()
    assert digest.startswith("1cf1aad43b528490")


def test_patches_are_level_and_of_their_picture():
    pictures = np.arange(2 * 30 * 40.0).reshape(2, 30, 40)
    pictures[1] = pictures[1, ::-1] ** 2
    found, labels = patches(
        pictures, 200, size=5, rng=np.random.default_rng(0)
    )
    assert found.shape == (200, 1, 5, 5)
    np.testing.assert_allclose(found.mean(axis=(2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(found.std(axis=(2, 3)), 1, rtol=1e-5)
    assert set(labels) == {0, 1}
    # A patch of the first picture is a plane, so its corners add up.
    corners = found[:, 0, ::4, ::4]
    twist = corners[:, 0, 0] - corners[:, 0, 1]
    twist = twist - corners[:, 1, 0] + corners[:, 1, 1]
    assert np.abs(twist[labels == 0]).max() < 1e-9
    assert np.abs(twist[labels == 1]).min() > 1e-6


def test_all_four_turns_and_all_corners_are_drawn():
    picture = np.zeros((1, 6, 6))
    picture[0] = np.arange(36.0).reshape(6, 6)
    found, _ = patches(picture, 400, size=5, rng=np.random.default_rng(1))
    first = {(round(p[0, 0, 0], 3), round(p[0, 0, 4], 3)) for p in found}
    assert len(first) == 4  # level: places look alike, turns do not
    whole, _ = patches(picture, 3, size=6, rng=np.random.default_rng(1))
    assert whole.shape == (3, 1, 6, 6)


def test_a_flat_patch_stays_finite():
    found, _ = patches(
        np.ones((1, 8, 8)), 2, size=4, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(found, 0)


@pytest.mark.parametrize(
    ("n_samples", "size", "message"),
    [
        (0, 4, "patches expected n_samples"),
        (3, 0, "patches expected size"),
        (3, 9, "patches expected pictures of at least 9 by 9"),
    ],
)
def test_what_does_not_fit_is_refused(n_samples, size, message):
    with pytest.raises((TypeError, ValueError), match=message):
        patches(
            np.ones((1, 8, 12)),
            n_samples,
            size=size,
            rng=np.random.default_rng(0),
        )
