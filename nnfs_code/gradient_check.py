# --8<-- [start:ch07-gradient-check-imports]
"""Slopes by small steps: slow, simple, and independent of any algebra."""

import math
from collections.abc import Callable

import numpy as np

# --8<-- [end:ch07-gradient-check-imports]
# --8<-- [start:ch08-gradient-check-imports]
from nnfs_code.arrays import Array, check_floats, complaint

# --8<-- [end:ch08-gradient-check-imports]
# --8<-- [start:ch09-gradient-check-imports]
from nnfs_code.gradient_report import Part, Report, Targets, compare

# --8<-- [end:ch09-gradient-check-imports]


# --8<-- [start:ch07-numerical-derivative]
def numerical_derivative(
    function: Callable[[float], float], x: float, step: float = 1e-5
) -> float:
    """Return the slope of `function` at `x`, by the central difference.

    Raises
    ------
    TypeError, ValueError
        If `x` or a value of `function` is not one finite number in float64,
        or if `step` does not change `x`.

    >>> round(numerical_derivative(lambda x: x**2, 3.0), 6)
    6.0
    """
    owner = "numerical_derivative"
    x = check_step(owner, x, step)
    upper, lower = x + step, x - step
    rise = one_number(owner, function(upper)) - one_number(
        owner, function(lower)
    )
    return rise / (upper - lower)


# --8<-- [end:ch07-numerical-derivative]


# --8<-- [start:ch07-forward-difference]
def forward_difference(
    function: Callable[[float], float], x: float, step: float = 1e-8
) -> float:
    """Return the slope from `x` to the point one step ahead.

    It raises what `numerical_derivative` raises.

    >>> round(forward_difference(lambda x: x**2, 3.0), 6)
    6.0
    """
    owner = "forward_difference"
    x = check_step(owner, x, step)
    upper = x + step
    rise = one_number(owner, function(upper)) - one_number(owner, function(x))
    return rise / (upper - x)


# --8<-- [end:ch07-forward-difference]


# --8<-- [start:ch07-complex-step]
def complex_step(
    function: Callable[[complex], complex], x: float, step: float = 1e-20
) -> float:
    """Return the slope of `function` at `x`, by a step off the real line.

    The method subtracts nothing, so the step may be as small as 1e-300.
    `function` must be able to take a complex number and return one.

    References
    ----------
    Squire and Trapp (1998); Martins, Sturdza and Alonso (2003), section 2.

    >>> complex_step(lambda x: x**2, 3.0)
    6.0
    """
    one_number("complex_step", x)
    value = function(complex(x, step))
    if not isinstance(value, complex):
        got = type(value).__name__
        raise TypeError(f"complex_step expected a complex value, got a {got}")
    return one_number("complex_step", value.imag / step)


# --8<-- [end:ch07-complex-step]


# --8<-- [start:ch07-one-number]
def one_number(owner: str, value: object) -> float:
    """Return `value` as a float, if it is one finite number in float64."""
    if not isinstance(value, int | float | np.integer):  # float64 is a float
        got = type(value).__name__
        raise TypeError(f"{owner} expected one number in float64, got {got}")
    if not math.isfinite(value):
        raise ValueError(f"{owner} expected a finite number, got {value}")
    return float(value)


def check_step(owner: str, x: float, step: float) -> float:
    """Return `x` as a float, if `step` is positive and changes it."""
    number = one_number(owner, x)
    if not step > 0 or number + step == number or number - step == number:
        expected = f"a positive step that changes x = {x}"
        raise ValueError(f"{owner} expected {expected}, got {step}")
    return number


# --8<-- [end:ch07-one-number]


# --8<-- [start:ch08-numerical-gradient]
def numerical_gradient(
    function: Callable[[], float], values: Array, step: float = 1e-5
) -> Array:
    """Return the slope of `function` along each entry of `values`.

    Parameters
    ----------
    function : callable without arguments
        It computes one number from `values`, which it reads where they are.
    values : ndarray of float64, any shape
        Each entry is moved by `step` and put back, bit for bit.

    Returns
    -------
    gradient : ndarray, in the shape of `values`

    >>> values = np.array([2.0, 5.0])
    >>> numerical_gradient(lambda: values[0] * values[1], values).round(6)
    array([5., 2.])
    """
    check_values(values, step)
    gradient = np.empty_like(values)
    for index in np.ndindex(values.shape):
        gradient[index] = slope_along(function, values, index, step)
    return gradient


# --8<-- [end:ch08-numerical-gradient]


# --8<-- [start:ch08-slope-along]
def slope_along(
    function: Callable[[], float],
    values: Array,
    index: tuple[int, ...],
    step: float,
) -> float:
    """Return the central difference along one entry of `values`."""
    owner = "numerical_gradient"
    original = values[index]
    upper, lower = original + step, original - step
    try:
        values[index] = upper
        above = one_number(owner, function())
        values[index] = lower
        below = one_number(owner, function())
    finally:  # put it back even if `function` fails
        values[index] = original
    return float((above - below) / (upper - lower))


