# --8<-- [start:ch02-script]
"""The runs of chapter 2: one neuron, a layer, a batch."""

# --8<-- [end:ch02-script]

# --8<-- [start:ch02-neuron-by-hand]
strip = [1.0, 1.0, 3.0, 2.0]
edge = [-1.0, -1.0, 1.0, 1.0]
bias = -1.0

output = (
    strip[0] * edge[0]
    + strip[1] * edge[1]
    + strip[2] * edge[2]
    + strip[3] * edge[3]
    + bias
)
print(output)
# --8<-- [end:ch02-neuron-by-hand]

# --8<-- [start:ch02-zip]
for reading, weight in zip(strip, edge, strict=True):
    print(reading, "times", weight, "is", reading * weight)
# --8<-- [end:ch02-zip]


# --8<-- [start:ch02-neuron]
def neuron(inputs: list[float], weights: list[float], bias: float) -> float:
    """Return the weighted sum of the inputs, plus the bias."""
    output = bias
    for x, w in zip(inputs, weights, strict=True):
        output += x * w
    return output


print(neuron(strip, edge, bias))
# --8<-- [end:ch02-neuron]

# --8<-- [start:ch02-nudge]
for position in range(4):
    nudged = strip.copy()
    nudged[position] += 1.0
    change = neuron(nudged, edge, bias) - output
    print(f"input {position} up by 1: output {change:+}")
change = neuron(strip, edge, bias + 1.0) - output
print(f"bias up by 1:    output {change:+}")
# --8<-- [end:ch02-nudge]

# --8<-- [start:ch02-patterns]
patterns = [
    [-1.0, -1.0, 1.0, 1.0],  # edge: lighter on the right
    [-1.0, 1.0, 1.0, -1.0],  # bar: lighter in the middle
    [0.25, 0.25, 0.25, 0.25],  # brightness: the mean of the four
]
pattern_biases = [-1.0, 0.0, -2.0]  # one bias for each neuron
# --8<-- [end:ch02-patterns]


# --8<-- [start:ch02-layer]
def layer(
    inputs: list[float],
    patterns: list[list[float]],
    pattern_biases: list[float],
) -> list[float]:
    """Return the output of every neuron for one sample."""
    outputs = []
    for weights, bias in zip(patterns, pattern_biases, strict=True):
        outputs.append(neuron(inputs, weights, bias))
    return outputs


print(layer(strip, patterns, pattern_biases))
# --8<-- [end:ch02-layer]

# --8<-- [start:ch02-batch-in-loops]
strips = [
    [1.0, 1.0, 3.0, 2.0],
    [2.0, 4.0, 4.0, 1.0],
]
by_loops = [layer(sample, patterns, pattern_biases) for sample in strips]
for row in by_loops:
    print(row)
# --8<-- [end:ch02-batch-in-loops]

# --8<-- [start:ch02-arrays]
import numpy as np

inputs = np.array(strips)
print(inputs)
print("shape", inputs.shape)
print("axes ", inputs.ndim)
print("size ", inputs.size)
print("dtype", inputs.dtype)
# --8<-- [end:ch02-arrays]

# --8<-- [start:ch02-indexing]
print("row 0:           ", inputs[0])
print("row 0, column 2: ", inputs[0, 2])
print("column 2:        ", inputs[:, 2])
print("row 1, middle:   ", inputs[1, 1:3])
# --8<-- [end:ch02-indexing]

# --8<-- [start:ch02-ragged]
try:
    np.array([[1.0, 2.0, 3.0], [4.0, 5.0]])
except ValueError as error:
    print(error)
# --8<-- [end:ch02-ragged]

# --8<-- [start:ch02-one-axis]
sample = inputs[0]
print(sample.shape, sample)
print(sample[np.newaxis, :].shape, sample[np.newaxis, :])
print(sample[:, np.newaxis].shape)
print(sample[:, np.newaxis])
# --8<-- [end:ch02-one-axis]

# --8<-- [start:ch02-plus]
a, b = [1.0, 2.0], [10.0, 20.0]
print("lists: ", a + b)
print("arrays:", np.array(a) + np.array(b))
print("twice: ", a * 2, "and", np.array(a) * 2)
print("a times b, place by place:", np.array(a) * np.array(b))
# --8<-- [end:ch02-plus]

