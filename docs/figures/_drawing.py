"""What teaching figures draw again and again.

Every helper draws in the style that is set when docs/figures/*.py run:
``from _drawing import scatter_classes``. Colour never says a thing alone: each
class has its marker as well, and a negative weight is dashed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from numpy.typing import ArrayLike, NDArray

from figures.style import INK, MARKERS, MUTED, PALETTE, PAPER

Predict = Callable[[NDArray[np.float64]], ArrayLike]


def scatter_classes(
    ax: Axes,
    points: ArrayLike,
    labels: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    size: float = 26,
) -> None:
    """Draw labelled points: a colour and a marker for each class.

    Parameters
    ----------
    points : array_like, shape (n_samples, 2)
    labels : array_like of int, shape (n_samples,)
    names : sequence of str, optional
        Adds a legend.
    size : float
        Area of a marker, square points.
    """
    points, labels = np.asarray(points), np.asarray(labels)
    if labels.shape != points.shape[:1] or points.shape[1:] != (2,):
        raise ValueError(
            "scatter_classes expected points of shape (n_samples, 2) and "
            f"labels of shape (n_samples,), got {points.shape} and "
            f"{labels.shape}"
        )
    for label in range(int(labels.max()) + 1):
        chosen = points[labels == label]
        ax.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=size,
            color=PALETTE[label],
            marker=MARKERS[label],
            edgecolors=PAPER,
            linewidths=0.6,
            label=names[label] if names else None,
            zorder=3,
        )
    if names:
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=len(names),
            handletextpad=0.2,
            markerscale=1.3,
            columnspacing=1.4,
            borderpad=0,
        )


def arrow(
    ax: Axes, start: ArrayLike, end: ArrayLike, *, gap: float = 0, **look: Any
) -> None:
    """Draw an arrow that begins and ends `gap` points from its places.

    Parameters
    ----------
    look : keywords
        Of a ``FancyArrowPatch``: color, lw, linestyle, arrowstyle.
    """
    said = {"arrowstyle": "-|>", "shrinkA": gap, "shrinkB": gap} | look
    ax.annotate("", end, start, arrowprops=said)  # type: ignore[arg-type]


def decision_regions(
    ax: Axes,
    predict: Predict,
    *,
    resolution: int = 100,
    alpha: float = 0.2,
    boundary: bool = True,
) -> None:
    """Shade the part of the plane that each class claims.

    Call it after the data are drawn: it fills the limits of ``ax``. The
    regions are a few outlines, not pixels, and follow both schemes.

    Parameters
    ----------
    predict : callable
        Takes points of shape (n, 2), returns scores of shape
        (n, n_classes), which give smooth outlines, or labels of shape (n,).
    resolution : int
        Points of the grid along each side.
    """
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    xs = np.linspace(left, right, resolution)
    ys = np.linspace(bottom, top, resolution)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    answer = np.asarray(predict(grid))
    if answer.ndim == 1:
        answer = np.eye(int(answer.max()) + 1)[answer.astype(int)]
    if len(answer) != len(grid):
        raise ValueError(
            f"decision_regions expected one prediction for each of {len(grid)}"
            f" points, got shape {answer.shape}"
        )
    for label in range(answer.shape[1]):
        # Positive where this class wins, zero on its border.
        lead = answer[:, label] - np.delete(answer, label, axis=1).max(axis=1)
        lead = lead.reshape(resolution, resolution)
        if lead.max() <= 0:
            continue
        ax.contourf(
            xs,
            ys,
            lead,
            levels=[0, max(float(lead.max()), 1e-12) * 2],
            colors=[PALETTE[label]],
            alpha=alpha,
            zorder=0,
        )
        # The last border is made of the others.
        if boundary and lead.min() < 0 and label < answer.shape[1] - 1:
            ax.contour(
                xs,
                ys,
                lead,
                levels=[0],
                colors=[INK],
                alpha=0.45,
                linewidths=1,
                linestyles="solid",
                zorder=1,
            )
    ax.set(xlim=(left, right), ylim=(bottom, top))


def network_diagram(
    sizes: Sequence[int],
    *,
    titles: Sequence[str] | None = None,
    names: Mapping[tuple[int, int], str] | None = None,
    weights: Sequence[ArrayLike] | None = None,
    weight_labels: Mapping[tuple[int, int, int], str] | None = None,
    highlight: Collection[tuple[int, int]] = (),
    at_most: int = 8,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw layers of neurons and every connection between them.

    Parameters
    ----------
    sizes : sequence of int
        Neurons of each layer, the inputs first.
    titles : sequence of str, optional
        One below each layer.
    names : mapping of (layer, neuron) to str, optional
        Written inside a neuron; ``$x_1$`` works.
    weights : sequence of array_like, shape (sizes[k], sizes[k + 1]), optional
        Sets each line's width; positive is solid, negative is dashed.
    weight_labels : mapping of (layer, from, to) to str, optional
        Written on a connection that leaves ``layer``.
    highlight : collection of (layer, neuron)
        Neurons whose incoming connections stand out.
    at_most : int
        A larger layer is drawn as this many neurons around an ellipsis.
    """
    radius, across, down = 0.34, 2.6, 1.0
    tallest = min(max(sizes), at_most)
    width = across * (len(sizes) - 1) + 2 * radius + 0.9
    height = down * (tallest - 1) + 2 * radius + (0.9 if titles else 0.2)
    if figsize is None:
        scale = min(5.6 / width, 0.72)
        figsize = (width * scale, height * scale)
    figure, ax = plt.subplots(figsize=figsize)
    ax.set_axis_off()
    ax.set_aspect("equal")
    places: dict[tuple[int, int], tuple[float, float]] = {}
    for layer, size in enumerate(sizes):
        rows, hidden = _rows(size, at_most)
        count = len(rows) + bool(hidden)
        for row, neuron in rows:
            y = ((count - 1) / 2 - row) * down
            places[layer, neuron] = (layer * across, y)
        if hidden:
            y = ((count - 1) / 2 - hidden) * down
            for shift in (-0.18, 0, 0.18):
                ax.add_patch(
                    Circle((layer * across, y + shift), 0.045, color=INK)
                )
    largest = max((float(np.abs(w).max()) for w in weights or []), default=1)
    for (layer, start), (x0, y0) in places.items():
        for (later, end), (x1, y1) in places.items():
            if later != layer + 1:
                continue
            look: dict[str, Any] = {"color": MUTED, "linewidth": 0.9}
            if weights is not None:
                weight = float(np.asarray(weights[layer])[start, end])
                look = {
                    "color": PALETTE[0] if weight >= 0 else PALETTE[1],
                    "linewidth": 0.5 + 3 * abs(weight) / (largest or 1),
                    "linestyle": "-" if weight >= 0 else (0, (3, 1.5)),
                }
            elif (later, end) in highlight:
                look = {"color": PALETTE[0], "linewidth": 1.8}
            ax.plot([x0, x1], [y0, y1], zorder=1, **look)
            if label := (weight_labels or {}).get((layer, start, end)):
                # Nearer to the start, where lines are further apart.
                _on_line(ax, (x0, y0), (x1, y1), 0.36, label)
    for place, centre in places.items():
        chosen = place in highlight
        ax.add_patch(
            Circle(
                centre,
                radius,
                facecolor=PAPER,
                edgecolor=PALETTE[0] if chosen else INK,
                linewidth=2.2 if chosen else 1.3,
                zorder=2,
            )
        )
        if names and place in names:
            ax.text(*centre, names[place], ha="center", va="center", zorder=3)
    lowest = -(tallest - 1) / 2 * down - radius
    for layer, title in enumerate(titles or []):
        ax.text(layer * across, lowest - 0.22, title, ha="center", va="top")
    edge = radius + 0.45
    ax.set_xlim(-edge, across * (len(sizes) - 1) + edge)
    ax.set_ylim(lowest - (0.8 if titles else 0.1), -lowest + 0.1)
    return figure


