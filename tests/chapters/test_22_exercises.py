"""Chapter 22: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.activations import Softmax
from nnfs_code.pictures import grey
from reasons import reason
from script_22 import PAGE, networks, rights, script


def test_exercise_1_by_hand():
    e = np.e
    found = Softmax().forward(np.array([[1.0, 0, 0], [4, 3, 3]]))
    np.testing.assert_allclose(found, [[e / (e + 2), *[1 / (e + 2)] * 2]] * 2)
    assert 0.5 < found[0, 0] < 0.6


def test_exercise_2_keeps_the_mean():
    mean = claim("22-prediction", "The mean was 0.4, and is {}.")
    table, old = script()["shares"](5, 2), [0, 0.6, 0.9, 0.3, 0.2]
    by_hand = [[0.4, 0.4, 0.2, 0, 0], [0, 0, 0.2, 0.4, 0.4]]
    np.testing.assert_allclose(table, by_hand, atol=1e-12)
    assert (table @ old).mean() == pytest.approx(mean) == np.mean(old)


def test_exercise_3_a_mirrored_shoe_is_never_recognised():
    names, n = script(), len(breadth(5, 8))
    for label, low, high in ((1, 0.85, 1), (8, 0.85, 1), (7, 0, 0), (9, 0, 0)):
        chosen = names["labels"] == label
        found = rights(
            names["bright"][chosen][:, :, ::-1], n, names["labels"][chosen]
        )
        assert low <= found.min() <= found.max() <= high


def test_exercise_3_which_classes_suffer():
    reason(PAGE, "Of the mirrored sandals, three in ten at most are. No other")
    most, of_class = claim(
        "22-prediction",
        "class loses more than {} of its {} pictures in any of the five",
    )
    names = script()
    for label in range(10):
        chosen = names["labels"] == label
        assert chosen.sum() == of_class
        shots, labels = names["bright"][chosen], names["labels"][chosen]
        mirrored = rights(shots[:, :, ::-1], 5, labels)
        lost = of_class * (rights(shots, 5, labels) - mirrored)
        if label in (5, 7, 9):
            assert lost.min() > 3 * most
        else:
            assert lost.max() < most + 1.5
        if label == 5:
            assert 0.1 < mirrored.min() < mirrored.max() < 0.34


def test_exercise_3_the_surer_of_two_is_no_cure():
    names = script()
    plain = rights(names["bright"])
    found = []
    for model in networks(5):
        both = np.array(
            [model.predict(names["inputs"]), model.predict(names["mirrored"])]
        )
        surer = both.max(axis=2).argmax(axis=0)
        rows = np.arange(len(names["labels"]))
        right = both[surer, rows].argmax(axis=1) == names["labels"]
        found.append(right.mean())
    assert (np.array(found) < plain - 0.03).all()


def test_exercise_4_a_limit_trades_answers_for_mistakes():
    names = script()
    found = names["model"].predict(names["inputs"])
    right = found.argmax(axis=1) == names["labels"]
    shares = []
    for limit in (0, 0.5, 0.9, 0.99):
        kept = found.max(axis=1) > limit
        shares.append((kept.sum(), right[kept].mean()))
    answers, good = zip(*shares, strict=True)
    assert list(answers) == sorted(answers, reverse=True)
    assert list(good) == sorted(good)


def test_exercise_5_five_agree_on_noise():
    names = script()
    named = {
        kind: np.array(
            [
                m.predict(names["sets"][kind]).argmax(axis=1)
                for m in networks(5)
            ]
        )
        for kind in ("noise", "clothes, not seen before")
    }
    agreed = {k: np.mean(np.ptp(v, axis=0) == 0) for k, v in named.items()}
    assert agreed["noise"] > 0.98
    bags, answers = (named["noise"] == 8).sum(), named["noise"].size
    stated, n_bags = claim(
        "22-prediction", "and of their {} answers to it, {} are a bag"
    )
    assert answers == stated
    assert bags == pytest.approx(n_bags, abs=4)
    reason(PAGE, "too few to say that it is better")
    alone = np.median(rights(names["bright"]))
    mean = np.mean([m.predict(names["inputs"]) for m in networks(5)], axis=0)
    gained = names["accuracy"](mean, names["labels"]) - alone
    assert 0 < 400 * gained < 7  # "Three pictures more"
    assert agreed["clothes, not seen before"] < 0.9


def test_rows_of_probabilities_sum_to_1_and_rows_of_scores_do_not():
    names = script()
    sums = names["probabilities"].sum(axis=1)
    np.testing.assert_allclose(sums, 1)
    assert np.abs(names["outputs"].sum(axis=1) - 1).min() > 0.01


def test_the_units_are_found_by_the_probabilities_of_a_known_picture():
    names = script()
    model, inputs = names["model"], names["inputs"]
    right, wrong = model.predict(inputs), model.predict(255 * inputs)
    same = right.argmax(axis=1) == wrong.argmax(axis=1)
    assert same.mean() > 0.9
    reason(PAGE, "if the network was not sure of that picture")
    moved, sure = np.abs(right - wrong).max(axis=1), right.max(axis=1)
    assert moved[sure < 0.9].min() > 0.09
    assert moved[same & (sure > 0.99)].max() < 0.01
    assert (wrong.max(axis=1) > 0.99).mean() > 0.98


def test_exchanged_axes_are_found_by_a_known_corner():
    picture = np.zeros((28, 28))
    picture[0, 27] = 1
    assert picture.T.shape == picture.shape
    assert picture.T[0, 27] == 0
    assert rights(script()["bright"].transpose(0, 2, 1)).max() < 0.25


@pytest.mark.parametrize(("order", "brightness"), [(1, 0.299), (-1, 0.114)])
def test_red_in_the_other_order_of_channels(order, brightness):
    red = np.array([[[255, 0, 0]]], np.uint8)
    assert grey(red[..., ::order].copy())[0, 0] == pytest.approx(brightness)


def test_a_cut_out_garment_whose_alpha_is_dropped():
    picture = np.zeros((4, 4, 4), np.uint8)
    picture[1:3, 1:3] = (20, 20, 20, 255)  # opaque and dark
    assert np.ptp(grey(picture[..., :3].copy())) < 0.1
    assert np.ptp(grey(picture)) > 0.9


def test_a_rectangle_is_filled():
    corners = [(1.0, 1.0), (4.0, 1.0), (4.0, 3.0), (1.0, 3.0)]
    found = script()["inside"]([corners], 4, 5)
    assert found.sum() == 6
    assert found[1:3, 1:4].all()
