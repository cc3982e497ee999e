"""The way in: from what a stranger sent to an entry.

It is data: it is put into quotes and checked by the rules for every entry.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

import course
from contributed import entry, folder, letters
from contributed.new import slug as slug_of
from events import Shared
from issue_form import NO_CHAPTER, fields, options
from problems import Problem

FOLDER = "reflections"
AVATAR = "assets/authors/pen.svg"
# A body that GitHub would not take; it is not even split.
MAX_BODY = 200_000
# What the rules read, and what they need not.
READ = (
    *("docs", "nnfs_code", "reflections", "resources", "tests"),
    *("mkdocs.yml", "SECURITY.md"),
)
UNREAD = shutil.ignore_patterns("__pycache__", "golden", "hostile", "good")


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
            f"{FOLDER}/{folder.AUTHORS}": self.authors,
        }


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


def _entry(values: Mapping[str, str], text: str) -> str:
    """Return an entry."""
    return (
        "---\n"
        # A JSON string is a YAML string in double quotes.
        f"title: {json.dumps(values['title'], ensure_ascii=False)}\n"
        f"date: {values['date']}\n"
        f"authors: [{quoted_key(values['account'])}]\n"
        f"chapters: [{values['chapters']}]\n"
        f"categories: [{values['kind']}]\n"
        "tags: []\n"
        f"description: {json.dumps(values['description'], ensure_ascii=False)}"
        f"\n---\n\n{text}\n"
    )


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
    answers = fields(shared.body[:MAX_BODY], labels)
    title, remarks = _words(answers, "title", f"Reflection {shared.number}")
    sentence, more = _words(answers, "description", "The sentence is missing.")
    remarks += more
    chapters, more = _chapters(answers, written)
    remarks += more
    kind, more = _kind(answers)
    remarks += [*more, *_rights(answers, shared)]
    text = answers.get("text", "")
    if not text:
        message = "this is empty; write what you would tell a friend"
        remarks.append(Remark("text", message))
    slug = slug_of(title) or "reflection"
    if slug == "reflection":
        # A title without Latin letters leaves no word for the address.
        slug = f"{slug}-{shared.number}"
    values = {
        "title": title,
        "date": str(shared.day),
        "account": shared.author,
        "chapters": ", ".join(map(str, chapters)),
        "kind": kind,
        "description": sentence,
    }
    facts = (
        ("Title", title),
        ("By", shared.login),
        ("Date", str(shared.day)),
        ("Chapters", values["chapters"] or "none"),
        ("Kind", kind),
        ("In one sentence", sentence),
        ("Words", str(len(text.split()))),
        ("Address", f"{FOLDER}/{shared.day}-{slug}/"),
    )
    return Proposal(
        shared=shared,
        name=f"{shared.day}-{slug}.md",
        entry=_entry(values, text or "The text is missing."),
        authors=with_author(authors, shared.login),
        facts=facts,
        remarks=tuple(
            replace(remark, place=labels.get(remark.place, remark.place))
            for remark in remarks
        ),
    )


# Each of these reads a field: its value, or one that stands in for it, and
# what is to be mended. The place of a remark is the field's id.


def _words(
    answers: Mapping[str, str], field: str, stand_in: str
) -> tuple[str, list[Remark]]:
    value = " ".join(answers.get(field, "").split())
    if not value:
        message = "this is empty; write something"
        return stand_in, [Remark(field, message)]
    faults = list(letters.faults(value))
    if faults:
        # The rest of the rules would stop at such a letter.
        return stand_in, [Remark(field, faults[0][1], value)]
    return value, []


def _chapters(
    answers: Mapping[str, str], written: Mapping[int, course.Chapter]
) -> tuple[list[int], list[Remark]]:
    known, answer = options(written), answers.get("chapters", "")
    if not answer:
        message = f"choose at least one, or “{NO_CHAPTER}”"
        return [], [Remark("chapters", message)]
    listed = re.split(r", (?=\d+\. |No )", answer)
    remarks = [
        Remark("chapters", "this is not one of the list", option)
        for option in listed
        if option not in known
    ]
    chosen = set(listed) & set(known) - {NO_CHAPTER}
    return sorted(int(option.split(".")[0]) for option in chosen), remarks


def _kind(answers: Mapping[str, str]) -> tuple[str, list[Remark]]:
    kind = answers.get("kind", "")
    if kind in entry.CATEGORIES:
        return kind, []
    message = f"choose one of: {', '.join(entry.CATEGORIES)}"
    return entry.CATEGORIES[0], [Remark("kind", message, kind)]


def _rights(answers: Mapping[str, str], shared: Shared) -> list[Remark]:
    """Return whether these are the author's words, to be published."""
    if len(shared.body) > MAX_BODY:
        message = f"the issue has {len(shared.body)} characters; shorten it"
        return [Remark("text", message)]
    remarks = []
    ticks = re.findall(r"^- \[(.)\] ", answers.get("licence", ""), re.M)
    if not ticks or set(ticks) - {"x", "X"}:
        message = "this must be ticked; without it nothing can appear"
        remarks.append(Remark("licence", message))
    if shared.edited_by:
        message = (
            "another account edited this last, and the words appear under "
            "the author's name; the author must make the last edit"
        )
        remarks.append(Remark("Who wrote it", message, shared.edited_by))
    return remarks


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

    with tempfile.TemporaryDirectory() as scratched:
        scratch = Path(scratched)
        for path in READ:
            source, target = root / path, scratch / path
            if source.is_file():
                shutil.copy(source, target)
            elif source.is_dir():
                shutil.copytree(source, target, symlinks=True, ignore=UNREAD)
        for name, content in files.items():
            if content is None:
                (scratch / name).unlink(missing_ok=True)
                continue
            data = content.encode() if isinstance(content, str) else content
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            (scratch / name).write_bytes(data)
        found = set(checks.everything(scratch))
    # A removed entry may be needed, wherever that is.
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
        message = problem.message
        if "a picture of your own" in message:
            message += " (by a pull request: the form takes no files)"
        remarks.append(Remark(place, message, quote))
    return replace(proposal, remarks=tuple(remarks))
