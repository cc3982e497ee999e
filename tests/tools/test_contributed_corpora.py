"""Two collections of entries: what means harm is refused, the rest passes.

The files that mean harm do one harm each; those that run anything call
``alert(1)``, so that a browser can count what got through.
``expected.json`` says which line the judge must name, and with which words,
or that nothing of the harm is left on the page.
"""

import json
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import checks
import contributed
from contributed import cleaning, judge
from harmless import assert_harmless
from problems import Faulty

ROOT = Path(__file__).parents[2]
HOSTILE = Path(__file__).parent / "reflections" / "hostile"
GOOD_ENTRIES = Path(__file__).parent / "reflections" / "good"
EXPECTED = json.loads((HOSTILE / "expected.json").read_text("utf-8"))
DAY = "2026-11-20"
ENTRY = f"{DAY}-a.md"
GOOD = (
    f'---\ntitle: "A note"\ndate: {DAY}\nauthors: [journal]\nchapters: [3]\n'
    'categories: [Learned]\ntags: []\ndescription: "What I saw today."\n'
    "---\n\nI saw it.\n"
)
# Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, kana, Han, Hangul.
SCRIPTS = ("αω", "ая", "את", "اي", "अह", "กฮ", "あん", "一龥", "가힣")


@cache
def root_in(folder: Path) -> Path:
    """This repository, with a folder of reflections of its own."""
    for name in ("docs", "nnfs_code", "mkdocs.yml", "SECURITY.md"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "resources", folder / "resources")
    (folder / "reflections").mkdir()
    for name in (".authors.yml", "_template.md"):
        shutil.copy(ROOT / "reflections" / name, folder / "reflections")
    return folder


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return root_in(tmp_path_factory.mktemp("corpora"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    return root_in(tmp_path)


def test_the_manifest_names_every_file() -> None:
    files = {path.name for path in HOSTILE.iterdir()} - {"expected.json"}
    assert files == set(EXPECTED)
    assert len(files) >= 350
    harmless = [name for name, told in EXPECTED.items() if "harmless" in told]
    assert len(harmless) <= 45
    assert all(
        told.get("says") or told["harmless"] for told in EXPECTED.values()
    )


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_means_harm_is_refused_or_harmless(root: Path, name: str) -> None:
    path = root / "reflections" / f"{DAY}-{Path(name).stem}.md"
    shutil.copy(HOSTILE / name, path)
    try:
        problems = checks.of_entry(root, path)
        told = EXPECTED[name]
        if "harmless" in told:
            assert problems == []
        else:
            assert any(
                problem.line == told["line"]
                and told["says"] in problem.message
                for problem in problems
            ), problems
        # Whatever the judge says, nothing of the harm is left.
        document = contributed.read(path, root)
        assert_harmless(cleaning.clean(judge.render(document, root)))
    except Faulty:
        assert "harmless" not in EXPECTED[name]  # it makes no page
    finally:
        path.unlink()


# --- What no file of a repository can be: (what is built, line, words)


def symlink(folder: Path) -> str:
    (folder / ENTRY).symlink_to("/etc/hostname")
    return ENTRY


def symlinked_pictures(folder: Path) -> str:
    (folder / "images").symlink_to("/etc")
    return "images"


def symlinked_authors(folder: Path) -> str:
    path = folder / ".authors.yml"
    path.rename(folder.parent / "authors.yml")
    path.symlink_to(folder.parent / "authors.yml")
    return path.name


def built(name: str, data: bytes | str) -> Callable[[Path], str]:
    def build(folder: Path) -> str:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return name

    return build


BUILT: dict[str, tuple[Callable[[Path], str], int, str]] = {
    "a symbolic link": (symlink, 1, "a plain file"),
    "linked pictures": (symlinked_pictures, 1, "a plain file"),
    "linked authors": (symlinked_authors, 1, "a plain file"),
    "a large file": (built(ENTRY, GOOD + "a" * 65536), 1, "at most 65536"),
    "brackets": (built(ENTRY, GOOD + "[" * 20_000), 12, "signs [ are"),
    "tags": (built(ENTRY, GOOD + "<a>" * 20_000), 12, "signs < are"),
    "latin-1": (built(ENTRY, GOOD.encode() + b"caf\xe9"), 12, "UTF-8"),
    "UTF-16": (built(ENTRY, GOOD.encode("utf-16")), 1, "UTF-8"),
    "surrogates": (built(ENTRY, GOOD.encode() + b"\xed\xa0\x80"), 12, "UTF-8"),
    "NUL": (built(ENTRY, GOOD + "a\0b"), 12, "U+0000"),
    "an old Mac's lines": (built(ENTRY, GOOD.replace("\n", "\r")), 1, "000D"),
    "a byte order mark": (built(ENTRY, "\ufeff" + GOOD), 1, "byte order"),
    "a page in another folder": (built("posts/a.md", GOOD), 1, "a plain file"),
    "a page of HTML": (built("index.html", "<script>"), 1, "belong here"),
    "a script": (built(f"{DAY}-a.py", "1"), 1, "belong here"),
    "a name in capitals": (built(f"{DAY}-A.md", GOOD), 1, "belong here"),
    "a name with dots": (built(f"{DAY}-a..md", GOOD), 1, "belong here"),
    "a name of look-alikes": (built(f"{DAY}-а.md", GOOD), 1, "belong here"),
    "a name with an attribute": (
        built(f"{DAY}-a' onerror=alert(1) '.md", GOOD),
        1,
        "belong here",
    ),
    "a hidden file": (built(".meta.yml", "template: x"), 1, "belong here"),
    "a long name": (built(f"{DAY}-{'a' * 61}.md", GOOD), 1, "60 at most"),
}


@pytest.mark.parametrize("name", BUILT)
def test_what_is_no_plain_file_is_refused(empty: Path, name: str) -> None:
    build, line, says = BUILT[name]
    entry = build(empty / "reflections")
    (empty / "reflections" / f"{DAY}-b.md").write_text(GOOD, "utf-8")
    problems = contributed.problems(empty)
    assert {problem.path for problem in problems} == {
        f"reflections/{entry.split('/')[0]}"
    }
    assert any(
        problem.line == line and says in problem.message
        for problem in problems
    ), problems
    assert contributed.entries(empty)[-1].url == f"reflections/{DAY}-b/"


# --- Good entries: whatever a writer may use passes


@pytest.mark.parametrize(
    "path", sorted(GOOD_ENTRIES.glob("*.md")), ids=lambda path: path.stem
)
def test_a_good_entry_passes(root: Path, path: Path) -> None:
    shutil.copy(path, root / "reflections")
    try:
        assert checks.of_entry(root, root / "reflections" / path.name) == []
    finally:
        (root / "reflections" / path.name).unlink()


@pytest.mark.parametrize(
    "feature",
    [
        r"(?m)^\$\$$",
        r"(?<!\$)\$[^$\n]+\$",
        r"(?m)^\|.*\|$",
        r"\[\^\w+\]:",
        r'--8<-- "',
        r"```output",
        r"```text",
        r"```console",
        r"```yaml",
        r"```bibtex",
        r"````markdown",
        r"\(figure:",
        r"(?m)^    - ",
        r"- \[x\]",
        r"(?m)^> > ",
        *(rf"/// {kind}" for kind in cleaning.BOXES),
        r"\{ #first \}",
        r"\]\(\.\./docs/chapters/",
        r"\]\(\.\./docs/notebooks/",
        r"\]\(https://",
        r"<https://",
        r"\]\(mailto:",
        r"(?m)^\[adam\]: https",
        r"\[@rumelhart1986\]",
        r"(?m)^draft: true",
        "[\u0600-\u06ff]\u200c",  # Persian's joiner
        "\u09b0\u200d\u09cd",  # Bengali's, before a virama
        "\u0d4d\u200d",  # Malayalam's, behind one
        "\u200d👩",  # a family of emoji
        *(f"[{low}-{high}]" for low, high in SCRIPTS),
    ],
)
def test_good_entries_use_everything(feature: str) -> None:
    texts = [path.read_text("utf-8") for path in GOOD_ENTRIES.glob("*.md")]
    assert any(re.search(feature, text) for text in texts)
    assert len(texts) >= 40
    assert max(len(text.encode()) for text in texts) > 55_000
