"""Damage a saved model at random: a clear error, or the very same model.

``python tests/corruptions.py 1000000 [SEED]`` tries a million ways
and prints what came of them. `test_21_damages.py` tries ten thousand.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from nnfs_code import archive, saving  # noqa: E402
from nnfs_code.activations import Tanh  # noqa: E402
from nnfs_code.layers import Dense, Dropout  # noqa: E402
from nnfs_code.losses import SoftmaxCrossEntropy  # noqa: E402
from nnfs_code.model import Model  # noqa: E402
from nnfs_code.optimizers import Momentum  # noqa: E402


def saved() -> bytes:
    """Return the bytes of a small model that has been trained."""
    rng = np.random.default_rng(0)
    parts = [Dense(2, 3, rng=rng), Tanh(), Dropout(0.5, rng=rng)]
    model = Model([*parts, Dense(3, 2, rng=rng)], SoftmaxCrossEntropy())
    points = rng.normal(size=(4, 2)).astype(np.float32)
    momentum = Momentum(0.1)
    for _ in range(2):
        model.train_step(points, np.array([0, 1, 1, 0]), momentum)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        model.save(path, rng=rng)
        return path.read_bytes()


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Return the bytes with one random damage."""
    n = len(data)
    start = int(rng.integers(n))
    length = int(min(n - start, rng.geometric(0.05)))
    end = start + length
    noise = rng.bytes(length)
    bit = bytes([data[start] ^ (1 << int(rng.integers(8)))])
    other = int(rng.integers(n - length + 1))
    return [
        data[:start] + bit + data[start + 1 :],  # one bit
        data[:start] + noise[:1] + data[start + 1 :],  # one byte
        data[:start] + noise + data[end:],  # some bytes
        data[:start] + bytes(length) + data[end:],  # zeros
        data[:start],  # the end is missing
        data[:start] + data[end:],  # a piece is missing
        data[:start] + noise + data[start:],  # a piece too much
        data[:start] + data[other : other + length] + data[end:],  # a copy
    ][int(rng.integers(8))]


def outcome(data: bytes, whole: bytes) -> str:
    """Return what loading the damaged bytes leads to, in a few words.

    Raises
    ------
    AssertionError
        If another model is loaded, and without a word.
    Exception
        If loading fails with anything but a `ValueError` of our own.
    """
    try:
        things = saving.unpack(*archive.decode(data))
    except ValueError as error:
        message = str(error)
        assert " expected " in message, message
        return message.partition(": ")[0][:70]
    header, arrays = archive.decode(whole)
    again, loaded = saving.pack(things)
    assert again == header, "another header was loaded"
    assert loaded.keys() == arrays.keys()
    for name, values in arrays.items():
        np.testing.assert_array_equal(loaded[name], values, strict=True)
    return "the same model"


def main(count: int, seed: int) -> None:
    """Try many, and print how often each outcome was met."""
    whole, rng = saved(), np.random.default_rng(seed)
    met = Counter(outcome(damaged(whole, rng), whole) for _ in range(count))
    for words, number in met.most_common():
        print(f"{number:8} {words}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int((*sys.argv, 0)[2]))
