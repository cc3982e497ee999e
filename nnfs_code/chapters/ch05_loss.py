# --8<-- [start:ch05-imports]
"""Chapter 5: one number that says how wrong the network is."""

import math

import numpy as np

# --8<-- [end:ch05-imports]

# --8<-- [start:ch05-two-networks]
labels = np.array([0, 2, 1])  # the right class of each point
careful = np.array(
    [[0.90, 0.05, 0.05], [0.10, 0.05, 0.85], [0.48, 0.47, 0.05]]
)
rash = np.array([[0.40, 0.35, 0.25], [0.30, 0.33, 0.37], [0.97, 0.01, 0.02]])
for name, probabilities in (("careful", careful), ("rash", rash)):
    guesses = probabilities.argmax(axis=1)
    print(f"{name:8} guesses {guesses}, right: {guesses == labels}")
# --8<-- [end:ch05-two-networks]

# --8<-- [start:ch05-first-idea]
print("       p    1 - p  squared   -log p")
for p in (1.0, 0.9, 0.5, 0.1, 0.01, 0.000001):
    distance = 1 - p
    minus_log = math.log(1 / p)
    print(f"{p:8g} {distance:8.4f} {distance**2:8.4f} {minus_log:8.3f}")
# --8<-- [end:ch05-first-idea]

# --8<-- [start:ch05-logarithm]
for x in (0.01, 0.1, 0.5, 1, 2, 10, 100):
    print(f"log {x:<4g} = {math.log(x):6.3f}")
print(f"log 2 + log 10 = {math.log(2) + math.log(10):.3f}")
print(f"log 20         = {math.log(20):.3f}")
# --8<-- [end:ch05-logarithm]

# --8<-- [start:ch05-likelihood]
for name, right in (
    ("careful", [0.90, 0.85, 0.47]),
    ("rash", [0.40, 0.37, 0.01]),
):
    product = math.prod(right)
    sum_of_logs = sum(math.log(p) for p in right)
    print(f"{name:8} product {product:.5f}, sum of logs {sum_of_logs:.3f}")
    print(f"{'':8} e to that sum: {math.exp(sum_of_logs):.5f}")
# --8<-- [end:ch05-likelihood]

# --8<-- [start:ch05-underflow]
one_third = np.full(300, 1 / 3, dtype=np.float32)
print("product:    ", float(one_third.prod()))
print("sum of logs:", round(float(np.log(one_third).sum()), 1))
# --8<-- [end:ch05-underflow]

# --8<-- [start:ch05-thumbtack]
for q in (0.5, 0.6, 0.7, 0.8, 0.9):
    likelihood = q**7 * (1 - q) ** 3
    mean_loss = -(7 * math.log(q) + 3 * math.log(1 - q)) / 10
    print(f"q = {q}: likelihood {likelihood:.6f}, mean loss {mean_loss:.4f}")
# --8<-- [end:ch05-thumbtack]

# --8<-- [start:ch05-bits]
for choices in (2, 4, 8):
    surprise = -math.log(1 / choices)
    bits = surprise / math.log(2)
    print(f"1 of {choices}: {surprise:.3f} nats, in bits: {bits:.0f}")
# --8<-- [end:ch05-bits]

# --8<-- [start:ch05-plain-python]
total = 0.0
for row, label in zip(careful, labels, strict=True):
    p = row[label]  # the number in the column that the label names
    loss = -math.log(p)
    print(f"class {label} got {p:.2f}: loss {loss:.4f}")
    total += loss
print(f"mean loss: {total / len(labels):.4f}")
# --8<-- [end:ch05-plain-python]

# --8<-- [start:ch05-one-hot]
one_hot = np.eye(3, dtype=int)[labels]
print(one_hot)
terms = one_hot * np.log(careful)  # (3, 3), element by element
print(terms.round(3) + 0.0)  # + 0.0 turns -0. into 0.
print((-terms.sum(axis=1)).round(4))
# --8<-- [end:ch05-one-hot]

# --8<-- [start:ch05-picking]
rows = np.arange(len(labels))
print("rows:   ", rows)
print("columns:", labels)
print("picked: ", careful[rows, labels])
print("losses: ", (-np.log(careful[rows, labels])).round(4))
# --8<-- [end:ch05-picking]

# --8<-- [start:ch05-log-of-zero]
with np.errstate(divide="ignore", invalid="ignore"):
    sure = np.array([1.0, 0.0, 0.0])
    print("logs:       ", np.log(sure))
    print("class 1:    ", -np.log(sure[1]))
    print("0 times log:", np.array([1, 0, 0]) * np.log(sure))
print("clipped:    ", round(-math.log(1e-7), 2))
# --8<-- [end:ch05-log-of-zero]

