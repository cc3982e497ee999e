"""Numbers that the page of chapter 1 states."""

import math
from itertools import pairwise

import numpy as np
import pytest

from claims import claim

DISTANCES = [1, 2, 3, 4, 5]
MINUTES = [11, 14, 17, 24, 26]

FACTS = {
    "for 15.3 % of the pictures; the runner-up missed 26.2 %": (
        "krizhevsky2012, abstract: 15.3 % against 26.2 % top-5 test error"
    ),
}


def loss(w, b, distances=DISTANCES, minutes=MINUTES):
    """Return the mean squared error of a line."""
    errors = [x * w + b - y for x, y in zip(distances, minutes, strict=True)]
    return sum(error * error for error in errors) / len(errors)


def search(w, b, step, minutes=MINUTES, distances=DISTANCES):
    """Nudge one parameter at a time until nothing helps."""
    while True:
        around = [(w + step, b), (w - step, b), (w, b + step), (w, b - step)]
        best = min(around, key=lambda pair: loss(*pair, distances, minutes))
        if loss(*best, distances, minutes) >= loss(w, b, distances, minutes):
            return w, b
        w, b = best


def lowest_loss(distances, minutes):
    """Return the loss of the line of least squares."""
    w, b = np.polyfit(distances, minutes, 1)
    return loss(w, b, distances, minutes)


def noisy_minutes(seed):
    noise = np.random.default_rng(seed).normal(0, 1.2, 5)
    return [float(v) for v in np.round(4 * np.array(DISTANCES) + 6 + noise)]


def test_the_losses_in_minutes():
    guess, by_hand = claim(
        "01-introducing-neural-networks",
        "about {} for the guess, about {} for the rule found by hand",
    )

    assert math.sqrt(loss(3, 2)) == pytest.approx(guess, abs=0.05)
    assert math.sqrt(loss(4, 6)) == pytest.approx(by_hand, abs=0.05)


def test_the_lowest_loss():
    stated = claim(
        "01-introducing-neural-networks",
        "with a loss of {}. That is better than what we",
    )
    w, b = np.polyfit(DISTANCES, MINUTES, 1)

    assert (w, b) == pytest.approx((4, 6.4))
    assert lowest_loss(DISTANCES, MINUTES) == pytest.approx(stated)


def test_the_mean_is_the_best_level_line():
    mean = claim("01-introducing-neural-networks", "$w = 0$ and $b = {}$.")

    assert np.mean(MINUTES) == pytest.approx(mean)
    assert loss(0, mean) < min(loss(0, mean - 0.1), loss(0, mean + 0.1))


def test_the_sums_of_the_folded_box():
    us, cross, vs = claim(
        "01-introducing-neural-networks", "The three sums are {}, {} and {}."
    )
    terms = claim(
        "01-introducing-neural-networks", r"u_i v_i = {} + {} + {} + {} + {}"
    )
    stated = claim(
        "01-introducing-neural-networks", "| $v_i$ | {} | {} | {} | {} | {} |"
    )
    u = np.array(DISTANCES) - 3
    v = np.array(MINUTES) - 18.4

    np.testing.assert_allclose(v, stated, atol=1e-12)
    np.testing.assert_allclose(u * v, terms, atol=1e-12)
    assert (u @ u, u @ v, v @ v) == pytest.approx((us, cross, vs))


@pytest.mark.parametrize("seed", range(6))
def test_the_loss_as_two_squares(seed):
    a, square, constant, slope, mean = claim(
        "01-introducing-neural-networks",
        r"= {}\,(w - {})^2 + {} + ({}w + b - {})^2 .",
    )
    w, b = np.random.default_rng(seed).normal(0, 5, 2)

    formula = a * (w - square) ** 2 + constant + (slope * w + b - mean) ** 2

    assert formula == pytest.approx(loss(w, b))
    assert formula != pytest.approx(loss(w * 1.01, b))


