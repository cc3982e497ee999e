"""The reasons that chapter 31 gives: each with its cause, and without it."""

import numpy as np
import pytest

from claims import breadth
from nnfs_code.attention import (
    MultiHeadAttention,
    attend,
    causal_mask,
    softmax,
    softmax_backward,
)
from nnfs_code.gradient_check import check, numerical_gradient
from nnfs_code.promises import every_part
from nnfs_code.transformer import GPT, SequenceCrossEntropy
from reasons import reason
from script_31 import PAGE, script
from scripted import maker

RNG = np.random.default_rng(31)


@pytest.mark.parametrize("seed", breadth(3, 8))
def test_the_root_takes_out_what_comes_from_the_size(seed):
    reason(PAGE, "most queries give nearly all of their share to one key")
    measured = script()["measured"]
    spread, top, slope = measured(256, 1.0, seed)
    assert top > 0.98
    assert slope < 0.02
    with_root = [measured(size, size**0.5, seed) for size in (4, 64, 256)]
    for spread, top, slope in with_root:
        assert 0.9 < spread < 1.1
        assert top < 0.3
        assert slope > 0.15


def norms_at_the_query(factor, root, seed):
    """Return how long the gradient is that reaches each of 500 queries.

    The scores are divided by the root or not, and the gradient as well.
    """
    rng = np.random.default_rng(seed)
    queries = rng.standard_normal((500, 1, 256))
    keys = rng.standard_normal((500, 16, 256))
    shares = softmax((queries @ keys.swapaxes(1, 2)) / root)
    d_shares = np.random.default_rng(99).standard_normal(shares.shape)
    d_queries = softmax_backward(shares, d_shares) @ keys / factor
    return np.linalg.norm(d_queries, axis=2).ravel(), shares.max(axis=2)


@pytest.mark.parametrize("seed", breadth(2, 6))
def test_without_the_root_a_few_queries_get_a_large_gradient(seed):
    reason(PAGE, "the root in [(31.5)](#eq-31-5) is missing too")
    with_root, _ = norms_at_the_query(16, 16, seed)
    without, tops = norms_at_the_query(1, 1, seed)
    assert np.median(without) < 0.4 * np.median(with_root)
    few = without[tops.ravel() < 0.9]
    assert np.median(few) > 5 * np.median(with_root)
    divided, _ = norms_at_the_query(16, 1, seed)
    assert np.median(divided[tops.ravel() < 0.9]) < 1.5 * np.median(with_root)


@pytest.mark.parametrize("grown", [np.exp, np.square])
def test_slopes_of_scores_sum_to_0_if_a_number_for_all_moves_nothing(grown):
    reason(PAGE, "a number that is added to all scores changes no share")
    scores, values = np.array([2.0, 1.0, 3.0]), np.array([1.0, 2.0, 4.0])

    def shares(more):
        return grown(scores + more) / grown(scores + more).sum()

    def loss():
        return float((shares(0) @ values - 4) ** 2)

    same = np.allclose(shares(1), shares(0))
    slopes = numerical_gradient(loss, scores)
    assert same == (grown is np.exp)
    assert (abs(slopes.sum()) < 1e-6) == same


def moved(layers, inputs, order):
    """Return how far the last output moves when earlier rows are shuffled."""
    ends = []
    for values in (inputs, inputs[:, order]):
        for layer in layers:
            values = layer.forward(values)
        ends.append(values[0, -1])
    return np.abs(ends[0] - ends[1]).max()


@pytest.mark.parametrize("causal", [False, True])
def test_places_before_the_last_have_other_company(causal):
    reason(PAGE, "At this last place, which sees all six, one layer notices")
    reason(PAGE, "each place has its own company, those before it")
    order = [3, 0, 4, 2, 1, 5]
    inputs = np.random.default_rng(1).normal(size=(1, 6, 8))
    layer = MultiHeadAttention(8, 2, rng=RNG, causal=causal, dtype=float)
    gap = layer.forward(inputs)[:, order] - layer.forward(inputs[:, order])
    gap = np.abs(gap[0]).max(axis=1)
    assert gap[-1] < 1e-12
    assert (gap[:-1].max() > 0.1) == causal


