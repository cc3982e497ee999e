"""Numbers that the page of chapter 30 states."""

import numpy as np
import pytest

from claims import breadth, claim
from reasons import reason
from script_30 import (
    PAGE,
    RUNS,
    chosen,
    chosen_counts,
    held_out_bits,
    script,
    trained,
)

NAMES, NOVEL = RUNS["names"]["rows"], RUNS["minute"]
FACTS = {
    "at temperature 0.7": "language_runs.written",
}


def test_how_much_the_table_saves():
    saved = claim(
        "30-embeddings-and-language-models",
        "On the names that it counted, the table saves {} of that",
    )
    names = script()
    found = names["bits"](names["table"][names["last"], names["nexts"]])
    assert np.log2(27) - found == pytest.approx(saved, abs=0.05)


def test_the_network_learns_the_table_from_any_start():
    gap = claim(
        "30-embeddings-and-language-models",
        "After 300 steps the largest gap between the network's table and the "
        "counted one is about {}",
    )
    names = script()
    for seed in breadth(1, 5):
        layer = names["Embedding"](
            27, 27, rng=np.random.default_rng(seed), dtype=np.float64
        )
        model = names["Model"]([layer], names["SoftmaxCrossEntropy"]())
        adam, inputs = names["Adam"](0.1), names["last"].astype(float)
        for _ in range(300):
            model.train_step(inputs, names["nexts"], adam)
        found = names["Softmax"]().forward(layer.weights)
        assert np.abs(found - names["table"]).max() < gap + 0.003


def test_banana_by_hand():
    a, b, c, d, first = claim(
        "30-embeddings-and-language-models",
        r"$p_0(\text{n}) = ({} + {} \cdot \tfrac{1}{4}) / ({} + {}) = {}$",
    )
    assert (a + b / 4) / (c + d) == pytest.approx(first, abs=5e-4)
    n, k, p, n_all, k_all, second = claim(
        "30-embeddings-and-language-models",
        r"$p_1(\text{n}) = ({} + {} \cdot {}) / ({} + {}) = {}$",
    )
    assert p == first
    assert (n + k * p) / (n_all + k_all) == pytest.approx(second, abs=5e-4)
    k, p, total, third = claim(
        "30-embeddings-and-language-models",
        r"never came after an a, ${} \cdot {} / {} = {}$",
    )
    assert p == pytest.approx(2 / 11, abs=5e-4)
    assert k * p / total == pytest.approx(third, abs=5e-4)
    found = script()["rows"][0]
    np.testing.assert_allclose(found[[3, 2]], [second, third], atol=5e-4)


def test_exercise_1_by_hand():
    count, more, total, first = claim(
        "30-embeddings-and-language-models",
        r"Without context $p_0(\text{a}) = ({} + {}) / {} = {}$",
    )
    assert (count + more) / total == pytest.approx(first, abs=5e-4)
    k, p, total, second = claim(
        "30-embeddings-and-language-models",
        r"After an a, it never came: ${} \cdot {} / {} = {}$",
    )
    assert p == first
    assert k * (4 / 11) / total == pytest.approx(second, abs=5e-4)


def test_how_long_a_token_is():
    length = claim(
        "30-embeddings-and-language-models",
        "But a token of 400 merges is {} characters long on average",
    )
    names = script()
    tokens = names["coders"]["400 merges"].encode(names["later"])
    assert len(names["later"]) / len(tokens) == pytest.approx(length, abs=0.05)


def test_merges_win_per_character_and_lose_per_token():
    reason(PAGE, "Now the merges are better than characters, for these counts")
    names = script()
    found = {}
    orders = [("characters", order) for order in (2, 3, 4)]
    for name, order in (*orders, ("100 merges", 2), ("400 merges", 2)):
        coder = names["coders"][name]
        before, after = (
            names["windows"](coder.encode(t), 4)
            for t in (names["piece"], names["later"])
        )
        model = names["WittenBell"](order, len(coder.tokens)).fit(*before)
        each = -np.log2(model.of(*after))
        found[name, order] = each.mean(), each.sum() / len(names["later"])
    per_token, per_character = zip(*found.values(), strict=True)
    assert per_token[4] > 2 * per_token[1]
    two, three, four, *merges = per_character
    assert max(merges) < three - 0.02
    reason(PAGE, "make up most of that here, and four do worse again")
    assert two - three > 0.8 * (two - min(merges))
    assert three + 0.02 < four < two


