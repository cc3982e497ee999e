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

# Letters that are no Latin letter with a mark, so that Unicode cannot take
# them apart.
SPELLED = str.maketrans(
    {
        **{"ß": "ss", "ł": "l", "ø": "o", "đ": "d"},
        **{"æ": "ae", "ı": "i", "œ": "oe", "þ": "th"},
    }
)


def slug(title: str) -> str:
    """Return a title's Latin letters as words with hyphens, "" if none.

    Names of files are kept to letters that every system writes alike.

    >>> slug("Łódź: große Straße, 1 ø")
    'lodz-grosse-strasse-1-o'
    """
    small = unicodedata.normalize("NFKD", title.lower().translate(SPELLED))
    plain = small.encode("ascii", "ignore").decode().replace("'", "")
    made = ""
    for word in re.findall(r"[a-z0-9]+", plain):
        longer = f"{made}-{word}" if made else word[:MAX_SLUG]
        if len(longer) > MAX_SLUG:
            break
        made = longer
    return made


def start(
    root: Path, title: str, account: str, chapters: str, today: date
) -> Path:
    """Write a new entry from the template and return its path.

    Parameters
    ----------
    root : Path
        The repository.
    title : str
        The title; the file's name and address come from it. One without
        Latin letters is named by the account.
    account : str
        The author's account at GitHub, with or without @.
    chapters : str
        The chapters that the entry is about, as ``3, 5``; "" for none.
    today : date
        The entry's date.

    Raises
    ------
    ValueError
        If one of them will not do, or if there is such an entry. Nothing is
        written then.
    """
    title, account = " ".join(title.split()), account.strip().lstrip("@")
    typed = set(re.findall(r"[^\s,]+", chapters))
    if wrong := entry.text_fault(title, 3, 90):
        raise ValueError(f"the title {wrong}")
    if not entry.is_account(account):
        raise ValueError(
            f"expected an account's name, letters and hyphens, got {account!r}"
        )
    known = {str(number) for number in facts(root).chapters}
    if unknown := typed - known:
        raise ValueError(
            "expected numbers of chapters that are written, as 3, 5, got "
            f"{', '.join(sorted(unknown))}"
        )
    written = text.read(root / entry.FOLDER / TEMPLATE, root)
    values = {
        # A JSON string is a YAML string in double quotes.
        "title": json.dumps(title, ensure_ascii=False),
        "date": str(today),
        "authors": f"[{json.dumps(account)}]",
        "chapters": f"[{', '.join(sorted(typed, key=int))}]",
    }
    for key, value in values.items():
        line = re.search(rf"^{key}:[^#\n]*?(?= *(?:#|$))", written, re.M)
        if line is None:
            raise ValueError(f"{TEMPLATE} has no line {key}:; restore it")
        written = (
            f"{written[: line.start()]}{key}: {value}{written[line.end() :]}"
        )
    path = _free(root / entry.FOLDER, f"{today}-", slug(title), account)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(written)
    return path


def _free(folder: Path, day: str, words: str, account: str) -> Path:
    """Return where an entry may be written."""
    path = folder / f"{day}{words}.md"
    if words and path.exists():
        raise ValueError(
            f"{folder.name}/{path.name} exists already; choose another title"
        )
    # Titles without Latin letters leave no word to tell them apart.
    names = (
        f"{account.lower()}{'-' * (n > 1)}{n if n > 1 else ''}"
        for n in count(1)
    )
    free = (folder / f"{day}{name}.md" for name in names)
    return path if words else next(one for one in free if not one.exists())


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
