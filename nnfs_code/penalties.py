# --8<-- [start:ch14-penalties-imports]
"""Penalties: what large weights cost, beside the loss."""

import numpy as np

from nnfs_code.arrays import Array, check_floats
from nnfs_code.optimizers import check_setting

# --8<-- [end:ch14-penalties-imports]


# --8<-- [start:ch14-l2]
class L2:
    """Half the strength times the sum of the squared weights.

    Parameters
    ----------
    strength : float
        At least 0. For plain SGD it is what other libraries call
        `weight_decay`; it is twice the factor of the book, which leaves out
        the half.

    References
    ----------
    Krogh and Hertz (1992): the same half, and the same decay.

    >>> weights = np.array([[3.0, -1.0]])
    >>> L2(0.1).penalty(weights)
    0.5
    >>> L2(0.1).gradient(weights)
    array([[ 0.3, -0.1]])
    """

    def __init__(self, strength: float) -> None:
        self.strength = check_setting("L2", "strength", strength)

    def penalty(self, parameter: Array) -> float:
        """Return what is added to the loss."""
        check_floats(parameter, "L2", "parameter")
        squares = np.square(parameter, dtype=np.float64)
        return self.strength * float(squares.sum()) / 2

    # --8<-- [end:ch14-l2]

    # --8<-- [start:ch14-l2-gradient]
    def gradient(self, parameter: Array) -> Array:
        """Return what is added to the gradient of `parameter`."""
        check_floats(parameter, "L2", "parameter")
        d_parameter: Array = self.strength * parameter
        return d_parameter

    # --8<-- [end:ch14-l2-gradient]


# --8<-- [start:ch14-l1]
class L1:
    """The strength times the sum of the weights' absolute values.

    Parameters
    ----------
    strength : float
        At least 0.

    References
    ----------
    Tibshirani (1996), for linear models, as a limit on the sum.

    >>> weights = np.array([[3.0, -1.0, 0.0]])
    >>> L1(0.25).penalty(weights)
    1.0
    >>> L1(0.25).gradient(weights)
    array([[ 0.25, -0.25,  0.  ]])
    """

    def __init__(self, strength: float) -> None:
        self.strength = check_setting("L1", "strength", strength)

    def penalty(self, parameter: Array) -> float:
        """Return what is added to the loss."""
        check_floats(parameter, "L1", "parameter")
        return self.strength * float(np.abs(parameter).sum(dtype=np.float64))

    # --8<-- [end:ch14-l1]

    # --8<-- [start:ch14-l1-gradient]
    def gradient(self, parameter: Array) -> Array:
        """Return what is added to the gradient of `parameter`.

        At 0 every slope from -strength to strength will do; it takes 0.
        """
        check_floats(parameter, "L1", "parameter")
        d_parameter: Array = self.strength * np.sign(parameter)
        return d_parameter

    # --8<-- [end:ch14-l1-gradient]

    # --8<-- [start:ch14-l1-shrink]
    def shrink(self, parameter: Array, rate: float) -> None:
        """Move each entry towards 0 by rate * strength, and stop at 0.

        It is a step of its own, after that of the optimizer, and takes the
        place of `gradient`.

        References
        ----------
        Daubechies, Defrise and De Mol (2004): a step down, then this one.

        >>> weights = np.array([3.0, -1.0, 0.1])
        >>> L1(0.25).shrink(weights, rate=1.0)
        >>> weights
        array([ 2.75, -0.75,  0.  ])
        """
        check_floats(parameter, "L1", "parameter")
        rate = check_setting("L1", "rate", rate)
        reach = rate * self.strength
        parameter -= np.clip(parameter, -reach, reach)  # x - x is 0, exactly

    # --8<-- [end:ch14-l1-shrink]
