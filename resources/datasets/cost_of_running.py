"""Measure what a thousand predictions cost: cost-of-running.json.

It takes a minute or two, on POSIX systems, and is run by hand::

    OPENBLAS_NUM_THREADS=1 python resources/datasets/cost_of_running.py

All times are processor seconds, not those of a clock on the wall, and the
middle of five. The trees need scikit-learn.
"""

import http.client
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nnfs_code.activations import ReLU  # noqa: E402
from nnfs_code.batch import predict_file  # noqa: E402
from nnfs_code.cases import retail_customers  # noqa: E402
from nnfs_code.layers import Dense  # noqa: E402
from nnfs_code.losses import SigmoidCrossEntropy  # noqa: E402
from nnfs_code.model import Model  # noqa: E402
from nnfs_code.release import Card, Release, Shelf, publish  # noqa: E402

STORED = Path(__file__).with_name("cost-of-running.json")
TABLE = retail_customers()
NAMES = list(TABLE)[2:13]
ROWS = np.column_stack([TABLE[name][:1000] for name in NAMES])
SIZES = {"one neuron": [11, 1], "network": [11, 32, 16, 1]}


def model(sizes: list[int]) -> Model:
    """Return an untrained model: what it says does not change its cost."""
    rng, parts = np.random.default_rng(0), list[Any]()
    for n_in, n_out in pairwise(sizes):
        parts += [Dense(n_in, n_out, rng=rng, dtype=np.float64), ReLU()]
    return Model(parts[:-1], SigmoidCrossEntropy())


def seconds(run: Callable[[], object], repeats: int = 20) -> float:
    """Return the middle of five times, per call."""
    run()
    found = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(repeats):
            run()
        found.append((time.process_time() - start) / repeats)
    return float(np.median(found))


def of_children() -> float:
    """Return the processor seconds of all programs that we have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def served(folder: Path, n_requests: int, n_rows: int) -> float:
    """Return the seconds of a service that answers so many requests."""
    rows = [dict(zip(NAMES, row, strict=True)) for row in ROWS[:n_rows]]
    body, kind = json.dumps({"rows": rows}), "application/json"
    command = [sys.executable, "-m", "nnfs_code.service", str(folder)]
    before = of_children()
    with subprocess.Popen(
        [*command, "--port", "0"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        line = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(n_requests):
            line.request("POST", "/predict", body, {"Content-Type": kind})
            assert line.getresponse().read()
        line.close()
        process.terminate()
    return of_children() - before


def lines_of(model: Model) -> dict[str, float]:
    """Return the seconds that 1,000 predictions take, by the way taken."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        limits = {n: (float(TABLE[n].min()), 1e7) for n in NAMES}
        publish(folder, model, Card("v1", "buys", limits, 0.5, 0.5))
        Shelf(folder).switch("v1")
        release = Release.load(folder, "v1")
        text = [",".join(NAMES), *(",".join(map(str, r)) for r in ROWS)]
        (folder / "in.csv").write_text("\n".join(text) + "\n")

        def file() -> None:
            predict_file(release, folder / "in.csv", folder / "out.csv")

        def apart() -> None:
            for row in ROWS:
                model.predict(row[np.newaxis])

        idle = [served(folder, 1, 1) for _ in range(5)]
        single = [served(folder, 4001, 1) for _ in range(5)]
        whole = [served(folder, 201, 1000) for _ in range(5)]
        return {
            "at once": seconds(lambda: model.predict(ROWS)),
            "one by one": seconds(apart, 2),
            "CSV file": seconds(file),
            "service, 1,000 rows a request": (
                float(np.median(whole) - np.median(idle)) / 200
            ),
            "service, 1 row a request": (
                float(np.median(single) - np.median(idle)) / 4
            ),
            "to start the service, once": float(np.median(idle)),
        }


def trees() -> dict[str, float]:
    """Return the same for boosted trees of scikit-learn."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    made = HistGradientBoostingClassifier(
        learning_rate=0.05, max_leaf_nodes=8, random_state=0
    ).fit(ROWS, TABLE["bought"][:1000])

    def apart() -> None:
        for row in ROWS:
            made.predict_proba(row[np.newaxis])

    return {
        "at once": seconds(lambda: made.predict_proba(ROWS)),
        "one by one": seconds(apart, 1),
    }


def main() -> None:
    """Measure, and write the file."""
    import sklearn
    import tornado

    found: dict[str, Any] = {
        "about": {
            "date": time.strftime("%Y-%m-%d"),
            "machine": f"{platform.system()}, {os.cpu_count()} cores",
            "python": platform.python_version(),
            "numpy": np.__version__,
            "tornado": tornado.version,
            "scikit-learn": sklearn.__version__,
        }
    }
    tables = {name: lines_of(model(sizes)) for name, sizes in SIZES.items()}
    for name, table in (tables | {"trees": trees()}).items():
        found[name] = {way: float(f"{s:.2g}") for way, s in table.items()}
    STORED.write_text(json.dumps(found, indent=1) + "\n", "ascii")
    print(STORED.read_text("ascii"))


if __name__ == "__main__":
    main()
