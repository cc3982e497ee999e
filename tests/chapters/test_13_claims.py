"""Numbers that the page of chapter 13 states about runs."""

import numpy as np
import pytest

from claims import breadth, claim, within
from nnfs_code.metrics import accuracy
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.preprocessing import MinMaxScaler, Standardizer, batches
from script_13 import bands, script

FACTS = {
    "(13.1)": "the number of a formula",
    "(13.2)": "the number of a formula",
    "(13.3)": "the number of a formula",
    "three times 0.1 has one of 1e-17": "tests/package/test_preprocessing.py",
    'Whoever reads "0.5" as': "made up",
    "he says 0.5, 0.9 and 0.98": "made up",
    "and says 0.6. Is": "made up",
}


def boards(seed, n=300):
    rng = np.random.default_rng(seed)
    return *script()["boards"](n, rng), rng


def sgd_loss(make, seed):
    points, labels, _ = boards(seed)
    made = script()[make](points)
    high = script()["curvatures"](made)[-1]
    return script()["fit_layer"](made, labels, SGD(1 / high))[1]


def test_the_ravine():
    round_bowl = claim(
        "13-training-data",
        "nearly round where training starts, and 100 steps bring the loss to"
        " about {}.",
    )
    guess = claim("13-training-data", "close to $\\log 2 = {}$, that of a")
    seeds = breadth(5, 20)
    ends = [sgd_loss("standardized", seed) for seed in seeds]
    assert np.median(ends) == pytest.approx(round_bowl, abs=0.05)
    assert np.log(2) == pytest.approx(guess, abs=0.005)
    plain = [sgd_loss("by_millimetres", seed) for seed in seeds]
    within(0.6, 0.72, plain)
    within(0.25, 0.38, [sgd_loss("by_spread", seed) for seed in seeds])
    within(0.45, 0.68, [sgd_loss("by_metres", seed) for seed in seeds])


def test_a_board_in_metres():
    once = claim("13-training-data", "thickness in metres is {}, and now it")
    again = claim(
        "13-training-data", "a length of 2 and a thickness of {} in the same"
    )
    points, _, _ = boards(0, 5000)
    assert once == again
    length, thickness = script()["by_metres"](points).mean(axis=0)
    assert (length, thickness) == pytest.approx((2, once), rel=0.02)


def test_the_leak_of_scaling():
    before, after = claim(
        "13-training-data", "It is worse: {} falls to {} with MinMaxScaler"
    )
    early, seeds = script()["early"], breadth(10, 40)
    for kind in (Standardizer, MinMaxScaler):
        table = np.array([early(kind, seed) for seed in seeds])
        honest, leaky = table.mean(axis=0)
        assert honest == pytest.approx(leaky, abs=0.015)
    wild = np.mean([early(MinMaxScaler, seed, 500) for seed in seeds], axis=0)
    assert wild == pytest.approx([before, after], abs=0.03)


def test_no_leak_of_scaling_with_few_samples_and_many_columns():
    """The note tells of 8 and 16 samples: no gain beyond the scatter."""
    gains = []
    for seed in breadth(60, 300):
        rng = np.random.default_rng(seed)
        labels = rng.permutation(np.arange(16) % 2)
        points = rng.standard_normal((16, 100))
        points[:, 0] += 1.5 * labels
        rest, test = script()["split"](16, 0.25, rng=rng, classes=labels)
        right = []
        for known in (rest, np.arange(16)):
            made = Standardizer().fit(points[known]).transform(points)
            answers = script()["nearest"](made[rest], labels[rest], made[test])
            right.append((answers == labels[test]).mean())
        gains.append(right[1] - right[0])
    assert abs(np.mean(gains)) < 0.05
    assert abs(np.mean(gains)) < 3 * np.std(gains) / np.sqrt(len(gains))


