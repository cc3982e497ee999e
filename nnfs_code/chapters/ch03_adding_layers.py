# --8<-- [start:ch03-script]
"""The runs of chapter 3: two layers, by hand and as a class."""

import numpy as np

# --8<-- [end:ch03-script]

# --8<-- [start:ch03-lamp]
switches = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
lamp = np.array([[False], [True], [True], [False]])
print("switches", switches.shape, "lamp", lamp.shape)
# --8<-- [end:ch03-lamp]

# --8<-- [start:ch03-lamp-one-neuron]
rng = np.random.default_rng(3)
weights = rng.standard_normal((2, 100_000))
biases = rng.standard_normal((1, 100_000))

answers = switches @ weights + biases > 0  # (4, 100000)
right = (answers == lamp).sum(axis=0)  # (100000,)
print("most cases that one neuron got right:", right.max(), "of 4")
# --8<-- [end:ch03-lamp-one-neuron]

# --8<-- [start:ch03-lamp-two-layers]
hidden_weights = np.array([[1.0, 1.0], [1.0, 1.0]])
hidden_biases = np.array([[-0.5, -1.5]])
hidden = (switches @ hidden_weights + hidden_biases > 0).astype(np.float64)

output_weights = np.array([[1.0], [-1.0]])
output_bias = np.array([[-0.5]])
lit = hidden @ output_weights + output_bias > 0

for case, between, answer in zip(switches, hidden, lit, strict=True):
    print(case, "->", between, "->", answer)
print("right:", (lit == lamp).sum(), "of 4")
# --8<-- [end:ch03-lamp-two-layers]

# --8<-- [start:ch03-by-hand]
inputs = np.array([[1.0, 2.0], [3.0, -1.0]])  # X: (2, 2)
weights1 = np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 1.0]])  # (2, 3)
biases1 = np.array([[0.0, 1.0, -1.0]])  # (1, 3)
weights2 = np.array([[2.0, 1.0], [0.0, -1.0], [1.0, 1.0]])  # (3, 2)
biases2 = np.array([[2.0, 5.0]])  # (1, 2)

outputs1 = inputs @ weights1 + biases1  # (2, 3)
outputs2 = outputs1 @ weights2 + biases2  # (2, 2)
print(outputs1)
print(outputs2)
# --8<-- [end:ch03-by-hand]

# --8<-- [start:ch03-collapse-by-hand]
weights = weights1 @ weights2  # (2, 3) @ (3, 2) = (2, 2)
biases = biases1 @ weights2 + biases2  # (1, 2)
print(weights)
print(biases)
print(inputs @ weights + biases)
# --8<-- [end:ch03-collapse-by-hand]

# --8<-- [start:ch03-float-digits]
for kind in (np.float32, np.float64):
    limits = np.finfo(kind)
    tenth = float(kind(0.1))
    print(f"{limits.dtype}: {limits.bits // 8} bytes, 0.1 is {tenth:.20f}")
    print(f"  gap after 1: {limits.eps:.1e}, largest: {limits.max:.1e}")
    print(f"  smallest above 0: {limits.smallest_subnormal:.1e}")

big = np.float32(16_777_216)  # 2 to the power of 24
print("16,777,216 + 1 in float32:", f"{big + np.float32(1):,.0f}")
# --8<-- [end:ch03-float-digits]

# --8<-- [start:ch03-float-mix]
single = np.ones((2, 3), np.float32)
double = np.ones((3, 4), np.float64)
print("float32 @ float32:", (single @ single.T).dtype)
print("float32 @ float64:", (single @ double).dtype)
print("float32 * 0.01:   ", (single * 0.01).dtype)
print("float32 * root:   ", (single * np.sqrt(2)).dtype)
# --8<-- [end:ch03-float-mix]

# --8<-- [start:ch03-arms]
radius = np.linspace(0, 1, 5)  # (5,)
arm = np.arange(3)[:, np.newaxis]  # (3, 1)
angle = 10 * (arm + radius)  # (3, 5), no noise yet
print(radius)
print(arm.shape, "+", radius.shape, "->", angle.shape)
print(angle)
# --8<-- [end:ch03-arms]

# --8<-- [start:ch03-polar]
x, y = radius * np.sin(angle), radius * np.cos(angle)
together = np.stack((x, y), axis=2)
print(x.shape, y.shape, "->", together.shape)
print("the end of arm 0:", together[0, 4].round(3))
print("as rows:", together.reshape(-1, 2).shape)
print("labels:", np.repeat(np.arange(3), 5))
# --8<-- [end:ch03-polar]

