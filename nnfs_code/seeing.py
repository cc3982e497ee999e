# --8<-- [start:ch27-seeing-imports]
"""What in a picture a network answers to, and how little can fool it."""

from copy import deepcopy
from typing import Any

import numpy as np

from nnfs_code.arrays import Array, Labels, check_count, check_floats
from nnfs_code.arrays import complaint
from nnfs_code.model import Model

# --8<-- [end:ch27-seeing-imports]


# --8<-- [start:ch27-check-pictures]
def check_pictures(pictures: Array, owner: str) -> None:
    """Raise an error unless they are (n_samples, channels, rows, columns).

    Raises
    ------
    TypeError, ValueError
        If they are not floats of this shape.
    """
    check_floats(pictures, owner, "pictures")
    if pictures.ndim != 4:
        expected = "pictures of shape (n_samples, channels, rows, columns)"
        raise ValueError(complaint(owner, expected, pictures.shape))


# --8<-- [end:ch27-check-pictures]


# --8<-- [start:ch27-slopes-at]
def slopes_at(
    model: Model, inputs: Array, d_scores: Array, at: int = 0
) -> tuple[Array, Array]:
    """Return what goes into part number `at`, and its gradient.

    `d_scores` is the gradient for the last outputs. The model itself is
    left alone: a copy of its parts does the work.
    """
    if not 0 <= at < len(model.parts):
        expected = f"a part from 0 to {len(model.parts) - 1}"
        raise ValueError(complaint("slopes_at", expected, at))
    parts = deepcopy(model.parts)
    values, reached = inputs, inputs
    for number, part in enumerate(parts):
        if number == at:
            reached = values
        values = part.forward(values)
    slopes = d_scores
    for part in reversed(parts[at:]):
        slopes = part.backward(slopes)
    return reached, slopes


# --8<-- [end:ch27-slopes-at]


# --8<-- [start:ch27-one-score]
def one_score(model: Model, inputs: Array, labels: Labels) -> Array:
    """Return the gradient for the scores that asks for one class of each.

    Raises
    ------
    TypeError, ValueError
        If there is not one label per sample, from 0 to below the scores.
    """
    scores = deepcopy(model).forward(inputs)
    asked = check_asked(labels, *scores.shape)
    d_scores = np.zeros_like(scores)
    d_scores[np.arange(len(scores)), asked] = 1
    return d_scores


def check_asked(labels: Labels, n_samples: int, n_classes: int) -> Labels:
    """Return the classes that are asked for, if there are such."""
    asked = np.asarray(labels)
    if asked.shape != (n_samples,):
        expected = f"labels of shape ({n_samples},)"
        raise ValueError(complaint("one_score", expected, asked.shape))
    if asked.dtype.kind not in "iu":  # signed, unsigned
        expected = "labels of an integer dtype"
        raise TypeError(complaint("one_score", expected, asked.dtype))
    if asked.min() < 0 or asked.max() >= n_classes:
        expected = f"labels from 0 to {n_classes - 1}"
        got = f"{asked.min()} to {asked.max()}"
        raise ValueError(complaint("one_score", expected, got))
    return asked


# --8<-- [end:ch27-one-score]


# --8<-- [start:ch27-saliency]
def saliency(model: Model, pictures: Array, labels: Labels) -> Array:
    """Return how steep the score of a class is in each pixel.

    Returns
    -------
    ndarray, shape (n_samples, rows, columns)
        The size of the slope; with several channels, the largest of them.

    References
    ----------
    Simonyan, Vedaldi, Zisserman (2014), section 3.
    """
    check_pictures(pictures, "saliency")
    d_scores = one_score(model, pictures, labels)
    _, slopes = slopes_at(model, pictures, d_scores)
    found: Array = np.abs(slopes).max(axis=1)
    return found


# --8<-- [end:ch27-saliency]


# --8<-- [start:ch27-occlusion]
def occlusion(
    model: Model, picture: Array, label: int, *, size: int, fill: float = 0.0
) -> Array:
    """Return by how much the score falls with a square covered.

    Parameters
    ----------
    picture : ndarray, shape (channels, rows, columns)
    label : int
        The class whose score is looked at.
    size : int
        Rows and columns of the square, which is laid at each place.
    fill : float
        What the square is filled with.

    Returns
    -------
    ndarray, shape (rows - size + 1, columns - size + 1)
        An entry for each place of the square's upper left corner.

    References
    ----------
    Zeiler and Fergus (2014), section 4.2.
    """
    check_pictures(picture[np.newaxis], "occlusion")
    rows, columns = picture.shape[1:]
    if min(rows, columns) < check_count("occlusion", "size", size):
        expected = f"a picture of at least {size} by {size}"
        raise ValueError(complaint("occlusion", expected, picture.shape))
    shape = rows - size + 1, columns - size + 1
    covered = np.repeat(picture[np.newaxis], shape[0] * shape[1], axis=0)
    for one, (row, column) in zip(covered, np.ndindex(shape), strict=True):
        one[:, row : row + size, column : column + size] = fill
    twin = deepcopy(model)
    before = twin.forward(picture[np.newaxis])
    check_asked(np.array([label]), *before.shape)
    falls: Array = before[0, label] - twin.forward(covered)[:, label]
    return falls.reshape(shape)