def test_on_another_piece_characters_win():
    later = claim(
        "30-embeddings-and-language-models",
        "(Begin {} characters later in the novel, and characters are ahead,"
        " with order 4.)",
    )
    names = script()
    at = int(later)
    piece, after = (
        names["novel"][at + a : at + b]
        for a, b in ((0, 80_000), (80_000, 90_000))
    )
    found = []
    for order, coder in (
        (4, names["CharacterTokenizer"](piece)),
        *((2, names["BytePairTokenizer"](piece, n)) for n in (100, 400)),
    ):
        parts = [names["windows"](coder.encode(t), 4) for t in (piece, after)]
        model = names["WittenBell"](order, len(coder.tokens)).fit(*parts[0])
        found.append(-np.log2(model.of(*parts[1])).sum() / len(after))
    assert found[0] < min(found[1:]) - 0.01


def test_overlaps_are_counted_and_not_replaced():
    reason(PAGE, "counts both; only every second one can be replaced")
    coder = script()["BytePairTokenizer"]("aaaaabcbcbc", 1)
    assert coder.tokens[-1] == "aa"  # at 4 places, and bc at 3
    assert coder.encode("aaaaa").tolist() == [3, 3, 0]


def test_the_small_network_is_behind_counts():
    stated = claim(
        "30-embeddings-and-language-models",
        "not yet as good as counts that look at two ({}), let alone three"
        " ({})",
    )
    names = script()
    counted = [
        names["bits"](
            names["WittenBell"](n, 27)
            .fit(*names["learn"])
            .of(*names["choose"])
        )
        for n in (2, 3)
    ]
    assert counted == pytest.approx(stated, abs=0.005)
    for seed in breadth(2, 5):
        assert held_out_bits(trained(seed)) > counted[0] + 0.03


def test_names_are_a_tie():
    most = claim(
        "30-embeddings-and-language-models",
        "on two the counts are, by about {} bits at most on either side",
    )
    gaps = [
        chosen(row["network"])["test"] - chosen_counts(row["counts"])
        for row in NAMES
    ]
    assert sorted(np.sign(gaps)) == [-1, -1, -1, 1, 1]
    assert max(np.abs(gaps)) < most + 0.005
    mean, error = claim(
        "30-embeddings-and-language-models",
        "the network is {} bits ahead, with a standard error of {}",
    )
    assert -np.mean(gaps) == pytest.approx(mean, abs=6e-4)
    found = np.std(gaps, ddof=1) / len(gaps) ** 0.5
    assert found == pytest.approx(error, abs=6e-4)
    assert abs(np.mean(gaps)) < found


def test_when_the_networks_on_names_are_taken():
    reason(
        PAGE, "were chosen on the second part (on four cuts that is the end)"
    )
    taken = [chosen(row["network"])["step"] for row in NAMES]
    assert sorted(taken) == [3500, 4000, 4000, 4000, 4000]
    for row, step in zip(NAMES, taken, strict=True):
        held = {at["step"]: at["validation"] for at in row["network"]}
        assert (held[4000] > held[step]) == (step == 3500)


def test_the_number_to_beat():
    held, tested = claim(
        "30-embeddings-and-language-models",
        "choose by, with {}, so the number to beat is {}",
    )
    counts = np.array(NOVEL["counts"])
    assert counts[:, 0].argmin() == 5
    np.testing.assert_allclose(counts[5], [held, tested], atol=6e-4)
    assert counts[4, 1] < counts[5, 1]
    for rows in NOVEL["rows"]:
        behind = chosen(rows)["test"] - tested
        assert behind == pytest.approx(1 / 3, abs=0.03)


def test_the_networks_took_seconds():
    seconds = claim(
        "30-embeddings-and-language-models",
        "a third of a bit behind, after {} seconds",
    )
    for rows in NOVEL["rows"]:
        assert rows[-1]["seconds"] == pytest.approx(seconds, abs=1)


def test_the_large_networks_do_not_get_there():
    early, at, late, end, behind, held, still = claim(
        "30-embeddings-and-language-models",
        "On the test part it has {} after {} seconds and {} after {}, {} bits "
        "above the counts. On the part to choose by it still fell in that "
        "time, from {} to {}.",
    )
    first, again = RUNS["long"]["rows"], RUNS["again"]["rows"]
    by_second = {round(row["seconds"]): row for row in first}
    for part, stated in (
        ("test", (early, late)),
        ("validation", (held, still)),
    ):
        found = [by_second[at][part], by_second[end][part]]
        assert found == pytest.approx(stated, abs=6e-4)
    level = chosen_counts(NOVEL["counts"])
    assert first[-1]["test"] - level == pytest.approx(behind, abs=0.005)
    behind = claim(
        "30-embeddings-and-language-models",
        "In half the time it ends lower, {} bits above the counts",
    )
    assert again[-1]["test"] - level == pytest.approx(behind, abs=0.005)
    last = claim(
        "30-embeddings-and-language-models",
        "The last doubling of the time brought {} bits on the test part",
    )
    assert 2 * again[-2]["step"] == again[-1]["step"]
    gain = again[-2]["test"] - again[-1]["test"]
    assert gain == pytest.approx(last, abs=6e-4)
    assert RUNS["again"]["training"] < again[-1]["validation"] - 0.3
    length = claim(
        "30-embeddings-and-language-models",
        "network, one seed each, on {} characters",
    )
    assert len(script()["novel"]) * 8 // 10 == length


