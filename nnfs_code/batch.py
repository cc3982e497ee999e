# --8<-- [start:ch37-batch-imports]
"""Answers for a file: CSV in, CSV out, and bad rows told by line."""

import argparse
import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from nnfs_code.arrays import complaint
from nnfs_code.release import Card, Release, Shelf

ADDED = ["probability", "decision", "version"]

# --8<-- [end:ch37-batch-imports]


# --8<-- [start:ch37-told]
class Told(NamedTuple):
    """How many rows were answered, and what is wrong with the others.

    >>> Told(2, ["a.csv:3: age expected a number from 18 to 99, got '7'"])[0]
    2
    """

    answered: int
    problems: list[str]


# --8<-- [end:ch37-told]


# --8<-- [start:ch37-predict-file]
def predict_file(release: Release, source: Path, target: Path) -> Told:
    """Answer each good row of a CSV file; write them into another.

    Rows keep their other columns. The file is written whole or not at all.

    Raises
    ------
    OSError, ValueError
        If it is no CSV file in UTF-8 with the columns of the card.
    """
    beside = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with (
            open(source, newline="", encoding="utf-8-sig") as lines,
            open(beside, "w", newline="", encoding="utf-8") as file,
        ):
            told = answer_lines(release, source.name, lines, file)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    return told


# --8<-- [end:ch37-predict-file]


# --8<-- [start:ch37-answer-lines]
def answer_lines(
    release: Release, name: str, lines: TextIO, file: TextIO
) -> Told:
    """Answer the good rows of an open file, and tell of the others."""
    reader = csv.DictReader(lines, strict=True)
    n_answered, problems = 0, list[str]()
    try:
        names = check_names(f"{name}:1:", reader.fieldnames, release.card)
        # Lines end in CR LF, or Python 3.11 would leave a CR unquoted.
        writer = csv.DictWriter(file, names + ADDED)
        writer.writeheader()
        for chunk in chunks(reader, name, release.card, problems):
            answers = release.answers([inputs for _, inputs in chunk])
            for (row, _), answer in zip(chunk, answers, strict=True):
                version = {"version": release.card.version}
                writer.writerow(row | answer._asdict() | version)
            n_answered += len(chunk)
    except (UnicodeError, csv.Error) as error:
        place = f"{name}, after line {reader.line_num}"
        raise ValueError(f"{place}: {error}") from error
    return Told(n_answered, problems)


# --8<-- [end:ch37-answer-lines]


# --8<-- [start:ch37-chunks]
def chunks(
    reader: "csv.DictReader[str]", name: str, card: Card, problems: list[str]
) -> Iterator[list[tuple[dict[str, Any], list[float]]]]:
    """Yield up to 1024 good rows and their inputs; note what is wrong."""
    good: list[tuple[dict[str, Any], list[float]]] = []
    for row in reader:
        try:
            check_length(row)
            good.append((row, card.row(row)))
        except ValueError as error:
            problems.append(f"{name}:{reader.line_num}: {error}")
        if len(good) == 1024:
            yield good
            good = []
    if good:
        yield good


# --8<-- [end:ch37-chunks]


# --8<-- [start:ch37-check-names]
def check_names(place: str, names: Any, card: Card) -> list[str]:
    """Return the names of the first line, if the card's are among them."""
    found = list(names or [])
    missing = [name for name in card.columns if name not in found]
    if missing:
        raise ValueError(complaint(place, f"columns {missing}", found))
    if len(set(found + ADDED)) < len(found) + len(ADDED):
        expected = f"each name once, and none of {ADDED}"
        raise ValueError(complaint(place, expected, found))
    return found


def check_length(row: dict[Any, Any]) -> None:
    """Raise an error unless the row has as many fields as the first line."""
    n_names = len(row.keys() - {None})
    n_fields = sum(value is not None for value in row.values())
    if None in row:
        n_fields += len(row[None]) - 1
    if n_fields != n_names:
        raise ValueError(complaint("the row", f"{n_names} fields", n_fields))


# --8<-- [end:ch37-check-names]


# --8<-- [start:ch37-batch-main]
def main(argv: list[str] | None = None) -> int:
    """Answer a file from the command line.

    Returns
    -------
    int
        0 if all rows were answered, 1 if some were not, 2 if nothing was
        written.
    """
    parser = argparse.ArgumentParser("python -m nnfs_code.batch")
    for name in ("folder", "source", "target"):
        parser.add_argument(name, type=Path)
    chosen = parser.parse_args(argv)
    try:
        release = Shelf(chosen.folder).release()
        told = predict_file(release, chosen.source, chosen.target)
    except (OSError, TypeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for problem in told.problems:
        print(problem, file=sys.stderr)
    print(
        f"{told.answered} rows answered by {release.card.version}, "
        f"{len(told.problems)} not"
    )
    return 1 if told.problems else 0


if __name__ == "__main__":
    sys.exit(main())

# --8<-- [end:ch37-batch-main]
