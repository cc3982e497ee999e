"""The way in: from an issue or a pull request to an entry.

What a stranger wrote is data: it is read from a file, put into quotes,
checked by the rules for every entry, and shown again only inside a fence,
where nothing is a link, a name to call or HTML.
"""

import json
import posixpath
import re
import shutil
import tempfile
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

import course
import reflection_front
import reflection_letters
import reflection_pictures
import reflection_source
import reflections
from problems import Problem

FORM = ".github/ISSUE_TEMPLATE/reflection.yml"
FOLDER = "reflections"
AVATAR = "assets/authors/pen.svg"
NO_CHAPTER = "No chapter in particular"
# The names that no account may take: they write for the journal.
RESERVED = frozenset({"journal"})
# The first line of the one answer to an issue, by which it is found again.
MARK = "<!-- the answer to a shared reflection -->"
# A body that GitHub would not take; it is not even split.
MAX_BODY = 200_000
MAX_REMARKS = 20
MAX_QUOTE = 160
MAX_MESSAGE = 600


class ContributionError(ValueError):
    """An event cannot be read; the message says why."""


@dataclass(frozen=True)
class Shared:
    """An issue that shares a reflection.

    Parameters
    ----------
    number : int
        The issue's.
    login : str
        The account's name, as its owner writes it.
    account : int
        The account's number, which its noreply address needs.
    day : date
        The day on which the issue was opened, by the server's clock.
    body : str
        What the form made of the answers. Not to be trusted.
    edited_by : str
        Who edited it last, if that is not its author; empty otherwise.
    """

    number: int
    login: str
    account: int
    day: date
    body: str
    edited_by: str = ""

    @property
    def author(self) -> str:
        """The author's key: the account's name in lower case."""
        return self.login.lower()


@dataclass(frozen=True)
class Remark:
    """What must be mended before an entry can be accepted."""

    place: str
    message: str
    quote: str = ""


@dataclass(frozen=True)
class Proposal:
    """The entry that an issue would become.

    Parameters
    ----------
    shared : Shared
        The issue.
    name : str
        The entry's file, below ``reflections/``.
    entry, authors : str
        The entry's text, and that of ``.authors.yml`` with its author.
    facts : tuple of (str, str)
        What would be published beside the text, for the answer.
    remarks : tuple of Remark
        What is wrong; nothing, if the entry is ready.
    """

    shared: Shared
    name: str
    entry: str
    authors: str
    facts: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether a maintainer may accept it."""
        return not self.remarks

    @property
    def files(self) -> dict[str, str]:
        """The files of the entry, from the root of the repository."""
        return {
            f"{FOLDER}/{self.name}": self.entry,
            f"{FOLDER}/{reflection_source.AUTHORS_FILE}": self.authors,
        }


# --- The event ---------------------------------------------------------


def read_event(path: Path) -> dict[str, Any]:
    """Read the file in which GitHub describes what happened."""
    try:
        event = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ContributionError(f"{path} is no event: {error}") from None
    if not isinstance(event, dict):
        raise ContributionError(f"{path} is no event: expected an object")
    return event


def _at(event: Mapping[str, Any], path: str, kind: type) -> Any:
    """Return ``event["issue"]["user"]`` for ``issue.user``, of a type."""
    value: Any = event
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ContributionError(
            f"the event's {path} is not {kind.__name__}, "
            f"but {type(value).__name__}"
        )
    return value


def account_name(login: str, *, reserved: bool = True) -> str:
    """Return an account's name, if it can be an author's key.

    Parameters
    ----------
    login : str
        The name as GitHub gives it.
    reserved : bool
        Whether to refuse the names that write for the journal.

    Raises
    ------
    ContributionError
        If it is a program's, reserved, or holds other signs.
    """
    if not re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", login) or (
        len(login) > 39
    ):
        raise ContributionError(
            f"the account {login[:60]!r} has a name that cannot be an "
            "author's; expected letters, digits and single hyphens"
        )
    if reserved and login.lower() in RESERVED:
        raise ContributionError(
            f"the name {login.lower()} is the journal's own; a maintainer "
            "will help with another one"
        )
    return login


def shared(event: Mapping[str, Any]) -> Shared:
    """Return what an event of an issue says of a shared reflection."""
    login = account_name(_at(event, "issue.user.login", str))
    body = event["issue"].get("body") or ""
    if not isinstance(body, str):
        raise ContributionError("the event's issue.body is not str")
    moment = _at(event, "issue.created_at", str)
    try:
        day = datetime.fromisoformat(moment).date()
    except ValueError:
        raise ContributionError(
            f"the event's issue.created_at is no time: {moment[:40]}"
        ) from None
    by = ""
    if event.get("action") == "edited":
        by = _at(event, "sender.login", str)
    return Shared(
        number=_at(event, "issue.number", int),
        login=login,
        account=_at(event, "issue.user.id", int),
        day=day,
        body=body,
        edited_by="" if by.lower() == login.lower() else by,
    )


def issue_number(event: Mapping[str, Any]) -> int:
    """Return the number of an event's issue."""
    return int(_at(event, "issue.number", int))