# --8<-- [end:ch27-occlusion]


# --8<-- [start:ch27-grad-cam]
def grad_cam(
    model: Model, pictures: Array, labels: Labels, *, at: int
) -> Array:
    """Return where the maps that go into part `at` speak for a class.

    Each map counts by the mean of the slopes of the score in it; what is
    negative in the sum is set to 0.

    Returns
    -------
    ndarray, shape (n_samples, rows, columns)
        Rows and columns are those of the maps, not of the pictures.

    References
    ----------
    Selvaraju and others (2017), equations 1 and 2.
    """
    check_pictures(pictures, "grad_cam")
    d_scores = one_score(model, pictures, labels)
    maps, slopes = slopes_at(model, pictures, d_scores, at)
    check_pictures(maps, f"grad_cam at part {at}")
    weights = slopes.mean(axis=(2, 3), keepdims=True)
    found: Array = np.maximum((weights * maps).sum(axis=1), 0)
    return found


# --8<-- [end:ch27-grad-cam]


# --8<-- [start:ch27-fooling]
def fooling(
    model: Model, pictures: Array, targets: Any, *, step: float
) -> Array:
    """Return pictures, each pixel a step to where the loss is higher.

    The pixels stay between 0 and 1.

    References
    ----------
    Goodfellow, Shlens, Szegedy (2015), "the fast gradient sign method".
    """
    check_pictures(pictures, "fooling")
    twin = deepcopy(model)
    twin.loss.forward(twin.forward(pictures), targets)
    _, slopes = slopes_at(twin, pictures, twin.loss.backward())
    moved = pictures + np.asarray(step, pictures.dtype) * np.sign(slopes)
    return np.clip(moved, 0, 1)


# --8<-- [end:ch27-fooling]


# --8<-- [start:ch27-moved]
def moved(pictures: Array, down: int, right: int) -> Array:
    """Return pictures moved by whole pixels, with zeros where they were.

    >>> moved(np.ones((1, 1, 2, 3)), 0, 1)[0, 0]
    array([[0., 1., 1.],
           [0., 1., 1.]])
    """
    check_pictures(pictures, "moved")
    height, width = pictures.shape[2:]
    if abs(down) > height or abs(right) > width:
        expected = f"at most {height} down and {width} to the right"
        raise ValueError(complaint("moved", expected, (down, right)))
    room = np.zeros_like(pictures)
    rows = slice(max(down, 0), height + min(down, 0))
    columns = slice(max(right, 0), width + min(right, 0))
    old_rows = slice(max(-down, 0), height + min(-down, 0))
    old_columns = slice(max(-right, 0), width + min(-right, 0))
    room[..., rows, columns] = pictures[..., old_rows, old_columns]
    return room


# --8<-- [end:ch27-moved]


# --8<-- [start:ch27-turned]
def turned(pictures: Array, degrees: float) -> Array:
    """Return pictures turned about their middle, counterclockwise.

    Each pixel is mixed from the four that lie around where it comes from.
    Outside of the picture there are zeros.

    >>> turned(np.arange(4.0).reshape(1, 1, 2, 2), 90)[0, 0].round(6)
    array([[1., 3.],
           [0., 2.]])
    """
    check_pictures(pictures, "turned")
    height, width = pictures.shape[2:]
    turn = np.radians(degrees)
    rows, columns = np.indices((height, width), float)
    rows, columns = rows - (height - 1) / 2, columns - (width - 1) / 2
    old_rows = np.cos(turn) * rows + np.sin(turn) * columns
    old_columns = np.cos(turn) * columns - np.sin(turn) * rows
    old_rows = old_rows.round(9) + (height - 1) / 2 + 1
    old_columns = old_columns.round(9) + (width - 1) / 2 + 1
    padded = np.pad(pictures, ((0, 0), (0, 0), (1, 1), (1, 1)))
    return mixed(padded, old_rows, old_columns)


# --8<-- [end:ch27-turned]


# --8<-- [start:ch27-mixed]
def mixed(padded: Array, rows: Array, columns: Array) -> Array:
    """Return pixels at broken places, by mixing the four around each."""
    top = np.clip(np.floor(rows), 0, padded.shape[2] - 2).astype(int)
    left = np.clip(np.floor(columns), 0, padded.shape[3] - 2).astype(int)
    found = np.zeros((*padded.shape[:2], *rows.shape), padded.dtype)
    for i in (0, 1):
        for j in (0, 1):
            near = np.maximum(1 - np.abs(rows - top - i), 0)
            near *= np.maximum(1 - np.abs(columns - left - j), 0)
            found += near.astype(found.dtype) * padded[..., top + i, left + j]
    return found


# --8<-- [end:ch27-mixed]
