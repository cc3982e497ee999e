"""Numbers that the page of chapter 17 states about runs."""

from statistics import NormalDist

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code.losses import Huber, MeanAbsoluteError, Quantile
from nnfs_code.metrics import r_squared
from nnfs_code.optimizers import SGD, Adam
from reasons import reason
from waves import (
    coverages,
    crew,
    noisy,
    opinions,
    page,
    scores,
    start,
    steps_until,
)

SQUARED = page.squared
FACTS = {
    "between 2.9 and 2.94 for every": "an example made up for a question",
    "R² on fresh data is −0.3": "an example made up for a question",
    "with Adam at 0.001": "an example made up for a question",
    "is 1.3 times as large": "test_answers_to_the_questions",
    "sum of squared errors is 1.3": "test_answers_to_the_questions",
    "$0.8 \\cdot 501 = 400.8$": "the formula, in numbers",
    "so that 80 % of these lie inside": "the task of an exercise",
    "that 80 % do not exceed": "the task of an exercise",
    "that the 80 % hold": "the task of an exercise",
    "0.2 / 500} = 0.02$": "the formula, in numbers",
    "have this spread": "a quantile of the normal distribution",
}


def test_how_long_the_line_stays_flat():
    rate, most = claim(
        "17-regression",
        "with a rate of {} needs fewer than {} even with the tiny weights",
    )
    by_adam = [
        steps_until(*start(seed, 0.01), Adam(rate), 0.4)
        for seed in breadth(5, 20)
    ]
    assert max(by_adam) < 0.8 * most
    by_sgd = [
        steps_until(*start(seed, 0.01), SGD(0.1), 0.4)
        for seed in breadth(3, 20)
    ]
    assert 400 < np.median(by_sgd) < 900


def test_tiny_weights_get_stuck_and_others_do_not():
    """The page tells of twenty networks, a quick run looks at five."""
    once = claim(
        "17-regression", "fails for {} of them, and centring for none"
    )
    alike = [score for _, score in scores(0.01, 0.0)]
    assert max(alike) < 0.96
    larger = np.array([score for _, score in scores(0.1, 0.0)])
    assert (larger < 0.96).sum() <= once
    centred = [score for _, score in scores(0.01, 0.5)]
    assert min(centred) > 0.965


def test_five_times_as_many_steps_do_not_help():
    of_all = claim("17-regression", "and the answer was 0 of {}, did I look")
    network, inputs, targets = start(1, 0.01)
    page.train(network, inputs, targets, SQUARED, steps=1000)
    assert r_squared(network.forward(inputs), targets) < 0.97
    on = network.layers[0].forward(np.array([[0.1]])) > 0
    assert on.size == of_all
    assert on.sum() == 0


def test_the_baselines():
    line = claim("17-regression", "A straight line already has {}. np")
    truth = claim("17-regression", "The truth itself has {}: the rest")
    by_line, by_truth = [], []
    for seed in breadth(8, 40):
        rng = np.random.default_rng(seed)
        inputs, targets = page.sine(100, rng=rng, noise=0.1, dtype=float)
        fresh, unseen = page.sine(2000, rng=rng, noise=0.1, dtype=float)
        slope, height = np.polyfit(inputs[:, 0], targets[:, 0], 1)
        by_line.append(r_squared(slope * fresh + height, unseen))
        by_truth.append(r_squared(np.sin(2 * np.pi * fresh), unseen))
    assert np.median(by_line) == pytest.approx(line, abs=0.02)
    assert np.median(by_truth) == pytest.approx(truth, abs=0.005)


def test_a_line_and_the_wave_itself():
    """Without noise and with endless data it is 6 over pi squared."""
    places = (np.arange(100_000) + 0.5).reshape(-1, 1) / 100_000
    wave = np.sin(2 * np.pi * places)
    slope, height = np.polyfit(places[:, 0], wave[:, 0], 1)
    found = r_squared(slope * places + height, wave)
    assert found == pytest.approx(6 / np.pi**2)


def test_outliers_pull_at_the_squared_error():
    pull = claim("17-regression", "The squared error is pulled up by {}, bec")
    found = [page.median_bias(SQUARED, 0.1), page.median_bias(SQUARED, 0.0)]
    assert found[0] == pytest.approx(pull, abs=0.06)
    assert abs(found[1]) < 0.05
    for loss in (MeanAbsoluteError(), Huber(0.2)):
        assert abs(page.median_bias(loss, 0.1)) < 0.07
        assert abs(page.median_bias(loss, 0.0)) < 0.05


def test_eleven_points_of_the_figure_are_too_high():
    """As the caption and the words for the picture say, of seed 0."""
    inputs, targets = page.readings(np.random.default_rng(0), 0.1)
    assert (targets - np.sin(2 * np.pi * inputs) > 1.5).sum() == 11


def test_a_median_of_normal_numbers_is_less_exact():
    stated = "that of 100 numbers scatters about a quarter more than their"
    reason("17-regression", stated)
    draws = np.random.default_rng(0).normal(size=(5000, 100))
    apart = np.median(draws, axis=1).std() / draws.mean(axis=1).std()
    assert apart == pytest.approx(1.25, abs=0.04)
    tails = np.random.default_rng(0).laplace(size=(5000, 100))
    assert np.median(tails, axis=1).std() < tails.mean(axis=1).std()


