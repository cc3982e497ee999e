# --8<-- [start:ch33-edges-imports]
"""What an engineer measures of a picture: its edges, and where they are."""

import numpy as np

from nnfs_code.arrays import Array, check_floats, complaint

CELL, TURNS = 4, 8  # pixels of a cell's side, directions of an edge

# --8<-- [end:ch33-edges-imports]


# --8<-- [start:ch33-edge-strengths]
def edge_strengths(pictures: Array) -> Array:
    """Return how strong the edges of each direction are at each pixel.

    An edge between two of the eight directions counts for both, by how near
    it is. Light to dark and dark to light are the same direction.

    Returns
    -------
    ndarray, shape (n_samples, 8, height, width)
    """
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)), mode="edge")
    down = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]
    along = padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    strength = np.sqrt(down**2 + along**2)
    turn = (np.arctan2(down, along) * (TURNS / np.pi)) % TURNS
    found = [
        strength * np.maximum(0, 1 - np.abs((turn - k + 4) % TURNS - 4))
        for k in range(TURNS)
    ]
    return np.stack(found, axis=1)


# --8<-- [end:ch33-edge-strengths]


# --8<-- [start:ch33-edge-histograms]
def edge_histograms(pictures: Array) -> Array:
    """Return 441 numbers per picture of 28 by 28 pixels.

    Of each of 7 by 7 cells: how much edge of each of 8 directions it has,
    divided by how much there is in it and the cells around; and how light
    it is.

    Parameters
    ----------
    pictures : ndarray, shape (n_samples, 1, height, width)

    References
    ----------
    Dalal and Triggs (2005), with a simpler division.

    >>> edge_histograms(np.zeros((2, 1, 28, 28))).shape
    (2, 441)
    """
    check_floats(pictures, "edge_histograms", "pictures")
    if pictures.ndim != 4 or pictures.shape[1] != 1:
        expected = "pictures of shape (n_samples, 1, height, width)"
        raise ValueError(
            complaint("edge_histograms", expected, pictures.shape)
        )
    grey = pictures[:, 0]
    layers = np.concatenate([edge_strengths(grey), pictures], axis=1)
    n, depth, height, width = layers.shape
    shape = (n, depth, height // CELL, CELL, width // CELL, CELL)
    cells = layers.reshape(shape).mean(axis=(3, 5))
    squares = (cells[:, :TURNS] ** 2).sum(axis=1)
    padded = np.pad(squares, ((0, 0), (1, 1), (1, 1)))
    over = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))
    around = np.sqrt(over.sum(axis=(3, 4)))[:, np.newaxis]
    cells[:, :TURNS] /= around + 0.05
    return np.ascontiguousarray(cells.reshape(n, -1))


# --8<-- [end:ch33-edge-histograms]
