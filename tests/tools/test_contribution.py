"""The way in: what a stranger sends becomes an entry, or a kind answer."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import answers
import contribution
import course
import events
import issue_form
from changes import Change, ownership
from contributed import entry as entries
from contributing import (
    ANSWERS,
    GOLDEN,
    OPENED,
    ROOT,
    Place,
    body,
    opened,
    pull_request,
)
from contribution import Remark
from events import ContributionError

FORM = (ROOT / issue_form.FORM).read_text("utf-8")
LABELS = issue_form.form_labels(FORM)
WRITTEN = course.chapters(course.load(ROOT))
AUTHORS = (ROOT / "reflections" / ".authors.yml").read_text("utf-8")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A repository to contribute to."""
    return Place(tmp_path_factory.mktemp("place"))


def proposed(event):
    """Return what an event proposes, before the rules are asked."""
    shared = events.shared(event)
    return contribution.propose(shared, LABELS, WRITTEN, AUTHORS)


def checked(event):
    """Return what an event proposes, with all that the rules say."""
    made = proposed(event)
    return contribution.judged(ROOT, made, LABELS, contribution.check)


def front_matter(entry):
    return yaml.safe_load(entry.split("\n---\n")[0].removeprefix("---\n"))


def outside_fences(answer):
    """Return an answer without its fences, as CommonMark finds them."""
    lines = answer.split("\n")
    for token in MarkdownIt("commonmark").parse(answer):
        if token.type == "fence":
            for row in range(*token.map):
                lines[row] = ""
    return "\n".join(line for line in lines if line)


# --- A good one --------------------------------------------------------


def test_a_recorded_issue_becomes_the_golden_entry():
    made = checked(OPENED)
    assert made.remarks == ()
    assert made.name == "2026-11-21-the-bias-that-i-forgot.md"
    assert made.entry == (GOLDEN / "issue-opened.md").read_text("utf-8")
    golden = (GOLDEN / "issue-opened-answer.md").read_text("utf-8")
    assert answers.answer(made) == golden
    assert yaml.safe_load(made.authors)["authors"]["ada-l"] == {
        "name": "Ada-L",
        "description": "Reader of the journal",
        "avatar": "assets/authors/pen.svg",
    }
    assert made.authors.startswith(AUTHORS)


def test_the_same_issue_makes_the_same_entry_twice():
    assert proposed(OPENED) == proposed(OPENED)


def test_an_author_who_is_known_is_not_added_again():
    once = contribution.with_author(AUTHORS, "Ada-L")
    assert contribution.with_author(once, "ada-L") == once


def test_the_date_is_the_servers_and_the_title_makes_the_address():
    event = opened(body(title="Über ReLU: why $(date) > 0?"))
    event["issue"]["created_at"] = "2026-11-20T23:59:59Z"
    assert proposed(event).name == "2026-11-20-uber-relu-why-date-0.md"


def test_a_title_without_latin_letters_gets_the_issues_number():
    made = checked(opened(body(title="Что я понял", reflection="Мало.")))
    assert made.remarks == ()
    assert made.name == "2026-11-21-reflection-12.md"


# --- Reading the form --------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_may_hold_the_forms_own_headings_and_fences(end):
    text = (
        "## Title\n\n### Title\n\nx\n\n```text\n### Licence\n\n- [ ] no\n```"
        "\n\n### Kind\n\n_No response_"
    )
    found = issue_form.fields(body(reflection=text).replace("\n", end), LABELS)
    assert found["text"] == text
    assert found["title"] == ANSWERS["Title"]
    assert found["licence"] == ANSWERS["Licence"]


def test_no_response_is_empty_and_a_missing_field_is_missing():
    found = issue_form.fields(
        body(sentence="_No response_", kind=None), LABELS
    )
    assert found["description"] == ""
    assert "kind" not in found
    assert found["chapters"] == ANSWERS["Chapters"]


