"""Every page as its reader sees it: it quotes, runs, and prints what it says.

Pages and chapters are found, not listed: a new one is tested by being there.
"""

import ast
import io
import os
import re
import runpy
import shutil
import subprocess
import sys
import warnings
import zipfile
from functools import cache
from pathlib import Path
from textwrap import indent

import pytest
from markdown import Markdown
from pymdownx.snippets import SnippetExtension, SnippetPreprocessor

import checks
import running
import text
import weaving
from layout import course
from weaving import quoting, sections

ROOT = Path(__file__).resolve().parents[2]
SOURCES = checks.read(ROOT)
SECTIONS = SOURCES.sections
AS_OF = sections.slices(ROOT)
PAGES = {
    page.path: page
    for page in SOURCES.documents.values()
    if any(map(quoting.is_python, page.fences))
}
CHAPTERS = sorted(course.chapters(SOURCES.parts))
SCRIPTS = sorted((ROOT / "nnfs_code" / "chapters").glob("ch*.py"))


def test_there_is_something_to_test():
    assert len(CHAPTERS) >= 5
    assert len(PAGES) >= len(CHAPTERS)
    assert len(SCRIPTS) == len(CHAPTERS)


def test_the_sources_have_no_problem():
    assert [str(problem) for problem in SOURCES.problems] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_blocks_of_a_page_run_and_print_what_is_shown(page):
    source = PAGES[page].text
    runs = running.run(source, page, ROOT, SECTIONS)
    assert runs
    assert [str(p) for p in running.compare(runs, page)] == []
    # `make outputs` changes nothing.
    assert running.refresh(source, runs) == source


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
        for fence in text.fences(page.read_text("utf-8"))
        if fence.language == "output"
        for line in fence.lines
    ]


def test_sections_are_short():
    """At most 25 lines of code; a docstring may come on top, to 40 lines.

    A section of imports alone is a list, and may be longer.
    """
    docstring = re.compile(r'"""(?:.|\n)*?"""\n?')
    long = []
    for section in SECTIONS.values():
        said = section.text.strip()
        code = docstring.sub("", said).splitlines()
        if all(re.match(r"import |from |    |\)|$", line) for line in code):
            continue
        if len(code) > 25 or len(said.splitlines()) > 40:
            long.append(f"{section.file}:{section.start}: {section.name}")
    assert long == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_expanded_as_the_sites_own_extension_does_it(page):
    source = PAGES[page].text
    extension = SnippetExtension(
        base_path=[str(ROOT / weaving.PACKAGE)], check_paths=True
    )
    snippets = SnippetPreprocessor(extension.getConfigs(), Markdown())
    expected = "\n".join(snippets.run(source.split("\n")))
    assert weaving.expand(source, SECTIONS) == expected


@pytest.fixture(scope="module", params=CHAPTERS, ids="as of {}".format)
def code_so_far(request, tmp_path_factory):
    """The package as of a chapter, in a folder of its own."""
    chapter = request.param
    folder = tmp_path_factory.mktemp(f"slice{chapter:02}")
    archive = weaving.zip_slice(chapter, *AS_OF(chapter).items())
    zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
    return chapter, folder / f"code-so-far-{chapter:02}"


def python(*arguments, folder):
    """Run Python in a slice, with nothing else of the repository in reach."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={
            **kept,
            # The laws are tried on many examples in the whole package.
            "EXAMPLES": "5",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
        },
    )


@cache
def modules(chapter):
    """Return the modules as of a chapter, without scripts: name → text."""
    files = AS_OF(chapter) if chapter else {}
    return {
        path.removesuffix(".py").replace("/", "."): content.decode()
        for path, content in sorted(files.items())
        if path.count("/") == 1
        and path.endswith(".py")
        and not path.endswith("__init__.py")
    }


@cache
def imported(text):
    """Return the names of the package that a text imports."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def differing(chapter, other):
    """Return the modules as of a chapter that another has not, or otherwise.

    Those that import one of them count too: they can behave otherwise.
    """
    now, then = modules(chapter), modules(other)
    new = {name for name, text in now.items() if text != then.get(name)}
    while more := {n for n in now if imported(now[n]) & new} - new:
        new |= more
    return new


def passing(chapter):
    """Return the modules that a chapter changes, and a later one again.

    What stays as it is is tested with the whole package.
    """
    changed = differing(chapter, chapter - 1)
    return changed & differing(chapter, sections.LAST_CHAPTER)


def test_what_a_chapter_changes_includes_what_imports_it():
    assert differing(2, 1) == set()
    assert differing(3, 2) == set(modules(3))
    # Chapter 5 adds to arrays, which layers import; data do as well.
    assert {"nnfs_code.arrays", "nnfs_code.layers"} <= differing(5, 4)
    assert "nnfs_code.data" not in differing(10, 9)
    assert "nnfs_code.layers" in passing(5)
    assert passing(CHAPTERS[-1]) == set()


def test_a_slice_imports(code_so_far):
    chapter, folder = code_so_far
    lines = "\n".join(f"import {name}" for name in modules(chapter))
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


def test_a_slice_runs_the_script_of_its_chapter(code_so_far):
    """Alone: the scripts before it are those of the slices before it."""
    chapter, folder = code_so_far
    scripts = sorted((folder / "nnfs_code" / "chapters").glob("ch*.py"))
    numbers = [int(script.stem[2:4]) for script in scripts]
    assert numbers == [n for n in CHAPTERS if n <= chapter]
    for script in scripts[:-1]:
        whole = ROOT / "nnfs_code" / "chapters" / script.name
        assert script.read_text("utf-8") == sections.slice_text(
            whole.read_text("utf-8"), chapter - 1
        )
    changed = differing(chapter, sections.LAST_CHAPTER)
    if not imported(scripts[-1].read_text("utf-8")) & changed:
        return  # nothing differs from the run in the whole package
    name = f"nnfs_code.chapters.{scripts[-1].stem}"
    done = python("-m", name, folder=folder)
    assert done.returncode == 0, f"{name}: {done.stderr}"
    assert done.stdout


def test_a_slice_passes_the_tests_of_what_it_changes(code_so_far):
    """Run the doctests, and the test files whose imports the slice has."""
    chapter, folder = code_so_far
    new = passing(chapter)
    if not new:
        return
    tests = folder / "tests"
    shutil.copytree(
        ROOT / "tests" / "package",
        tests,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(ROOT / "tests" / "conftest.py", tests)
    fitting = [
        f"tests/{name}"
        for name in fitting_tests(folder)
        if imported((tests / name).read_text("utf-8")) & new
    ]
    assert fitting
    done = python(
        "-m",
        "pytest",
        *["-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        "--doctest-modules",
        *(name.replace(".", "/") + ".py" for name in sorted(new)),
        *fitting,
        folder=folder,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def fitting_tests(folder):
    """Return the test files whose imports from the package the slice has."""
    tries = [
        f"try:\n{indent(imports_of(path), '    ')}\n    print({path.name!r})"
        "\nexcept ImportError:\n    pass"
        for path in sorted((folder / "tests").glob("test_*.py"))
        if imports_of(path)
    ]
    done = python("-c", "\n".join(tries), folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def imports_of(path):
    """Return the lines by which a test file imports from the package."""
    return "\n".join(
        ast.unparse(node)
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "nnfs_code" in ast.unparse(node)
    )
