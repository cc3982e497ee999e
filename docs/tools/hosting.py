"""What the workflows run: the tools' answers, taken to GitHub and to git.

Every command gets its arguments as a list, never through a shell, and text
through a file or standard input. The token is in the environment of the
steps that need it, where `gh` finds it.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import answers
import contribution
import course
import events
import issue_form
from changes import Change, is_reflection, ownership
from contributed import folder
from contribution import Proposal
from events import ContributionError
from problems import Problem

ROOT = Path(__file__).resolve().parents[2]
BOT = "github-actions[bot]"
BOT_ADDRESS = f"41898282+{BOT}@users.noreply.github.com"
OWNERS = ".github/CODEOWNERS"
# Whom the file names until somebody sets it: see CONTRIBUTING.md.
NOBODY = "@set-the-owner"
WEEKLY = "weekly"
WEEKLY_TITLE = "The weekly run failed"


class HostingError(RuntimeError):
    """GitHub or git refused; the message says what was asked and why."""


def command(*arguments: str, cwd: Path = ROOT, text: str = "") -> str:
    """Run a program and return what it prints."""
    done = subprocess.run(
        arguments,
        cwd=cwd,
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        asked = " ".join(arguments[:3])
        raise HostingError(f"{asked} … failed: {said[-1000:]}")
    return done.stdout.decode("utf-8")


def documents(text: str) -> Iterator[Any]:
    """Yield the JSON documents that follow one another in a text."""
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        document, at = decoder.raw_decode(text, at)
        yield document


def ask(path: str) -> list[Any]:
    """Return what GitHub answers to a question, all pages of it."""
    pages = documents(command("gh", "api", "--paginate", path))
    found: list[Any] = []
    for page in pages:
        found += page if isinstance(page, list) else [page]
    return found


def tell(method: str, path: str, **fields: object) -> None:
    """Send GitHub an object."""
    arguments = ["gh", "api", "--method", method, path, "--input", "-"]
    command(*arguments, text=json.dumps(fields))


def repository() -> str:
    """Return the repository's owner/name, which the workflow knows."""
    name = os.environ.get("GITHUB_REPOSITORY", "")
    if name.count("/") != 1:
        raise HostingError(
            f"expected owner/name in GITHUB_REPOSITORY, got '{name}'"
        )
    return name


def run_address() -> str:
    """Return the address of the run that this is."""
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    run = os.environ.get("GITHUB_RUN_ID", "0")
    return f"{server}/{repository()}/actions/runs/{run}"


# --- Issues ------------------------------------------------------------


def proposal_of(event: Path, root: Path = ROOT) -> Proposal:
    """Return the entry that an event's issue would become, checked."""
    shared = events.shared(events.read_event(event))
    labels = issue_form.form_labels(
        (root / issue_form.FORM).read_text("utf-8")
    )
    authors = root / contribution.FOLDER / folder.AUTHORS
    made = contribution.propose(
        shared,
        labels,
        course.chapters(course.load(root)),
        authors.read_text("utf-8"),
    )
    return contribution.judged(root, made, labels, contribution.check)


def reflection_from_issue(
    event: Path, answer: Path, into: Path | None, root: Path = ROOT
) -> int:
    """Write the answer to an issue, and the entry if it is wanted.

    Returns
    -------
    int
        1 if the entry is wanted and not ready, 0 otherwise: an answer
        that asks for changes is no failure.
    """
    try:
        made = proposal_of(event, root)
    except ContributionError as error:
        answer.write_text(answers.refusal(error), "utf-8")
        print(error, file=sys.stderr)
        return 1 if into else 0
    answer.write_text(answers.answer(made), "utf-8", newline="\n")
    print(f"{len(made.remarks)} remarks." if made.remarks else "Ready.")
    if into is None:
        return 0
    if not made.ready:
        return 1
    for name, content in made.files.items():
        (into / name).write_text(content, "utf-8", newline="\n")
    print(f"Wrote {contribution.FOLDER}/{made.name}.")
    return 0


def answer_issue(event: Path, answer: Path) -> int:
    """Post the answer, or change the one that is there."""
    number = events.issue_number(events.read_event(event))
    text = answer.read_text("utf-8")
    comments = f"repos/{repository()}/issues/{number}/comments"
    for comment in ask(f"{comments}?per_page=100"):
        if comment["user"]["login"] == BOT and (
            comment["body"].startswith(answers.MARK)
        ):
            if comment["body"].strip() != text.strip():
                place = f"repos/{repository()}/issues/comments"
                tell("PATCH", f"{place}/{comment['id']}", body=text)
            return 0
    tell("POST", comments, body=text)
    return 0


