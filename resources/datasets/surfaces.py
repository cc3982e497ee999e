"""Make surfaces.xz from the wheel of the package scikit-image.

``pip download --no-deps -d FOLDER scikit-image==0.26.0`` fetches a wheel (any
of them has the same pictures), then

    python resources/datasets/surfaces.py FOLDER/scikit_image-0.26.0-….whl
"""

import hashlib
import lzma
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nnfs_code.png import Bytes, read_png  # noqa: E402

PACKED = Path(__file__).with_name("surfaces.xz")
SUMS = {  # SHA-256, in two halves
    "brick": "7966caf324f6ba843118d98f7a07746d"
    "22f6a343430add0233eca5f6eaaa8fcf",
    "grass": "b6b6022426b38936c43a4ac09635cd78"
    "af074e90f42ffa8227ac8b7452d39f89",
    "gravel": "c48615b451bf1e606fbd72c0aa9f8cc0"
    "f068ab7111ef7d93bb9b0f2586440c12",
}


def photograph(wheel: zipfile.ZipFile, name: str) -> Bytes:
    """Return one photograph, if it is the one that we know."""
    content = wheel.read(f"skimage/data/{name}.png")
    found = hashlib.sha256(content).hexdigest()
    if found != SUMS[name]:
        sys.exit(f"{name}.png expected SHA-256 {SUMS[name]}, got {found}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photograph.png"
        path.write_bytes(content)
        return read_png(path)


def main(path: Path) -> None:
    """Write the photographs: each pixel less the one above it."""
    with zipfile.ZipFile(path) as wheel:
        pictures = np.stack([photograph(wheel, name) for name in SUMS])
    above = np.zeros_like(pictures)
    above[:, 1:] = pictures[:, :-1]
    steps = (pictures - above).tobytes()
    level = 9 | lzma.PRESET_EXTREME
    settings = {"id": lzma.FILTER_LZMA2, "preset": level, "lc": 4, "pb": 0}
    PACKED.write_bytes(lzma.compress(steps, filters=[settings]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
