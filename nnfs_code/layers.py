# --8<-- [start:ch03-layers-imports]
"""Layers: what holds weights, or changes what passes through."""

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import Array, check_batch, check_count, float_type

# --8<-- [end:ch03-layers-imports]
# --8<-- [start:ch09-layers-imports]
from nnfs_code.backward import check_d_outputs, kept_by_forward

# --8<-- [end:ch09-layers-imports]


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