@given(st.text(max_size=300))
def test_any_text_comes_back_as_it_was_sent(text):
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = plain.split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    expected = "\n".join(lines).rstrip()
    found = issue_form.fields(body(reflection=text), LABELS)
    assert found["text"] == ("" if expected == "_No response_" else expected)


@given(st.text(max_size=500))
def test_any_body_is_read_without_a_crash(text):
    assert set(issue_form.fields(text, LABELS)) <= set(LABELS)
    assert not proposed(opened(text)).ready


def test_what_is_missing_is_named_in_one_answer():
    made = checked(opened("Hello, I only wanted to say something."))
    assert [remark.place for remark in made.remarks] == [
        "Title",
        "In one sentence",
        "Chapters",
        "Kind",
        "Licence",
        "Your reflection",
    ]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"chapters": "99. The last one"}, "Chapters"),
        # A Cyrillic letter that looks like the A of the list.
        ({"chapters": "3. \u0410dding layers"}, "Chapters"),
        ({"chapters": "3"}, "Chapters"),
        ({"kind": "Boasted"}, "Kind"),
        ({"kind": "[Learned]\ndraft: true"}, "Kind"),
        ({"licence": "- [ ] I wrote this myself."}, "Licence"),
        ({"licence": "I wrote this myself."}, "Licence"),
        ({"licence": "- [x] One.\n- [ ] Two."}, "Licence"),
        ({"title": "Half\u202e a gradient"}, "Title"),
        ({"title": "a\u0000b"}, "Title"),
        ({"sentence": "One sentence\u2066 that turns."}, "In one sentence"),
    ],
)
def test_a_field_that_will_not_do_is_named(change, where):
    assert [r.place for r in proposed(opened(body(**change))).remarks] == [
        where
    ]


def test_several_chapters_and_none():
    both = "5. Calculating the error with loss, 3. Adding layers"
    made = proposed(opened(body(chapters=both)))
    assert front_matter(made.entry)["chapters"] == [3, 5]
    none = proposed(opened(body(chapters=issue_form.NO_CHAPTER)))
    assert front_matter(none.entry)["chapters"] == []
    assert none.ready


# --- Hostile ones ------------------------------------------------------

INJECTIONS = (
    'x"\ndraft: true',
    "x\n---\n\n<script>alert(1)</script>",
    "$(touch planted)",
    "`touch planted`",
    "${{ secrets.GITHUB_TOKEN }}",
    "'; touch planted; '",
    "!!python/object/apply:os.system [touch planted]",
    "&a [*a]",
    "- [evil](javascript:alert(1))",
    "../../../etc/passwd",
    "\\u202e",
    "{{ config }} {% raw %}",
    "@everyone #1 https://example.com <b>x</b>",
)


@pytest.mark.parametrize("planted", INJECTIONS)
@pytest.mark.parametrize("field", ["title", "sentence"])
def test_what_is_planted_in_a_field_stays_a_string(field, planted):
    made = proposed(opened(body(**{field: planted})))
    front = front_matter(made.entry)
    assert list(front) == [
        *("title", "date", "authors", "chapters", "categories", "tags"),
        "description",
    ]
    key = {"title": "title", "sentence": "description"}[field]
    assert front[key] == " ".join(planted.split())
    assert entries.FILE_NAME.fullmatch(made.name)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_title_and_sentence_stay_strings(title, sentence):
    made = proposed(opened(body(title=title, sentence=sentence)))
    front = front_matter(made.entry)
    assert len(front) == 7
    assert isinstance(front["title"], str)
    assert isinstance(front["description"], str)
    assert front["authors"] == ["ada-l"]
    assert made.entry.split("\n").index("---", 1) == 8
    assert entries.FILE_NAME.fullmatch(made.name)


HOSTILE = {
    "<script>alert(1)</script>": 1,
    "x\n\n<img src=x onerror=alert(1)>": 3,
    "[click](javascript:alert(1))": 1,
    "![x](https://example.com/x.svg)": 1,
    "x\n{ onclick=alert(1) }": 2,
    '--8<-- "../../etc/passwd"': 1,
    "```python\nimport os\n```": 2,
    "a\u202eb": 1,
    "# The title again": 1,
}


