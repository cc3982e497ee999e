"""Predict each German loan from the others, and store what each model says.

It takes some minutes of one processor, and it is run by hand::

    OPENBLAS_NUM_THREADS=1 python resources/datasets/credit_runs.py

``credit-runs.npz`` beside it is what it leaves: for each model an array of
shape (seeds, loans), the probability that the loan is bad, said by a model
that has not seen it. The trees need scikit-learn.
"""

import hashlib
import inspect
import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nnfs_code.cases import (  # noqa: E402
    CREDIT_CODES,
    CREDIT_NUMBERS,
    credit_features,
    credit_model,
    german_credit,
)
from nnfs_code.preprocessing import Standardizer  # noqa: E402
from nnfs_code.validation import folds  # noqa: E402

Floats = NDArray[np.float64]
Predict = Callable[[Floats, Floats, Floats, int], Floats]
STORED = Path(__file__).with_name("credit-runs.npz")
SEEDS = range(5)
PENALTIES = (0.003, 0.01, 0.03, 0.1)
SIZES = (50, 100, 200, 400, 800)
LOANS = german_credit()
BAD = LOANS["bad"]
POINTS = credit_features(LOANS)
AGE = CREDIT_NUMBERS.split().index("age")
ALL = credit_features(LOANS, f"{CREDIT_CODES} personal foreign_worker")
DEALT = [
    folds(1000, 5, rng=np.random.default_rng(seed), classes=BAD.astype(int))
    for seed in SEEDS
]


def says(
    rest: Floats,
    bad: Floats,
    held_out: Floats,
    seed: int,
    hidden: tuple[int, ...] = (),
    penalty: float = 0.03,
    drop: float = 0.0,
) -> Floats:
    """Return what a model of this package says of the loans held out."""
    scaler = Standardizer().fit(rest)
    points = scaler.transform(rest)
    model = credit_model(points, bad, hidden, penalty, seed=seed, drop=drop)
    said: Floats = model.predict(scaler.transform(held_out)).ravel()
    return said


def log_loss(said: Floats, bad: Floats) -> float:
    """Return the mean loss of probabilities."""
    return float(-np.log(np.where(bad == 1, said, 1 - said)).mean())


def best_penalty(
    points: Floats, bad: Floats, hidden: tuple[int, ...], drop: float
) -> float:
    """Return the penalty that is best inside of the training part."""
    inner = folds(
        len(bad), 4, rng=np.random.default_rng(0), classes=bad.astype(int)
    )

    def score(penalty: float) -> float:
        return float(
            np.mean(
                [
                    log_loss(
                        says(
                            *(points[a], bad[a], points[b], 0),
                            *(hidden, penalty, drop),
                        ),
                        bad[b],
                    )
                    for a, b in inner
                ]
            )
        )

    return min(PENALTIES, key=score)


def ours(
    hidden: tuple[int, ...], drop: float = 0.0, networks: int = 1
) -> Predict:
    """Return how to predict with a model, or the mean of several."""

    def predict(
        points: Floats, bad: Floats, held_out: Floats, seed: int
    ) -> Floats:
        penalty = best_penalty(points, bad, hidden, drop)
        several = [
            says(points, bad, held_out, seed + 100 * i, hidden, penalty, drop)
            for i in range(networks)
        ]
        return np.mean(several, axis=0)

    return predict


def trees(points: Floats, bad: Floats, held_out: Floats, seed: int) -> Floats:
    """Return what boosted trees say; number and depth are chosen inside."""
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.model_selection import GridSearchCV

    search = GridSearchCV(
        GradientBoostingClassifier(
            learning_rate=0.05, subsample=0.8, random_state=seed
        ),
        {"n_estimators": [50, 150], "max_depth": [1, 3]},
        scoring="neg_log_loss",
        cv=4,
    )
    said: Floats = search.fit(points, bad).predict_proba(held_out)[:, 1]
    return said


def account(
    points: Floats, bad: Floats, held_out: Floats, seed: int
) -> Floats:
    """Return the share of bad loans with the same answer about the account."""
    first = len(CREDIT_NUMBERS.split())
    answers = slice(first, first + 4)
    shares = (points[:, answers] * bad[:, np.newaxis]).sum(axis=0)
    shares /= points[:, answers].sum(axis=0)
    said: Floats = held_out[:, answers] @ shares
    return said


RUNGS: dict[str, tuple[Floats, Predict]] = {
    "account": (POINTS, account),
    "linear": (POINTS, ours(())),
    "linear, all columns": (ALL, ours(())),
    "linear, no age": (np.delete(POINTS, AGE, axis=1), ours(())),
    "network": (POINTS, ours((32,))),
    "five networks": (POINTS, ours((32,), networks=5)),
    "deeper network": (POINTS, ours((64, 32), drop=0.3)),
    "trees": (POINTS, trees),
}


def held_out_of(points: Floats, predict: Predict, seed: int) -> Floats:
    """Return for each loan what is said by a model that has not seen it."""
    said = np.empty(len(points))
    for rest, out in DEALT[seed]:
        said[out] = predict(points[rest], BAD[rest], points[out], seed)
    return said


def curve(hidden: tuple[int, ...], seed: int, *, repeat: bool) -> Floats:
    """Return the same for ever more loans to learn from, a row per size.

    With `repeat` fewer loans are shown more often: each size is trained for
    as many steps as the largest.
    """
    said = np.empty((len(SIZES), len(BAD)))
    for rest, out in DEALT[seed]:
        order = np.random.default_rng(seed).permutation(rest)
        for row, size in zip(said, SIZES, strict=True):
            few = np.tile(order[:size], SIZES[-1] // size if repeat else 1)
            row[out] = says(POINTS[few], BAD[few], POINTS[out], seed, hidden)
    return said


def digest() -> str:
    """Return a number for the code that the runs depend on."""
    sources = map(inspect.getsource, (credit_features, credit_model))
    code = Path(__file__).read_text("utf-8") + "".join(sources)
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def main() -> None:
    """Make all runs, and store them with what they were made by."""
    import sklearn

    arrays, seconds = {}, {}
    for name, (points, predict) in RUNGS.items():
        start = time.process_time()
        runs = [held_out_of(points, predict, seed) for seed in SEEDS]
        seconds[name] = round((time.process_time() - start) / 25, 3)
        arrays[name] = np.array(runs, np.float32)
        print(name, seconds[name], flush=True)
    curves: tuple[tuple[str, tuple[int, ...], bool], ...] = (
        ("linear", (), True),
        ("network", (32,), True),
        ("linear, 20 epochs", (), False),
    )
    for name, hidden, repeat in curves:
        grown = [curve(hidden, seed, repeat=repeat) for seed in SEEDS]
        arrays[f"curve, {name}"] = np.array(grown, np.float16)
    about = {
        "date": date.today().isoformat(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "digest": digest(),
        "seconds": seconds,
    }
    np.savez_compressed(STORED, about=np.array(json.dumps(about)), **arrays)


if __name__ == "__main__":
    main()
