"""A new entry, started from the template."""

import json
import re
import unicodedata
from datetime import date
from itertools import count
from pathlib import Path

import text
from contributed import entry
from contributed.folder import MAX_SLUG, TEMPLATE, facts

# Letters that are no Latin letter with a mark: Unicode keeps them whole.
SPELLED = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "ı": "i", "œ": "oe"}
)
NEXT = """\
Wrote {path}. What is left:
  1. Answer its questions in your own words, delete them, write
     the description, and set draft: false.
  2. make check names the line of anything that will not do;
     make serve shows the page.
  3. git switch -c {stem}
     git add reflections
     git commit -m "Add the reflection {stem}"
  4. Push the branch to your fork and open a pull request."""


def slug(title: str) -> str:
    """Return a title's Latin letters as words with hyphens, "" if none.

    >>> slug("Łódź: große Straße, 1 ø")
    'lodz-grosse-strasse-1-o'
    """
    small = unicodedata.normalize("NFKD", title.lower().translate(SPELLED))
    plain = small.encode("ascii", "ignore").decode().replace("'", "")
    made = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(made) > MAX_SLUG:
        made = made[: MAX_SLUG + 1].rpartition("-")[0] or made[:MAX_SLUG]
    return made


def start(
    root: Path, title: str, account: str, chapters: str, today: date
) -> Path:
    """Write a new entry from the template and return its path.

    The account is the author's at GitHub, with or without @, the chapters
    are numbers, as ``3, 5``. The file's name and address come from the
    title; one without Latin letters is named by the account.

    Raises
    ------
    ValueError
        If one of them will not do, or if there is such an entry. Nothing is
        written then.
    """
    title, account = " ".join(title.split()), account.strip().lstrip("@")
    numbers = set(re.findall(r"[^\s,]+", chapters))
    if wrong := entry.text_fault(title, 3, 90):
        raise ValueError(f"the title {wrong}")
    if not entry.is_account(account):
        raise ValueError(f"expected an account's name, got {account!r}")
    if unknown := numbers - set(map(str, facts(root).chapters)):
        raise ValueError(
            "expected numbers of chapters that are written, as 3, 5, got "
            f"{', '.join(sorted(unknown))}"
        )
    written = _filled(
        text.read(root / entry.FOLDER / TEMPLATE, root),
        # A JSON string is a YAML string in double quotes.
        title=json.dumps(title, ensure_ascii=False),
        date=str(today),
        authors=f"[{json.dumps(account)}]",
        chapters=f"[{', '.join(sorted(numbers, key=int))}]",
    )
    path = _place(root / entry.FOLDER, str(today), slug(title), account)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(written)
    return path


def _filled(template: str, **values: str) -> str:
    for key, value in values.items():
        line = re.search(rf"^{key}:[^#\n]*?(?= *(?:#|$))", template, re.M)
        if line is None:
            raise ValueError(f"{TEMPLATE} has no line {key}:; restore it")
        before, after = template[: line.start()], template[line.end() :]
        template = f"{before}{key}: {value}{after}"
    return template


def _place(folder: Path, day: str, words: str, account: str) -> Path:
    path = folder / f"{day}-{words or account.lower()}.md"
    if words and path.exists():
        told = f"{folder.name}/{path.name} exists already"
        raise ValueError(f"{told}; choose another title")
    # Titles without Latin letters leave no word to tell them apart.
    stem = path.stem
    for number in count(2):
        if not path.exists():
            break
        path = folder / f"{stem}-{number}.md"
    return path


def next_steps(path: str) -> str:
    """Return what is to be done with a new entry."""
    return NEXT.format(path=path, stem=Path(path).stem)