# --8<-- [start:ch03-first-spiral]
from nnfs_code.data import spiral

rng = np.random.default_rng(0)
points, targets = spiral(100, 3, rng=rng)
print(points.shape, points.dtype, targets.shape)
print("points 0, 1 and 99:")
print(points[[0, 1, 99]].round(2))
print("samples of each class:", np.bincount(targets))
# --8<-- [end:ch03-first-spiral]

# --8<-- [start:ch03-first-layer]
from nnfs_code.layers import Dense

dense1 = Dense(2, 3, rng=rng)
print(dense1.weights.round(4))
print(dense1.biases)
# --8<-- [end:ch03-first-layer]

# --8<-- [start:ch03-equal-weights]
from nnfs_code.arrays import Array

sample = np.array([[3.0, -1.0]])


def effects(first: Array, second: Array) -> str:
    """Return how far each nudged neuron of layer 1 moves the output."""
    before = sample @ first @ second
    moves = []
    for neuron in range(3):
        nudged = first.copy()
        nudged[0, neuron] += 0.001
        moves.append((sample @ nudged @ second - before).item())
    return " ".join(f"{move:+.6f}" for move in moves)


print("all 0.5: ", effects(np.full((2, 3), 0.5), np.full((3, 1), 0.5)))
print("all zero:", effects(np.zeros((2, 3)), np.zeros((3, 1))))
drawn1, drawn2 = rng.standard_normal((2, 3)), rng.standard_normal((3, 1))
print("random:  ", effects(drawn1, drawn2))
# --8<-- [end:ch03-equal-weights]

# --8<-- [start:ch03-spread]
rng = np.random.default_rng(1)
wide = Dense(2, 10_000, rng=rng)
sample = np.array([[3.0, 4.0]], np.float32)
outputs = sample @ wide.weights
print(f"share of weights within 0.01: {(abs(wide.weights) < 0.01).mean():.2f}")
print(f"mean of the outputs:   {outputs.mean():.3f}")
print(f"spread of the outputs: {outputs.std():.3f}")
print(f"0.01 x length of input: {0.01 * np.hypot(3.0, 4.0):.3f}")
# --8<-- [end:ch03-spread]

# --8<-- [start:ch03-two-layers]
rng = np.random.default_rng(0)
points, targets = spiral(100, 3, rng=rng)
dense1 = Dense(2, 3, rng=rng)
dense2 = Dense(3, 3, rng=rng)

hidden = dense1.forward(points)
scores = dense2.forward(hidden)
print(points.shape, "->", hidden.shape, "->", scores.shape, scores.dtype)
for name, values in (("points", points), ("hidden", hidden)):
    print(f"largest of {name}: {np.abs(values).max():.3f}")
print(f"largest of scores: {np.abs(scores).max():.6f}")
# --8<-- [end:ch03-two-layers]

# --8<-- [start:ch03-refusals]
refused = {
    "transposed": points.T,
    "one axis": points[0],
    "a list": points.tolist(),
    "whole numbers": np.array([[1, 2]]),
    "float64": points.astype(np.float64),
    "no samples": points[:0],
    "a hole": np.array([[1.0, np.nan]], np.float32),
}
for name, wrong in refused.items():
    try:
        dense1.forward(wrong)
    except (TypeError, ValueError) as error:
        print(f"{name}: {type(error).__name__}\n  {error}")
# --8<-- [end:ch03-refusals]

# --8<-- [start:ch03-collapse]
rng = np.random.default_rng(0)
points64, _ = spiral(100, 3, rng=rng, dtype=np.float64)
first = Dense(2, 3, rng=rng, dtype=np.float64)
second = Dense(3, 3, rng=rng, dtype=np.float64)
first.biases += rng.standard_normal((1, 3))
second.biases += rng.standard_normal((1, 3))

merged = Dense(2, 3, rng=rng, dtype=np.float64)
merged.weights = first.weights @ second.weights
merged.biases = first.biases @ second.weights + second.biases

in_two_steps = second.forward(first.forward(points64))
in_one_step = merged.forward(points64)
for name, values in (("two layers", in_two_steps), ("one layer", in_one_step)):
    print(f"{name + ':':11}", values[99].round(6))