def _rows(size: int, at_most: int) -> tuple[list[tuple[int, int]], int]:
    """Return (row, neuron) pairs and the row of the ellipsis, or 0."""
    if size <= at_most:
        return [(neuron, neuron) for neuron in range(size)], 0
    above = (at_most - 1) // 2
    below = at_most - 1 - above
    first = [(neuron, neuron) for neuron in range(above)]
    last = [(above + 1 + k, size - below + k) for k in range(below)]
    return first + last, above


def _on_line(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    share: float,
    label: str,
) -> None:
    """Write a label on a line, on a patch of page."""
    x, y = (a + share * (b - a) for a, b in zip(start, end, strict=True))
    ax.text(
        x,
        y,
        label,
        ha="center",
        va="center",
        fontsize=10,
        zorder=1.5,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5},
    )


def matrix_picture(
    *parts: str | tuple[str, ArrayLike],
    highlight: Mapping[str, Any] | None = None,
    number: str = "{:g}",
    shapes: bool = True,
    cell: float = 0.46,
) -> Figure:
    """Draw matrices as grids of numbers, with signs between them.

    ``matrix_picture(("X", X), "@", ("W", W), "=", ("Y", X @ W))``

    Parameters
    ----------
    parts : str or (name, array_like of 1 or 2 dimensions)
        Signs and matrices, from left to right.
    highlight : mapping of name to index, optional
        Cells to colour, as NumPy would index them: ``{"X": 0}`` is the
        first row, ``{"W": (slice(None), 1)}`` the second column.
    number : str
        Format of an entry.
    shapes : bool
        Write each shape below its matrix.
    cell : float
        Width of a cell in inches; the figure is scaled down to fit the page.
    """
    matrices = [np.atleast_2d(p[1]) for p in parts if not isinstance(p, str)]
    tallest = max(len(matrix) for matrix in matrices)
    texts = [number.format(v) for matrix in matrices for v in matrix.flat]
    wide = max(1.0, 0.24 * max(map(len, texts)) + 0.35)  # cell, in heights
    figure, ax = plt.subplots()
    ax.set_axis_off()
    ax.set_aspect("equal")
    x = 0.0
    for part in parts:
        if isinstance(part, str):
            sign = {"@": "@", "*": "×", "-": "−"}.get(part, part)
            ax.text(x + 0.45, 0, sign, ha="center", va="center", fontsize=14)
            x += 0.9
            continue
        name, values = part[0], np.atleast_2d(part[1])
        chosen = np.zeros(values.shape, bool)
        if highlight and name in highlight:
            index = highlight[name]
            if np.ndim(part[1]) == 1 and not isinstance(index, tuple):
                index = (0, index)
            chosen[index] = True
        _matrix(ax, x, values, chosen, wide, number)
        middle = x + values.shape[1] * wide / 2
        top = values.shape[0] / 2
        ax.text(middle, top + 0.22, name, ha="center", va="bottom")
        if shapes:
            said = str(np.shape(part[1])).replace(",)", ",)")
            ax.text(
                middle,
                -top - 0.22,
                said,
                ha="center",
                va="top",
                fontsize=10,
                color=MUTED,
            )
        x += values.shape[1] * wide
    ax.set_xlim(-0.15, x + 0.15)
    low = -tallest / 2 - (0.95 if shapes else 0.2)
    ax.set_ylim(low, tallest / 2 + 0.95)
    scale = min(cell, 6.2 / (x + 0.3))
    figure.set_size_inches(
        (x + 0.3) * scale, (tallest / 2 + 0.95 - low) * scale
    )
    return figure


