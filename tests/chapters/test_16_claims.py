"""Numbers that the page of chapter 16 states about runs."""

from functools import cache

import numpy as np
import pytest

from claims import breadth, claim, within
from factory import balanced, cost, neuron, parts, truth
from nnfs_code.activations import ReLU, Sigmoid
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import (
    BinaryCrossEntropy,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from nnfs_code.metrics import (
    accuracy,
    best_threshold,
    binary_accuracy,
    binary_counts,
    precision,
    precision_recall_curve,
    recall,
    roc_auc,
    roc_curve,
)
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay

FACTS = {
    "(9.8)": "the number of a formula",
    "(16.4)": "the number of a formula",
    "$0.005 / (0.005 + 0.0396) = 0.11$": "the formula, in numbers",
    "$0.25 / (0.25 + 0.02) = 0.93$": "the formula, in numbers",
    "which is about −0.95": "test_answers_to_the_questions",
}


@cache
def run(seed):
    """Train an inspector and an alarmist, and let both judge fresh parts."""
    rng = np.random.default_rng(100 + seed)
    seen, seen_faulty = parts(10_000, rng)
    tuning, tuning_faulty = parts(10_000, rng)
    fresh, faulty = parts(50_000, rng)
    kept = balanced(seen_faulty, rng)
    inspector, alarmist = (
        neuron(seen, seen_faulty),
        neuron(seen[kept], seen_faulty[kept]),
    )
    swept = best_threshold(
        Sigmoid().forward(alarmist.forward(tuning)),
        tuning_faulty,
        cost_fp=1,
        cost_fn=20,
    )
    chances, loud = (
        Sigmoid().forward(layer.forward(fresh))
        for layer in (inspector, alarmist)
    )
    return fresh, faulty, chances, loud, swept, balanced(faulty, rng)


SEEDS = breadth(5, 20)


def test_saying_no_to_everybody():
    stated = claim(
        "16-binary-logistic-regression",
        "Saying no to every part is right {} % of the time, and the neuron is"
        " not noticeably better",
    )
    for seed in SEEDS:
        _, faulty, chances, *_ = run(seed)
        nobody = np.zeros(faulty.shape)
        assert round(100 * binary_accuracy(nobody, faulty)) == stated
        gain = binary_accuracy(chances, faulty) - binary_accuracy(
            nobody, faulty
        )
        assert abs(gain) < 0.001


def test_the_loss_of_one_number_for_all_and_what_the_neuron_takes_off():
    stated = claim(
        "16-binary-logistic-regression",
        "Nor is a loss of {} an achievement",
    )
    shares = []
    for seed in SEEDS:
        _, faulty, chances, *_ = run(seed)
        s = faulty.mean()
        entropy = -s * np.log(s) - (1 - s) * np.log(1 - s)
        loss = BinaryCrossEntropy()
        nobody = np.full(faulty.shape, s)
        assert loss.forward(nobody, faulty) == pytest.approx(entropy)
        assert entropy == pytest.approx(stated, abs=0.004)
        shares.append(1 - loss.forward(chances, faulty) / entropy)
    within(0.2, 0.32, shares)  # "about a quarter below the entropy"


def test_what_the_two_thresholds_find():
    """One half finds next to nothing; 0.05 half, with seven in eight false."""
    threshold = claim(
        "16-binary-logistic-regression",
        "With {} it finds about half of the faults, and seven in eight"
        " alarms are false",
    )
    found = [run(seed) for seed in SEEDS]
    assert max(recall(c, y, 0.5) for _, y, c, *_ in found) < 0.1
    # "hardly any part is faulty with a probability of one half"
    assert max((truth(x) >= 0).mean() for x, *_ in found) < 0.002
    within(0.35, 0.62, [recall(c, y, threshold) for _, y, c, *_ in found])
    within(0.08, 0.17, [precision(c, y, threshold) for _, y, c, *_ in found])


def test_the_area_of_the_neuron_and_of_the_truth():
    stated = claim(
        "16-binary-logistic-regression",
        "An area of {} sounds good, and seven false alarms in eight",
    )
    areas = []
    for seed in SEEDS:
        fresh, faulty, chances, *_ = run(seed)
        areas.append(roc_auc(chances, faulty))
        best = roc_auc(truth(fresh), faulty)
        assert abs(best - areas[-1]) < 0.005
    within(stated - 0.03, stated + 0.03, areas)


def at_half(scores, faulty):
    """Return the false rate and the precision where half is found."""
    false_rates, true_rates, _ = roc_curve(scores, faulty)
    precisions, recalls, _ = precision_recall_curve(scores, faulty)
    return (
        false_rates[true_rates >= 0.5][0],
        precisions[recalls >= 0.5][0],
    )


def test_half_found_at_one_in_a_hundred():
    rate = claim(
        "16-binary-logistic-regression",
        "half found and a false rate of {}, that is",
    )
    rates, precisions = zip(
        *(at_half(c, y) for _, y, c, *_ in map(run, SEEDS)), strict=True
    )
    within(rate - 0.015, rate + 0.015, rates)
    within(0.08, 0.16, precisions)


def test_a_draw_of_as_many_good_parts_scatters_about_the_rate_of_all():
    stated = claim(
        "16-binary-logistic-regression",
        "on average over many draws it is {} again",
    )
    _, faulty, chances, *_ = run(0)
    everywhere = at_half(chances, faulty)[0]
    draws = []
    for seed in range(20):
        kept = balanced(faulty, np.random.default_rng(seed))
        draws.append(at_half(chances[kept], faulty[kept])[0])
    assert np.mean(draws) == pytest.approx(everywhere, rel=0.15)
    assert np.mean(draws) == pytest.approx(stated, abs=0.015)
    assert min(draws) < 0.75 * everywhere  # luck like that of the page


def test_what_the_thresholds_cost():
    """Nearly a third is saved, and the truth saves no more beyond chance."""
    saved, rather = [], []
    for seed in SEEDS:
        fresh, faulty, chances, *_ = run(seed)
        nothing = cost(np.zeros(faulty.shape), faulty, 0.5)
        paid = cost(chances, faulty, 1 / 21)
        saved.append(1 - paid / nothing)
        at_best = cost(Sigmoid().forward(truth(fresh)), faulty, 1 / 21)
        rather.append(paid / at_best)
        half = cost(chances, faulty, 0.5)
        assert 0 < 1 - half / nothing < 0.1  # "hardly cheaper"
    within(0.2, 0.4, saved)
    within(0.95, 1.07, rather)


def test_balanced_training_costs_more_than_nothing_until_it_is_swept():
    for seed in SEEDS:
        _, faulty, chances, loud, swept, _ = run(seed)
        nothing = cost(np.zeros(faulty.shape), faulty, 0.5)
        assert cost(loud, faulty, 1 / 21) > 2.5 * nothing
        paid = cost(chances, faulty, 1 / 21)
        assert cost(loud, faulty, swept) < 1.1 * paid
        assert roc_auc(loud, faulty) > roc_auc(chances, faulty) - 0.02


def test_balancing_throws_nearly_everything_away():
    stated = claim(
        "16-binary-logistic-regression",
        "since it throws away {} % of the data",
    )
    faulty = parts(10_000, np.random.default_rng(0))[1]
    kept = balanced(faulty, np.random.default_rng(0))
    assert round(100 - len(kept) / 100) == stated


def test_a_late_neuron_says_yes_too_often_and_orders_as_well():
    stated = claim(
        "16-binary-logistic-regression",
        "Its area was {} from the start",
    )
    ratios = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        seen, faulty = parts(10_000, rng)
        late = neuron(seen, faulty, start=False).forward(seen)
        said = Sigmoid().forward(late).mean()
        ratios.append(said / faulty.mean())
        area = roc_auc(late, faulty)
        assert area == pytest.approx(stated, abs=0.04)
        inspector = neuron(seen, faulty).forward(seen)
        assert area > roc_auc(inspector, faulty) - 0.01
    within(1.1, 1.6, ratios)  # here "more than a third too high"


def test_the_careless_loss_comes_down():
    first, last = claim(
        "16-binary-logistic-regression",
        "the loss has come down from {} to {}. The accuracy is 99 %",
    )
    assert first == round(np.log(2), 2)
    faulty = parts(10_000, np.random.default_rng(0))[1][:300]
    s = faulty.mean()
    entropy = -s * np.log(s) - (1 - s) * np.log(1 - s)
    assert last == round(entropy, 3)
    claim(
        "16-binary-logistic-regression",
        "to 0.085. The accuracy is {} %. That the loss falls proves nothing",
    )


def test_where_two_sigmoids_end():
    half, high = claim(
        "16-binary-logistic-regression",
        r"lies between $\sigma(0) = {}$ and $\sigma(1) = {}$. It says yes",
    )
    ends = Sigmoid().forward(np.array([[0.0, 1.0]]))[0]
    assert (half, high) == tuple(ends.round(2))
    for_no, top, for_yes, rare, even = claim(
        "16-binary-logistic-regression",
        r"the loss cannot go below $\log 2 = {}$, and for a yes not below"
        r" $-\log {} = {}$: with a rare yes it stops near {}, with half yeses"
        r" at {} at best.",
    )
    floors = -np.log([1 - ends[0], ends[1]])
    assert [for_no, for_yes] == list(floors.round(2))
    assert (top, rare, even) == (high, for_no, round(floors.mean(), 2))


def test_answers_to_the_questions():
    z = -3.0
    assert Sigmoid().forward(np.array([[z]]))[0, 0] - 1 == pytest.approx(
        -0.95, abs=0.005
    )
    assert 3 < np.log1p(np.exp(-3)) + 3 < 3.1
    said = np.repeat([1.0, 1.0, 0.0, 0.0], [15, 15, 5, 965])
    true = np.repeat([1, 0, 1, 0], [15, 15, 5, 965])
    assert binary_counts(said, true) == (15, 15, 5, 965)
    assert binary_accuracy(said, true) == 0.98
    assert binary_accuracy(np.zeros(1000), true) == 0.98


def test_the_average_precision_of_a_coin():
    """Seventeen times the coin, says the solution: 0.17 for 0.01."""
    ratios = []
    for seed in SEEDS:
        _, faulty, chances, *_ = run(seed)
        p, r, _ = precision_recall_curve(chances, faulty)
        average = (p * np.diff(r, prepend=0)).sum()
        ratios.append(average / faulty.mean())
    within(12, 24, ratios)


def fresh_on_three_arms(kind, rate, seed):
    """Train three outputs for 300 steps; return what is right afterwards."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(100, 3, rng=rng, dtype=np.float64)
    fresh, fresh_labels = spiral(100, 3, rng=rng, dtype=np.float64)
    rng = np.random.default_rng(seed)
    one = Dense(2, 64, rng=rng, dtype=np.float64)
    relu, two = ReLU(), Dense(64, 3, rng=rng, dtype=np.float64)
    loss, optimizer = kind(), Adam(CosineDecay(rate, 300))
    targets = np.eye(3)[labels]
    for _ in range(300):
        loss.forward(two.forward(relu.forward(one.forward(points))), targets)
        d_hidden = two.backward(loss.backward())
        one.parameter_gradients(relu.backward(d_hidden))
        optimizer.update(
            [
                (one.weights, one.d_weights),
                (one.biases, one.d_biases),
                (two.weights, two.d_weights),
                (two.biases, two.d_biases),
            ]
        )
    scores = two.forward(relu.forward(one.forward(fresh)))
    return accuracy(scores, fresh_labels)


def test_which_learns_better_depends_on_the_rate():
    low, high = claim(
        "16-binary-logistic-regression",
        "independent outputs were ahead on fresh points at a rate of {}, and"
        " competing ones at {}.)",
    )
    ahead = [
        np.median(
            [
                fresh_on_three_arms(SigmoidCrossEntropy, rate, seed)
                - fresh_on_three_arms(SoftmaxCrossEntropy, rate, seed)
                for seed in breadth(8, 20)
            ]
        )
        for rate in (low, high)
    ]
    assert ahead[0] > 0.01
    assert ahead[1] < -0.01
