# --8<-- [start:ch03-data-imports]
"""Data sets: small ones that are drawn on the spot, and real ones."""

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import Array, Labels, check_count, float_type

# --8<-- [end:ch03-data-imports]
# --8<-- [start:ch11-data-imports]
from nnfs_code.splits import Keys, choose, number_held_out

# --8<-- [end:ch11-data-imports]
# --8<-- [start:ch17-data-imports]
import math

from nnfs_code.arrays import check_between

# --8<-- [end:ch17-data-imports]
# --8<-- [start:ch19-data-imports]
import hashlib
import os
from pathlib import Path

from numpy.typing import NDArray

from nnfs_code import idx
from nnfs_code.arrays import complaint
from nnfs_code.downloads import fetch

# --8<-- [end:ch19-data-imports]


# --8<-- [start:ch03-spiral]
def spiral(
    n_per_class: int,
    n_classes: int,
    *,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float32,
) -> tuple[Array, Labels]:
    """Draw points along arms that wind around each other, one arm per class.

    Returns
    -------
    points : ndarray, shape (n_per_class * n_classes, 2)
    labels : ndarray of integers, shape (n_per_class * n_classes,)

    Raises
    ------
    TypeError, ValueError
        If `dtype` is not a float type, or a number is not a count.

    References
    ----------
    The spiral of the book, chapter 3: that of the notes of CS231n, with
    all angles, and so the noise too, multiplied by 2.5.

    >>> points, labels = spiral(100, 3, rng=np.random.default_rng(0))
    >>> points.shape, labels.shape
    ((300, 2), (300,))
    """
    n_per_class = check_count("spiral", "n_per_class", n_per_class)
    n_classes = check_count("spiral", "n_classes", n_classes)
    floats = float_type(dtype, "spiral")
    radius = np.linspace(0, 1, n_per_class)  # (n_per_class,)
    arm = np.arange(n_classes)[:, np.newaxis]  # (n_classes, 1)
    noise = rng.normal(0, 0.5, (n_classes, n_per_class))
    angle = 10 * (arm + radius) + noise  # radians, (n_classes, n_per_class)
    points = np.stack((radius * np.sin(angle), radius * np.cos(angle)), axis=2)
    labels = np.repeat(np.arange(n_classes), n_per_class)
    return points.reshape(-1, 2).astype(floats), labels


# --8<-- [end:ch03-spiral]


# --8<-- [start:ch06-vertical]
def vertical(
    n_per_class: int,
    n_classes: int,
    *,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float32,
) -> tuple[Array, Labels]:
    """Draw points in upright bands side by side, one band per class.

    Returns
    -------
    points : ndarray, shape (n_per_class * n_classes, 2)
    labels : ndarray of integers, shape (n_per_class * n_classes,)

    Raises
    ------
    TypeError, ValueError
        If `dtype` is not a float type, or a number is not a count.

    References
    ----------
    The idea of an easy data set beside the spiral: the book, chapter 6.

    >>> points, labels = vertical(100, 3, rng=np.random.default_rng(0))
    >>> points.shape, labels.shape
    ((300, 2), (300,))
    """
    n_per_class = check_count("vertical", "n_per_class", n_per_class)
    n_classes = check_count("vertical", "n_classes", n_classes)
    floats = float_type(dtype, "vertical")
    labels = np.repeat(np.arange(n_classes), n_per_class)
    middle = (2 * labels + 1) / n_classes - 1  # of the band, from -1 to 1
    across = middle + rng.normal(0, 0.4 / n_classes, len(labels))
    along = rng.uniform(-1, 1, len(labels))
    return np.stack((across, along), axis=1).astype(floats), labels


# --8<-- [end:ch06-vertical]


# --8<-- [start:ch11-split]
def split(
    n_samples: int,
    share: float,
    *,
    rng: np.random.Generator,
    classes: Keys | None = None,
    groups: Keys | None = None,
) -> tuple[Labels, Labels]:
    """Return the indices of the rest, and of a held-out share of samples.

    Parameters
    ----------
    n_samples : int
    share : float
        Of the samples, between 0 and 1: the part that is held out. With
        `groups` it is met roughly: whole groups are taken as they come,
        in a random order.
    classes : ndarray, shape (n_samples,), optional
        Hold out the same share of each class, to within one sample (with
        `groups`: roughly).
    groups : ndarray, shape (n_samples,), optional
        Keep samples of the same group on the same side.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what is said above, or one side is empty.

    >>> split(8, 0.25, rng=np.random.default_rng(1))
    (array([0, 1, 3, 4, 6, 7]), array([2, 5]))
    """
    n_samples = check_count("split", "n_samples", n_samples)
    number = number_held_out("split", n_samples, share)
    held = choose("split", number, n_samples, classes, groups, rng)
    return np.flatnonzero(~held), np.flatnonzero(held)


# --8<-- [end:ch11-split]