# --8<-- [start:ch05-label-errors]
from typing import Any

from nnfs_code.arrays import check_labels

wrong_targets: list[Any] = [
    [0, 2, 1],
    np.array([0.0, 2.0, 1.0]),
    np.array([0, 2, 3]),
    np.array([[0], [2], [1]]),
    np.array([[1, 0, 0], [0, 1, 1], [0, 1, 0]]),
]
for wrong in wrong_targets:
    try:
        check_labels(wrong, 3, 3, "loss")
    except (TypeError, ValueError) as error:
        print(error)
print(check_labels(one_hot, 3, 3, "loss"))
# --8<-- [end:ch05-label-errors]

# --8<-- [start:ch05-probability-errors]
from nnfs_code.losses import check_probabilities

wrong_rows: list[Any] = [
    np.array([[2.0, -1.0, 0.0]]),
    np.array([[0.5, 0.5, 0.5]]),
    np.array([0.5, 0.25, 0.25]),
]
for wrong in wrong_rows:
    try:
        check_probabilities(wrong, "loss")
    except ValueError as error:
        print(error)
# --8<-- [end:ch05-probability-errors]

# --8<-- [start:ch05-first-loss]
from nnfs_code.losses import CategoricalCrossEntropy

cross_entropy = CategoricalCrossEntropy()
print(cross_entropy.sample_losses(careful, labels).round(4))
for name, probabilities in (("careful", careful), ("rash", rash)):
    loss = cross_entropy.forward(probabilities, labels)
    print(f"{name:8} loss {loss:.4f}, e^-loss {math.exp(-loss):.3f}")
print(f"one-hot targets: {cross_entropy.forward(careful, one_hot):.4f}")
# --8<-- [end:ch05-first-loss]

# --8<-- [start:ch05-first-accuracy]
from nnfs_code.metrics import accuracy

for name, probabilities in (("careful", careful), ("rash", rash)):
    plainly = (probabilities.argmax(axis=1) == labels).mean()
    checked = accuracy(probabilities, labels)  # the same after checks
    print(f"{name:8} accuracy {plainly:.3f}, by the package {checked:.3f}")
# --8<-- [end:ch05-first-accuracy]

# --8<-- [start:ch05-small-step]
from nnfs_code.activations import Sigmoid

positions = np.array([-2.0, -1.2, -0.3, 0.4, 1.1, 2.3])
sides = np.array([0, 0, 1, 0, 1, 1])
for bias in (0.0, 0.1, 0.2, 0.7):
    of_one = Sigmoid().forward(2 * positions + bias)
    both = np.stack((1 - of_one, of_one), axis=1)  # (6, 2)
    loss = cross_entropy.forward(both, sides)
    print(f"bias {bias}: {accuracy(both, sides):.3f} right, loss {loss:.4f}")
# --8<-- [end:ch05-small-step]

# --8<-- [start:ch05-spiral]
from nnfs_code.activations import ReLU, Softmax
from nnfs_code.data import spiral
from nnfs_code.layers import Dense

rng = np.random.default_rng(0)
points, arms = spiral(100, 3, rng=rng)
dense1 = Dense(2, 3, rng=rng)
dense2 = Dense(3, 3, rng=rng)

hidden = ReLU().forward(dense1.forward(points))
scores = dense2.forward(hidden)
probabilities = Softmax().forward(scores)
loss = cross_entropy.forward(probabilities, arms)

print(points.shape, hidden.shape, scores.shape, probabilities.shape)
print(f"loss {loss:.4f}, accuracy {accuracy(scores, arms):.2f}")
print(f"log 3 = {math.log(3):.4f}")
# --8<-- [end:ch05-spiral]

# --8<-- [start:ch05-larger-weights]
for factor in (1, 1_000, 10_000, 100_000, 1_000_000):
    larger = scores * factor  # as if the last layer's weights were larger
    loss = cross_entropy.forward(Softmax().forward(larger), arms)
    share = accuracy(larger, arms)
    print(f"{factor:9,} times: loss {loss:5.2f}, accuracy {share:.2f}")
# --8<-- [end:ch05-larger-weights]

# --8<-- [start:ch05-entropy]
truth = np.array([0.7, 0.3])
entropy = -(truth * np.log(truth)).sum()
print(f"entropy {entropy:.4f}")
for q in (0.5, 0.6, 0.7, 0.8, 0.9):
    guess = np.array([q, 1 - q])
    cross = -(truth * np.log(guess)).sum()
    extra = (truth * np.log(truth / guess)).sum()
    print(f"q = {q}: cross-entropy {cross:.4f}, extra {abs(extra):.4f}")
# --8<-- [end:ch05-entropy]

