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
            r"\[@\w+",
            "[@nobody1900",
            r"{file}:{line}: the page shows \[@nobody1900",
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


# Pages whose sources lie in four places. Entries have a rule of their own.
LINKING = {
    CHAPTER: "chapters/05-loss.md",
    "resources/names.md": "resources/names.md",
    "SECURITY.md": "about/security.md",
    "docs/notebooks/05-loss-surface.py": "notebooks/05-loss-surface.md",
}
BROKEN = (
    *("chapters/05-nowhere.md", "code/05-nowhere.zip", "assets/nothing.svg"),
    *("notebooks/99-nothing.ipynb", "chapters/04-activation-functions.md#no"),
    *("chapters/06-introducing-optimization.md#eq-6-99", "#here"),
    *("chapters/06-introducing-optimization.md#fig-ch06-nothing",),
    "resources/bibliography.md#ref-nobody1900",
)
WHOLE = (
    *("chapters/04-activation-functions.md#saturation", "assets/favicon.svg"),
    *("chapters/05-loss.md#eq-5-1", "chapters/05-loss.md#fig-{figure}"),
    *("code/05-loss.zip", "resources/bibliography.md#ref-shannon1948"),
)


def test_the_build_names_each_broken_link(repository, tmp_path):
    text = (repository.root / CHAPTER).read_text("utf-8")
    figure = re.search(r"\]\(figure:([\w-]+)", text)[1]
    targets = [*BROKEN, *(one.format(figure=figure) for one in WHOLE)]
    links = " ".join(
        f"[a]({one if one[0] == '#' else f'../{one}'})" for one in targets
    )
    for name in LINKING:
        cell = "# %% [markdown]\n# " if name.endswith(".py") else ""
        repository(name, None, f"\n\n{cell}{links}\n")
    done = mkdocs_build(repository.root, tmp_path / "site")
    assert done.returncode != 0
    told = r"Doc file '(.+?)' contains a link '(?:\.\./)*(.+?)', but"
    found = re.findall(told, done.stderr)
    each = [(page, one) for page in LINKING.values() for one in BROKEN]
    assert sorted(found) == sorted(each), done.stderr[-2000:]


def test_the_build_names_what_a_page_is_not(repository, tmp_path):
    """All pages' problems at once, by the lines of their sources."""
    box = repository(CHAPTER, r"^(sure of, and each .*)\n///$", r"\1 ///")
    entry = "reflections/2026-11-22-adam-did-not-win.md"
    listed = repository(entry, None, "\nWords:\n- one\n")
    cells = repository(
        "docs/notebooks/05-loss-surface.py",
        r"\Z",
        "\n# %% [markdown]\n# | a |\n# |---|\n# | 1 | 2 |\n",
    )
    done = mkdocs_build(repository.root, tmp_path / "site")
    assert done.returncode != 0
    for place in (
        f"{CHAPTER}:{box}: the page shows ///",
        f"{entry}:{listed + 2}: GitHub shows this list otherwise",
        f"docs/notebooks/05-loss-surface.py:{cells + 4}: expected 1 cells",
    ):
        assert place in done.stderr
    assert re.search(rf"{CHAPTER}:\d+: this box is not closed", done.stderr)


def test_an_edited_output_is_found(repository):
    import weaving
    from weaving import running

    line = repository(CHAPTER, r"```output\n(.*)\n", "```output\n\\1 7\n")
    known, _ = weaving.parse_package(repository.root)
    text = (repository.root / CHAPTER).read_text("utf-8")
    runs = running.run(text, CHAPTER, repository.root, known)
    (problem,) = running.compare(runs, CHAPTER)
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