def sender(event: Mapping[str, Any]) -> str:
    """Return the account that caused an event."""
    return account_name(_at(event, "sender.login", str), reserved=False)


def opener(event: Mapping[str, Any]) -> str:
    """Return the account that opened a pull request."""
    return str(_at(event, "pull_request.user.login", str))


def base_of(event: Mapping[str, Any]) -> str:
    """Return the commit that a pull request is to be merged into."""
    commit = str(_at(event, "pull_request.base.sha", str))
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        raise ContributionError(f"the base is no commit: {commit[:60]!r}")
    return commit


def is_from_here(event: Mapping[str, Any]) -> bool:
    """Return whether a pull request comes from the repository itself.

    Only who may write there can make a branch of it.
    """
    head = event["pull_request"]["head"].get("repo") or {}
    base = _at(event, "pull_request.base.repo.full_name", str)
    return bool(head.get("full_name") == base)


# --- The form ----------------------------------------------------------


def form_labels(form: str) -> dict[str, str]:
    """Return id → label of the form's fields, in their order."""
    return {
        element["id"]: element["attributes"]["label"]
        for element in yaml.safe_load(form)["body"]
        if element["type"] != "markdown"
    }


def options(chapters: Mapping[int, course.Chapter]) -> list[str]:
    """Return what the form offers as chapters."""
    written = [f"{n}. {chapters[n].title}" for n in sorted(chapters)]
    return [NO_CHAPTER, *written]


OPTIONS = re.compile(
    r"(  - type: dropdown\n    id: chapters\n.*?\n      options:\n)"
    r"((?:        - [^\n]*\n)*)",
    re.DOTALL,
)


def form_with(form: str, chapters: Mapping[int, course.Chapter]) -> str:
    """Return the form with the written chapters to choose from."""
    listed = "".join(
        f"        - {json.dumps(option, ensure_ascii=False)}\n"
        for option in options(chapters)
    )
    made, found = OPTIONS.subn(lambda match: match[1] + listed, form, count=1)
    if not found:
        raise ContributionError(f"{FORM} has no dropdown with id: chapters")
    return made


PLACEHOLDER = "<!-- reflection-form -->"


def with_form(markdown: str, repository: str | None) -> str:
    """Return a page with the button that opens the form.

    Parameters
    ----------
    markdown : str
        The page.
    repository : str or None
        The repository's address. Without one, as on the machine of
        somebody who writes, the page says so.
    """
    link = "*This copy does not know its repository, where the form is.*"
    if repository:
        address = f"{repository.rstrip('/')}/issues/new"
        link = (
            f"[Open the form]({address}?template={Path(FORM).name})"
            "{ .md-button .md-button--primary }"
        )
    return markdown.replace(PLACEHOLDER, link)


def form_problems(root: Path) -> list[Problem]:
    """Return whether the form offers other chapters than are written."""
    form = (root / FORM).read_text("utf-8")
    made = form_with(form, course.chapters(course.load(root)))
    if made == form:
        return []
    rows = zip(form.split("\n"), made.split("\n"), strict=False)
    line = next(n for n, (old, new) in enumerate(rows, 1) if old != new)
    return [
        Problem(
            FORM,
            line,
            "the form's chapters are not those that are written; run "
            "python docs/tools issue-form",
        )
    ]


