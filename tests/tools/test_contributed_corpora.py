"""Two collections of entries: what means harm is refused, the rest passes.

The files that mean harm do one harm each; those that run anything call
``alert(1)``, so that a browser can count what got through.
``expected.json`` says which line the judge must name, and with which words,
or that nothing of the harm is left on the page, whatever is said of it.
"""

import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import checks
import contributed
import figures
import weaving
import works
from contributed import cleaning, judge
from entries import DAY, FRONT, NAME, repository
from harmless import assert_harmless
from problems import Faulty

HOSTILE = Path(__file__).parent / "reflections" / "hostile"
GOOD_ENTRIES = Path(__file__).parent / "reflections" / "good"
EXPECTED = json.loads((HOSTILE / "expected.json").read_text("utf-8"))
GOOD = f"{FRONT}I saw it.\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A repository of which all but the entries is read once."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            *((works, "load"), (weaving, "parse_package")),
            (figures, "names"),
        ):
            patch.setattr(module, name, cache(getattr(module, name)))
        yield repository(tmp_path_factory.mktemp("corpora"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    return repository(tmp_path)


def test_the_manifest_names_every_file() -> None:
    files = {path.name for path in HOSTILE.iterdir()} - {"expected.json"}
    assert files == set(EXPECTED)
    assert len(files) >= 350
    refused = [told for told in EXPECTED.values() if told.get("says")]
    assert len(refused) >= 300
    assert all(t in refused or t["harmless"] for t in EXPECTED.values())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_means_harm_is_refused_or_harmless(root: Path, name: str) -> None:
    path = root / "reflections" / f"{DAY}-{Path(name).stem}.md"
    shutil.copy(HOSTILE / name, path)
    try:
        problems = checks.of_entry(root, path)
        told = EXPECTED[name]
        assert "harmless" in told or any(
            problem.line == told["line"] and told["says"] in problem.message
            for problem in problems
        ), problems
        # Whatever the judge says, nothing of the harm is left.
        document = contributed.entry.read(path, root)
        assert_harmless(cleaning.clean(judge.render(document, root)))
    except Faulty:
        assert "harmless" not in EXPECTED[name]  # it makes no page
    finally:
        path.unlink()


# --- What is no entry: name, content, (line, words)

BUILT: dict[str, tuple[str, bytes | str | None, int, str]] = {
    "a symbolic link": (NAME, None, 1, "a plain file"),
    "a large file": (NAME, GOOD + "a" * 65536, 1, "at most 65536"),
    "brackets": (NAME, GOOD + "[" * 20_000, 1, "signs [ and <"),
    "tags": (NAME, GOOD + "<a>" * 20_000, 1, "signs [ and <"),
    "latin-1": (NAME, GOOD.encode() + b"caf\xe9", 12, "UTF-8"),
    "UTF-16": (NAME, GOOD.encode("utf-16"), 1, "UTF-8"),
    "surrogates": (NAME, GOOD.encode() + b"\xed\xa0\x80", 12, "UTF-8"),
    "NUL": (NAME, GOOD + "a\0b", 12, "U+0000"),
    "an old Mac's lines": (NAME, GOOD.replace("\n", "\r"), 1, "000D"),
    "a byte order mark": (NAME, "\ufeff" + GOOD, 1, "byte order"),
    "a page in another folder": ("posts/a.md", GOOD, 1, "a plain file"),
    "a page of HTML": ("index.html", "<script>", 1, "belong here"),
    "a script": (f"{DAY}-a.py", "1", 1, "belong here"),
    "a name in capitals": (f"{DAY}-A.md", GOOD, 1, "belong here"),
    "a name with dots": (f"{DAY}-a..md", GOOD, 1, "belong here"),
    "a name of look-alikes": (f"{DAY}-а.md", GOOD, 1, "belong here"),
    "an attribute": (f"{DAY}-a' onerror=b '.md", GOOD, 1, "belong here"),
    "a hidden file": (".meta.yml", "template: x", 1, "belong here"),
    "a long name": (f"{DAY}-{'a' * 61}.md", GOOD, 1, "at most 60"),
    "no day": ("2026-02-30-a.md", GOOD, 1, "a day"),
}


@pytest.mark.parametrize("what", BUILT)
def test_what_is_no_plain_file_is_refused(empty: Path, what: str) -> None:
    name, data, line, says = BUILT[what]
    path = empty / "reflections" / name
    path.parent.mkdir(exist_ok=True)
    if data is None:
        path.symlink_to("/etc/hostname")
    else:
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    (empty / "reflections" / f"{DAY}-b.md").write_text(GOOD, "utf-8")
    problems = contributed.problems(empty)
    told = f"reflections/{name.split('/')[0]}"
    assert {problem.path for problem in problems} == {told}
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


def test_there_are_many_good_entries_and_a_long_one() -> None:
    texts = [path.read_text("utf-8") for path in GOOD_ENTRIES.glob("*.md")]
    assert len(texts) >= 40
    assert max(len(text.encode()) for text in texts) > 55_000
