"""Chapter 3: each number in the prose, measured again over several seeds."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral
from nnfs_code.layers import Dense

SEEDS = range(6)


def untrained(seed: int) -> float:
    """Return the share that a new 2-3-3 network gets right on the spiral."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(100, 3, rng=rng, dtype=np.float64)
    first = Dense(2, 3, rng=rng, dtype=np.float64)
    second = Dense(3, 3, rng=rng, dtype=np.float64)
    guesses = second.forward(first.forward(points)).argmax(axis=1)
    return float((guesses == labels).mean())


def by_recipe(points: Array, labels: Labels) -> float:
    """Return the share that is right when the nearest arm is the answer."""
    x, y = points.astype(np.float64).T
    centre = 10 * (np.arange(3) + np.hypot(x, y)[:, np.newaxis])
    away = np.exp(1j * (np.arctan2(x, y)[:, np.newaxis] - centre))
    return float((np.abs(np.angle(away)).argmin(axis=1) == labels).mean())


def layers_until_zero(seed: int, width: int) -> int:
    rng = np.random.default_rng(seed)
    values, _ = spiral(100, 3, rng=rng)
    layers = 0
    while values.any():
        assert layers < 60
        values = Dense(values.shape[1], width, rng=rng).forward(values)
        layers += 1
    return layers


def test_a_neuron_has_three_of_four_at_best() -> None:
    switches = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    lamp = np.array([[0], [1], [1], [0]])
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        weights = rng.standard_normal((2, 20_000))
        biases = rng.standard_normal((1, 20_000))
        right = ((switches @ weights + biases > 0) == lamp).sum(axis=0)
        assert right.max() == 3


def test_parameters_before_and_after_the_collapse() -> None:
    rng = np.random.default_rng(0)
    wide, small = claim(
        "03-adding-layers",
        "$2 \\cdot 64 + 64 + 64 \\cdot 3 + 3 = {}$ weights and biases, and it "
        "can do nothing that a layer with $2 \\cdot 3 + 3 = {}$ cannot do",
    )
    pair = Dense(2, 64, rng=rng), Dense(64, 3, rng=rng)
    assert wide == sum(part.weights.size + part.biases.size for part in pair)
    one = Dense(2, 3, rng=rng)
    assert small == one.weights.size + one.biases.size


def test_zero_after_so_many_layers() -> None:
    first, others = claim(
        "03-adding-layers",
        "It stopped after {} layers, and with four other seeds after {}.",
    )
    wide = claim(
        "03-adding-layers", "With 64 neurons per layer it took {} layers"
    )
    narrow = [layers_until_zero(seed, 3) for seed in range(20)]
    # Which of the last two steps reaches zero may hang on the processor.
    assert narrow[0] in (first, others)
    assert all(first - 1 <= count <= others + 1 for count in narrow)
    assert all(abs(layers_until_zero(s, 64) - wide) <= 1 for s in SEEDS)


def test_all_zero_scores_are_a_third_right() -> None:
    _, labels = spiral(100, 3, rng=np.random.default_rng(0))
    guesses = np.zeros((300, 3)).argmax(axis=1)
    assert (guesses == labels).mean() == pytest.approx(1 / 3)


def test_a_few_untrained_networks() -> None:
    first = claim(
        "03-adding-layers", 'a number on "knows nothing", and got {} %'
    )
    lowest, highest = claim(
        "03-adding-layers", "With seven other seeds I got from {} % to {} %"
    )
    assert round(100 * untrained(0)) == first
    others = [round(100 * untrained(seed)) for seed in range(1, 8)]
    assert (min(others), max(others)) == (lowest, highest)


def test_untrained_networks_differ_widely() -> None:
    lowest, highest = claim(
        "03-adding-layers", "may be right for {} % or for {} % of the points"
    )
    shares = [100 * untrained(seed) for seed in range(1000)]
    assert min(shares) == pytest.approx(lowest, abs=0.7)
    assert max(shares) == pytest.approx(highest, abs=0.7)


