"""Events as GitHub writes them, and a repository to try them in."""

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import contribution

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
FAKES = Path(__file__).parent / "fakes"
OPENED = json.loads((GOLDEN / "issue-opened.json").read_text("utf-8"))
# As GitHub starts a step whose shell is bash.
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
LICENCE = "- [X] I wrote this myself, and I agree."

ANSWERS = {
    "Title": "The bias that I forgot",
    "Chapters": "3. Adding layers",
    "Kind": "Hard",
    "In one sentence": "I left the biases out, and needed an evening.",
    "Your reflection": "I left the biases out.",
    "Licence": LICENCE,
}


def body(**changes):
    """Return the body of a filled form; a field set to None is missing."""
    names = {name.split()[-1].lower(): name for name in ANSWERS}
    answers = dict(ANSWERS)
    for short, value in changes.items():
        answers[names[short]] = value
    return "\n\n".join(
        f"### {name}\n\n{value}"
        for name, value in answers.items()
        if value is not None
    )


def opened(text=None, *, login="Ada-L", **changes):
    """Return the event of an issue that somebody opened."""
    event = copy.deepcopy(OPENED)
    event["issue"]["user"]["login"] = login
    event["sender"]["login"] = login
    if text is not None:
        event["issue"]["body"] = text
    return {**event, **changes}


def pull_request(login="Ada-L", *, fork=True, base="0" * 40):
    """Return the event of a pull request."""
    head = f"{login}/journal" if fork else "example/journal"
    return {
        "action": "opened",
        "pull_request": {
            "user": {"login": login},
            "head": {"repo": {"full_name": head}},
            "base": {"sha": base, "repo": {"full_name": "example/journal"}},
        },
    }


class Place:
    """A copy of the repository with a remote, and a GitHub that is not.

    Its commands run as the workflows run them: this machine's bash, the
    environment's Python as `.venv/bin/python`, a file with the event.
    """

    def __init__(self, folder):
        if os.name == "nt":
            pytest.skip("the steps of these workflows run on Linux")
        self.remote = folder / "remote.git"
        self.tree = folder / "tree"
        self.state = folder / "github.json"
        self.event = folder / "event.json"
        self.tree.mkdir()
        for path in (".github", ".gitignore", *contribution.READ):
            if (ROOT / path).is_file():
                shutil.copy(ROOT / path, self.tree)
            else:
                shutil.copytree(
                    ROOT / path,
                    self.tree / path,
                    ignore=contribution.UNREAD,
                )
        scripts = self.tree / ".venv" / "bin"
        scripts.mkdir(parents=True)
        python = scripts / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "Begin")
        self.git("clone", "-q", "--bare", ".", str(self.remote))
        self.git("remote", "add", "origin", str(self.remote))
        self.tell()

    def git(self, *arguments, cwd=None):
        """Run git as somebody, and return what it prints."""
        who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
        return subprocess.run(
            ["git", *who, "-c", "commit.gpgsign=false", *arguments],
            cwd=cwd or self.tree,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def fresh(self):
        """Check main out again, as the next run of a workflow does."""
        self.git("switch", "-q", "-f", "main")
        self.git("clean", "-q", "-f", "-d")

    def tell(self, **state):
        """Set what GitHub knows."""
        empty = {"calls": [], "comments": [], "issues": [], "requests": []}
        self.state.write_text(json.dumps({**empty, **state}), "utf-8")

    @property
    def github(self):
        """What GitHub knows now."""
        return json.loads(self.state.read_text("utf-8"))

    def run(self, command, event=None, *, token=True, **environment):
        """Run a step of a workflow; return the finished process."""
        if event is not None:
            self.event.write_text(json.dumps(event), "utf-8")
        kept = {
            name: os.environ[name]
            for name in ("HOME", "LANG", "TMPDIR", "SYSTEMROOT")
            if name in os.environ
        }
        given = {
            "PATH": f"{FAKES}{os.pathsep}{os.environ['PATH']}",
            "FAKE_GH": str(self.state),
            "GITHUB_EVENT_PATH": str(self.event),
            "GITHUB_REPOSITORY": "example/journal",
            "GITHUB_RUN_ID": "77",
            **({"GH_TOKEN": "none"} if token else {}),
            **environment,
        }
        return subprocess.run(
            [*BASH, command],
            cwd=self.tree,
            env={**kept, **given},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def tool(self, command, event=None, **environment):
        """Run one of the tools' commands."""
        return self.run(
            f".venv/bin/python docs/tools {command}", event, **environment
        )
