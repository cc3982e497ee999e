"""The checks: ``python docs/tools check`` of all, ``check-entry FILE``."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import checks
from contributed import change
from problems import Problem

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    parser = argparse.ArgumentParser(prog="python docs/tools")
    commands = parser.add_subparsers(required=True)
    commands.add_parser("check", help="by a build").set_defaults(run=check)
    add = commands.add_parser("check-change", help="of a pull request")
    add.set_defaults(run=check_change)
    add.add_argument("--author", required=True, metavar="ACCOUNT")
    add.add_argument("--tree", required=True, type=Path, metavar="DIR")
    add.add_argument("--base", required=True, metavar="REVISION")
    add = commands.add_parser("check-entry", help="of entries, in seconds")
    add.set_defaults(run=check_entry)
    add.add_argument("entries", nargs="+", type=Path, metavar="FILE")
    chosen = vars(parser.parse_args(arguments))
    return int(chosen.pop("run")(**chosen))


def report(problems: Iterable[Problem]) -> int:
    """Print the problems, and return 1 where there are any."""
    if found := sorted(set(problems)):
        print(*found, sep="\n", file=sys.stderr)
        return 1
    print("No problem found.")
    return 0


def check() -> int:
    """Build the site strictly, into the cache: that is the whole check."""
    build = "-m mkdocs build --strict --quiet --site-dir .cache/checked"
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    return subprocess.call([sys.executable, *build.split()], cwd=ROOT)


def check_entry(entries: list[Path]) -> int:
    """Check entries alone, without a build."""
    at = [path.resolve() for path in entries]
    return report(one for path in at for one in checks.of_entry(ROOT, path))


def check_change(author: str, tree: Path, base: str) -> int:
    """Check a pull request by the rules of the repository that this is."""
    try:
        found = change.problems(ROOT, tree, author, base, checks.of_entry)
        return report(found)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