@pytest.mark.parametrize("seed", range(5))
def test_the_mask_of_the_first_layer_gives_order(seed):
    reason(PAGE, "each of the five shuffled rows sees other company than")
    order = [3, 0, 4, 2, 1, 5]
    for at, row in enumerate(order):
        assert (set(order[: at + 1]) == set(range(row + 1))) == (row == 5)
    inputs = np.random.default_rng(seed).normal(size=(1, 6, 8))

    def layers(*masks):
        return [
            MultiHeadAttention(
                8, 2, rng=np.random.default_rng(k), causal=m, dtype=float
            )
            for k, m in enumerate(masks)
        ]

    assert moved(layers(True, True), inputs, order) > 0.01
    assert moved(layers(True, False), inputs, order) > 0.01
    assert moved(layers(False, True), inputs, order) < 1e-12
    assert moved(layers(False, False), inputs, order) < 1e-12
    assert moved(layers(True), inputs, order) < 1e-12


def test_a_mask_of_minus_infinity_shares_nothing():
    reason(PAGE, "their share is exactly 0, and the others sum to 1")
    rows = RNG.normal(size=(6, 4))
    above = np.triu_indices(6, 1)
    for mask in (causal_mask(6), None):
        _, shares = attend(rows, rows, rows, mask)
        np.testing.assert_allclose(shares.sum(axis=1), 1)
        assert (shares[above] == 0).all() == (mask is not None)


@pytest.mark.parametrize("causal", [True, False])
def test_a_cache_needs_the_mask(causal):
    reason(PAGE, "Because of the mask, a new token changes nothing at the")
    reason(PAGE, "Without the causal mask this would be wrong from the second")
    gpt = GPT(9, 8, 2, 2, 8, rng=np.random.default_rng(0), dtype=float)
    for block in gpt.blocks:
        block.attention.causal = causal
    tokens = RNG.integers(0, 9, (1, 7))
    kept = []
    for n in (6, 7):
        gpt.forward(tokens[:, :n])
        kept.append([b.attention.heads[1:, ..., :6, :] for b in gpt.blocks])
    same = [np.allclose(*pair, atol=1e-12) for pair in zip(*kept, strict=True)]
    assert same[0]  # made of the tokens alone
    assert same[1] == causal


def test_a_small_last_layer_begins_at_even_chances():
    reason(PAGE, "The last layer begins with small weights, so the first loss")
    tokens, losses = RNG.integers(0, 64, (8, 33)), []
    for factor in (1, 100):
        gpt = GPT(64, 32, 2, 2, 32, rng=np.random.default_rng(0))
        gpt.parts[-1].weights *= factor
        scores = gpt.forward(tokens[:, :-1])
        losses.append(SequenceCrossEntropy().forward(scores, tokens[:, 1:]))
    assert losses[0] == pytest.approx(np.log(64), abs=0.02)
    assert losses[1] > np.log(64) + 1