def test_columns_chosen_from_noise():
    middle, lowest = claim(
        "13-training-data",
        "the middle test accuracy is {}, and of 20 runs none is below {}.",
    )
    select = script()["select"]
    shown = [select(seed, 1000, True) for seed in range(20)]
    assert np.median(shown) == pytest.approx(middle)
    assert min(shown) >= lowest
    more = range(20, 20 + len(breadth(12, 40)))
    leaky = [select(seed, 1000, True) for seed in more]
    clean = [select(seed, 1000, False) for seed in more]
    assert np.mean(leaky) == pytest.approx(middle, abs=0.07)
    assert np.mean(clean) == pytest.approx(0.5, abs=0.09)


def test_boards_by_themselves():
    own, same = claim(
        "13-training-data", "it is right on {} of them instead of {}."
    )
    found = []
    for seed in (1, *breadth(4, 12)):
        points, labels, rng = boards(seed)
        scaler = Standardizer().fit(points)
        layer, _ = script()["fit_layer"](
            scaler.transform(points), labels, Adam(0.1)
        )
        fresh, truth = script()["boards"](500, rng)
        long = fresh[:, 0] > 2.4
        fresh, truth = fresh[long], truth[long]
        found.append(
            [
                accuracy(layer.forward(made), truth)
                for made in (
                    script()["standardized"](fresh),
                    scaler.transform(fresh),
                )
            ]
        )
    assert found[0] == pytest.approx([own, same], abs=0.006)
    by_themselves, by_training = np.transpose(found)
    assert by_themselves.max() < 0.8
    assert by_training.min() > 0.85


def test_the_names_of_the_corners():
    best, coin = claim("13-training-data", "in another order: {}, {}, or")
    numbers = []
    for names in ([0, 1, 3, 2], [0, 1, 2, 3], [0, 2, 1, 3]):
        shares = []
        for seed in breadth(5, 20):
            rng = np.random.default_rng(seed)
            points, corner = script()["corners"](200, rng)
            asked, truth = script()["corners"](1000, rng)
            labels = np.array(names)[corner]
            number = script()["plane"](points, labels, asked).round()
            shares.append((number == np.array(names)[truth]).mean())
        numbers.append(np.median(shares))
    assert numbers == pytest.approx([best, coin, 0], abs=0.03)
    assert numbers[2] < 0.01


def test_the_plane_by_hand():
    middle, slope = claim(
        "13-training-data",
        "through the mean of the labels, {}, in the middle. Its slope along"
        " $x$ is $(0 - 2 - 1 + 3) / 4 = 0$ and along $y$ it is"
        " $(0 + 2 - 1 - 3) / 4 = {}$",
    )
    corners = np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]])
    names = np.array([0, 2, 1, 3])
    plane = script()["plane"]
    asked = np.array([[0.0, 0], [1, 0], [0, 1]])
    centre, right, up = plane(corners, names, asked)
    found = centre, right - centre, up - centre
    assert found == pytest.approx((middle, 0, slope), abs=1e-12)
    np.testing.assert_allclose(plane(corners, names, corners), [1, 1, 2, 2])


def after_one_reading(size, rate):
    """Return the median loss after one epoch, of five seeds of the page."""
    rng, ends = np.random.default_rng(0), []
    for _ in range(2):  # the page deals twice before it draws
        batches(300, 64, rng=rng)
    points, labels = script()["vertical"](500, 3, rng=rng, dtype=np.float64)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        layer = script()["Dense"](2, 3, rng=rng, dtype=np.float64)
        loss, optimizer = script()["SoftmaxCrossEntropy"](), SGD(rate)
        for batch in batches(1500, size, rng=rng):
            loss.forward(layer.forward(points[batch]), labels[batch])
            layer.parameter_gradients(loss.backward())
            optimizer.update(
                [
                    (layer.weights, layer.d_weights),
                    (layer.biases, layer.d_biases),
                ]
            )
        ends.append(loss.forward(layer.forward(points), labels))
    return np.median(ends)


def test_one_reading():
    high, low = claim(
        "13-training-data", "at the same rate: losses from {} down to {}."
    )
    ends = [after_one_reading(size, 0.5) for size in (1500, 15)]
    assert ends == pytest.approx([high, low], abs=0.006)