difference = np.abs(in_two_steps - in_one_step).max()
print(f"largest difference: {difference:.12f}")
# --8<-- [end:ch03-collapse]

# --8<-- [start:ch03-best-line]
rng = np.random.default_rng(0)
best, best_layer = 0.0, np.zeros((3, 3))
for attempt in range(10_000):
    drawn = rng.standard_normal((3, 3))  # two rows of weights, one of biases
    tried = drawn if attempt < 5000 else best_layer + 0.2 * drawn
    guesses = (points64 @ tried[:2] + tried[2:]).argmax(axis=1)
    share = float((guesses == targets).mean())
    if share >= best:
        best, best_layer = share, tried
    if attempt in (4999, 9999):
        print(f"best after {attempt + 1:6,} tries: {best:.2f}")
# --8<-- [end:ch03-best-line]

# --8<-- [start:ch03-midpoint]
a, b = points64[[40]], points64[[240]]  # each (1, 2)
middle = second.forward(first.forward((a + b) / 2))
ends = second.forward(first.forward(np.vstack((a, b))))  # (2, 3)
print("output of the middle:  ", middle[0].round(6))
print("middle of the outputs: ", ends.mean(axis=0).round(6))
# --8<-- [end:ch03-midpoint]

# --8<-- [start:ch03-many-layers]
rng = np.random.default_rng(0)
values, _ = spiral(100, 3, rng=rng)
for depth in range(1, 31):
    layer = Dense(values.shape[1], 3, rng=rng)
    values = layer.forward(values)
    if depth in (1, 2, 10, 20, 30):
        print(f"after layer {depth}: {np.abs(values).max():.1e}")
print(f"0.01 times the root of 3: {0.01 * np.sqrt(3):.4f}")
# --8<-- [end:ch03-many-layers]

# --8<-- [start:ch03-untrained]
shares = np.zeros(1000)
for seed in range(1000):
    rng = np.random.default_rng(seed)
    sample, labels = spiral(100, 3, rng=rng, dtype=np.float64)
    layer1 = Dense(2, 3, rng=rng, dtype=np.float64)
    layer2 = Dense(3, 3, rng=rng, dtype=np.float64)
    guesses = layer2.forward(layer1.forward(sample)).argmax(axis=1)
    shares[seed] = (guesses == labels).mean()
print(f"mean {shares.mean():.3f}, spread {shares.std():.3f}")
print(f"lowest {shares.min():.2f}, highest {shares.max():.2f}")
# --8<-- [end:ch03-untrained]

# --8<-- [start:ch03-arm-starts]
starts = np.sort(np.degrees(10 * np.arange(3)) % 360)
gaps = np.diff(starts, append=starts[0] + 360)
print("the arms start at", starts.round(), "degrees")
print("gaps between them", gaps.round(), "degrees")
# --8<-- [end:ch03-arm-starts]

# --8<-- [start:ch03-wrong-reshape]
points, targets = spiral(100, 3, rng=np.random.default_rng(0))
columns = points.T  # (2, 300): all the x, then all the y

right = columns.T
wrong = columns.reshape(300, 2)
print("shapes:", right.shape, wrong.shape)
for name, rows in (("right", right), ("wrong", wrong)):
    scores = dense2.forward(dense1.forward(rows))
    radii = np.hypot(rows[:, 0], rows[:, 1])
    print(f"{name}: largest score {np.abs(scores).max():.4f}, ", end="")
    print(f"distance of sample 99: {radii[99]:.2f}")
# --8<-- [end:ch03-wrong-reshape]

# --8<-- [start:ch03-wrong-biases]
alike = np.ones((3, 2))  # three times the same sample
weights = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
as_row = np.array([[10.0, 20.0, 30.0]])  # (1, 3)
as_column = as_row.T  # (3, 1)
print(alike @ weights + as_row)
print(alike @ weights + as_column)
print("from one sample:", (alike[:1] @ weights + as_column).shape)
# --8<-- [end:ch03-wrong-biases]

# --8<-- [start:ch03-wrong-seed]
twin1 = Dense(3, 3, rng=np.random.default_rng(0))
twin2 = Dense(3, 3, rng=np.random.default_rng(0))
print("twins:    ", twin1.weights[0].round(4), twin2.weights[0].round(4))

rng = np.random.default_rng(0)
layer1, layer2 = Dense(3, 3, rng=rng), Dense(3, 3, rng=rng)
print("not twins:", layer1.weights[0].round(4), layer2.weights[0].round(4))
# --8<-- [end:ch03-wrong-seed]