def fields(body: str, labels: Mapping[str, str]) -> dict[str, str]:
    """Return id → answer of a filled form.

    A text may hold lines that look like the form's own. So the fields
    above it are looked for from the top, those below it from the end.

    Parameters
    ----------
    body : str
        The issue's body: ``### Label``, a blank line, the answer, …
    labels : mapping
        id → label, in the form's order; ``text`` among them.

    Returns
    -------
    dict
        Without the fields that are missing; empty for no answer.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    heads = [line.rstrip() for line in lines]
    names = list(labels)
    at: dict[str, int] = {}
    middle = names.index("text") + 1 if "text" in names else len(names)
    floor = 0
    for name in names[:middle]:
        head = f"### {labels[name]}"
        if head in heads[floor:]:
            at[name] = heads.index(head, floor)
            floor = at[name] + 1
    ceiling = len(lines)
    for name in reversed(names[middle:]):
        head = f"### {labels[name]}"
        for row in range(ceiling - 1, floor - 1, -1):
            if heads[row] == head:
                at[name] = ceiling = row
                break
    places = sorted(at.items(), key=lambda item: item[1])
    ends = [row for _, row in places[1:]] + [len(lines)]
    found = {}
    for (name, row), end in zip(places, ends, strict=False):
        kept = lines[row + 1 : end]
        while kept and not kept[0].strip():
            del kept[0]
        answer = "\n".join(kept).rstrip()
        found[name] = "" if answer == "_No response_" else answer
    return found


# --- The entry ---------------------------------------------------------


def quoted_key(key: str) -> str:
    """Return an author's key as YAML reads it: as text."""
    if re.fullmatch(r"[a-z][a-z0-9-]*", key) and (yaml.safe_load(key) == key):
        return key
    return json.dumps(key)


def with_author(authors: str, login: str) -> str:
    """Return ``.authors.yml`` with an account, which it may have."""
    key = login.lower()
    known = yaml.safe_load(authors)["authors"]
    if key in known:
        return authors
    return (
        f"{authors.rstrip()}\n"
        f"  {quoted_key(key)}:\n"
        f"    name: {json.dumps(login)}\n"
        "    description: Reader of the journal\n"
        f"    avatar: {AVATAR}\n"
    )


# The lines of the front matter that `_entry` writes, by the form's fields.
FRONT = ("title", "date", "account", "chapters", "kind", "tags", "description")


def _entry(values: Mapping[str, str], text: str) -> tuple[str, int]:
    """Return an entry, and how many lines stand above its text."""
    head = (
        "---\n"
        # A JSON string is a YAML string in double quotes.
        f"title: {json.dumps(values['title'], ensure_ascii=False)}\n"
        f"date: {values['date']}\n"
        f"authors: [{quoted_key(values['account'])}]\n"
        f"chapters: [{values['chapters']}]\n"
        f"categories: [{values['kind']}]\n"
        "tags: []\n"
        f"description: {json.dumps(values['description'], ensure_ascii=False)}"
        "\n---\n\n"
    )
    return f"{head}{text}\n", head.count("\n")


def propose(
    shared: Shared,
    labels: Mapping[str, str],
    written: Mapping[int, course.Chapter],
    authors: str,
) -> Proposal:
    """Make an entry of an issue, with what its fields leave to mend.

    Where an answer is missing another stands in, so that the rules can be
    asked about the rest: the writer learns of everything at once.
    """
    remarks: list[Remark] = []

    def remark(field: str, message: str, quote: str = "") -> None:
        remarks.append(Remark(labels.get(field, field), message, quote))

    if len(shared.body) > MAX_BODY:
        remark("text", f"the issue has {len(shared.body)} characters; shorten")
        answers: dict[str, str] = dict.fromkeys(labels, "stand-in")
    else:
        answers = fields(shared.body, labels)
    values = {"date": str(shared.day), "account": shared.author}
    for field, stand_in in (
        ("title", f"Reflection {shared.number}"),
        ("description", "The sentence is missing."),
    ):
        value = " ".join(answers.get(field, "").split())
        if not value:
            remark(field, "this is empty; write something")
        elif any(reflection_letters.letter_faults(value)):
            remark(
                field, "this holds a character that cannot be seen; type anew"
            )
            value = ""
        values[field] = value or stand_in
    known = options(written)
    chosen = []
    listed = re.split(r", (?=\d+\. |No )", answers.get("chapters", ""))
    for option in filter(None, map(str.strip, listed)):
        if option not in known:
            remark("chapters", "this is not one of the list", option)
        elif option != NO_CHAPTER:
            chosen.append(int(option.split(".")[0]))
    if not answers.get("chapters"):
        remark("chapters", f"choose at least one, or “{NO_CHAPTER}”")
    values["chapters"] = ", ".join(map(str, sorted(set(chosen))))
    values["kind"] = answers.get("kind", "").strip()
    if values["kind"] not in reflection_front.CATEGORIES:
        offered = ", ".join(reflection_front.CATEGORIES)
        remark("kind", f"choose one of: {offered}", values["kind"])
        values["kind"] = reflection_front.CATEGORIES[0]
    ticks = re.findall(r"^- \[(.)\] ", answers.get("licence", ""), re.M)
    if not ticks or set(ticks) - {"x", "X"}:
        remark("licence", "this must be ticked; without it nothing can appear")
    text = answers.get("text", "")
    if not text:
        remark("text", "this is empty; write what you would tell a friend")
    if shared.edited_by:
        remark(
            "Who wrote it",
            "another account edited this last, and the words appear under "
            "the author's name; the author must make the last edit",
            shared.edited_by,
        )
    slug = reflections.slug_of(values["title"])
    if slug == "reflection":
        # A title without Latin letters leaves no word for the address.
        slug = f"{slug}-{shared.number}"
    entry, _ = _entry(values, text or "The text is missing.")
    facts = (
        ("Title", values["title"]),
        ("By", shared.login),
        ("Date", values["date"]),
        ("Chapters", values["chapters"] or "none"),
        ("Kind", values["kind"]),
        ("In one sentence", values["description"]),
        ("Words", str(len(text.split()))),
        ("Address", f"{FOLDER}/{shared.day}-{slug}/"),
    )
    return Proposal(
        shared=shared,
        name=f"{shared.day}-{slug}.md",
        entry=entry,
        authors=with_author(authors, shared.login),
        facts=facts,
        remarks=tuple(remarks),
    )


