# --8<-- [start:ch23-packing-imports]
"""A model whose parameters lie in one block, and whose gradients in one."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from nnfs_code.activations import ReLU
from nnfs_code.arrays import Array, check_floats, complaint
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.promises import (
    AnyOptimizer,
    Loss,
    Part,
    Penalty,
    every_part,
    parameters,
)
from nnfs_code.quick import PackedDense, PackedLoss, PackedReLU, aligned

# --8<-- [end:ch23-packing-imports]


# --8<-- [start:ch23-views]
def views(block: Array, arrays: Sequence[Array]) -> list[Array]:
    """Return views of a flat block, one after another, shaped as `arrays`.

    >>> block = np.arange(5.0)
    >>> views(block, [np.zeros((2, 2)), np.zeros(1)])[0]
    array([[0., 1.],
           [2., 3.]])
    """
    found, end = [], 0
    for array in arrays:
        start, end = end, end + array.size
        found.append(block[start:end].reshape(array.shape))
    return found


# --8<-- [end:ch23-views]


# --8<-- [start:ch23-find-parameters]
def find_parameters(parts: Sequence[Part]) -> list[tuple[Part, str, Array]]:
    """Return part, name and array of all weights and biases, in order.

    Raises
    ------
    TypeError, ValueError
        If there is none, if they are not all of one float type, or if one
        array belongs to two of them.
    """
    found = [
        (part, name, value)
        for part in every_part(parts)
        for name, value in vars(part).items()
        if name.endswith(("weights", "biases")) and not name.startswith("d_")
    ]
    if not found:
        raise ValueError(complaint("Packed", "weights or biases", "none"))
    for part, name, value in found:
        check_floats(value, "Packed", f"{name} of a {type(part).__name__}")
    types = sorted({str(value.dtype) for _, _, value in found})
    if len(types) > 1:
        raise TypeError(complaint("Packed", "one float type", types))
    for (_, name, one), (_, _, two) in combinations(found, 2):
        if np.shares_memory(one, two):
            got = f"{name} that share memory with others"
            raise ValueError(complaint("Packed", "arrays of their own", got))
    return found


# --8<-- [end:ch23-find-parameters]


# --8<-- [start:ch23-is-memory]
def is_memory(value: object) -> bool:
    """Return whether an attribute of an optimizer is a list of arrays."""
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(isinstance(one, np.ndarray) for one in value)
    )


# --8<-- [end:ch23-is-memory]


# --8<-- [start:ch23-packed]
class Packed(Model):
    """A model with all parameters in one block, and all gradients in another.

    The parts are those of any model, and stay as they are: their weights and
    biases become views of the block. A step of training goes through the same
    arithmetic in arrays that are reused, and the optimizer gets a single
    pair. Everything else, predicting and saving included, is `Model`'s.

    Attributes
    ----------
    values, gradients : ndarray, shape (n_parameters,)
        All parameters, and all gradients of the last step of training.

    >>> rng = np.random.default_rng(0)
    >>> layers = [Dense(4, 8, rng=rng), ReLU(), Dense(8, 3, rng=rng)]
    >>> packed = Packed(layers, SoftmaxCrossEntropy())
    >>> packed.values.size, packed.values.ctypes.data % 64
    (67, 0)
    >>> np.shares_memory(layers[2].biases, packed.values)
    True
    """

    # --8<-- [end:ch23-packed]

    # --8<-- [start:ch23-packed-init]
    def __init__(
        self,
        parts: Sequence[Part],
        loss: Loss,
        *,
        penalty: Penalty | None = None,
    ) -> None:
        super().__init__(parts, loss, penalty=penalty)
        self.lay_out(find_parameters(self.parts))
        self.quick, self.quick_loss = self.quick_parts()
        self.others = [
            part
            for part in every_part(self.parts)
            if part in self.quick or part not in self.parts
        ]
        self.known: AnyOptimizer | None = None  # its memories are in a block

    # --8<-- [end:ch23-packed-init]

    # --8<-- [start:ch23-packed-places]
    def lay_out(self, found: list[tuple[Any, str, Array]]) -> None:
        """Move all parameters into one block, with one for the gradients."""
        arrays = [array for _, _, array in found]
        shape, dtype = (sum(a.size for a in arrays),), arrays[0].dtype
        self.values, self.gradients, self.sums = (
            aligned(shape, dtype) for _ in range(3)
        )
        self.places = []
        for (part, name, array), view in zip(
            found, views(self.values, arrays), strict=True
        ):
            view[:] = array
            setattr(part, name, view)
            self.places.append((part, name, view))
        self.slopes = self.by_part(views(self.gradients, arrays))
        self.in_sums = self.by_part(views(self.sums, arrays))

    # --8<-- [end:ch23-packed-places]

    # --8<-- [start:ch23-packed-quick]
    def by_part(self, arrays: list[Array]) -> dict[int, dict[str, Array]]:
        """Return one array per parameter, by the part's id and the name."""
        found: dict[int, dict[str, Array]] = {}
        for (part, name, _), array in zip(self.places, arrays, strict=True):
            found.setdefault(id(part), {})[name] = array
        return found

    def quick_parts(self) -> tuple[list[Any], Any]:
        """Return parts and loss for training: quick ones, where there are."""
        kinds = [type(part) for part in self.parts]
        quick: list[Any] = []
        for place, part in enumerate(self.parts):
            if kinds[place] is Dense:
                quick.append(PackedDense(part, self.slopes[id(part)]))
            elif kinds[place - 1 : place + 2] == [Dense, ReLU, Dense]:
                quick.append(PackedReLU())
            else:
                quick.append(part)
        fused = type(self.loss) is SoftmaxCrossEntropy
        return quick, PackedLoss() if fused else self.loss

    # --8<-- [end:ch23-packed-quick]

    # --8<-- [start:ch23-packed-train-step]
    def train_step(
        self, inputs: Array, targets: Any, optimizer: AnyOptimizer
    ) -> float:
        """Take one step of training and return the loss before it.

        As `Model.train_step`, with fewer checks on the way. If something
        fails, the plain parts go through it again, to say what.
        """
        self.check_optimizer(optimizer)
        self.take_in()
        self.take_over(optimizer)
        try:
            loss = self.quick_pass(inputs, targets)
            optimizer.update(self.one_pair())
        except Exception:
            self.loss.forward(self.forward(inputs), targets)
            raise
        self.optimizer = optimizer
        return loss

    # --8<-- [end:ch23-packed-train-step]

    # --8<-- [start:ch23-packed-pass]
    def quick_pass(self, inputs: Array, targets: Any) -> float:
        """Return the loss, with all gradients in their block."""
        values = inputs
        for part in self.quick:
            if getattr(part, "differs_in_training", False):
                values = part.forward(values, training=True)
            else:
                values = part.forward(values)
        loss: float = self.quick_loss.forward(values, targets)
        slopes = self.quick_loss.backward()
        first, *others = self.quick
        for part in reversed(others):
            slopes = part.backward(slopes)
        if hasattr(first, "parameter_gradients"):
            first.parameter_gradients(slopes)
        else:
            first.backward(slopes)
        self.collect()
        return loss

    # --8<-- [end:ch23-packed-pass]

    # --8<-- [start:ch23-packed-collect]
    def collect(self) -> None:
        """Copy the gradients of parts without a quick form into the block."""
        for part in self.others:
            ours = self.slopes.get(id(part), {})
            theirs = {name: slope for name, _, slope in parameters(part)}
            if ours.keys() != theirs.keys():
                expected = f"gradients of {sorted(ours)} in a "
                expected += type(part).__name__
                raise TypeError(complaint("Packed", expected, sorted(theirs)))
            for name, slope in theirs.items():
                ours[name][:] = slope

    def one_pair(self) -> list[tuple[Array, Array]]:
        """Return all parameters and gradients as a pair, penalty included."""
        if self.penalty is None:
            return [(self.values, self.gradients)]
        np.copyto(self.sums, self.gradients)
        for part, name, value in self.places:
            if name.endswith("weights"):
                total = self.in_sums[id(part)][name]
                total += self.penalty.gradient(value)
        return [(self.values, self.sums)]

    # --8<-- [end:ch23-packed-collect]

    # --8<-- [start:ch23-packed-take-in]
    def take_in(self) -> None:
        """Copy parameters that somebody has replaced back into the block.

        Raises
        ------
        ValueError
            If one is of another shape or type now.
        """
        for part, name, view in self.places:
            held = getattr(part, name)
            if held is not view:
                where = f"{name} of a {type(part).__name__}"
                check_floats(held, "Packed", where)
                if (held.shape, held.dtype) != (view.shape, view.dtype):
                    expected = f"{where} of shape {view.shape}, {view.dtype}"
                    got = f"{held.shape}, {held.dtype}"
                    raise ValueError(complaint("Packed", expected, got))
                view[:] = held
                setattr(part, name, view)

    # --8<-- [end:ch23-packed-take-in]

    # --8<-- [start:ch23-packed-take-over]
    def take_over(self, optimizer: AnyOptimizer) -> None:
        """Lay each memory of an optimizer in one aligned block, once.

        It may have been trained with the plain model.
        """
        kinds = getattr(optimizer, "kinds", None)
        if optimizer is self.known or optimizer.step == 0 or kinds is None:
            return
        flat = [(self.values.shape, self.values.dtype)]
        plain = [(view.shape, view.dtype) for _, _, view in self.places]
        if kinds not in (flat, plain):
            got = f"memories of {kinds}"
            raise ValueError(complaint("Packed", f"memories of {plain}", got))
        if hasattr(optimizer, "optimizer"):  # one that wraps another
            self.take_over(optimizer.optimizer)
        for memory in vars(optimizer).values():
            if is_memory(memory):
                block = aligned(self.values.shape, self.values.dtype)
                np.concatenate([part.ravel() for part in memory], out=block)
                memory[:] = [block]
        kinds[:] = flat
        self.known = optimizer

    # --8<-- [end:ch23-packed-take-over]

    # --8<-- [start:ch23-packed-reduce]
    def __reduce__(self) -> tuple[Callable[[Model], "Packed"], tuple[Model]]:
        """Be copied as a plain model that is packed anew.

        Copied attribute by attribute, the views would no longer be views.
        """
        plain = Model(self.parts, self.loss, penalty=self.penalty)
        plain.optimizer, plain.rng = self.optimizer, self.rng
        return pack, (plain,)

    # --8<-- [end:ch23-packed-reduce]


# --8<-- [start:ch23-pack]
def pack(model: Model) -> Packed:
    """Return a packed model of the same parts, which goes on where it was.

    The parts are shared, not copied. From now on train the packed one: the
    optimizer's memories will fit that one only.

    >>> rng = np.random.default_rng(0)
    >>> model = Model([Dense(4, 3, rng=rng)], SoftmaxCrossEntropy())
    >>> pack(model).parts[0] is model.parts[0]
    True
    """
    packed = Packed(model.parts, model.loss, penalty=model.penalty)
    packed.optimizer, packed.rng = model.optimizer, model.rng
    return packed


# --8<-- [end:ch23-pack]