# --8<-- [start:ch02-dot]
x = np.array([1.0, 1.0, 3.0, 2.0])
w = np.array([-1.0, -1.0, 1.0, 1.0])
print(x * w)
print((x * w).sum())
print(np.dot(x, w))
print(x @ w)
# --8<-- [end:ch02-dot]


# --8<-- [start:ch02-cosine]
def length(vector: np.ndarray) -> float:
    """Return the length of an arrow, by Pythagoras."""
    return float(np.sqrt(vector @ vector))


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """Return the cosine of the angle between two arrows."""
    return float(a @ b) / (length(a) * length(b))


w = np.array([2.0, 1.0])
for name, values in {
    "same way ": [4.0, 2.0],
    "close by ": [1.0, 1.0],
    "sideways ": [-1.0, 2.0],
    "away     ": [-2.0, 0.0],
}.items():
    x = np.array(values)
    turn = np.degrees(np.arccos(np.clip(cosine(x, w), -1.0, 1.0)))
    print(f"{name} x·w {x @ w:4}  cosine {cosine(x, w):6.3f}  {turn:5.1f}°")
# --8<-- [end:ch02-cosine]

# --8<-- [start:ch02-bright]
w = np.array([-1.0, -1.0, 1.0, 1.0])
for name, values in {
    "dim, a clear edge": [0.0, 0.0, 1.0, 1.0],
    "bright, nearly flat": [7.0, 9.0, 9.0, 10.0],
}.items():
    x = np.array(values)
    print(f"{name}: dot {x @ w}, cosine {cosine(x, w):.3f}")
# --8<-- [end:ch02-bright]

# --8<-- [start:ch02-weights]
weights = np.array(
    [
        [-1.0, -1.0, 0.25],
        [-1.0, 1.0, 0.25],
        [1.0, 1.0, 0.25],
        [1.0, -1.0, 0.25],
    ]
)
biases = np.array([[-1.0, 0.0, -2.0]])
print(weights.shape, biases.shape)
print("neuron 0:", weights[:, 0], biases[0, 0])
# --8<-- [end:ch02-weights]

# --8<-- [start:ch02-neuron-numpy]
sample = inputs[0]  # (4,)
print(sample @ weights[:, 0] + biases[0, 0])
# --8<-- [end:ch02-neuron-numpy]

# --8<-- [start:ch02-layer-numpy]
print(sample.shape, "@", weights.shape)
print(sample @ weights)
print(sample @ weights + biases)
# --8<-- [end:ch02-layer-numpy]

# --8<-- [start:ch02-batch-numpy]
outputs = inputs @ weights + biases  # (2, 4) @ (4, 3) + (1, 3)
print(outputs)
print("largest difference from the loops:", abs(outputs - by_loops).max())
# --8<-- [end:ch02-batch-numpy]


