# --8<-- [start:ch25-residual-imports]
"""A way around parts: what comes in is added to what comes out."""

from collections.abc import Sequence
from typing import Any

from nnfs_code.arrays import Array, check_floats, complaint
from nnfs_code.promises import Part, check_parts

# --8<-- [end:ch25-residual-imports]


# --8<-- [start:ch25-residual]
class Residual:
    """Parts with a way around them: ``outputs = inputs + parts(inputs)``.

    Parameters
    ----------
    parts : list or tuple
        Parts in a row, as of a `Model`. What they make of an input must
        have its shape.

    References
    ----------
    He and others (2016), equation 1.

    >>> import numpy as np
    >>> from nnfs_code.activations import ReLU
    >>> Residual([ReLU()]).forward(np.array([[-1.0, 2.0]]))
    array([[-1.,  4.]])
    """

    differs_in_training = True  # if one of its parts does

    def __init__(self, parts: Sequence[Part]) -> None:
        check_parts(parts)
        self.parts: tuple[Any, ...] = tuple(parts)

    # --8<-- [end:ch25-residual]

    # --8<-- [start:ch25-residual-passes]
    def forward(self, inputs: Array, training: bool = False) -> Array:
        """Return the inputs plus what the parts make of them."""
        check_floats(inputs, "Residual")
        values = inputs
        for part in self.parts:
            if training and getattr(part, "differs_in_training", False):
                values = part.forward(values, training=True)
            else:
                values = part.forward(values)
        if values.shape != inputs.shape:
            expected = f"parts that keep the shape {inputs.shape}"
            raise ValueError(complaint("Residual", expected, values.shape))
        return inputs + values

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs: that of both ways."""
        gradient = d_outputs
        for part in reversed(self.parts):
            gradient = part.backward(gradient)
        return d_outputs + gradient

    # --8<-- [end:ch25-residual-passes]
