# --8<-- [start:ch24-autograd-imports]
"""Slopes by a record of what was computed: reverse mode, for arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

import numpy as np

from nnfs_code.arrays import Array, complaint
from nnfs_code.autograd_rules import Axes, float_array, same, spread, sum_to

Rule: TypeAlias = Callable[[Array], Array]

# --8<-- [end:ch24-autograd-imports]


# --8<-- [start:ch24-tensor]
class Tensor:
    """An array that knows what it was computed from.

    Parameters
    ----------
    values : ndarray of float32 or float64, any shape; or a number
        An array is kept as it is, not copied: what changes it in place, an
        optimizer say, changes the tensor.
    requires_grad : bool
        Whether `backward` is to find the gradient for it. Results on
        record have it too, but get no `gradient`.

    Attributes
    ----------
    gradient : ndarray in the shape of `values`, or None
        What `backward` has added up so far. Set it to None to begin anew.
    parents, rules : tuple
        The tensors that it was computed from, and for each of them a
        function from the gradient for this one to the gradient for that.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> (x * x + x).backward()
    >>> float(x.gradient)
    7.0
    """

    # --8<-- [end:ch24-tensor]

    # --8<-- [start:ch24-tensor-init]
    __slots__ = (
        *("values", "requires_grad", "gradient"),
        *("operation", "parents", "rules", "__weakref__"),
    )
    __array_ufunc__ = None  # array * tensor asks the tensor, not NumPy

    def __init__(self, values: Any, requires_grad: bool = False) -> None:
        self.values = float_array(values)
        self.requires_grad = requires_grad
        self.gradient: Any = None  # an array, once backward has come by
        self.operation = ""
        self.parents: tuple[Tensor, ...] = ()
        self.rules: tuple[Rule, ...] = ()

    # --8<-- [end:ch24-tensor-init]

    # --8<-- [start:ch24-tensor-looks]
    def __repr__(self) -> str:
        made = f", by {self.operation}" if self.operation else ""
        return f"Tensor({self.values}{made})"

    def __array__(self, *_: Any, **__: Any) -> Array:
        """Refuse: NumPy would wrap the tensor as one object."""
        raise TypeError(complaint("NumPy", "an array: .values", "a Tensor"))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the values."""
        return self.values.shape

    def detach(self) -> Tensor:
        """Return the same values without the record."""
        return Tensor(self.values)

    # --8<-- [end:ch24-tensor-looks]

    # --8<-- [start:ch24-add-multiply]
    def __add__(self, other: Any) -> Tensor:
        other = operand(other, self)
        values = together(np.add, self, other)
        return record("add", values, (self, same), (other, same))

    def __mul__(self, other: Any) -> Tensor:
        other = operand(other, self)
        a, b = self.values, other.values
        values = together(np.multiply, self, other)
        return record(
            "multiply",
            values,
            (self, lambda gradient: gradient * b),
            (other, lambda gradient: gradient * a),
        )

    # --8<-- [end:ch24-add-multiply]

    # --8<-- [start:ch24-subtract-divide]
    def __neg__(self) -> Tensor:
        return record("negate", -self.values, (self, np.negative))

    def __sub__(self, other: Any) -> Tensor:
        other = operand(other, self)
        values = together(np.subtract, self, other)
        return record("subtract", values, (self, same), (other, np.negative))

    def __truediv__(self, other: Any) -> Tensor:
        other = operand(other, self)
        b = other.values
        values = together(np.divide, self, other)
        return record(
            "divide",
            values,
            (self, lambda gradient: gradient / b),
            (other, lambda gradient: -gradient * values / b),
        )

    # --8<-- [end:ch24-subtract-divide]

    # --8<-- [start:ch24-power]
    def __pow__(self, exponent: float) -> Tensor:
        """Return each entry to the power of one number."""
        if isinstance(exponent, bool) or not isinstance(exponent, int | float):
            got = f"a {type(exponent).__name__}"
            raise TypeError(complaint("Tensor", "a number as exponent", got))
        a, n = self.values, exponent
        return record(
            "power",
            a**n,
            (self, lambda gradient: gradient * (n * a ** (n - 1))),
        )

    # --8<-- [end:ch24-power]

    # --8<-- [start:ch24-from-the-right]
    def __radd__(self, other: Any) -> Tensor:
        return operand(other, self) + self

    def __rmul__(self, other: Any) -> Tensor:
        return operand(other, self) * self

    def __rsub__(self, other: Any) -> Tensor:
        return operand(other, self) - self

    def __rtruediv__(self, other: Any) -> Tensor:
        return operand(other, self) / self

    def __rmatmul__(self, other: Any) -> Tensor:
        return operand(other, self) @ self

    # --8<-- [end:ch24-from-the-right]

    # --8<-- [start:ch24-matmul]
    def __matmul__(self, other: Any) -> Tensor:
        """Return the matrix product, of the last two axes."""
        other = operand(other, self)
        a, b = self.values, other.values
        if a.ndim < 2 or b.ndim < 2:
            got = f"{a.shape} and {b.shape}"
            raise ValueError(complaint("Tensor", "two axes or more", got))
        values = together(np.matmul, self, other)
        return record(
            "matmul",
            values,
            (self, lambda gradient: gradient @ b.swapaxes(-1, -2)),
            (other, lambda gradient: a.swapaxes(-1, -2) @ gradient),
        )

    # --8<-- [end:ch24-matmul]

    # --8<-- [start:ch24-sum-mean]
    def sum(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Return the sum over all entries, or along one or more axes."""
        shape = self.shape
        values = self.values.sum(axis=axis, keepdims=keepdims)
        return record(
            "sum",
            values,
            (self, lambda gradient: spread(gradient, shape, axis, keepdims)),
        )

    def mean(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Return the mean over all entries, or along one or more axes."""
        total = self.sum(axis, keepdims)
        return total / (self.values.size / total.values.size)

    # --8<-- [end:ch24-sum-mean]

    # --8<-- [start:ch24-max]
    def max(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Return the largest entry, of all or along one or more axes.

        Entries that tie for it share its gradient equally.
        """
        values, shape = self.values, self.shape
        largest = values.max(axis=axis, keepdims=True)

        def share(gradient: Array) -> Array:
            ties = (values == largest).astype(values.dtype)
            ties /= ties.sum(axis=axis, keepdims=True)
            found: Array = spread(gradient, shape, axis, keepdims) * ties
            return found

        kept = largest if keepdims else largest.squeeze(axis)
        return record("max", kept, (self, share))

    # --8<-- [end:ch24-max]

    # --8<-- [start:ch24-reshape-transpose]
    def reshape(self, *shape: int) -> Tensor:
        """Return the same entries, row by row, in another shape."""
        before = self.shape
        return record(
            "reshape",
            self.values.reshape(shape),
            (self, lambda gradient: gradient.reshape(before)),
        )

    def transpose(self, *axes: int) -> Tensor:
        """Return the axes in another order: the reverse, if none is given."""
        order = axes or tuple(reversed(range(self.values.ndim)))
        back = np.argsort([axis % self.values.ndim for axis in order])
        return record(
            "transpose",
            self.values.transpose(order),
            (self, lambda gradient: gradient.transpose(back)),
        )

    # --8<-- [end:ch24-reshape-transpose]

    # --8<-- [start:ch24-index]
    def __getitem__(self, index: Any) -> Tensor:
        """Return what the index picks; it may pick an entry repeatedly."""
        values = self.values

        def put_back(gradient: Array) -> Array:
            whole = np.zeros_like(values)
            np.add.at(whole, index, gradient)
            return whole

        return record("index", values[index], (self, put_back))

    # --8<-- [end:ch24-index]

    # --8<-- [start:ch24-backward]
    def backward(self, gradient: Array | None = None) -> None:
        """Add its slopes to the `gradient` of what it was computed from.

        Tensors in between, computed from others themselves, get none.

        Parameters
        ----------
        gradient : ndarray in the shape of `values`, optional
            What arrives from outside; 1 for a single number.

        Raises
        ------
        RuntimeError
            If nothing was recorded.
        TypeError, ValueError
            If the gradient is missing, or of another shape or type.
        """
        arriving = {self: first_gradient(self, gradient)}
        for tensor in reversed(ordered(self)):
            found = arriving.pop(tensor)
            if not tensor.parents:
                before = 0 if tensor.gradient is None else tensor.gradient
                tensor.gradient = np.asarray(found + before)
            for parent, rule in zip(tensor.parents, tensor.rules, strict=True):
                part = sum_to(rule(found), parent.shape)
                if parent in arriving:
                    part = arriving[parent] + part
                arriving[parent] = part

    # --8<-- [end:ch24-backward]


# --8<-- [start:ch24-record]
def record(
    operation: str, values: Any, *inputs: tuple[Tensor, Rule]
) -> Tensor:
    """Return the values as a tensor that remembers where they come from.

    Parameters
    ----------
    inputs : tensor and rule
        What it was computed from. The rule takes the gradient for the result
        and returns the one for this input. (If the input was stretched to a
        larger shape, `backward` sums it up.)
    """
    result = Tensor(np.asarray(values))
    wanted = [pair for pair in inputs if pair[0].requires_grad]
    if wanted and RECORDING.get():
        result.requires_grad = True
        result.operation = operation
        result.parents = tuple(tensor for tensor, _ in wanted)
        result.rules = tuple(rule for _, rule in wanted)
    return result


# --8<-- [end:ch24-record]


# --8<-- [start:ch24-no-grad]
RECORDING: ContextVar[bool] = ContextVar("recording", default=True)


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing inside a ``with`` block.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> with no_grad():
    ...     (x * x).requires_grad
    False
    """
    before = RECORDING.set(False)
    try:
        yield
    finally:
        RECORDING.reset(before)


# --8<-- [end:ch24-no-grad]


# --8<-- [start:ch24-ordered]
def ordered(result: Tensor) -> list[Tensor]:
    """Return the tensors on its record, each after its parents.

    The tensor itself comes last. There is no recursion, so that a graph may
    be as deep as memory allows.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> [tensor.operation for tensor in ordered(-(x * x))]
    ['', 'multiply', 'negate']
    """
    found, seen = [], set()
    waiting = [(result, False)]
    while waiting:
        tensor, parents_are_in = waiting.pop()
        if parents_are_in:
            found.append(tensor)
        elif tensor not in seen:
            seen.add(tensor)
            waiting.append((tensor, True))
            waiting += [(parent, False) for parent in tensor.parents]
    return found


# --8<-- [end:ch24-ordered]


# --8<-- [start:ch24-operand]
def operand(value: Any, beside: Tensor) -> Tensor:
    """Return the other side of an operation as a tensor of the same type.

    Python numbers, and arrays of whole numbers or of True and False,
    take on the float type of the tensor beside them.

    Raises
    ------
    TypeError
        If it is of the other float type, or nothing that a tensor can be.
    """
    dtype = beside.values.dtype
    if not isinstance(value, Tensor):
        is_whole = isinstance(value, np.ndarray) and value.dtype.kind in "biu"
        if isinstance(value, int | float) or is_whole:
            value = np.asarray(value, dtype)
        value = Tensor(value)
    if value.values.dtype != dtype:
        got = str(value.values.dtype)
        raise TypeError(complaint("Tensor", f"an operand of {dtype}", got))
    found: Tensor = value
    return found


# --8<-- [end:ch24-operand]


# --8<-- [start:ch24-together]
def together(function: np.ufunc, one: Tensor, two: Tensor) -> Array:
    """Return a function of both values, or say which shapes do not fit."""
    try:
        values: Array = function(one.values, two.values)
    except ValueError as error:
        expected = f"shapes that {function.__name__} can bring together"
        got = f"{one.shape} and {two.shape}"
        raise ValueError(complaint("Tensor", expected, got)) from error
    return values


# --8<-- [end:ch24-together]


# --8<-- [start:ch24-first-gradient]
def first_gradient(result: Tensor, gradient: Array | None) -> Array:
    """Return what `backward` begins with, if it can begin at all."""
    owner = "Tensor.backward"
    if not result.requires_grad:
        got = "none (requires_grad is False, or it was made in no_grad)"
        raise RuntimeError(complaint(owner, "a record", got))
    if gradient is None:
        if result.values.size != 1:
            expected = "one number, or a gradient for its outputs"
            raise ValueError(complaint(owner, expected, result.shape))
        return np.ones_like(result.values)
    found = float_array(gradient)
    if found.shape != result.shape:
        expected = f"a gradient of shape {result.shape}"
        raise ValueError(complaint(owner, expected, found.shape))
    if found.dtype != result.values.dtype:
        expected = f"a gradient of {result.values.dtype}"
        raise TypeError(complaint(owner, expected, found.dtype))
    return found


# --8<-- [end:ch24-first-gradient]
