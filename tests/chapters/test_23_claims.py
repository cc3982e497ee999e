"""Numbers that the page of chapter 23 states.

Counts are counted again. Times are those that `tests/bench/causes.py` has
stored: no test measures one.
"""

import ast
import itertools

import numpy as np
import pytest

from claims import ROOT, claim
from nnfs_code.optimizers import Adam
from script_23 import names, script, stored


def test_the_first_layer_by_hand():
    millions, on = claim(
        "23-where-the-time-goes",
        "For the first layer that is $2 \\cdot 128 \\cdot 784 \\cdot 128 = {}$"
        " million operations on ${}$ million bytes",
    )
    assert pytest.approx(millions, abs=0.05) == 2 * 128 * 784 * 128 / 1e6
    n_bytes = 4 * (128 * 784 + 784 * 128 + 128 * 128)
    assert n_bytes / 1e6 == pytest.approx(on, abs=0.005)


def test_adam_and_all_bytes():
    operations, on = claim(
        "23-where-the-time-goes",
        "moves two or three numbers: {} operations on {} bytes",
    )
    adam, whole = claim(
        "23-where-the-time-goes", "In this count, Adam moves {} of the {} MB"
    )
    costs = script()["costs"]((784, 128, 128, 10), 128)
    n = sum((i + 1) * o for i, o in itertools.pairwise((784, 128, 128, 10)))
    assert costs["Adam"][1:].tolist() == [operations * n, on * n]
    assert costs["Adam"][2] / 1e6 == pytest.approx(adam, abs=0.005)
    found = sum(count[2] for count in costs.values()) / 1e6
    assert found == pytest.approx(whole, abs=0.005)


def test_the_traffic_of_adam_line_by_line():
    """The ten operations of `Adam.descend`, with what each touches."""
    touched = ["t", "tg", "s", "gx", "sx", "sx", "x", "tx", "x", "vx"]
    written = "tt" + "sx" + "sx" + "xx" + "xv"
    reads = [len(set(arrays)) for arrays in touched]
    # what is written without being read: the two results in a spare array
    assert written[3] == written[5] == "x"
    reads[3], reads[5] = 1, 1
    assert 4 * (sum(reads) + len(written)) == 96


def shares(work):
    spent = stored()["lines"][work]
    products = spent["products forwards"] + spent["products backwards"]
    return products / spent["whole"], spent["Adam"] / spent["whole"]


def test_the_shares_of_the_products():
    large = claim(
        "23-where-the-time-goes",
        "At batch 2048 the products are {} % of the time",
    )
    small = claim(
        "23-where-the-time-goes", "On the spiral the products are {} %."
    )
    assert 100 * shares("2048")[0] == pytest.approx(large, abs=0.5)
    assert 100 * shares("spiral")[0] == pytest.approx(small, abs=0.5)
    assert shares("128")[1] == pytest.approx(0.2, abs=0.02)  # "a fifth"


def test_the_price_of_a_call():
    """In words: a third of a microsecond, seven numbers per nanosecond."""
    calls = stored()["calls"]
    assert calls["1"] == pytest.approx(1 / 3, abs=0.04)
    assert calls["100"] < 1.15 * calls["1"]  # "almost as long"
    for size in (100_000, 1_000_000):
        assert size / (1000 * calls[str(size)]) == pytest.approx(7, abs=0.5)
    assert 2000 < 1000 * calls["1"] * 7 < 4000  # "a few thousand numbers"


def test_squares_beside_lines():
    """In words: the same for 4,096 numbers, a fifth for long arrays."""
    small = stored()["small"]

    def longer(size):
        one, two = (small[f"square of {size}, {k} bytes off"] for k in (0, 16))
        return two / one

    assert longer(4096) == pytest.approx(1, abs=0.03)
    assert longer(118_282) == pytest.approx(6 / 5, abs=0.03)


def test_a_loop_of_a_thousand_additions():
    """280 times as long; in words: a seventh of a microsecond each."""
    times = claim("23-where-the-time-goes", "It took some {} times as long")
    small = stored()["small"]
    loop, at_once = (
        small[f"1,000 additions {how}"] for how in ("in a loop", "at once")
    )
    assert loop / at_once == pytest.approx(times, abs=5)
    assert loop / 1000 == pytest.approx(1 / 7, abs=0.005)