def check(
    root: Path, files: Mapping[str, str | bytes | None]
) -> list[Problem]:
    """Return what the rules say of files, in a copy of the repository.

    Parameters
    ----------
    root : Path
        The repository whose rules and pages count.
    files : mapping
        Path from the root → content, or None for a file that is removed.
    """
    import checks

    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for name in ("docs", "nnfs_code", "reflections", "resources"):
            shutil.copytree(root / name, scratch / name, symlinks=True)
        for name, content in files.items():
            if content is None:
                (scratch / name).unlink(missing_ok=True)
                continue
            data = content.encode() if isinstance(content, str) else content
            (scratch / name).parent.mkdir(exist_ok=True)
            (scratch / name).write_bytes(data)
        found = set(checks.everything(scratch))
    # A removed entry breaks the links to it, wherever they stand.
    removed = None in files.values()
    return sorted(p for p in found if removed or p.path in files)


def judged(
    root: Path,
    proposal: Proposal,
    labels: Mapping[str, str],
    check: Callable[[Path, Mapping[str, str | bytes | None]], list[Problem]],
) -> Proposal:
    """Return the proposal with what the rules find, in the form's words."""
    remarks = list(proposal.remarks)
    if (root / FOLDER / proposal.name).exists():
        remarks.append(
            Remark(
                labels["title"],
                "there is an entry with this title and date; change the title",
            )
        )
    lines = proposal.entry.split("\n")
    above = lines.index("---", 1) + 2
    for problem in check(root, {**proposal.files}):
        place, quote = labels["text"], ""
        if problem.path != f"{FOLDER}/{proposal.name}":
            place = "Your account"
        elif 2 <= problem.line < 2 + len(FRONT):
            field = FRONT[problem.line - 2]
            place = labels.get(field, "Your account")
        elif problem.line > above:
            place = f"{labels['text']}, line {problem.line - above}"
            quote = lines[min(problem.line, len(lines)) - 1]
        remarks.append(Remark(place, problem.message, quote))
    return replace(proposal, remarks=tuple(remarks))


def start(
    folder: Path, title: str, author: str, chapters: str, today: date
) -> tuple[Path, bool]:
    """Write a new entry from the template, for somebody who uses git.

    Parameters
    ----------
    folder : Path
        The folder ``reflections``.
    title, author, chapters : str
        As they were typed: the author is an account's name, in any case,
        or a key of ``.authors.yml``; chapters are numbers.
    today : date
        The entry's date.

    Returns
    -------
    (Path, bool)
        The entry, and whether its author is new.

    Raises
    ------
    ValueError
        If one of them will not do. Nothing is written then.
    """
    numbers = re.findall(r"[^\s,]+", chapters)
    if not all(number.isdecimal() for number in numbers):
        raise ContributionError(
            f"expected chapters as numbers, as 3, 5, got {chapters!r}"
        )
    path = folder / reflection_source.AUTHORS_FILE
    before = path.read_text("utf-8")
    key = author.strip().removeprefix("@").lower()
    if key not in yaml.safe_load(before)["authors"]:
        login = account_name(author.strip().removeprefix("@"))
        path.write_text(with_author(before, login), "utf-8", newline="\n")
    after = path.read_text("utf-8")
    try:
        made = reflections.new_entry(
            folder, title, key, [int(number) for number in numbers], today
        )
    except BaseException:
        path.write_text(before, "utf-8", newline="\n")
        raise
    text = made.read_text("utf-8")
    named = text.replace(f"authors: [{key}]", f"authors: [{quoted_key(key)}]")
    made.write_text(named, "utf-8", newline="\n")
    return made, after != before


