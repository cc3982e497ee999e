"""The workflows and the forms: what they may do, and that their steps work.

GitHub alone can start them. What can be proven without it is proven here:
their rules, each with a planted fault, and their steps, run as they stand.
"""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import answers
import events
import issue_form
from contributing import ROOT, Place, body, opened, pull_request

FOLDER = ROOT / ".github"
WORKFLOWS = {
    path.name: path.read_text("utf-8")
    for path in sorted((FOLDER / "workflows").glob("*.yml"))
}
FORMS = ("reflection.yml", "correction.yml")

# Looked up in the releases of each action, never guessed.
PINS = {
    "actions/checkout": ("08c6903cd8c0fde910a37f88322edcfb5dd907a8", "v5.0.0"),
    "actions/setup-python": (
        "e797f83bcb11b83ae66e0230d6156d7c80228e7c",
        "v6.0.0",
    ),
    "actions/configure-pages": (
        "983d7736d9b0ae728b81ab479565c72886d7745b",
        "v5.0.0",
    ),
    "actions/upload-artifact": (
        "ea165f8d65b6e75b540449e92b4886f43607fa02",
        "v4.6.2",
    ),
    "actions/upload-pages-artifact": (
        "7b1f4a764d45c48632c6b24a0339c27f5614fb0b",
        "v4.0.0",
    ),
    "actions/deploy-pages": (
        "d6db90164ac5ed86f2b6aed7e0febac5b3c0c03e",
        "v4.0.5",
    ),
}
# Who may write, and what. Everything else reads, or has nothing.
MAY_WRITE = {
    ("accept.yml", "propose"): {"contents", "issues", "pull-requests"},
    ("publish.yml", "deploy"): {"pages", "id-token"},
    ("reflection.yml", "answer"): {"issues"},
    ("weekly.yml", "report"): {"issues"},
}
# What a workflow may put in from outside: nothing that a stranger wrote.
EXPRESSIONS = {
    "github.workflow",
    "github.ref",
    "github.event.issue.number",
    "github.event.pull_request.base.sha",
    "github.repository",
    "github.server_url",
    "github.token",
    "matrix.numpy",
    "matrix.python",
    "matrix.script",
    "matrix.system",
    "steps.deployment.outputs.page_url",
    "steps.pages.outputs.base_url",
}
MAKE = set(
    re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
)