def test_the_lines_under_the_roof():
    """In words: a tenth more, far below, half of ReLU's time."""
    roof, spent = stored()["roof"], stored()["lines"]["128"]
    costs = script()["costs"]((784, 128, 128, 10), 128)
    at_least = {
        name: max(
            flops / roof["GFLOP/s"] / 1e3, n_bytes / roof["GB/s, cache"] / 1e3
        )
        for name, (_, flops, n_bytes) in costs.items()
    }
    for name in ("products forwards", "products backwards"):
        assert 1.05 < spent[name] / at_least[name] < 1.15
    for name in ("biases", "ReLU"):
        assert spent[name] > 4 * at_least[name]
    adam = claim(
        "23-where-the-time-goes",
        "It takes {} times as long as the bytes alone",
    )
    found = spent["Adam"] / at_least["Adam"]
    assert found == pytest.approx(adam, abs=0.05)
    n_calls = costs["biases"][0] + costs["ReLU"][0]
    assert n_calls == 15
    assert 4.5 < n_calls * stored()["calls"]["1"] < 6
    assert spent["biases"] + spent["ReLU"] == pytest.approx(60, abs=3)
    small = stored()["small"]
    assert 4 < small["maximum with 0"] / small["square"] < 6
    arithmetic = costs["Adam"][1] / roof["GFLOP/s"]
    assert costs["Adam"][2] / roof["GB/s, cache"] > 8 * arithmetic
    times = small["maximum with 0"] / small["maximum with zeros"]
    stated = claim(
        "23-where-the-time-goes",
        "`np.maximum(values, 0)` takes {} times as long as the same",
    )
    assert times == pytest.approx(stated, abs=0.05)
    both = 2 * small["maximum with 0"] / spent["ReLU"]
    assert both == pytest.approx(0.5, abs=0.03)


def test_what_float64_costs_on_the_spiral():
    stated = claim(
        "23-where-the-time-goes", "and on the spiral only {} times as long."
    )
    without = stored()["without"]
    assert without["spiral"]["float64"][1] == pytest.approx(stated, abs=0.005)
    assert without["128"]["float64"][0] > 2  # "more than twice"
    assert without["2048"]["float64"][0] > 2


def test_the_largest_line_of_the_spiral():
    """In words: forty calls; four pairs, ten operations on each."""
    stated = claim(
        "23-where-the-time-goes",
        "The largest line is Adam: forty calls for {} parameters.",
    )
    lines = {**stored()["lines"]["spiral"]}
    lines.pop("whole")
    assert max(lines, key=lines.get) == "Adam"
    assert stated == 2 * 64 + 64 + 64 * 3 + 3
    assert script()["costs"]((2, 64, 3), 300)["Adam"][0] == 40  # calls


def test_the_spirals_column():
    pair, parts, plain = claim(
        "23-where-the-time-goes",
        "A pair for each parameter takes {} times as long, plain parts {}"
        " times, the plain classes {} times. They",
    )
    column = stored()["without"]["spiral"]
    for stated, name in (
        (pair, "a pair for each parameter"),
        (parts, "plain parts, gradients copied"),
        (plain, "plain classes"),
    ):
        assert column[name][1] == pytest.approx(stated, abs=0.005)


def test_the_large_columns():
    """In words: what matters at batch 2048, and what at 128."""
    large, small = stored()["without"]["2048"], stored()["without"]["128"]
    big = {"float64", "the gradient of the data too"}
    assert {name for name, spread in large.items() if spread[1] > 1.1} == big
    others = [spread[1] for name, spread in large.items() if name not in big]
    assert max(abs(middle - 1) for middle in others) < 0.04
    low, middle, high = small["a pair for each parameter"]
    assert middle == pytest.approx(1.03, abs=0.005)  # "three hundredths"
    assert high - low > 0.03  # "less than single rounds differ"
    assert 0.07 < small["plain parts, gradients copied"][1] - 1 < 0.1


def test_alignment():
    """In words: a twentieth on the spiral, within the spread elsewhere."""
    without = stored()["without"]
    low, middle, _ = without["spiral"]["all arrays 16 bytes off"]
    assert low > 1
    assert middle == pytest.approx(1.05, abs=0.005)
    for work in ("128", "2048"):
        low, _, high = without[work]["all arrays 16 bytes off"]
        assert low < 1 < high


def test_per_sample():
    """In words: Adam becomes cheaper; past the ridge, products do not."""
    lines, roof = stored()["lines"], stored()["roof"]
    ridge = roof["GFLOP/s"] / roof["GB/s, cache"]
    products = {}
    for n in (128, 2048):
        costs = script()["costs"]((784, 128, 128, 10), n)
        _, flops, n_bytes = costs["products forwards"]
        assert flops / n_bytes > ridge
        products[n] = flops / n, n_bytes / n
    assert products[128][0] == products[2048][0]
    assert products[128][1] > products[2048][1]
    assert lines["128"]["Adam"] / 128 > 5 * lines["2048"]["Adam"] / 2048
    twice = lines["2048"]["Adam"] / lines["128"]["Adam"]
    assert twice == pytest.approx(2, abs=0.15)  # "almost twice as long"


def test_the_operations_of_adam():
    """60 with six pairs, half of them on rows; 40 and 10 on the spiral."""
    everything, rows = claim(
        "23-where-the-time-goes",
        "It does ten operations on each pair, {} in all, half of them on rows"
        " of at most {} numbers",
    )
    sizes = (784, 128, 128, 10)
    assert everything == 10 * 2 * (len(sizes) - 1)
    assert script()["costs"](sizes, 128)["Adam"][0] == everything
    assert rows == max(sizes[1:])
    saved, of, numbers = claim(
        "23-where-the-time-goes",
        "It saves calls, {} of {} on the spiral, where a call costs more than"
        " what it does with {} numbers",
    )
    left = names()
    n_pairs = len(left["plain"].pairs())
    assert (of, saved) == (10 * n_pairs, 10 * n_pairs - 10)
    assert left["packed"].values.size == numbers
    calls = stored()["calls"]
    assert calls["1"] > numbers * calls["100000"] / 100_000
    large = stored()["lines"]["2048"]
    products = large["products forwards"] + large["products backwards"]
    assert products > 30 * large["Adam"]


