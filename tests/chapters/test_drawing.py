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


def test_decision_regions_shade_each_class():
    _, ax = plt.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    decision_regions(ax, lambda p: np.column_stack([p, -p.sum(axis=1)]))
    assert ax.get_xlim() == (-1, 1)
    filled = [c for c in ax.collections if len(c.get_facecolor())]
    shades = [to_hex(c.get_facecolor()[0]) for c in filled]
    assert shades == list(PALETTE[:3])


def test_network_diagram_draws_every_neuron_and_connection():
    (ax,) = network_diagram([2, 3, 1], names={(0, 0): "$x_1$"}).axes
    assert (len(ax.patches), len(ax.lines)) == (6, 2 * 3 + 3 * 1)
    assert len(network_diagram([2, 30], at_most=6).axes[0].lines) == 2 * 5


def test_negative_weights_are_dashed():
    figure = network_diagram([2, 1], weights=[[[0.5], [-1.0]]])
    solid, dashed = figure.axes[0].lines
    assert solid.get_linestyle() == "-"
    assert dashed.get_linestyle() == "--"
    assert dashed.get_linewidth() > solid.get_linewidth()


def test_matrix_picture_shows_numbers_shapes_and_what_is_meant():
    matrices = ("X", [[1, -2], [3, 4]]), "@", ("w", [5, 6])
    figure = matrix_picture(*matrices, highlight={"X": 0, "w": 1})
    (ax,) = figure.axes
    said = {text.get_text() for text in ax.texts}
    assert {"1", "−2", "(2, 2)", "(2,)", "X", "w", "@"} <= said
    assert len([p for p in ax.patches if p.get_alpha()]) == 2 + 1
    assert figure.get_size_inches()[0] <= 6.4
