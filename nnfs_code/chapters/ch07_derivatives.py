# --8<-- [start:ch07-imports]
"""Chapter 7: how fast a function changes, measured and worked out."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

# --8<-- [end:ch07-imports]


# --8<-- [start:ch07-two-numbers]
def square(x: float) -> float:
    return x * x


for x in (3.0, 3.001, 2.99):
    print(f"square({x}) = {square(x):.6f}")
rise = square(3.001) - square(3.0)
print(f"rise {rise:.6f} over a step of 0.001: {rise / 0.001:.3f}")
print(f"promised at 2.99: {9 - 6 * 0.01:.2f}")
# --8<-- [end:ch07-two-numbers]


# --8<-- [start:ch07-line]
def line(x: int) -> int:
    return 2 * x + 1


for left, right in ((0, 1), (0, 5), (-3, 4)):
    rise, run = line(right) - line(left), right - left
    print(f"from {left:2} to {right}: {rise:2} / {run} = {rise / run}")
# --8<-- [end:ch07-line]

# --8<-- [start:ch07-secants]
for h in (1.0, 0.1, 0.01, 0.001, -0.001, -0.01, -0.1):
    slope = (square(3 + h) - square(3)) / h
    print(f"h = {h:6}: slope {slope:.4f}")
# --8<-- [end:ch07-secants]


# --8<-- [start:ch07-kink]
def relu(z: float) -> float:
    return max(0.0, z)


for h in (0.1, 0.001, -0.001, -0.1):
    slope = (relu(0 + h) - relu(0)) / h
    print(f"h = {h:6}: slope {slope + 0.0}")
# --8<-- [end:ch07-kink]


# --8<-- [start:ch07-cube]
def cube(x: float) -> float:
    return x * x * x


for h in (0.1, 0.01, 0.001):
    forward = (cube(2 + h) - cube(2)) / h
    central = (cube(2 + h) - cube(2 - h)) / (2 * h)
    print(f"h = {h:5}: forward {forward:.6f}, central {central:.6f}")
# --8<-- [end:ch07-cube]

# --8<-- [start:ch07-first-measurements]
from nnfs_code.gradient_check import forward_difference, numerical_derivative

for measure in (forward_difference, numerical_derivative):
    slopes = [measure(function, 3.0) for function in (square, cube, math.log)]
    print(f"{measure.__name__:20}", [round(slope, 5) for slope in slopes])
# --8<-- [end:ch07-first-measurements]

# --8<-- [start:ch07-refused]
wrong_calls: list[tuple[Any, Any, float]] = [
    (square, 3.0, 0.0),
    (square, 3.0, 1e-20),
    (lambda x: np.float32(x), 3.0, 1e-5),
    (lambda x: np.array([x, x]), 3.0, 1e-5),
    (lambda x: math.inf * x, 3.0, 1e-5),
]
for function, x, step in wrong_calls:
    try:
        numerical_derivative(function, x, step)
    except (TypeError, ValueError) as error:
        print(error)
# --8<-- [end:ch07-refused]


# --8<-- [start:ch07-beside]
def beside(
    name: str,
    function: Callable[[float], float],
    formula: Callable[[float], float],
    x: float,
) -> None:
    """Print a slope by small steps and the same slope by a formula."""
    measured, worked_out = numerical_derivative(function, x), formula(x)
    print(f"{name:9} at {x:4}: {measured:9.5f} {worked_out:9.5f}")


beside("line", lambda x: 2 * x + 1, lambda x: 2, 5.0)
beside("square", square, lambda x: 2 * x, -1.5)
# --8<-- [end:ch07-beside]

# --8<-- [start:ch07-check-products]
beside("sum", lambda x: x**2 + 5 * x, lambda x: 2 * x + 5, 2.0)
beside("product", lambda x: x**2 * (5 * x + 1), lambda x: 15 * x**2 + 2 * x, 2)
beside("power 3", cube, lambda x: 3 * x**2, 1.2)
beside("power 10", lambda x: x**10, lambda x: 10 * x**9, 1.2)
beside("1 / x", lambda x: 1 / x, lambda x: -1 / x**2, 0.5)
# --8<-- [end:ch07-check-products]

# --8<-- [start:ch07-bases]
for base in (2, 3, math.e):
    near = [(base**h - 1) / h for h in (0.1, 0.001, 0.00001)]
    print(f"base {base:.3f}:", [f"{slope:.4f}" for slope in near])
# --8<-- [end:ch07-bases]

# --8<-- [start:ch07-check-exp-log]
for x in (-2.0, 0.0, 1.0):
    beside("exp", math.exp, math.exp, x)
for x in (0.2, 1.0, 4.0):
    beside("log", math.log, lambda x: 1 / x, x)
# --8<-- [end:ch07-check-exp-log]

# --8<-- [start:ch07-check-chain]
beside(
    "chain",
    lambda x: (3 * x + 1) ** 2,
    lambda x: 2 * (3 * x + 1) * 3,
    1.0,
)
beside(
    "hill",
    lambda x: math.exp(-(x**2)),
    lambda x: math.exp(-(x**2)) * (-2 * x),
    0.5,
)
# --8<-- [end:ch07-check-chain]


# --8<-- [start:ch07-check-activations]
def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def sigmoid_slope(z: float) -> float:
    return sigmoid(z) * (1 - sigmoid(z))


for z in (0.0, 2.0, 10.0):
    beside("sigmoid", sigmoid, sigmoid_slope, z)
for z in (0.0, 2.0):
    beside("tanh", math.tanh, lambda z: 1 - math.tanh(z) ** 2, z)
for z in (-1.0, 2.0):
    beside("relu", relu, lambda z: float(z > 0), z)
# --8<-- [end:ch07-check-activations]

# --8<-- [start:ch07-taylor]
for h in (0.1, 0.01):
    terms = [1, h, h**2 / 2, h**3 / 6]
    misses = [math.exp(h) - sum(terms[:count]) for count in (1, 2, 3, 4)]
    print(f"h = {h:4}:", [f"{miss:.1e}" for miss in misses])
# --8<-- [end:ch07-taylor]

# --8<-- [start:ch07-spacing]
for number in (0.001, 1.7, 1000.0):
    gap64 = np.spacing(np.float64(number))
    gap32 = np.spacing(np.float32(number))
    print(f"next to {number:6}: float64 {gap64:.0e}, float32 {gap32:.0e}")
print("1.7 moved by 1e-17, less 1.7:", 1.7 + 1e-17 - 1.7)
# --8<-- [end:ch07-spacing]


# --8<-- [start:ch07-errors]
def errors_at(x: Any, h: Any) -> list[float]:
    """Return how wrong both differences of x³ are, in the floats of `x`."""
    upper, lower = x + h, x - h
    forward = (cube(upper) - cube(x)) / (upper - x)
    central = (cube(upper) - cube(lower)) / (upper - lower)
    truth = 3 * float(x) ** 2
    return [abs(float(slope) - truth) for slope in (forward, central)]


for text in ("1e-1", "1e-3", "1e-5", "1e-6", "1e-8", "1e-11", "1e-15"):
    forward, central = errors_at(1.7, float(text))
    print(f"h = {text:>5}: forward {forward:.0e}, central {central:.0e}")
# --8<-- [end:ch07-errors]

# --8<-- [start:ch07-best-step]
for kind in (np.float64, np.float32):
    half = float(np.spacing(kind(cube(1.7)))) / 2  # of one value of x³
    second, third = 6 * 1.7, 6.0  # the slopes of slopes of x³ at 1.7
    forward = math.sqrt(2 * half / (second / 2))
    central = (half / (2 * third / 6)) ** (1 / 3)
    print(f"{kind.__name__}: forward {forward:.0e}, central {central:.0e}")
# --8<-- [end:ch07-best-step]

# --8<-- [start:ch07-errors-32]
for text in ("1e-1", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6"):
    forward, central = errors_at(np.float32(1.7), np.float32(text))
    print(f"h = {text:>5}: forward {forward:.0e}, central {central:.0e}")
# --8<-- [end:ch07-errors-32]

# --8<-- [start:ch07-complex-by-hand]
point = 1.7 + 0.1j
print(f"(1.7 + 0.1i)³ = {point * point * point:.3f}")
for text in ("1e-1", "1e-3", "1e-5", "1e-8", "1e-20", "1e-100"):
    h = float(text)
    point = complex(1.7, h)
    slope = (point * point * point).imag / h
    print(f"h = {text:>6}: slope {slope:.12f}")
# --8<-- [end:ch07-complex-by-hand]

# --8<-- [start:ch07-complex-run]
import cmath

from nnfs_code.gradient_check import complex_step

print(f"{complex_step(cmath.exp, 1.0):.12f} and e = {math.e:.12f}")
print(f"{complex_step(lambda z: 1 / (1 + cmath.exp(-z)), 2.0):.12f}")
print(f"{sigmoid_slope(2.0):.12f}")
try:
    complex_step(lambda z: abs(z) ** 2, 3.0)
except TypeError as error:
    print(error)
# --8<-- [end:ch07-complex-run]


# --8<-- [start:ch07-partial]
def neuron_loss(w: float, b: float) -> float:
    """Return the squared error of one neuron: input 2, wanted 3."""
    return (2 * w + b - 3) ** 2


w, b = 1.0, 0.5
along_w = numerical_derivative(lambda moved: neuron_loss(moved, b), w)
along_b = numerical_derivative(lambda moved: neuron_loss(w, moved), b)
print(
    f"loss {neuron_loss(w, b)}: slope {along_w:.3f} in w, {along_b:.3f} in b"
)
w, b = w - 0.05 * along_w, b - 0.05 * along_b
print(f"after a step against both: loss {neuron_loss(w, b):.4f}")
# --8<-- [end:ch07-partial]

# --8<-- [start:ch07-luck]
xs = np.random.default_rng(0).uniform(1, 2, 1001)
for h in (1e-8, 1.1e-8, 1.3e-8):
    moved = xs + h
    rises = moved * moved * moved - xs * xs * xs
    for name, width in (("h", np.full(1001, h)), ("real step", moved - xs)):
        relative = np.abs(rises / width / (3 * xs**2) - 1)
        print(f"{h:.1e}, by {name:9}: median {np.median(relative):.1e}")
    print(f"         which is {h / 2**-52:.2f} gaps")
# --8<-- [end:ch07-luck]

# --8<-- [start:ch07-steady]
Slope = Callable[[float], float]


def two_slopes(function: Slope, x: float) -> list[float]:
    """Return the slope as measured with a step and with its tenfold."""
    return [numerical_derivative(function, x, h) for h in (1e-5, 1e-4)]


def is_steady(function: Slope, x: float) -> bool:
    """Return whether both steps give the same slope."""
    return math.isclose(*two_slopes(function, x), rel_tol=1e-4, abs_tol=1e-8)


def is_slope(formula: Slope, function: Slope, x: float) -> bool:
    """Return whether a formula agrees with small steps, to 5 digits."""
    measured = numerical_derivative(function, x)
    return math.isclose(formula(x), measured, rel_tol=1e-5, abs_tol=1e-8)


one, ten = two_slopes(cube, 2.0)
print(f"two steps: {one:.6f} and {ten:.6f}, by the formula {3 * 2.0**2}")
# --8<-- [end:ch07-steady]


# --8<-- [start:ch07-wrong-factor]
def loss_at(w: float) -> float:
    return (sigmoid(3 * w) - 0.8) ** 2


def full_slope(w: float) -> float:
    return 2 * (sigmoid(3 * w) - 0.8) * sigmoid_slope(3 * w) * 3


def short_slope(w: float) -> float:  # the inner slope, 3, is missing
    return 2 * (sigmoid(3 * w) - 0.8) * sigmoid_slope(3 * w)


for formula in (full_slope, short_slope):
    w = -0.5
    for _ in range(300):
        w -= 0.5 * formula(w)
    print(f"{formula.__name__:11} loss {loss_at(w):.6f}")
    beside("at start", loss_at, formula, -0.5)
# --8<-- [end:ch07-wrong-factor]


# --8<-- [start:ch07-wrong-float32]
def hidden_float32(x: float) -> float:
    return float(np.float32(x) * np.float32(x))  # float64 from outside


one, ten = two_slopes(hidden_float32, 3.0)
print(f"two steps: {one:.3f} and {ten:.3f}, should be 6")
# --8<-- [end:ch07-wrong-float32]

# --8<-- [start:ch07-wrong-kink]
for z in (0.0, 0.000002, 0.1):
    one, ten = two_slopes(relu, z)
    print(f"at {z:8}: two steps {one:.2f} and {ten:.2f}")
# --8<-- [end:ch07-wrong-kink]

# --8<-- [start:ch07-wrong-integers]
weights = np.array([3, 4])  # whole numbers
before = square(int(weights[0]))
weights[0] += 0.9  # cut off without a word
after = square(int(weights[0]))
print(weights, (after - before) / 0.9)


def square_of_first(value: float) -> float:
    weights[0] = value  # cut off again
    return float(weights[0] ** 2)


one, ten = two_slopes(square_of_first, 3.0)
print(f"two steps: {one:.0f} and {ten:.0f}")
try:
    weights += 0.9  # the whole array
except TypeError as error:
    print(type(error).__name__)
# --8<-- [end:ch07-wrong-integers]

# --8<-- [start:ch07-wrong-noise]
rng = np.random.default_rng(7)


def noisy_square(x: float) -> float:
    return x * x + 0.001 * float(rng.standard_normal())


for step in (1e-5, 1e-3, 1e-1):
    slopes = [numerical_derivative(noisy_square, 3.0, step) for _ in range(20)]
    print(f"step {step}: from {min(slopes):.1f} to {max(slopes):.1f}")
# --8<-- [end:ch07-wrong-noise]


# --8<-- [start:ch07-wrong-conjugate]
def length_squared(z: complex) -> complex:
    return z * z.conjugate()  # for a real number the same as z * z


print(complex_step(length_squared, 3.0))
print(round(numerical_derivative(lambda x: length_squared(x).real, 3.0), 6))
# --8<-- [end:ch07-wrong-conjugate]

# --8<-- [start:ch07-solution-1]
for x in (2.0, 3.0):
    beside("parabola", lambda x: x**2 - 4 * x, lambda x: 2 * x - 4, x)
# --8<-- [end:ch07-solution-1]


# --8<-- [start:ch07-solution-2]
def softplus(z: float) -> float:
    return math.log(1 + math.exp(z))


for z in (-3.0, 0.0, 3.0):
    beside("softplus", softplus, sigmoid, z)
# --8<-- [end:ch07-solution-2]


# --8<-- [start:ch07-solution-3]
def above(x: float) -> float:
    return x - 1 - math.log(x)


for x in (0.1, 0.5, 1.0, 2.0, 10.0):
    slope = numerical_derivative(above, x)
    print(f"x = {x:4}: {above(x):.4f}, slope {round(slope, 4) + 0.0:7.4f}")
# --8<-- [end:ch07-solution-3]


# --8<-- [start:ch07-solution-4]
def five_points(function: Slope, x: float, h: float) -> float:
    near = (function(x + h) - function(x - h)) / (2 * h)
    far = (function(x + 2 * h) - function(x - 2 * h)) / (4 * h)
    return (4 * near - far) / 3


for h in (0.2, 0.1, 0.05):
    off = abs(five_points(math.exp, 1.0, h) - math.e)
    print(f"h = {h:4}: error {off:.2e}")
# --8<-- [end:ch07-solution-4]


# --8<-- [start:ch07-solution-5]
def thumbtack_loss(q: float) -> float:
    return -(7 * math.log(q) + 3 * math.log(1 - q)) / 10


low, high = 0.01, 0.99
for _ in range(30):
    middle = (low + high) / 2
    if numerical_derivative(thumbtack_loss, middle) < 0:
        low = middle  # it falls to the right: the bottom is further on
    else:
        high = middle
print(f"bottom at q = {middle:.6f}")
# --8<-- [end:ch07-solution-5]


# --8<-- [start:ch07-solution-6]
def scaled_derivative(function: Slope, x: float) -> float:
    """Return a central difference whose step grows with `x`."""
    return numerical_derivative(function, x, 1e-5 * max(1.0, abs(x)))


for x in (2.0, 1e6, 1e9):
    fixed, scaled = (
        numerical_derivative(square, x),
        scaled_derivative(square, x),
    )
    print(f"slope {2 * x:.0f}: fixed step {fixed:.0f}, scaled {scaled:.0f}")
# --8<-- [end:ch07-solution-6]
