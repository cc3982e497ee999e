"""Numbers that the page of chapter 20 states about runs."""

import numpy as np
import pytest

from claims import breadth, claim, within
from nnfs_code.comparison import compare, sign_test
from nnfs_code.layers import Dense
from nnfs_code.metrics import (
    class_precisions,
    class_recalls,
    confusion_matrix,
    top_accuracy,
)
from script_20 import (
    honest_error,
    network,
    probabilities,
    right,
    scores,
    script,
)

FACTS = {
    "(11.2)": "the number of a formula",
    "and (20.4) becomes": "the number of a formula",
    "pairs, bootstrap, (20.5)": "the number of a formula",
    "3. Two networks have 0.83 and 0.80 on": "a question",
    '4. Somebody reports "0.91 ± 0.002 over ten': "a question",
    "Will another 300 pictures give about 0.91": "a question",
}
SEEDS = breadth(3, 12)


def test_the_standard_error_by_hand():
    p, rest, product, square, root = claim(
        "20-evaluation",
        "By hand: ${} \\cdot {} = {}$, divided by 400 is {}, and the root of"
        " that is {}.",
    )
    assert right(64).mean() == pytest.approx(p)
    assert rest == pytest.approx(1 - p)
    assert p * rest == pytest.approx(product)
    assert product / 400 == pytest.approx(square, abs=5e-7)
    assert square**0.5 == pytest.approx(root, abs=5e-5)


def test_with_forty_of_each_class_the_spread_is_smaller():
    stated = claim(
        "20-evaluation", "the spread of the accuracy is a little smaller, {}."
    )
    labels, hits = script()["test_labels"], right(64)
    shares = np.array([hits[labels == k].mean() for k in range(10)])
    by_formula = np.sqrt((shares * (1 - shares) / 40).sum()) / 10
    assert by_formula == pytest.approx(stated, abs=5e-5)
    rng = np.random.default_rng(0)
    drawn = [
        np.mean([rng.choice(hits[labels == k], 40) for k in range(10)])
        for _ in range(500)
    ]
    assert np.std(drawn) == pytest.approx(stated, rel=0.1)


def test_by_heart_is_beyond_luck():
    stated, *own = claim(
        "20-evaluation",
        "With one or five bins its {} is far more than luck: labels drawn with"
        " its own probabilities give {} and {}.",
    )
    for seed in SEEDS:
        table = probabilities(64, seed, 500, 40)
        for n_bins, luck in zip((1, 5), own, strict=True):
            error = script()["gap"](table, script()["test_labels"], n_bins)
            control = honest_error(table, n_bins)
            assert error > 2.5 * control
            assert seed > 0 or error == pytest.approx(stated, abs=5e-4)
            assert seed > 0 or control == pytest.approx(luck, abs=2e-3)