@pytest.fixture(scope="module")
def judge():
    """Ask the rules about all hostile texts at once, which is quicker."""
    made = {
        text: proposed(opened(body(title=f"Text {n}", reflection=text)))
        for n, text in enumerate(HOSTILE)
    }
    files = {k: v for one in made.values() for k, v in one.files.items()}
    problems = contribution.check(ROOT, files)

    def check(root, wanted):
        return [problem for problem in problems if problem.path in wanted]

    return {
        text: contribution.judged(ROOT, one, LABELS, check)
        for text, one in made.items()
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_answered_with_its_line(text, judge):
    made = judge[text]
    wanted = f"Your reflection, line {HOSTILE[text]}"
    assert wanted in [remark.place for remark in made.remarks]
    answer = answers.answer(made)
    assert f"\n{wanted}\n" in answer
    # Everything outside the fence is ours, and nothing else.
    calm = replace(made, remarks=(Remark("", ""),) * len(made.remarks))
    assert outside_fences(answer) == outside_fences(answers.answer(calm))


CORPUS = ROOT / "tests" / "tools" / "reflections"


def through_the_form(paths):
    """Return name → what becomes of an entry that is sent by the form."""
    made = {}
    for number, path in enumerate(paths):
        text = path.read_text("utf-8", errors="surrogateescape")
        front, _, rest = text.replace("\r\n", "\n").partition("\n---\n")
        fields = {"title": f"Try {number}", "reflection": rest}
        # The titles and sentences that mean harm are harmful themselves.
        if re.match(r"(25[6-9]|26[0-7])-title", path.name):
            fields["title"] = f"{number} {yaml_value(front, 'title')}"
        if path.name.startswith(("268-", "269-", "270-")):
            fields["sentence"] = yaml_value(front, "description")
        made[path.name] = proposed(opened(body(**fields)))
    files = {k: v for one in made.values() for k, v in one.files.items()}
    problems = contribution.check(ROOT, files)
    return {
        name: contribution.judged(
            *(ROOT, one, LABELS),
            lambda root, names: [p for p in problems if p.path in names],
        )
        for name, one in made.items()
    }


def lines_above(path):
    """Return how many lines of an entry stand above its text."""
    text = path.read_bytes().replace(b"\r\n", b"\n")
    front, closed, _ = text.partition(b"\n---\n")
    return front.count(b"\n") + 2 if closed else 10_000


def yaml_value(front, key):
    found = re.search(rf"^{key}: (.*(?:\n .*)*)", front, re.M)
    try:
        return str(yaml.safe_load(found[1]))
    except yaml.YAMLError:
        return found[1]


def test_what_means_harm_is_refused_by_the_form_too():
    expected = json.loads(
        (CORPUS / "hostile/expected.json").read_text("utf-8")
    )
    # The form has no other front matter than its title and its sentence.
    names = [
        name
        for name, wanted in expected.items()
        if wanted["line"] > lines_above(CORPUS / "hostile" / name)
        or re.match(r"(25[6-9]|26\d|270)-", name)
    ]
    assert len(names) > 200
    made = through_the_form(CORPUS / "hostile" / name for name in names)
    harmless = {name for name, one in made.items() if one.ready}
    # A title over several lines is put on one, and blank lines above the
    # text are left out.
    assert harmless <= {
        "261-title-over-lines.md",
        "338-fence-behind-a-line-of-blanks.md",
    }
    for one in made.values():
        answer = answers.answer(one)
        assert len(answer) < 30_000
        calm = replace(one, remarks=(Remark("", ""),) * len(one.remarks))
        assert outside_fences(answer) == outside_fences(answers.answer(calm))


def test_good_entries_pass_the_form_unchanged():
    paths = sorted((CORPUS / "good").glob("*.md"))
    assert len(paths) >= 30
    made = through_the_form(paths)
    unready = {name for name, one in made.items() if not one.ready}
    # It still holds the template's questions.
    assert unready <= {"2026-09-04-a-draft.md"}
    for path in paths:
        text = path.read_text("utf-8").replace("\r\n", "\n")
        wanted = text.partition("\n---\n")[2].strip()
        assert made[path.name].entry.partition("\n---\n")[2].strip() == wanted


def test_a_picture_is_sent_to_where_files_can_be_sent():
    text = "![x](https://github.com/user-attachments/assets/1)"
    (remark,) = checked(opened(body(reflection=text))).remarks
    assert remark.message.endswith("the form takes no files)")


def test_template_injections_are_text_like_any_other(tmp_path):
    text = "$(touch planted) `touch planted` ${{ secrets.X }} %0a::set-env::"
    # Braces set attributes on the site, outside of code.
    made = checked(opened(body(reflection=f"`` {text} ``")))
    assert made.remarks == ()
    assert text in made.entry


def test_half_a_character_is_no_crash():
    made = checked(opened(body(reflection="a \ud800 b", title="\udc00 x y")))
    assert made.ready
    assert "a ? b" in made.entry


def test_the_copy_that_is_checked_lacks_nothing():
    """An entry that nothing links to can go, and no rule misses a file."""
    gone = "reflections/2026-11-22-every-block-of-code-is-a-quotation.md"
    assert contribution.check(ROOT, {gone: None}) == []


def test_a_giant_body_is_refused_at_once():
    made = checked(opened(body(reflection="[" * 1_000_000)))
    assert "characters; shorten it" in made.remarks[0].message
    assert "Licence" not in [remark.place for remark in made.remarks]
    assert len(answers.answer(made)) < 5_000


def test_a_body_at_githubs_limit_is_answered_in_time_and_size():
    made = checked(opened(body(reflection="<a>\n" * 16_000)))
    assert not made.ready
    answer = answers.answer(made)
    assert len(answer) < 20_000
    assert f"and {len(made.remarks) - answers.MAX_REMARKS} more" in answer


@given(st.text(max_size=400))
def test_a_fence_cannot_be_left(text):
    tokens = MarkdownIt("commonmark").parse(answers.fenced(text))
    assert [token.type for token in tokens] == ["fence"]


@pytest.mark.parametrize("marks", ["```", "~~~", "``````", "```\n```"])
def test_a_longer_fence_is_made_for_fences(marks):
    text = f"{marks}\n@everyone\n{marks}"
    tokens = MarkdownIt("commonmark").parse(answers.fenced(text))
    assert [(t.type, t.content) for t in tokens] == [("fence", f"{text}\n")]


def test_hidden_characters_are_shown_in_an_answer():
    assert "aU+202Eb" in answers.fenced("a\u202eb")


# --- Who it is ---------------------------------------------------------


@pytest.mark.parametrize("login", ["a1", "Ada-L", "x" * 39, "0", "123", "on"])
def test_an_account_becomes_an_author(login):
    made = proposed(opened(body(), login=login))
    people = yaml.safe_load(made.authors)["authors"]
    assert people[login.lower()]["name"] == login
    assert front_matter(made.entry)["authors"] == [login.lower()]


@pytest.mark.parametrize(
    "login",
    [
        "github-actions[bot]",
        "-ada",
        "ada--l",
        "ada_corp",
        "\u0430da",  # Cyrillic
        "x" * 40,
        "../ada",
        "journal",
        "Journal",
    ],
)
def test_an_account_that_cannot_be_an_author_says_so(login):
    with pytest.raises(ContributionError):
        events.shared(opened(body(), login=login))


def test_words_that_another_account_edited_are_not_the_authors():
    event = opened(body(), action="edited", sender={"login": "mallory"})
    made = proposed(event)
    assert [remark.place for remark in made.remarks] == ["Who wrote it"]
    mine = opened(body(), action="edited", sender={"login": "ada-l"})
    assert proposed(mine).ready


def test_an_edit_after_the_acceptance_is_told_what_it_takes():
    event = opened(body())
    assert "You can still edit" in answers.answer(proposed(event))
    event["issue"]["labels"].append({"name": "accepted"})
    assert "set it again" in answers.answer(proposed(event))


@pytest.mark.parametrize(
    "broken",
    [
        {"issue": None},
        {"issue": {"user": {"login": 3}}},
        {"issue": {**OPENED["issue"], "number": "12; rm"}},
        {"issue": {**OPENED["issue"], "number": True}},
        {"issue": {**OPENED["issue"], "created_at": "yesterday"}},
        {"issue": {**OPENED["issue"], "body": ["x"]}},
    ],
)
def test_a_broken_event_is_refused(broken):
    with pytest.raises(ContributionError):
        events.shared({**OPENED, **broken})


def test_a_file_that_is_no_event_is_refused(tmp_path):
    for text in ("", "[]", "{"):
        path = tmp_path / "event.json"
        path.write_text(text)
        with pytest.raises(ContributionError):
            events.read_event(path)


def test_an_entry_of_this_name_is_not_overwritten(tmp_path):
    event = opened(body(title="Half a gradient hides"))
    event["issue"]["created_at"] = "2026-11-22T08:00:00Z"
    made = contribution.judged(
        ROOT, proposed(event), LABELS, lambda root, files: []
    )
    assert [remark.place for remark in made.remarks] == ["Title"]


# --- The form ----------------------------------------------------------


def test_the_form_offers_the_chapters_that_are_written(tmp_path):
    assert issue_form.form_problems(ROOT) == []
    form = yaml.safe_load(FORM)["body"]
    (field,) = [f for f in form if f.get("id") == "chapters"]
    assert field["attributes"]["options"] == issue_form.options(WRITTEN)
    (field,) = [f for f in form if f.get("id") == "kind"]
    assert field["attributes"]["options"] == list(entries.CATEGORIES)


def test_a_form_with_other_chapters_is_found_and_mended():
    stale = FORM.replace('        - "2. Coding our first neurons"\n', "")
    assert stale != FORM
    assert issue_form.form_with(stale, WRITTEN) == FORM
    assert issue_form.form_with(FORM, WRITTEN) == FORM
    with pytest.raises(ContributionError):
        issue_form.form_with(FORM.replace("id: chapters", "id: x"), WRITTEN)


def test_a_page_leads_to_the_form():
    page = f"a\n\n{issue_form.PLACEHOLDER}\n\nb"
    made = issue_form.with_form(page, "https://github.com/example/journal/")
    assert (
        "https://github.com/example/journal/issues/new"
        "?template=reflection.yml)" in made
    )
    assert "](" not in issue_form.with_form(page, None)
    share = (ROOT / "docs/reflections/share.md").read_text("utf-8")
    assert issue_form.PLACEHOLDER in share


# --- For those who use git ---------------------------------------------


def test_make_reflection_without_a_terminal_takes_options(place):
    place.fresh()
    done = place.tool(
        "new-reflection --title 'A walk' --author Ada-L --chapters 3,5"
    )
    assert done.returncode == 0, done.stderr
    assert "open a pull request" in done.stdout
    (path,) = (place.tree / "reflections").glob("*-a-walk.md")
    assert place.git("status", "--short", "-uall").split() == [
        *("??", f"reflections/{path.name}"),
    ]
    assert place.tool("check").returncode == 0
    place.fresh()
    done = place.tool("new-reflection --title 'A walk' < /dev/null")
    assert (done.returncode, done.stderr) == (
        2,
        "expected --title and --author\n",
    )


def test_make_reflection_asks_for_what_it_needs(place):
    """At a terminal: title, chapters, account; then the next steps."""
    import pty

    place.fresh()
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "docs/tools", "new-reflection"],
        cwd=place.tree,
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
    )
    os.write(ours, b"A talk\n2 5\nada-l\n")
    said, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    for question in ("Title of", "Chapters it", "Your account name"):
        assert question in said
    (path,) = (place.tree / "reflections").glob("*-a-talk.md")
    front = front_matter(path.read_text("utf-8"))
    assert (front["authors"], front["chapters"]) == (["ada-l"], [2, 5])


