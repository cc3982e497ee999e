"""No number and no derivative on a chapter's page goes unheld."""

import importlib.util
from pathlib import Path

import pytest

import claims
from layout import course

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests" / "chapters"
CHAPTERS = list(course.chapters(course.load(ROOT, {})[0]).values())


def quoted(function, page):
    """Return what tests quote of a page with `function`."""
    found = claims.quoted_in_tests(TESTS, function)
    return [words for named, words in found if named == page]


def facts(chapter):
    """Return the chapter's numbers that come from a source."""
    path = TESTS / f"test_{chapter.number:02}_claims.py"
    if not path.exists():
        return {}
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, "FACTS", {})


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.name)
def test_every_decimal_and_percentage_is_held(chapter):
    text = (ROOT / "docs" / chapter.page).read_text("utf-8")
    loose = claims.loose_numbers(
        text, ROOT, quoted("claim", chapter.name), facts(chapter)
    )
    listed = [
        f"docs/{chapter.page}:{line}: {number} is in no output, claim or fact"
        for line, number in loose
    ]
    assert listed == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.name)
def test_every_displayed_derivative_is_checked(chapter):
    text = (ROOT / "docs" / chapter.page).read_text("utf-8")
    assert claims.untagged_derivatives(text) == []
    checked = set(quoted("derivation", chapter.name))
    shown = {
        tag
        for tag, (_, tex) in claims.displayed(text).items()
        if claims.DERIVATIVE.search(tex)
    }
    assert shown <= checked, f"no test checks {sorted(shown - checked)}"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.name)
def test_a_chapter_has_its_parts_in_order(chapter):
    text = (ROOT / "docs" / chapter.page).read_text("utf-8")
    owed = [
        "\n## What surprised me",
        "\n## Where it goes wrong",
        "\n## Exercises",
        "\n## What comes next",
    ]
    places = [text.find(heading) for heading in owed]
    assert -1 not in places, dict(zip(owed, places, strict=True))
    assert places == sorted(places)
    assert text.count("/// details | Solution") >= 3
    assert "](figure:" in text
    assert "[@" in text
