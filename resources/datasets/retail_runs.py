"""Make retail-runs.npz: what trees and networks say of the last cut.

It takes a minute of one processor, and it is run by hand::

    OPENBLAS_NUM_THREADS=1 python resources/datasets/retail_runs.py

Size of networks and of trees is chosen on the cut of June, by what was known
by then; then both are trained on all three cuts, each with five seeds. The
file holds the probability that a customer buys, for each row of the last cut,
a row per seed, and `about`: settings, choices, versions and time.
"""

import json
import platform
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "chapters")]

from nnfs_code.arrays import Array, Labels  # noqa: E402
from nnfs_code.cases import retail_customers, retail_inputs  # noqa: E402
from nnfs_code.metrics import roc_auc  # noqa: E402
from scripted import definitions  # noqa: E402

STORED = Path(__file__).with_name("retail-runs.npz")
SEEDS = range(5)
WIDTHS = ((16,), (32, 16), (64, 32))
LEAVES = (4, 8, 16)
TRAINED = definitions("ch35_predictive_analytics_case", "LETTER")["network"]
TABLE = retail_customers()
INPUTS, BOUGHT, CUT = (
    retail_inputs(TABLE),
    TABLE["bought"].astype(np.int64),
    TABLE["cut"],
)


def network(past: Labels, now: Labels, widths: Any, seed: int) -> Array:
    """Return a network's probabilities for the rows `now`."""
    model, scaler = TRAINED(
        INPUTS[past], BOUGHT[past], TABLE["customer"][past], widths, seed
    )
    rows = scaler.transform(INPUTS[now]).astype(np.float32)
    found: Array = model.predict(rows)[:, 0]
    return found


def trees(past: Labels, now: Labels, leaves: Any, seed: int) -> Array:
    """Return the probabilities of boosted trees for the rows `now`."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_leaf_nodes=leaves,
        early_stopping=True,
        validation_fraction=0.15,
        random_state=seed,
    ).fit(INPUTS[past], BOUGHT[past])
    found: Array = model.predict_proba(INPUTS[now])[:, 1]
    return found


def rows(month: int) -> tuple[Labels, Labels]:
    """Return the rows of the cuts with a year before a month, and its own."""
    past = (CUT > 201009) & (month > CUT)
    return np.flatnonzero(past), np.flatnonzero(month == CUT)


def about() -> Any:
    """Return what the file says of its making."""
    with np.load(STORED) as arrays:
        return json.loads(str(arrays["about"]))


def key(size: Any) -> Any:
    """Return a size as it was before it became text."""
    return tuple(size) if isinstance(size, list) else size


def runs(make: Any, size: Any, month: int) -> Array:
    """Return the probabilities of all seeds, for the cut of a month."""
    past, now = rows(month)
    return np.array([make(past, now, size, seed) for seed in SEEDS])


def chosen(make: Any, sizes: Any) -> tuple[Any, dict[str, float]]:
    """Return the size whose middle AUC in June is highest, and all AUCs."""
    june = BOUGHT[CUT == 201106]
    table = {
        size: float(
            np.median([roc_auc(p, june) for p in runs(make, size, 201106)])
        )
        for size in sizes
    }
    found = {str(size): round(auc, 4) for size, auc in table.items()}
    return max(table, key=lambda size: table[size]), found


def main() -> None:
    """Choose, train, and write the file."""
    import sklearn

    note: dict[str, Any] = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "date": time.strftime("%Y-%m-%d"),
        "seeds": list(SEEDS),
    }
    kept: dict[str, Array] = {}
    for name, make, sizes in (
        ("networks", network, WIDTHS),
        ("trees", trees, LEAVES),
    ):
        size, table = chosen(make, sizes)
        start = time.process_time()
        kept[name] = runs(make, size, 201109).astype(np.float32)
        seconds = (time.process_time() - start) / len(SEEDS)
        note[name] = {
            "size": size,
            "June": table,
            "seconds": round(seconds, 2),
        }
    text: Any = np.array(json.dumps(note))
    np.savez_compressed(STORED, about=text, **kept)
    print(json.dumps(note, indent=1))


if __name__ == "__main__":
    main()