# --8<-- [end:ch08-slope-along]


# --8<-- [start:ch08-check-values]
def check_values(values: Array, step: float) -> None:
    """Raise an error unless `numerical_gradient` can work on `values`.

    Raises
    ------
    TypeError, ValueError
        If they are not finite float64 numbers that can be written to, or if
        `step` is not positive or too small to change one of them.
    """
    owner = "numerical_gradient"
    check_floats(values, owner, "values")
    if values.dtype != np.float64:
        why = "small differences of float32 have hardly any correct digits"
        got = f"{values.dtype}: {why}"
        raise TypeError(complaint(owner, "values of dtype float64", got))
    if not values.flags.writeable:
        got = "a read-only array"
        raise ValueError(complaint(owner, "values it can move", got))
    largest = float(np.abs(values).max())
    check_step(owner, largest, step)


# --8<-- [end:ch08-check-values]


# --8<-- [start:ch09-passes]
def passes(
    part: Part, inputs: Array, targets: Targets | None
) -> tuple[Callable[[], float], Array]:
    """Return the number that `part` makes of its inputs, and its gradient.

    The number is a loss, if there are `targets`. Else it is the sum of the
    outputs, each times a weight: the gradient for the outputs is then these
    weights, and no two of them are alike.
    """
    if targets is not None:
        part.forward(inputs, targets)
        return lambda: part.forward(inputs, targets), part.backward()
    shape = part.forward(inputs).shape
    weights = np.random.default_rng(0).normal(size=shape)
    d_inputs = part.backward(weights.copy())
    return lambda: (part.forward(inputs) * weights).sum(), d_inputs


# --8<-- [end:ch09-passes]


# --8<-- [start:ch09-check]
def check(
    part: Part,
    inputs: Array,
    targets: Targets | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-8,
) -> Report:
    """Compare what `backward` returns and sets with numerical gradients.

    `part` is a layer, or a loss if there are `targets`. It has a parameter
    `weights` if `backward` sets `d_weights`. Everything must be float64, and
    the inputs off the kinks: near 0, say, ReLU has two slopes.

    >>> from nnfs_code.activations import Tanh
    >>> print(check(Tanh(), np.array([[-1.0, 0.5, 2.0]])))
    Tanh.backward agrees with numerical gradients
      d_inputs   (1, 3)    agrees
    """
    inputs = inputs.copy()  # the caller's stay as they are
    check_values(inputs, step=1e-5)
    function, d_inputs = passes(part, inputs, targets)
    gradients = {"inputs": d_inputs.copy(), **parameter_gradients(part)}
    comparisons = []
    for name, gradient in gradients.items():
        value = inputs if name == "inputs" else getattr(part, name)
        numerical = numerical_gradient(function, value)
        found = compare(name, gradient, numerical, rtol, atol)
        if not found.agrees:
            place = found.index
            found = found.beside_kink(slopes_beside(function, value, place))
        comparisons.append(found)
    function()  # so that what `part` keeps belongs to these inputs again
    return Report(type(part).__name__, tuple(comparisons), rtol, atol)


# --8<-- [end:ch09-check]


# --8<-- [start:ch09-slopes-beside]
def slopes_beside(
    function: Callable[[], float],
    values: Array,
    index: tuple[int, ...],
    step: float = 1e-5,
) -> tuple[float, float] | None:
    """Return the slopes just below and just above an entry, if they differ.

    Without a kink the two are alike up to about `step` times the curvature.

    >>> values = np.array([0.0, 2.0])
    >>> kink = slopes_beside(lambda: abs(values[0]), values, (0,))
    >>> [round(slope, 6) for slope in kink]
    [-1.0, 1.0]
    """
    original = values[index]
    heights = []
    try:
        for place in (original - step, original, original + step):
            values[index] = place
            heights.append(one_number("slopes_beside", function()))
    finally:
        values[index] = original
    below, above = np.diff(heights) / step
    if abs(below - above) <= 0.01 * max(abs(below), abs(above)):
        return None
    return float(below), float(above)


# --8<-- [end:ch09-slopes-beside]


# --8<-- [start:ch09-found-gradients]
def parameter_gradients(part: Part) -> dict[str, Array]:
    """Return copies of the gradients that `backward` has set, by parameter.

    >>> from nnfs_code.layers import Dense
    >>> layer = Dense(2, 1, rng=np.random.default_rng(0), dtype=np.float64)
    >>> _ = layer.forward(np.array([[3.0, 4.0]]))
    >>> layer.parameter_gradients(np.array([[1.0]]))
    >>> parameter_gradients(layer)
    {'weights': array([[3.],
           [4.]]), 'biases': array([[1.]])}
    """
    return {
        name: vars(part)[f"d_{name}"].copy()
        for name in vars(part)
        if f"d_{name}" in vars(part) and name != "inputs"
    }


# --8<-- [end:ch09-found-gradients]
