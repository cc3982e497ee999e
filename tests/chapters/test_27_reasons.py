"""Reasons of chapter 27: the effect with its cause, and without."""

import os
from copy import deepcopy

import numpy as np
import pytest

from claims import claim
from nnfs_code.activations import Softmax
from nnfs_code.convolution import Conv2D
from nnfs_code.metrics import accuracy
from nnfs_code.seeing import fooling, grad_cam, occlusion, saliency, slopes_at
from nnfs_code.surfaces import photographs
from reasons import reason
from script_27 import names, right

PAGE = "27-a-convolutional-network"


def test_without_sharing_each_place_learns_from_its_own_windows():
    """Sharing away, the rest as it is; then more windows for each place."""
    reason(
        PAGE,
        "Without, each place has to learn from its own window, so it sees one"
        " per patch",
    )
    gains, dense = claim(
        "27-a-convolutional-network",
        "the middle run of not shared is {} points higher, and still below "
        "that of the convolution with a quarter of the patches. The "
        "convolution gains nothing. (Dense gains {} points",
    )
    found = {}
    for rung in ("not shared", "dense, pixels", "convolution"):
        more = np.median(
            right(f"{rung.removesuffix(', pixels')}, 4 x patches")
        )
        found[rung] = 100 * (more - np.median(right(rung)))
    assert found["not shared"] == pytest.approx(gains, abs=0.5)
    assert found["dense, pixels"] == pytest.approx(dense, abs=0.5)
    assert -1 < found["convolution"] < 0
    more = np.median(right("not shared, 4 x patches"))
    assert more < np.median(right("convolution"))
    assert right("convolution").min() > right("not shared").max() + 0.02


def test_both_live_on_neighbours():
    reason(
        PAGE,
        "The pixels of each patch are shuffled, in an order of its own, so"
        " that neighbours are neighbours by chance",
    )
    for rung in ("convolution", "nine numbers"):
        with_, without = right(rung), right(f"{rung}, shuffled")
        assert with_.min() > 0.91
        assert without.max() < 0.79


def right_by_middles(features, labels):
    """Return what the nearest class middle gets right; half to learn."""
    half = len(labels) // 2
    scale = features[:half].std(axis=0) + 1e-9
    middles = [features[:half][labels[:half] == k].mean(0) for k in range(3)]
    apart = (features[half:, np.newaxis] - np.array(middles)) / scale
    guesses = (apart**2).sum(axis=2).argmin(axis=1)
    return (guesses == labels[half:]).mean()


def test_brightness_and_contrast_tell_a_part():
    reason(
        PAGE,
        "Otherwise brightness and contrast would give a part of the answer"
        " away",
    )
    rng, pictures = np.random.default_rng(0), photographs()
    labels = rng.integers(3, size=1000)
    corners = rng.integers(492, size=(1000, 2))
    cut = np.array(
        [
            pictures[k, r : r + 20, c : c + 20]
            for k, (r, c) in zip(labels, corners, strict=True)
        ]
    )

    def told(patches):
        pairs = [patches.mean(axis=(1, 2)), patches.std(axis=(1, 2))]
        return right_by_middles(np.stack(pairs, axis=1).round(3), labels)

    level = cut - cut.mean(axis=(1, 2), keepdims=True)
    level = level / level.std(axis=(1, 2), keepdims=True)
    assert told(cut) > 0.45
    assert told(level) < 0.4


def test_the_direction_matters():
    reason(
        PAGE,
        "A random step of that size costs next to nothing: the same size, in"
        " another direction",
    )
    left = names()
    some, kinds = left["clothes"][:100], left["kinds_of"][:100]
    model = left["model"]
    before = accuracy(model.predict(some), kinds)
    fooled = fooling(model, some, kinds, step=0.04)
    assert accuracy(model.predict(fooled), kinds) < before - 0.4
    for seed in range(3):
        signs = np.random.default_rng(seed).choice([-1, 1], some.shape)
        shaken = np.clip(some + 0.04 * signs, 0, 1).astype(np.float32)
        assert accuracy(model.predict(shaken), kinds) > before - 0.03
    size = np.abs(fooled - some).reshape(100, -1)
    assert 300 < np.median((size > 0.039).sum(axis=1)) < 784  # hundreds pull