# --8<-- [start:ch05-log-near-one]
for x in (0.1, 0.01, 0.001, -0.001):
    print(f"x = {x:6}: log(1 + x) = {math.log(1 + x):9.6f}")
# --8<-- [end:ch05-log-near-one]

# --8<-- [start:ch05-slope]
h = 0.0001
for p in (1.0, 0.5, 0.2, 0.01):
    rise = -math.log(p + h) - -math.log(p)
    print(f"p = {p:4}: slope {rise / h:8.2f}, -1/p = {-1 / p:7.2f}")
# --8<-- [end:ch05-slope]

# --8<-- [start:ch05-right-loss]
from nnfs_code.arrays import Array, Labels


def right_loss(scores: Array, labels: Labels) -> float:
    probabilities = Softmax().forward(scores)
    return CategoricalCrossEntropy().forward(probabilities, labels)


# --8<-- [end:ch05-right-loss]


# --8<-- [start:ch05-four-checks]
def check_cases(loss_of: Any) -> dict[str, tuple[float, float]]:
    """Return what a loss gives in four cases, and what it should give."""
    rows = np.log(np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]))
    labels = np.array([0, 1])  # they got 1/2 and 1/10
    fives = np.array([0, 2, 1, 1, 0])
    twice, twice_labels = np.tile(rows, (2, 1)), np.tile(labels, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_hand = loss_of(rows, labels)
        return {
            "by hand": (by_hand, (math.log(2) + math.log(10)) / 2),
            "equal": (loss_of(np.zeros((5, 3)), fives), math.log(3)),
            "sure": (loss_of(50.0 * np.eye(3), np.arange(3)), 0.0),
            "twice": (loss_of(twice, twice_labels), by_hand),
        }


for name, (got, wanted) in check_cases(right_loss).items():
    print(f"{name:7} {got:.4f} for {wanted:.4f}")
# --8<-- [end:ch05-four-checks]


# --8<-- [start:ch05-failed-checks]
def failed_checks(loss_of: Any) -> dict[str, str]:
    """Return the checks that a loss fails, with what it gave."""
    return {
        name: f"{got:.4g} for {wanted:.4g}"
        for name, (got, wanted) in check_cases(loss_of).items()
        if not (abs(got - wanted) < 1e-6 and got >= 0)
    }


# --8<-- [end:ch05-failed-checks]


# --8<-- [start:ch05-mean-of-everything]
def mean_of_everything(scores: Array, labels: Labels) -> float:
    one_hot = np.eye(scores.shape[1])[labels]
    logs = np.log(np.maximum(Softmax().forward(scores), 1e-7))
    return float(-(one_hot * logs).mean())  # should be .sum(axis=1).mean()


print(f"untrained: {mean_of_everything(scores, arms):.4f}")
print("failed:", failed_checks(mean_of_everything))
# --8<-- [end:ch05-mean-of-everything]


# --8<-- [start:ch05-column-labels]
def column_labels(scores: Array, labels: Labels) -> float:
    probabilities = Softmax().forward(scores)
    column = labels.reshape(-1, 1)  # (n, 1), as from a table with one column
    right = probabilities[np.arange(len(column)), column]
    return float(-np.log(np.maximum(right, 1e-7)).mean())


print(f"untrained: {column_labels(scores, arms):.4f}")
print("failed:", failed_checks(column_labels))

perfect = np.eye(3)[arms]  # all probability on the right arm
guesses, column = perfect.argmax(axis=1), arms.reshape(-1, 1)
print((guesses == column).shape, f"{(guesses == column).mean():.3f}")
# --8<-- [end:ch05-column-labels]


# --8<-- [start:ch05-softmax-twice]
def softmax_twice(scores: Array, labels: Labels) -> float:
    probabilities = Softmax().forward(scores)
    return right_loss(probabilities, labels)  # which expects scores


print(f"untrained: {softmax_twice(scores, arms):.4f}")
print("failed:", failed_checks(softmax_twice))
for size in (1, 5, 50):
    sure = size * np.eye(3)
    once = right_loss(sure, np.arange(3))
    again = softmax_twice(sure, np.arange(3))
    print(f"right by {size:2}: once {once:.4f}, twice {again:.4f}")
# --8<-- [end:ch05-softmax-twice]


# --8<-- [start:ch05-one-hot-index]
targets = np.array([[1, 0, 0], [0, 0, 1], [0, 1, 0]])
picked = careful[np.arange(3), targets]  # meant for labels, not for one-hot
print(picked.shape, f"{-np.log(picked).mean():.4f}")
print(f"the right one: {cross_entropy.forward(careful, targets):.4f}")
# --8<-- [end:ch05-one-hot-index]


# --8<-- [start:ch05-raw-scores]
def raw_scores(scores: Array, labels: Labels) -> float:
    right = scores[np.arange(len(labels)), labels]  # the softmax is missing
    return float(-np.log(np.maximum(right, 1e-7)).mean())


print("failed:", failed_checks(raw_scores))
try:
    cross_entropy.forward(np.array([[2.0, -1.0, 0.5]]), np.array([0]))
except ValueError as error:
    print(error)
# --8<-- [end:ch05-raw-scores]


# --8<-- [start:ch05-add-instead]
def add_instead_of_clip(scores: Array, labels: Labels) -> float:
    probabilities = Softmax().forward(scores)
    right = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(right + 1e-7).mean())