def next_steps(name: str) -> str:
    """Return what is to be done with a new entry."""
    stem = Path(name).stem
    return (
        f"Wrote {name}. What is left:\n"
        "  1. Answer its questions in your own words, delete them, write\n"
        "     the description, and set draft: false.\n"
        "  2. make check names the line of anything that will not do;\n"
        "     make serve shows the page.\n"
        f"  3. git switch -c {stem}\n"
        "     git add reflections\n"
        f'     git commit -m "Add the reflection {stem}"\n'
        "  4. Push the branch to your fork and open a pull request."
    )


# --- The answer --------------------------------------------------------


def fenced(text: str) -> str:
    """Return text in a fence that it cannot leave.

    Inside, GitHub calls nobody, links nothing and reads no HTML.
    """

    def visible(letter: str) -> str:
        kind = unicodedata.category(letter)
        hidden = kind in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
        return f"U+{ord(letter):04X}" if hidden else letter

    kept = "\n".join("".join(map(visible, line)) for line in text.split("\n"))
    longest = max(map(len, re.findall(r"`+", kept)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}text\n{kept}\n{marks}"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _shown(remarks: Sequence[Remark]) -> str:
    """Return remarks as text: place, message, the writer's own line."""
    blocks = []
    for remark in remarks[:MAX_REMARKS]:
        message = textwrap.fill(
            _short(remark.message, MAX_MESSAGE),
            76,
            initial_indent="  ",
            subsequent_indent="  ",
        )
        quote = f"\n  > {_short(remark.quote, MAX_QUOTE)}"
        blocks.append(
            f"{remark.place}\n{message}{quote if remark.quote else ''}"
        )
    if len(remarks) > MAX_REMARKS:
        blocks.append(f"… and {len(remarks) - MAX_REMARKS} more.")
    return "\n\n".join(blocks)


def answer(proposal: Proposal) -> str:
    """Return the answer to the issue, as Markdown."""
    facts = "\n".join(
        f"{label:16}{_short(value, MAX_QUOTE)}"
        for label, value in proposal.facts
    )
    if proposal.ready:
        return (
            f"{MARK}\n**Thank you. This is ready: a maintainer will look.** "
            "Nothing appears on the site before that, and they may ask you "
            "something here. What would be published, above your text as you "
            f"wrote it:\n\n{fenced(facts)}\n\n"
            "You can still edit your first comment; this answer then changes "
            "with it. To withdraw, close the issue.\n\n"
            "<sub>A program wrote this answer.</sub>\n"
        )
    many = len(proposal.remarks)
    count = "is one thing" if many == 1 else f"are {many} things"
    return (
        f"{MARK}\n**Thank you. There {count} to mend before this can be "
        "published.** Lines are counted from the first line of your text.\n\n"
        f"{fenced(_shown(proposal.remarks))}\n\n"
        "Edit your first comment (the three dots at its corner, then Edit) "
        "and leave the headings of the form as they are. This answer changes "
        "within minutes. If it does not make sense to you, say so in a "
        "comment: a person will help.\n\n"
        "<sub>A program wrote this answer.</sub>\n"
    )


def refusal(error: ContributionError) -> str:
    """Return the answer to an issue that no entry can be made of."""
    return (
        f"{MARK}\n**Thank you. This needs a person:** a maintainer will look "
        f"at it.\n\n{fenced(_short(str(error), MAX_MESSAGE))}\n\n"
        "<sub>A program wrote this answer.</sub>\n"
    )


# --- The pull request --------------------------------------------------


def branch_of(proposal: Proposal) -> str:
    """Return the branch on which an entry is proposed."""
    return f"reflection/issue-{proposal.shared.number}"


def commit_message(proposal: Proposal) -> str:
    """Return the commit's message, with the author's noreply address."""
    shared = proposal.shared
    address = f"{shared.account}+{shared.login}@users.noreply.github.com"
    return (
        f"Add the reflection {Path(proposal.name).stem}\n\n"
        f"Shared in issue #{shared.number}.\n\n"
        f"Co-authored-by: {shared.login} <{address}>\n"
    )


def request_body(proposal: Proposal, run: str) -> str:
    """Return the text of the pull request that proposes an entry.

    Parameters
    ----------
    run : str
        The address of the run that made it.
    """
    facts = "\n".join(
        f"{label:16}{_short(value, MAX_QUOTE)}"
        for label, value in proposal.facts
    )
    return (
        f"Closes #{proposal.shared.number}.\n\n{fenced(facts)}\n\n"
        "Made from the issue as it was when the label was set. The rules for "
        f"entries and a strict build of the site [passed]({run}). GitHub "
        "starts no other check for a request that a program opens: close "
        "this request and reopen it to run them all.\n\n"
        "Before you merge: does it say what happened to its writer, is it "
        "kind, is nothing private in it, do its links lead where they say?\n"
    )


@dataclass(frozen=True)
class Change:
    """A file that a pull request adds, changes or removes.

    Parameters
    ----------
    path : str
        From the root of the repository.
    mode : str
        As git has it: ``100644`` is a plain file, ``000000`` none.
    old, new : bytes or None
        Its content before and after; None where there is none.
    """

    path: str
    mode: str
    old: bytes | None
    new: bytes | None


def is_reflection(changes: Iterable[Change]) -> bool:
    """Return whether a pull request touches the reflections."""
    return any(change.path.startswith(f"{FOLDER}/") for change in changes)


def _mapping(text: bytes | None) -> dict[str, Any]:
    """Return YAML as a mapping; empty where the rules refuse it anyway."""
    if text is None or len(text) > reflection_source.MAX_BYTES:
        return {}
    try:
        plain = text.decode("utf-8-sig")
        events = yaml.parse(plain, Loader=yaml.SafeLoader)
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            return {}
        found = yaml.safe_load(plain)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return dict(found) if isinstance(found, dict) else {}


FRONT_MATTER = re.compile(
    rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*\r?$",
    re.DOTALL | re.MULTILINE,
)


def _keys(text: bytes) -> list[Any]:
    """Return the authors that an entry names."""
    front = FRONT_MATTER.match(text)
    named = _mapping(front[1] if front else None).get("authors")
    return named if isinstance(named, list) else [named]


def _people(text: bytes | None) -> dict[Any, Any]:
    found = _mapping(text).get("authors")
    return found if isinstance(found, dict) else {}


def ownership(changes: Iterable[Change], login: str) -> list[Problem]:
    """Return where a stranger's pull request goes beyond a reflection.

    It adds, changes or removes entries of its author, and their own lines
    of ``.authors.yml``, and adds or removes pictures of the entries that it
    touches; nothing else at the same time.
    """
    key = login.lower()
    changes = tuple(changes)
    touched = [posixpath.basename(change.path) for change in changes]
    authors = f"{FOLDER}/{reflection_source.AUTHORS_FILE}"
    found = []
    for change in sorted(changes, key=lambda change: change.path):
        name = change.path.removeprefix(f"{FOLDER}/")

        def note(message: str, path: str = change.path) -> None:
            found.append(Problem(path, 1, message))

        if change.mode not in {"100644", "000000"}:
            note(f"expected a plain file, got mode {change.mode}; replace it")
        elif reflection_pictures.REFERENCE.fullmatch(name):
            picture = posixpath.basename(name)
            if change.old is not None and change.new is not None:
                note(
                    "a picture keeps what it shows; add the new one under "
                    "another name"
                )
            elif not any(
                reflection_source.FILE_NAME.fullmatch(entry)
                and reflection_pictures.belongs(picture, entry)
                for entry in touched
            ):
                note(
                    "this picture belongs to no entry of the pull request; "
                    "begin its name with the entry's"
                )
        elif change.path == authors:
            old, new = _people(change.old), _people(change.new)
            for other in sorted(old.keys() | new.keys(), key=str):
                if other != key and old.get(other) != new.get(other):
                    note(
                        f"the lines of '{other}' are not yours; change those "
                        f"of '{key}' alone"
                    )
        elif (
            reflection_source.FILE_NAME.fullmatch(name) and name != change.path
        ):
            for text in (change.old, change.new):
                if text is not None and _keys(text) != [key]:
                    note(
                        "an entry by pull request bears its sender's name "
                        f"alone; write authors: [{quoted_key(key)}], or ask "
                        "in the pull request"
                    )
                    break
        else:
            note(
                "a pull request with a reflection touches its entry, its "
                f"pictures and {authors} alone; open another one for this "
                "file"
            )
    return found
