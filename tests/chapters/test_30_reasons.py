"""Reasons of chapter 30's page, each with its cause taken away."""

import numpy as np
import pytest

from claims import breadth
from nnfs_code.embedding import Embedding
from nnfs_code.ngrams import WittenBell
from nnfs_code.sampling import generate
from nnfs_code.texts import windows
from reasons import reason
from script_30 import PAGE, held_out_bits, script, trained, vowel_cosines

SEEDS = breadth(3, 8)


def test_numpy_adds_only_one_of_the_rows():
    reason(PAGE, "where a token occurs twice, NumPy adds only the last of its")
    rows = np.array([[1.0], [2.0], [4.0]])
    for tokens, lost in (([0, 1, 2], False), ([0, 1, 1], True)):
        wrong, right = np.zeros((3, 1)), np.zeros((3, 1))
        wrong[tokens] += rows
        np.add.at(right, tokens, rows)
        assert right.sum() == 7
        assert (wrong.sum() < 7) == lost
        assert wrong[tokens[-1]] == rows[-1]


def test_the_ring_makes_the_loss_without_keepdims_the_same():
    reason(PAGE, "if the line end closes the ring. So each is as often a")
    names = script()
    counts, last, nexts = names["counts"], names["last"], names["nexts"]

    right = counts / counts.sum(axis=1, keepdims=True)
    wrong = counts / counts.sum(axis=1)
    assert np.ptp(wrong.sum(axis=1)) > 5  # no probabilities

    def gap(kept):
        pairs = last[kept], nexts[kept]
        return abs(names["bits"](right[pairs]) - names["bits"](wrong[pairs]))

    np.testing.assert_array_equal(counts.sum(axis=0), counts.sum(axis=1))
    assert gap(nexts >= 0) < 1e-12
    assert gap(nexts != 0) > 0.01  # an open ring: names without their ends


def test_a_small_start_lets_training_show():
    reason(PAGE, "A row that begins large keeps much of where it began")
    moved = {}
    for start in (0.1, 1.0):
        found = []
        for seed in SEEDS:
            before = script()["bengio"](5, 32, seed, start).parts[0].weights
            after = trained(seed, start).parts[0].weights
            found.append(np.corrcoef(before.ravel(), after.ravel())[0, 1])
        moved[start] = found
    assert min(moved[1.0]) > 0.7
    assert max(moved[0.1]) < 0.65


def test_vowels_find_each_other_from_a_small_start():
    reason(PAGE, "The vowels have found each other")
    small = [vowel_cosines(trained(seed)) for seed in SEEDS]
    large = [vowel_cosines(trained(seed, 1.0)) for seed in SEEDS]
    assert min(same for same, _ in small) > 0.5
    assert max(cross for _, cross in small) < -0.15
    assert max(same for same, _ in large) < 0.45


def test_the_large_start_is_a_little_worse_held_out():
    reason(PAGE, "On held-out names the start with larger numbers is a")
    gaps = [
        held_out_bits(trained(seed, 1.0)) - held_out_bits(trained(seed))
        for seed in SEEDS
    ]
    assert min(gaps) > 0
    assert max(gaps) < 0.15


def test_the_leak_is_seen_in_writing_not_in_the_loss():
    reason(PAGE, "The windows were shifted by one, so the last token of each")
    names = script()
    leaky = names["bits"](names["leaky"].of(*names["likewise"]))
    honest = names["bits"](names["speller"].of(*names["choose"]))
    assert leaky < 0.01 < 2 < honest
    rng = np.random.default_rng(0)
    nothing = np.zeros(3, np.int64)
    written = [
        generate(model.probabilities, nothing, 40, rng=rng)
        for model in (names["leaky"], names["speller"])
    ]
    assert len(set(written[0].tolist())) == 1
    assert len(set(written[1].tolist())) > 5


def test_a_lower_order_gets_what_a_new_context_leaves():
    reason(PAGE, "A context that never came up leaves everything to the")
    contexts, targets = windows(np.array([1, 2, 1, 3, 1, 2]), 2)
    two, one = (
        WittenBell(m, 4).fit(contexts, targets).probabilities for m in (2, 1)
    )
    new, old = np.array([[3, 2]]), np.array([[1, 2]])
    np.testing.assert_array_equal(two(new), one(new))
    assert np.abs(two(old) - one(old)).max() > 0.05


def test_an_embedding_is_a_dense_layer_on_one_hot_rows():
    reason(PAGE, "all other rows are multiplied by 0")
    table = Embedding(5, 3, rng=np.random.default_rng(0), dtype=np.float64)
    tokens = np.array([4, 0])
    one_hot = np.eye(5)[tokens]
    np.testing.assert_array_equal(
        one_hot @ table.weights, table.forward(tokens)
    )
    soft = np.where(one_hot == 1, 1, 0.1)  # not multiplied by 0
    assert np.abs(soft @ table.weights - table.forward(tokens)).max() > 0.01


def test_always_the_most_probable_repeats():
    reason(PAGE, "since each name was cut into windows on its own. So the")
    names = script()
    tokenizer, learned = names["tokenizer"], names["learn"]
    after = tokenizer.encode("ia\n")
    joined = tokenizer.encode("\n".join(names["pieces"][0]) + "\n")
    for contexts, met in ((learned[0], False), (windows(joined, 8)[0], True)):
        assert (contexts[:, -2:] == after[-2:]).all(axis=1).any() == met
    alone = WittenBell(1, 27).fit(*learned).probabilities(after[np.newaxis])
    longer = names["speller"].probabilities(after[np.newaxis])
    np.testing.assert_array_equal(longer, alone)
    first = names["speller"].probabilities(np.zeros((1, 3), np.int64))
    assert 0 < np.abs(longer - first).max() < 0.002
    assert longer.argmax() == first.argmax() == tokenizer.encode("m")
    text = names["tokenizer"].decode(names["greedy"])
    assert len(set(text.split("\n")[:-1])) == 1
    drawn = generate(
        names["speller"].probabilities,
        np.zeros(3, np.int64),
        40,
        rng=np.random.default_rng(0),
    )
    assert len(set(names["tokenizer"].decode(drawn).split("\n")[:-1])) > 2


@pytest.mark.parametrize("seed", SEEDS)
def test_low_temperatures_copy_more(seed):
    reason(PAGE, "At a low temperature more names are real ones")
    names = script()
    real = names["known"] | names["hidden"]
    shares = [
        np.mean(
            [name in real for name in set(names["invented"](t, 400, seed))]
        )
        for t in (0.5, 1.0, 1.5)
    ]
    assert shares[0] > shares[1] + 0.1
    assert shares[1] > shares[2]
