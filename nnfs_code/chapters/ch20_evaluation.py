# --8<-- [start:ch20-imports]
"""Chapter 20: how good a network is, where it fails, and how sure that is."""

from typing import Any

import numpy as np

from nnfs_code.arrays import Array, Labels
from nnfs_code.metrics import accuracy, confusion_matrix
# --8<-- [end:ch20-imports]

# --8<-- [start:ch20-two-models]
truth = np.array([0, 0, 1, 1, 2, 2])
sure_by_a = np.array([0, 0, 1, 1, 0, 1])
sure_by_b = np.array([0, 1, 1, 1, 2, 1])
for said in (sure_by_a, sure_by_b):
    print(f"{(said == truth).sum()} of 6 right")
    print(confusion_matrix(said, truth, 3))
# --8<-- [end:ch20-two-models]

# --8<-- [start:ch20-data]
from nnfs_code.activations import ReLU, Softmax
from nnfs_code.data import FASHION_NAMES, fashion_mnist
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay


def loaded(part: str) -> tuple[Array, Labels]:
    """Return the sample's pictures as rows from 0 to 1, and their labels."""
    pictures, labels = fashion_mnist(part, sample=True)
    rows: Array = pictures.reshape(len(pictures), 784) / 255
    return rows, labels


# --8<-- [end:ch20-data]

# --8<-- [start:ch20-load]
pictures, labels = loaded("train")
test_pictures, test_labels = loaded("test")
print(pictures.shape, test_pictures.shape)
print("of each class:", np.bincount(test_labels))
# --8<-- [end:ch20-load]


# --8<-- [start:ch20-untrained]
def untrained(
    width: int, rng: np.random.Generator, drop: float = 0.0
) -> Model:
    """Return a network with one hidden layer, or none if `width` is 0."""

    def dense(n_inputs: int, n_neurons: int) -> Dense:
        return Dense(n_inputs, n_neurons, rng=rng, dtype=np.float64)

    parts: list[Any]
    if width:
        parts = [dense(784, width), ReLU(), dense(width, 10)]
    else:
        parts = [dense(784, 10)]
    if drop:
        parts.insert(2, Dropout(drop, rng=rng))
    return Model(parts, SoftmaxCrossEntropy())


# --8<-- [end:ch20-untrained]


