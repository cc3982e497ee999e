"""Faults planted in a copy of the repository: each fails, by file and line."""

import re
import subprocess
import sys

import pytest

from building import copy_of_repository, mkdocs_build

CHAPTER = "docs/chapters/05-loss.md"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return copy_of_repository(tmp_path_factory.mktemp("pristine"))


@pytest.fixture
def repository(pristine, tmp_path):
    """A copy in which to plant: the fault is taken back afterwards."""
    kept = {}

    def plant(name, old, new):
        path = pristine / name
        text = path.read_text("utf-8") if path.exists() else ""
        kept.setdefault(path, text if path.exists() else None)
        if old is None:
            fresh = text + new
        else:
            assert re.search(old, text, re.M), f"{name} has no {old}"
            fresh = re.sub(
                old, lambda m: m.expand(new), text, count=1, flags=re.M
            )
        assert fresh != text
        path.write_text(fresh, "utf-8")
        return line_of_change(text, fresh)

    plant.root = pristine
    yield plant
    for path, text in kept.items():
        if text is None:
            path.unlink()
        else:
            path.write_text(text, "utf-8")


def line_of_change(before, after):
    for number, (a, b) in enumerate(
        zip(before.splitlines(), after.splitlines(), strict=False), 1
    ):
        if a != b:
            return number
    return len(before.splitlines()) + 1


def tools(root, *arguments):
    return subprocess.run(
        [sys.executable, "docs/tools", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_pristine_copy_has_no_problem(pristine):
    done = tools(pristine, "check")
    assert done.returncode == 0, done.stderr
    assert "No problem found." in done.stdout


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        pytest.param(
            CHAPTER,
            r'"losses\.py:ch05-sample-losses"',
            '"losses.py:ch05-renamed"',
            r"{file}:{line}: no section losses\.py:ch05-renamed",
            id="renamed section",
        ),
        pytest.param(
            CHAPTER,
            r"\A(---\n(?:.*\n)*?---\n(?:.*\n){3})",
            "\\1\n```python\nprint(1)\n```\n",
            r"{file}:\d+: this Python is typed",
            id="typed Python",
        ),
        pytest.param(
            CHAPTER,
            r"\]\((?:\w[^)]*)\.md\)",
            "](04-nowhere.md)",
            r"{file}:\d+: broken link to 04-nowhere\.md",
            id="broken link",
        ),
        pytest.param(
            CHAPTER,
            r"\]\((\w[^)#]*)\.md\)",
            r"](\1.md#nowhere)",
            r"{file}:\d+: broken anchor in \S+#nowhere",
            id="broken anchor",
        ),
        pytest.param(
            CHAPTER,
            r"\[@\w+",
            "[@nobody1900",
            r"{file}:{line}: unknown citation @nobody1900",
            id="unknown citation",
        ),
        pytest.param(
            CHAPTER,
            r"^\$\$\n",
            "$$\n\\\\frac{{1} ",
            r"{file}:\d+: TeX: ",
            id="bad TeX",
        ),
        pytest.param(
            CHAPTER,
            r"\]\(figure:ch05-[\w-]+",
            "](figure:ch05-nothing",
            r"{file}:\d+: .*ch05-nothing",
            id="unknown figure",
        ),
        pytest.param(
            "reflections/2026-02-30-bad-date.md",
            None,
            "---\ntitle: Bad\ndate: 2026-02-30\n---\n\nText.\n",
            r"{file}:1: 2026-02-30 is not in the calendar",
            id="reflection with a bad date",
        ),
        pytest.param(
            "resources/references.bib",
            None,
            "\n@article{broken1999,\n  title = {Unclosed,\n",
            r"{file}:\d+: ",
            id="bad BibTeX",
        ),
        pytest.param(
            "nnfs_code/losses.py",
            r"^# --8<-- \[end:ch05-losses-imports\]\n",
            "",
            r"{file}:\d+: section ch05-check-probabilities starts inside",
            id="unclosed section",
        ),
    ],
)
def test_the_quick_check_names_the_planted_fault(
    repository, name, old, new, message
):
    line = repository(name, old, new)
    done = tools(repository.root, "check")
    pattern = message.replace("{file}", re.escape(name))
    pattern = pattern.replace("{line}", str(line))
    assert done.returncode == 1
    assert re.search(pattern, done.stderr), done.stderr[-2000:]


def test_the_build_stops_at_a_problem_of_the_content(repository, tmp_path):
    repository(CHAPTER, r'"losses\.py:ch05-mean-loss"', '"losses.py:ch05-no"')
    done = mkdocs_build(repository.root, tmp_path / "site")
    assert done.returncode != 0
    assert re.search(rf"{CHAPTER}:\d+: no section", done.stderr)


def test_an_edited_output_is_found(repository):
    import pages
    import sections

    line = repository(CHAPTER, r"```output\n(.*)\n", "```output\n\\1 7\n")
    known, _ = sections.parse_package(repository.root)
    text = (repository.root / CHAPTER).read_text("utf-8")
    runs = pages.run(text, CHAPTER, repository.root, known)
    (problem,) = pages.compare(runs, CHAPTER)
    assert problem.line < line
    assert "the page shows another output" in str(problem)


def test_a_changed_claim_is_found(repository):
    """A number changed on the page breaks the test that measures it."""
    import claims

    named, words = "05-loss", "the mean was {} at the usual tiny weights"
    before = claims.claim(named, words, repository.root)
    number = re.escape(f"{before:g}")
    repository(CHAPTER, rf"{number}(\s+at\s+the\s+usual)", r"0.3123\1")
    assert claims.claim(named, words, repository.root) == 0.3123
    done = subprocess.run(
        [
            *[sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            *map(str, sorted(repository.root.glob("tests/chapters/test_05*"))),
        ],
        cwd=repository.root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stdout[-2000:]


def test_a_failing_cell_stops_the_build_with_its_name(repository, tmp_path):
    name = next(
        path.relative_to(repository.root).as_posix()
        for path in sorted((repository.root / "docs/notebooks").glob("05*.py"))
    )
    repository(name, r"^# %%\n", "# %%\nprint(1 / 0)\n")
    done = mkdocs_build(repository.root, tmp_path / "site")
    assert done.returncode != 0
    assert re.search(
        rf"{re.escape(name)}:\d+: .*ZeroDivisionError", done.stderr
    )


def test_an_error_while_a_figure_is_drawn_stops_the_build(
    repository, tmp_path
):
    name = "docs/figures/ch05.py"
    repository(name, r"^    return (\w+)$", "    \\1 = 1 / 0\n    return \\1")
    done = mkdocs_build(repository.root, tmp_path / "site")
    assert done.returncode != 0
    assert re.search(rf"{name}:\d+: .*ZeroDivisionError", done.stderr)
