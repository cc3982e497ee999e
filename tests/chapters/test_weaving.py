"""Every page as its reader sees it: it quotes, runs, and prints what it says.

Pages and chapters are found, not listed: a new one is tested by being there.
"""

import re
import runpy
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import course
import pages
import pytest
import sections

import checks

ROOT = Path(__file__).resolve().parents[2]
SECTIONS, FAULTS = sections.parse_package(ROOT)
PAGES = [
    path.relative_to(ROOT).as_posix() for path in checks.quoting_pages(ROOT)
]
WITH_CODE = [
    page
    for page in PAGES
    if any(f.is_python for f in pages.fences((ROOT / page).read_text("utf-8")))
]
CHAPTERS = sorted(course.chapters(course.load(ROOT)))
SCRIPTS = sorted((ROOT / "nnfs_code" / "chapters").glob("ch*.py"))


def test_there_is_something_to_test():
    assert FAULTS == []
    assert len(CHAPTERS) >= 5
    assert len(WITH_CODE) >= len(CHAPTERS)
    assert len(SCRIPTS) == len(CHAPTERS)


def test_the_content_has_no_problem():
    assert [str(problem) for problem in checks.everything(ROOT)] == []


@pytest.mark.parametrize("page", WITH_CODE)
def test_the_blocks_of_a_page_run_and_print_what_is_shown(page):
    text = (ROOT / page).read_text("utf-8")
    runs = pages.run(text, page, ROOT, SECTIONS)
    assert runs
    assert [str(p) for p in pages.compare(runs, page)] == []
    assert pages.refresh(text, runs) == text  # `make outputs` changes nothing


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_chapter_script_prints_what_its_page_shows(script, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        runpy.run_path(str(script), run_name="__main__")
    printed = capsys.readouterr().out.splitlines()
    assert [line.rstrip() for line in printed] == shown_by_page_of(script)


def shown_by_page_of(script):
    """Return all outputs on a script's page, from top to bottom.

    In another order a script would hand its random numbers to other runs,
    and print what no page shows.
    """
    number, slug = script.stem.removeprefix("ch").split("_", 1)
    page = ROOT / "docs/chapters" / f"{number}-{slug.replace('_', '-')}.md"
    return [
        line
        for fence in pages.fences(page.read_text("utf-8"))
        if fence.language == "output"
        for line in fence.lines
    ]


def test_sections_are_short():
    """At most 25 lines of code; a docstring may come on top, to 40 lines."""
    docstring = re.compile(r'"""(?:.|\n)*?"""\n?')
    long = []
    for section in SECTIONS.values():
        text = section.text.strip()
        code = docstring.sub("", text).splitlines()
        if len(code) > 25 or len(text.splitlines()) > 40:
            long.append(f"{section.file}:{section.start}: {section.name}")
    assert long == []


@pytest.fixture(scope="module", params=CHAPTERS, ids="as of {}".format)
def code_so_far(request, tmp_path_factory):
    """The package as of a chapter, in a folder of its own."""
    chapter = request.param
    folder = tmp_path_factory.mktemp(f"slice{chapter:02}")
    sections.write_slice(ROOT, chapter, folder)
    return chapter, folder


def python(*arguments, folder):
    """Run Python in a slice, with nothing else of the repository in reach."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=clean_environment(),
    )


def clean_environment():
    import os

    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    # The laws are tried on many examples in the whole package, on some here.
    return {
        **kept,
        "EXAMPLES": "10",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }


def modules(folder):
    return [
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in sorted((folder / "nnfs_code").glob("*.py"))
        if path.stem != "__init__"
    ]


def test_a_slice_imports(code_so_far):
    _, folder = code_so_far
    lines = "\n".join(f"import {name}" for name in modules(folder))
    code = f"import nnfs_code\n{lines}\nprint(nnfs_code.__file__)"
    done = python("-c", code, folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(folder))


def test_a_slice_has_no_undefined_name_and_no_unused_import(code_so_far):
    _, folder = code_so_far
    done = python(
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select=F,E9",
        "--no-cache",
        str(folder / "nnfs_code"),
        folder=folder,
    )
    assert done.returncode == 0, done.stdout


def test_a_slice_passes_its_own_doctests(code_so_far):
    _, folder = code_so_far
    for name in modules(folder):
        file = folder / Path(*name.split(".")).with_suffix(".py")
        done = python("-m", "doctest", str(file), folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_slice_runs_the_scripts_of_its_chapters(code_so_far):
    chapter, folder = code_so_far
    scripts = sorted((folder / "nnfs_code" / "chapters").glob("ch*.py"))
    numbers = [int(script.stem[2:4]) for script in scripts]
    assert numbers == [n for n in CHAPTERS if n <= chapter]
    for script in scripts:
        name = f"nnfs_code.chapters.{script.stem}"
        done = python("-m", name, folder=folder)
        assert done.returncode == 0, f"{name}: {done.stderr}"
        assert done.stdout


def test_a_slice_passes_the_package_tests_that_apply(code_so_far):
    """Run the test files whose imports the slice has."""
    _, folder = code_so_far
    fitting = [
        path
        for path in sorted((ROOT / "tests" / "package").glob("test_*.py"))
        if python("-c", imports_of(path), folder=folder).returncode == 0
    ]
    if not modules(folder):
        assert fitting == []
        return
    assert fitting
    tests = folder / "tests"
    tests.mkdir()
    for path in fitting:
        (tests / path.name).write_text(path.read_text("utf-8"), "utf-8")
    beside = ROOT / "tests" / "package"
    shutil.copytree(beside / "golden", tests / "golden")
    shutil.copy(beside / "make_golden.py", tests)
    conftest = ROOT / "tests" / "conftest.py"
    (tests / "conftest.py").write_text(conftest.read_text("utf-8"), "utf-8")
    done = python(
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "tests",
        folder=folder,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def imports_of(path):
    """Return a program that imports what a test file imports."""
    import ast

    tree = ast.parse(path.read_text("utf-8"))
    wanted = [
        ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "nnfs_code" in ast.unparse(node)
    ]
    return "\n".join(wanted) or "raise SystemExit(1)"
