"""Reasons of chapter 23's page, each with its cause taken away."""

import copy

import numpy as np
import pytest

from claims import breadth
from nnfs_code.activations import Tanh
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    Momentum,
    Nesterov,
    RMSProp,
)
from nnfs_code.packing import Packed, pack
from nnfs_code.quick import PackedReLU, aligned
from reasons import reason
from script_23 import PAGE, names, script


class Counting(SGD):
    """Counts the pairs that it gets."""

    def update(self, pairs):
        self.n_pairs = len(pairs)
        super().update(pairs)


def test_one_block_makes_one_pair_of_six():
    reason(
        PAGE,
        "If all parameters lay in one array and all gradients in another, it"
        " would do ten",
    )
    found = []
    for build in (Model, Packed):
        rng = np.random.default_rng(0)
        parts = [Dense(5, 4, rng=rng), Dense(4, 4, rng=rng)]
        model = build([*parts, Dense(4, 3, rng=rng)], SoftmaxCrossEntropy())
        counting = Counting(0.1)
        points = np.ones((2, 5), np.float32)
        model.train_step(points, np.array([0, 1]), counting)
        found.append(counting.n_pairs)
    assert found[0] == 6
    assert found[1] == 1


@pytest.mark.parametrize(
    "kind", [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam]
)
def test_entries_on_their_own_may_lie_in_one_array(kind):
    """A step that looks at more than one entry is not the same in a block."""
    reason(
        PAGE,
        "Every optimizer of chapter 10 treats each entry by itself, so they"
        " would compute the same",
    )

    class Normalized(SGD):
        """The same, but for gradients divided by their largest entry."""

        def update(self, pairs):
            scaled = [(v, g / np.abs(g).max()) for v, g in pairs]
            super().update(scaled)

    def moved(optimizer, block):
        rng = np.random.default_rng(0)
        slopes = rng.normal(size=9)
        values = np.zeros(9)
        cuts = [(0, 9)] if block else [(0, 4), (4, 9)]
        pairs = [(values[a:b], slopes[a:b]) for a, b in cuts]
        for _ in range(3):
            optimizer.update(pairs)
        return values

    one, two = moved(kind(0.1), True), moved(kind(0.1), False)
    np.testing.assert_array_equal(one, two)
    one, two = (moved(Normalized(0.1), block) for block in (True, False))
    assert np.abs(one - two).max() > 0.01


def test_the_plain_layer_hangs_the_name_on_a_new_array():
    reason(PAGE, "A view that we had put there would be forgotten")
    points, labels = names()["points"], names()["labels"]
    plain = names()["network"]()
    block = aligned((2 * 64,), np.float64)
    plain.parts[0].d_weights = block.reshape(2, 64)
    plain.train_step(points, labels, SGD(0.1))
    assert not np.shares_memory(plain.parts[0].d_weights, block)
    packed = pack(plain)
    for _ in range(2):
        packed.train_step(points, labels, SGD(0.0))
        packed.optimizer = None
    assert np.shares_memory(packed.parts[0].d_weights, packed.gradients)


def test_a_dense_layer_never_reads_its_outputs_again():
    """Behind a tanh, which does read them, in place would be wrong."""
    reason(
        PAGE,
        "It may do so because a dense layer never reads its own outputs again",
    )
    rng = np.random.default_rng(0)
    points, slopes = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))

    def back(part, in_place):
        outputs = part.forward(points)
        if in_place:
            PackedReLU().forward(outputs)
        return part.backward(slopes)

    dense = Dense(3, 3, rng=rng, dtype=np.float64)
    found = [back(dense, in_place) for in_place in (False, True)]
    np.testing.assert_array_equal(*found)
    found = [back(Tanh(), in_place) for in_place in (False, True)]
    assert np.abs(found[0] - found[1]).max() > 0.01


def test_pieces_lie_in_two_lines_if_the_array_begins_in_the_middle():
    reason(
        PAGE,
        "If an array begins in the middle of a cache line, such a piece may"
        " lie in two of them",
    )
    split = script()["split_pieces"]
    for width in (16, 32, 64):
        assert split(0, width) == 0
    assert split(16, 16) == 0  # not those that are small enough
    assert split(16, 32) == 0.5
    assert split(16, 64) == 1


def test_gradients_of_a_packed_layer_are_overwritten():
    """The plain layer's, which are new arrays, are not."""
    reason(
        PAGE,
        "`d_weights` of a packed layer is a window onto the block, and the"
        " next step overwrites it",
    )
    points, labels = names()["points"], names()["labels"]
    plain = names()["network"]()

    def is_kept(model):
        adam = Adam(0.05)
        model.train_step(points, labels, adam)
        gradient = model.parts[0].d_weights
        kept = gradient.copy()
        model.train_step(points, labels, adam)
        return np.array_equal(gradient, kept)

    assert is_kept(plain)
    assert not is_kept(pack(plain))


def test_the_layer_no_longer_hears_of_the_block():
    reason(
        PAGE,
        "The optimizer works on in the block, and the layer no longer hears"
        " of it",
    )
    for replace, heard in ((True, False), (False, True)):
        block = aligned((4,), np.float64)
        layer = Dense(2, 2, rng=np.random.default_rng(0), dtype=np.float64)
        layer.weights = block.reshape(2, 2)
        if replace:
            layer.weights = layer.weights + 1
        else:
            layer.weights += 1
        kept = layer.weights.copy()
        SGD(1.0).update([(block, np.ones(4))])
        changed = not np.array_equal(kept, layer.weights)
        assert changed == heard
        assert np.shares_memory(block, layer.weights) == heard


