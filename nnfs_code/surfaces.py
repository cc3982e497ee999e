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
