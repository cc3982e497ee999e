"""What docs/figures/_drawing.py offers to the figures of the chapters."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from _drawing import (
    decision_regions,
    matrix_picture,
    network_diagram,
    scatter_classes,
)
from figures.style import MARKERS, PALETTE, use_style


@pytest.fixture(autouse=True)
def _style():
    with mpl.rc_context():
        use_style()
        yield
    plt.close("all")


def test_classes_differ_by_more_than_colour():
    _, ax = plt.subplots()
    scatter_classes(ax, np.eye(2), [0, 1])
    one, two = ax.collections
    assert len(set(MARKERS)) == len(MARKERS)
    assert not np.array_equal(
        one.get_paths()[0].vertices, two.get_paths()[0].vertices
    )


def test_scatter_says_what_it_expected():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=r"got \(3, 3\) and \(3,\)"):
        scatter_classes(ax, np.zeros((3, 3)), [0, 1, 2])


@pytest.mark.parametrize("kind", ["scores", "labels"])
def test_decision_regions_shade_each_class(kind):
    _, ax = plt.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))

    def predict(points):
        scores = np.column_stack([points, -points.sum(axis=1)])
        return scores if kind == "scores" else scores.argmax(axis=1)

    decision_regions(ax, predict)
    assert ax.get_xlim() == (-1, 1)
    filled = [c for c in ax.collections if len(c.get_facecolor())]
    shades = [to_hex(c.get_facecolor()[0]) for c in filled]
    assert shades == list(PALETTE[:3])


def test_network_diagram_draws_every_neuron_and_connection():
    figure = network_diagram(
        [2, 3, 1], titles=["in", "hidden", "out"], names={(0, 0): "$x_1$"}
    )
    (ax,) = figure.axes
    assert len(ax.patches) == 6
    assert len(ax.lines) == 2 * 3 + 3 * 1
    assert len(network_diagram([2, 30], at_most=6).axes[0].lines) == 2 * 5


def test_negative_weights_are_dashed():
    figure = network_diagram([2, 1], weights=[[[0.5], [-1.0]]])
    solid, dashed = figure.axes[0].lines
    assert solid.get_linestyle() == "-"
    assert dashed.get_linestyle() == "--"
    assert dashed.get_linewidth() > solid.get_linewidth()


def test_matrix_picture_shows_numbers_shapes_and_what_is_meant():
    figure = matrix_picture(
        ("X", [[1, -2], [3, 4]]),
        "@",
        ("w", [5, 6]),
        highlight={"X": 0, "w": 1},
    )
    (ax,) = figure.axes
    said = [text.get_text() for text in ax.texts]
    assert {"1", "−2", "(2, 2)", "(2,)", "X", "w", "@"} <= set(said)
    assert len([p for p in ax.patches if p.get_alpha()]) == 2 + 1
    assert figure.get_size_inches()[0] <= 6.4