def may_accept(event: Path) -> int:
    """Ask whether who set the label may, and whose words these are."""
    read = events.read_event(event)
    actor = events.sender(read)
    path = f"repos/{repository()}/collaborators/{actor}/permission"
    permission = ask(path)[0].get("permission")
    if permission not in {"admin", "write"}:
        print(
            f"{actor} has the permission '{permission}' here, expected write "
            "or admin; nothing was accepted",
            file=sys.stderr,
        )
        return 1
    author = events.shared(read).login
    owner, name = repository().split("/")
    query = (
        "query($owner:String!,$name:String!,$number:Int!)"
        "{repository(owner:$owner,name:$name)"
        "{issue(number:$number){editor{login}}}}"
    )
    found = command(
        *("gh", "api", "graphql", "-f", f"query={query}"),
        *("-f", f"owner={owner}", "-f", f"name={name}"),
        *("-F", f"number={events.issue_number(read)}"),
    )
    issue = json.loads(found)["data"]["repository"]["issue"]
    editor = (issue["editor"] or {}).get("login", author)
    if editor.lower() != author.lower():
        print(
            f"{editor} edited the issue last, and it would appear under the "
            f"name of {author}; ask {author} to edit it once more",
            file=sys.stderr,
        )
        return 1
    print(f"{actor} may accept this.")
    return 0


def propose_reflection(event: Path, root: Path = ROOT) -> int:
    """Commit the entry that was written, and open its pull request."""
    made = proposal_of_written(event, root)
    branch = answers.branch_of(made)
    names = list(made.files)

    def git(*arguments: str, text: str = "") -> str:
        return command("git", *arguments, cwd=root, text=text)

    # The workflow kept no credentials; git asks gh, which has the token.
    push = ("-c", "credential.helper=", "-c")
    helper = "credential.helper=!gh auth git-credential"
    git("switch", "--quiet", "--force-create", branch)
    git("add", "--", *names)
    git(
        *("-c", f"user.name={BOT}", "-c", f"user.email={BOT_ADDRESS}"),
        *("commit", "--quiet", "--file", "-", "--", *names),
        text=answers.commit_message(made),
    )
    git(*push, helper, "push", "--quiet", "--force", "origin", branch)
    body = answers.request_body(made, run_address())
    listed = ("--head", branch, "--state", "open", "--json", "number")
    there = json.loads(command("gh", "pr", "list", *listed, cwd=root))
    if there:
        number = str(there[0]["number"])
        edited = ("gh", "pr", "edit", number, "--body-file", "-")
        command(*edited, cwd=root, text=body)
        print(f"Pull request {number} has the new text.")
        return 0
    said = command(
        *("gh", "pr", "create", "--base", "main", "--head", branch),
        *("--title", f"Reflection: {Path(made.name).stem}"),
        *("--body-file", "-"),
        cwd=root,
        text=body,
    )
    print(said.strip())
    return 0


def proposal_of_written(event: Path, root: Path) -> Proposal:
    """Return the event's proposal, which must be what was checked."""
    shared = events.shared(events.read_event(event))
    labels = issue_form.form_labels(
        (root / issue_form.FORM).read_text("utf-8")
    )
    authors = root / contribution.FOLDER / folder.AUTHORS
    written = course.chapters(course.load(root))
    made = contribution.propose(
        shared, labels, written, authors.read_text("utf-8")
    )
    for name, content in made.files.items():
        path = root / name
        if not path.is_file() or path.read_text("utf-8") != content:
            raise HostingError(
                f"{name} is not what the issue says; run "
                "reflection-from-issue --into first"
            )
    if made.remarks:
        raise HostingError("the entry is not ready")
    return made


# --- Pull requests -----------------------------------------------------


def changed(tree: Path, base: str) -> list[Change]:
    """Return what a checked-out change does to the files since `base`."""

    def git(*arguments: str) -> bytes:
        done = subprocess.run(
            ["git", *arguments], cwd=tree, capture_output=True, check=False
        )
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise HostingError(f"git {arguments[0]} failed: {said[-1000:]}")
        return done.stdout

    raw = ("diff", "--raw", "--no-renames", "--no-abbrev", "-z")
    parts = git(*raw, f"{base}...HEAD").split(b"\0")
    found = []
    for header, name in zip(parts[::2], parts[1::2], strict=False):
        _, mode, old, new, _ = header.decode("ascii").split(" ")

        def content(blob: str, mode: str = mode) -> bytes | None:
            # A submodule's mode is 160000, and it has no content here.
            if not blob.strip("0") or mode == "160000":
                return None
            return git("cat-file", "blob", blob)

        path = name.decode("utf-8", "backslashreplace")
        kept = path.startswith(f"{contribution.FOLDER}/")
        found.append(
            Change(
                path,
                mode,
                content(old) if kept else None,
                content(new) if kept else None,
            )
        )
    return found


