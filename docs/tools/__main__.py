"""The commands of the Makefile: ``python docs/tools check | outputs | …``."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import checks
import hosting
import issue_form
import pages
import sections
import serving
from contributed import new
from problems import Problem

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python docs/tools", description="Tools of the journal."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="check the content, without a build")
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
    judging = commands.add_parser(
        "check-entry", help="check entries alone, in seconds"
    )
    judging.add_argument("entry", nargs="+", type=Path, metavar="FILE")
    server = commands.add_parser("serve", help="serve the journal")
    server.add_argument("--port", type=int, default=8000)
    hosting.add_commands(commands, report)
    volume = commands.add_parser("book", help="make the book of a site")
    volume.add_argument("site", type=Path, metavar="SITE")
    volume.add_argument("folder", type=Path, metavar="DIR")
    chosen = parser.parse_args(arguments)
    if chosen.command == "book":
        return make_book(chosen.site, chosen.folder)
    if "run" in chosen:
        return int(chosen.run(chosen))
    if chosen.command == "serve":
        return serving.serve(ROOT, chosen.port)
    if chosen.command == "check":
        found = checks.everything(ROOT)
        return report(found + issue_form.form_problems(ROOT))
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
    """Print the problems, and return 1 where there are any."""
    found = sorted(set(problems))
    for problem in found:
        print(problem, file=sys.stderr)
    many = "s" if len(found) > 1 else ""
    print(f"{len(found)} problem{many}." if found else "No problem found.")
    return 1 if found else 0


def write_slice(chapter: int, folder: Path) -> int:
    """Write the package as of a chapter."""
    try:
        written = sections.write_slice(ROOT, chapter, folder)
    except (ValueError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Wrote {len(written)} files as of chapter {chapter} to {folder}.")
    return 0


def refresh_outputs(chosen: list[Path]) -> int:
    """Run the blocks of pages and write their outputs under them."""
    known, faults = sections.parse_package(ROOT)
    found: list[Problem] = list(faults)
    for path in chosen or checks.quoting_pages(ROOT):
        name = path.resolve().relative_to(ROOT).as_posix()
        text = path.read_text("utf-8")
        wrong = pages.check(text, name, known)
        if wrong:
            found += wrong
            continue
        runs = pages.run(text, name, ROOT, known)
        found += [one.problem for one in runs if one.problem]
        fresh = pages.refresh(text, [r for r in runs if not r.problem])
        if fresh != text:
            path.write_text(fresh, "utf-8", newline="\n")
            print(f"{name}: outputs refreshed")
    return report(found)


def make_book(site: Path, folder: Path) -> int:
    """Write the EPUB and, where Chromium is found, the PDF."""
    import book
    import book_print

    url = book.site_url_of(ROOT)
    epub, wrong = book.make(ROOT, site, folder, site_url=url)
    print(f"Wrote {epub} ({epub.stat().st_size / 1e6:.1f} MB).")
    for fault in wrong:
        print(fault, file=sys.stderr)
    if program := book_print.chromium():
        pdf = book.make_pdf(ROOT, site, folder, program, site_url=url)
        print(f"Wrote {pdf} ({pdf.stat().st_size / 1e6:.1f} MB).")
    else:
        print(
            "No Chromium was found, so there is no PDF. Install one, or name "
            "its program in CHROMIUM."
        )
    return 1 if wrong else 0


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
