"""Reasons of chapter 16's page, each with its cause taken away."""

from functools import cache

import numpy as np
import pytest

from factory import balanced, cost, neuron, parts, truth
from nnfs_code.activations import ReLU, Sigmoid
from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy, SoftmaxCrossEntropy
from nnfs_code.metrics import (
    binary_accuracy,
    precision_recall_curve,
    roc_auc,
    roc_curve,
)
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.schedules import CosineDecay
from reasons import reason

PAGE = "16-binary-logistic-regression"


class Net:
    def __init__(self, n_outputs, loss, rng):
        self.dense1 = Dense(2, 64, rng=rng, dtype=np.float64)
        self.dense2 = Dense(64, n_outputs, rng=rng, dtype=np.float64)
        self.relu, self.loss = ReLU(), loss

    def logits(self, points):
        hidden = self.relu.forward(self.dense1.forward(points))
        return self.dense2.forward(hidden)

    def pairs(self):
        one, two = self.dense1, self.dense2
        d_hidden = two.backward(self.loss.backward())
        one.parameter_gradients(self.relu.backward(d_hidden))
        return [
            [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
            for layer in (one, two)
        ]


def apart_after(one_rate, two_rate):
    """Train one score and two from one start; return how far they part.

    `two_rate` holds a rate for each of the two scores.
    """
    rng = np.random.default_rng(3)
    points, labels = rng.normal(size=(60, 2)), rng.integers(2, size=60)
    two = Net(2, SoftmaxCrossEntropy(), np.random.default_rng(5))
    one = Net(1, SigmoidCrossEntropy(), np.random.default_rng(5))
    one.dense2.weights[:] = two.dense2.weights @ [[-1], [1]]
    for _ in range(100):
        two.loss.forward(two.logits(points), labels)
        one.loss.forward(one.logits(points), labels.reshape(-1, 1))
        first, last = two.pairs()
        SGD(0.5).update(first)
        for value, gradient in last:
            value -= gradient * two_rate
        first, last = one.pairs()
        SGD(0.5).update(first)
        SGD(one_rate).update(last)
    difference = two.logits(points) @ [[-1], [1]] - one.logits(points)
    return np.abs(difference).max()


def test_two_scores_move_apart_twice_as_fast():
    """Hold one of the two still, and the factor is gone."""
    reason(
        PAGE,
        "Because the two scores of the softmax move in opposite directions,"
        " their difference moves twice as far as one score does",
    )
    both, only_one = np.array([0.5, 0.5]), np.array([0.0, 0.5])

    assert apart_after(0.5, both) > 0.01
    assert apart_after(1.0, both) < 1e-9
    assert apart_after(0.5, only_one) < 1e-9


CENTRES = np.array([[-0.35, -0.25], [0.35, -0.25], [0.0, 0.35]])


def discs(n, rng):
    points = rng.uniform(-1, 1, (n, 2))
    distances = np.linalg.norm(points[:, np.newaxis] - CENTRES, axis=2)
    return points, (distances < 0.6).astype(int)


class Shares:
    """Softmax or sigmoid, taught shares that sum to 1, or plain answers."""

    def __init__(self, sums_to_one):
        self.sums_to_one = sums_to_one

    def forward(self, logits, targets):
        weights = np.exp(logits)
        if self.sums_to_one:
            totals = targets.sum(axis=1, keepdims=True)
            shares = targets / np.maximum(totals, 1)
            self.targets = np.where(totals == 0, 1 / 3, shares)
            self.probabilities = weights / weights.sum(axis=1, keepdims=True)
        else:
            self.targets = targets
            self.probabilities = weights / (1 + weights)

    def backward(self):
        return (self.probabilities - self.targets) / len(self.targets)


@cache
def in_discs(sums_to_one, single_only, threshold, seed):
    """Return the share with all three right: in 0, 1, 2 and 3 discs."""
    rng = np.random.default_rng(seed)
    points, inside = discs(300, rng)
    if single_only:
        kept = inside.sum(axis=1) == 1
        points, inside = points[kept], inside[kept]
    net = Net(3, Shares(sums_to_one), rng)
    optimizer = Adam(CosineDecay(0.05, 200))
    for _ in range(200):
        net.loss.forward(net.logits(points), inside)
        first, last = net.pairs()
        optimizer.update(first + last)
    fresh, answers = discs(1000, rng)
    net.loss.forward(net.logits(fresh), answers)
    right = ((net.loss.probabilities >= threshold) == answers).all(axis=1)
    many = answers.sum(axis=1)
    return np.array([right[many == k].mean() for k in range(4)])


@pytest.mark.parametrize("seed", [0, 1])
def test_a_sum_of_one_leaves_no_room_for_both(seed):
    """The same points for both, with targets that sum to 1 and without."""
    reason(
        PAGE,
        "Because its probabilities sum to 1, the softmax cannot give two of"
        " them more than one half",
    )
    reason(
        PAGE,
        'A lower threshold would not rescue it: "none" and "all three" are'
        " the same row to it",
    )
    competing = in_discs(True, False, 0.5, seed)
    assert competing[2] == competing[3] == 0
    for threshold in (0.25, 0.33, 0.4, 0.45):
        found = in_discs(True, False, threshold, seed)
        assert min(found[0], found[3]) < 0.2
    assert (in_discs(False, False, 0.5, seed) > 0.7).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_who_never_saw_a_both_never_says_it(seed):
    """With the pairs back among the points, independent outputs say them."""
    reason(
        PAGE,
        "they failed just the same: they had never seen a",
    )
    assert in_discs(False, True, 0.5, seed)[[0, 2, 3]].max() < 0.1
    assert in_discs(False, False, 0.5, seed)[[0, 2, 3]].min() > 0.7


def test_a_late_start_is_what_makes_it_say_yes_too_readily():
    """Start at the log-odds, or walk on: either cures it."""
    reason(
        PAGE,
        "so that the neuron need not learn first that faults are rare",
    )
    for seed in range(3):
        seen, faulty = parts(10_000, np.random.default_rng(seed))

        def too_high(layer, seen=seen, faulty=faulty):
            said = Sigmoid().forward(layer.forward(seen)).mean()
            return said / faulty.mean() - 1

        assert too_high(neuron(seen, faulty, start=False)) > 0.1
        assert abs(too_high(neuron(seen, faulty))) < 0.02
        walked_on = neuron(seen, faulty, start=False, steps=1000)
        assert abs(too_high(walked_on)) < 0.02


def test_the_mean_answer_is_the_share_because_of_the_bias():
    """Without a bias to train there is no such gradient, nor the equality."""
    reason(
        PAGE,
        "the mean answer becomes the share of faults, because the gradient of"
        " the bias is the mean of",
    )
    seen, faulty = parts(10_000, np.random.default_rng(1))
    with_bias = Sigmoid().forward(neuron(seen, faulty).forward(seen))
    assert with_bias.mean() == pytest.approx(faulty.mean(), rel=0.01)

    layer = Dense(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
    loss, optimizer = SigmoidCrossEntropy(), Adam(CosineDecay(0.3, 100))
    layer.biases[:] = -5.0
    for _ in range(100):
        loss.forward(layer.forward(seen), faulty)
        layer.parameter_gradients(loss.backward())
        optimizer.update([(layer.weights, layer.d_weights)])
    without = Sigmoid().forward(layer.forward(seen))
    assert without.mean() != pytest.approx(faulty.mean(), rel=0.1)


@cache
def judged(seed):
    rng = np.random.default_rng(50 + seed)
    seen, seen_faulty = parts(10_000, rng)
    fresh, faulty = parts(50_000, rng)
    chances = Sigmoid().forward(neuron(seen, seen_faulty).forward(fresh))
    kept = balanced(faulty, rng)
    alarmist_kept = balanced(seen_faulty, rng)
    alarmist = neuron(seen[alarmist_kept], seen_faulty[alarmist_kept])
    return fresh, faulty, chances, kept, alarmist, seen_faulty.mean()


@pytest.mark.parametrize("seed", range(3))
def test_accuracy_is_high_because_a_yes_is_rare(seed):
    reason(
        PAGE,
        "Accuracy cannot tell them apart, because with a rare yes nearly all"
        " of it is earned on the no",
    )
    _, faulty, chances, kept, *_ = judged(seed)
    nobody = np.zeros(faulty.shape)

    def gain(rows, threshold):
        ours = binary_accuracy(chances[rows], faulty[rows], threshold)
        return ours - binary_accuracy(nobody[rows], faulty[rows])

    everything = np.arange(len(faulty))
    best = max(gain(everything, t) for t in (0.05, 0.1, 0.2, 0.3, 0.5, 0.7))
    assert best < 0.002
    assert gain(kept, 0.01) > 0.25  # where every second is a yes


@pytest.mark.parametrize("seed", range(3))
def test_precision_falls_with_the_share_of_yes_and_the_roc_curve_stays(seed):
    reason(
        PAGE,
        "The ROC curve stays where it was, up to chance, since each of its"
        " rates is counted within one kind",
    )
    _, faulty, chances, kept, *_ = judged(seed)
    rare, often = chances, chances[kept]
    assert abs(roc_auc(rare, faulty) - roc_auc(often, faulty[kept])) < 0.025
    ends = []
    for said, truly in ((rare, faulty), (often, faulty[kept])):
        precisions, recalls, _ = precision_recall_curve(said, truly)
        ends.append(precisions[recalls >= 0.5][0])
    assert ends[0] < 0.2
    assert ends[1] > 0.8


@pytest.mark.parametrize("seed", range(3))
def test_hard_answers_lose_the_order(seed):
    """Put the order back inside each answer, and the area is back."""
    reason(
        PAGE,
        "the neuron's answers have a smaller area than its scores, because"
        " among all that said yes the order is lost",
    )
    _, faulty, chances, *_ = judged(seed)
    hard = (chances >= 0.05).astype(float)
    assert roc_auc(hard, faulty) < roc_auc(chances, faulty) - 0.1
    assert roc_auc(hard + chances, faulty) == pytest.approx(
        roc_auc(chances, faulty)
    )
    assert len(roc_curve(hard, faulty)[0]) == 3


@pytest.mark.parametrize("seed", range(3))
def test_balanced_training_shifts_the_logits_and_so_misleads_the_formula(seed):
    reason(
        PAGE,
        "the neuron was trained where every second part was faulty, and it"
        " says so",
    )
    fresh, faulty, chances, _, alarmist, share = judged(seed)
    logits = alarmist.forward(fresh)
    loud = Sigmoid().forward(logits)
    calmed = Sigmoid().forward(logits - np.log((1 - share) / share))
    wanted = cost(chances, faulty, 1 / 21)
    assert loud.mean() > 10 * faulty.mean()
    assert cost(loud, faulty, 1 / 21) > 3 * wanted
    assert cost(calmed, faulty, 1 / 21) < 1.1 * wanted


def careless(points, targets, column):
    """Train a neuron in plain NumPy, on targets of shape (n,) or (n, 1)."""
    layer = Dense(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
    optimizer = Adam(CosineDecay(0.3, 150))
    truly = targets.reshape(-1, 1) if column else targets
    for _ in range(150):
        p = Sigmoid().forward(layer.forward(points))
        d_logits = (p - truly).mean(axis=1, keepdims=True) / len(p)
        layer.parameter_gradients(d_logits)
        optimizer.update(
            [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
        )
    return layer


def test_everybodys_answer_is_the_same_for_all():
    reason(
        PAGE,
        "Because each output is asked to fit everybody's answer, the best it"
        " can do is the share of yes, the same for all",
    )
    points, faulty = parts(300, np.random.default_rng(0))
    wrong = careless(points, faulty[:, 0], column=False)
    said = Sigmoid().forward(wrong.forward(points))
    assert np.ptp(said) < 0.01
    assert said.mean() == pytest.approx(faulty.mean(), abs=0.002)
    right = careless(points, faulty[:, 0], column=True)
    said = Sigmoid().forward(right.forward(points))
    assert np.ptp(said) > 0.1


def test_the_second_sigmoid_sets_the_floor():
    reason(
        PAGE,
        "since the inner sigmoid lies between 0 and 1, the outer one lies"
        " between",
    )
    seen, faulty = parts(10_000, np.random.default_rng(2))
    loss = SigmoidCrossEntropy()
    for size in (0.1, 10.0, 1000.0):
        logits = size * truth(seen)
        twice = loss.forward(Sigmoid().forward(logits), faulty)
        assert twice > np.log(2) * (1 - faulty.mean())
        assert loss.probabilities.min() >= 0.5
        assert loss.probabilities.max() <= 0.7311
    once = loss.forward(truth(seen), faulty)
    assert once < 0.06
    assert loss.probabilities.min() < 0.01


def test_far_out_the_plain_loss_breaks_where_the_sigmoid_is_rounded_to_1():
    reason(
        PAGE,
        "At 40 the sigmoid is rounded to 1, the loss of a wrong answer"
        " becomes infinite",
    )
    with np.errstate(divide="ignore"):
        for z, rounded in ((36.0, False), (40.0, True)):
            p = 1 / (1 + np.exp(-np.float64(z)))
            plain = -np.log(1 - p)
            assert (p == 1) == rounded
            assert np.isinf(plain) == rounded
    # The same number, from its own small side: nothing is rounded to 1.
    small = np.exp(-40.0) / (1 + np.exp(-40.0))
    assert -np.log(small) == pytest.approx(40)