# --- Pull requests -----------------------------------------------------

PLAIN, NONE = "100644", "000000"
NOTE = "reflections/2026-11-21-a-note.md"
PEOPLE = "reflections/.authors.yml"
PICTURE = "reflections/images/2026-11-21-a-note-x.png"


def entry(*authors):
    named = ", ".join(authors)
    return f"---\ntitle: x\nauthors: [{named}]\n---\n\nx\n".encode()


def people(*keys):
    lines = "".join(f"  {key}:\n    name: {key}\n" for key in keys)
    return f"authors:\n{lines}".encode()


@pytest.mark.parametrize(
    "changes",
    [
        [Change(NOTE, PLAIN, None, entry("ada-l"))],
        [Change(NOTE, PLAIN, entry("ada-l"), entry("ada-l"))],
        [Change(NOTE, NONE, entry("ada-l"), None)],
        [
            Change(NOTE, PLAIN, None, entry("ada-l")),
            Change(PEOPLE, PLAIN, people("bo"), people("bo", "ada-l")),
        ],
        [Change(NOTE, PLAIN, None, entry("ada-l").replace(b"\n", b"\r\n"))],
        [
            Change(NOTE, PLAIN, None, entry("ada-l")),
            Change(PICTURE, PLAIN, None, b"x"),
        ],
        [
            Change(NOTE, NONE, entry("ada-l"), None),
            Change(PICTURE, NONE, b"x", None),
        ],
    ],
    ids=[
        *("new", "mended", "withdrawn", "with author", "crlf"),
        *("with picture", "withdrawn picture"),
    ],
)
def test_a_stranger_may_share(changes):
    assert ownership(changes, "Ada-L") == []


