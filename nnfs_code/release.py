# --8<-- [start:ch37-release-imports]
"""A release: a model file with its card beside it, and how it answers."""

import argparse
import hashlib
import json
import math
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from numbers import Real
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nnfs_code.arrays import Array, complaint
from nnfs_code.model import Model
from nnfs_code.promises import every_part

# --8<-- [end:ch37-release-imports]


# --8<-- [start:ch37-card]
@dataclass(frozen=True)
class Card:
    """What has to be known of a model, by people and by programs.

    Parameters
    ----------
    version : str
        Its name, which is that of its files: letters, digits, ``. _ -``.
    question : str
        What the probability is a probability of.
    columns : dict
        The inputs in their order: name → lowest and highest value taken.
    no_below, yes_from : float
        Below the first the answer is no, from the second on yes, and in
        between a person is asked.
    notes : dict
        Whatever people should read: data, results, what it is not for.

    >>> Card("v1", "pays late", {"age": (18, 99)}, 0.1, 0.3).decision(0.2)
    'ask'
    """

    version: str
    question: str
    columns: dict[str, tuple[float, float]]
    no_below: float
    yes_from: float
    notes: dict[str, str] = field(default_factory=dict)

    # --8<-- [end:ch37-card]

    # --8<-- [start:ch37-card-check]
    def __post_init__(self) -> None:
        """Raise an error unless the parts fit together."""
        if not re.fullmatch(r"\w[\w.-]{0,49}", self.version, re.ASCII):
            expected = "a version of letters, digits, dots and dashes"
            raise ValueError(complaint("Card", expected, repr(self.version)))
        for name, (low, high) in self.columns.items():
            if not -math.inf < low <= high < math.inf:
                expected = f"a lowest and a highest value of {name}"
                raise ValueError(complaint("Card", expected, (low, high)))
        if not 0 <= self.no_below <= self.yes_from <= 1 or not self.columns:
            expected = "columns, and 0 <= no_below <= yes_from <= 1"
            got = f"{self.no_below}, {self.yes_from}, {list(self.columns)}"
            raise ValueError(complaint("Card", expected, got))

    # --8<-- [end:ch37-card-check]

    # --8<-- [start:ch37-card-decision]
    def decision(self, probability: float) -> str:
        """Return what to do: "no", "ask" a person, or "yes"."""
        if probability < self.no_below:
            return "no"
        return "yes" if probability >= self.yes_from else "ask"

    def row(self, values: Mapping[str, object]) -> list[float]:
        """Return the inputs of one sample in order; other names don't count.

        Raises
        ------
        ValueError
            If one is missing, is no number, or is outside its limits.
        """
        return [
            quantity(name, values.get(name), low, high)
            for name, (low, high) in self.columns.items()
        ]

    # --8<-- [end:ch37-card-decision]


# --8<-- [start:ch37-quantity]
def quantity(name: str, value: object, low: float, high: float) -> float:
    """Return a value as a number, if it is one within the limits.

    >>> quantity("age", "42", 18, 99)
    42.0
    """
    found: Any = math.nan
    if isinstance(value, Real) and not isinstance(value, bool):
        found = value
    elif isinstance(value, str) and "_" not in value:  # float takes 1_000
        with suppress(ValueError):  # it stays NaN, which no limits enclose
            found = float(value)
    if not low <= found <= high:
        expected = f"a number from {low:g} to {high:g}"
        got = "nothing" if value is None else repr(value)[:40]
        raise ValueError(complaint(name, expected, got))
    return float(found)


# --8<-- [end:ch37-quantity]


# --8<-- [start:ch37-publish]
def publish(folder: Path, model: Model, card: Card) -> None:
    """Write a model and its card side by side, under the card's version.

    Raises
    ------
    FileExistsError
        If this version is there already: a version never changes.
    ValueError
        If the model does not answer rows of the card's columns.
    """
    check_model(model, len(card.columns))
    beside = folder / f"{card.version}.json"
    if beside.exists():
        raise FileExistsError(complaint("publish", "a new version", beside))
    path = folder / f"{card.version}.npz"
    model.save(path)
    content = asdict(card) | {"sha256": digest(path)}
    write_text(beside, json.dumps(content, indent=1))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    beside.write_text(text, "utf-8")
    os.replace(beside, path)