def tool_commands():
    """Return the names of the tools' commands."""
    said = subprocess.run(
        [sys.executable, "docs/tools", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return set(re.search(r"\{([\w,-]+)\}", said)[1].split(","))


COMMANDS = tool_commands()


# --- The rules for a workflow ------------------------------------------


def parsed(text):
    """Return a workflow; YAML reads its key `on` as true."""
    found = yaml.safe_load(text)
    return {("on" if key is True else key): v for key, v in found.items()}


def is_known(command):
    """Return whether what a step calls exists."""
    words = command.split()
    if words[:2] == [".venv/bin/python", "docs/tools"]:
        return words[2] in COMMANDS
    if words[0] == "make":
        return set(words[1:]) - {"OFFLINE=1"} <= MAKE
    if command == 'bash "$SCRIPT"':
        return True  # its values are checked where the matrix is
    if words[0] == "bash":
        return (ROOT / words[1]).is_file()
    return command in {
        "python docs/tools/environment.py .venv",
        "python docs/tools/environment.py .venv test",
        ".venv/bin/python -m mkdocs build --strict",
    }


def faults(name, text):
    """Return what is wrong with a workflow."""
    return [*faults_of_text(name, text), *faults_of_jobs(name, parsed(text))]


def faults_of_text(name, text):
    for row in text.split("\n"):
        if match := re.match(r"\s*(?:- )?uses: (\S+)\s*(?:# (\S+))?", row):
            what, version = match.groups()
            action, _, commit = what.partition("@")
            local = re.fullmatch(r"\$/(\.github/workflows/[\w-]+\.yml)", what)
            if local and (ROOT / local[1]).is_file():
                continue
            if PINS.get(action) != (commit, version):
                yield f"not pinned as it was looked up: {row.strip()}"
    for expression in re.findall(r"\$\{\{(.*?)\}\}", text):
        if expression.strip() not in EXPRESSIONS:
            yield f"unexpected expression {expression.strip()}"
    if "secrets" in text:
        yield "a secret is named"


def faults_of_jobs(name, workflow):
    events = workflow["on"]
    if {"pull_request_target", "workflow_run"} & set(events):
        yield "an event that gives strangers a token"
    if workflow.get("permissions") != {}:
        yield "permissions must be none, and given job by job"
    if "concurrency" not in workflow:
        yield "no limit to what runs at the same time"
    for title, job in workflow["jobs"].items():
        given = job.get("permissions")
        if not isinstance(given, dict):
            yield f"{title} declares no permissions"
            continue
        writes = {what for what, level in given.items() if level != "read"}
        if not writes <= MAY_WRITE.get((name, title), set()):
            yield f"{title} may write {sorted(writes)}"
        if "pull_request" in events and (writes or "github.token" in str(job)):
            yield f"{title} has a token for what a stranger wrote"
        if "uses" in job:
            continue
        if "timeout-minutes" not in job:
            yield f"{title} has no limit of time"
        yield from faults_of_steps(title, job)


def faults_of_steps(title, job):
    for row in job.get("strategy", {}).get("matrix", {}).get("include", []):
        if not (ROOT / row.get("script", ".")).is_file():
            yield f"{title} calls {row}, which does not exist"
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@") and (
            step.get("with", {}).get("persist-credentials") is not False
        ):
            yield f"{title} leaves a token in the checkout"
        command = step.get("run", "").strip()
        if "${{" in command:
            yield f"{title} puts an expression into a command: {command}"
        if "\n" in command or re.search(r"[;|]|&&|\$\(|`", command):
            yield f"{title} runs more than one command: {command}"
        elif command and not is_known(command):
            yield f"{title} calls what does not exist: {command}"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_keeps_the_rules(name):
    assert list(faults(name, WORKFLOWS[name])) == []


def test_the_workflows_are_these():
    assert set(WORKFLOWS) == {
        *("accept.yml", "ci.yml", "publish.yml", "pull-request.yml"),
        *("reflection.yml", "weekly.yml"),
    }
    # Each permission to write is used by the job that it is given to.
    for name, title in MAY_WRITE:
        job = parsed(WORKFLOWS[name])["jobs"][title]
        given = {
            w for w, level in job["permissions"].items() if level != "read"
        }
        assert given == MAY_WRITE[name, title]


PIN = "@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
SET_UP = "run: python docs/tools/environment.py .venv"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("ci.yml", PIN, "@v5", "not pinned"),
        ("ci.yml", PIN, PIN.replace("0", "1", 1), "not pinned"),
        ("ci.yml", "actions/checkout", "evil/checkout", "not pinned"),
        ("weekly.yml", "$/.github/", "./.github/", "not pinned"),
        ("weekly.yml", "workflows/ci.yml", "workflows/no.yml", "not pinned"),
        ("ci.yml", "permissions: {}", "permissions: write-all", "be none"),
        ("ci.yml", "contents: read", "contents: write", "may write"),
        ("publish.yml", "pages: read", "pages: write", "may write"),
        ("ci.yml", "    permissions:\n", "    x:\n", "no permissions"),
        (
            *("ci.yml", "persist-credentials: false"),
            *("persist-credentials: true", "leaves a token"),
        ),
        ("ci.yml", "pull_request:", "pull_request_target:", "an event"),
        ("ci.yml", "concurrency:", "x:", "at the same time"),
        ("ci.yml", "    timeout-minutes: 30\n", "", "no limit of time"),
        (
            *("ci.yml", SET_UP, "run: echo ${{ github.event.issue.title }}"),
            "puts an expression",
        ),
        (
            *("ci.yml", 'python: "3.11", numpy: lowest, script: .ci/lowest'),
            *('python: "3.11", script: .ci/nothing', "does not exist"),
        ),
        ("ci.yml", SET_UP, "run: curl x", "calls what does not exist"),
        ("ci.yml", SET_UP, "run: make x", "calls what does not exist"),
        ("ci.yml", SET_UP, f"{SET_UP}; ls", "more than one command"),
        (
            *("ci.yml", "SCRIPT: ${{ matrix.script }}"),
            *("SCRIPT: ${{ github.head_ref }}", "unexpected expression"),
        ),
        (
            *("ci.yml", "SCRIPT: ${{ matrix.script }}"),
            *("SCRIPT: ${{ secrets.X }}", "a secret is named"),
        ),
        (
            *("ci.yml", "SCRIPT: ${{ matrix.script }}"),
            *("SCRIPT: ${{ github.token }}", "has a token for"),
        ),
        (
            *("reflection.yml", "docs/tools answer-issue"),
            *("docs/tools answer", "calls what does not exist"),
        ),
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
    publishing = [
        name for name, text in WORKFLOWS.items() if "deploy-pages" in text
    ]
    assert publishing == ["publish.yml"]


def test_a_token_is_given_to_single_steps():
    for name, text in WORKFLOWS.items():
        for title, job in parsed(text)["jobs"].items():
            assert "env" not in job, (name, title)
            for step in job.get("steps", []):
                if "GH_TOKEN" in step.get("env", {}):
                    assert step["run"].startswith(
                        ".venv/bin/python docs/tools "
                    )
                    assert "reflection-from-issue" not in step["run"]


# --- zizmor ------------------------------------------------------------


def zizmor(folder):
    """Run zizmor, which must be installed, as strictly as it can be."""
    program = Path(sys.executable).with_name("zizmor")
    found = shutil.which(program) or shutil.which("zizmor")
    assert found, "zizmor is in requirements-test.lock and not installed"
    done = subprocess.run(
        [
            *(found, "--offline", "--no-progress", "--persona=auditor"),
            *("--color=never", str(folder)),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_zizmor_finds_nothing():
    code, said = zizmor(FOLDER)
    assert (code, "No findings to report" in said) == (0, True), said


@pytest.mark.parametrize(
    ("old", "new", "audit"),
    [
        (PIN, "@v5", "unpinned-uses"),
        (
            'run: bash "$SCRIPT"',
            'run: bash "${{ github.event.pull_request.title }}"',
            "template-injection",
        ),
        (
            "          persist-credentials: false\n",
            "",
            "artipacked",
        ),
        ("permissions: {}", "permissions: write-all", "excessive-permissions"),
        ("  pull_request:", "  pull_request_target:", "dangerous-triggers"),
    ],
)
def test_zizmor_finds_what_is_planted(tmp_path, old, new, audit):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    text = WORKFLOWS["ci.yml"]
    assert old in text
    (folder / "ci.yml").write_text(text.replace(old, new), "utf-8")
    code, said = zizmor(tmp_path / ".github")
    assert code != 0
    assert f"[{audit}]" in said


def test_make_check_asks_zizmor():
    check = re.search(
        r"^check:.*\n\t(.*)", (ROOT / "Makefile").read_text("utf-8"), re.M
    )
    assert "zizmor --offline" in check[1]


# --- The forms ---------------------------------------------------------

TYPES = {
    "markdown": ({"value"}, {"value"}),
    "input": ({"label"}, {"label", "description", "placeholder", "value"}),
    "textarea": (
        {"label"},
        {"label", "description", "placeholder", "value", "render"},
    ),
    "dropdown": (
        {"label", "options"},
        {"label", "description", "multiple", "options", "default"},
    ),
    "checkboxes": ({"label", "options"}, {"label", "description", "options"}),
}
TOP = {"name", "description", "title", "labels", "assignees", "body"}


def form_faults(text):
    """Return where a form breaks the rules of GitHub's form schema."""
    form = yaml.safe_load(text)
    for key in ("name", "description", "body"):
        if not form.get(key):
            yield f"{key} is missing"
    for key in set(form) - TOP:
        yield f"unknown key {key}"
    for key in ("name", "description", "title"):
        if not isinstance(form.get(key, ""), str):
            yield f"{key} is no text"
    ids, labels = [], []
    for element in form.get("body") or []:
        yield from element_faults(element)
        if element.get("type") != "markdown":
            ids.append(element.get("id"))
            labels.append(str(element.get("attributes", {}).get("label")))
    if not ids:
        yield "no field to fill in"
    alike = [re.sub(r"\W", "", label).lower() for label in labels]
    for what, given in (("id", ids), ("label", alike)):
        if len(set(given)) != len(given):
            yield f"a {what} is given twice"


def element_faults(element):
    kind = element.get("type")
    if kind not in TYPES:
        yield f"unknown type {kind}"
        return
    owed, known = TYPES[kind]
    attributes = element.get("attributes", {})
    for key in owed - set(attributes):
        yield f"{kind} has no {key}"
    for key in set(attributes) - known:
        yield f"{kind} has the unknown {key}"
    for key in set(element) - {"type", "id", "attributes", "validations"}:
        yield f"{kind} has the unknown {key}"
    if kind != "markdown" and not re.fullmatch(
        r"[A-Za-z0-9_-]+", str(element.get("id", ""))
    ):
        yield f"{kind} has no good id"
    for key, value in attributes.items():
        if key in {"label", "description", "value"} and (
            not isinstance(value, str) or not value.strip()
        ):
            yield f"{kind} has an empty {key}"
    required = element.get("validations", {})
    if set(required) - {"required"} or not all(
        isinstance(value, bool) for value in required.values()
    ):
        yield f"{kind} has bad validations"
    options = attributes.get("options", [])
    named = [o.get("label") if isinstance(o, dict) else o for o in options]
    if any(not isinstance(name, str) or not name.strip() for name in named):
        yield f"{kind} has an option that is no text"
    if len(set(map(str, named))) != len(named):
        yield f"{kind} offers an option twice"
    if "none" in {str(name).lower() for name in named}:
        yield f"{kind} offers None, which GitHub keeps for itself"


def form_text(name):
    return (FOLDER / "ISSUE_TEMPLATE" / name).read_text("utf-8")


@pytest.mark.parametrize("name", FORMS)
def test_a_form_keeps_githubs_rules(name):
    assert list(form_faults(form_text(name))) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: Share a reflection", "name:", "name is missing"),
        ("name: Share a reflection", "name: true", "name is no text"),
        ("labels:", "label:", "unknown key label"),
        ("type: input", "type: text", "unknown type text"),
        ("id: kind", "id: title", "a id is given twice"),
        ("id: kind", "id: a kind", "no good id"),
        ("label: Kind", "label: Title", "a label is given twice"),
        ("label: Kind", "label: title?", "a label is given twice"),
        ("label: Kind", "title: Kind", "dropdown has no label"),
        ("- Learned", "- Hard", "offers an option twice"),
        ("- Learned", "- true", "an option that is no text"),
        ("- Learned", "- None", "offers None"),
        ("required: true", "required: maybe", "bad validations"),
        ("placeholder:", "hint:", "has the unknown hint"),
    ],
)
def test_a_fault_in_a_form_is_found(old, new, said):
    text = form_text("reflection.yml")
    assert old in text
    found = list(form_faults(text.replace(old, new)))
    assert any(said in fault for fault in found), found


def test_the_forms_can_be_opened_from_pages():
    """Links name the file, and fill in fields by their ids."""
    ids = issue_form.form_labels(form_text("correction.yml"))
    assert list(ids) == ["page", "section", "wrong", "right"]
    ids = issue_form.form_labels(form_text("reflection.yml"))
    assert list(ids) == [
        *("title", "chapters", "kind", "description", "text", "licence"),
    ]
    config = yaml.safe_load(form_text("config.yml"))
    assert config == {"blank_issues_enabled": True}


def test_the_workflow_looks_for_the_forms_label():
    (label,) = yaml.safe_load(form_text("reflection.yml"))["labels"]
    for name in ("reflection.yml", "accept.yml"):
        assert f"'{label}'" in WORKFLOWS[name]


@pytest.mark.skipif(os.name == "nt", reason="bash may be another system's")
def test_the_scripts_can_be_read_by_bash():
    for path in sorted((ROOT / ".ci").iterdir()):
        if path.suffix != ".txt":
            subprocess.run(["bash", "-n", str(path)], check=True)


def test_the_label_that_accepts_is_the_tools():
    assert f"== '{events.ACCEPTED}'" in WORKFLOWS["accept.yml"]


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
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    free = {
        name
        for name in filter(None, names.split("\0"))
        if not owners_of(name, text)
    }
    assert all(
        re.fullmatch(
            r"reflections/(2[\w-]+\.md|\.authors\.yml|images/[\w.-]+)", name
        )
        for name in free
    )
    assert "reflections/.authors.yml" in free
    assert owners_of("reflections/_template.md", text)
    assert owners_of(".github/CODEOWNERS", text)
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert "@set-the-owner" in guide


def test_the_newer_actions_are_proposed_and_not_at_once():
    config = yaml.safe_load((FOLDER / "dependabot.yml").read_text("utf-8"))
    (update,) = config["updates"]
    assert update["package-ecosystem"] == "github-actions"
    assert update["cooldown"]["default-days"] >= 7


# --- The steps, run as they stand --------------------------------------

# A token is in the environment only where the step says so. Two steps are
# left out: the set-up, which made this environment, and the build, which
# the tests of the site run.
LEFT_OUT = {
    "python docs/tools/environment.py .venv",
    ".venv/bin/python -m mkdocs build --strict",
}


def steps(place, name, title, event):
    """Run the steps of a job; return the first that fails, or None."""
    job = parsed(WORKFLOWS[name])["jobs"][title]
    failed = None
    for step in job["steps"]:
        command = step.get("run")
        if command is None or command in LEFT_OUT:
            continue
        if failed is not None and "failure()" not in step.get("if", ""):
            continue
        if failed is None and "failure()" in step.get("if", ""):
            continue
        token = "GH_TOKEN" in step.get("env", {})
        done = place.run(command, event, token=token)
        if done.returncode:
            failed = failed or (step["name"], done.stderr)
    return failed


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return Place(tmp_path_factory.mktemp("workflows"))


def accepted(text=None, **changes):
    """Return the event of the label `accepted`."""
    return opened(
        text,
        action="labeled",
        label={"name": "accepted"},
        sender={"login": "keeper"},
        **changes,
    )


def test_from_the_issue_to_the_pull_request(place):
    place.fresh()
    place.tell(permission="write")
    event = opened()
    assert steps(place, "reflection.yml", "answer", event) is None
    (comment,) = place.github["comments"]
    assert "This is ready" in comment["body"]

    place.fresh()
    assert steps(place, "accept.yml", "propose", accepted()) is None
    (request,) = place.github["requests"]
    assert request["head"] == "reflection/issue-12"
    assert request["title"] == "Reflection: 2026-11-21-the-bias-that-i-forgot"
    assert request["body"].startswith("Closes #12.\n")
    shown = place.git(
        *("show", "--stat", "--format=%an <%ae>%n%B", request["head"]),
        cwd=place.remote,
    )
    assert shown.startswith(
        "github-actions[bot] "
        "<41898282+github-actions[bot]@users.noreply.github.com>\n"
        "Add the reflection 2026-11-21-the-bias-that-i-forgot\n"
    )
    assert (
        "Co-authored-by: Ada-L <4815162342+Ada-L@users.noreply.github.com>"
    ) in shown
    changed = re.findall(r"^ (\S+)\s+\|", shown, re.M)
    assert changed == [
        "reflections/.authors.yml",
        "reflections/2026-11-21-the-bias-that-i-forgot.md",
    ]
    # The token is given to the steps that ask GitHub, and to no other.
    assert all(call["token"] for call in place.github["calls"])

    # The label once more, after an edit: the same request, the new text.
    place.fresh()
    event = accepted(body(title="The bias that I forgot", reflection="New."))
    assert steps(place, "accept.yml", "propose", event) is None
    assert len(place.github["requests"]) == 1
    entry = "reflections/2026-11-21-the-bias-that-i-forgot.md"
    text = place.git("show", f"{request['head']}:{entry}", cwd=place.remote)
    assert text.endswith("\n---\n\nNew.\n")
    log = place.git(
        "log", "--oneline", f"main..{request['head']}", cwd=place.remote
    )
    assert log.count("\n") == 1


def test_a_stranger_who_sets_the_label_gets_nowhere(place):
    place.fresh()
    place.tell(permission="read")
    before = place.git("branch", "--list", cwd=place.remote)
    step, said = steps(place, "accept.yml", "propose", accepted())
    assert step == "May they?"
    assert "expected write or admin" in said
    assert place.github["requests"] == []
    assert place.git("branch", "--list", cwd=place.remote) == before


HOSTILE = {
    "planted": body(
        title="$(touch planted) ${{ github.token }}",
        chapters="99. Nowhere",
        kind="@all #1",
        reflection="<script>alert(1)</script>\n`touch planted`; "
        "${{ secrets.X }}\n::set-env name=A::x",
    ),
    "missing": "only words",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_issue_does_nothing_but_get_an_answer(place, kind):
    place.fresh()
    place.tell(permission="write")
    event = opened(HOSTILE[kind])
    assert steps(place, "reflection.yml", "answer", event) is None
    (comment,) = place.github["comments"]
    assert comment["body"].startswith(answers.MARK)
    assert len(comment["body"]) < 30_000
    assert not list(place.tree.rglob("planted"))
    assert place.git("status", "--short").split() == ["??", "answer.md"]


def test_what_is_not_ready_is_not_accepted_and_says_why(place):
    place.fresh()
    place.tell(permission="write")
    event = accepted(HOSTILE["planted"])
    step, _ = steps(place, "accept.yml", "propose", event)
    assert step == "Write the entry"
    assert place.github["requests"] == []
    (comment,) = place.github["comments"]
    assert "raw HTML <script>" in comment["body"]
    assert place.git("status", "--short").split() == ["??", "answer.md"]


def test_a_merged_change_is_checked_as_the_workflow_does(place):
    """The change lies in a folder; what is checked is what it adds."""
    place.fresh()
    place.git("switch", "-q", "-C", "topic")
    entry = place.tree / "reflections" / "2026-11-21-a-note.md"
    text = (ROOT / "tests/tools/golden/issue-opened.md").read_text("utf-8")
    entry.write_text(text, "utf-8")
    place.git("add", "reflections")
    place.git("commit", "-q", "-m", "Add a note")
    # Main has moved on, and GitHub merges the change into it for a try.
    place.git("switch", "-q", "main")
    (place.tree / "docs" / "later.txt").write_text("x")
    place.git("add", "docs")
    place.git("commit", "-q", "-m", "Move on")
    place.git("switch", "-q", "--detach")
    place.git("merge", "-q", "--no-ff", "-m", "Try", "topic")
    change = place.tree / ".change"
    place.git("worktree", "add", "-q", "--detach", str(change), "HEAD")
    place.git("switch", "-q", "main")

    event = pull_request()
    step, said = steps(place, "pull-request.yml", "place", event)
    assert step == "Check"
    assert "author 'ada-l' is not in" in said
    assert "later.txt" not in said
    # Its own tools are not asked: they might be made to agree.
    shutil.rmtree(change / "docs")
    event = pull_request(login="mallory")
    _, said = steps(place, "pull-request.yml", "place", event)
    assert "reflections/2026-11-21-a-note.md" in said
    place.git("worktree", "remove", "--force", str(change))
    place.git("reset", "-q", "--hard", "HEAD^")