def test_a_deep_copy_copies_each_view_as_an_array_of_its_own():
    reason(
        PAGE,
        "a deep copy of an object copies each view as an array of its own",
    )

    class Naive:
        def __init__(self):
            self.block = aligned((4,), np.float64)
            self.weights = self.block.reshape(2, 2)

    naive = copy.deepcopy(Naive())
    assert not np.shares_memory(naive.block, naive.weights)
    packed = copy.deepcopy(pack(names()["network"]()))
    assert np.shares_memory(packed.values, packed.parts[0].weights)


def test_one_matrix_of_each_product_does_not_grow():
    """It has the shape of the weights; the two others grow."""
    reason(
        PAGE,
        "Of the three matrices of a product, the one in the shape of the"
        " weights does not grow with the batch",
    )
    sizes, found = (7, 5, 3), []
    for n in (4, 8):
        inputs = np.ones((n, sizes[0]), np.float32)
        lines, kept = script()["step_lines"](sizes, inputs, np.arange(n) % 3)
        for _, run in lines:
            run()
        products = [("x0", "W0", "z0"), ("x1", "W1", "z1")]
        products += [("x0", "dz0", "dW0"), ("x1", "dz1", "dW1")]
        products.append(("dz1", "W1", "dx1"))
        assert len(products) == sum("products" in name for name, _ in lines)
        found.append([{t: kept[t].size for t in p} for p in products])
    for small, large in zip(*found, strict=True):
        grows = {table: large[table] / small[table] for table in small}
        assert sorted(grows.values()) == [1, 2, 2]
        assert {t[-2] for t in grows if grows[t] == 1} == {"W"}


@pytest.mark.parametrize("seed", breadth(5, 20))
def test_the_intensity_of_products_grows_with_the_batch(seed):
    """Without a matrix that does not grow, it would not."""
    reason(
        PAGE,
        "So (23.2) grows more slowly than (23.1), and the intensity of a"
        " product grows with the batch",
    )
    i, o = np.random.default_rng(seed).integers(2, 900, size=2)

    def intensity(n, table):
        return 2 * n * i * o / (4 * (n * i + table + n * o))

    sizes = (1, 8, 32, 128, 512, 2048)
    with_table = [intensity(n, i * o) for n in sizes]
    without = [intensity(n, 0) for n in sizes]
    assert (np.diff(with_table) > 0).all()
    np.testing.assert_allclose(without, without[0])
    costs = script()["costs"]
    adam = [costs((784, 128, 10), n)["Adam"].tolist() for n in sizes]
    assert adam == [adam[0]] * len(sizes)  # "once per step in any case"


def test_what_is_not_a_number_arrives_in_the_gradients():
    reason(
        PAGE,
        "it arrives in the gradients, and there the optimizer refuses it",
    )
    points, labels = names()["points"].copy(), names()["labels"]
    for broken in (False, True):
        packed = pack(names()["network"]())
        points[3, 1] = np.nan if broken else 0.5
        packed.quick_pass(points, labels)
        arrived = np.isnan(packed.gradients).any()
        assert arrived == broken
        if broken:
            kept = packed.values.copy()
            with pytest.raises(ValueError, match="a finite gradient"):
                SGD(0.1).update(packed.one_pair())
            with pytest.raises(ValueError, match="Dense expected finite"):
                packed.train_step(points, labels, SGD(0.1))
            np.testing.assert_array_equal(packed.values, kept)


def test_a_loss_alone_does_not_show_a_reused_array():
    reason(
        PAGE,
        "because in a step each array is read before it is overwritten",
    )
    left = names()
    losses = []
    for build in (Model, Packed):
        plain = left["network"]()
        model = build(plain.parts, plain.loss)
        adam = Adam(0.01)
        losses.append(
            [
                model.train_step(left["points"], left["labels"], adam)
                for _ in range(20)
            ]
        )
    np.testing.assert_allclose(*losses, rtol=1e-6)
    quick = model.quick[0]  # of the packed one
    kept = [quick.forward(left["points"] + k) for k in range(2)]
    assert np.array_equal(*kept)  # what was kept is spoiled
    kept = [model.parts[0].forward(left["points"] + k) for k in range(2)]
    assert not np.array_equal(*kept)


def test_the_layout_of_the_gradient_and_not_np_dot_changed_the_bits(
    monkeypatch,
):
    """Both causes by themselves; the bits of one machine are not asserted."""
    reason(
        PAGE,
        "My quick version returned the gradient row by row in memory, the"
        " plain one returns it column by column",
    )
    left = names()
    plain, packed = left["network"](), pack(left["network"]())
    points, labels = left["points"], left["labels"]
    for model, loss in ((plain, plain.loss), (packed, packed.quick_loss)):
        loss.forward(model.forward(points), labels)
        assert loss.backward().flags.f_contiguous

    class InRows:
        """The first version of the quick loss."""

        def __init__(self, loss):
            self.loss = loss

        def forward(self, logits, targets):
            return self.loss.forward(logits, targets)

        def backward(self):
            return np.ascontiguousarray(self.loss.backward())

    def apart(change):
        plain, packed = left["network"](), pack(left["network"]())
        if change:
            packed.quick_loss = InRows(packed.quick_loss)
        for model in (plain, packed):
            adam = Adam(0.01)
            for _ in range(50):
                model.train_step(points, labels, adam)
        return np.abs(plain.parts[0].weights - packed.parts[0].weights).max()

    assert apart(change=False) < 1e-7
    assert apart(change=True) < 1e-7