def best_single_layer(seed: int) -> tuple[float, float]:
    """Return the best share of 2,000 guesses, and of as many changes to it."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(100, 3, rng=rng, dtype=np.float64)
    bests = []
    best, found = 0.0, np.zeros((3, 3))
    for step in (0.0, 1.0):
        for _ in range(2000):
            drawn = rng.standard_normal((3, 3))
            tried = found + 0.2 * drawn if step else drawn
            scores = points @ tried[:2] + tried[2:]
            share = float((scores.argmax(axis=1) == labels).mean())
            if share >= best:
                best, found = share, tried
        bests.append(best)
    return bests[0], bests[1]


def test_a_search_beats_blind_guesses_and_stays_below_half() -> None:
    blind = claim("03-adding-layers", "Blind guesses reach {}, and the search")
    guessed, searched = zip(
        *(best_single_layer(seed) for seed in SEEDS), strict=True
    )
    assert np.median(guessed) == pytest.approx(blind, abs=0.03)
    assert np.median(guessed) < np.median(searched)
    assert max(searched) < 0.5


def test_the_typical_factor_of_a_new_layer() -> None:
    typical = claim(
        "03-adding-layers",
        "the typical factor per layer, the median over many networks, is {}.",
    )
    rough = claim(
        "03-adding-layers", "the numbers shrink faster than {} per layer"
    )
    assert rough == pytest.approx(0.01 * np.sqrt(3), abs=5e-5)
    rng = np.random.default_rng(0)
    logarithms = []
    values = rng.standard_normal((400, 1, 3))  # 400 networks side by side
    for _ in range(40):
        values = values @ (0.01 * rng.standard_normal((400, 3, 3)))
        length = np.linalg.norm(values, axis=2, keepdims=True)
        logarithms.append(np.log(length))
        values /= length
    factors = np.exp(logarithms)
    per_layer = np.exp(np.mean(logarithms, axis=0))
    assert np.median(per_layer) == pytest.approx(typical, abs=5e-4)
    over_28_layers = np.exp(np.mean(logarithms[:28], axis=0))
    assert (over_28_layers < rough).mean() > 0.85  # "in most networks"
    assert np.sqrt((factors**2).mean()) == pytest.approx(rough, rel=0.03)


def test_twice_as_often_as_half() -> None:
    mean, middle = claim(
        "03-adding-layers",
        "has the mean {}, and yet a product of many of them is as often below "
        "{} as above.",
    )
    assert mean == (2 + 1 / 2) / 2
    rng = np.random.default_rng(0)
    products = rng.choice([2.0, 0.5], (20_000, 100)).prod(axis=1)
    below, above = (products < middle).mean(), (products > middle).mean()
    assert below == pytest.approx(above, abs=0.03)
    assert products.mean() > 1000 * middle
    # It does not stay around 1: most products are far from it.
    assert ((products > 1 / 4) & (products < 4)).mean() < 0.3


def test_the_recipe_is_right_for_so_many() -> None:
    stated = claim(
        "03-adding-layers", "I get about {} % of fresh points right"
    )
    again = claim("03-adding-layers", "that stops at {} % on new points")
    ceiling = claim("03-adding-layers", "about {} % is the ceiling")
    assert stated == again == ceiling
    for seed in SEEDS:
        drawn = spiral(20_000, 3, rng=np.random.default_rng(seed))
        assert 100 * by_recipe(*drawn) == pytest.approx(stated, abs=0.5)


def test_the_gaps_between_the_arms() -> None:
    stated = claim("03-adding-layers", "so the gaps are {}, {} and {} degrees")
    starts = np.sort(np.degrees(10 * np.arange(3)) % 360)
    gaps = np.diff(starts, append=starts[0] + 360)
    np.testing.assert_allclose(gaps, stated, atol=0.5)


def test_the_gaps_of_the_stanford_course() -> None:
    stated = claim(
        "03-adding-layers",
        "course's own spiral the gaps are {}, {} and {} degrees",
    )
    starts = np.sort(np.degrees(4 * np.arange(3)) % 360)
    gaps = np.diff(starts, append=starts[0] + 360)
    np.testing.assert_allclose(np.sort(gaps), stated, atol=0.5)
    times = claim("03-adding-layers", "and so the noise too, by {}, which")
    assert (4 * times, 0.2 * times) == (10, 0.5)


def test_equal_bit_by_bit_only_in_part() -> None:
    shares = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        points, _ = spiral(100, 3, rng=rng)
        first, second = Dense(2, 3, rng=rng), Dense(3, 3, rng=rng)
        two = second.forward(first.forward(points))
        one = points @ (first.weights @ second.weights)
        np.testing.assert_allclose(one, two, rtol=1e-3, atol=1e-9)
        shares.append((one == two).mean())
    # Rounding is the processor's affair: only "some, and not all" is sure.
    assert 0.1 < np.mean(shares) < 0.9


def test_the_collapse_holds_to_twelve_digits() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        points, _ = spiral(100, 3, rng=rng, dtype=np.float64)
        first = Dense(2, 3, rng=rng, dtype=np.float64)
        second = Dense(3, 3, rng=rng, dtype=np.float64)
        first.biases += rng.standard_normal((1, 3))
        second.biases += rng.standard_normal((1, 3))
        biases = first.biases @ second.weights + second.biases
        two = second.forward(first.forward(points))
        one = points @ (first.weights @ second.weights) + biases
        np.testing.assert_allclose(one, two, rtol=1e-12, atol=0)


def test_each_layer_takes_away_one_or_two_digits() -> None:
    ratios = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        points, _ = spiral(100, 3, rng=rng)
        hidden = Dense(2, 3, rng=rng).forward(points)
        scores = Dense(3, 3, rng=rng).forward(hidden)
        sizes = [np.abs(v).max() for v in (points, hidden, scores)]
        ratios += [sizes[0] / sizes[1], sizes[1] / sizes[2]]
    assert 10 < np.median(ratios) < 200


def flatness(width: int, n_networks: int, first_seed: int = 0) -> Array:
    """Return the median longest / shortest after 1, 2, … 6 layers."""
    found = np.zeros((n_networks, 6))
    for row, seed in enumerate(range(first_seed, first_seed + n_networks)):
        rng = np.random.default_rng(seed)
        merged = np.eye(2)
        for depth in range(6):
            merged = merged @ rng.standard_normal((len(merged.T), width))
            found[row, depth] = np.linalg.cond(merged)
    return np.asarray(np.median(found, axis=0))


def test_the_flatness_of_the_notebook() -> None:
    one, six = claim(
        "notebooks/03-random-layers",
        "One layer typically has {}, so six factors would make thousands, and "
        "we measure {}.",
    )
    measured = flatness(2, 4000)
    assert measured[0] == pytest.approx(one, abs=0.06)
    assert measured[5] == pytest.approx(six, abs=0.6)
    drawn = np.random.default_rng(0).standard_normal((2000, 6, 2, 2))
    multiplied = np.median(np.linalg.cond(drawn).prod(axis=1))
    assert 2000 < one**6 < multiplied < 20_000  # a few factors are huge
    # Over other networks too it is about a doubling with each layer of two,
    # and less with each layer of eight.
    two, eight = flatness(2, 600, 9000), flatness(8, 200, 9000)
    growth = two[1:] / two[:-1]
    assert growth.min() > 1.6
    assert growth.max() < 2.8
    growth = eight[1:] / eight[:-1]
    assert growth.min() > 1
    assert growth.max() < 1.4


def test_a_wide_layer_squeezes_some_direction_of_the_space() -> None:
    stretch = claim(
        "notebooks/03-random-layers",
        "like those of our circle, is stretched by about {}.",
    )
    rng = np.random.default_rng(0)
    drawn = rng.standard_normal((40, 64, 64)) / 8
    assert np.linalg.norm(drawn[:, 0], axis=1) == pytest.approx(
        np.full(40, stretch), abs=0.35
    )
    assert np.median(np.linalg.cond(drawn)) > 100
