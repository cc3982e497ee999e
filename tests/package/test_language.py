"""Texts, tokenizers, counts and drawing: examples by hand, and laws."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.ngrams import WittenBell
from nnfs_code.sampling import draw, generate, tempered, top_k, top_p
from nnfs_code.texts import first_names, moby_dick, windows
from nnfs_code.tokenizers import (
    BytePairTokenizer,
    CharacterTokenizer,
    merged,
)

RNG = np.random.default_rng(0)
TEXTS = st.text("ab \n", min_size=1, max_size=40)


def test_the_texts_are_what_their_page_says():
    names = first_names()
    assert len(set(names)) == len(names) == 5163
    assert set("".join(names)) <= set("abcdefghijklmnopqrstuvwxyz")
    text = moby_dick()
    assert (len(text), len(set(text))) == (894_436, 79)
    assert text.isascii()
    assert "Call me Ishmael." in text


def test_windows_refuse_what_is_not_a_row_of_tokens():
    for tokens in (np.zeros((2, 2), int), np.zeros(3)):
        with pytest.raises(ValueError, match="one row of whole numbers"):
            windows(tokens, 2)


@given(TEXTS)
def test_text_comes_back_from_both_tokenizers(text):
    for tokenizer in (CharacterTokenizer(text), BytePairTokenizer(text, 5)):
        tokens = tokenizer.encode(text)
        assert tokenizer.decode(tokens) == text
        assert len(tokens) <= len(text)


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30))
def test_merging_is_what_a_loop_does(tokens):
    for pair in ((0, 0), (0, 1)):
        expected, at = [], 0
        while at < len(tokens):
            here = tuple(tokens[at : at + 2]) == pair
            expected.append(9 if here else tokens[at])
            at += 2 if here else 1
        assert merged(np.array(tokens), pair, 9).tolist() == expected


def test_no_token_reaches_over_the_beginning_of_a_word():
    tokenizer = BytePairTokenizer("to be or not to be\n" * 9, 30)
    assert " be" in tokenizer.tokens
    for token in tokenizer.tokens:
        assert not set(token[1:]) & set(" \n")
    pairs = [tuple(sorted(pair)) for pair in tokenizer.merges]
    assert len(pairs) < 30  # nothing is left that is there twice


def test_the_first_merge_is_the_most_frequent_pair():
    text = moby_dick()[:3000]
    pairs = Counter(
        a + b for a, b in itertools.pairwise(text) if b not in " \n"
    )
    tokenizer = BytePairTokenizer(text, 1)
    assert pairs[tokenizer.tokens[-1]] == max(pairs.values())


def test_tokenizers_refuse():
    with pytest.raises(ValueError, match="BytePairTokenizer expected a text"):
        BytePairTokenizer("", 3)
    with pytest.raises(ValueError, match="among 'ab', got 'cz'"):
        CharacterTokenizer("ab").encode("zac")


def test_witten_bell_by_hand():
    contexts, targets = np.array([[0], [1], [0], [0]]), np.array([1, 0, 1, 1])
    model = WittenBell(1, 2).fit(contexts, targets)
    # without context: (1 + 2/2) / 6 and (3 + 2/2) / 6; after 0 one kind in 3
    found = model.probabilities(np.array([[0], [1]]))
    expected = [[1 / 12, 11 / 12], [(1 + 1 / 3) / 2, 1 / 3]]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def slowly(order, n_tokens, learned, context, target):
    """Return the probability by the recursion, from lists."""
    if order < 0:
        return 1 / n_tokens
    ending = context[len(context) - order :]
    after = [t for c, t in learned if c[len(c) - order :] == ending]
    shorter = slowly(order - 1, n_tokens, learned, context, target)
    kinds = len(set(after))
    if not after:
        return shorter
    return (after.count(target) + kinds * shorter) / (len(after) + kinds)


@pytest.mark.parametrize("order", [0, 1, 3])
def test_witten_bell_is_the_recursion(order):
    tokens = RNG.integers(0, 3, 60)
    contexts, targets = windows(tokens, 3)
    model = WittenBell(order, 4).fit(contexts, targets)
    learned = list(zip(contexts.tolist(), targets.tolist(), strict=True))
    others = RNG.integers(0, 4, (20, 3))
    found = model.probabilities(others)
    expected = [
        [slowly(order, 4, learned, row, t) for t in range(4)]
        for row in others.tolist()
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found.min() > 0


def test_witten_bell_refuses():
    for order, n_tokens in ((-1, 3), (2, 0), (9, 200)):
        with pytest.raises(ValueError, match="order from 0"):
            WittenBell(order, n_tokens)
    with pytest.raises(ValueError, match=r"shape \(n, 2 or more\)"):
        WittenBell(2, 3).fit(np.zeros((4, 1), int), np.zeros(4, int))


ROWS = RNG.dirichlet(np.ones(6), 40)


def test_temperature_1_changes_nothing_and_0_takes_the_first():
    np.testing.assert_allclose(tempered(ROWS, 1.0), ROWS)
    cold = tempered(ROWS, 0.001)
    np.testing.assert_array_equal(cold.argmax(1), ROWS.argmax(1))
    np.testing.assert_allclose(tempered(ROWS, 1e9), 1 / 6, atol=1e-6)
    some = np.array([[0.0, 0.5, 0.5]])
    np.testing.assert_array_equal(tempered(some, 2.0), some)


def test_tempered_is_softmax_of_divided_logits():
    logits = RNG.normal(size=(5, 4))
    rows = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    hot = np.exp(logits / 1.7)
    np.testing.assert_allclose(
        tempered(rows, 1.7), hot / hot.sum(axis=1, keepdims=True)
    )


@pytest.mark.parametrize("k", [1, 3, 6, 9])
def test_top_k_keeps_the_k_largest(k):
    found = top_k(ROWS, k)
    np.testing.assert_array_equal((found > 0).sum(axis=1), min(k, 6))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    smallest = np.where(found > 0, ROWS, 2).min(axis=1)
    largest = np.where(found > 0, -1, ROWS).max(axis=1)
    assert (smallest >= largest).all()


@pytest.mark.parametrize("share", [0.1, 0.7, 0.95])
def test_top_p_keeps_the_fewest_that_hold_the_share(share):
    kept = np.where(top_p(ROWS, share) > 0, ROWS, 0)
    assert (kept.sum(axis=1) >= share - 1e-12).all()
    least = np.where(kept > 0, kept, 2).min(axis=1)
    assert (kept.sum(axis=1) - least < share).all()


def test_draw_draws_as_often_as_it_should():
    rows = np.tile([0.0, 0.2, 0.0, 0.8, 0.0], (20_000, 1))
    drawn = np.bincount(draw(rows, rng=np.random.default_rng(1)), minlength=5)
    np.testing.assert_allclose(drawn / 20_000, rows[0], atol=0.015)
    assert drawn[[0, 2, 4]].sum() == 0


def test_generate_puts_what_it_drew_behind_the_context():
    seen = []

    def chances(context):
        seen.append(context[0].tolist())
        return np.eye(4)[[(context[0, -1] + 1) % 4]]

    start = np.array([0, 1])
    rng = np.random.default_rng(0)
    assert generate(chances, start, 4, rng=rng).tolist() == [2, 3, 0, 1]
    assert seen == [[0, 1], [1, 2], [2, 3], [3, 0]]
    always_0 = generate(
        chances, start, 2, rng=rng, shaped=lambda rows: np.eye(4)[[0]]
    )
    assert always_0.tolist() == [0, 0]


@pytest.mark.parametrize("change", [draw, top_k, top_p, tempered])
def test_rows_that_are_not_probabilities_are_refused(change):
    more = {"draw": {"rng": RNG}, "top_k": {"k": 2}, "top_p": {"share": 0.5}}
    how = more.get(change.__name__, {"temperature": 1.0})
    for rows in ([[0.5, 0.6]], [[-0.5, 1.5]], [0.5, 0.5]):
        with pytest.raises(ValueError, match="that sum to 1"):
            change(np.array(rows), **how)