@pytest.mark.parametrize(
    "change",
    [
        Change("docs/index.md", PLAIN, None, None),
        Change("docs/tools/hooks.py", PLAIN, None, None),
        Change(".github/workflows/ci.yml", PLAIN, None, None),
        Change("reflections/_template.md", PLAIN, b"x", b"y"),
        Change("reflections/a/2026-11-21-b.md", PLAIN, None, entry("ada-l")),
        Change("reflections/../docs/x.md", PLAIN, None, entry("ada-l")),
        Change("Reflections/2026-11-21-b.md", PLAIN, None, entry("ada-l")),
        Change(NOTE, "120000", None, b"/etc/passwd"),
        Change(NOTE, "100755", None, entry("ada-l")),
        Change(NOTE, "160000", None, None),
        Change(NOTE, PLAIN, None, entry("journal")),
        Change(NOTE, PLAIN, None, entry("ada-l", "journal")),
        Change(NOTE, PLAIN, None, b"no front matter"),
        Change(NOTE, PLAIN, None, b"---\nauthors: &a [*a]\n---\n"),
        Change(NOTE, PLAIN, None, b"---\nauthors: " + b"[" * 50_000),
        Change(NOTE, PLAIN, entry("bo"), entry("ada-l")),
        Change(NOTE, NONE, entry("bo"), None),
        Change(PEOPLE, PLAIN, people("bo"), people("cy")),
        Change(PEOPLE, PLAIN, people("bo"), people("bo", "cy")),
        Change(PEOPLE, NONE, people("bo"), None),
        Change(PICTURE, PLAIN, None, b"x"),
        Change(PICTURE, PLAIN, b"x", b"y"),
        Change(PICTURE, "120000", None, b"/etc/passwd"),
        Change(PICTURE.replace("png", "svg"), PLAIN, None, b"x"),
        Change("reflections/images/x.png", PLAIN, None, b"x"),
        Change("reflections/images/../x.png", PLAIN, None, b"x"),
    ],
    ids=lambda change: f"{change.path}:{change.mode}",
)
def test_a_stranger_keeps_to_their_place(change):
    assert ownership([change], "ada-l")