def _matrix(
    ax: Axes,
    x: float,
    values: NDArray[Any],
    chosen: NDArray[np.bool_],
    wide: float,
    number: str,
) -> None:
    """Draw one grid of numbers, its left side at ``x``, centred on 0."""
    rows, columns = values.shape
    for row, column in np.ndindex(rows, columns):
        left, bottom = x + column * wide, rows / 2 - row - 1
        if chosen[row, column]:
            ax.add_patch(
                Rectangle(
                    (left, bottom),
                    wide,
                    1,
                    facecolor=PALETTE[0],
                    alpha=0.22,
                    linewidth=0,
                )
            )
        ax.text(
            left + wide / 2,
            bottom + 0.5,
            number.format(values[row, column]).replace("-", "−"),
            ha="center",
            va="center_baseline",
            fontsize=10,
        )
    for column in range(1, columns):
        at = x + column * wide
        ax.plot([at, at], [-rows / 2, rows / 2], color=MUTED, lw=0.5)
    for row in range(1, rows):
        at = rows / 2 - row
        ax.plot([x, x + columns * wide], [at, at], color=MUTED, lw=0.5)
    ax.add_patch(
        FancyBboxPatch(
            (x, -rows / 2),
            columns * wide,
            rows,
            boxstyle="round,pad=0,rounding_size=0.12",
            facecolor="none",
            edgecolor=INK,
            linewidth=1.2,
        )
    )
