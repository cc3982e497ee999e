"""The commands of the Makefile: ``python docs/tools check | slice | …``."""

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import checks
import weaving
from contributed import change
from problems import Problem

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python docs/tools", description="Tools of the journal."
    )
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: Callable[..., int], said: str) -> Any:
        made = commands.add_parser(name, help=said)
        made.set_defaults(run=run)
        return made.add_argument

    command("check", check, "check the content, by a strict build")
    add = command("slice", write_slice, "write the code so far")
    add("chapter", type=int, metavar="N")
    add("folder", type=Path, metavar="DIR")
    add = command("check-change", check_change, "check a pull request")
    add("--author", required=True, metavar="ACCOUNT")
    add("--tree", required=True, type=Path, metavar="DIR")
    add("--base", required=True, metavar="REVISION")
    add = command("check-entry", check_entry, "check entries, in seconds")
    add("entries", nargs="+", type=Path, metavar="FILE")
    chosen = vars(parser.parse_args(arguments))
    return int(chosen.pop("run")(**chosen))


def report(problems: Iterable[Problem]) -> int:
    """Print the problems, and return 1 where there are any."""
    found = sorted(set(problems))
    if found:
        print(*found, sep="\n", file=sys.stderr)
    else:
        print("No problem found.")
    return 1 if found else 0


def check() -> int:
    """Build the site strictly, into the cache: that is the whole check."""
    build = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(
        [*build, "--site-dir", ".cache/checked"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    told = [
        line
        for line in done.stderr.splitlines()
        if not line.startswith("INFO ")
    ]
    if done.returncode:
        print(*told, sep="\n", file=sys.stderr)
    else:
        print("No problem found.")
    return done.returncode


def check_entry(entries: list[Path]) -> int:
    """Check entries alone, without a build."""
    judged = (checks.of_entry(ROOT, path.resolve()) for path in entries)
    return report(chain.from_iterable(judged))


def check_change(author: str, tree: Path, base: str) -> int:
    """Check a pull request by the rules of the repository that this is."""
    try:
        return report(
            change.problems(ROOT, tree, author, base, checks.of_entry)
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2


def write_slice(chapter: int, folder: Path) -> int:
    """Write the package as of a chapter."""
    try:
        written = weaving.write_slice(ROOT, chapter, folder)
    except (ValueError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Wrote {len(written)} files as of chapter {chapter} to {folder}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
