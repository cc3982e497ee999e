"""Pull requests that share a reflection: what they may, what they hear."""

import sys

import pytest

from building import copy_of_repository, ran
from contributed import change as changes
from contributed.change import Change, ownership
from entries import DAY, FRONT

PLAIN, NONE = "100644", "000000"
NOTE = "reflections/2026-11-21-a-note.md"
OTHER = "reflections/2026-11-20-of-bo.md"
PICTURE = "reflections/images/2026-11-21-a-note-x.png"
NEW, MENDED, GONE = (
    Change(NOTE, PLAIN, "A"),
    Change(NOTE, PLAIN, "M"),
    Change(NOTE, NONE, "D"),
)


def entry(*authors):
    return f"---\ntitle: x\nauthors: [{', '.join(authors)}]\n---\n\nx\n"


MINE, BOS = entry("ada-l"), entry("bo")


@pytest.fixture
def trees(tmp_path):
    """Two folders, before and after, and a way to write to them."""

    def write(before="", after=""):
        for name, text in (("before", before), ("after", after)):
            path = tmp_path / name / NOTE
            path.parent.mkdir(parents=True, exist_ok=True)
            if text:
                path.write_bytes(text.encode())
        (tmp_path / "before" / OTHER).write_text(BOS, "utf-8")
        return tmp_path / "before", tmp_path / "after"

    return write


@pytest.mark.parametrize(
    ("before", "after", "made"),
    [
        ("", MINE, [NEW]),
        (MINE, MINE, [MENDED]),
        (MINE, "", [GONE]),
        ("", MINE.replace("\n", "\r\n"), [NEW]),
        ("", entry('"Ada-L"'), [NEW]),
        ("", MINE, [NEW, Change(PICTURE, PLAIN, "A")]),
        (MINE, "", [GONE, Change(PICTURE, NONE, "D")]),
    ],
)
def test_a_stranger_may_share(trees, before, after, made):
    assert ownership(made, "Ada-L", *trees(before, after)) == []


@pytest.mark.parametrize(
    "change",
    [
        Change("docs/index.md", PLAIN, "M"),
        Change("docs/tools/hooks.py", PLAIN, "A"),
        Change(".github/workflows/ci.yml", PLAIN, "M"),
        Change("reflections", "120000", "A"),
        Change("reflections/.authors.yml", PLAIN, "M"),
        Change("reflections/_template.md", PLAIN, "M"),
        Change("reflections/a/2026-11-21-b.md", PLAIN, "A"),
        Change("reflections/../docs/x.md", PLAIN, "A"),
        Change("Reflections/2026-11-21-b.md", PLAIN, "A"),
        Change(NOTE, "120000", "A"),
        Change(NOTE, "100755", "A"),
        Change(NOTE, "160000", "A"),
        Change(OTHER, PLAIN, "M"),
        Change(OTHER, NONE, "D"),
        Change(PICTURE.replace("a-note", "b-note"), PLAIN, "A"),
        Change(PICTURE.replace("a-note", "b-note"), NONE, "D"),
        Change(PICTURE, PLAIN, "M"),
        Change(PICTURE, "120000", "A"),
        Change(PICTURE.replace("png", "svg"), PLAIN, "A"),
        Change("reflections/images/x.png", PLAIN, "A"),
        Change("reflections/images/../x.png", PLAIN, "A"),
    ],
    ids=lambda change: f"{change.path}:{change.mode}:{change.status}",
)
def test_a_stranger_keeps_to_their_place(trees, change):
    made = [change] if change.path == NOTE else [NEW, change]
    (problem,) = ownership(made, "ada-l", *trees("", MINE))
    assert problem.path == change.path


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("", entry("journal"), NEW),
        ("", entry("ada-l", "journal"), NEW),
        ("", "no front matter", NEW),
        ("", "---\nauthors: &a [*a]\n---\n", NEW),
        ("", "---\nauthors: " + "[" * 50_000, NEW),
        (BOS, MINE, MENDED),
        (MINE, BOS, MENDED),
        (BOS, "", GONE),
        ("broken", MINE, MENDED),
    ],
)
def test_an_entry_bears_its_senders_name(trees, before, after, change):
    assert ownership([change], "ada-l", *trees(before, after))


def test_no_account_takes_the_journals_name(trees):
    folders = trees("", entry("journal"))
    (problem,) = ownership([NEW], "Journal", *folders)
    assert "the journal's own" in problem.message


# --- From git to the answer --------------------------------------------


def git(folder, *arguments):
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    command = ("git", *who, "-c", "commit.gpgsign=false", *arguments)
    assert ran(*command, cwd=folder).returncode == 0


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The repository before a change, which GitHub merges for a try."""
    tree = copy_of_repository(tmp_path_factory.mktemp("base"))
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", "Begin")
    return tree


def answer(base, files, author="Ada-L"):
    """Propose files; return the code and what the check says of them."""
    git(base, "switch", "-q", "-C", "topic")
    for name, text in files.items():
        (base / name).write_text(text, "utf-8")
    git(base, "add", "-A")
    git(base, "commit", "-q", "-m", "Change")
    git(base, "switch", "-q", "main")
    (base / "later.txt").write_text("main has moved on")
    git(base, "add", "later.txt")
    git(base, "commit", "-q", "-m", "Move on")
    git(base, "switch", "-q", "--detach")
    git(base, "merge", "-q", "--no-ff", "-m", "Try", "topic")
    change = base.parent / "change"
    git(base, "worktree", "add", "-q", "--detach", str(change), "HEAD")
    git(base, "switch", "-q", "main")
    # Its own tools are not asked: they might be made to agree.
    for path in (change / "docs/tools").glob("*.py"):
        path.write_text("raise SystemExit", "utf-8")
    page = base.parent / "summary.md"
    page.write_text("")
    done = ran(
        *("bash", ".ci/check-change", author, change),
        cwd=base,
        PYTHON=sys.executable,
        GITHUB_STEP_SUMMARY=str(page),
    )
    assert (page.read_text() == "") == (done.returncode == 0)
    (base / "said.txt").unlink()
    git(base, "worktree", "remove", "--force", str(change))
    git(base, "reset", "-q", "--hard", "HEAD^")
    return done.returncode, done.stdout + done.stderr


GOOD = f"{FRONT}I tried it.\n".replace("[journal]", "[ada-l]")
GOOD = GOOD.replace(DAY, "2026-11-21")


def test_an_entry_alone_is_all_that_it_takes(base):
    assert "ada-l" not in (base / "reflections/.authors.yml").read_text()
    assert answer(base, {NOTE: GOOD}) == (0, "No problem found.\n")


def test_what_is_wrong_is_told_by_line(base):
    files = {NOTE: f"{GOOD}\n<script>x</script>\n", "docs/index.md": "x"}
    code, said = answer(base, files, author="mallory")
    assert code == 1
    assert f"\n    {NOTE}:13: " in f"\n{said}"
    assert "\n    docs/index.md:1: " in f"\n{said}"
    assert 'write authors: ["mallory"]' in said
    assert "later.txt" not in said


def test_a_pull_request_without_a_reflection_is_for_the_owners(base):
    files = {"docs/index.md": "x", "reflections/.authors.yml": "authors:"}
    assert answer(base, files) == (0, "No problem found.\n")
    with pytest.raises(ValueError, match="git diff since nowhere failed"):
        changes.changed(base, "nowhere")
