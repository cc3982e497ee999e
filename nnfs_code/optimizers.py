# --8<-- [start:ch10-optimizers-imports]
"""Optimizers: how gradients change the parameters, step after step."""

import math
from collections.abc import Sequence
from numbers import Real
from typing import TypeAlias

import numpy as np

from nnfs_code.arrays import Array, complaint
from nnfs_code.schedules import Schedule

Pairs: TypeAlias = Sequence[tuple[Array, Array]]  # (value, gradient)

# Below these, a million sums of squares still add up to a float.
LARGEST_SQUARES = {"f": 1e32, "d": 1e302}  # float32, float64
# 1e-50 is 0 in float32, and a dead ReLU's gradient 0 would become 0 / 0.
SMALLEST_EPSILON = 1e-30

# --8<-- [end:ch10-optimizers-imports]


# --8<-- [start:ch10-check-pair]
def check_pair(owner: str, place: int, value: Array, gradient: Array) -> None:
    """Raise an error unless `gradient` can change `value` where it is.

    Raises
    ------
    TypeError, ValueError
        If one is not a plain array of floats, if shapes or float types
        differ, or if `value` is read-only.
    """
    where = f"in pair {place}"
    for array in (value, gradient):
        if type(array) is not np.ndarray or array.dtype.char not in "fd":
            plain = type(array) is np.ndarray
            got = array.dtype if plain else f"a {type(array).__name__}"
            raise TypeError(complaint(owner, f"float arrays {where}", got))
    if gradient.shape != value.shape:
        expected = f"a gradient of shape {value.shape} {where}"
        raise ValueError(complaint(owner, expected, gradient.shape))
    if gradient.dtype != value.dtype:
        expected = f"a gradient of dtype {value.dtype} {where}"
        raise TypeError(complaint(owner, expected, gradient.dtype))
    if not value.flags.writeable:
        expected = f"a value that can be changed {where}"
        raise ValueError(complaint(owner, expected, "a read-only array"))


# --8<-- [end:ch10-check-pair]


# --8<-- [start:ch10-check-pairs]
def check_pairs(owner: str, pairs: Pairs) -> None:
    """Raise an error unless `pairs` can be walked through again and again.

    Raises
    ------
    TypeError, ValueError
        If there is none, or if it is a `zip`, say: that is empty the second
        time, and every update reads the pairs at least twice.
    """
    if not isinstance(pairs, list | tuple):
        got = f"a {type(pairs).__name__}"
        raise TypeError(complaint(owner, "a list or tuple of pairs", got))
    if not pairs:
        raise ValueError(complaint(owner, "pairs to update", "none"))
    for place, pair in enumerate(pairs):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            expected = f"(value, gradient) in pair {place}"
            raise TypeError(complaint(owner, expected, type(pair).__name__))
        check_pair(owner, place, *pair)


# --8<-- [end:ch10-check-pairs]


# --8<-- [start:ch10-check-size]
def check_size(owner: str, place: int, gradient: Array, squared: bool) -> None:
    """Raise an error unless `gradient` is finite, and can be squared.

    Raises
    ------
    ValueError
        If an entry is NaN or infinite, or, where gradients are `squared`,
        if the squares are too large to be added up over many steps.
    """
    squares = float(np.vdot(gradient, gradient))  # their sum
    if squares < LARGEST_SQUARES[gradient.dtype.char]:
        return
    if not np.isfinite(gradient).all():
        expected = f"a finite gradient in pair {place}"
        raise ValueError(complaint(owner, expected, "NaN or infinity"))
    if squared:
        expected = f"a gradient in pair {place} with smaller entries"
        got = f"one of size {np.abs(gradient).max():.3g}"
        raise ValueError(complaint(owner, expected, got))


# --8<-- [end:ch10-check-size]


