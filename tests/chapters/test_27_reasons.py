"""Reasons of chapter 27: the effect with its cause, and without."""

import numpy as np

from nnfs_code.activations import Softmax
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
    shared, apart = right("convolution"), right("not shared")
    assert shared.min() > apart.max() + 0.02
    more = right("not shared, 4 x patches")
    assert more.min() > apart.max() + 0.01
    assert np.median(more) < shared.min()


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
        "Random steps of the same size cost a few points: the direction"
        " matters, not the size",
    )
    left = names()
    some, kinds = left["clothes"][:200], left["kinds_of"][:200]
    model, found = left["model"], []
    before = accuracy(model.predict(some), kinds)
    fooled = fooling(model, some, kinds, step=0.04)
    signs = np.random.default_rng(3).choice([-1, 1], some.shape)
    shaken = np.clip(some + 0.04 * signs, 0, 1).astype(np.float32)
    found = [accuracy(model.predict(p), kinds) for p in (fooled, shaken)]
    assert found[0] < before - 0.4
    assert found[1] > before - 0.08


def steepest(model, pictures, chances):
    p = chances.astype(np.float64)
    best = np.eye(10)[p.argmax(axis=1)]
    inside = p.max(axis=1, keepdims=True) * (best - p)
    _, slopes = slopes_at(model, pictures, inside.astype(np.float32))
    return np.median(np.abs(slopes).max(axis=(1, 2, 3)))


def test_softmax_is_flat_where_it_is_sure():
    reason(
        PAGE,
        "Softmax is flat near 1, so the steepest pixel has a slope of nearly"
        " nothing",
    )
    left = names()
    sure, chances = left["chances"].max(axis=1), left["chances"]
    highest, unsure = np.argsort(-sure)[:50], np.flatnonzero(sure < 0.7)
    model, clothes = left["model"], left["clothes"]
    assert steepest(model, clothes[highest], chances[highest]) < 1e-4
    assert steepest(model, clothes[unsure], chances[unsure]) > 0.1
    softer = Softmax().forward(np.array([[20.0, 0, 0]]))
    assert softer.max() > 0.999


def test_zeros_of_the_picture_make_products_alike():
    """Where the picture is not 0, the two have much less in common."""
    reason(
        PAGE,
        "Most pixels of these pictures are 0, so are both products there,"
        " and the maps agree on the outline",
    )
    left = names()
    some, kinds = left["clothes"][:20], left["kinds_of"][:20]
    maps = [
        saliency(one, some, kinds) * some[:, 0]
        for one in (
            left["model"],
            left["fashion_network"](np.random.default_rng(0)),
        )
    ]
    all_, inside = [], []
    for one, other, picture in zip(*maps, some[:, 0], strict=True):
        seen = picture > 0
        all_.append(left["alike"](one[None], other[None]))
        inside.append(left["alike"](one[seen][None], other[seen][None]))
    assert np.median(all_) > 0.8
    assert np.median(inside) < np.median(all_) - 0.15


def test_a_mark_is_what_the_maps_catch():
    reason(
        PAGE,
        "For most of the 20 pictures, the score falls most when a square"
        " covers the first row",
    )
    left = names()
    tops = []
    for pupil, change in zip(
        left["pupils"], (left["clean"], left["marked"]), strict=True
    ):
        given = change(left["tests"][:20], left["kinds_of"][:20])
        falls = [
            occlusion(pupil, one, int(kind), size=4)
            for one, kind in zip(given, left["kinds_of"], strict=False)
        ]
        tops.append(sum(f.argmax() < f.shape[1] for f in falls))
    assert tops[0] <= 2
    assert tops[1] > 10


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