# --8<-- [start:ch02-matrix-product]
def matrix_product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return left @ right, entry by entry."""
    n_samples, n_inputs = left.shape
    n_neurons = right.shape[1]
    product = np.zeros((n_samples, n_neurons))
    for i in range(n_samples):
        for k in range(n_neurons):
            for j in range(n_inputs):
                product[i, k] += left[i, j] * right[j, k]
    return product


by_entry = matrix_product(inputs, weights)
print(by_entry)
print("largest difference from @:", abs(by_entry - inputs @ weights).max())
# --8<-- [end:ch02-matrix-product]

# --8<-- [start:ch02-mix-of-rows]
mix = np.zeros(3)
for reading, row_of_weights in zip(inputs[0], weights, strict=True):
    mix += reading * row_of_weights
    print(reading, "×", row_of_weights, "->", mix)
# --8<-- [end:ch02-mix-of-rows]

# --8<-- [start:ch02-misfit]
one_row_per_neuron = np.array(patterns)
try:
    inputs @ one_row_per_neuron
except ValueError as error:
    print(inputs.shape, "@", one_row_per_neuron.shape)
    print(error)
# --8<-- [end:ch02-misfit]

# --8<-- [start:ch02-transpose]
print(one_row_per_neuron.T)
print("difference from weights:", abs(one_row_per_neuron.T - weights).max())
print(inputs.shape, "@", one_row_per_neuron.T.shape, end=" -> ")
print((inputs @ one_row_per_neuron.T).shape)
# --8<-- [end:ch02-transpose]

# --8<-- [start:ch02-other-side]
columns = one_row_per_neuron @ inputs.T  # (3, 4) @ (4, 2)
print(columns)
print(inputs @ weights)
# --8<-- [end:ch02-other-side]

# --8<-- [start:ch02-broadcasting]
product = inputs @ weights  # (2, 3)
written_out = np.array([[-1.0, 0.0, -2.0], [-1.0, 0.0, -2.0]])
print(product + biases)
print(product + written_out)
for shape in ((1, 3), (3,), (2, 1), (2,)):
    try:
        print(shape, "fits:", (product + np.zeros(shape)).shape)
    except ValueError as error:
        print(shape, "does not:", str(error).strip())
# --8<-- [end:ch02-broadcasting]

# --8<-- [start:ch02-count]
for n_samples, n_inputs, n_neurons in (
    (2, 4, 3),
    (300, 2, 64),
    (128, 784, 128),
):
    rounds = n_samples * n_neurons * n_inputs
    print(f"({n_samples}, {n_inputs}) @ ({n_inputs}, {n_neurons}): ", end="")
    print(f"{rounds:,} multiplications, as many additions")
# --8<-- [end:ch02-count]

# --8<-- [start:ch02-last-digit]
rng = np.random.default_rng(0)
many = rng.standard_normal((300, 4))
drawn = rng.standard_normal((4, 3))
shifts = rng.standard_normal((1, 3))

in_numpy = many @ drawn + shifts
per_neuron, shift_list = drawn.T.tolist(), shifts[0].tolist()
in_python = [layer(row, per_neuron, shift_list) for row in many.tolist()]
difference = np.abs(in_numpy - in_python).max()
print(f"largest difference: {difference:.0e}")
# --8<-- [end:ch02-last-digit]

# --8<-- [start:ch02-one-rounding]
from fractions import Fraction


def bias_last(inputs: list[float], weights: list[float], bias: float) -> float:
    """Return a neuron's output, with the bias added at the end."""
    return neuron(inputs, weights, 0.0) + bias


def in_one_go(inputs: list[float], weights: list[float], bias: float) -> float:
    """Return the same, multiplying and adding with one rounding."""
    output = 0.0
    for x, w in zip(inputs, weights, strict=True):
        output = float(Fraction(x) * Fraction(w) + Fraction(output))
    return output + bias


# --8<-- [end:ch02-one-rounding]

# --8<-- [start:ch02-who-agrees]
settings = list(zip(per_neuron, shift_list, strict=True))
said = {
    way: [way(row, *setting) for row in many.tolist() for setting in settings]
    for way in (neuron, bias_last, in_one_go)
}
for one, other in (
    (neuron, bias_last),
    (neuron, in_one_go),
    (bias_last, in_one_go),
):
    same = sum(map(float.__eq__, said[one], said[other]))
    print(f"{one.__name__} and {other.__name__}: {same} of 900 equal")
# --8<-- [end:ch02-who-agrees]

# --8<-- [start:ch02-random-strips]
rng = np.random.default_rng(0)
for n_inputs, middle in ((4, 0), (784, 0), (784, 1)):
    pattern = rng.standard_normal(n_inputs) + middle
    others = rng.standard_normal((2000, n_inputs)) + middle
    lengths = np.sqrt((others * others).sum(axis=1))  # (2000,)
    cosines = others @ pattern / (lengths * length(pattern))
    print(f"{n_inputs} inputs around {middle}: best ", end="")
    print(
        f"{cosines.max():.2f}, half within {np.median(abs(cosines)):.3f} of 0"
    )
# --8<-- [end:ch02-random-strips]

# --8<-- [start:ch02-wrong-zip]
forgetful = [-1.0, -1.0, 1.0]  # the fourth weight is missing
pairs = list(zip(strip, forgetful, strict=False))  # zip's usual way
print(len(pairs), "pairs, sum", sum(x * w for x, w in pairs))
try:
    neuron(strip, forgetful, 0.0)
except ValueError as error:
    print(error)
# --8<-- [end:ch02-wrong-zip]

# --8<-- [start:ch02-wrong-star]
scaled = inputs * weights[:, 0]  # (2, 4), where we wanted 2 numbers
print(scaled)
print("sum():      ", scaled.sum())
print("sum(axis=0):", scaled.sum(axis=0))
print("sum(axis=1):", scaled.sum(axis=1))
print("with @:     ", inputs @ weights[:, 0])
# --8<-- [end:ch02-wrong-star]

