# --8<-- [start:ch04-activations-imports]
"""Activation functions: what bends the straight lines of the layers."""

import numpy as np

from nnfs_code.arrays import Array, check_floats, complaint

# --8<-- [end:ch04-activations-imports]
# --8<-- [start:ch09-activations-imports]
from nnfs_code.backward import check_d_outputs, kept_by_forward

# --8<-- [end:ch09-activations-imports]


# --8<-- [start:ch04-step]
class Step:
    """1 for a positive input, else 0.

    >>> Step().forward(np.array([[-2.0, 0.0, 3.0]]))
    array([[0., 0., 1.]])
    """

    def forward(self, inputs: Array) -> Array:
        """Return 0 or 1 for each input, in the same shape."""
        check_floats(inputs, "Step")
        self.outputs: Array = (inputs > 0).astype(inputs.dtype)
        return self.outputs

    # --8<-- [end:ch04-step]

    # --8<-- [start:ch09-step-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return zeros: a step is flat wherever it has a slope."""
        outputs = kept_by_forward(self, "outputs")
        check_d_outputs(self, d_outputs, outputs.shape, outputs.dtype)
        return np.zeros_like(outputs)

    # --8<-- [end:ch09-step-backward]


# --8<-- [start:ch04-linear]
class Linear:
    """The input as it is: the activation of an output that is a quantity.

    >>> Linear().forward(np.array([[-2.0, 0.0, 3.0]]))
    array([[-2.,  0.,  3.]])
    """

    def forward(self, inputs: Array) -> Array:
        """Return the inputs."""
        check_floats(inputs, "Linear")
        self.outputs: Array = inputs
        return self.outputs

    # --8<-- [end:ch04-linear]

    # --8<-- [start:ch09-linear-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return `d_outputs` as they are: the slope is 1."""
        outputs = kept_by_forward(self, "outputs")
        check_d_outputs(self, d_outputs, outputs.shape, outputs.dtype)
        return d_outputs

    # --8<-- [end:ch09-linear-backward]


# --8<-- [start:ch04-sigmoid]
class Sigmoid:
    """1 / (1 + exp(-input)): between 0 and 1, and 1/2 at 0.

    >>> Sigmoid().forward(np.array([[-1e4, 0.0, 1e4]]))
    array([[0. , 0.5, 1. ]])
    """

    def forward(self, inputs: Array) -> Array:
        """Return a value between 0 and 1 for each input."""
        check_floats(inputs, "Sigmoid")
        # exp of a number that is never positive cannot overflow.
        decay = np.exp(-np.abs(inputs))
        at_least_half = 1 / (1 + decay)
        self.outputs: Array = np.where(
            inputs >= 0, at_least_half, decay * at_least_half
        )
        return self.outputs

    # --8<-- [end:ch04-sigmoid]

    # --8<-- [start:ch09-sigmoid-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        outputs = kept_by_forward(self, "outputs")
        check_d_outputs(self, d_outputs, outputs.shape, outputs.dtype)
        d_inputs: Array = d_outputs * outputs * (1 - outputs)
        return d_inputs

    # --8<-- [end:ch09-sigmoid-backward]


# --8<-- [start:ch04-tanh]
class Tanh:
    """The hyperbolic tangent: between -1 and 1, and 0 at 0.

    >>> Tanh().forward(np.array([[-1e4, 0.0, 1e4]]))
    array([[-1.,  0.,  1.]])
    """

    def forward(self, inputs: Array) -> Array:
        """Return a value between -1 and 1 for each input."""
        check_floats(inputs, "Tanh")
        self.outputs: Array = np.tanh(inputs)
        return self.outputs

    # --8<-- [end:ch04-tanh]

    # --8<-- [start:ch09-tanh-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        outputs = kept_by_forward(self, "outputs")
        check_d_outputs(self, d_outputs, outputs.shape, outputs.dtype)
        d_inputs: Array = d_outputs * (1 - outputs**2)
        return d_inputs

    # --8<-- [end:ch09-tanh-backward]


# --8<-- [start:ch04-relu]
class ReLU:
    """The rectified linear unit: the input where positive, else 0.

    >>> ReLU().forward(np.array([[-2.0, 0.0, 3.0]]))
    array([[0., 0., 3.]])
    """

    def forward(self, inputs: Array) -> Array:
        """Return the inputs, the negative ones replaced by 0."""
        check_floats(inputs, "ReLU")
        self.outputs: Array = np.maximum(inputs, 0)
        return self.outputs

    # --8<-- [end:ch04-relu]

    # --8<-- [start:ch09-relu-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return `d_outputs` where the input was positive, else 0."""
        outputs = kept_by_forward(self, "outputs")
        check_d_outputs(self, d_outputs, outputs.shape, outputs.dtype)
        d_inputs: Array = d_outputs * (outputs > 0)
        return d_inputs

    # --8<-- [end:ch09-relu-backward]


# --8<-- [start:ch04-softmax]
class Softmax:
    """Turn each row of scores into probabilities that sum to 1.

    >>> Softmax().forward(np.array([[1e4, 0.0], [3.0, 3.0]]))
    array([[1. , 0. ],
           [0.5, 0.5]])
    """

    def forward(self, inputs: Array) -> Array:
        """Return the probabilities, in the shape of `inputs`.

        Raises
        ------
        ValueError
            If `inputs` has one axis only: which are the rows?
        """
        check_floats(inputs, "Softmax")
        if inputs.ndim < 2:
            expected = "inputs of shape (n_samples, n_classes)"
            raise ValueError(complaint("Softmax", expected, inputs.shape))
        # The largest score becomes 0, so that no exponential overflows.
        shifted = inputs - inputs.max(axis=-1, keepdims=True)
        exponentials: Array = np.exp(shifted)
        totals: Array = exponentials.sum(axis=-1, keepdims=True)
        self.outputs: Array = exponentials / totals
        return self.outputs

    # --8<-- [end:ch04-softmax]

    # --8<-- [start:ch09-softmax-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        outputs = kept_by_forward(self, "outputs")
        check_d_outputs(self, d_outputs, outputs.shape, outputs.dtype)
        # The row's Jacobian times the row, without building the Jacobian.
        weighted = d_outputs * outputs
        d_inputs: Array = weighted - outputs * weighted.sum(
            axis=-1, keepdims=True
        )
        return d_inputs

    # --8<-- [end:ch09-softmax-backward]
