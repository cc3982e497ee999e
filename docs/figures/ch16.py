"""The figures of chapter 16."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from _drawing import decision_regions, scatter_classes
from figures.style import INK, MUTED, PALETTE
from nnfs_code.activations import ReLU, Sigmoid
from nnfs_code.arrays import Array, Labels
from nnfs_code.data import spiral
from nnfs_code.layers import Dense
from nnfs_code.losses import SigmoidCrossEntropy
from nnfs_code.metrics import precision_recall_curve, roc_curve
from nnfs_code.optimizers import Adam
from nnfs_code.schedules import CosineDecay


def two_losses() -> Figure:
    """What a probability of yes costs after a yes, and after a no."""
    figure, ax = plt.subplots(figsize=(5.6, 3.2))
    p = np.linspace(0.01, 0.99, 99)
    ax.plot(p, -np.log(p), "-", label="the answer is yes")
    ax.plot(p, -np.log(1 - p), "--", label="the answer is no")
    ax.plot(0.5, np.log(2), "o", color=INK, markersize=5)
    ax.annotate(
        "log 2",
        (0.5, np.log(2)),
        (0, 10),
        textcoords="offset points",
        ha="center",
    )
    ax.set(xlabel=r"probability of a yes, $\hat{y}$", ylabel="loss")
    ax.set(xlim=(0, 1), ylim=(0, 4.7))
    ax.legend(loc="upper center")
    return figure


class Net:
    """Two inputs, 64 hidden neurons, independent outputs."""

    def __init__(self, n_outputs: int, rng: np.random.Generator) -> None:
        self.dense1 = Dense(2, 64, rng=rng, dtype=np.float64)
        self.relu = ReLU()
        self.dense2 = Dense(64, n_outputs, rng=rng, dtype=np.float64)

    def logits(self, points: Array) -> Array:
        hidden = self.relu.forward(self.dense1.forward(points))
        return self.dense2.forward(hidden)

    def train(self, points: Array, targets: Labels, steps: int) -> None:
        one, two, loss = self.dense1, self.dense2, SigmoidCrossEntropy()
        optimizer = Adam(CosineDecay(0.05, steps))
        for _ in range(steps):
            loss.forward(self.logits(points), targets)
            d_hidden = two.backward(loss.backward())
            one.parameter_gradients(self.relu.backward(d_hidden))
            optimizer.update(
                [
                    (one.weights, one.d_weights),
                    (one.biases, one.d_biases),
                    (two.weights, two.d_weights),
                    (two.biases, two.d_biases),
                ]
            )


def square(ax: Axes) -> None:
    ax.set_aspect("equal")
    ax.set(xlim=(-1, 1), ylim=(-1, 1), xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    ax.set(xlabel="$x_1$", ylabel="$x_2$")


def two_arms() -> Figure:
    """What one output says of each place, after 1000 steps."""
    rng = np.random.default_rng(4)
    points, labels = spiral(100, 2, rng=rng, dtype=np.float64)
    net = Net(1, rng)
    net.train(points, labels.reshape(-1, 1), 1000)
    figure, ax = plt.subplots(figsize=(4.8, 4.4))
    square(ax)
    scatter_classes(ax, points, labels, names=["no", "yes"], size=20)

    def scores(places: Array) -> Array:
        logits = net.logits(places)
        return np.hstack((-logits, logits))

    decision_regions(ax, scores, resolution=70)
    return figure


CENTRES = np.array([[-0.35, -0.25], [0.35, -0.25], [0.0, 0.35]])


def three_discs() -> Figure:
    """Where three independent outputs change from no to yes."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, (300, 2))
    distances = np.linalg.norm(points[:, np.newaxis] - CENTRES, axis=2)
    net = Net(3, rng)
    net.train(points, (distances < 0.6).astype(int), 300)
    figure, ax = plt.subplots(figsize=(4.8, 4.4))
    square(ax)
    ax.plot(*points[::3].T, ".", color=MUTED, markersize=4)
    along = np.linspace(-1, 1, 50)
    grid = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
    logits = net.logits(grid).reshape(50, 50, 3)
    styles = ("solid", "dashed", "dotted")
    for disc, (centre, style) in enumerate(zip(CENTRES, styles, strict=True)):
        ax.add_patch(Circle(tuple(centre), 0.6, fill=False, color=MUTED))
        ax.contour(
            along,
            along,
            logits[..., disc],
            levels=[0],
            colors=[PALETTE[disc]],
            linestyles=style,
            linewidths=2,
        )
        x, y = 1.4 * centre
        ax.text(x, y, str(disc + 1), ha="center", va="center")
    return figure