# --8<-- [start:ch02-wrong-square]
rng = np.random.default_rng(0)
batch = rng.standard_normal((300, 64))
square = rng.standard_normal((64, 64))
right, wrong = batch @ square, batch @ square.T
print("shapes:", right.shape, wrong.shape)
print(f"spread: {right.std():.1f} and {wrong.std():.1f}")
agree = np.isclose(right, wrong, rtol=0.01)
print(f"outputs that agree to one hundredth: {agree.mean():.1%}")
# --8<-- [end:ch02-wrong-square]

# --8<-- [start:ch02-wrong-bytes]
pixels = np.array([200, 100], np.uint8)  # as a picture's file holds them
twice = np.array([1, 2], np.uint8)
print(pixels @ twice, "of dtype", (pixels @ twice).dtype)
print(pixels.astype(np.float64) @ twice)
# --8<-- [end:ch02-wrong-bytes]

# --8<-- [start:ch02-wrong-transpose]
print(sample.shape, sample.T.shape)
print(sample[np.newaxis, :].T.shape)
# --8<-- [end:ch02-wrong-transpose]

# --8<-- [start:ch02-solution-shapes]
pairs_of_shapes = (
    ((4,), (4,)),
    ((4,), (4, 3)),
    ((2, 4), (4,)),
    ((2, 4), (4, 3)),
    ((2, 4), (3, 4)),
    ((1, 4), (4, 1)),
    ((4, 1), (1, 4)),
)
for first, second in pairs_of_shapes:
    try:
        answer = str((np.ones(first) @ np.ones(second)).shape)
    except ValueError:
        answer = "refused"
    print(first, "@", second, "->", answer)
# --8<-- [end:ch02-solution-shapes]

# --8<-- [start:ch02-solution-switches]
cases = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
switch_weights = np.array(
    [
        [1.0, -1.0, 1.0],
        [1.0, -1.0, -1.0],
        [1.0, -1.0, 0.0],
    ]
)
switch_outputs = cases @ switch_weights + np.array([[-1.5, 0.5, -0.5]])
for case, row in zip(cases, switch_outputs, strict=True):
    print(case, row)

on = cases.sum(axis=1)  # how many switches are on in each case, (8,)
wanted = np.stack((on >= 2, on == 0, cases[:, 0] > cases[:, 1]), axis=1)
print("wrong decisions:", ((switch_outputs > 0) != wanted).sum())
# --8<-- [end:ch02-solution-switches]

# --8<-- [start:ch02-solution-cosines]
lengths = np.sqrt((weights * weights).sum(axis=0, keepdims=True))  # (1, 3)
unit = weights / lengths  # (4, 3), every column of length 1
print(lengths)
print(unit.T @ unit)
# --8<-- [end:ch02-solution-cosines]


# --8<-- [start:ch02-solution-lists]
def multiply(
    left: list[list[float]], right: list[list[float]]
) -> list[list[float]]:
    """Return the matrix product of two lists of rows."""
    for row in left:
        if len(row) != len(right):
            raise ValueError(
                f"multiply expected rows of {len(right)} numbers on the "
                f"left, got {len(row)}"
            )
    columns = [list(column) for column in zip(*right, strict=True)]
    return [[neuron(row, column, 0.0) for column in columns] for row in left]


print(multiply(strips, weights.tolist()))
try:
    multiply(strips, patterns)
except ValueError as error:
    print(error)
# --8<-- [end:ch02-solution-lists]

# --8<-- [start:ch02-solution-bias]
with_one = np.hstack((inputs, np.ones((2, 1))))  # (2, 5)
with_bias = np.vstack((weights, biases))  # (5, 3)
print(with_one)
print(with_one @ with_bias)
# --8<-- [end:ch02-solution-bias]

# --8<-- [start:ch02-solution-sliding]
signal = np.array([0.0, 0, 0, 3, 3, 3, 1, 1, 1, 4, 4, 1])
windows = np.stack([signal[i : i + 4] for i in range(len(signal) - 3)])
scores = windows @ weights + biases
print(windows.shape, "->", scores.shape)
print("edge:", scores[:, 0])
print("bar: ", scores[:, 1])
print("best edge at", scores[:, 0].argmax(), end=", ")
print("best bar at", scores[:, 1].argmax())
# --8<-- [end:ch02-solution-sliding]