def test_a_larger_rate_makes_up_for_fewer_steps_in_part():
    rate, size, loss = claim(
        "13-training-data", "at rate {}, batches of {} reach {} in their ten"
    )
    lowest, highest, best = claim(
        "13-training-data", "with seven rates from {} to {}, was {};"
    )
    small, large, least = claim(
        "13-training-data", "batches of {} at rate {} reach {}."
    )
    found = after_one_reading(int(size), rate)
    assert found == pytest.approx(loss, abs=0.006)
    tried = (lowest, 1, 2, 5, 10, 20, highest)
    whole = [after_one_reading(1500, each) for each in tried]
    assert min(whole) == pytest.approx(best, abs=0.006)
    found = after_one_reading(int(small), large)
    assert found == pytest.approx(least, abs=0.006)


def on_the_spiral(size, rate, seed):
    """Return the training accuracy, and dead neurons, after 400 steps."""
    rng = np.random.default_rng(seed)
    points, labels = script()["spiral"](100, 3, rng=rng, dtype=np.float64)
    network, optimizer = script()["Network"](rng), Adam(rate)
    for _ in range(400 * size // 300):
        for batch in batches(300, size, rng=rng):
            network.step(points[batch], labels[batch], optimizer)
    right = accuracy(network.scores(points), labels)
    return right, (network.relu.outputs <= 0).all(axis=0).sum()


def test_small_batches_on_the_spiral():
    rate, *bands_of_both = claim(
        "13-training-data",
        "400 steps of Adam at {} reach {} to {} of its points, where 400 steps"
        " over all 300 points, which read ten times as much, reach {} to {}.",
    )
    large = claim("13-training-data", "(At {} the gap is wider, but there")
    gaps = []
    for tried in (rate, large):
        few, many = (
            np.array(
                [on_the_spiral(n, tried, seed) for seed in breadth(5, 12)]
            )
            for n in (30, 300)
        )
        gaps.append(np.median(many[:, 0]) - np.median(few[:, 0]))
        if tried == rate:
            low, high, least, most = bands_of_both
            assert (
                low - 0.03 < few[:, 0].min() <= few[:, 0].max() < high + 0.03
            )
            assert least - 0.03 < many[:, 0].min()
            assert many[:, 0].max() < most + 0.03
    assert gaps[1] > gaps[0]
    assert few[:, 1].min() > 42  # of 64: "most of the ReLUs dead"
    assert many[:, 1].max() < 40


def test_the_order():
    sorted_calm, calm = claim(
        "13-training-data", "almost no harm: {} against {}."
    )
    in_order, seeds = script()["in_order"], breadth(5, 15)
    for shuffled, stated in ((False, sorted_calm), (True, calm)):
        runs = [in_order(0.5, shuffled, seed) for seed in seeds]
        assert np.median(runs) == pytest.approx(stated, abs=0.01)
    broken = np.median([in_order(4.0, False, seed) for seed in seeds])
    assert broken == pytest.approx(1 / 3, abs=0.02)  # "a third"
    shuffled = np.array(
        [in_order(4.0, True, seed) for seed in breadth(10, 30)]
    )
    assert np.mean(shuffled > 0.9) > 0.75  # "most runs"


@pytest.fixture(scope="module")
def verdicts():
    """The middle of several seeds: right, found, true alarms, mean."""
    found = [script()["imbalance"](seed) for seed in breadth(5, 20)]
    return {
        name: np.median([one[name] for one in found], axis=0)
        for name in found[0]
    }


def test_a_rare_class(verdicts):
    share = claim(
        "13-training-data", "Of 2,000 samples about 40, {} %, belong to the"
    )
    right = claim(
        "13-training-data", "Plain training is right {} % of the time and"
    )
    found = claim("13-training-data", "They find about {}, and about one")
    mean, low, high = claim(
        "13-training-data",
        "should be {}, the share of the class. It is {} or {}.",
    )
    plain = verdicts["plain"]
    assert plain[0] == pytest.approx(right / 100, abs=0.006)
    assert plain[1] < 0.15
    assert plain[3] == pytest.approx(mean, abs=0.008)
    assert mean == share / 100
    for name in ("weighted", "rare copied", "common dropped"):
        assert verdicts[name][1] == pytest.approx(found, abs=0.05)
        assert verdicts[name][2] == pytest.approx(1 / 14, abs=0.015)
        assert low - 0.02 < verdicts[name][3] < high + 0.02


def test_the_plain_layer_can_do_it_too(verdicts):
    threshold = claim("13-training-data", "from a probability of {} on, the")
    accurate, mean = claim(
        "13-training-data", "does it: {} right, mean probability {}, as"
    )
    asked, weighted = verdicts["plain, at 2 %"], verdicts["weighted"]
    assert threshold == 0.02
    assert asked[:3] == pytest.approx(weighted[:3], abs=0.06)
    back = verdicts["weighted, back"]
    assert back[0] == pytest.approx(accurate, abs=0.006)
    assert back[3] == pytest.approx(mean, abs=0.008)
    assert back == pytest.approx(verdicts["plain"], abs=0.15)


def test_wrong_labels():
    teacher, student = claim(
        "13-training-data",
        "With {} % wrong at random, the layer still gets {} of the fresh",
    )
    heart = claim("13-training-data", "mistakes, and is left with {}. How")
    share, mild, alike, apart = claim(
        "13-training-data",
        "At {} %, random mistakes leave 0.88, and mistakes that are all alike"
        " 0.51 (over 40 seeds, {} and {}, and single runs lie up to {} apart)",
    )
    told = claim("13-training-data", "The accuracy as told, {} at 40 %, says")
    seeds, noisy = breadth(5, 25), script()["noisy"]
    few = np.median([noisy(teacher / 100, False, s) for s in seeds], axis=0)
    scattered = [noisy(share / 100, False, s) for s in breadth(9, 40)]
    one_way = np.array([noisy(share / 100, True, s) for s in breadth(9, 40)])
    many = np.median(scattered, axis=0)
    same = np.median(one_way, axis=0)
    assert np.ptp(one_way[:, 1]) < apart + 0.05
    assert few[1:] == pytest.approx([student, heart], abs=0.03)
    assert many[:2] == pytest.approx([told, mild], abs=0.07)
    assert same[1] == pytest.approx(alike, abs=0.08)
    assert few[1] > 1 - teacher / 100 + 0.1  # better than its teacher
    outvoted = claim("13-training-data", "the median is about {} as well")
    fifth = [noisy(0.2, True, s)[1] for s in breadth(21, 40)]
    assert np.median(fifth) == pytest.approx(outvoted, abs=0.03)
    assert many[1] > same[1] + 0.2


def test_more_points_do_not_help_the_layer_but_a_network():
    straight, steps, rate, bent = claim(
        "13-training-data",
        "with 30,000 points the layer gets about {}. A network with 64 hidden"
        " neurons and 3,000 points can: {} steps of Adam at {} brought each of"
        " three above {}.",
    )
    points, labels, rng = bands(0, 10_000)
    told = script()["spoil"](labels, 0.4, True, rng)
    layer, _ = script()["fit_layer"](points, told, Adam(0.1))
    right = accuracy(layer.forward(points), labels)
    assert right == pytest.approx(straight, abs=0.04)
    for seed in range(3):
        points, labels, rng = bands(seed, 1000)
        told = script()["spoil"](labels, 0.4, True, rng)
        network, optimizer = script()["Network"](rng), Adam(rate)
        for _ in range(int(steps)):
            network.step(points, told, optimizer)
        assert accuracy(network.scores(points), labels) > bent


def test_invented_samples():
    before, after = claim(
        "13-training-data", "falls too, from {} to {} for the small turns"
    )
    share = claim("13-training-data", "the share that is right, {} before, is")
    augmented, names = script()["augmented"], ("stay", "shake", "turn")
    plain, shaken, little = (
        np.median(
            [augmented(script()[name], by, s) for s in breadth(5, 20)], axis=0
        )
        for name, by in zip(names, (0.0, 0.02, 0.2), strict=True)
    )
    assert plain[1:] == pytest.approx([share, before], abs=0.12)
    assert little[2] == pytest.approx(after, abs=0.08)
    assert plain[2] > shaken[2] > little[2]
    assert max(shaken[1], little[1]) < plain[1] + 0.03  # "no better"
    assert max(shaken[0], little[0]) < plain[0]