@pytest.mark.parametrize("heads", [1, 2, 4])
def test_reshaped_heads_cut_the_sequence(heads):
    reason(PAGE, "The two heads have cut the sequence into two halves")
    inputs = np.random.default_rng(1).normal(size=(2, 8, 4))
    changed = inputs.copy()
    changed[:, 0] += 1
    for kind, cut in ((MultiHeadAttention, 1), (script()["Reshaped"], heads)):
        rng = np.random.default_rng(0)
        layer = kind(4, heads, rng=rng, causal=True, dtype=float)
        assert check(layer, inputs[:1])
        gap = layer.forward(changed) - layer.forward(inputs)
        reached = (np.abs(gap[0]).max(axis=1) > 1e-12).nonzero()[0]
        assert reached.tolist() == list(range(8 // cut))


def test_a_mask_after_softmax_has_the_later_scores_in_its_sums():
    reason(PAGE, "was divided by a sum that had the later scores in it")
    rows = RNG.normal(size=(6, 4))
    other = rows.copy()
    other[4] = RNG.normal(size=4)

    def gap(found):
        return np.abs(found(rows) - found(other)).max(axis=1)[:4].max()

    def after(some, again=False):
        shares = attend(some, some, some)[1] * causal_mask(6)
        if again:  # divide by the sum of what may be seen
            shares = shares / shares.sum(axis=1, keepdims=True)
        return shares @ some

    assert gap(after) > 0.01
    assert gap(lambda some: after(some, again=True)) < 1e-12


def test_one_picture_two_causes():
    reason(PAGE, "It had learned a distance. One pattern, two causes")
    told = script()["told"]
    right, answer, eleven = told("random", 12).T
    assert min(right) > 0.99
    assert min(eleven) > 0.9
    right, answer, eleven = told("fixed", 12).T
    assert min(right) > 0.99
    assert min(eleven) > 0.9
    right, answer, eleven = told("random", 9).T
    assert min(right) > 0.99
    assert min(answer) > 0.85
    assert max(eleven) < 0.05
    right, answer, eleven = told("fixed", 9).T
    assert max(right) < 0.01
    assert max(answer) < 0.01
    assert min(eleven) > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_at_place_12_only_one_kind_looks_11_back(seed):
    reason(PAGE, "at place 12 no token has come twice, and still the second")
    tokens, early = script()["repeated"](12)[:, :-1], []
    assert all(len(set(row)) == 12 for row in tokens[:, :12])
    for kind in ("random", "fixed"):
        gpt = script()["network"](kind, seed)
        gpt.forward(tokens)
        early.append(gpt.blocks[1].attention.shares[:, 0, 11, 0].mean())
    assert early[0] < 0.3
    assert early[1] > 0.9


def test_twelve_is_twice_six():
    reason(PAGE, "until I wrote down the places: 12 is twice 6")
    told = script()["told"]
    for length in range(6, 13):
        right = told("fixed", length)[:, 0]
        if 12 % length:
            assert max(right) < 0.05
        else:
            assert min(right) > 0.99


def test_one_block_can_count():
    reason(PAGE, "came before it. But such a block can count 11 back")
    gpt, stored = maker("induction_networks").fresh(0, n_blocks=1), script()
    for place, part in enumerate(every_part(gpt.parts)):
        for name, value in vars(part).items():
            if isinstance(value, np.ndarray):
                value[:] = stored["stored"][f"one 0 {place} {name}"]
    rights = []
    for length in (12, 9):
        tokens = stored["repeated"](length)
        answers = gpt.forward(tokens[:, :-1]).argmax(axis=2)
        rights.append((answers == tokens[:, 1:])[:, 12:].mean())
    assert rights[0] > 0.98
    assert rights[1] < 0.02
    looks = gpt.blocks[0].attention.shares[:, 0].mean(axis=0)
    late = np.arange(12, 24)
    assert looks[late, late - 11].mean() > 0.5


def test_the_keys_of_a_single_block_hold_no_other_token():
    reason(PAGE, "holds its own token and no other, so a place can't be found")
    keys = []
    for n_blocks in (1, 2):
        rng = np.random.default_rng(0)
        gpt = GPT(32, 24, 1, n_blocks, 24, rng=rng, dtype=float)
        for put in (0, 1):  # before place 10
            tokens = np.arange(2, 26)[np.newaxis]
            tokens[0, 8] = put
            gpt.forward(tokens)
            keys.append(gpt.blocks[-1].attention.heads[1, 0, 0, 9])
    np.testing.assert_allclose(keys[0], keys[1], atol=1e-12)
    assert np.abs(keys[2] - keys[3]).max() > 1e-6


def test_a_token_works_through_the_first_block():
    reason(
        PAGE, "A works through the first block: there each place looks mostly"
    )
    names = script()
    for seed in range(3):
        gpt = names["network"]("random", seed)
        assert names["asked"](gpt, names["repeated"](12))[0] > 0.98
        first = gpt.blocks[0].attention.shares[:, 0].mean(axis=0)
        late = np.arange(1, 24)
        assert first[late, late - 1].mean() > 0.4
        assert first[9, 8] > 0.6
        right, _, at_b = names["asked"](
            names["cut"](gpt, 10, 9), names["repeated"](12)
        )
        assert right < 0.3
        assert at_b < 0.2
        again = names["network"]("random", seed)
        right, _, at_b = names["asked"](
            names["cut"](again, 10, 8), names["repeated"](12)
        )
        assert right > 0.98
        assert at_b > 0.9


def test_a_bias_of_the_keys_does_nothing():
    reason(PAGE, "and softmax doesn't notice what is added to all")

    def gap(**how):
        rng = np.random.default_rng(0)
        layer = MultiHeadAttention(6, 3, rng=rng, dtype=np.float64, **how)
        inputs = rng.normal(size=(2, 5, 6))
        before = layer.forward(inputs)
        layer.biases[:, 6:12] += rng.normal(size=6)
        return np.abs(layer.forward(inputs) - before).max()

    assert gap() < 1e-12
    assert gap(rotary=True) > 0.01