# --8<-- [start:ch17-sine]
def sine(
    n: int,
    *,
    rng: np.random.Generator,
    noise: float = 0.0,
    dtype: DTypeLike = np.float32,
) -> tuple[Array, Array]:
    """Draw numbers between 0 and 1, and the height of a sine wave at each.

    Parameters
    ----------
    noise : float
        The standard deviation of what is added to each height.

    Returns
    -------
    inputs, targets : ndarray, shape (n, 1)

    Raises
    ------
    TypeError, ValueError
        If `n` is not a count, `noise` not a number from 0 on, or `dtype` not
        a float type.

    References
    ----------
    The sine of the book, chapter 17, at inputs drawn at random.

    >>> inputs, targets = sine(100, rng=np.random.default_rng(0))
    >>> inputs.shape, targets.shape
    ((100, 1), (100, 1))
    """
    n = check_count("sine", "n", n)
    if noise != 0:
        noise = check_between("sine", "noise", noise, 0, math.inf)
    floats = float_type(dtype, "sine")
    inputs = rng.uniform(0, 1, (n, 1))
    targets = np.sin(2 * np.pi * inputs) + rng.normal(0, noise, (n, 1))
    return inputs.astype(floats), targets.astype(floats)


# --8<-- [end:ch17-sine]


# --8<-- [start:ch19-fashion-names]
FASHION_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

# --8<-- [end:ch19-fashion-names]

# --8<-- [start:ch19-fashion-files]
ADDRESS = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
FASHION_FILES = {  # name: SHA-256 of the file there, and of what it unpacks to
    "train-images-idx3-ubyte.gz": (
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    "train-labels-idx1-ubyte.gz": (
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    "t10k-images-idx3-ubyte.gz": (
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
}

# --8<-- [end:ch19-fashion-files]


# --8<-- [start:ch19-fashion-mnist]
def fashion_mnist(
    part: str = "train",
    *,
    sample: bool = False,
    folder: str | os.PathLike[str] | None = None,
) -> tuple[NDArray[np.uint8], Labels]:
    """Return pictures of clothes, and the class of each.

    60,000 to learn from, or 10,000 others for "test"; with `sample` 2,000 or
    400 of them, from a file that comes along. The large files are looked for
    in `folder`, then where Debian's package dataset-fashion-mnist has them,
    and else downloaded into `folder`, which is in the cache unless told.

    Returns
    -------
    pictures : ndarray of uint8, shape (n_samples, 28, 28)
    labels : ndarray of int64, shape (n_samples,)

    References
    ----------
    Xiao, Rasul and Vollgraf (2017). © 2017 Zalando SE, under the MIT licence,
    which is in fashion-mnist-sample.LICENSE.txt.

    >>> pictures, labels = fashion_mnist(sample=True)
    >>> pictures.shape, FASHION_NAMES[labels[0]]
    ((2000, 28, 28), 'Sneaker')
    """
    if part not in ("train", "test"):
        expected = "part as 'train' or 'test'"
        raise ValueError(complaint("fashion_mnist", expected, repr(part)))
    if sample:
        return fashion_sample(part)
    start = "train" if part == "train" else "t10k"
    place = cache_folder() if folder is None else Path(folder)
    pictures = fashion_array(f"{start}-images-idx3-ubyte.gz", place)
    labels = fashion_array(f"{start}-labels-idx1-ubyte.gz", place)
    return pictures, labels.astype(np.int64)


# --8<-- [end:ch19-fashion-mnist]


# --8<-- [start:ch19-fashion-sample]
def fashion_sample(part: str) -> tuple[NDArray[np.uint8], Labels]:
    """Return pictures and labels of the sample that comes along."""
    folder = Path(__file__).resolve().parents[1] / "resources" / "datasets"
    path = folder / "fashion-mnist-sample.npz"
    with np.load(path, allow_pickle=False) as kept:
        labels = kept[f"{part}_labels"].astype(np.int64)
        return kept[f"{part}_pictures"], labels


# --8<-- [end:ch19-fashion-sample]


# --8<-- [start:ch19-cache-folder]
def cache_folder() -> Path:
    """Return the folder in which downloaded pictures are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "nnfs" / "fashion-mnist"


# --8<-- [end:ch19-cache-folder]


# --8<-- [start:ch19-fashion-array]
def fashion_array(name: str, folder: Path) -> NDArray[np.uint8]:
    """Return what is in one of the four files, wherever it is found."""
    path = fashion_path(name, folder)
    try:
        data = idx.unpack(path)
        found, expected = hashlib.sha256(data).hexdigest(), FASHION_FILES[name]
        if found != expected[1]:
            what = f"the data of SHA-256 {expected[1]}"
            raise ValueError(complaint("fashion_mnist", what, found))
    except ValueError as error:
        raise ValueError(f"{error}; delete {path}, call again") from error
    return idx.decode(data)


# --8<-- [end:ch19-fashion-array]


# --8<-- [start:ch19-fashion-path]
def fashion_path(name: str, folder: Path) -> Path:
    """Return where one of the four files is, downloaded if need be."""
    for place in (folder, DEBIAN):
        if (place / name).is_file():
            return place / name
    try:
        return fetch(ADDRESS + name, folder / name, FASHION_FILES[name][0])
    except OSError as error:
        raise OSError(
            f"{error}; or install Debian's package dataset-fashion-mnist; "
            "or take the small sample: fashion_mnist(sample=True)"
        ) from error


# --8<-- [end:ch19-fashion-path]