def check_change(
    event: Path, tree: Path, base: str | None, root: Path = ROOT
) -> list[Problem]:
    """Return what is wrong with a pull request that shares a reflection.

    The rules are those of `root`, which is the repository before the
    change; the change lies in `tree` and is only read.
    """
    read = events.read_event(event)
    if events.is_from_here(read):
        print("From a branch of this repository: its writers are trusted.")
        return []
    made = changed(tree, base or events.base_of(read))
    if not is_reflection(made):
        print("No reflection in this change: the owners look at it.")
        return []
    login = events.account_name(events.opener(read))
    found = ownership(made, login)
    if not found:
        files = {change.path: change.new for change in made}
        found = contribution.check(root, files)
    return found


# --- The repository ----------------------------------------------------


def check_owners(root: Path = ROOT) -> list[Problem]:
    """Return whether the code owners are set, and known to GitHub."""
    lines = (root / OWNERS).read_text("utf-8").split("\n")
    found = [
        Problem(
            OWNERS,
            number,
            f"{NOBODY} is nobody; name the account or the team that owns "
            "this repository, see CONTRIBUTING.md",
        )
        for number, line in enumerate(lines, 1)
        if NOBODY in line.split("#")[0]
    ]
    if found:
        return found
    errors = ask(f"repos/{repository()}/codeowners/errors")[0]["errors"]
    return [
        Problem(OWNERS, error["line"], error["message"]) for error in errors
    ]


def report_weekly() -> int:
    """Say in one open issue that the weekly run failed."""
    body = (
        "The weekly run on the lowest and the newest versions failed: "
        f"{run_address()}\n\n"
        "Nothing that readers see has changed. Either a new release broke "
        "something here, or its notes say what to do. Close this issue when "
        "a run succeeds."
    )
    path = f"repos/{repository()}/issues"
    listed = ask(f"{path}?state=open&labels={WEEKLY}&per_page=100")
    there = [i for i in listed if i["title"] == WEEKLY_TITLE]
    if there:
        again = f"It failed again: {run_address()}"
        tell("POST", f"{path}/{there[0]['number']}/comments", body=again)
        return 0
    tell("POST", path, title=WEEKLY_TITLE, body=body, labels=[WEEKLY])
    return 0


def refresh_form(root: Path = ROOT) -> int:
    """Write the written chapters into the form."""
    path = root / issue_form.FORM
    form = path.read_text("utf-8")
    made = issue_form.form_with(form, course.chapters(course.load(root)))
    path.write_text(made, "utf-8", newline="\n")
    print("The form offers the chapters that are written.")
    return 0


# --- The command line --------------------------------------------------

Report = Callable[[list[Problem]], int]


def add_commands(commands: Any, report: Report) -> None:
    """Add what the workflows call to the tools' command line."""

    def add(
        name: str, said: str, run: Callable[[argparse.Namespace], int]
    ) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = commands.add_parser(name, help=said)
        parser.set_defaults(run=guarded(run))
        return parser

    def with_event(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--event", type=Path, required=True)

    one = add(
        "reflection-from-issue",
        "make an entry of an issue, and an answer",
        lambda a: reflection_from_issue(a.event, a.answer, a.into),
    )
    with_event(one)
    one.add_argument("--answer", type=Path, required=True)
    one.add_argument("--into", type=Path, metavar="DIR")
    one = add(
        "answer-issue",
        "post the answer to an issue",
        lambda a: answer_issue(a.event, a.answer),
    )
    with_event(one)
    one.add_argument("--answer", type=Path, required=True)
    one = add(
        "may-accept",
        "may the one who set the label?",
        lambda a: may_accept(a.event),
    )
    with_event(one)
    one = add(
        "propose-reflection",
        "open the pull request of an entry",
        lambda a: propose_reflection(a.event),
    )
    with_event(one)
    one = add(
        "check-change",
        "check a pull request that shares a reflection",
        lambda a: report(check_change(a.event, a.tree, a.base)),
    )
    with_event(one)
    one.add_argument("--tree", type=Path, default=ROOT, metavar="DIR")
    one.add_argument("--base", metavar="REVISION")
    add(
        "check-owners",
        "are the code owners set?",
        lambda a: report(check_owners()),
    )
    add("report-weekly", "report a failed run", lambda a: report_weekly())
    add(
        "issue-form",
        "write the chapters into the issue form",
        lambda a: refresh_form(),
    )


def guarded(
    run: Callable[[argparse.Namespace], int],
) -> Callable[[argparse.Namespace], int]:
    """Return a command that says in one line why it cannot be run."""

    def run_it(arguments: argparse.Namespace) -> int:
        try:
            return run(arguments)
        except (ContributionError, HostingError) as error:
            print(error, file=sys.stderr)
            return 2

    return run_it