# --8<-- [start:ch03-wrong-float]
drawn = 0.01 * np.random.default_rng(0).standard_normal((2, 3))
outputs = points @ drawn
print(points.dtype, "@", drawn.dtype, "->", outputs.dtype)
print(outputs.nbytes, "bytes, not", outputs.astype(np.float32).nbytes)

whole = np.array([[1, 2, 3]])
whole[0, 0] = 0.9
print(whole)
# --8<-- [end:ch03-wrong-float]

# --8<-- [start:ch03-solution-count]
total = 0
for n_inputs, n_neurons in ((2, 64), (64, 64), (64, 3)):
    layer = Dense(n_inputs, n_neurons, rng=rng)
    count = layer.weights.size + layer.biases.size
    total += count
    print(layer.weights.shape, "+", layer.biases.shape, "->", count)
print(f"in all {total:,}; after the collapse {2 * 3 + 3}")
# --8<-- [end:ch03-solution-count]

# --8<-- [start:ch03-solution-three-switches]
cases = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
odd = cases.sum(axis=1, keepdims=True) % 2 == 1  # (8, 1)

thresholds = np.array([[-0.5, -1.5, -2.5]])  # at least 1, 2, 3 switches
hidden = (cases @ np.ones((3, 3)) + thresholds > 0).astype(np.float64)
lit = hidden @ np.array([[1.0], [-1.0], [1.0]]) - 0.5 > 0
print("right:", (lit == odd).sum(), "of 8")
for case, answer in zip(cases, lit, strict=True):
    print(case, "->", answer)
# --8<-- [end:ch03-solution-three-switches]

# --8<-- [start:ch03-solution-three-layers]
rng = np.random.default_rng(5)
chain = [Dense(2, 5, rng=rng), Dense(5, 4, rng=rng), Dense(4, 3, rng=rng)]
for layer in chain:
    layer.biases += rng.standard_normal(layer.biases.shape).astype(np.float32)

weights, biases = np.eye(2, dtype=np.float32), np.zeros((1, 2), np.float32)
values = points
for layer in chain:
    weights = weights @ layer.weights
    biases = biases @ layer.weights + layer.biases
    values = layer.forward(values)
print(weights.shape, biases.shape)
merged_values = points @ weights + biases
print("three layers:", values[99].round(4))
print("one layer:   ", merged_values[99].round(4))
print(f"largest difference: {np.abs(values - merged_values).max():.5f}")
# --8<-- [end:ch03-solution-three-layers]

# --8<-- [start:ch03-solution-scale]
for scale in (0.01, 1 / 8, 1.0):
    rng = np.random.default_rng(0)
    values = rng.standard_normal((300, 64))
    for _depth in range(10):
        values = values @ (scale * rng.standard_normal((64, 64)))
    print(f"scale {scale:.3f}: spread {values.std():.1e} after 10 layers")
# --8<-- [end:ch03-solution-scale]

# --8<-- [start:ch03-solution-bottleneck]
rng = np.random.default_rng(0)
narrow = [Dense(2, 1, rng=rng), Dense(1, 3, rng=rng)]
single_layer = Dense(2, 3, rng=rng).weights
through_one = narrow[0].weights @ narrow[1].weights
for name, matrix in (("2-1-3", through_one), ("2-3", single_layer)):
    print(f"{name:5}: {matrix.shape}, rank {np.linalg.matrix_rank(matrix)}")
# --8<-- [end:ch03-solution-bottleneck]

# --8<-- [start:ch03-solution-recipe]
points, targets = spiral(100_000, 3, rng=np.random.default_rng(0))
radius = np.hypot(points[:, 0], points[:, 1])[:, np.newaxis]  # (n, 1)
angle = np.arctan2(points[:, 0], points[:, 1])[:, np.newaxis]  # (n, 1)

centre = 10 * (np.arange(3) + radius)  # (n, 3): where each arm would be
turns = (angle - centre) / (2 * np.pi)
apart = np.abs(turns - turns.round())  # 0 to half a turn
guesses = apart.argmin(axis=1)
print(f"right: {(guesses == targets).mean():.3f}")
for label in range(3):
    mine = targets == label
    print(f"  of arm {label}: {(guesses[mine] == label).mean():.3f}")
# --8<-- [end:ch03-solution-recipe]
