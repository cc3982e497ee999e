"""Pull requests that share a reflection: whose it is, what it touches.

What else a repository holds has owners, see .github/CODEOWNERS.
"""

import posixpath
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from contributed import entry, folder, pictures
from contributed.entry import FILE_NAME, FOLDER
from problems import Faulty, Problem

# What is to be mended in an entry of a repository: its root, and the file.
Judge = Callable[[Path, Path], list[Problem]]

# What the rules need of a repository, beside its reflections.
ASKED = ("docs", "nnfs_code", "resources", "mkdocs.yml", "SECURITY.md")
JOURNAL = "journal"  # no account may take the name
PLAIN = ("100644", "000000")  # git's modes of a plain file, and of none


class Change(NamedTuple):
    """A file that a pull request adds (A), changes (M) or removes (D)."""

    path: str
    mode: str
    status: str


def changed(tree: Path, base: str) -> list[Change]:
    """Return what a checked-out change does to the files since `base`.

    A `ValueError` says why git cannot tell.
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
    the change lies in `tree` and is only read. The account `login` opened
    it, `base` is the revision that it is compared with.
    """
    made = changed(tree, base)
    paths = {change.path for change in made}
    shared = {path for path in paths if path.startswith(f"{FOLDER}/")}
    if not shared - {f"{FOLDER}/{folder.AUTHORS}"}:
        return []
    found = ownership(made, login, root, tree)
    if any(change.mode not in PLAIN for change in made):
        return found
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place)
        for name in ASKED:
            (copy / name).symlink_to(root.resolve() / name)
        shutil.copytree(tree / FOLDER, copy / FOLDER, symlinks=True)
        told = folder.problems(copy)
        for path in shared:
            name = path.removeprefix(f"{FOLDER}/")
            if FILE_NAME.fullmatch(name) and (copy / path).exists():
                told += judge(copy, copy / path)
    return found + [problem for problem in told if problem.path in paths]


def ownership(
    changes: Iterable[Change], login: str, before: Path, after: Path
) -> list[Problem]:
    """Return where a stranger's pull request goes beyond a reflection.

    It adds, changes or removes entries of its author, and adds or removes
    pictures of the entries that it touches; nothing else at the same time.
    """
    changes = sorted(changes)
    names = [posixpath.basename(change.path) for change in changes]
    entries = list(filter(FILE_NAME.fullmatch, names))
    found = []
    for change, base in zip(changes, names, strict=True):
        folder_of = change.path.removesuffix(base)
        is_plain = change.mode in PLAIN
        if is_plain and folder_of == f"{FOLDER}/" and base in entries:
            fault = _entry_fault(change, login.lower(), before, after)
        elif (
            is_plain
            and folder_of == f"{FOLDER}/{pictures.FOLDER}/"
            and pictures.PICTURE_NAME.fullmatch(base)
            and any(pictures.belongs(base, one) for one in entries)
            and change.status != "M"
        ):
            fault = ""
        else:
            fault = (
                "a pull request with a reflection touches plain files alone: "
                "its entry, and pictures that it adds or removes and that "
                "bear the entry's name; open another one for this file"
            )
        if fault:
            found.append(Problem(change.path, 1, fault))
    return found


def _entry_fault(change: Change, login: str, before: Path, after: Path) -> str:
    if login == JOURNAL:
        return f"the name {login} is the journal's own; ask for another one"
    for root, absent in ((before, "A"), (after, "D")):
        if change.status == absent:
            continue
        try:
            told = entry.read(root / change.path, root).meta.get("authors")
        except Faulty:
            return "whose entry this is cannot be read; mend its front matter"
        if str(told).lower() != str([login]):
            return (
                "an entry by pull request bears its sender's name alone; "
                f'write authors: ["{login}"], or ask in the pull request'
            )
    return ""