def test_nobody_changes_the_pictures_of_others():
    mine = Change(NOTE, PLAIN, None, entry("ada-l"))
    for change in (
        Change(PICTURE, PLAIN, b"x", b"y"),
        Change(PICTURE.replace("a-note", "b-note"), PLAIN, None, b"x"),
        Change(PICTURE.replace("a-note", "b-note"), NONE, b"x", None),
    ):
        [problem] = ownership([mine, change], "ada-l")
        assert problem.path == change.path


def change_of(place, event):
    """Commit what lies in the tree on a branch, and check it."""
    place.git("switch", "-q", "-C", "topic")
    place.git("add", "-A")
    place.git("commit", "-q", "-m", "Change")
    other = place.tree.parent / "change"
    if other.exists():
        place.git("worktree", "remove", "--force", str(other))
    place.git("worktree", "add", "-q", "--detach", str(other), "topic")
    place.git("switch", "-q", "-f", "main")
    done = place.tool(
        f"check-change --event $GITHUB_EVENT_PATH --tree {other}", event
    )
    return done.returncode, done.stdout + done.stderr


def test_a_pull_request_from_the_first_command_to_the_check(place):
    place.fresh()
    base = place.git("rev-parse", "HEAD").strip()
    place.tool("new-reflection --title 'On gradients' --author Ada-L")
    (path,) = (place.tree / "reflections").glob("*-on-gradients.md")
    text = path.read_text("utf-8")
    head, _ = text.split("\n---\n")
    head = head.replace("draft: true", "draft: false")
    head = head.replace("One sentence that says what", "It says what")
    path.write_text(f"{head}\n---\n\nI tried it.\n", "utf-8")
    event = pull_request(base=base)
    code, said = change_of(place, event)
    assert (code, said) == (0, "No problem found.\n")


