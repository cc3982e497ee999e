"""The list of corrections: what it shows, and what is refused."""

from datetime import date

import pytest
import yaml

import corrections
import text as reader

TODAY = date(2026, 11, 22)
DOCUMENTS = {
    "chapters/05-loss.md": (
        "docs/chapters/05-loss.md",
        "---\ntitle: Loss\n---\n\n# Loss\n\n## The `log` { #log }\n\n## Two\n",
    ),
    "resources/names.md": ("resources/names.md", "# Names\n\n## One\n"),
}
GOOD = """\
# A remark.
- date: 2026-11-21
  page: docs/chapters/05-loss.md
  section: log
  was: >-
    It said
    this.
  now: It says *that*.
  found_by: Ada
  test: tests/test_a.py::test_one
- date: 2026-11-22
  page: resources/names.md
  section: one
  was: A
  now: B
  found_by: the journal
  test: tests/test_a.py::TestGroup::test_two[3-x]
"""


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(
        "import pytest\n\n\ndef test_one():\n    pass\n\n\n"
        "class TestGroup:\n"
        "    async def test_two(self, x):\n        pass\n\n\n"
        "def helper():\n    def test_inner():\n        pass\n"
    )
    return tmp_path


def found(text, repository):
    problems = corrections.problems(text, repository, DOCUMENTS, TODAY)
    return [str(problem) for problem in problems]


def test_a_good_list_has_no_problem(repository):
    assert found(GOOD, repository) == []
    assert found("# Nothing yet.\n", repository) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  found_by: Ada",
            "  finder: Ada",
            "9: unknown key finder; known are date, page, section, was, now, "
            "found_by, test",
        ),
        (
            "  found_by: Ada\n",
            "",
            "2: this correction has no found_by; add it",
        ),
        (
            "  found_by: Ada",
            "  now: Ada",
            "9: now stands twice in this correction; keep one",
        ),
        (
            "2026-11-21",
            "2026-02-30",
            "2: expected a date as 2026-11-22, got 2026-02-30",
        ),
        (
            "2026-11-21",
            "20261121",
            "2: expected a date as 2026-11-22, got 20261121",
        ),
        (
            "2026-11-21",
            "2026-11-23",
            "2: 2026-11-23 is still to come; give the day of the mend",
        ),
        (
            "docs/chapters/05-loss.md",
            "chapters/05-loss.md",
            "3: there is no page chapters/05-loss.md; give its source, such "
            "as docs/chapters/05-loss.md",
        ),
        (
            "section: log",
            "section: logs",
            "4: docs/chapters/05-loss.md has no anchor logs; take one of its "
            "headings'",
        ),
        (
            "::test_one",
            "::test_gone",
            "10: there is no test tests/test_a.py::test_gone; name it as "
            "tests/chapters/test_03_claims.py::test_name",
        ),
        ("::test_one", "::test_inner", "10: there is no test"),
        ("::test_one", "::TestGroup::test_one", "10: there is no test"),
        ("::TestGroup::test_two", "::test_two", "17: there is no test"),
        ("tests/test_a.py::test_one", "tests/test_b.py::test_one", "10: "),
        ("tests/test_a.py::test_one", "tests/../conftest.py::test_one", "10"),
        ("now: B", "now: <b>B</b>", "15: raw HTML in now is not allowed"),
        ("now: B", "now: [B]", "15: expected now as text; write one sentence"),
        ("now: B", "now:", "15: expected now as text; write one sentence"),
        ("now: B", "now: ]", "15: this is not YAML"),
        ("now: B", "now: &a *a", "15: this is not YAML"),
    ],
)
def test_each_fault_is_named_with_its_line(repository, old, new, message):
    assert old in GOOD
    # The last one where it stands in both: the lines above say which.
    text = GOOD.replace(old, new, 1)
    told = found(text, repository)
    assert any(
        one.startswith(f"resources/corrections.yml:{message}") for one in told
    ), told


@pytest.mark.parametrize("text", ["date: 2026-11-22\n", "just words\n"])
def test_a_list_is_expected(repository, text):
    assert found(text, repository) == [
        "resources/corrections.yml:1: expected a list of corrections; begin "
        "each with - date:"
    ]


def test_an_entry_without_keys_is_refused(repository):
    (told,) = found("- words\n", repository)
    assert told.startswith("resources/corrections.yml:1: expected a correct")


def test_the_page_shows_the_newest_first():
    shown = corrections.page(corrections.load(GOOD), DOCUMENTS)
    assert shown.splitlines()[0] == "### [Names](../resources/names.md)"
    assert "### [Chapter 5: Loss](../chapters/05-loss.md)" in shown
    assert (
        "**[The `log`](../chapters/05-loss.md#log)**, 21 November 2026\n\n"
        "*It said:* It said this.\n\n*It says now:* It says *that*.\n\n"
        "*Found by* Ada, *held by* `test_one` in `tests/test_a.py`."
    ) in shown


def test_the_tests_are_linked_where_the_repository_is_known():
    shown = corrections.page(
        corrections.load(GOOD), DOCUMENTS, "https://github.com/a/b/"
    )
    base = "https://github.com/a/b/blob/main"
    assert (
        f"`test_one` in [`tests/test_a.py`]({base}/tests/test_a.py)" in shown
    )


def test_an_empty_list_says_so():
    assert "No mistake" in corrections.page([], DOCUMENTS)


def test_the_journals_own_list_is_good_and_shown_whole(root):
    text = (root / corrections.CORRECTIONS).read_text("utf-8")
    documents = reader.documents(root)
    assert corrections.problems(text, root, documents, date.today()) == []
    listed = corrections.load(text)
    shown = corrections.page(listed, documents)
    assert len(listed) >= 5
    for one in listed:
        assert f"*It says now:* {one.now}" in shown
        assert one.date <= date.today()


def test_a_report_names_the_page():
    assert corrections.report_link(
        "https://github.com/a/b/", "https://x.example/chapters/05-loss/", ""
    ) == (
        "https://github.com/a/b/issues/new?template=correction.yml"
        "&page=https://x.example/chapters/05-loss/"
    )
    words = "../../resources/corrections/"
    told = corrections.report_link(None, "chapters/05-loss/", words)
    assert told == "../../resources/corrections/#how-to-report"


def test_a_report_cannot_leave_its_address():
    address = corrections.report_link(
        "https://github.com/a/b", 'x"&labels=y#', ""
    )
    assert address.endswith("&page=x%22%26labels%3Dy%23")


def test_the_form_has_the_fields_that_a_report_fills_in(root):
    form = root / ".github" / "ISSUE_TEMPLATE" / corrections.FORM
    body = yaml.safe_load(form.read_text("utf-8"))["body"]
    assert {"page", "section"} <= {field.get("id") for field in body}
