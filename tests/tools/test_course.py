"""The course: the plan, the chapters' headers, and what pages say of them."""

import pytest

from layout import course
from problems import Faulty

PLAN = """\
- slug: forward
  title: Forward
  aim: To a guess.
  goal: foundations
  chapters:
    1: [one, One]
    2: [two, Two]
    3: [three, Three]
"""
HEADER = (
    "---\ntitle: {}\ndescription: D.\nchapter: {}\n{}---\n\n# T\n\nText.\n"
)


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "docs" / "chapters"
    folder.mkdir(parents=True)
    (tmp_path / "docs" / "course.yml").write_text(PLAN, "utf-8")
    (folder / "01-one.md").write_text(HEADER.format("One", 1, ""), "utf-8")
    (folder / "02-two.md").write_text(
        HEADER.format("Two!", 2, 'needs: [1]\nbook: 2\nvideo: "1–3"\n'),
        "utf-8",
    )
    return tmp_path


def faults(site):
    return [str(problem) for problem in course.load(site, {})[1]]


def test_the_plan_knows_what_is_written(site):
    (part,), problems = course.load(site, {})
    assert [c.written for c in part.chapters] == [True, True, False]
    assert [c.title for c in part.chapters] == ["One", "Two!", "Three"]
    assert part.chapters[1].page == "chapters/02-two.md"
    assert part.chapters[1].archive == "code/02-two.zip"
    assert problems == []


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("02-two", HEADER.format("T", 3, ""), "4: expected chapter: 2, got 3"),
        ("02-two", HEADER.format("T", "two", ""), "4: chapter expected int,"),
        (
            *("02-two", HEADER.format("T", 2, "needs: [3]\n")),
            "5: needs chapter 3, which is not written before",
        ),
        (
            *("02-two", HEADER.format("T", 2, "colour: red\n")),
            "5: unknown key colour; known are title, description, chapter,",
        ),
        (
            *("05-five", HEADER.format("T", 5, "")),
            "1: no chapter of docs/course.yml has this name; list it there",
        ),
        ("02-two", "# Two\n", "1: the front matter has no title; add it"),
    ],
)
def test_a_bad_header_is_named_with_its_line(site, name, text, message):
    path = site / "docs" / "chapters" / f"{name}.md"
    path.write_text(text, "utf-8")
    told = f"docs/chapters/{name}.md:{message}"
    assert any(fault.startswith(told) for fault in faults(site))


def test_the_real_course_has_37_chapters_in_7_parts(root):
    parts, _ = course.load(root, {})
    numbers = [c.number for part in parts for c in part.chapters]
    assert numbers == list(range(1, 38))
    assert len(parts) == 7


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        ("a: b\n", 1),
        (PLAN + "- slug: x\n", 9),
        (PLAN.replace("[two, Two]", "Two"), 1),
        (PLAN.replace("2: ", "two: "), 1),
    ],
)
def test_a_plan_of_another_form_is_named_with_its_line(site, plan, line):
    (site / "docs" / "course.yml").write_text(plan, "utf-8")
    with pytest.raises(Faulty, match=rf"^docs/course\.yml:{line}: expected"):
        course.load(site, {})


def test_the_time_to_read_counts_what_is_seen():
    assert course.minutes_to_read("word " * 2200) == 10
    code = "```python\n" + "x\n" * 120 + "```\n"
    assert course.minutes_to_read(code) == 10
    assert course.minutes_to_read("") == 1
    folded = f"/// details | Solution\n\n/// note\n{code}///\n\n{code}///\n"
    assert course.minutes_to_read(code + folded) == 10
    assert course.minutes_to_read(f"/// note\n{code}///\n") == 10
