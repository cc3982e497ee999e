"""Numbers that the page of chapter 22 states."""

import numpy as np
import pytest

from claims import breadth, claim, within
from nnfs_code.pictures import (
    centre,
    edge,
    grey,
    invert,
    prepared,
    shrink,
    stretch,
)
from reasons import reason
from script_22 import networks, rights, script

FACTS = {
    "The weights 0.299, 0.587 and 0.114": "ITU-R BT.601, in pictures.grey",
    "gets a brightness of 0.114 in place of 0.299": "the same",
    "with a confidence above 0.99": "Nguyen, Yosinski, Clune 2015, abstract",
    "So a probability of 0.99 says": "an example",
    'The network says "bag, 0.98"': "the row 'noise' of the output",
}


def test_softmax_by_hand():
    square, zero, numerator, total, probability = claim(
        "22-prediction",
        "for the first pair: $e^2 = {}$ and $e^0 = {}$, and ${} / {} = {}$.",
    )
    assert np.exp(2) == pytest.approx(square, abs=5e-4)
    assert (zero, numerator) == (1, square)
    assert total == pytest.approx(square + 1, abs=5e-4)
    assert numerator / total == pytest.approx(probability, abs=5e-3)


def test_the_first_probability_of_exercise_1():
    e, total, first = claim(
        "22-prediction", "$e / (e + 1 + 1) = {} / {} = {}$"
    )
    assert [np.e, np.e + 2] == pytest.approx([e, total], abs=5e-4)
    assert e / total == pytest.approx(first, abs=5e-4)


def test_the_memory_of_one_array():
    pictures, width, whole, size, part = claim(
        "22-prediction",
        "With {} pictures and a layer of {} neurons in float64, one such array"
        " has {} MB. In batches of {} it has {} MB",
    )
    assert 8 * pictures * width / 1e6 == pytest.approx(whole, abs=0.5)
    assert 8 * size * width / 1e6 == pytest.approx(part, abs=0.1)


def test_one_pixel_costs_seven_points():
    points = claim(
        "22-prediction", "by a single pixel, the pictures lose about {} points"
    )
    names, n = script(), len(breadth(5, 8))
    bright, moved = names["bright"], names["moved"]
    lost = 100 * (rights(bright, n) - rights(moved(bright, 1), n))
    within(points - 5, points + 5, lost)
    four = rights(moved(bright, 4), n)
    within(0.17, 0.30, four)


def test_light_and_dark_exchanged_is_worse_than_lots():
    lots = claim("22-prediction", "guessing, which would give {}. Half")
    bright, n = script()["bright"], len(breadth(5, 8))
    assert lots == 0.1
    assert np.median(rights(1 - bright, n)) < lots
    kept = rights(bright, n) - rights(bright / 2, n)
    assert np.abs(kept).max() < 0.035


def test_it_is_not_what_leaves_the_frame():
    count, free, before, after = claim(
        "22-prediction",
        "{} have at least {} free columns there, and lose nothing. (They are"
        " trousers and dresses for the most part.) Of these the middle"
        " network gets {} right before they are moved, and {}",
    )
    names = script()
    bright, labels = names["bright"], names["labels"]
    chosen = (bright[:, :, 28 - int(free) :] == 0).all(axis=(1, 2))
    assert chosen.sum() == count
    moved = names["moved"](bright[chosen], int(free))
    np.testing.assert_allclose(moved.sum(), bright[chosen].sum())
    plain = rights(bright[chosen], labels=labels[chosen])
    assert np.median(plain) == pytest.approx(before, abs=0.015)
    found = rights(moved, labels=labels[chosen])
    assert np.median(found) == pytest.approx(after, abs=0.015)


def test_the_figure_of_moved_pictures():
    start, two, four, low = claim(
        "22-prediction",
        "To the right it falls from {} to {} at 2 pixels and {} at 4."
        " Downwards it falls more slowly at first. Both end near {}.",
    )
    names = script()
    bright, moved = names["bright"], names["moved"]
    found = [np.median(rights(moved(bright, k))) for k in (0, 2, 4, 8)]
    assert found[:3] == pytest.approx([start, two, four], abs=0.02)
    down = [np.median(rights(moved(bright, 0, k))) for k in (1, 2, 8)]
    assert down[0] > np.median(rights(moved(bright, 1)))
    assert down[1] > found[1]
    assert [found[3], down[2]] == pytest.approx([low, low], abs=0.04)


def test_the_shrinking_by_hand():
    old = claim("22-prediction", "For the brightnesses {}, {} and {}:")
    new = script()["shares"](3, 2) @ old
    assert new == pytest.approx([0.2, 0.8])
    assert np.mean(new) == pytest.approx(np.mean(old))


def test_the_odd_pixel_is_above_in_most_pictures():
    above, odd = claim(
        "22-prediction", "the extra one is above in {} of {}.) Keep"
    )
    rows = (script()["training"] > 0).any(axis=2)
    less = rows.argmax(axis=1) - rows[:, ::-1].argmax(axis=1)
    assert [(less == 1).sum(), (abs(less) == 1).sum()] == [above, odd]


def test_the_result_of_preparing_ends_below_1():
    taken, _ = script()["photos"](6, 0.1)
    for shot in taken:
        assert 0.9 < prepared(shot).max() < 1