# --8<-- [end:ch37-publish]


# --8<-- [start:ch37-check-model]
def check_model(model: Model, n_columns: int) -> None:
    """Raise an error unless the model answers rows of so many columns."""
    try:
        shape = ask(model, np.zeros((1, n_columns))).shape
    except (TypeError, ValueError) as error:
        expected = f"a model of {n_columns} columns"
        raise ValueError(complaint("Release", expected, error)) from error
    if shape not in ((1, 1), (1, 2)):
        expected = "one probability per row, or two"
        raise ValueError(complaint("Release", expected, f"shape {shape}"))


def ask(model: Model, rows: Array) -> Array:
    """Return what a model says of rows, in the float type of its layers."""
    parts = every_part(model.parts)
    dtypes = (part.dtype for part in parts if hasattr(part, "dtype"))
    return model.predict(rows.astype(next(dtypes, np.float64)))


# --8<-- [end:ch37-check-model]


# --8<-- [start:ch37-answer]
class Answer(NamedTuple):
    """What is said of one row.

    >>> Answer(0.25, "ask").decision
    'ask'
    """

    probability: float
    decision: str


# --8<-- [end:ch37-answer]


# --8<-- [start:ch37-release-class]
class Release:
    """A model that answers, with its card."""

    def __init__(self, model: Model, card: Card) -> None:
        check_model(model, len(card.columns))
        self.model, self.card = model, card

    @classmethod
    def load(cls, folder: Path, version: str) -> "Release":
        """Return a version that `publish` has written.

        Raises
        ------
        OSError, TypeError, ValueError
            If it isn't there, or the two files don't belong together.
        """
        content = json.loads((folder / f"{version}.json").read_text("utf-8"))
        wanted = content.pop("sha256", None)
        card, path = Card(**content), folder / f"{version}.npz"
        if digest(path) != wanted or card.version != version:
            expected = f"{path.name} as it was published, and its card"
            raise ValueError(complaint("Release", expected, "another file"))
        return cls(Model.load(path), card)

    def answers(self, rows: list[list[float]]) -> list[Answer]:
        """Return an answer for each row of `Card.row`."""
        chances = ask(self.model, np.array(rows, np.float64))[:, -1]
        said = [round(chance, 6) for chance in chances.tolist()]
        return [Answer(p, self.card.decision(p)) for p in said]


# --8<-- [end:ch37-release-class]


# --8<-- [start:ch37-shelf]
class Shelf:
    """A folder of releases, and the one that answers now.

    Its version is in the file ``current.txt``, which is read each time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held: Release | None = None

    def switch(self, version: str) -> None:
        """Let another version answer, forwards or back, if it loads."""
        Release.load(self.folder, version)
        write_text(self.folder / "current.txt", version)

    def release(self) -> Release:
        """Return the release that answers now."""
        version = (self.folder / "current.txt").read_text("utf-8").strip()
        if self.held is None or self.held.card.version != version:
            self.held = Release.load(self.folder, version)
        return self.held


# --8<-- [end:ch37-shelf]


# --8<-- [start:ch37-release-main]
def main(argv: list[str] | None = None) -> None:
    """Let another version answer, from the command line."""
    parser = argparse.ArgumentParser("python -m nnfs_code.release")
    parser.add_argument("folder", type=Path)
    parser.add_argument("version")
    chosen = parser.parse_args(argv)
    try:
        Shelf(chosen.folder).switch(chosen.version)
    except (OSError, TypeError, ValueError) as error:
        parser.error(str(error))
    print(f"{chosen.version} answers now")


if __name__ == "__main__":
    main()

# --8<-- [end:ch37-release-main]