def parts(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    points = rng.standard_normal((n, 3))
    logits = points @ np.array([[1.5], [1.0], [-0.5]]) - 6.2
    chances = Sigmoid().forward(logits)
    return points, (rng.random((n, 1)) < chances).astype(int)


def neuron(points: Array, targets: Labels) -> Dense:
    """Train one neuron, from the log-odds of the share of yes."""
    layer = Dense(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
    share = targets.mean()
    layer.biases[:] = np.log(share / (1 - share))
    loss, optimizer = SigmoidCrossEntropy(), Adam(CosineDecay(0.3, 100))
    for _ in range(100):
        loss.forward(layer.forward(points), targets)
        layer.parameter_gradients(loss.backward())
        optimizer.update(
            [(layer.weights, layer.d_weights), (layer.biases, layer.d_biases)]
        )
    return layer


def halved(faulty: Labels, rng: np.random.Generator) -> Labels:
    """Return the places of all yes, and of as many no."""
    yes, no = (np.flatnonzero(faulty[:, 0] == answer) for answer in (1, 0))
    return np.concatenate((yes, rng.choice(no, len(yes), replace=False)))


def thinned(x: Array, y: Array) -> tuple[Array, Array]:
    """Return enough points of a curve to draw it: 150, evenly along x."""
    rows = np.unique(np.searchsorted(x, np.linspace(x[0], x[-1], 150)))
    return x[rows], y[rows]


def two_curves() -> Figure:
    """ROC, and precision over recall, at 1 in 100 and at 1 in 2."""
    rng = np.random.default_rng(0)
    inspector = neuron(*parts(10_000, rng))
    points, faulty = parts(50_000, rng)
    scores = inspector.forward(points)
    half = halved(faulty, rng)
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.4))
    for name, line, kept in (
        ("1 in 100", "-", np.arange(len(points))),
        ("1 in 2", "--", half),
    ):
        false_rates, true_rates, _ = roc_curve(scores[kept], faulty[kept])
        left.plot(*thinned(false_rates, true_rates), line, label=name)
        precisions, recalls, _ = precision_recall_curve(
            scores[kept], faulty[kept]
        )
        right.plot(*thinned(recalls, precisions), line, label=name)
    left.plot([0, 1], [0, 1], ":", color=MUTED)
    left.set(xlabel="false positive rate", ylabel="true positive rate")
    right.set(xlabel="recall", ylabel="precision")
    for ax, title in ((left, "ROC"), (right, "precision and recall")):
        ax.set(xlim=(0, 1), ylim=(0, 1.02), title=title)
    right.legend(loc="center right", bbox_to_anchor=(1, 0.42))
    return figure


def cost() -> Figure:
    """What 1000 parts cost over the threshold, for two neurons."""
    rng = np.random.default_rng(0)
    seen, seen_faulty = parts(10_000, rng)
    fresh, faulty = parts(50_000, rng)
    kept = halved(seen_faulty, rng)
    figure, ax = plt.subplots(figsize=(5.6, 3.5))
    thresholds = np.linspace(0, 1, 101)
    for name, line, layer in (
        ("trained on all", "-", neuron(seen, seen_faulty)),
        ("trained on balanced", "--", neuron(seen[kept], seen_faulty[kept])),
    ):
        chances = Sigmoid().forward(layer.forward(fresh))
        yes, no = (np.sort(chances[faulty == answer]) for answer in (1, 0))
        misses = np.searchsorted(yes, thresholds)
        alarms = len(no) - np.searchsorted(no, thresholds)
        costs = (alarms + 20 * misses) / len(fresh) * 1000
        ax.plot(thresholds, costs, line, label=name)
    ax.axvline(1 / 21, linestyle=":", color=MUTED)
    ax.set(xlabel="threshold", ylabel="cost of 1000 parts")
    ax.set(xlim=(0, 1), ylim=(0, 1000))
    ax.legend(loc="upper right")
    return figure
