"""The workflows and the forms: what they may do, and that their steps work.

GitHub alone can start them. zizmor knows the ways in which a workflow lets
strangers in. What it cannot know is proven here: who may write, that what a
step calls exists, and that the scripts among the steps do what they should.
"""

import fnmatch
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from building import ran

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github"
WORKFLOWS = {
    path.name: path.read_text("utf-8")
    for path in sorted((FOLDER / "workflows").glob("*.yml"))
}

# Who may write, and what. Everything else reads, or has nothing.
MAY_WRITE = {
    ("publish.yml", "deploy"): {"pages", "id-token"},
    ("weekly.yml", "report"): {"issues"},
}
# What more than one line does, by its first word: the tests below run them.
SCRIPTS = {("if", "build"), ("open=$(gh", "report")}


# --- The rules for a workflow ------------------------------------------


def parsed(text):
    """Return a workflow; YAML reads its key `on` as true."""
    found = yaml.safe_load(text)
    return {("on" if key is True else key): v for key, v in found.items()}


def faults(name, text):
    """Return what is wrong with a workflow."""
    workflow = parsed(text)
    if "secrets" in text:
        yield "a secret is named"
    for title, job in workflow["jobs"].items():
        given = job["permissions"]
        writes = {what for what, level in given.items() if level != "read"}
        if not writes <= MAY_WRITE.get((name, title), set()):
            yield f"{title} may write {sorted(writes)}"
        from_stranger = "pull_request" in workflow["on"]
        if from_stranger and (writes or "github.token" in str(job)):
            yield f"{title} has a token for what a stranger wrote"
        if "uses" in job:
            continue
        if "timeout-minutes" not in job:
            yield f"{title} has no limit of time"
        yield from faults_of_steps(title, job)


def faults_of_steps(title, job):
    for step in job["steps"]:
        command = step.get("run", "").strip()
        if "\n" in command:
            if (command.split()[0], title) not in SCRIPTS:
                yield f"{title} runs a script that no test runs: {command}"
        elif re.search(r"[;|]|&&|\$\(|`", command):
            yield f"{title} runs more than one command: {command}"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_keeps_the_rules(name):
    assert list(faults(name, WORKFLOWS[name])) == []


def test_the_workflows_are_these():
    names = "ci.yml publish.yml pull-request.yml weekly.yml"
    assert set(WORKFLOWS) == set(names.split())
    # Each permission to write is used by the job that it is given to.
    for name, title in MAY_WRITE:
        job = parsed(WORKFLOWS[name])["jobs"][title]
        given = {
            w for w, level in job["permissions"].items() if level != "read"
        }
        assert given == MAY_WRITE[name, title]


SET_UP = "run: python docs/tools/environment.py .venv"
SCRIPT = "SCRIPT: ${{ matrix.script }}"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("ci.yml", "contents: read", "contents: write", "may write"),
        ("publish.yml", "pages: read", "pages: write", "may write"),
        ("ci.yml", "    timeout-minutes: 30\n", "", "no limit of time"),
        ("ci.yml", SET_UP, f"{SET_UP}; ls", "more than one command"),
        ("ci.yml", SET_UP, "run: |\n          l\n          l", "no test runs"),
        ("ci.yml", SCRIPT, "SCRIPT: ${{ secrets.X }}", "a secret is named"),
        ("ci.yml", SCRIPT, "SCRIPT: ${{ github.token }}", "has a token for"),
    ],
)
def test_a_planted_fault_is_found(name, old, new, said):
    assert old in WORKFLOWS[name]
    found = list(faults(name, WORKFLOWS[name].replace(old, new)))
    assert any(said in fault for fault in found), found


def test_only_main_is_published_and_only_when_all_tests_pass():
    workflow = parsed(WORKFLOWS["publish.yml"])
    assert workflow["on"]["push"] == {"branches": ["main"]}
    jobs = workflow["jobs"]
    assert jobs["build"]["needs"] == "test"
    assert jobs["deploy"]["needs"] == "build"
    for title in ("build", "deploy"):
        assert jobs[title]["if"] == "github.ref == 'refs/heads/main'"
    assert jobs["deploy"]["environment"]["name"] == "github-pages"
    publishing = [n for n, t in WORKFLOWS.items() if "deploy-pages" in t]
    assert publishing == ["publish.yml"]


def test_a_token_is_given_to_the_scripts_alone():
    for name, text in WORKFLOWS.items():
        for title, job in parsed(text)["jobs"].items():
            assert "env" not in job, (name, title)
            for step in job.get("steps", []):
                if "GH_TOKEN" in step.get("env", {}):
                    assert (step["run"].split()[0], title) in SCRIPTS


# --- zizmor ------------------------------------------------------------