def test_the_seven_drawn_things():
    """Six kinds are named right, for other photos and networks too."""
    names = script()
    n_each = claim("22-prediction", "six kinds are right in each of their {}")
    assert n_each == 6 * len(names["models"])
    share = claim("22-prediction", "has become a T-shirt at {}. One picture")
    found = names["model"].predict(prepared(names["mine"]).reshape(1, -1))
    assert found[0, 0] == pytest.approx(share, abs=0.02)
    for seed in breadth(3, 5):
        rng = np.random.default_rng(seed)
        for kind, outline in names["OUTLINES"].items():
            shots = [names["photo"](outline, rng) for _ in range(6)]
            labels = np.full(6, names["FASHION_NAMES"].index(kind))
            right = rights([prepared(shot) for shot in shots], labels=labels)
            if kind == "Pullover":
                assert right.mean() < 0.5
            else:
                assert right.mean() > 0.95


def test_photos_shrunk_by_skipping_pixels():
    of_all = claim("22-prediction", "For the {} photos below that hardly")
    reason("22-prediction", "that hardly changes the number of right answers")
    names = script()
    taken, kinds = names["photos"](6, 0.1)
    assert len(taken) == of_all

    def skipped(shot, at):
        bright = invert(grey(shot))
        wall = float(np.median(edge(bright)))
        square = centre(stretch(bright, wall), 0.2)
        kept = ((np.arange(28) + at) * len(square) / 28).astype(int)
        return square[np.ix_(kept, kept)]

    means = rights([prepared(shot) for shot in taken], labels=kinds)
    for at in (0, 0.5, 0.99):  # the first, the middle, the last of a step
        found = rights([skipped(shot, at) for shot in taken], labels=kinds)
        # two, and one to spare
        assert np.abs(of_all * (found - means)).max() < 3.5


def test_the_cure_costs_nothing_on_pictures_without_a_fault():
    names, n = script(), len(breadth(5, 8))
    points = claim("22-prediction", "goes to the other side, {} points are")
    plain = rights(names["bright"], n)
    tidied = rights([prepared(picture) for picture in names["test"]], n)
    assert abs(np.median(plain - tidied)) < 0.01
    other = rights([names["other_side"](p) for p in names["bright"]], n)
    assert 100 * np.median(plain - other) == pytest.approx(points, abs=1.2)
    limit = claim(
        "22-prediction", "A threshold of {} cuts off what is dark at"
    )
    cut = [prepared(p, threshold=limit) for p in names["test"]]
    assert 0.01 < np.median(plain - rights(cut, n)) < 0.05


def test_half_of_the_pictures_move_by_one_pixel():
    names = script()
    share = []
    for place in range(len(names["bright"])):
        picture = names["bright"][place]
        change = np.abs(names["other_side"](picture) - picture).max()
        share.append(change > 1e-6)
    assert 0.4 < np.mean(share) < 0.6


def test_a_known_picture_and_a_stranger():
    sure, said, share = claim(
        "22-prediction",
        "Above {}, the first network said {} on average and was right in {}",
    )
    below = claim("22-prediction", "Below, it said {} and was right in {}.")
    names = script()
    found = names["model"].predict(names["inputs"])
    largest, right = found.max(axis=1), found.argmax(1) == names["labels"]
    for chosen, stated in (
        (largest > sure, (said, share)),
        (largest <= sure, below),
    ):
        means = largest[chosen].mean(), right[chosen].mean()
        assert means == pytest.approx(stated, abs=0.006)
    middle, surest = claim(
        "22-prediction",
        "A ring gets {} on average from the middle network, and {} from the",
    )
    rings = names["sets"]["a ring"]
    mean = sorted(m.predict(rings).max(axis=1).mean() for m in networks(5))
    assert mean[2] == pytest.approx(middle, abs=0.01)
    assert mean[4] == pytest.approx(surest, abs=0.01)


def test_noise_is_named_with_more_confidence_than_clothes():
    names = script()
    for model in networks(5):
        sure = [
            model.predict(names["sets"][name]).max(axis=1).mean()
            for name in ("noise", "clothes, not seen before", "all black")
        ]
        assert sure[0] > sure[1] + 0.05
        assert sure[2] < 0.5


def test_darker_noise_is_named_with_less_confidence():
    low, high = claim(
        "22-prediction", "at a quarter of its brightness it gets {} to {}."
    )
    dim = script()["sets"]["noise"] / 4
    sure = [m.predict(dim).max(axis=1).mean() for m in networks(5)]
    assert [min(sure), max(sure)] == pytest.approx([low, high], abs=0.02)


def test_noise_and_the_limit_of_exercise_4():
    limit = claim("22-prediction", "for clothes. At {}, half of the clothes")
    names = script()
    clothes = names["model"].predict(names["inputs"]).max(axis=1) > limit
    noise = names["model"].predict(names["sets"]["noise"]).max(axis=1) > limit
    assert clothes.mean() == pytest.approx(0.5, abs=0.03)
    assert noise.mean() == pytest.approx(0.8, abs=0.03)


def test_the_photos_that_are_right_in_a_tenth():
    first, whole, share = claim(
        "22-prediction",
        "Your photos are right in {} of {} cases, the test pictures in {}.",
    )
    names = script()
    rng = np.random.default_rng(0)
    shots = [
        names["framed"](picture, "all of these", rng)
        for picture in names["bright"]
    ]
    raw = rights([shrink(names["grey"](shot), 28) for shot in shots])
    assert np.median(raw) == pytest.approx(first / whole, abs=0.02)
    plain = np.median(rights(names["bright"]))
    assert plain == pytest.approx(share / whole, abs=0.01)


def test_centre_leaves_nearly_all_pictures_as_they_are():
    changed = [
        np.abs(shrink(centre(picture), 28) - picture).max() > 1e-6
        for picture in script()["bright"]
    ]
    assert np.mean(changed) < 0.05
