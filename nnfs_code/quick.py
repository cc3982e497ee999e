# --8<-- [start:ch23-quick-imports]
"""The arithmetic of plain parts, into arrays that are there already."""

import math

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import Array, Labels, labels_of_one_hot
from nnfs_code.layers import Dense

LINE = 64  # bytes: processors move memory in lines of so many

# --8<-- [end:ch23-quick-imports]


# --8<-- [start:ch23-aligned]
def aligned(shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """Return zeros whose first byte begins a line of memory.

    >>> aligned((2, 3), np.float32).ctypes.data % 64
    0
    """
    n_bytes = math.prod(shape) * np.dtype(dtype).itemsize
    room = np.zeros(n_bytes + LINE, np.uint8)
    start = -room.ctypes.data % LINE
    return room[start : start + n_bytes].view(dtype).reshape(shape)


# --8<-- [end:ch23-aligned]


# --8<-- [start:ch23-packed-dense]
class PackedDense:
    """What a `Dense` computes, written into arrays that are there already.

    Its parameters and their gradients are views of the blocks of a `Packed`
    model. Of what comes in, it checks shape and type.
    """

    def __init__(self, layer: Dense, slopes: dict[str, Array]) -> None:
        self.layer = layer
        self.weights, self.biases = layer.weights, layer.biases
        self.d_weights, self.d_biases = slopes["weights"], slopes["biases"]
        self.outputs = self.d_inputs = aligned((0, 0), layer.dtype)

    def make_room(self, inputs: Array) -> None:
        """Make the arrays for batches of this size."""
        self.outputs = aligned((len(inputs), self.biases.size), inputs.dtype)
        self.d_inputs = aligned(inputs.shape, inputs.dtype)
        self.ones = np.ones((1, len(inputs)), inputs.dtype)

    # --8<-- [end:ch23-packed-dense]

    # --8<-- [start:ch23-packed-dense-forward]
    def forward(self, inputs: Array) -> Array:
        """Return the outputs, in an array that the next call overwrites."""
        check_quickly(inputs, self.weights)
        if len(inputs) != len(self.outputs):
            self.make_room(inputs)
        self.inputs = inputs
        np.dot(inputs, self.weights, out=self.outputs)
        np.add(self.outputs, self.biases, out=self.outputs)
        return self.outputs

    # --8<-- [end:ch23-packed-dense-forward]

    # --8<-- [start:ch23-packed-dense-backward]
    def parameter_gradients(self, d_outputs: Array) -> None:
        """Write the gradients of the parameters into their block."""
        np.dot(self.inputs.T, d_outputs, out=self.d_weights)
        np.dot(self.ones, d_outputs, out=self.d_biases)
        self.layer.d_weights = self.d_weights
        self.layer.d_biases = self.d_biases

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in an array that is reused."""
        self.parameter_gradients(d_outputs)
        return np.dot(d_outputs, self.weights.T, out=self.d_inputs)

    # --8<-- [end:ch23-packed-dense-backward]


# --8<-- [start:ch23-check-quickly]
def check_quickly(inputs: Array, weights: Array) -> None:
    """Raise an error unless the inputs fit; the plain layer says it better."""
    if (
        type(inputs) is not np.ndarray
        or inputs.dtype != weights.dtype
        or inputs.ndim != 2
        or inputs.shape[1] != len(weights)
        or len(inputs) == 0
    ):
        raise ValueError("inputs that a Dense refuses")


# --8<-- [end:ch23-check-quickly]


# --8<-- [start:ch23-packed-relu]
class PackedReLU:
    """What a `ReLU` computes, in place, between two `PackedDense`."""

    def __init__(self) -> None:
        self.mask = np.zeros((0, 0), bool)

    def forward(self, inputs: Array) -> Array:
        """Set what is negative in `inputs` to 0, and return them."""
        if len(inputs) != len(self.mask):
            self.mask = np.zeros(inputs.shape, bool)
            self.zeros = aligned(inputs.shape, inputs.dtype)
        # An array of zeros: with a single 0, NumPy's loop is a slow one.
        self.outputs = np.maximum(inputs, self.zeros, out=inputs)
        return self.outputs

    def backward(self, d_outputs: Array) -> Array:
        """Set `d_outputs` to 0 where nothing passed, and return them."""
        np.greater(self.outputs, 0, out=self.mask)
        return np.multiply(d_outputs, self.mask, out=d_outputs)

    # --8<-- [end:ch23-packed-relu]


# --8<-- [start:ch23-packed-loss]
class PackedLoss:
    """What a `SoftmaxCrossEntropy` computes, in arrays that are reused."""

    def __init__(self) -> None:
        self.scores = aligned((0, 0), np.float32)

    def make_room(self, logits: Array) -> None:
        """Make the arrays for batches of this shape."""
        self.scores = aligned(logits.shape[::-1], logits.dtype)
        self.totals = aligned((len(logits),), logits.dtype)
        self.columns = np.arange(len(logits))
        self.right = np.empty_like(self.columns)

    # --8<-- [end:ch23-packed-loss]

    # --8<-- [start:ch23-packed-loss-find]
    def find(self, targets: Labels) -> None:
        """Find the place of each right score among all scores, row by row.

        Read as unsigned, a negative label is a huge one, so that one look
        finds both kinds of wrong labels.
        """
        plain = type(targets) is np.ndarray  # a masked one leaves some out
        if plain and targets.shape == self.scores.shape[::-1]:
            targets = labels_of_one_hot(targets, "PackedLoss")
        right = self.right
        fits = (
            plain
            and targets.shape == right.shape
            and targets.dtype.kind in "iu"
        )
        if fits:
            np.copyto(right, targets)
            fits = np.maximum.reduce(right.view(np.uintp)) < len(self.scores)
        if not fits:
            raise ValueError("targets that a SoftmaxCrossEntropy refuses")
        np.multiply(right, len(right), out=right)
        np.add(right, self.columns, out=right)

    # --8<-- [end:ch23-packed-loss-find]

    # --8<-- [start:ch23-packed-loss-forward]
    def forward(self, logits: Array, targets: Labels) -> float:
        """Return the mean of the samples' losses."""
        if self.scores.shape != logits.shape[::-1]:
            self.make_room(logits)
        self.find(targets)
        scores, totals = self.scores, self.totals
        np.copyto(scores, logits.T)
        np.maximum.reduce(scores, axis=0, out=totals)
        np.subtract(scores, totals, out=scores)
        losses = scores.take(self.right)
        np.exp(scores, out=scores)
        np.add.reduce(scores, axis=0, out=totals)
        np.subtract(np.log(totals), losses, out=losses)
        return float(np.add.reduce(losses)) / len(losses)

    # --8<-- [end:ch23-packed-loss-forward]

    # --8<-- [start:ch23-packed-loss-backward]
    def backward(self) -> Array:
        """Return the gradient for the logits, in an array that is reused."""
        np.divide(self.scores, self.totals, out=self.scores)
        self.scores.reshape(-1)[self.right] -= 1
        return np.divide(self.scores, len(self.right), out=self.scores).T

    # --8<-- [end:ch23-packed-loss-backward]
