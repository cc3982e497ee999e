"""Pull requests that share a reflection: whose it is, what it touches."""

import posixpath
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from contributed import entry, folder, pictures
from contributed.entry import FILE_NAME, FOLDER
from contributed.folder import AUTHORS
from problems import Faulty, Problem

# What is to be mended in an entry of a repository: its root, and the file.
Judge = Callable[[Path, Path], list[Problem]]

# The names that no account may take: they write for the journal.
RESERVED = frozenset({"journal"})
# The modes of a plain file and of none.
PLAIN = frozenset({"100644", "000000"})


@dataclass(frozen=True)
class Change:
    """A file that a pull request adds, changes or removes.

    Parameters
    ----------
    path : str
        From the root of the repository.
    mode : str
        As git has it: ``100644`` is a plain file, ``000000`` none.
    status : str
        As git has it: ``A`` added, ``M`` changed, ``D`` removed.
    """

    path: str
    mode: str
    status: str


def changed(tree: Path, base: str) -> list[Change]:
    """Return what a checked-out change does to the files since `base`.

    Raises
    ------
    ValueError
        If git cannot tell.
    """
    raw = ["git", "diff", "--raw", "--no-renames", "--no-abbrev", "-z"]
    done = subprocess.run(
        [*raw, f"{base}...HEAD"], cwd=tree, capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise ValueError(f"git diff since {base} failed: {said}")
    parts = done.stdout.decode("utf-8", "backslashreplace").split("\0")
    found = []
    for header, path in zip(parts[::2], parts[1::2], strict=False):
        _, mode, _, _, status = header.split(" ")
        found.append(Change(path, mode, status))
    return found


def problems(
    root: Path, tree: Path, login: str, base: str, judge: Judge
) -> list[Problem]:
    """Return what is wrong with a pull request that shares a reflection.

    The rules are those of `root`, which is the repository before the change;
    the change lies in `tree` and is only read.

    Parameters
    ----------
    root, tree : Path
    login : str
        The account that opened it.
    base : str
        The revision in `tree` that the change is compared with.
    judge : callable
        Asked of each entry that is added or changed.

    Raises
    ------
    ValueError
        If git cannot tell what was changed.
    """
    made = changed(tree, base)
    if not is_reflection(made):
        return []
    found = ownership(made, login, root, tree)
    if all(change.mode in PLAIN for change in made):
        paths = {change.path for change in made}
        with tempfile.TemporaryDirectory() as place:
            told = _judged(root, tree, made, Path(place) / "copy", judge)
            found += [problem for problem in told if problem.path in paths]
    return found


def _judged(
    root: Path, tree: Path, made: list[Change], copy: Path, judge: Judge
) -> list[Problem]:
    """Return what the rules of `root` say of its reflections as changed."""
    unread = (".git", ".venv", ".cache", "site", "tests", tree.name)
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*unread))
    found: list[Problem] = []
    kept = [one for one in made if one.path.startswith(f"{FOLDER}/")]
    for change in kept:
        (copy / change.path).unlink(missing_ok=True)
        if change.status != "D":
            (copy / change.path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(tree / change.path, copy / change.path)
    for change in kept:
        name = change.path.removeprefix(f"{FOLDER}/")
        if change.status != "D" and FILE_NAME.fullmatch(name):
            found += judge(copy, copy / change.path)
    return found + folder.problems(copy)


def is_reflection(changes: Iterable[Change]) -> bool:
    """Return whether a pull request touches an entry or a picture."""
    return any(
        change.path.startswith(f"{FOLDER}/")
        and change.path != f"{FOLDER}/{AUTHORS}"
        for change in changes
    )


def ownership(
    changes: Iterable[Change], login: str, before: Path, after: Path
) -> list[Problem]:
    """Return where a stranger's pull request goes beyond a reflection.

    It adds, changes or removes entries of its author, and adds or removes
    pictures of the entries that it touches; nothing else at the same time.

    Parameters
    ----------
    changes : iterable of Change
    login : str
        The account that opened it.
    before, after : Path
        The repository without it and with it: whose its entries are.
    """
    changes = sorted(changes, key=lambda change: change.path)
    entries = [
        name
        for change in changes
        if FILE_NAME.fullmatch(name := posixpath.basename(change.path))
    ]
    found = []
    for change in changes:
        name = change.path.removeprefix(f"{FOLDER}/")
        fault = None
        if change.mode not in PLAIN:
            fault = (
                f"expected a plain file, got mode {change.mode}; replace it"
            )
        elif pictures.REFERENCE.fullmatch(name):
            fault = _picture_fault(change, entries)
        elif FILE_NAME.fullmatch(name) and name != change.path:
            fault = _entry_fault(change, login, before, after)
        else:
            fault = (
                "a pull request with a reflection touches its entry and its "
                "pictures alone; open another one for this file"
            )
        if fault:
            found.append(Problem(change.path, 1, fault))
    return found


def _picture_fault(change: Change, entries: list[str]) -> str | None:
    picture = posixpath.basename(change.path)
    if change.status not in {"A", "D"}:
        return (
            "a picture keeps what it shows; add the new one under another name"
        )
    if not any(pictures.belongs(picture, entry) for entry in entries):
        return (
            "this picture belongs to no entry of the pull request; begin its "
            "name with the entry's"
        )
    return None


def _entry_fault(
    change: Change, login: str, before: Path, after: Path
) -> str | None:
    key = login.lower()
    if key in RESERVED:
        return (
            f"the name {key} is the journal's own; ask in the pull request "
            "for another one"
        )
    for root, absent in ((before, "A"), (after, "D")):
        if change.status == absent:
            continue
        try:
            read = entry.read(root / change.path, root)
        except Faulty:
            return "whose entry this is cannot be read; mend its front matter"
        named = read.meta.get("authors")
        if not isinstance(named, list) or (
            [str(one).lower() for one in named] != [key]
        ):
            return (
                "an entry by pull request bears its sender's name alone; "
                f'write authors: ["{key}"], or ask in the pull request'
            )
    return None