def test_a_pull_request_that_reaches_further_is_refused(place):
    place.fresh()
    base = place.git("rev-parse", "HEAD").strip()
    (place.tree / NOTE).write_bytes(entry("journal"))
    (place.tree / "docs/index.md").write_text("x")
    code, said = change_of(place, pull_request(base=base))
    assert code == 1
    assert "touches its entry" in said
    assert f"{NOTE}:1: an entry by pull request bears" in said
    # The same, from somebody who may write here, is for them to judge.
    event = pull_request(base=base, fork=False)
    tree = place.tree.parent / "change"
    done = place.tool(
        f"check-change --event $GITHUB_EVENT_PATH --tree {tree}", event
    )
    assert (done.returncode, "trusted" in done.stdout) == (0, True)


def test_a_pull_request_is_held_to_the_rules_of_its_base(place):
    place.fresh()
    base = place.git("rev-parse", "HEAD").strip()
    text = (GOLDEN / "issue-opened.md").read_text("utf-8")
    (place.tree / NOTE).write_text(f"{text}\n<script>x</script>\n", "utf-8")
    code, said = change_of(place, pull_request(base=base))
    assert code == 1
    assert "raw HTML <script>" in said
    assert "author 'ada-l' is not in" in said


def test_a_pull_request_without_a_reflection_is_for_the_owners(place):
    place.fresh()
    base = place.git("rev-parse", "HEAD").strip()
    (place.tree / "docs/index.md").write_text("x")
    code, said = change_of(place, pull_request(base=base))
    assert code == 0
    assert "No reflection in this change" in said


# --- GitHub, which is not there ----------------------------------------


def answered(place, event):
    """Run both steps of the answer; return the comments."""
    name = "answer.md"
    for command in (
        f"reflection-from-issue --event $GITHUB_EVENT_PATH --answer {name}",
        f"answer-issue --event $GITHUB_EVENT_PATH --answer {name}",
    ):
        done = place.tool(command, event)
        assert done.returncode == 0, done.stderr
    return place.github["comments"]