def test_what_is_wrong_with_slopes_of_a_probability():
    """1 - p in 32 bits, and the same as the sum of the others."""
    reason(
        PAGE,
        "Add up the other probabilities in place of $1 - p$, and the maps are"
        " right or nearly so, however small",
    )
    exactly = claim(
        "27-a-convolutional-network",
        "In 32 bits $p$ is exactly 1 for {} of the 50",
    )
    left = names()
    sure, model = left["sure"], left["model"]
    highest = left["chances"][sure].max(axis=1)
    assert (highest == 1).sum() == pytest.approx(exactly, abs=2)
    some = left["clothes"][sure]
    scores = model.forward(some).astype(np.float64)
    p = Softmax().forward(scores)
    best = np.eye(10)[p.argmax(axis=1)]
    others = (p * (1 - best)).sum(axis=1, keepdims=True)
    inside = p.max(axis=1, keepdims=True) * np.where(best, others, -p)

    def maps(slopes, model=model):
        floats = model.parts[0].weights.dtype
        given, asked = some.astype(floats), slopes.astype(floats)
        _, found = slopes_at(model, given, asked)
        return np.abs(found).reshape(50, -1).astype(np.float64)

    truth = deepcopy(model)
    for part in truth.parts:
        for name in ("weights", "biases"):
            if hasattr(part, name):
                values = getattr(part, name).astype(np.float64)
                setattr(part, name, values)
        if isinstance(part, Conv2D):
            part.dtype = np.dtype(np.float64)
    exact = maps(inside, truth)

    def worst(found):
        pairs = zip(found, exact, strict=True)
        return min(np.corrcoef(a, b)[0, 1] for a, b in pairs)

    assert np.median(exact.max(axis=1)) < 1e-5
    assert worst(maps(inside)) > 0.95
    assert worst(maps(left["inside"])) < 0.6


def test_zeros_of_the_picture_make_products_alike():
    """Where the picture is not 0, the two have much less in common."""
    reason(
        PAGE,
        "Almost half of the pixels of these pictures are 0, and so are both"
        " products there",
    )
    most = claim(
        "27-a-convolutional-network",
        "On the other pixels alone the middle correlation is {}",
    )
    left = names()
    some, kinds = left["clothes"][:20], left["kinds_of"][:20]
    assert 0.45 < (some == 0).mean() < 0.5
    ours = saliency(left["model"], some, kinds) * some[:, 0]
    for seed in range(5):
        other = left["fashion_network"](np.random.default_rng(seed))
        theirs = saliency(other, some, kinds) * some[:, 0]
        inside = [
            left["alike"](one[seen][None], two[seen][None])
            for one, two, seen in zip(
                ours, theirs, some[:, 0] > 0, strict=True
            )
        ]
        assert left["alike"](ours, theirs) > 0.89
        assert np.median(inside) <= most


def tops(pupils):
    """Return for how many of 20 pictures the first row counts most."""
    left, found = names(), []
    changes = left["clean"], left["marked"]
    for pupil, change in zip(pupils, changes, strict=True):
        given = change(left["tests"][:20], left["kinds_of"][:20])
        falls = [
            occlusion(pupil, one, int(kind), size=4)
            for one, kind in zip(given, left["kinds_of"], strict=False)
        ]
        found.append(sum(int(f.argmax() < f.shape[1]) for f in falls))
    return found


def test_a_mark_is_what_the_maps_catch():
    reason(
        PAGE,
        "For half of the 20 pictures, the score falls most when a square"
        " covers the first row",
    )
    without, with_ = tops(names()["pupils"])
    assert without == 0
    assert 8 <= with_ <= 12


@pytest.mark.skipif("FULL" not in os.environ, reason="FULL alone: seconds")
def test_marks_of_three_other_seeds():
    stated = claim(
        "27-a-convolutional-network",
        "three other seeds: {}, {} and {}, against {}, {} and {}",
    )
    left, found = names(), []
    for seed in (1, 2, 3):
        changes = left["clean"], left["marked"]
        found.append(tops([left["pupil_of"](c, seed) for c in changes]))
    clean, marked = zip(*found, strict=True)
    assert [*marked, *clean] == pytest.approx(list(stated), abs=2)


def test_grad_cam_forgets_places():
    """Behind it is a dense layer; the mean slope of a map has no places."""
    reason(
        PAGE,
        "behind it is a dense layer that weighs places differently",
    )
    left = names()
    boot = left["boot"]
    d_scores = np.zeros((1, 10), np.float32)
    d_scores[0, 9] = 1
    maps, slopes = slopes_at(left["model"], boot, d_scores, 6)
    spread = slopes.std(axis=(2, 3)) / (np.abs(slopes.mean(axis=(2, 3))))
    assert np.median(spread) > 1
    level = slopes.mean(axis=(2, 3), keepdims=True)
    found = grad_cam(left["model"], boot, np.array([9]), at=6)
    expected = np.maximum((level * maps).sum(axis=1), 0)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
