"""Sections: parsing, each planted fault with its line, and slicing."""

import io
import zipfile
from pathlib import Path

import pytest

from weaving import sections
from weaving.sections import LAST_CHAPTER, parse


def faults(text, file="layers.py"):
    return [str(problem) for problem in parse(text, file)[1]]


def section(name, *lines, indent=""):
    start, end = (f"{indent}# --8<-- [{w}:{name}]" for w in ("start", "end"))
    return "\n".join([start, *(indent + line for line in lines), end, ""])


GOOD = (
    section("ch03-imports", '"""Layers."""', "", "import numpy as np", "")
    + "\n\n"
    + section("ch03-dense", "class Dense:", '    """A layer."""', "")
    + "\n"
    + section(
        "ch09-backward", "def backward(self):", "    pass", indent="    "
    )
    + "\n\n"
    + section("ch04-relu", "class ReLU:", "    pass", "")
)


def test_a_good_file_gives_its_sections_with_lines_and_chapters():
    found, problems = parse(GOOD, "layers.py")
    assert problems == []
    names = [(s.name, s.chapter, s.start, s.end) for s in found]
    assert names == [
        ("ch03-imports", 3, 2, 5),
        ("ch03-dense", 3, 10, 12),
        ("ch09-backward", 9, 16, 17),
        ("ch04-relu", 4, 22, 24),
    ]
    assert found[1].reference == "layers.py:ch03-dense"
    assert found[2].indent == 4
    assert found[2].text == "    def backward(self):\n        pass"


START, END = "# --8<-- [start:{}]\n", "# --8<-- [end:{}]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (START.format("ch03-a"), "1: section ch03-a is never ended"),
        (
            "x = 1\n",
            "1: this line is in no section; put it between "
            "`# --8<-- [start:chNN-name]` and its end",
        ),
        (
            START.format("ch03-a") + START.format("ch03-b"),
            "2: section ch03-b starts inside ch03-a (line 1); sections do "
            "not nest: end the first one before",
        ),
        (END.format("ch03-a"), "1: section ch03-a ends but was not started"),
        (
            START.format("ch03-a") + END.format("ch03-b"),
            "2: section ch03-b ends but was not started, inside ch03-a",
        ),
        *(
            (
                START.format(name),
                "1: expected a section name like ch03-dense (chapters 01 to "
                f"{LAST_CHAPTER}), got {name!r}",
            )
            for name in ("dense", "ch38-a")
        ),
        (
            "# --8<-- start:ch03-a\n",
            "1: this is no section marker; write "
            "`# --8<-- [start:chNN-name]` or `# --8<-- [end:chNN-name]`",
        ),
    ],
)
def test_a_planted_fault_is_named_with_its_line(text, message):
    assert f"nnfs_code/layers.py:{message}" in faults(text)


def package(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / "nnfs_code" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_a_name_that_another_file_has_is_repeated(tmp_path):
    one = section("ch03-a", "x = 1")
    _, problems = sections.parse_package(package(tmp_path, a=one, b=one))
    assert list(map(str, problems)) == [
        "nnfs_code/b.py:1: section ch03-a is repeated; the first is at "
        "nnfs_code/a.py:1"
    ]


def test_a_syntax_error_is_named_with_its_line(tmp_path):
    _, problems = sections.parse_package(
        package(tmp_path, a=section("ch03-a", "x = 1", "y = = 2"))
    )
    assert list(map(str, problems)) == [
        "nnfs_code/a.py:3: no Python: invalid syntax"
    ]


def test_a_slice_holds_the_earlier_chapters_and_no_marker():
    assert sections.slice_text(GOOD, 3) == (
        '"""Layers."""\n\nimport numpy as np\n\n\n'
        'class Dense:\n    """A layer."""\n'
    )
    later = sections.slice_text(GOOD, 9)
    assert "def backward" in later
    assert later.count("class ") == 2
    assert "8<--" not in later
    compile(later, "slice", "exec")


def test_a_file_of_later_chapters_only_is_left_out(tmp_path):
    root = package(
        tmp_path, a=section("ch03-a", "x = 1"), b=section("ch07-b", "y = 2")
    )
    assert list(sections.slices(root)(5)) == ["nnfs_code/a.py"]


@pytest.mark.parametrize("chapter", [0, LAST_CHAPTER + 1, -1])
def test_a_slice_of_no_chapter_is_refused(tmp_path, chapter):
    with pytest.raises(ValueError, match=f"from 1 to 37, got {chapter}"):
        sections.slices(tmp_path)(chapter)


def test_the_zip_is_the_same_bytes_twice_and_opens(tmp_path):
    root = package(tmp_path, a=section("ch03-a", "x = 1"))
    first = sections.zip_slice(3, *sections.slices(root)(3).items())
    (root / "nnfs_code" / "a.py").touch()
    assert sections.zip_slice(3, *sections.slices(root)(3).items()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == ["code-so-far-03/nnfs_code/a.py"]
        assert archive.testzip() is None


def test_a_slice_takes_along_the_data_that_it_reads(tmp_path):
    root = package(
        tmp_path / "root",
        a=section("ch03-a", "x = 1"),
        b=section("ch07-b", 'y = "points.tsv"'),
    )
    folder = root / "resources" / "datasets"
    folder.mkdir(parents=True)
    for name in ("points.tsv", "other.tsv"):
        (folder / name).write_bytes(b"1\t2\n")
    points = "resources/datasets/points.tsv"

    as_of = sections.slices(root)
    assert b"tsv" not in sections.zip_slice(3, *as_of(3).items())
    later = sections.zip_slice(7, *as_of(7).items())
    with zipfile.ZipFile(io.BytesIO(later)) as archive:
        assert archive.read(f"code-so-far-07/{points}") == b"1\t2\n"
        assert not [n for n in archive.namelist() if "other" in n]