def zizmor(folder):
    """Run zizmor, which must be installed, as strictly as it can be."""
    program = Path(sys.executable).with_name("zizmor")
    found = shutil.which(program) or shutil.which("zizmor")
    assert found, "zizmor is in requirements-test.lock and not installed"
    done = ran(
        *(found, "--offline", "--no-progress", "--persona=auditor"),
        *("--color=never", folder),
    )
    return done.returncode, done.stdout + done.stderr


def test_zizmor_finds_nothing():
    code, said = zizmor(FOLDER)
    assert (code, "No findings to report" in said) == (0, True), said


def test_zizmor_finds_what_is_planted(tmp_path):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    planted = 'run: bash "${{ github.event.pull_request.title }}"'
    text = WORKFLOWS["ci.yml"].replace('run: bash "$SCRIPT"', planted)
    (folder / "ci.yml").write_text(text, "utf-8")
    code, said = zizmor(tmp_path / ".github")
    assert code != 0
    assert "[template-injection]" in said


# --- The form ----------------------------------------------------------


def test_the_form_has_the_fields_that_pages_fill_in():
    folder = FOLDER / "ISSUE_TEMPLATE"
    names = {path.name for path in folder.iterdir()}
    assert names == {"config.yml", "correction.yml"}
    form = yaml.safe_load((folder / "correction.yml").read_text("utf-8"))
    ids = [field["id"] for field in form["body"] if "id" in field]
    assert ids == ["page", "section", "wrong", "right"]


# --- Owners ------------------------------------------------------------


def owners_of(path, text):
    """Return the owners of a file; the last rule that fits decides."""
    found = []
    for line in text.split("\n"):
        pattern, *owners = line.split("#")[0].split() or [""]
        whole = pattern + "*" if pattern.endswith("/") else pattern
        if pattern == "*" or fnmatch.fnmatchcase(f"/{path}", whole):
            found = owners
    return found


def test_everything_but_entries_has_an_owner():
    text = (FOLDER / "CODEOWNERS").read_text("utf-8")
    names = ran("git", "ls-files", "-z").stdout
    free = {
        name
        for name in filter(None, names.split("\0"))
        if not owners_of(name, text)
    }
    assert all(
        re.fullmatch(r"reflections/(2[\w-]+\.md|images/[\w.-]+)", name)
        for name in free
    )
    assert owners_of("reflections/.authors.yml", text)
    assert owners_of("reflections/_template.md", text)
    assert owners_of(".github/CODEOWNERS", text)
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert "@set-the-owner" in guide


# --- The scripts, run as they stand ------------------------------------

# As GitHub starts a step. Who asks for `gh` gets this: it notes what it is
# asked, and answers what the test says.
BASH = ("bash", "--noprofile", "--norc", "-e", "-c")
GH = '#!/bin/sh\nfor word; do echo "$word"; done >> asked\ncat answer\n'


@pytest.fixture
def run(tmp_path):
    """Run the script of a job in a folder with a `gh` that is not GitHub."""
    if os.name == "nt":
        pytest.skip("these steps run on Linux")
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(GH)
    program.chmod(0o755)

    def run_it(name, title, answer):
        (tmp_path / "answer").write_text(answer)
        (tmp_path / "asked").write_text("")
        (script,) = [
            step["run"]
            for step in parsed(WORKFLOWS[name])["jobs"][title]["steps"]
            if "\n" in step.get("run", "")
        ]
        done = ran(
            *(*BASH, script),
            cwd=tmp_path,
            PATH=f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            GH_REPO="example/journal",
            RUN="https://run",
        )
        return done, (tmp_path / "asked").read_text().splitlines()

    return run_it


def test_a_failed_week_opens_one_issue(run):
    done, asked = run("weekly.yml", "report", "")
    assert done.returncode == 0, done.stderr
    assert asked[10:14] == ["issue", "create", "--label", "weekly"]
    assert any("https://run" in line for line in asked)
    done, asked = run("weekly.yml", "report", "7\n")
    assert done.returncode == 0, done.stderr
    assert asked[10:] == [
        *("issue", "comment", "7", "--body"),
        "It failed again: https://run",
    ]


def test_nothing_is_published_until_the_owners_are_set(run, tmp_path):
    (tmp_path / ".github").mkdir()
    owners = tmp_path / ".github" / "CODEOWNERS"
    text = (FOLDER / "CODEOWNERS").read_text("utf-8")
    owners.write_text(text.replace("* @set-the-owner", "* @ada"), "utf-8")
    done, asked = run("publish.yml", "build", "")
    assert done.returncode == 0, done.stdout
    assert "repos/example/journal/codeowners/errors" in asked
    done, _ = run("publish.yml", "build", "Unknown owner on line 4\n")
    assert done.returncode == 1
    assert "Unknown owner on line 4" in done.stdout
    owners.write_text("* @set-the-owner\n", "utf-8")
    done, asked = run("publish.yml", "build", "")
    assert (done.returncode, asked) == (1, [])
    assert "::error file=.github/CODEOWNERS::Name the account" in done.stdout