print("failed:", failed_checks(add_instead_of_clip))
slip = np.array([[1.0009, -0.0009]])  # rounded badly by somebody else
print(f"the package: {cross_entropy.forward(slip, np.array([0])):.4f}")
# --8<-- [end:ch05-add-instead]

# --8<-- [start:ch05-uneven-batches]
sizes = np.array([128, 128, 44])  # 300 samples in batches of at most 128
batch_losses = np.array([0.50, 0.50, 2.00])
print(f"mean of the batch means: {batch_losses.mean():.4f}")
weighted = (sizes * batch_losses).sum() / sizes.sum()
print(f"mean of the samples:     {weighted:.4f}")
# --8<-- [end:ch05-uneven-batches]

# --8<-- [start:ch05-solution-1]
for halvings in range(5):
    p = 0.5**halvings
    print(f"p = 1/{2**halvings:<2}  loss {math.log(1 / p):.4f}")
# --8<-- [end:ch05-solution-1]

# --8<-- [start:ch05-solution-2]
bold = np.array([[0.98, 0.02], [0.98, 0.02], [0.98, 0.02], [0.98, 0.02]])
shy = np.array([[0.52, 0.48], [0.52, 0.48], [0.48, 0.52], [0.48, 0.52]])
answers = np.array([0, 0, 0, 1])
honest = np.array([[0.75, 0.25]] * 4)
for name, table in (("bold", bold), ("shy", shy), ("honest", honest)):
    loss = cross_entropy.forward(table, answers)
    print(f"{name:6} accuracy {accuracy(table, answers)}, loss {loss:.4f}")
for share in (0.52, 0.53, 0.91, 0.92):
    same = np.array([[share, 1 - share]] * 4)
    print(f"always {share}: loss {cross_entropy.forward(same, answers):.4f}")
# --8<-- [end:ch05-solution-2]

# --8<-- [start:ch05-solution-3]
rare = np.array([0] * 90 + [1] * 10)
for share in (0.5, 0.9, 0.99):
    same_for_all = np.tile([share, 1 - share], (100, 1))
    loss = cross_entropy.forward(same_for_all, rare)
    hits = accuracy(same_for_all, rare)
    print(f"always {share:4}: accuracy {hits:.2f}, loss {loss:.4f}")
# --8<-- [end:ch05-solution-3]


# --8<-- [start:ch05-solution-4]
def mean_per_class(losses: Array, labels: Labels) -> Array:
    """Return the mean loss of each class, shape (n_classes,)."""
    totals = np.bincount(labels, weights=losses)
    means: Array = totals / np.bincount(labels)
    return means


five_losses = np.array([0.1, 2.0, 0.3, 0.2, 1.0])
classes = check_labels(np.array([0, 1, 0, 2, 1]), 5, 3, "mean_per_class")
print(mean_per_class(five_losses, classes))
# --8<-- [end:ch05-solution-4]

# --8<-- [start:ch05-solution-5]
said = np.linspace(0.01, 0.99, 99)  # every whole percentage
curves = {
    "-log p": -(7 * np.log(said) + 3 * np.log(1 - said)) / 10,
    "squared": (7 * (1 - said) ** 2 + 3 * said**2) / 10,
    "1 - p": (7 * (1 - said) + 3 * said) / 10,
}
for name, curve in curves.items():
    print(f"{name:7} is least at q = {said[curve.argmin()]:.2f}")
# --8<-- [end:ch05-solution-5]


# --8<-- [start:ch05-solution-6]
def loss_from_scores(scores: Array, labels: Labels) -> float:
    """Return the mean cross-entropy, straight from the scores."""
    largest = scores.max(axis=1)  # (n,)
    totals = np.exp(scores - largest[:, np.newaxis]).sum(axis=1)
    right = scores[np.arange(len(labels)), labels]
    return float((largest + np.log(totals) - right).mean())


print("failed:", failed_checks(loss_from_scores))
far = np.array([[40.0, 0.0, 0.0]])
print(f"by softmax and log: {right_loss(far, np.array([1])):.2f}")
print(f"from the scores:    {loss_from_scores(far, np.array([1])):.2f}")
# --8<-- [end:ch05-solution-6]