def test_dropout_comes_nearer():
    behind, last = claim(
        "30-embeddings-and-language-models",
        "With dropout {} bits are left at the end, and the last doubling "
        "brought {}.",
    )
    rows, again = RUNS["dropout"]["rows"], RUNS["again"]["rows"]
    left = rows[-1]["test"] - chosen_counts(NOVEL["counts"])
    assert left == pytest.approx(behind, abs=0.005)
    assert 2 * rows[-2]["step"] == rows[-1]["step"]
    gain = rows[-2]["test"] - rows[-1]["test"]
    assert gain == pytest.approx(last, abs=6e-4)
    assert rows[-1]["test"] < again[-1]["test"]
    ahead = [
        RUNS[name]["rows"][-1]["validation"] - RUNS[name]["training"]
        for name in ("again", "dropout")
    ]
    assert ahead[1] < ahead[0]


def test_exercise_2_by_hand():
    first, second = 3, 6 / 2.5
    token, length, per = claim(
        "30-embeddings-and-language-models",
        "bits per token, which is ${} / {} = {}$ bits per character",
    )
    assert (token / length, per) == (second, second)
    assert np.log2([8, 64]).tolist() == [first, token]
    assert length == claim(
        "30-embeddings-and-language-models", "its tokens are {} characters"
    )


def test_exercise_3_what_more_names_bring():
    gain = claim(
        "30-embeddings-and-language-models",
        "An eighth more names bring about {} bits on this cut",
    )
    names = script()
    found = [
        names["bits"](names["WittenBell"](3, 27).fit(*p).of(*names["test"]))
        for p in (names["learn"], names["both"])
    ]
    assert found[0] - found[1] == pytest.approx(gain, abs=0.005)
    reason(PAGE, "three times what lies between network and counts on this")
    network = chosen(NAMES[0]["network"])["test"]
    between = network - chosen_counts(NAMES[0]["counts"])
    assert (found[0] - found[1]) / between == pytest.approx(3, abs=0.5)


def test_the_text_that_was_learned_from_is_no_easier():
    order, stated = claim(
        "30-embeddings-and-language-models",
        "those of order {}, from the other seven eighths, need {} there",
    )
    names = script()
    novel = names["novel"]
    cuts = [len(novel) * tenths // 10 for tenths in (8, 9)]
    tokenizer = names["CharacterTokenizer"](novel[: cuts[0]])
    tokens = tokenizer.encode(novel)
    contexts, targets = names["windows"](tokens, int(order))
    eighth = cuts[0] // 8
    model = names["WittenBell"](int(order), len(tokenizer.tokens))
    model.fit(contexts[eighth : cuts[0]], targets[eighth : cuts[0]])
    first, choose, test = (
        names["bits"](model.of(contexts[a:b], targets[a:b]))
        for a, b in ((0, eighth), cuts, (cuts[1], len(novel)))
    )
    assert first == pytest.approx(stated, abs=0.006)
    assert max(choose, test) < first
    order, counted = claim(
        "30-embeddings-and-language-models",
        "those of order {} need {} bits there once they have counted it",
    )
    model = names["WittenBell"](int(order), len(tokenizer.tokens))
    model.fit(contexts[: cuts[0]], targets[: cuts[0]])
    found = names["bits"](model.of(contexts[:eighth], targets[:eighth]))
    assert found == pytest.approx(counted, abs=0.006)


def test_the_written_text_is_not_copied():
    length = claim(
        "30-embeddings-and-language-models",
        "No {} characters in a row are copied from what it learned from",
    )
    names = script()
    learned = names["novel"][: len(names["novel"]) * 8 // 10]
    text, n = RUNS["long"]["text"], int(length)
    assert len(text) == 600
    for at in range(len(text) - n + 1):
        assert text[at : at + n] not in learned
    assert learned[1000 : 1000 + n] in learned
