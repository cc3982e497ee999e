# --8<-- [start:ch30-texts]
"""Texts to learn from: a list of first names, and a part of a novel."""

import bz2
import json
from pathlib import Path
from typing import Any

import numpy as np

from nnfs_code.arrays import Labels, check_count, complaint


FOLDER = Path(__file__).parents[1] / "resources" / "datasets"


def text_of(name: str) -> str:
    """Return one of the packed texts in the folder of data sets."""
    packed = (FOLDER / name).read_bytes()
    return bz2.decompress(packed).decode("ascii")


# --8<-- [end:ch30-texts]


# --8<-- [start:ch30-names]
def first_names() -> list[str]:
    """Return the first names of the US Census of 1990, each once.

    >>> names = first_names()
    >>> len(names), names[:3]
    (5163, ['aaron', 'abbey', 'abbie'])
    """
    return text_of("names.txt.bz2").split()


def moby_dick() -> str:
    """Return the first chapters of Moby-Dick, one line per paragraph.

    >>> moby_dick()[:38]
    'CHAPTER 1. Loomings.\\nCall me Ishmael. '
    """
    return text_of("moby-dick.txt.bz2")


# --8<-- [end:ch30-names]


# --8<-- [start:ch30-windows]
def windows(
    tokens: Labels, size: int, *, start: int = 0
) -> tuple[Labels, Labels]:
    """Return what stands before each token, and the tokens.

    The contexts have the shape (n_tokens, `size`). Before the first token
    stands `start`, as often as it takes.

    >>> contexts, targets = windows(np.array([5, 6, 7]), 2)
    >>> contexts.tolist(), targets.tolist()
    ([[0, 0], [0, 5], [5, 6]], [5, 6, 7])
    """
    size = check_count("windows", "size", size)
    if tokens.ndim != 1 or tokens.dtype.kind not in "iu":
        expected = "tokens as one row of whole numbers"
        got = f"{tokens.dtype} of shape {tokens.shape}"
        raise ValueError(complaint("windows", expected, got))
    before = np.full(size, start, tokens.dtype)
    padded = np.concatenate([before, tokens])[:-1]
    contexts = np.lib.stride_tricks.sliding_window_view(padded, size)
    return contexts, tokens


# --8<-- [end:ch30-windows]


# --8<-- [start:ch30-language-runs]
def language_runs() -> dict[str, Any]:
    """Return what `resources/datasets/language_runs.py` has stored.

    >>> sorted(language_runs())
    ['again', 'digest', 'dropout', 'long', 'minute', 'names']
    """
    found: dict[str, Any] = json.loads(
        (FOLDER / "language-runs.json").read_text("utf-8")
    )
    return found


# --8<-- [end:ch30-language-runs]


# --8<-- [start:ch31-transformer-runs]
def transformer_runs() -> dict[str, Any]:
    """Return what `resources/datasets/transformer_runs.py` has stored.

    >>> sorted(transformer_runs())[:3]
    ['cache', 'digest', 'half']
    """
    found: dict[str, Any] = json.loads(
        (FOLDER / "transformer-runs.json").read_text("utf-8")
    )
    return found


# --8<-- [end:ch31-transformer-runs]