def test_relu_s_share():
    relu, whole = claim(
        "23-where-the-time-goes",
        "At batch 128 ReLU took {} of {} microseconds here, so not even two",
    )
    spent = stored()["lines"]["128"]
    assert round(spent["ReLU"]) == relu
    assert round(spent["whole"]) == whole
    assert spent["ReLU"] / spent["whole"] / 2 < 0.02


def test_the_arrays_of_adam_and_the_cache():
    size = claim("23-where-the-time-goes", "arrays take up {} MB together")
    assert pytest.approx(size, abs=0.05) == 5 * 118_282 * 4 / 1e6
    blocks = list(stored()["blocks"].values())
    assert blocks == sorted(blocks, reverse=True)  # smaller is slower


def test_the_answers_that_the_exercises_tell():
    intensity = claim(
        "23-where-the-time-goes", "(It is a little more than {}.)"
    )
    low, high = claim(
        "23-where-the-time-goes", "(Between {} and {} for the largest batch.)"
    )
    n, i, o = 2048, 784, 128
    found = 2 * n * i * o / (4 * (n * i + i * o + n * o))
    assert intensity < found < intensity + 0.5
    assert low < 1 / (1 - shares("2048")[0] / 2) < high
    millions, megabytes = claim(
        "23-where-the-time-goes",
        "$2 \\cdot 2048 \\cdot 784 \\cdot 128 = {}$ million operations,"
        " and $4 \\cdot (2048 \\cdot 784 + 784 \\cdot 128 + 2048 \\cdot 128)"
        " = {}$",
    )
    assert 2 * n * i * o / 1e6 == pytest.approx(millions, abs=0.5)
    n_bytes = 4 * (n * i + i * o + n * o)
    assert n_bytes / 1e6 == pytest.approx(megabytes, abs=0.005)


def test_the_products_are_most_of_the_large_step():
    """In words, of the table on the page on speed, on any machine."""
    page = (ROOT / "resources/speed.md").read_text("utf-8")
    table = page.split("**MLP 784-128-128-10, batch 2048**")[1]
    row = next(r for r in table.splitlines() if "products alone" in r)
    assert float(row.split("|")[4].split()[0]) > 0.6


def test_batches_of_eight():
    """In words: seven times as fast from 1 to 8; hardly from 512 on."""
    per_sample = stored()["batches"]
    assert per_sample["1"] / per_sample["8"] == pytest.approx(7, abs=0.5)
    assert per_sample["512"] / per_sample["2048"] < 1.1


def test_the_figure_draws_the_chapters_counts():
    text = (ROOT / "docs/figures/ch23.py").read_text("utf-8")
    drawn = next(
        ast.literal_eval(node.value)
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "COSTS"
    )
    costs = script()["costs"]((784, 128, 128, 10), 128)
    counted = {name: tuple(map(int, c[1:])) for name, c in costs.items()}
    assert drawn == counted


def test_the_timed_lines_compute_the_step_of_the_plain_classes():
    from nnfs_code.activations import ReLU
    from nnfs_code.layers import Dense
    from nnfs_code.losses import SoftmaxCrossEntropy
    from nnfs_code.model import Model

    rng, sizes = np.random.default_rng(3), (6, 5, 4, 3)
    points, labels = rng.normal(size=(8, 6)), rng.integers(3, size=8)
    lines, kept = script()["step_lines"](sizes, points, labels)
    parts = []
    for k, (i, o) in enumerate(itertools.pairwise(sizes)):
        layer = Dense(i, o, rng=rng, dtype=np.float64)
        layer.weights[:] = kept[f"W{k}"]
        parts += [layer, ReLU()]
    model, adam = Model(parts[:-1], SoftmaxCrossEntropy()), Adam()
    for _ in range(3):
        loss = model.train_step(points, labels, adam)
        spent = script()["laps"](lines, iter(range(1000)).__next__)
        assert kept["loss"] == pytest.approx(loss, rel=1e-12)
    for k, layer in enumerate(parts[:-1:2]):
        np.testing.assert_allclose(layer.weights, kept[f"W{k}"], rtol=1e-12)
    assert set(spent) == {*script()["costs"](sizes, 8), "loss"}


@pytest.mark.parametrize("sizes", [(784, 128, 128, 10), (2, 64, 3)])
def test_the_calls_are_those_of_the_lines(sizes):
    """One product, say, is one line and one call."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(4, sizes[0])).astype(np.float32)
    lines, _ = script()["step_lines"](sizes, points, np.zeros(4, int))
    costs = script()["costs"](sizes, 4)
    for name in ("products forwards", "products backwards"):
        assert [n for n, _ in lines].count(name) == costs[name][0]
