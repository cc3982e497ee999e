"""Edges by hand, and what moves and light do to their histograms."""

import numpy as np
import pytest

from nnfs_code.edges import TURNS, edge_histograms, edge_strengths


def test_an_upright_edge_is_of_one_direction():
    picture = np.zeros((1, 8, 8))
    picture[:, :, 4:] = 1
    found = edge_strengths(picture)
    assert found.shape == (1, TURNS, 8, 8)
    np.testing.assert_allclose(found[0, 0, :, 3:5], 1)
    assert found[0, 1:].max() < 1e-12
    assert found[0, 0, :, [0, 1, 2, 5, 6, 7]].max() == 0
    np.testing.assert_allclose(edge_strengths(1 - picture), found, atol=1e-12)
    lying = edge_strengths(picture.transpose(0, 2, 1))
    np.testing.assert_allclose(lying[0, 4], found[0, 0].T, atol=1e-12)


def test_a_slope_between_two_directions_counts_for_both():
    rows, columns = np.mgrid[0:9, 0:9]
    for turn in (0.25, 3.5, 7.5):
        angle = turn * np.pi / TURNS
        plane = np.cos(angle) * columns + np.sin(angle) * rows
        inner = edge_strengths(plane[np.newaxis])[0, :, 4, 4]
        below = int(turn)
        share = turn - below
        assert inner[below] == pytest.approx(2 * (1 - share))
        assert inner[(below + 1) % TURNS] == pytest.approx(2 * share)
        assert inner.sum() == pytest.approx(2)


def test_the_histograms_are_means_of_cells():
    rng = np.random.default_rng(0)
    pictures = rng.random((3, 1, 28, 28))
    found = edge_histograms(pictures)
    assert found.shape == (3, 9 * 7 * 7)
    found = found.reshape(3, 9, 7, 7)
    cells = pictures[:, 0].reshape(3, 7, 4, 7, 4).mean(axis=(2, 4))
    np.testing.assert_allclose(found[:, 8], cells)
    strengths = edge_strengths(pictures[:, 0]).reshape(3, 8, 7, 4, 7, 4)
    means = strengths.mean(axis=(3, 5))
    norms = (means[:, :, 2:5, 0:3] ** 2).sum(axis=(1, 2, 3))
    expected = means[:, :, 3, 1] / (np.sqrt(norms)[:, np.newaxis] + 0.05)
    np.testing.assert_allclose(found[:, :8, 3, 1], expected)
    corner = np.sqrt((means[:, :, :2, :2] ** 2).sum(axis=(1, 2, 3)))
    expected = means[:, :, 0, 0] / (corner[:, np.newaxis] + 0.05)
    np.testing.assert_allclose(found[:, :8, 0, 0], expected)


def test_contrast_says_little_and_float32_stays():
    rng = np.random.default_rng(1)
    picture = rng.random((1, 1, 28, 28)).astype(np.float32)
    found = edge_histograms(picture).reshape(9, 49)
    dim = edge_histograms(picture / 2).reshape(9, 49)
    assert found.dtype == np.float32
    assert 0.85 < (dim[:8].sum() / found[:8].sum()) < 1
    np.testing.assert_allclose(dim[8], found[8] / 2)


SHAPE = "pictures of shape (n_samples, 1, height, width), got"


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        (np.zeros((2, 28, 28)), f"{SHAPE} (2, 28, 28)"),
        (np.zeros((2, 3, 28, 28)), f"{SHAPE} (2, 3, 28, 28)"),
        (
            np.zeros((2, 1, 28, 28), bool),
            "pictures of dtype float32 or float64, got bool",
        ),
    ],
)
def test_what_is_refused(pictures, message):
    with pytest.raises((TypeError, ValueError)) as raised:
        edge_histograms(pictures)
    assert str(raised.value) == f"edge_histograms expected {message}"
