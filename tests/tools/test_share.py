"""Sharing a reflection: the page's link to GitHub's editor."""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from building import copy_of_repository
from layout import share

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)
TEMPLATE = (ROOT / "reflections" / "_template.md").read_text("utf-8")


def front_matter(text):
    return yaml.safe_load(text.split("---\n")[1])


def test_the_button_opens_the_editor_on_the_template():
    page = share.with_link(
        f"a {share.PLACEHOLDER}", "https://github.com/x/y/", ROOT
    )
    link = re.fullmatch(r"a \[[^]]+\]\((\S+)\)\{ [^}]* \}", page)[1]
    parts = urlsplit(link)
    assert parts.path == "/x/y/new/main/reflections"
    asked = parse_qs(parts.query, strict_parsing=True)
    assert asked["filename"] == ["YYYY-MM-DD-your-title.md"]
    (text,) = asked["value"]
    assert front_matter(text)["draft"] is False
    assert text.split("---\n")[2] == TEMPLATE.split("---\n")[2]
    # GitHub takes no longer address.
    assert len(link) < 8000
    assert "+" not in parts.query


def test_without_a_repository_the_page_says_what_to_do():
    page = share.with_link(share.PLACEHOLDER, None, ROOT)
    assert "`_template.md`" in page
    assert "](" not in page
    assert share.with_link("a", None, ROOT) == "a"


def test_the_page_asks_what_the_template_asks():
    page = (ROOT / "docs/reflections/share.md").read_text("utf-8")
    questions = re.findall(r"^\*(What did I [^*?]+)", TEMPLATE, re.M)
    assert len(questions) >= 2
    for question in questions:
        assert f"- {question}" in page
    assert share.PLACEHOLDER in page


# --- A new entry -------------------------------------------------------


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return copy_of_repository(tmp_path_factory.mktemp("copy"))


def make(copy, *arguments, **options):
    return subprocess.run(
        [sys.executable, "docs/tools", "new-reflection", *arguments],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_make_reflection_without_a_terminal_takes_options(copy):
    asked = ("--title", "A walk", "--author", "Ada-L", "--chapters", "3,5")
    done = make(copy, *asked, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert "open a pull request" in done.stdout
    (path,) = (copy / "reflections").glob("*-a-walk.md")
    checked = subprocess.run(
        [sys.executable, "docs/tools", "check"], cwd=copy, check=False
    )
    assert checked.returncode == 0
    path.unlink()
    done = make(copy, "--title", "A walk", stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (
        2,
        "expected --title and --author\n",
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pty")
def test_make_reflection_asks_for_what_it_needs(copy):
    """At a terminal: title, chapters, account; then the next steps."""
    import pty

    ours, theirs = pty.openpty()
    os.write(ours, b"A talk\n2 5\nada-l\n")
    done = make(copy, stdin=theirs, timeout=60)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0
    for question in ("Title of", "Chapters it", "Your account name"):
        assert question in done.stdout
    (path,) = (copy / "reflections").glob("*-a-talk.md")
    front = front_matter(path.read_text("utf-8"))
    assert (front["authors"], front["chapters"]) == (["ada-l"], [2, 5])
    path.unlink()
