"""Train chapter 25's thirty layers in all ways, and store what came of it.

It takes about ten minutes of one processor, and it is run by hand::

    OPENBLAS_NUM_THREADS=1 python tests/chapters/full_25.py

``thirty-layers.json`` in ``resources/datasets`` is what it leaves.
``test_25_full.py`` looks whether it is whole and makes a part of it again.
"""

# ruff: noqa: E402
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "chapters")]

from nnfs_code import initializers, layers, normalization, residual
from nnfs_code.normalization import BatchNorm, LayerNorm, RMSNorm
from scripted import definitions

STORED = ROOT / "resources" / "datasets" / "thirty-layers.json"
SCRIPT = definitions("ch25_initialisation_and_normalisation")
SEEDS, STEPS = range(5), 300
RATES = (0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01)
NORMS = {"": None, "BatchNorm": BatchNorm, "LayerNorm": LayerNorm}
NORMS["RMSNorm"] = RMSNorm
# Start, way around, norm: from one row to another, one thing changes.
WAYS = (
    ("0.01", False, ""),
    ("Glorot", False, ""),
    ("He", False, ""),
    ("orthogonal", False, ""),
    ("0.01", True, ""),
    ("0.01", False, "BatchNorm"),
    ("0.01", False, "LayerNorm"),
    ("0.01", False, "RMSNorm"),
    ("He", True, ""),
    ("He", False, "BatchNorm"),
    ("He", False, "LayerNorm"),
    ("He", False, "RMSNorm"),
    ("He", True, "BatchNorm"),
    ("He", True, "LayerNorm"),
    ("He", True, "RMSNorm"),
)


def digest() -> str:
    """Return a mark of the code that the results depend on."""
    files = [m.__file__ for m in (initializers, layers, normalization)]
    code = [Path(f).read_bytes() for f in (*files, residual.__file__)]
    return hashlib.sha256(b"".join(code)).hexdigest()[:16]


def one(way, seed, rate, steps=STEPS):
    """Return what `train` says of one network; NaN if it overflowed."""
    start, around, norm = way
    model = SCRIPT["deep"](SCRIPT["STARTS"][start], seed, NORMS[norm], around)
    try:
        return [float(n) for n in SCRIPT["train"](model, seed, rate, steps)]
    except ValueError:
        return [float("inf"), float("inf"), 0.0]


def kept_rows():
    """Return the stored runs by way, if they are of this code."""
    if not STORED.is_file():
        return {}
    stored = json.loads(STORED.read_text("utf-8"))
    if (stored["code"], stored["steps"]) != (digest(), STEPS):
        return {}
    return {
        (row["start"], row["around"], row["norm"]): row["runs"]
        for row in stored["rows"]
    }


def main():
    rows, known = [], kept_rows()
    for way in WAYS:
        old = known.get(way, {})
        runs = {
            str(r): old.get(str(r)) or [one(way, s, r) for s in SEEDS]
            for r in RATES
        }
        start, around, norm = way
        rows.append(
            {"start": start, "around": around, "norm": norm, "runs": runs}
        )
        middle = {r: np.median(v, axis=0).round(3) for r, v in runs.items()}
        print(way, *middle.items(), flush=True)
    kept = {
        "made": "2026-11-27",
        "numpy": np.__version__,
        "code": digest(),
        "steps": STEPS,
        "rows": rows,
    }
    STORED.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
