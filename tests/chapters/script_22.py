"""What chapter 22's script leaves behind, and what its tests make of it."""

from functools import cache

import numpy as np

from scripted import left_by

PAGE = "22-prediction"


def script():
    """Return the names of the chapter's script, after its runs."""
    return left_by("ch22_prediction")


@cache
def networks(n):
    """Return the chapter's networks, and more of them, by seed."""
    names = script()
    inputs = names["rows_of"](names["training"])
    more = [names["trained"](seed, inputs) for seed in range(5, n)]
    return [*names["models"], *more]


def rights(pictures, n=5, labels=None):
    """Return the accuracy of `n` networks on pictures."""
    names = script()
    rows = names["rows_of"](np.asarray(pictures))
    labels = names["labels"] if labels is None else labels
    found = [
        names["accuracy"](m.predict(rows), labels) for m in networks(n)[:n]
    ]
    return np.array(found)