def test_sgd_flies_out_at_large_targets():
    """As the page says of rate 0.1: every neuron dies."""
    _, inputs, targets = noisy(0)
    network, optimizer = page.Network(np.random.default_rng(0)), SGD(0.1)
    for _ in range(30):
        SQUARED.forward(network.forward(inputs), 1000 * targets + 5000)
        optimizer.update(page.backward(network, SQUARED.backward()))
    hidden = network.relus[0].forward(network.layers[0].forward(inputs))
    assert (network.layers[1].forward(hidden) <= 0).all()


def test_the_spread_of_an_ensemble_is_not_the_noise():
    times = claim("17-regression", "would lie within {} spreads. In fact few")
    shares, of_truth, ratios, gains = [], [], [], []
    for seed in breadth(3, 12):
        networks, (fresh, targets) = crew(seed)
        middle, apart = opinions(networks, fresh)
        shares.append((np.abs(targets - middle) <= times * apart).mean())
        off = np.abs(np.sin(2 * np.pi * fresh) - middle)
        of_truth.append((off <= times * apart).mean())
        far = opinions(networks, np.array([[1.5]]))[1].item()
        ratios.append(far / np.median(apart))
        alone = [r_squared(n.forward(fresh - 0.5), targets) for n in networks]
        gains.append(r_squared(middle, targets) - np.median(alone))
    assert np.median(shares) < 0.12
    assert np.median(of_truth) < 0.5  # nor is it the error of the middle
    assert np.median(ratios) > 24  # dozens of times
    assert max(np.abs(gains)) < 0.02


def test_what_the_intervals_cover():
    own = claim("17-regression", "own targets the intervals cover about {} %")
    fresh = claim("17-regression", "fresh targets the median is about {} %")
    found = coverages(100)
    assert np.median(found[:, 0]) == pytest.approx(own / 100, abs=0.02)
    assert np.median(found[:, 1]) == pytest.approx(fresh / 100, abs=0.03)


def test_intervals_of_the_same_width_would_cover_more_around_the_sine():
    least, most = claim("17-regression", "more fresh targets, by {} to {}")
    places = np.linspace(0, 1, 201).reshape(-1, 1)
    wave, noise = np.sin(2 * np.pi * places), page.noise_at(places)
    below, gains = np.vectorize(NormalDist().cdf), []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        seen, _ = page.growing(100, rng), page.growing(2000, rng)
        ends = page.interval(*seen, rng)
        low, high = (n.forward(places - 0.5) - wave for n in ends)
        half = (high - low) / 2
        there = below(high / noise) - below(low / noise)
        around = below(half / noise) - below(-half / noise)
        gains.append((around - there).mean())
    assert min(gains) == pytest.approx(least, abs=0.012)
    assert max(gains) == pytest.approx(most, abs=0.012)


def test_the_quantile_losses_of_a_normal_target():
    """Eight in ten lie within 1.28 spreads, and the true width is 2.56."""
    draws = np.random.default_rng(0).normal(size=(200_000, 1))
    assert (np.abs(draws) <= 1.28).mean() == pytest.approx(0.8, abs=0.003)
    ends = [
        Quantile(level).forward(np.full_like(draws, c), draws)
        for level, c in ((0.9, 1.28), (0.9, 1.5), (0.9, 1.0))
    ]
    assert ends[0] == min(ends)


def losses_behind(last, network, inputs, targets):
    """Return the loss at each step of a training with `last` behind it."""
    optimizer, losses = Adam(page.CosineDecay(0.01, 200)), []
    for _ in range(200):
        said = network.forward(inputs - 0.5)
        said = said if last is None else last.forward(said)
        losses.append(SQUARED.forward(said, targets))
        slope = SQUARED.backward()
        slope = slope if last is None else last.backward(slope)
        optimizer.update(page.backward(network, slope))
    return np.array(losses)


def test_a_loss_stays_where_no_answer_is_below_0():
    low = claim(
        "17-regression",
        "The loss falls to {} and stays there, because no answer is ever"
        " below 0",
    )
    reason("17-regression", "stays there, because no answer is ever below 0")
    rng = np.random.default_rng(0)
    inputs, targets = page.sine(100, rng=rng, noise=0.1, dtype=np.float64)
    page.Network(rng)  # the page's network is the second of this generator
    network = page.Network(rng)
    losses = losses_behind(page.ReLU(), network, inputs, targets)
    least = (np.minimum(targets, 0) ** 2).mean()
    assert losses[0] > 0.4
    assert np.abs(losses[100:] - low).max() < 0.005
    assert least < losses[-1] < least + 0.01
    network = page.Network(np.random.default_rng(0))
    assert losses_behind(None, network, inputs, targets)[-1] < 0.05


def test_behind_a_relu_some_starts_learn_nothing():
    off, starts = claim("17-regression", "so it ended for {} of {}")
    rng = np.random.default_rng(0)
    inputs, targets = page.sine(100, rng=rng, noise=0.1, dtype=np.float64)
    silent = (targets**2).mean()  # the loss if every answer is 0
    ended = []
    for seed in range(int(starts)):
        network = page.Network(np.random.default_rng(seed))
        losses = losses_behind(page.ReLU(), network, inputs, targets)
        ended.append((losses[-50:] == silent).all())
        assert ended[-1] or losses[-1] < 0.3
    assert sum(ended) == off
