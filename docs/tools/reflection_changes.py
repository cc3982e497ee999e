"""What a stranger's change may touch, and in whose name.

These rules look at a change as a whole; they need to know who sends it,
which the rules for the files do not.
"""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

import yaml

from problems import Problem
from reflection_pictures import FOLDER, PICTURE_NAME
from reflection_source import (
    AUTHORS_FILE,
    FILE_NAME,
    MAX_BYTES,
    compose,
    fields_of,
    items_of,
    shown,
    split,
)

REFLECTIONS = "reflections"
AUTHORS = f"{REFLECTIONS}/{AUTHORS_FILE}"
ADDED, MODIFIED = "A", "M"


def maintainers(codeowners: str) -> frozenset[str]:
    """Return the account names that a CODEOWNERS file gives, lower case.

    Parameters
    ----------
    codeowners : str
        The file's text. Teams (``@group/team``) and addresses are no
        accounts and are left out.
    """
    lines = (line.partition("#")[0] for line in codeowners.splitlines())
    return frozenset(
        word[1:].lower()
        for line in lines
        for word in line.split()[1:]
        if re.fullmatch(r"@[A-Za-z0-9-]+", word)
    )


def foreign_paths(changes: Iterable[tuple[str, str]]) -> list[Problem]:
    """Return what a stranger's change may not touch.

    Parameters
    ----------
    changes : iterable of (str, str)
        Status and path from the repository's root, as ``git diff
        --name-status --no-renames`` has them: A, M or D first.

    Returns
    -------
    list of Problem
        Empty if the change adds or mends entries, their pictures, and the
        list of authors, and nothing else.
    """
    found = []
    for status, path in changes:
        folder, _, name = path.rpartition("/")
        ours = (
            (folder == REFLECTIONS and FILE_NAME.fullmatch(name))
            or (
                folder == f"{REFLECTIONS}/{FOLDER}"
                and PICTURE_NAME.fullmatch(name)
            )
            or path == AUTHORS
        )
        if not ours:
            found.append(
                Problem(
                    path,
                    1,
                    "a reflection's change must not touch this file; leave "
                    f"it as it is, and change only {REFLECTIONS}/*.md, "
                    f"{REFLECTIONS}/{FOLDER}/ and {AUTHORS}",
                )
            )
        elif status not in {ADDED, MODIFIED} or (
            path == AUTHORS and status != MODIFIED
        ):
            found.append(
                Problem(
                    path,
                    1,
                    "a reflection's change only adds or mends (status "
                    f"{status[:9]}); ask a maintainer to remove or rename",
                )
            )
    return sorted(found)


def foreign_authors(
    after: Mapping[str, str],
    before: Mapping[str, str],
    login: str,
    maintainers: AbstractSet[str],
) -> list[Problem]:
    """Return the entries that are not in the sender's own name.

    Parameters
    ----------
    after, before : mapping of str to str
        Path from the root → text of each file that the change touches, as
        it will be and, if it existed, as it was. Others than entries and
        the list of authors are left alone.
    login : str
        The account that sends the change. Its key in the list of authors
        is the same name in lower case.
    maintainers : set of str
        Accounts, in lower case, that may write in any name.

    Returns
    -------
    list of Problem
        Empty if every entry names its sender and nobody else, and the list
        of authors changes at the sender's own key alone.
    """
    name = login.lower()
    if name in maintainers:
        return []
    found = []
    for path, text in after.items():
        folder, _, file = path.rpartition("/")
        if path == AUTHORS:
            found += _foreign_keys(before.get(path, ""), text, name)
        elif folder == REFLECTIONS and FILE_NAME.fullmatch(file):
            line, authors = _authors(text)
            if authors != [name]:
                found.append(
                    Problem(
                        path,
                        line,
                        f"the authors are [{', '.join(authors)[:90]}], the "
                        f"account is {name}; write authors: [{name}] and add "
                        f"{name} to {AUTHORS}",
                    )
                )
            elif path in before and _authors(before[path])[1] != [name]:
                found.append(
                    Problem(
                        path,
                        line,
                        "this entry is somebody else's; leave it as it is, "
                        "or open an issue about it",
                    )
                )
    return sorted(found)


def _authors(text: str) -> tuple[int, list[str]]:
    """Return the line and the names of an entry's authors."""
    parts = split(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    if parts is None or len(text) > MAX_BYTES:
        return 1, []
    fields, _ = fields_of(compose(parts[0], 2)[0], 2)
    if "authors" not in fields:
        return 1, []
    line, node = fields["authors"]
    return line, [shown(item) for item in items_of(node) or ()]


def _people(text: str) -> dict[str, tuple[int, object]]:
    """Return key → (line, all that is said) of the list of authors."""
    if len(text) > MAX_BYTES:
        return {}
    top, _ = fields_of(compose(text.removeprefix("\ufeff"), 1)[0], 1)
    if "authors" not in top:
        return {}
    people, _ = fields_of(top["authors"][1], 1)
    return {key: (at, _plain(node)) for key, (at, node) in people.items()}


def _plain(node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return [(_plain(key), _plain(value)) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return node.tag, node.value


def _foreign_keys(before: str, after: str, name: str) -> list[Problem]:
    old, new = _people(before), _people(after)
    found = []
    for key in sorted((set(old) | set(new)) - {name}):
        said = [people.get(key, (0, None))[1] for people in (old, new)]
        if said[0] != said[1]:
            line = new.get(key, (1, None))[0]
            found.append(
                Problem(
                    AUTHORS,
                    line,
                    f"the author '{key[:40]}' is not the account {name}; add "
                    "or change your own key alone",
                )
            )
    return found
