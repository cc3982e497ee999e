# --8<-- [start:ch08-imports]
"""Chapter 8: a slope for every weight, and how slopes pass along."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from nnfs_code.arrays import Array
from nnfs_code.gradient_check import numerical_derivative

# --8<-- [end:ch08-imports]

# --8<-- [start:ch08-rectangle]
width, height, step = 3.0, 2.0, 0.01
area = width * height
wider = (width + step) * height - area
taller = width * (height + step) - area
both = (width + step) * (height + step) - area
print(f"area {area:.2f}")
print(f"wider by {step}:  +{wider:.4f}, {wider / step:.2f} times the step")
print(f"taller by {step}: +{taller:.4f}, {taller / step:.2f} times the step")
print(f"both:           +{both:.4f}")
# --8<-- [end:ch08-rectangle]


# --8<-- [start:ch08-partials]
def mixed(x: float, y: float) -> float:
    return x**2 * y + 3 * y


along_x = numerical_derivative(lambda x: mixed(x, 5.0), 2.0)
along_y = numerical_derivative(lambda y: mixed(2.0, y), 5.0)
print(f"along x: {along_x:.4f}, by the rule {2 * 2.0 * 5.0}")
print(f"along y: {along_y:.4f}, by the rule {2.0**2 + 3}")
# --8<-- [end:ch08-partials]


# --8<-- [start:ch08-small-steps]
def bowl(point: Array) -> float:
    return float(point[0] ** 2 + 2 * point[1] ** 2)


point = np.array([1.0, 1.0])
gradient = np.array([2 * point[0], 4 * point[1]])  # shape (2,), as point
for size in (0.1, 0.01, 0.001):
    move = size * np.array([3.0, -1.0])
    change = bowl(point + move) - bowl(point)
    print(f"{size:5}: change {change:.6f}, gradient @ move", end=" ")
    print(f"{gradient @ move:.6f}")
# --8<-- [end:ch08-small-steps]


# --8<-- [start:ch08-directions]
def slope_towards(unit: Array) -> float:
    return numerical_derivative(lambda t: bowl(point + t * unit), 0.0)


length = math.hypot(*gradient)
uphill = math.atan2(gradient[1], gradient[0])
print(f"the gradient's length {length:.3f}")
for degrees in (0, 45, 90, 135, 180):
    angle = uphill + math.radians(degrees)
    unit = np.array([math.cos(angle), math.sin(angle)])  # length 1
    print(f"{degrees:3} degrees off: gradient @ unit {gradient @ unit:z6.3f}")
    print(f"{'':16} measured slope {slope_towards(unit):z6.3f}")
# --8<-- [end:ch08-directions]

# --8<-- [start:ch08-first-gradient]
from nnfs_code.gradient_check import numerical_gradient

found = numerical_gradient(lambda: bowl(point), point)
print(found.round(6), found.shape)

table = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
found = numerical_gradient(lambda: float((table**2).sum()), table)
print(found.round(6))
print(table)
# --8<-- [end:ch08-first-gradient]

# --8<-- [start:ch08-gradient-errors]
from typing import Any

fixed = np.ones(3)
fixed.flags.writeable = False
wrong_values: list[Any] = [np.ones(3, np.float32), np.arange(3), fixed]
for wrong in wrong_values:
    try:
        numerical_gradient(lambda: 0.0, wrong)
    except (TypeError, ValueError) as error:
        print(error)
try:
    numerical_gradient(lambda: 0.0, table, step=1e-17)
except ValueError as error:
    print(error)
# --8<-- [end:ch08-gradient-errors]

# --8<-- [start:ch08-price]
parameters = 0
for n_inputs, n_neurons in ((784, 128), (128, 128), (128, 10)):
    parameters += n_inputs * n_neurons + n_neurons
print(f"{parameters:,} parameters, {2 * parameters:,} forward passes")
# --8<-- [end:ch08-price]

# --8<-- [start:ch08-fork]
x = 2.0
u, v = x**2, 3 * x
through_u = v * (2 * x)  # slope of u * v along u, times slope of u along x
through_v = u * 3
slope = numerical_derivative(lambda x: x**2 * (3 * x), x)
print(f"through u {through_u}, through v {through_v}")
print(f"sum {through_u + through_v}, measured {slope:.4f}")
# --8<-- [end:ch08-fork]

# --8<-- [start:ch08-neuron-forward]
x1, x2 = 2.0, -1.0
w1, w2, b = 0.5, -1.5, 0.5
target = 1.0

m1 = x1 * w1
m2 = x2 * w2
z = m1 + m2 + b
a = max(0.0, z)
e = a - target
loss = e**2
print(f"m1 {m1}, m2 {m2}, z {z}, a {a}, e {e}, loss {loss}")
# --8<-- [end:ch08-neuron-forward]

# --8<-- [start:ch08-neuron-backward]
d_loss = 1.0
d_e = d_loss * 2 * e
d_a = d_e * 1
d_z = d_a * (1 if z > 0 else 0)
d_m1, d_m2, d_b = d_z * 1, d_z * 1, d_z * 1
d_x2, d_w2 = d_m2 * w2, d_m2 * x2
d_x1, d_w1 = d_m1 * w1, d_m1 * x1
print(f"d_e {d_e}, d_a {d_a}, d_z {d_z}")
print(f"d_w1 {d_w1}, d_w2 {d_w2}, d_b {d_b}")
print(f"d_x1 {d_x1}, d_x2 {d_x2}")
# --8<-- [end:ch08-neuron-backward]


# --8<-- [start:ch08-neuron-check]
def neuron_loss(theta: Array) -> float:
    z = 2.0 * theta[0] - 1.0 * theta[1] + theta[2]
    return float((max(0.0, z) - 1.0) ** 2)


theta = np.array([w1, w2, b])
by_hand = np.array([d_w1, d_w2, d_b])
measured_gradient = numerical_gradient(lambda: neuron_loss(theta), theta)
print("by hand: ", by_hand)
print("measured:", measured_gradient.round(6))
# --8<-- [end:ch08-neuron-check]

# --8<-- [start:ch08-neuron-step]
for rate in (0.01, 0.001):
    promised = loss - rate * (by_hand @ by_hand)
    kept = neuron_loss(theta - rate * by_hand)
    print(f"rate {rate}: promised {promised:.4f}, kept {kept:.4f}")
off = np.array([0.5, -1.5, -4.5])  # z = -2: the ReLU gives 0
silent = numerical_gradient(lambda: neuron_loss(off), off)
print(f"switched off: loss {neuron_loss(off)}, gradient {silent}")
# --8<-- [end:ch08-neuron-step]


# --8<-- [start:ch08-numerical-jacobian]
def numerical_jacobian(function: Callable[[], Array], values: Array) -> Array:
    """Return the slope of each output along each value: (outputs, values)."""

    def row(k: int) -> Array:
        of_one = numerical_gradient(
            lambda: float(function().ravel()[k]), values
        )
        return of_one.ravel()

    jacobian: Array = np.stack([row(k) for k in range(function().size)])
    return jacobian


# --8<-- [end:ch08-numerical-jacobian]

# --8<-- [start:ch08-dense-jacobians]
inputs = np.array([[2.0, -1.0]])  # (1, 2)
weights = np.array([[0.5, 1.0, -2.0], [-1.5, 0.0, 3.0]])  # (2, 3)
biases = np.array([[0.5, 0.0, 1.0]])  # (1, 3)


def dense() -> Array:
    z: Array = inputs @ weights + biases  # (1, 3)
    return z


print("outputs", dense())
for name, values in (("x", inputs), ("b", biases), ("W", weights)):
    jacobian = numerical_jacobian(dense, values)
    print(f"for {name}: {jacobian.shape}")
    print(jacobian.round(6) + 0.0)
# --8<-- [end:ch08-dense-jacobians]

# --8<-- [start:ch08-elementwise-jacobian]
from nnfs_code.activations import ReLU, Softmax

outputs = dense()  # (1, 3)
jacobian = numerical_jacobian(lambda: ReLU().forward(outputs), outputs)
print(jacobian.round(6) + 0.0)
# --8<-- [end:ch08-elementwise-jacobian]

# --8<-- [start:ch08-softmax-jacobian]
scores = np.array([[2.0, 1.0, 0.0]])
p = Softmax().forward(scores)[0]  # (3,)
by_formula = np.diag(p) - np.outer(p, p)  # (3, 3)
jacobian = numerical_jacobian(lambda: Softmax().forward(scores), scores)
print(p.round(3))
print(by_formula.round(3))
print(f"largest difference {np.abs(by_formula - jacobian).max():.8f}")
# --8<-- [end:ch08-softmax-jacobian]

# --8<-- [start:ch08-batch-jacobian]
inputs = np.array([[2.0, -1.0], [0.0, 4.0]])  # now two samples
jacobian = numerical_jacobian(dense, inputs)
print(jacobian.shape)
print(jacobian.round(6) + 0.0)
# --8<-- [end:ch08-batch-jacobian]

# --8<-- [start:ch08-counting]
n_samples, n_inputs, n_neurons = 128, 784, 128
n_in, n_out = n_samples * n_inputs, n_samples * n_neurons
entries = n_in * n_out
not_zero = n_samples * n_inputs * n_neurons
print(f"{n_out:,} rows, {n_in:,} columns: {entries:,} entries")
print(f"in float32: {4 * entries / 1e9:.2f} GB")
print(f"not zero by construction: {not_zero:,} = 1 in {entries // not_zero}")
print(f"different ones: {n_inputs * n_neurons:,}")
print(f"and the ReLU after it: {n_out**2:,} entries, {n_out:,} matter")
# --8<-- [end:ch08-counting]

# --8<-- [start:ch08-vjp-dense]
inputs = np.array([[2.0, -1.0]])  # one sample again
g = np.array([[4.0, -1.0, 2.0]])  # (1, 3): slopes of the loss, invented
for name, values, short in (
    ("x", inputs, g @ weights.T),
    ("b", biases, g),
    ("W", weights, inputs.T @ g),
):
    long = g @ numerical_jacobian(dense, values)
    print(f"{name}: long way  {(long.round(6) + 0.0).ravel()}")
    print(f"   short way {short.ravel()}, shape {short.shape}")
# --8<-- [end:ch08-vjp-dense]

# --8<-- [start:ch08-vjp-activations]
mask = (outputs > 0).astype(float)
long = g @ np.diag(mask[0])
print("ReLU:   ", long, g * mask)
long = g @ by_formula
short = p * (g - (g * p).sum())
print("softmax:", long.round(4), short.round(4))
# --8<-- [end:ch08-vjp-activations]

# --8<-- [start:ch08-whole-chain]
more_weights = np.array([[1.0, -0.5], [0.5, 1.0], [2.0, 0.0]])  # (3, 2)


def chain_loss() -> float:
    hidden = ReLU().forward(inputs @ weights + biases)
    return float(-np.log(Softmax().forward(hidden @ more_weights)[0, 1]))


hidden_scores = inputs @ weights + biases  # (1, 3)
hidden = ReLU().forward(hidden_scores)  # (1, 3)
p = Softmax().forward(hidden @ more_weights)  # (1, 2)
d_p = np.array([[0.0, -1 / p[0, 1]]])  # (1, 2), formula (5.7)
d_scores = p * (d_p - (d_p * p).sum())  # (1, 2), through softmax
d_more_weights = hidden.T @ d_scores  # (3, 2), the second layer's weights
d_hidden = d_scores @ more_weights.T  # (1, 3), through the second layer
d_hidden_scores = d_hidden * (hidden_scores > 0)  # (1, 3), through the ReLU
d_weights = inputs.T @ d_hidden_scores  # (2, 3), the first layer's weights
d_inputs = d_hidden_scores @ weights.T  # (1, 2), through the first layer
# --8<-- [end:ch08-whole-chain]

# --8<-- [start:ch08-whole-chain-check]
print(f"loss {chain_loss():.4f}")
for name, values, found in (
    ("more_weights", more_weights, d_more_weights),
    ("weights", weights, d_weights),
    ("inputs", inputs, d_inputs),
):
    misfit = np.abs(found - numerical_gradient(chain_loss, values)).max()
    print(f"d_{name}: largest difference {misfit:.7f}")
    print(found.round(4) + 0.0)
# --8<-- [end:ch08-whole-chain-check]

# --8<-- [start:ch08-forward-mode]
moved = np.array([[inputs[0, 0], 0.0, 0.0]])  # how fast weights[0, 0] moves z
moved = moved * (hidden_scores > 0)  # ... and hidden
moved = moved @ more_weights  # ... and the scores
moved = p * (moved - (moved * p).sum())  # ... and the probabilities
moved_loss = float(-moved[0, 1] / p[0, 1])  # ... and the loss
print(f"forward {moved_loss:.4f}, backward {d_weights[0, 0]:.4f}")
# --8<-- [end:ch08-forward-mode]


# --8<-- [start:ch08-two-orders]
def multiplications(shapes: list[tuple[int, int]]) -> int:
    """Count those of a product of matrices, taken from left to right."""
    rows, total = shapes[0][0], 0
    for inner, columns in shapes[1:]:
        total += rows * inner * columns
    return total


chain = [(1, 10), (10, 128), (128, 128), (128, 784)]  # loss ... inputs
from_the_loss = multiplications(chain)
turned = [(columns, rows) for rows, columns in reversed(chain)]
from_the_inputs = multiplications(turned)
print(f"from the loss:   {from_the_loss:10,}")
print(f"from the inputs: {from_the_inputs:10,}")
print(f"{from_the_inputs / from_the_loss:.0f} times as many")
# --8<-- [end:ch08-two-orders]

# --8<-- [start:ch08-count-modes]
sizes = [784, 128, 128, 10]
pairs = list(pairwise(sizes))
row_back = sum(n_in * n_out for n_in, n_out in pairs[1:])
tables = sum(n_in * n_out for n_in, n_out in pairs)  # x.T @ g, each layer
print(f"backward, all weights:          {row_back + tables:13,}")
one_by_one = sum(
    n_in * n_out * sum(a * b for a, b in pairs[layer + 1 :])
    for layer, (n_in, n_out) in enumerate(pairs)
)
print(f"forward, one weight at a time:  {one_by_one:13,}")
print(f"{one_by_one / (row_back + tables):,.0f} times as many")
# --8<-- [end:ch08-count-modes]

# --8<-- [start:ch08-overwritten-path]
x = 2.0
u, v = x**2, 3 * x
d_x = v * (2 * x)  # the path through u
d_x = u * 3  # the path through v should be added: d_x += u * 3
print(f"overwritten {d_x}, measured {slope:.4f}")


def train(both_paths: bool) -> float:
    """Walk down (u * v - 24) ** 2 from x = 3; return the last x."""
    x = 3.0
    for _ in range(300):
        u, v = x**2, 3 * x
        d_y = 2 * (u * v - 24)
        d_x = v * (2 * x) + u * 3 if both_paths else u * 3
        x -= 0.0001 * d_y * d_x
    return x


print(f"x after training: {train(True):.4f}, overwritten {train(False):.4f}")
# --8<-- [end:ch08-overwritten-path]

# --8<-- [start:ch08-transposed]
square = np.array([[1.0, 2.0], [3.0, 4.0]])
row, arriving = np.array([[1.0, 1.0]]), np.array([[1.0, 0.0]])
right = arriving @ square.T
wrong = arriving @ square
measured_row = numerical_gradient(
    lambda: float((row @ square * arriving).sum()), row
)
print("right", right, "wrong", wrong, "measured", measured_row.round(6))
# --8<-- [end:ch08-transposed]

# --8<-- [start:ch08-all-at-once]
spot = np.array([1.0, 1.0])
h = 1e-5
together = (bowl(spot + h) - bowl(spot - h)) / (2 * h)
print(f"all at once: {together:.4f}")
print("one by one: ", numerical_gradient(lambda: bowl(spot), spot).round(4))
# --8<-- [end:ch08-all-at-once]

# --8<-- [start:ch08-copy]
start = np.array([[1.0, 2.0]])
copy = start.copy()
print(numerical_gradient(lambda: float((copy**2).sum()), start))
print(numerical_gradient(lambda: float((start**2).sum()), start).round(6))
# --8<-- [end:ch08-copy]


# --8<-- [start:ch08-kink]
def relu_slope(z: float) -> float:
    return numerical_derivative(lambda z: max(0.0, z), z)


for value in (0.1, 1e-6, 0.0, -1e-6):
    rule = int(value > 0)
    print(f"z = {value:6g}: measured {relu_slope(value):.3f}, rule {rule}")
# --8<-- [end:ch08-kink]


# --8<-- [start:ch08-solution-1]
def three(v: Array) -> float:
    p, q, r = v
    return float(p * q + q * r**2)


here = np.array([2.0, 3.0, -1.0])
print(numerical_gradient(lambda: three(here), here).round(4))
# --8<-- [end:ch08-solution-1]

# --8<-- [start:ch08-solution-2]
hill = np.array([3.0, 4.0])
diagonal = np.array([1.0, 1.0]) / math.sqrt(2)
for name, direction in (
    ("east", np.array([1.0, 0.0])),
    ("north-east", diagonal),
    ("uphill", hill / 5),
    ("level", np.array([-4.0, 3.0]) / 5),
):
    print(f"{name:10} {hill @ direction:z.3f}")
# --8<-- [end:ch08-solution-2]


# --8<-- [start:ch08-solution-3]
def sigmoid_loss(theta: Array) -> float:
    z = 1.0 * theta[0] + 2.0 * theta[1] + theta[2]
    return (1 / (1 + math.exp(-z)) - 1.0) ** 2


theta = np.array([0.5, -0.5, 0.5])
print(numerical_gradient(lambda: sigmoid_loss(theta), theta).round(6))
# --8<-- [end:ch08-solution-3]

# --8<-- [start:ch08-solution-4]
decoder = [(784, 128), (128, 16), (16, 1)]  # outputs ... the one input
back = multiplications(decoder)
ahead = multiplications([(k, j) for j, k in reversed(decoder)])
print(f"from the outputs: {back:9,}")
print(f"from the input:   {ahead:9,}")
# --8<-- [end:ch08-solution-4]


# --8<-- [start:ch08-solution-5]
def cumsum_backward(d_outputs: Array) -> Array:
    """Return the gradient for the inputs of a running sum."""
    backwards: Array = d_outputs[::-1].cumsum()[::-1]
    return backwards


amounts = np.array([5.0, 1.0, 2.0])
arriving = np.array([1.0, 10.0, 100.0])
jacobian = numerical_jacobian(lambda: amounts.cumsum(), amounts)
print(jacobian.round(6) + 0.0)
print((arriving @ jacobian).round(4), cumsum_backward(arriving))
# --8<-- [end:ch08-solution-5]


# --8<-- [start:ch08-solution-6]
def product_error(
    forward: Callable[[], Array], values: Array, d_outputs: Array, found: Array
) -> float:
    """Return how far `found` is from d_outputs times forward's Jacobian."""
    expected = numerical_gradient(
        lambda: float((forward() * d_outputs).sum()), values
    )
    if found.shape != values.shape:
        return math.inf
    return float(np.abs(found - expected).max())


# --8<-- [end:ch08-solution-6]

# --8<-- [start:ch08-solution-6-run]
batch = np.array([[2.0, -1.0], [0.0, 4.0], [1.0, 1.0]])  # (3, 2)
d_batch = np.array([[4.0, -1.0, 2.0], [1.0, 0.0, 3.0], [-2.0, 5.0, 1.0]])


def of_batch() -> Array:
    z: Array = batch @ weights + biases
    return z


d_biases = d_batch.sum(axis=0, keepdims=True)
for name, values, found in (
    ("inputs", batch, d_batch @ weights.T),
    ("weights", weights, batch.T @ d_batch),
    ("biases", biases, d_biases),
    ("a mean", biases, d_biases / 3),
):
    print(f"{name:8}{product_error(of_batch, values, d_batch, found):.6f}")
# --8<-- [end:ch08-solution-6-run]