def test_the_loss_as_a_polynomial():
    a, linear, constant = claim(
        "01-introducing-neural-networks", "L = {}w^2 - {}w + {} + c^2 ="
    )
    for w in (-2.0, 0.0, 3.0):
        b = 18.4 - 3 * w  # makes c zero
        assert a * w * w - linear * w + constant == pytest.approx(loss(w, b))


def test_the_check_at_the_first_guess():
    parts = claim(
        "01-introducing-neural-networks", "to check: ${} + {} + {} = {}$."
    )

    assert sum(parts[:3]) == pytest.approx(parts[3])
    assert parts[3] == pytest.approx(loss(3, 2))


def test_where_600_searches_end():
    starts, ends = (
        claim(
            "01-introducing-neural-networks",
            "start from {} different places: whole weights from {} to {}, "
            "even biases from {} to {}.",
        ),
        claim(
            "01-introducing-neural-networks",
            "{} searches ended at weight {} and bias {}, {} at weight {} "
            "and bias {}, and {} at weight {} and bias {}.",
        ),
    )
    tenfold = [10 * y for y in MINUTES]  # whole numbers: steps are exact
    found = {}
    count, *box = starts
    for w in range(int(box[0]), int(box[1]) + 1):
        for b in range(int(box[2]), int(box[3]) + 1, 2):
            end = search(10 * w, 10 * b, 1, tenfold)
            found[end] = found.get(end, 0) + 1

    stated = {
        (round(10 * w), round(10 * b)): count
        for count, w, b in (ends[:3], ends[3:6], ends[6:])
    }
    assert found == stated
    assert sum(found.values()) == count
    assert (40, 64) not in found


def test_how_far_off_the_first_search_ends():
    stopped, lowest = claim(
        "01-introducing-neural-networks", "six in the bias, {} and not {}."
    )
    w, b = search(3, 2, 0.5)

    assert (w - 4) / 0.5 == 2
    assert b == stopped
    assert 5.5 < (lowest - b) / 0.5 < 6


def test_two_nudges_cross_the_floor_and_two_lead_away():
    """What the page says of the place where the search is stuck."""
    w, b = search(3, 2, 0.5)

    def above(w, b):
        return 3 * w + b - 18.4  # zero on the floor of the valley

    around = [(w + 0.5, b), (w, b + 0.5), (w - 0.5, b), (w, b - 0.5)]
    assert all(loss(*pair) > loss(w, b) for pair in around)
    assert all(above(*pair) > above(w, b) > 0 for pair in around[:2])
    assert all(above(*pair) < 0 for pair in around[2:])
    assert loss(w, b - 0.5 / 8) < loss(w, b)  # a step small enough


def test_other_deliveries_stop_the_search_as_well():
    least, most = claim(
        "01-introducing-neural-networks",
        "in all ten, by {} at the least and by {} at",
    )
    bound = claim(
        "01-introducing-neural-networks",
        "the search now ended within {} of the lowest loss",
    )
    off, off_from_middle = [], []
    middle = [x - 3 for x in DISTANCES]
    for seed in range(10):
        minutes = noisy_minutes(seed)
        lowest = lowest_loss(DISTANCES, minutes)
        off.append(loss(*search(3, 2, 0.5, minutes), DISTANCES, minutes))
        off[-1] -= lowest
        end = search(3, 11, 0.5, minutes, middle)  # the same rule
        assert end == search(3, 2, 0.5, minutes, middle)  # by luck, as well
        off_from_middle.append(loss(*end, middle, minutes) - lowest)

    assert min(off) == pytest.approx(least, abs=0.005)
    assert max(off) == pytest.approx(most, abs=0.005)
    # Sums round differently from one Python to the next.
    assert max(off_from_middle) < bound + 0.005