# --8<-- [start:ch20-train]
def trained(
    width: int, seed: int, n_pictures: int = 2000, epochs: int = 8
) -> Model:
    """Return a network that was trained on the first of the pictures."""
    rng = np.random.default_rng(seed)
    model = untrained(width, rng)
    steps = epochs * (n_pictures // 100)
    model.fit(
        pictures[:n_pictures],
        labels[:n_pictures],
        Adam(CosineDecay(0.01, steps)),
        epochs=epochs,
        batch_size=100,
        rng=rng,
    )
    return model


# --8<-- [end:ch20-train]

# --8<-- [start:ch20-first]
model = trained(64, seed=0)
first = model.evaluate(test_pictures, test_labels, metric=accuracy)
print(f"loss {first.loss:.4f}, right {first.metric:.4f}")
# --8<-- [end:ch20-first]


# --8<-- [start:ch20-batch-means]
def mean_of_means(size: int) -> tuple[float, float]:
    """Return loss and accuracy as means over the batches: not the means."""
    found = []
    for start in range(0, len(test_labels), size):
        batch = slice(start, start + size)
        scores = model.forward(test_pictures[batch])
        loss = model.loss.forward(scores, test_labels[batch])
        found.append((loss, accuracy(scores, test_labels[batch])))
    loss, right = np.mean(found, axis=0)
    return float(loss), float(right)


print("batches of  mean of means     evaluate")
for size in (400, 100, 150, 390, 399):
    loss, right = mean_of_means(size)
    whole = model.evaluate(
        test_pictures, test_labels, metric=accuracy, batch_size=size
    )
    print(f"{size:10}  {loss:.4f} {right:.4f}", end="     ")
    print(f"{whole.loss:.4f} {whole.metric:.4f}")
# --8<-- [end:ch20-batch-means]

# --8<-- [start:ch20-not-a-mean]
from nnfs_code.metrics import class_precisions, class_recalls


def shirts(scores: Array, targets: Labels) -> float:
    """Return the precision of class 6: of those called a shirt, that are."""
    matrix = confusion_matrix(scores, targets, 10)
    return float(class_precisions(matrix)[6])


parts_of_100 = [
    shirts(
        model.forward(test_pictures[at : at + 100]), test_labels[at : at + 100]
    )
    for at in range(0, 400, 100)
]
print("of each hundred:", np.round(parts_of_100, 2), end=" ")
print(f"mean {np.mean(parts_of_100):.3f}")
whole = model.evaluate(
    test_pictures, test_labels, metric=shirts, batch_size=100
)
print(f"of all at once:  {whole.metric:.3f}")
# --8<-- [end:ch20-not-a-mean]


# --8<-- [start:ch20-watched]
def watched(look: bool) -> Model:
    """Train a network with dropout, and look amid some of the steps."""
    rng = np.random.default_rng(0)
    model, adam = untrained(32, rng, drop=0.2), Adam(0.01)
    for step in range(31):
        batch = rng.permutation(2000)[:100]
        if look and step % 10 == 0:
            outputs = model.forward(test_pictures)
            by_hand = model.loss.forward(outputs, test_labels)
        outputs = model.forward(pictures[batch], training=True)
        model.loss.forward(outputs, labels[batch])
        if look and step % 10 == 0:
            loss = model.evaluate(test_pictures, test_labels).loss
            print(f"step {step:2}: loss {loss:.6f}, by hand {by_hand:.6f}")
        model.backward()
        adam.update(model.pairs())
    return model


# --8<-- [end:ch20-watched]

# --8<-- [start:ch20-unchanged]
pairs = zip(
    watched(look=True).pairs(), watched(look=False).pairs(), strict=True
)
apart = max(np.abs(one - other).max() for (one, _), (other, _) in pairs)
print(f"parameters apart by {apart}")
# --8<-- [end:ch20-unchanged]

# --8<-- [start:ch20-confusion]
scores = model.forward(test_pictures)
matrix = confusion_matrix(scores, test_labels, 10)
print("true \\ said " + " ".join(f"{name[:4]:>4}" for name in FASHION_NAMES))
for name, row in zip(FASHION_NAMES, matrix, strict=True):
    print(f"{name:11} " + " ".join(f"{count:4}" for count in row))
# --8<-- [end:ch20-confusion]

# --8<-- [start:ch20-largest]
wrong = matrix - np.diag(np.diag(matrix))
print(f"{wrong.sum()} mistakes")
for cell in np.argsort(-wrong, axis=None, kind="stable")[:6]:
    true, taken_for = divmod(int(cell), 10)
    names = f"{FASHION_NAMES[true]} taken for {FASHION_NAMES[taken_for]}"
    print(f"{wrong[true, taken_for]:3} {names}")
uppers = [0, 2, 4, 6]
print(f"{wrong[np.ix_(uppers, uppers)].sum()} within the four of them")
# --8<-- [end:ch20-largest]

# --8<-- [start:ch20-per-class]
precisions, recalls = class_precisions(matrix), class_recalls(matrix)
print("             precision  recall")
for name, one, other in zip(FASHION_NAMES, precisions, recalls, strict=True):
    print(f"{name:11}     {one:.3f}     {other:.3f}")
# --8<-- [end:ch20-per-class]

# --8<-- [start:ch20-averages]
rng = np.random.default_rng(0)
rare = rng.permutation(np.flatnonzero(test_labels == 6))[:10]
kept = np.sort(np.append(np.flatnonzero(test_labels != 6), rare))
for rows in (np.arange(400), kept):
    table = confusion_matrix(scores[rows], test_labels[rows], 10)
    micro = np.trace(table) / table.sum()
    precision, recall = class_precisions(table), class_recalls(table)
    print(f"{table[6].sum()} shirts of {len(rows)}: {micro:.4f} right", end="")
    print(f", macro precision {precision.mean():.4f}", end=" ")
    print(f"recall {recall.mean():.4f}")
# --8<-- [end:ch20-averages]

# --8<-- [start:ch20-top]
from nnfs_code.metrics import top_accuracy

for k in (1, 2, 3):
    print(f"among the first {k}: {top_accuracy(scores, test_labels, k):.4f}")
missed = scores.argmax(axis=1) != test_labels
second = top_accuracy(scores[missed], test_labels[missed], 2)
print(
    f"of the {missed.sum()} mistakes, {second:.2f} are right in second place"
)
# --8<-- [end:ch20-top]

# --8<-- [start:ch20-standard-error]
right = scores.argmax(axis=1) == test_labels
share = right.mean()
error = np.sqrt(share * (1 - share) / len(right))
print(f"{share:.4f}, standard error {error:.4f}", end=", ")
print(f"interval {share - 1.96 * error:.3f} to {share + 1.96 * error:.3f}")
# --8<-- [end:ch20-standard-error]


# --8<-- [start:ch20-bootstrap]
rng = np.random.default_rng(0)
draws = rng.integers(400, size=(2000, 400))  # 2,000 tests, with repetition
accuracies = right[draws].mean(axis=1)
low, high = np.quantile(accuracies, (0.025, 0.975))
print(f"accuracy:          spread {accuracies.std():.4f}", end=", ")
print(f"{low:.3f} to {high:.3f}")

said = scores.argmax(axis=1)
called, true = said[draws] == 6, test_labels[draws] == 6
of_shirts = (called & true).sum(axis=1) / called.sum(axis=1)
low, high = np.quantile(of_shirts, (0.025, 0.975))
print(f"shirts, precision: spread {of_shirts.std():.4f}", end=", ")
print(f"{low:.3f} to {high:.3f}")
# --8<-- [end:ch20-bootstrap]

# --8<-- [start:ch20-two-networks]
from nnfs_code.comparison import compare, sign_test


def are_right(model: Model) -> Any:
    """Return for each test picture whether the model is right."""
    return model.forward(test_pictures).argmax(axis=1) == test_labels


small = are_right(trained(16, seed=0))
for name, found in (("64 neurons", right), ("16 neurons", small)):
    share = found.mean()
    error = np.sqrt(share * (1 - share) / 400)
    ends = f"{share - 1.96 * error:.3f} to {share + 1.96 * error:.3f}"
    print(f"{name}: {share:.4f}, {ends}")
pair = compare(right, small)
print(pair)
# --8<-- [end:ch20-two-networks]

# --8<-- [start:ch20-paired]
apart = np.hypot(right.std(), small.std()) / np.sqrt(400)
print(f"difference      {pair.difference:.4f}")
print(f"as if separate  standard error {apart:.4f}")
print(f"in pairs        standard error {pair.standard_error:.4f}")
together = (right[draws].mean(axis=1) - small[draws].mean(axis=1)).std()
others = rng.integers(400, size=(2000, 400))
separate = (right[draws].mean(axis=1) - small[others].mean(axis=1)).std()
print(f"bootstrap       {separate:.4f} and {together:.4f}")
# --8<-- [end:ch20-paired]

# --8<-- [start:ch20-coins]
heads = rng.binomial(28, 0.5, size=1_000_000)
as_far = (np.abs(heads - 14) >= 10).mean()
print(f"24 to 4: exact {sign_test(24, 4):.5f}, by tossing {as_far:.5f}")
layer = are_right(trained(0, seed=0))
tie = compare(right, layer)
chance = sign_test(tie.only_one, tie.only_other)
print(f"{tie.only_one} to {tie.only_other}: {chance:.2f};", end=" ")
far = 1.96 * tie.standard_error
print(f"one layer has {layer.mean():.4f}, difference", end=" ")
print(f"{tie.difference - far:.3f} to {tie.difference + far:.3f}")
# --8<-- [end:ch20-coins]

# --8<-- [start:ch20-seeds]
wide = [right, *(are_right(trained(64, seed)) for seed in range(1, 5))]
narrow = [small, *(are_right(trained(16, seed)) for seed in range(1, 5))]
print("seed  64 neurons  16 neurons  alone right  sign test")
for seed, (one, other) in enumerate(zip(wide, narrow, strict=True)):
    pair = compare(one, other)
    print(f"{seed:4}  {one.mean():10.4f}  {other.mean():10.4f}", end="  ")
    print(f"{pair.only_one:5} to {pair.only_other:2}", end="  ")
    print(f"{sign_test(pair.only_one, pair.only_other):9.4f}")
for name, nets in (("64", wide), ("16", narrow)):
    shares = [net.mean() for net in nets]
    print(f"{name}: mean {np.mean(shares):.4f}", end=", ")
    print(f"spread over seeds {np.std(shares, ddof=1):.4f}")
# --8<-- [end:ch20-seeds]

# --8<-- [start:ch20-in-bins]
from nnfs_code.calibration import reliability

probabilities = Softmax().forward(scores)
bars = reliability(probabilities, test_labels, n_bins=5)
print("pictures  said  right")
for said_so, hit, count in zip(
    bars.said, bars.right, bars.counts, strict=True
):
    print(f"{count:8}  {said_so:.2f}  {hit:.2f}")
print(f"calibration error {bars.error:.3f}")
# --8<-- [end:ch20-in-bins]


# --8<-- [start:ch20-honest]
def honest(probabilities: Array, rng: np.random.Generator) -> Labels:
    """Draw labels as the probabilities say: then they are calibrated."""
    marks = rng.random((len(probabilities), 1))
    drawn: Labels = (probabilities.cumsum(axis=1) > marks).argmax(axis=1)
    return drawn


def gap(probabilities: Array, labels: Labels, n_bins: int) -> float:
    return reliability(probabilities, labels, n_bins=n_bins).error


# --8<-- [end:ch20-honest]

# --8<-- [start:ch20-bins]
by_heart = trained(64, seed=0, n_pictures=500, epochs=40)
sure = Softmax().forward(by_heart.forward(test_pictures))
rng = np.random.default_rng(0)
drawn_labels = [honest(probabilities, rng) for _ in range(100)]
print("bins  the network  if calibrated  by heart")
for n in (1, 5, 10, 20, 100):
    luck = np.mean([gap(probabilities, drawn, n) for drawn in drawn_labels])
    print(f"{n:4}  {gap(probabilities, test_labels, n):11.3f}", end="  ")
    print(f"{luck:13.3f}  {gap(sure, test_labels, n):8.3f}")
# --8<-- [end:ch20-bins]

# --8<-- [start:ch20-by-heart]
bars = reliability(sure, test_labels, n_bins=5)
print("pictures  said  right")
for said_so, hit, count in zip(
    bars.said, bars.right, bars.counts, strict=True
):
    print(f"{count:8}  {said_so:.2f}  {hit:.2f}")
# --8<-- [end:ch20-by-heart]

# --8<-- [start:ch20-wrong-shapes]
from nnfs_code.preprocessing import one_hot

said = scores.argmax(axis=1)
print(f"right                   {(said == test_labels).mean():.4f}")
column = test_labels.reshape(400, 1)
print(f"labels as a column      {(said == column).mean():.4f}")
rows = one_hot(test_labels, 10) == one_hot(said, 10)
print(f"one-hot, entry by entry {rows.mean():.4f}")
ten = test_labels[:10]
across = scores[:10].argmax(axis=0) == ten
print(f"ten pictures            {(said[:10] == ten).mean():.4f}")
print(f"ten, the wrong axis     {across.mean():.4f}")
# --8<-- [end:ch20-wrong-shapes]

# --8<-- [start:ch20-wrong-training]
rng = np.random.default_rng(0)
dropping = untrained(64, rng, drop=0.5)
dropping.fit(
    pictures,
    labels,
    Adam(0.01),
    epochs=3,
    batch_size=100,
    rng=rng,
)
share = dropping.evaluate(test_pictures, test_labels, metric=accuracy).metric
print(f"evaluated   {share:.4f}")
for _ in range(3):
    noisy = dropping.forward(test_pictures, training=True)
    print(f"in training {accuracy(noisy, test_labels):.4f}")
# --8<-- [end:ch20-wrong-training]

# --8<-- [start:ch20-wrong-transposed]
turned = confusion_matrix(test_labels, scores.argmax(axis=1), 10)
for name, table in (("right", matrix), ("turned", turned)):
    print(f"{name:6} accuracy {np.trace(table) / table.sum():.4f}", end=" ")
    print(f"shirts: precision {class_precisions(table)[6]:.3f}", end=" ")
    print(f"recall {class_recalls(table)[6]:.3f}")
print("rows, right: ", matrix.sum(axis=1))
print("rows, turned:", turned.sum(axis=1))
# --8<-- [end:ch20-wrong-transposed]

# --8<-- [start:ch20-solution-1]
table = np.array([[8, 2, 0], [1, 7, 2], [0, 3, 7]])
print("precisions", class_precisions(table).round(3))
print("recalls   ", class_recalls(table).round(3))
print(f"accuracy   {np.trace(table) / table.sum():.3f}")
# --8<-- [end:ch20-solution-1]

# --8<-- [start:ch20-solution-2]
for size in (100, 400, 10_000):
    error = np.sqrt(0.85 * 0.15 / size)
    print(f"{size:6} pictures: ± {1.96 * error:.3f}")
needed = 1.96**2 * 0.85 * 0.15 / 0.01**2
print(f"for ± 0.01: {needed:.0f}")
# --8<-- [end:ch20-solution-2]

# --8<-- [start:ch20-solution-3]
for wins, losses in ((5, 0), (6, 0), (15, 5), (150, 130)):
    print(f"{wins:3} to {losses:3}: {sign_test(wins, losses):.4f}")
# --8<-- [end:ch20-solution-3]

# --8<-- [start:ch20-solution-4]
weights = model.parts[0].weights
kept_weights = weights.copy()
for share in (0.5, 0.8, 0.9):
    weights[np.abs(weights) < np.quantile(np.abs(weights), share)] = 0
    pruned = compare(right, are_right(model))
    weights[:] = kept_weights
    print(f"without {share:.0%}: {pruned.difference:6.3f}", end="  ")
    print(f"{pruned.only_one:3} to {pruned.only_other:2}", end="  ")
    print(f"{sign_test(pruned.only_one, pruned.only_other):.4f}")
# --8<-- [end:ch20-solution-4]


# --8<-- [start:ch20-solution-5]
def ranks(probabilities: Array, targets: Labels, n_groups: int) -> Array:
    """Return said and right for groups of equally many samples."""
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == targets
    groups = np.array_split(np.argsort(sure, kind="stable"), n_groups)
    return np.array([[sure[g].mean(), right[g].mean()] for g in groups])


print(ranks(probabilities, test_labels, 5).round(2))
# --8<-- [end:ch20-solution-5]
