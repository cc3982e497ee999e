"""Photographs of surfaces, and the patches that are cut from them."""

import hashlib
from collections import Counter

import numpy as np
import pytest

from nnfs_code.surfaces import (
    SURFACES,
    belt_costs,
    block_patches,
    patches,
    photographs,
    texture_numbers,
    zoomed,
)


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
    first = Counter(
        (round(p[0, 0, 0], 3), round(p[0, 0, 4], 3)) for p in found
    )
    assert len(first) == 4  # level: places look alike, turns do not
    assert max(first.values()) < 130  # about 100 of each
    whole, _ = patches(picture, 3, size=6, rng=np.random.default_rng(1))
    assert whole.shape == (3, 1, 6, 6)


def test_a_flat_patch_stays_finite():
    found, _ = patches(
        np.ones((1, 8, 8)), 2, size=4, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(found, 0)


def test_a_faint_patch_is_not_drawn_to_full_contrast():
    checks = np.indices((8, 8), np.float32).sum(axis=0)[np.newaxis] % 2
    found, _ = patches(
        1e-6 * (2 * checks - 1), 2, size=4, rng=np.random.default_rng(0)
    )
    np.testing.assert_allclose(np.abs(found), 0.5, rtol=1e-3)
    assert found.dtype == np.float32


@pytest.mark.parametrize(
    ("n_samples", "size", "message"),
    [
        (0, 4, "n_samples of at least 1, got 0"),
        (3, 0, "size of at least 1, got 0"),
        (3, 9, r"pictures of at least 9 by 9, got \(1, 8, 12\)"),
    ],
)
def test_what_does_not_fit_is_refused(n_samples, size, message):
    with pytest.raises(ValueError, match=f"^patches expected {message}$"):
        patches(
            np.ones((1, 8, 12)),
            n_samples,
            size=size,
            rng=np.random.default_rng(0),
        )


def test_zooming_out_is_a_mean_and_zooming_in_draws_lines():
    ramp = np.broadcast_to(np.arange(12.0), (1, 8, 12))
    inner = zoomed(ramp, 0.5)[0, :, 1:-1]
    assert inner.shape == (4, 4)
    np.testing.assert_allclose(
        inner, np.tile(2 * np.arange(1, 5) + 0.5, (4, 1))
    )
    near = zoomed(ramp, 2)
    assert near.shape == (1, 16, 24)
    steps = np.diff(near[0, 3, 1:-1])
    np.testing.assert_allclose(steps, 0.5)
    np.testing.assert_allclose(zoomed(ramp, 1.0), ramp)
    checks = np.indices((8, 8)).sum(axis=0)[np.newaxis] % 2 * 1.0
    gone = zoomed(checks, 0.5)[:, 1:-1, 1:-1]
    np.testing.assert_allclose(gone, 0.5)  # too fine, so it is smoothed
    assert zoomed(ramp.astype(np.float32), 0.7).dtype == np.float32
    with pytest.raises(
        ValueError, match=r"^zoomed expected factor above 0, got 0$"
    ):
        zoomed(ramp, 0)


def test_blocks_share_no_pixel():
    places = np.arange(2 * 130 * 200.0).reshape(2, 130, 200)
    found, labels, keys = block_patches(
        places, 5, rng=np.random.default_rng(0)
    )
    assert found.shape == (2 * 2 * 3 * 5, 1, 20, 20)
    assert labels.tolist() == [0] * 30 + [1] * 30
    assert keys.tolist() == np.repeat(np.arange(12), 5).tolist()
    # Each patch is from its block: a picture that is flat elsewhere.
    lone = np.zeros((1, 128, 128))
    lone[0, :64, 64:] = np.random.default_rng(1).random((64, 64))
    found, _, keys = block_patches(lone, 100, rng=np.random.default_rng(2))
    busy = found.std(axis=(1, 2, 3)) > 0.5
    assert set(keys[busy]) == {1}
    assert busy.sum() == 100


def test_the_nine_numbers_by_hand():
    stripes = np.tile([1.0, -1.0], (1, 1, 20, 10))
    found = texture_numbers(stripes)[0]
    np.testing.assert_allclose(found[:6], [0, 2, 0, 0, 0, 0])
    np.testing.assert_allclose(found[6:8], [0, 1])
    np.testing.assert_allclose(found[8], 1)  # each has two equal neighbours
    turned = texture_numbers(stripes.transpose(0, 1, 3, 2))[0]
    np.testing.assert_allclose(turned, found)
    flat = texture_numbers(np.ones((1, 1, 20, 20)))[0]
    np.testing.assert_allclose(flat, [0, 0, 0, 0, 0, 0, 1, 1, 0])
    lone = np.zeros((1, 1, 20, 20))
    lone[..., 9, 9] = 4  # it differs by 4, and four neighbours by 1
    np.testing.assert_allclose(texture_numbers(lone)[0, 8], 8 / 18**2)


def test_the_prices_of_the_belt():
    table = belt_costs(look=1, grade=3, grass=30)
    assert table.tolist() == [[0, 30, 3], [3, 0, 3], [3, 30, 0], [1, 1, 1]]
    table = belt_costs()
    assert table.tolist() == [[0, 40, 5], [5, 0, 5], [5, 40, 0], [2, 2, 2]]
