"""Make fashion-mnist-sample.npz from the four files of Fashion-MNIST.

``apt install dataset-fashion-mnist`` installs them on Debian and Ubuntu in
``/usr/share/datasets/fashion-mnist``, then

    python resources/datasets/fashion_mnist_sample.py FOLDER
"""

import io
import random
import sys
import zipfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nnfs_code.data import fashion_mnist

SAMPLE = Path(__file__).with_name("fashion-mnist-sample.npz")
PER_CLASS = {"train": 200, "test": 40}


def drawn(labels: np.ndarray, per_class: int) -> np.ndarray:
    """Return the places of as many samples of each class, in their order."""
    draw = random.Random(19)
    chosen: list[int] = []
    for label in range(10):
        places = np.flatnonzero(labels == label).tolist()
        chosen += draw.sample(places, per_class)
    return np.array(sorted(chosen))


def arrays(folder: Path) -> dict[str, np.ndarray]:
    """Return pictures and labels of both parts of the sample."""
    found = {}
    for part, per_class in PER_CLASS.items():
        pictures, labels = fashion_mnist(part, folder=folder)
        places = drawn(labels, per_class)
        found[f"{part}_pictures"] = pictures[places]
        found[f"{part}_labels"] = labels[places].astype(np.uint8)
    return found


def main(folder: Path) -> None:
    """Write the sample; LZMA packs it by a seventh smaller than NumPy."""
    with zipfile.ZipFile(SAMPLE, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in arrays(folder).items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # dated 1980, as NumPy's
            entry.compress_type = zipfile.ZIP_LZMA
            buffer = io.BytesIO()
            np.save(buffer, array)
            archive.writestr(entry, buffer.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
