"""The commands of the Makefile: ``python docs/tools check | outputs | …``."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import checks
import text
import weaving
from contributed import change, new
from problems import Problem, annotation, summary

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python docs/tools", description="Tools of the journal."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="check the content, by a strict build")
    slicing = commands.add_parser("slice", help="write the code so far")
    slicing.add_argument("chapter", type=int, metavar="N")
    slicing.add_argument("folder", type=Path, metavar="DIR")
    outputs = commands.add_parser(
        "outputs", help="run the pages' blocks, write what they print"
    )
    outputs.add_argument("page", nargs="*", type=Path)
    entry = commands.add_parser("new-reflection", help="start a dated entry")
    entry.add_argument("--title")
    entry.add_argument("--author", help="your account name on GitHub")
    entry.add_argument("--chapters", help="numbers, as 3,5")
    sent = commands.add_parser(
        "check-change", help="check a pull request that shares a reflection"
    )
    sent.add_argument("--author", required=True, metavar="ACCOUNT")
    sent.add_argument("--tree", required=True, type=Path, metavar="DIR")
    sent.add_argument("--base", required=True, metavar="REVISION")
    judging = commands.add_parser(
        "check-entry", help="check entries alone, in seconds"
    )
    judging.add_argument("entry", nargs="+", type=Path, metavar="FILE")
    chosen = parser.parse_args(arguments)
    if chosen.command == "check":
        return check()
    if chosen.command == "check-change":
        return check_change(chosen.author, chosen.tree, chosen.base)
    if chosen.command == "check-entry":
        return report(
            problem
            for path in chosen.entry
            for problem in checks.of_entry(ROOT, path.resolve())
        )
    if chosen.command == "slice":
        return write_slice(chosen.chapter, chosen.folder)
    if chosen.command == "outputs":
        return refresh_outputs(chosen.page)
    return new_reflection(chosen.title, chosen.author, chosen.chapters)


def report(problems: Iterable[Problem]) -> int:
    """Print the problems, and return 1 where there are any.

    On GitHub they stand beside the lines and in the run's summary as well.
    """
    found = sorted(set(problems))
    on_github = os.environ.get("GITHUB_ACTIONS") == "true"
    for problem in found:
        print(annotation(problem) if on_github else problem, file=sys.stderr)
    if found and on_github:
        with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a") as page:
            page.write(summary(found))
    many = "s" if len(found) > 1 else ""
    print(f"{len(found)} problem{many}." if found else "No problem found.")
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
    print("\n".join(told) if done.returncode else "No problem found.")
    return done.returncode


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


def refresh_outputs(chosen: list[Path]) -> int:
    """Run the blocks of pages and write their outputs under them."""
    from weaving import running  # it needs what the tests need

    known, found = weaving.parse_package(ROOT)
    documents, wrong = text.documents(ROOT)
    names = {path.resolve().relative_to(ROOT).as_posix() for path in chosen}
    for page in documents.values():
        if page.path.endswith(".py") or (names and page.path not in names):
            continue
        wrong += weaving.problems(page, known)
        if any(problem.path == page.path for problem in wrong):
            continue
        runs = running.run(page.text, page.path, ROOT, known)
        found += [one.problem for one in runs if one.problem]
        fresh = running.refresh(page.text, [r for r in runs if not r.problem])
        if fresh != page.text:
            (ROOT / page.path).write_text(fresh, "utf-8", newline="\n")
            print(f"{page.path}: outputs refreshed")
    return report(found + wrong)


def new_reflection(
    title: str | None, author: str | None, chapters: str | None
) -> int:
    """Write a new entry from the template; ask for what is not given."""
    from datetime import date

    asking = sys.stdin.isatty()
    if not asking and not (title and author):
        print("expected --title and --author", file=sys.stderr)
        return 2
    try:
        title = title or input("Title of the entry: ")
        if chapters is None:
            said = "Chapters it is about, as 3, 5 (Enter for none): "
            chapters = input(said) if asking else ""
        author = author or input("Your account name on GitHub: ")
        path = new.start(ROOT, title, author, chapters, date.today())
    except (EOFError, KeyboardInterrupt):
        print("\nNothing was written.", file=sys.stderr)
        return 2
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(new.next_steps(path.relative_to(ROOT).as_posix()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