def test_by_heart_was_too_sure_on_the_way():
    stated = claim(
        "20-evaluation",
        "over all test pictures by {} after 10 of its 40 epochs, by {} after"
        " 20, and by {} at the end. Meanwhile its scores grew.",
    )
    names, gaps, spreads = script(), [], []

    class Look:
        def after_epoch(self, epoch, history, model):
            if epoch in (10, 20, 40):
                found = model.forward(names["test_pictures"])
                sure = names["Softmax"]().forward(found).max(axis=1)
                hits = found.argmax(axis=1) == names["test_labels"]
                gaps.append(sure.mean() - hits.mean())
                spreads.append(found.std())

    rng = np.random.default_rng(0)
    model = names["untrained"](64, rng)
    model.fit(
        names["pictures"][:500],
        names["labels"][:500],
        names["Adam"](names["CosineDecay"](0.01, 200)),
        epochs=40,
        batch_size=100,
        rng=rng,
        callbacks=[Look()],
    )
    assert gaps == pytest.approx(stated, abs=0.006)
    assert spreads == sorted(spreads)
    by_heart = network(64, 0, 500, 40)
    for (one, _), (other, _) in zip(
        model.pairs(), by_heart.pairs(), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_equal_classes_do_not_make_the_averages_equal():
    macro, micro = claim(
        "20-evaluation", "as in the first line below: {} against {}."
    )
    labels = script()["test_labels"]
    said = scores(64).argmax(axis=1)
    table = confusion_matrix(said, labels, 10)
    assert class_precisions(table).mean() == pytest.approx(macro, abs=5e-5)
    assert right(64).mean() == pytest.approx(micro)
    assert class_recalls(table).mean() == pytest.approx(micro)
    swapped = confusion_matrix(np.roll(labels, 7), labels, 10)
    assert (swapped.sum(axis=0) == 40).all()  # said equally often
    assert class_precisions(swapped).mean() == pytest.approx(
        (np.roll(labels, 7) == labels).mean()
    )


def test_over_many_draws_of_ten_the_macro_precision_stays():
    stated = claim(
        "20-evaluation",
        "over many draws of ten shirts the mean of the macro precision stays"
        " at {}.",
    )
    labels, said = script()["test_labels"], scores(64).argmax(axis=1)
    shirts, others = np.flatnonzero(labels == 6), np.flatnonzero(labels != 6)
    rng, found = np.random.default_rng(0), []
    for _ in range(500):
        rows = np.append(others, rng.permutation(shirts)[:10])
        table = confusion_matrix(said[rows], labels[rows], 10)
        found.append(class_precisions(table).mean())
    whole = class_precisions(confusion_matrix(said, labels, 10)).mean()
    assert np.mean(found) == pytest.approx(stated, abs=0.005)
    assert np.mean(found) == pytest.approx(whole, abs=0.002)
    assert 0.3 < np.mean(np.array(found) < whole) < 0.6


def test_the_formula_for_the_precision_of_shirts():
    number, error = claim(
        "20-evaluation",
        "For the precision of shirts that is {}, and the formula gives {}.",
    )
    said = scores(64).argmax(axis=1) == 6
    share = right(64)[said].mean()
    assert said.sum() == number
    by_formula = np.sqrt(share * (1 - share) / number)
    assert by_formula == pytest.approx(error, abs=5e-4)


def test_equally_good_networks_would_spread_as_far():
    luck, spread = claim(
        "20-evaluation",
        "would come out with a spread of about {} (shuffle the five answers"
        " to each picture among the networks, and measure again), so our {}"
        " does not show",
    )
    hits = np.array([right(64, seed) for seed in range(5)])
    by_pictures = np.sqrt(hits.var(axis=0, ddof=1).sum()) / 400
    assert by_pictures == pytest.approx(luck, abs=1e-3)
    found = hits.mean(axis=1).std(ddof=1)
    assert found == pytest.approx(spread, abs=2e-4)
    assert found < by_pictures
    rng = np.random.default_rng(0)
    mixed = [
        rng.permuted(hits, axis=0).mean(axis=1).std(ddof=1) for _ in range(300)
    ]
    assert np.mean(mixed) == pytest.approx(luck, abs=6e-4)


def test_the_variance_of_the_difference_by_hand():
    r, apart = claim(
        "20-evaluation",
        "Here $r = 300/400 = {}$, where two networks whose mistakes have"
        " nothing to do with each other would have $p\\, q = {}$.",
    )
    one, other, shared, left = claim(
        "20-evaluation", "So it is ${} + {} - 2 \\cdot {} = {}$."
    )
    wide, narrow = right(64), right(16)
    assert (wide & narrow).mean() == r
    assert wide.mean() * narrow.mean() == pytest.approx(apart)
    assert wide.var() == pytest.approx(one)
    assert narrow.var() == pytest.approx(other)
    assert r - apart == pytest.approx(shared)
    assert one + other - 2 * shared == pytest.approx(left)
    pair = compare(wide, narrow)
    assert pair.standard_error**2 * 400 == pytest.approx(left)


def test_the_two_networks_and_their_pairs():
    alone, other = claim(
        "20-evaluation",
        "on {} the wide network alone is right, on {} the narrow one alone.",
    )
    wide, narrow = right(64), right(16)
    assert compare(wide, narrow)[1:3] == (alone, other)
    errors = [net.std() / 20 for net in (wide, narrow)]
    assert wide.mean() - narrow.mean() < 1.96 * sum(errors)  # they overlap


def test_wide_networks_lie_close_together():
    close = claim(
        "20-evaluation", "The five wide networks lie within {} of each other"
    )
    shares = [right(64, seed).mean() for seed in range(5)]
    assert np.ptp(shares) == pytest.approx(close, abs=0.004)


def test_the_layer_alone_cannot_be_told_from_the_network():
    one, other = claim(
        "20-evaluation", "The pairs said {} to {}. I tried more seeds, and"
    )
    pair = compare(right(64), right(0))
    assert (pair.only_one, pair.only_other) == (one, other)
    for seed in SEEDS:
        pair = compare(right(64, seed), right(0, seed))
        assert sign_test(pair.only_one, pair.only_other) > 0.05


def test_other_weights_behind_the_same_seed():
    """The single layer that was drawn first, and thrown away."""
    first, later = claim(
        "20-evaluation",
        "The chance of the coins had changed from {} to {} by nothing but",
    )
    names = script()

    def wasteful(width):
        rng = np.random.default_rng(0)
        Dense(784, 10, rng=rng, dtype=np.float64)
        model = names["untrained"](width, rng)
        adam = names["Adam"](names["CosineDecay"](0.01, 160))
        model.fit(
            names["pictures"],
            names["labels"],
            adam,
            epochs=8,
            batch_size=100,
            rng=rng,
        )
        said = model.forward(names["test_pictures"]).argmax(axis=1)
        return said == names["test_labels"]

    pair = compare(wasteful(64), wasteful(16))
    assert pair[1:3] == (32, 13)
    assert sign_test(*pair[1:3]) == pytest.approx(first, abs=5e-5)
    pair = compare(right(64), right(16))
    assert sign_test(*pair[1:3]) == pytest.approx(later, abs=5e-5)


def test_most_mistakes_are_among_four_classes_in_each_network():
    names, uppers = script(), [0, 2, 4, 6]
    for seed in SEEDS:
        table = confusion_matrix(scores(64, seed), names["test_labels"], 10)
        wrong = table - np.diag(np.diag(table))
        inside = wrong[np.ix_(uppers, uppers)].sum()
        assert inside > wrong.sum() / 2
        assert class_recalls(table).argmin() == 6


def test_six_in_ten_mistakes_are_right_in_second_place():
    labels, shares = script()["test_labels"], []
    for seed in breadth(4, 12):
        missed = ~right(64, seed)
        shares.append(
            top_accuracy(scores(64, seed)[missed], labels[missed], 2)
        )
    within(0.5, 0.75, shares)


def test_the_error_in_ten_bins_is_that_of_a_calibrated_network():
    found = claim("20-evaluation", "and {} here is what luck gives.")
    again = claim("20-evaluation", "The calibration error was {} with ten")
    table = probabilities(64)
    error = script()["gap"](table, script()["test_labels"], 10)
    assert found == again == pytest.approx(error, abs=5e-4)
    assert honest_error(table, 10) == pytest.approx(error, abs=0.008)


def test_one_hot_entry_by_entry_by_hand():
    wrong, share = claim(
        "20-evaluation", 'So the "accuracy" is $1 - {} \\cdot 2 / 10 = {}$.'
    )
    none = claim("20-evaluation", "No class at all, ten zeros, would get {}.")
    one_hot = script()["one_hot"]
    truth = one_hot(script()["test_labels"], 10)
    said = one_hot(scores(64).argmax(axis=1), 10)
    assert (truth == said).mean() == pytest.approx(share)
    assert 1 - wrong * 2 / 10 == pytest.approx(share)
    assert (truth == 0).mean() == pytest.approx(none)


def test_coins_by_hand():
    five, six = claim(
        "20-evaluation",
        "Five coins fall alike with probability $2 \\cdot 2^{-5} = {}$, six"
        " with {}.",
    )
    assert sign_test(5, 0) == five
    assert sign_test(6, 0) == six < 0.05 < five


def test_groups_of_eighty():
    numbers = claim(
        "20-evaluation",
        "the standard error of the lowest group is $\\sqrt{{} \\cdot {} / 80}"
        " = {}$, and its gap is one and a half of it. The gap of the"
        " fourth, {} against {}, is smaller.",
    )
    fourth = claim(
        "20-evaluation",
        "But there the standard error is $\\sqrt{{} \\cdot {} / 80} = {}$, and"
        " the gap is nearly three of it.",
    )
    table = script()["ranks"](probabilities(64), script()["test_labels"], 5)
    gaps = np.abs(table[:, 0] - table[:, 1])
    assert gaps.argmax() == 0
    np.testing.assert_allclose(table[3], numbers[3:], atol=0.006)
    for row, (said, rest, error) in ((0, numbers[:3]), (3, fourth)):
        assert table[row, 0] == pytest.approx(said, abs=0.006)
        assert said + rest == pytest.approx(1)
        assert (said * rest / 80) ** 0.5 == pytest.approx(error, abs=5e-4)
    assert gaps[0] / numbers[2] == pytest.approx(1.5, abs=0.2)
    assert gaps[3] / fourth[2] == pytest.approx(2.7, abs=0.2)


def test_the_questions():
    spread = claim(
        "20-evaluation",
        "luck of 300 pictures is $\\sqrt{0.91 \\cdot 0.09 / 300}$, nearly {}.",
    )
    assert np.sqrt(0.91 * 0.09 / 300) == pytest.approx(spread, abs=5e-4)
    assert sign_test(15, 0) < 0.001
    assert sign_test(70, 55) > 0.2


def test_twice_the_rate_was_a_point_better_on_held_out_pictures():
    names = script()
    held = np.arange(2000) % 4 == 1

    def score(rate, seed):
        rng = np.random.default_rng(seed)
        model = names["untrained"](64, rng)
        model.fit(
            names["pictures"][~held],
            names["labels"][~held],
            names["Adam"](names["CosineDecay"](rate, 120)),
            epochs=8,
            batch_size=100,
            rng=rng,
        )
        return model.evaluate(
            names["pictures"][held],
            names["labels"][held],
            metric=names["accuracy"],
        ).metric

    once, twice = (
        np.mean([score(rate, seed) for seed in range(3)])
        for rate in (0.01, 0.02)
    )
    assert 0 < twice - once < 0.025, (once, twice)


def test_the_network_is_the_one_of_the_page():
    found = network(64).evaluate(
        script()["test_pictures"], script()["test_labels"]
    )
    assert found.loss == pytest.approx(0.5656, abs=5e-4)