def test_an_edited_issue_changes_the_one_answer(place):
    place.fresh()
    stranger = {
        "id": 1,
        "user": {"login": "mallory"},
        "body": f"{answers.MARK}\nhttps://example.com",
    }
    place.tell(comments=[stranger])
    first = answered(place, opened(body(kind="None")))
    assert [c["user"]["login"] for c in first] == [
        "mallory",
        "github-actions[bot]",
    ]
    assert "one thing to mend" in first[1]["body"]
    then = answered(place, opened(body(), action="edited"))
    assert [c["id"] for c in then] == [1, 2]
    assert then[0] == stranger
    assert "This is ready" in then[1]["body"]
    # Nothing has changed: nothing is sent.
    calls = len(place.github["calls"])
    place.tool("answer-issue --event $GITHUB_EVENT_PATH --answer answer.md")
    sent = [call["asked"] for call in place.github["calls"][calls:]]
    assert [asked[:2] for asked in sent] == [["api", "--paginate"]]


def test_an_account_that_cannot_write_gets_a_person(place):
    place.fresh()
    place.tell()
    (comment,) = answered(place, opened(body(), login="ada_corp"))
    assert "This needs a person" in comment["body"]


@pytest.mark.parametrize(
    ("permission", "editor", "code"),
    [
        ("admin", None, 0),
        ("write", None, 0),
        ("write", "ada-l", 0),
        ("write", "mallory", 1),
        ("read", None, 1),
        ("triage", None, 1),
        ("none", None, 1),
    ],
)
def test_who_may_accept(place, permission, editor, code):
    place.tell(permission=permission, editor=editor)
    event = opened(body(), sender={"login": "keeper"}, action="labeled")
    done = place.tool("may-accept --event $GITHUB_EVENT_PATH", event)
    assert done.returncode == code, done.stderr
    (asked, *_) = place.github["calls"]
    assert asked["asked"][-1].endswith("/collaborators/keeper/permission")


def test_an_entry_is_not_proposed_unless_it_was_checked(place):
    place.fresh()
    place.tell()
    done = place.tool(
        "propose-reflection --event $GITHUB_EVENT_PATH", opened(body())
    )
    assert done.returncode == 2
    assert "is not what the issue says" in done.stderr
    assert place.github["calls"] == []


def test_the_owners_must_be_set(place):
    place.fresh()
    place.tell()
    done = place.tool("check-owners")
    assert done.returncode == 1
    assert done.stderr.startswith(".github/CODEOWNERS:4: @set-the-owner")
    owners = place.tree / ".github" / "CODEOWNERS"
    owners.write_text(
        owners.read_text("utf-8").replace("@set-the-owner", "@ada"), "utf-8"
    )
    assert place.tool("check-owners").returncode == 0
    error = {"line": 4, "message": "Unknown owner on line 4"}
    place.tell(owner_errors=[error])
    done = place.tool("check-owners")
    assert done.returncode == 1
    assert "CODEOWNERS:4: Unknown owner" in done.stderr
    place.fresh()


def test_a_failed_week_opens_one_issue(place):
    place.tell()
    assert place.tool("report-weekly").returncode == 0
    assert place.tool("report-weekly").returncode == 0
    (issue,) = place.github["issues"]
    assert issue["labels"] == ["weekly"]
    (again,) = place.github["comments"]
    assert "example/journal/actions/runs/77" in again["body"]


def test_the_answers_of_several_pages_are_all_read():
    import hosting

    text = json.dumps([1]) + "\n" + json.dumps([2]) + json.dumps({"a": 3})
    assert list(hosting.documents(text)) == [[1], [2], {"a": 3}]
    assert list(hosting.documents("  ")) == []


def test_the_page_of_examples_names_entries_that_exist():
    share = (ROOT / "docs/reflections/share.md").read_text("utf-8")
    named = re.findall(r"\(posts/([\w-]+\.md)\)", share)
    assert len(named) == 3
    for name in named:
        assert (Path(ROOT) / "reflections" / name).is_file()
