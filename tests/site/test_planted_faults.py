"""Faults planted in a copy of the repository: each fails, by file and line."""

import re
import sys

import pytest

from building import copy_of_repository, mkdocs_build, ran

CHAPTER = "docs/chapters/05-loss.md"
ENTRY = "reflections/2026-11-22-adam-did-not-win.md"
NOTEBOOK = "docs/notebooks/05-loss-surface.py"


@pytest.fixture(scope="module")
def pristine(site, tmp_path_factory):
    """A copy, with what the site's build has drawn and run."""
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

    plant.root = pristine
    yield plant
    for path, text in kept.items():
        if text is None:
            path.unlink()
        else:
            path.write_text(text, "utf-8")


# What is planted at once: file, old, new, and what is said of it.
SOURCES = (
    (
        *(CHAPTER, r"\A(---\n(?:.*\n)*?---\n(?:.*\n){3})"),
        *("\\1\n```python\nprint(1)\n```\n", "this Python is typed"),
    ),
    (
        *(CHAPTER, r'"losses\.py:ch05-sample-losses"'),
        *('"losses.py:ch05-renamed"', "no section losses.py:ch05-renamed"),
    ),
    (
        *("reflections/2026-02-30-bad-date.md", None),
        "---\ntitle: Bad\ndate: 2026-02-30\n---\n\nText.\n",
        "only entries named YYYY-MM-DD",
    ),
    (
        "nnfs_code/losses.py",
        r"^# --8<-- \[end:ch05-losses-imports\]\n",
        "",
        "section ch05-check-probabilities starts inside",
    ),
)
UNCLOSED = "\n@article{broken1999,\n  title = {Unclosed,\n"
WORKS = [("resources/references.bib", None, UNCLOSED, "")]
PAGES = (
    (CHAPTER, r"^(\w.*)\n\n///$", r"\1 ///", "the page shows ///"),
    (CHAPTER, r"\[@\w+", "[@nobody1900", "the page shows [@nobody1900"),
    (CHAPTER, r"^\$\$\n", "$$\n\\\\frac{{1} ", "TeX: "),
    (
        *(CHAPTER, r"\]\(figure:ch05-[\w-]+", "](figure:ch05-nothing"),
        "unknown figure:ch05-nothing",
    ),
    (ENTRY, None, "\nWords:\n- one\n", "GitHub shows this list otherwise"),
    (
        NOTEBOOK,
        None,
        "\n# %% [markdown]\n# | a |\n# |---|\n# | 1 | 2 |\n",
        "expected 1 cells",
    ),
)
RUNS = [(NOTEBOOK, r"^# %%\n", "# %%\nprint(1 / 0)\n", "cell 2 failed: ZeroD")]
FAILS = "    \\1 = 1 / 0\n    return \\1"
DRAWINGS = [
    ("docs/figures/ch05.py", r"^    return (\w+)$", FAILS, "figure ch")
]


@pytest.mark.parametrize("faults", [WORKS, SOURCES, PAGES, RUNS, DRAWINGS])
def test_the_check_names_each_planted_fault(repository, faults):
    for name, old, new, _ in faults:
        repository(name, old, new)
    done = mkdocs_build(repository.root, repository.root / ".cache/checked")
    assert done.returncode == 1
    for name, _, _, message in faults:
        told = rf"^{re.escape(name)}:\d+: .*{re.escape(message)}"
        assert re.search(told, done.stderr, re.M), done.stderr[-2000:]


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


def test_a_changed_claim_is_found(repository):
    """A number changed on the page breaks the test that measures it."""
    import claims

    named, words = "05-loss", "the mean was {} at the usual tiny weights"
    before = claims.claim(named, words, repository.root)
    number = re.escape(f"{before:g}")
    repository(CHAPTER, rf"{number}(\s+at\s+the\s+usual)", r"0.3123\1")
    assert claims.claim(named, words, repository.root) == 0.3123
    done = ran(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *sorted(repository.root.glob("tests/chapters/test_05*")),
        cwd=repository.root,
    )
    assert done.returncode == 1, done.stdout[-2000:]
