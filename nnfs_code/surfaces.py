# --8<-- [start:ch27-surfaces-imports]
"""Three photographs of surfaces, and patches that are cut from them."""

import lzma
from pathlib import Path

import numpy as np

from nnfs_code.arrays import Array, Labels, check_count, complaint

SURFACES = ("brick", "grass", "gravel")

# --8<-- [end:ch27-surfaces-imports]


# --8<-- [start:ch27-photographs]
def photographs() -> Array:
    """Return the photographs of `SURFACES`, grey, from 0 to 1.

    Returns
    -------
    ndarray of float32, shape (3, 512, 512)

    References
    ----------
    From scikit-image, CC0; see the page of data sets.

    >>> photographs().shape, photographs().dtype.name
    ((3, 512, 512), 'float32')
    """
    folder = Path(__file__).parents[1] / "resources" / "datasets"
    steps = lzma.decompress((folder / "surfaces.xz").read_bytes())
    table = np.frombuffer(steps, np.uint8).reshape(3, 512, 512)
    greys = np.cumsum(table, axis=1, dtype=np.uint8)  # wraps at 256
    return greys.astype(np.float32) / 255


# --8<-- [end:ch27-photographs]


# --8<-- [start:ch27-patches]
def patches(
    pictures: Array, n_samples: int, *, size: int, rng: np.random.Generator
) -> tuple[Array, Labels]:
    """Cut patches at random places, turned by quarters, and level them.

    A patch comes out with mean 0 and standard deviation 1, so that its
    brightness and its contrast say nothing.

    Returns
    -------
    patches : ndarray, shape (n_samples, 1, size, size)
    labels : ndarray of int, the picture that each was cut from
    """
    check_count("patches", "n_samples", n_samples)
    if min(pictures.shape[1:]) < check_count("patches", "size", size):
        expected = f"pictures of at least {size} by {size}"
        raise ValueError(complaint("patches", expected, pictures.shape))
    labels = rng.integers(len(pictures), size=n_samples)
    found = np.empty((n_samples, 1, size, size), pictures.dtype)
    for at, label in enumerate(labels):
        row, column = (rng.integers(n - size + 1) for n in pictures[0].shape)
        patch = pictures[label, row : row + size, column : column + size]
        found[at, 0] = np.rot90(patch, int(rng.integers(4)))
    found -= found.mean(axis=(2, 3), keepdims=True)
    found /= found.std(axis=(2, 3), keepdims=True) + 1e-6
    return found, labels


# --8<-- [end:ch27-patches]


# --8<-- [start:ch33-texture-numbers]
def texture_numbers(patches: Array) -> Array:
    """Return the nine numbers of an engineer, shape (n_samples, 9).

    How much neighbours 1, 2 and 4 pixels apart differ, along both axes, the
    smaller of the two first; how lopsided and how pointed the greys are
    distributed; how much a pixel differs from the mean of its neighbours.

    >>> texture_numbers(np.ones((2, 1, 20, 20))).shape
    (2, 9)
    """
    grey, found = patches[:, 0], []
    for apart in (1, 2, 4):
        both = [
            np.abs(grey[:, apart:] - grey[:, :-apart]).mean(axis=(1, 2)),
            np.abs(grey[..., apart:] - grey[..., :-apart]).mean(axis=(1, 2)),
        ]
        found += list(np.sort(both, axis=0))
    around = grey[:, 2:, 1:-1] + grey[:, :-2, 1:-1]
    around = (around + grey[:, 1:-1, 2:] + grey[:, 1:-1, :-2]) / 4
    found += [(grey**power).mean(axis=(1, 2)) for power in (3, 4)]
    found.append(np.abs(grey[:, 1:-1, 1:-1] - around).mean(axis=(1, 2)))
    return np.stack(found, axis=1)


# --8<-- [end:ch33-texture-numbers]


# --8<-- [start:ch33-zoomed]
def zoomed(pictures: Array, factor: float) -> Array:
    """Return pictures as a camera sees them that is `factor` times as near.

    Between pixels the greys are drawn in straight lines. Where the camera is
    farther away, details that no longer fit are smoothed before.

    >>> zoomed(np.zeros((3, 512, 256)), 0.5).shape
    (3, 256, 128)
    """
    if factor <= 0:
        raise ValueError(complaint("zoomed", "factor above 0", factor))
    for axis in (1, 2):
        n = pictures.shape[axis]
        places = (np.arange(int(n * factor)) + 0.5) / factor - 0.5
        apart = np.abs(places[:, np.newaxis] - np.arange(n)) * min(factor, 1)
        weights = np.maximum(0, 1 - apart)
        weights /= weights.sum(axis=1, keepdims=True)
        moved = np.moveaxis(pictures, axis, -1)
        seen = moved @ weights.T.astype(pictures.dtype)
        pictures = np.moveaxis(seen, -1, axis)
    return pictures


# --8<-- [end:ch33-zoomed]


# --8<-- [start:ch33-block-patches]
def block_patches(
    pictures: Array, per_block: int, *, rng: np.random.Generator
) -> tuple[Array, Labels, Labels]:
    """Cut patches of 20 by 20 from blocks of 64 by 64 that share no pixel.

    Returns
    -------
    patches, labels
        As those of `patches`.
    blocks : ndarray of int
        The block of each patch: patches of one block may overlap.
    """
    rows, columns = (n // 64 for n in pictures.shape[1:])
    found, labels, size = [], [], 64
    for label, i, j in np.ndindex(len(pictures), rows, columns):
        block = pictures[label, i * size : (i + 1) * size]
        block = block[np.newaxis, :, j * size : (j + 1) * size]
        cut, _ = patches(block, per_block, size=20, rng=rng)
        found.append(cut)
        labels.append(label)
    keys = np.repeat(np.arange(len(labels)), per_block)
    return np.concatenate(found), np.array(labels)[keys], keys


# --8<-- [end:ch33-block-patches]


# --8<-- [start:ch33-belt-costs]
def belt_costs(
    *, look: float = 2, grade: float = 5, grass: float = 40
) -> Array:
    """Return what each decision about a piece costs, in cents: all assumed.

    Rows: into the brick, the grass, the gravel, or let a worker look.
    Columns: what it is. `grass` is that of grass in a load of stone.

    >>> belt_costs().tolist()[0], belt_costs().tolist()[-1]
    ([0.0, 40.0, 5.0], [2.0, 2.0, 2.0])
    """
    table: Array = np.full((4, 3), float(grade))
    table[:, 1] = grass
    np.fill_diagonal(table, 0)
    table[-1] = look
    return table


# --8<-- [end:ch33-belt-costs]