def test_the_straight_line_over_the_hill():
    near, far, middle = claim(
        "01-introducing-neural-networks",
        "misses four of them by {} or {} minutes and the middle one by {}",
    )
    bent = [10, 14, 18, 25, 32]
    w, b = np.polyfit(DISTANCES, bent, 1)
    off = np.abs(w * np.array(DISTANCES) + b - bent)

    np.testing.assert_allclose(off, [far, near, middle, near, far], atol=1e-9)


def test_what_the_plans_cost():
    nothing, rule, network = claim(
        "01-introducing-neural-networks",
        "nothing costs {} euros a day, the rule {}, the network {}:",
    )
    gained, spent = claim(
        "01-introducing-neural-networks", "{} euros gained, {} spent"
    )
    tenfold, same = claim(
        "01-introducing-neural-networks",
        "it gains {} euros a year for the same {},",
    )
    by_network, by_rule = claim(
        "01-introducing-neural-networks",
        "Of the {} euros that the network would save each day, one line that "
        "anybody can read saves {}.",
    )

    def cost(warnings, caught):
        return 10 * (20 - caught) + warnings

    assert (nothing, rule, network) == (cost(0, 0), cost(30, 12), cost(28, 14))
    assert gained == (rule - network) * 365
    assert tenfold == 10 * gained
    assert same == spent
    assert (by_network, by_rule) == (nothing - network, nothing - rule)


def test_when_the_network_pays():
    euros, parcel = claim(
        "01-introducing-neural-networks",
        "${} \\cdot 365 = {}$ euros for each daily",
    )
    divisor, parcels = claim(
        "01-introducing-neural-networks", "$12000 / {} \\approx {}$."
    )
    whole = claim(
        "01-introducing-neural-networks", "From {} parcels on it pays."
    )
    each = claim("01-introducing-neural-networks", "so {} euros a parcel")

    assert each == euros == pytest.approx(22 / 1000)
    assert euros * 365 == pytest.approx(parcel) == divisor
    assert 12000 / parcel == pytest.approx(parcels, abs=0.05)
    assert whole == math.ceil(parcels)


def test_the_break_even_when_a_number_is_off_by_a_fifth():
    upkeep, parcels = claim(
        "01-introducing-neural-networks",
        "If the upkeep is {} euros, the network pays from {} parcels on.",
    )
    fewer, hits, cost = claim(
        "01-introducing-neural-networks",
        "a fifth fewer late parcels, {} and not {}, it costs {} euros a day",
    )

    assert upkeep == 12_000 * 1.2
    assert parcels == math.ceil(upkeep / (0.022 * 365))
    assert fewer == pytest.approx(hits * 0.8)
    assert 10 * (20 - fewer) + 28 == pytest.approx(cost)
    assert cost > 110  # the rule's


def test_how_often_nudging_computes_the_loss():
    parameters, runs = claim(
        "01-introducing-neural-networks",
        "It has {}, and one round of our nudging would try {} nudges.",
    )
    sizes = [784, 128, 128, 10]

    assert parameters == sum(a * b + b for a, b in pairwise(sizes))
    assert runs == 2 * parameters


def test_what_the_memory_scores_on_the_next_day():
    memory, neuron = claim(
        "01-introducing-neural-networks",
        "it is {}, and the neuron's is {}. Since the distances are the old",
    )
    next_day = [10, 15, 20, 21, 27]
    by_heart = np.mean((np.array(MINUTES) - next_day) ** 2)

    assert by_heart == pytest.approx(memory)
    assert loss(4, 6.4, minutes=next_day) == pytest.approx(neuron)


def test_one_diagonal_nudge():
    w, b, lower = claim(
        "01-introducing-neural-networks",
        "One diagonal nudge, to $w = {}$ and $b = {}$, would bring the loss "
        "down to {}.",
    )

    assert loss(w, b) == pytest.approx(lower)


def test_metres_for_kilometres_is_days():
    assert 8 < (3000 * 4 + 6.4) / (24 * 60) < 9
