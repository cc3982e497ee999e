"""The form by which a reflection is shared: its chapters, its answers."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

import course
from events import ContributionError
from problems import Problem

FORM = ".github/ISSUE_TEMPLATE/reflection.yml"
NO_CHAPTER = "No chapter in particular"


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