# --8<-- [start:ch10-check-setting]
def check_setting(
    owner: str,
    name: str,
    value: float,
    at_least: float = 0,
    below: float = math.inf,
) -> float:
    """Return `value` as a float, if it is a number within the bounds.

    >>> check_setting("Momentum", "momentum", 0.9, below=1)
    0.9
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(complaint(owner, f"{name} as a number", repr(value)))
    if not at_least <= value < below:
        expected = f"{name} at least {at_least} and less than {below}"
        raise ValueError(complaint(owner, expected, value))
    return float(value)


# --8<-- [end:ch10-check-setting]


# --8<-- [start:ch10-optimizer]
class Optimizer:
    """What all optimizers share: a rate, a count of steps, and checks.

    Parameters
    ----------
    learning_rate : float or schedule
        At least 0. A schedule is called with the number of the step,
        counted from 0, and returns the rate.

    Attributes
    ----------
    step : int
        How many updates were made. Set to 0, it starts everything anew.
    """

    squares_gradients = False

    def __init__(self, learning_rate: float | Schedule) -> None:
        self.learning_rate = learning_rate
        self.step = 0
        self.rate()  # complain now rather than at the first step

    # --8<-- [end:ch10-optimizer]

    # --8<-- [start:ch10-optimizer-rate]
    def rate(self) -> float:
        """Return the learning rate of the coming step."""
        rate = self.learning_rate
        if callable(rate):
            rate = rate(self.step)
        return check_setting(type(self).__name__, "learning_rate", rate)

    # --8<-- [end:ch10-optimizer-rate]

    # --8<-- [start:ch10-optimizer-begin]
    def begin(self, pairs: Pairs, *memories: list[Array]) -> float:
        """Check everything, count the step and return its learning rate.

        At the first step each of the `memories` gets an array of zeros for
        each value. The pairs must stay the same from then on.
        """
        rate = self.rate()
        self.check(pairs)
        if self.step == 0:
            self.kinds = [(value.shape, value.dtype) for value, _ in pairs]
            for memory in memories:
                memory[:] = [np.zeros_like(value) for value, _ in pairs]
        self.step += 1
        return rate

    # --8<-- [end:ch10-optimizer-begin]

    # --8<-- [start:ch10-optimizer-check]
    def check(self, pairs: Pairs) -> None:
        """Raise an error if the pairs or the gradients cannot be used."""
        owner = type(self).__name__
        check_pairs(owner, pairs)
        for place, (_, gradient) in enumerate(pairs):
            check_size(owner, place, gradient, self.squares_gradients)
        kinds = [(value.shape, value.dtype) for value, _ in pairs]
        if self.step != 0 and not hasattr(self, "kinds"):
            got = f"step {self.step}; its memories are not there"
            raise ValueError(complaint(owner, "step 0 to begin with", got))
        if self.step != 0 and kinds != self.kinds:
            expected = f"values as at the first step, {self.kinds}"
            raise ValueError(complaint(owner, expected, kinds))

    # --8<-- [end:ch10-optimizer-check]


# --8<-- [start:ch10-sgd]
class SGD(Optimizer):
    """Gradient descent: ``value -= rate * gradient``.

    References
    ----------
    Robbins and Monro (1951) for steps along noisy slopes.

    >>> value, gradient = np.array([2.0]), np.array([3.0])
    >>> SGD(0.1).update([(value, gradient)])
    >>> value
    array([1.7])
    """

    def update(self, pairs: Pairs) -> None:
        """Change each value in place."""
        rate = self.begin(pairs)
        for value, gradient in pairs:
            value -= rate * gradient

    # --8<-- [end:ch10-sgd]


# --8<-- [start:ch10-momentum]
class Momentum(Optimizer):
    """Gradient descent that keeps a share of its last step.

    ``velocity = momentum * velocity - rate * gradient``, then
    ``value += velocity``.

    References
    ----------
    Polyak (1964); Sutskever and others (2013), equations 1 and 2.

    >>> value, gradient = np.array([2.0]), np.array([3.0])
    >>> optimizer = Momentum(0.1, momentum=0.5)
    >>> optimizer.update([(value, gradient)])
    >>> optimizer.update([(value, gradient)])
    >>> value.round(6)  # 2 - 0.3 - (0.15 + 0.3)
    array([1.25])
    """

    # --8<-- [end:ch10-momentum]

    # --8<-- [start:ch10-momentum-update]
    def __init__(
        self, learning_rate: float | Schedule, momentum: float = 0.9
    ) -> None:
        super().__init__(learning_rate)
        owner = type(self).__name__
        self.momentum = check_setting(owner, "momentum", momentum, below=1)
        self.velocities: list[Array] = []

    def update(self, pairs: Pairs) -> None:
        """Change each value in place."""
        rate = self.begin(pairs, self.velocities)
        for (value, gradient), velocity in zip(
            pairs, self.velocities, strict=True
        ):
            velocity *= self.momentum
            velocity -= rate * gradient
            value += velocity

    # --8<-- [end:ch10-momentum-update]


# --8<-- [start:ch10-nesterov]
class Nesterov(Momentum):
    """Momentum whose gradient is taken one glide ahead.

    The values it changes are the points ahead, where the gradients are
    asked for: the velocity is renewed as in `Momentum`, and then
    ``value += momentum * velocity - rate * gradient``.

    References
    ----------
    Sutskever and others (2013), equations 3 and 4, in terms of the point
    ahead, theta + momentum * velocity.

    >>> value, gradient = np.array([2.0]), np.array([3.0])
    >>> Nesterov(0.1, momentum=0.5).update([(value, gradient)])
    >>> value.round(6)  # velocity -0.3; 2 - 0.15 - 0.3
    array([1.55])
    """

    # --8<-- [end:ch10-nesterov]

    # --8<-- [start:ch10-nesterov-update]
    def update(self, pairs: Pairs) -> None:
        """Change each value in place."""
        rate = self.begin(pairs, self.velocities)
        for (value, gradient), velocity in zip(
            pairs, self.velocities, strict=True
        ):
            step = rate * gradient
            velocity *= self.momentum
            velocity -= step
            value -= step
            value += self.momentum * velocity

    # --8<-- [end:ch10-nesterov-update]


# --8<-- [start:ch10-adagrad]
class AdaGrad(Optimizer):
    """Gradient descent with a rate of its own for each entry.

    ``squares += gradient**2``, then
    ``value -= rate * gradient / (sqrt(squares) + epsilon)``.

    References
    ----------
    Duchi, Hazan and Singer (2011), figure 1, with the diagonal matrix.

    >>> value, gradient = np.array([2.0, 2.0]), np.array([3.0, -0.01])
    >>> AdaGrad(0.1).update([(value, gradient)])
    >>> value.round(3)
    array([1.9, 2.1])
    """

    squares_gradients = True

    # --8<-- [end:ch10-adagrad]

    # --8<-- [start:ch10-adagrad-update]
    def __init__(
        self, learning_rate: float | Schedule, epsilon: float = 1e-7
    ) -> None:
        super().__init__(learning_rate)
        self.epsilon = check_setting(
            "AdaGrad", "epsilon", epsilon, SMALLEST_EPSILON
        )
        self.squares: list[Array] = []

    def update(self, pairs: Pairs) -> None:
        """Change each value in place."""
        rate = self.begin(pairs, self.squares)
        for (value, gradient), squares in zip(
            pairs, self.squares, strict=True
        ):
            squares += gradient * gradient
            value -= rate * gradient / (np.sqrt(squares) + self.epsilon)

    # --8<-- [end:ch10-adagrad-update]


# --8<-- [start:ch10-rmsprop]
class RMSProp(Optimizer):
    """AdaGrad that forgets: a running mean of squares instead of a sum.

    ``squares = rho * squares + (1 - rho) * gradient**2``, then
    ``value -= rate * gradient / (sqrt(squares) + epsilon)``.

    References
    ----------
    Tieleman and Hinton (2012), lecture 6.5.

    >>> value, gradient = np.array([2.0, 2.0]), np.array([3.0, -0.01])
    >>> RMSProp(0.1, rho=0.75).update([(value, gradient)])
    >>> value.round(3)
    array([1.8, 2.2])
    """

    squares_gradients = True

    # --8<-- [end:ch10-rmsprop]

    # --8<-- [start:ch10-rmsprop-update]
    def __init__(
        self,
        learning_rate: float | Schedule,
        rho: float = 0.9,
        epsilon: float = 1e-7,
    ) -> None:
        super().__init__(learning_rate)
        self.rho = check_setting("RMSProp", "rho", rho, below=1)
        self.epsilon = check_setting(
            "RMSProp", "epsilon", epsilon, SMALLEST_EPSILON
        )
        self.squares: list[Array] = []

    def update(self, pairs: Pairs) -> None:
        """Change each value in place."""
        rate = self.begin(pairs, self.squares)
        for (value, gradient), squares in zip(
            pairs, self.squares, strict=True
        ):
            squares *= self.rho
            squares += (1 - self.rho) * gradient * gradient
            value -= rate * gradient / (np.sqrt(squares) + self.epsilon)

    # --8<-- [end:ch10-rmsprop-update]


# --8<-- [start:ch10-adam]
class Adam(Optimizer):
    """Momentum and RMSProp together, both freed from their start at zero.

    Parameters
    ----------
    learning_rate : float or schedule
    beta_1, beta_2 : float
        How much of them the running means of gradients, and of squares,
        keep at each step.
    epsilon : float
        Added to the root, so that nothing is divided by zero.

    References
    ----------
    Kingma and Ba (2015), algorithm 1, in the order of computation that the
    end of section 2 gives.

    >>> value, gradient = np.array([2.0, 2.0]), np.array([3.0, -0.01])
    >>> Adam(0.1).update([(value, gradient)])
    >>> value.round(3)
    array([1.9, 2.1])
    """

    squares_gradients = True

    # --8<-- [end:ch10-adam]

    # --8<-- [start:ch10-adam-init]
    def __init__(
        self,
        learning_rate: float | Schedule = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ) -> None:
        super().__init__(learning_rate)
        owner = type(self).__name__
        self.beta_1 = check_setting(owner, "beta_1", beta_1, below=1)
        self.beta_2 = check_setting(owner, "beta_2", beta_2, below=1)
        self.epsilon = check_setting(
            owner, "epsilon", epsilon, SMALLEST_EPSILON
        )
        self.totals: list[Array] = []
        self.squares: list[Array] = []

    def update(self, pairs: Pairs) -> None:
        """Change each value in place."""
        rate = self.begin(pairs, self.totals, self.squares)
        self.descend(pairs, rate)

    # --8<-- [end:ch10-adam-init]

    # --8<-- [start:ch10-adam-descend]
    def descend(self, pairs: Pairs, rate: float) -> None:
        """Add the gradients to the sums, and take the step."""
        # A mean is a sum divided by the weights 1 + beta + beta**2 + … in it.
        weight = (1 - self.beta_1**self.step) / (1 - self.beta_1)
        root = math.sqrt((1 - self.beta_2**self.step) / (1 - self.beta_2))
        size = rate * root / weight
        epsilon = self.epsilon * root
        for (value, gradient), total, squares in zip(
            pairs, self.totals, self.squares, strict=True
        ):
            total *= self.beta_1
            total += gradient
            squares *= self.beta_2
            spare = np.empty_like(value)  # the one new array per value
            np.square(gradient, out=spare)
            squares += spare
            np.sqrt(squares, out=spare)
            spare += epsilon
            np.divide(total, spare, out=spare)
            spare *= size
            value -= spare

    # --8<-- [end:ch10-adam-descend]


# --8<-- [start:ch10-adamw]
class AdamW(Adam):
    """Adam that also shrinks each value, by ``rate * weight_decay``.

    References
    ----------
    Loshchilov and Hutter (2019), algorithm 2, with the rate of the schedule
    in front of the decay too, as PyTorch has it.

    >>> value, gradient = np.array([2.0]), np.array([0.0])
    >>> AdamW(0.1, weight_decay=0.5).update([(value, gradient)])
    >>> value  # 2 * (1 - 0.1 * 0.5)
    array([1.9])
    """

    # --8<-- [end:ch10-adamw]

    # --8<-- [start:ch10-adamw-update]
    def __init__(
        self,
        learning_rate: float | Schedule = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon)
        self.weight_decay = check_setting(
            "AdamW", "weight_decay", weight_decay
        )

    def update(self, pairs: Pairs) -> None:
        """Change each value in place."""
        rate = self.begin(pairs, self.totals, self.squares)
        for value, _ in pairs:
            value *= 1 - rate * self.weight_decay
        self.descend(pairs, rate)

    # --8<-- [end:ch10-adamw-update]
