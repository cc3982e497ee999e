"""Texts, tokenizers, counts and drawing: examples by hand, and laws."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfs_code.ngrams import WittenBell
from nnfs_code.sampling import draw, generate, tempered, top_k, top_p
from nnfs_code.texts import first_names, language_runs, moby_dick, windows
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


def test_what_the_runs_have_stored_is_there():
    assert {"names", "digest"} <= set(language_runs())


def test_windows_refuse_what_is_not_a_row_of_tokens():
    for tokens, got in (
        (np.zeros((2, 2), np.int64), r"int64 of shape \(2, 2\)"),
        (np.zeros(3), r"float64 of shape \(3,\)"),
    ):
        said = (
            f"^windows expected tokens as one row of whole numbers, got {got}$"
        )
        with pytest.raises(ValueError, match=said):
            windows(tokens, 2)
    with pytest.raises(
        ValueError, match=r"^windows expected size of at least"
    ):
        windows(np.arange(3), 0)


def test_windows_begin_with_the_start_and_keep_the_dtype():
    contexts, targets = windows(np.array([5, 6], np.uint8), 3, start=9)
    assert contexts.tolist() == [[9, 9, 9], [9, 9, 5]]
    assert targets.tolist() == [5, 6]
    assert contexts.dtype == targets.dtype == np.uint8
    assert windows(np.array([5, 6]), 1)[0].tolist() == [[0], [5]]


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


def test_a_merge_leaves_the_tokens_it_was_given():
    tokens = np.array([3, 0, 1, 0, 1, 2])
    assert merged(tokens, (0, 1), 9).tolist() == [3, 9, 9, 2]
    assert tokens.tolist() == [3, 0, 1, 0, 1, 2]
    assert merged(tokens[1:], (3, 1), 9).tolist() == [0, 1, 0, 1, 2]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("aaa", ["a", "aa"]),  # "aa" is there twice, overlapping
        ("aa b", [" ", "a", "b"]),  # and here once
        ("cdcdabab", ["a", "b", "c", "d", "ab", "cd"]),  # as often: "ab"
        ("a a a\n\n\n", ["\n", " ", "a", " a"]),
        ("aXaX", ["X", "a", "aX"]),
        ("x", ["x"]),
    ],
)
def test_what_is_merged(text, tokens):
    tokenizer = BytePairTokenizer(text, 2)
    assert tokenizer.tokens == tokens
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_no_text_is_no_tokens():
    tokenizer = CharacterTokenizer("ab")
    assert tokenizer.encode("").tolist() == []
    assert tokenizer.encode("").dtype == tokenizer.encode("ba").dtype == "i8"
    assert tokenizer.decode(tokenizer.encode("")) == ""


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: CharacterTokenizer(""),
            "CharacterTokenizer expected a text, got an empty one",
        ),
        (
            lambda: BytePairTokenizer("", 3),
            "BytePairTokenizer expected a text, got an empty one",
        ),
        (
            lambda: CharacterTokenizer("ab").encode("zac"),
            "CharacterTokenizer expected characters among 'ab', got 'cz'",
        ),
        (
            lambda: BytePairTokenizer("ab", 1).encode("c"),
            "BytePairTokenizer expected characters among 'ab', got 'c'",
        ),
        (
            lambda: BytePairTokenizer("ab", 0),
            "BytePairTokenizer expected n_merges of at least 1, got 0",
        ),
    ],
)
def test_tokenizers_refuse(call, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        call()


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


def test_long_contexts_and_what_follows_them_are_told_apart():
    # Some keys are above 2**53, where floats leave out whole numbers.
    contexts = np.full((2, 6), 399, np.uint16)
    contexts[1, -1] = 398
    model = WittenBell(6, 400).fit(contexts, np.array([1, 2]))
    keys = model.keys(contexts, 6)
    assert keys.tolist() == [400**6 - 1, 400**6 - 2]
    one, two = model.of(contexts, np.array([1, 1]))
    assert one > 0.5 > two
    assert model.of(contexts, np.array([3, 3])).max() < 0.1


@pytest.mark.parametrize("wrong", [-1, 3])
def test_witten_bell_refuses_tokens_that_it_does_not_know(wrong):
    known, one = np.array([[1, 2]]), np.array([0])
    said = f"^WittenBell expected tokens from 0 to 2, got {wrong} to {wrong}$"
    model = WittenBell(2, 3).fit(known, one)
    for call in (WittenBell(2, 3).fit, model.of):
        with pytest.raises(ValueError, match=said):
            call(np.array([[wrong, wrong]]), one)
        with pytest.raises(ValueError, match=said):
            call(known, np.array([wrong]))


def test_the_coldest_temperature_takes_the_largest():
    cold = tempered(np.array([[0.3, 0.5, 0.2], [0.5, 0.5, 0.0]]), 1e-320)
    np.testing.assert_array_equal(cold, [[0, 1, 0], [0.5, 0.5, 0]])


def test_witten_bell_refuses():
    sizes = r"order from 0, n_tokens from 1, n_tokens\*\*\(order \+ 1\)"
    for order, n_tokens in ((-1, 3), (2, 0), (9, 200), (62, 2)):
        got = f"below 2\\*\\*63, got {order} and {n_tokens}"
        with pytest.raises(
            ValueError, match=f"^WittenBell expected {sizes} {got}$"
        ):
            WittenBell(order, n_tokens)
    said = r"^WittenBell expected contexts of shape \(n, 2 or more\), got "
    for contexts, got in (
        (np.zeros((4, 1), int), r"\(4, 1\)"),
        (np.zeros((4, 2, 3), int), r"\(4, 2, 3\)"),
    ):
        with pytest.raises(ValueError, match=f"{said}{got}$"):
            WittenBell(2, 3).keys(contexts, 2)


def test_the_ends_of_what_witten_bell_takes():
    assert WittenBell(61, 2).n_tokens == 2
    alone = WittenBell(0, 1).fit(np.zeros((2, 1), int), np.zeros(2, int))
    assert alone.probabilities(np.zeros((1, 1), int)).tolist() == [[1.0]]


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
    turned = generate(
        chances, start, 2, rng=rng, shaped=lambda rows: rows[:, ::-1]
    )
    assert turned.tolist() == [1, 1]


def test_of_equal_chances_the_first_are_kept_on_any_machine():
    rows = np.tile([1 / 60, 2 / 60], (2, 20))
    for found in (top_k(rows, 3), top_p(rows, 0.09)):
        assert np.flatnonzero(found[1]).tolist() == [1, 3, 5]
        np.testing.assert_allclose(found[1, [1, 3, 5]], 1 / 3)


def test_a_token_that_holds_the_share_is_enough():
    rows = np.array([[0.25, 0.5, 0.25]])
    assert top_p(rows, 0.5).tolist() == [[0, 1, 0]]
    assert top_p(rows, 0.75).tolist() == [[1 / 3, 2 / 3, 0]]


class Fixed:
    """A source of numbers that are all the same."""

    def __init__(self, number):
        self.number = number

    def random(self, shape):
        return np.full(shape, self.number)


def test_no_draw_falls_on_a_token_that_cannot_be():
    # The sums may be off 1 by a little, as those of float32 are.
    rows = np.array([[0.0, 0.5, 0.49995, 0.0], [0.0, 0.0, 0.00005, 1.0]])
    assert draw(rows, rng=Fixed(0.0)).tolist() == [1, 2]
    assert draw(rows, rng=Fixed(np.nextafter(1, 0))).tolist() == [2, 3]
    assert draw(rows, rng=Fixed(0.49999)).tolist() == [1, 3]


def test_float_types_of_the_rows_are_kept():
    rows = ROWS.astype(np.float32)
    for found in (tempered(rows, 0.5), top_k(rows, 2), top_p(rows, 0.5)):
        assert found.dtype == np.float32


def test_the_context_keeps_its_type():
    seen = []

    def chances(context):
        seen.append(context)
        return np.eye(3)[[2]]

    rng = np.random.default_rng(0)
    for start in (np.zeros(2, np.float32), np.zeros(2, np.uint8)):
        assert generate(chances, start, 2, rng=rng).tolist() == [2, 2]
        assert [context.shape for context in seen[-2:]] == [(1, 2), (1, 2)]
        assert {context.dtype for context in seen[-2:]} == {start.dtype}


SHAPERS = {
    "draw": lambda rows: draw(rows, rng=RNG),
    "top_k": lambda rows: top_k(rows, 2),
    "top_p": lambda rows: top_p(rows, 0.5),
    "tempered": lambda rows: tempered(rows, 1.0),
}


@pytest.mark.parametrize("name", SHAPERS)
def test_rows_that_are_not_probabilities_are_refused(name):
    for rows, got in (
        ([[0.5, 0.5], [0.1, 0.2], [0.5, 0.6]], "a sum of 0.3"),
        ([[0.5, 0.5], [0.55555, 0.66666]], "a sum of 1.222"),
        ([[0.5, 0.4998]], "a sum of 0.9998"),
        ([[-0.5, 1.5]], r"shape \(1, 2\) from -0.5"),
        ([0.25, 0.75], r"shape \(2,\) from 0.25"),
    ):
        said = f"^{name} expected rows of probabilities that sum to 1, got "
        with pytest.raises(ValueError, match=f"{said}{got}$"):
            SHAPERS[name](np.array(rows))
    said = f"^{name} expected probabilities of dtype float32 or float64, got "
    with pytest.raises(TypeError, match=said):
        SHAPERS[name](np.array([[0, 1]]))
    SHAPERS[name](np.array([[0.5, 0.50005], [1.0, 0.0]]))  # nearly 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: tempered(ROWS, 0.0),
            "tempered expected temperature above 0 and below inf, got 0.0",
        ),
        (
            lambda: tempered(ROWS, np.inf),
            "tempered expected temperature above 0 and below inf, got inf",
        ),
        (lambda: top_k(ROWS, 0), "top_k expected k of at least 1, got 0"),
        (
            lambda: top_p(ROWS, 0.0),
            "top_p expected share above 0 and below 1, got 0.0",
        ),
        (
            lambda: top_p(ROWS, 1.0),
            "top_p expected share above 0 and below 1, got 1.0",
        ),
        (
            lambda: generate(np.eye, np.arange(2), 0, rng=RNG),
            "generate expected n of at least 1, got 0",
        ),
    ],
)
def test_what_drawing_refuses(call, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        call()
