# --8<-- [start:ch03-layers-imports]
"""Layers: what holds weights, or changes what passes through."""

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import Array, check_batch, check_count, float_type

# --8<-- [end:ch03-layers-imports]
# --8<-- [start:ch09-layers-imports]
from nnfs_code.backward import check_d_outputs, kept_by_forward

# --8<-- [end:ch09-layers-imports]
# --8<-- [start:ch15-layers-imports]
# isort: split
from nnfs_code.arrays import check_floats
from nnfs_code.optimizers import check_setting

# --8<-- [end:ch15-layers-imports]
# --8<-- [start:ch21-layers-imports]
from typing import Any

# --8<-- [end:ch21-layers-imports]


# --8<-- [start:ch03-dense]
class Dense:
    """A fully connected layer: ``outputs = inputs @ weights + biases``.

    Parameters
    ----------
    n_inputs, n_neurons : int
        Features per sample, coming in and going out.
    rng : numpy.random.Generator
        Source of the initial weights.
    dtype : float32 or float64
        Float type of the weights, of the inputs and of the outputs.

    Attributes
    ----------
    weights : ndarray, shape (n_inputs, n_neurons)
    biases : ndarray, shape (1, n_neurons)

    Examples
    --------
    >>> layer = Dense(2, 3, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 2), dtype=np.float32)).shape
    (5, 3)
    """

    # --8<-- [end:ch03-dense]

    # --8<-- [start:ch03-dense-init]
    def __init__(
        self,
        n_inputs: int,
        n_neurons: int,
        *,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        n_inputs = check_count("Dense", "n_inputs", n_inputs)
        n_neurons = check_count("Dense", "n_neurons", n_neurons)
        floats = float_type(dtype, "Dense")
        weights = 0.01 * rng.standard_normal((n_inputs, n_neurons))
        self.weights: Array = weights.astype(floats)
        self.biases: Array = np.zeros((1, n_neurons), floats)

    # --8<-- [end:ch03-dense-init]

    # --8<-- [start:ch03-dense-forward]
    def forward(self, inputs: Array) -> Array:
        """Return the outputs, shape (n_samples, n_neurons)."""
        check_batch(inputs, len(self.weights), self.weights.dtype, "Dense")
        self.inputs = inputs  # kept for the backward pass, chapter 9
        outputs: Array = inputs @ self.weights
        outputs += self.biases  # in place: no second array is made
        return outputs

    # --8<-- [end:ch03-dense-forward]

    # --8<-- [start:ch09-dense-parameter-gradients]
    def parameter_gradients(self, d_outputs: Array) -> None:
        """Set `d_weights` and `d_biases`, in the shapes of both.

        For the first layer that is all: nobody asks for the gradient of
        the data, and leaving it out saves a matrix product.
        """
        inputs = kept_by_forward(self, "inputs")
        shape = len(inputs), self.biases.size
        check_d_outputs(self, d_outputs, shape, inputs.dtype)
        self.d_weights: Array = inputs.T @ d_outputs
        # A row of ones times a matrix adds up the rows.
        ones = np.ones((1, len(inputs)), inputs.dtype)
        self.d_biases: Array = ones @ d_outputs

    # --8<-- [end:ch09-dense-parameter-gradients]

    # --8<-- [start:ch09-dense-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, shape (n_samples, n_inputs)."""
        self.parameter_gradients(d_outputs)
        return d_outputs @ self.weights.T

    # --8<-- [end:ch09-dense-backward]

    # --8<-- [start:ch21-dense-settings]
    @property
    def n_inputs(self) -> int:
        """Features per sample, coming in."""
        return len(self.weights)

    @property
    def n_neurons(self) -> int:
        """Features per sample, going out."""
        return self.biases.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """Float type of the weights."""
        return self.weights.dtype

    # --8<-- [end:ch21-dense-settings]


# --8<-- [start:ch15-dropout]
class Dropout:
    """Set a random part of the inputs to 0, in training only.

    Parameters
    ----------
    rate : float
        The share that is dropped, on average: at least 0, less than 1. What
        stays is divided by ``1 - rate``.
    rng : numpy.random.Generator
        Source of the masks.

    Attributes
    ----------
    mask : ndarray
        What the inputs of the last forward pass were multiplied by.

    References
    ----------
    Srivastava and others (2014), section 4; section 10 for the division.

    >>> dropout = Dropout(0.5, rng=np.random.default_rng(1))
    >>> dropout.forward(np.ones((1, 5)), training=True)
    array([[2., 2., 0., 2., 0.]])
    >>> dropout.forward(np.ones((1, 5)))
    array([[1., 1., 1., 1., 1.]])
    """

    differs_in_training = True

    # --8<-- [end:ch15-dropout]

    # --8<-- [start:ch15-dropout-forward]
    def __init__(self, rate: float, *, rng: np.random.Generator) -> None:
        self.rate = check_setting("Dropout", "rate", rate, below=1)
        self.rng = rng

    def forward(self, inputs: Array, training: bool = False) -> Array:
        """Return the inputs, in training each times its entry of a new mask.

        Without `training` they are returned as they are.
        """
        check_floats(inputs, "Dropout")
        if not training:
            self.mask: Array = np.ones_like(inputs)
            return inputs
        kept = self.rng.random(inputs.shape) >= self.rate
        self.mask = kept.astype(inputs.dtype) / (1 - self.rate)
        outputs: Array = inputs * self.mask
        return outputs

    # --8<-- [end:ch15-dropout-forward]

    # --8<-- [start:ch15-dropout-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs: the same mask once more."""
        mask = kept_by_forward(self, "mask")
        check_d_outputs(self, d_outputs, mask.shape, mask.dtype)
        return d_outputs * mask

    # --8<-- [end:ch15-dropout-backward]
