"""Letters that deceive: hidden ones, and those of two scripts in a word."""

import re
import unicodedata
from collections.abc import Iterator

from fontTools.unicodedata import (  # type: ignore[import-untyped]
    script,
    script_name,
)

# Letters that nobody sees, beside those that Unicode calls format or
# control: fillers, blanks, and marks that only choose a form.
BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)
UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
VIRAMA = 9  # Unicode's class of the sign that takes a letter's vowel
MAX_MARKS = 4
# Alphabets whose letters look alike, so that they may not share a word.
ALIKE = frozenset({"Latn", "Grek", "Cyrl", "Armn", "Cher", "Copt", "Lisu"})
# Words of so few letters join a symbol to a unit or a name: Δx, μs, dθ.
MAX_SYMBOL = 3
# Latin letters and digits in disguise: of mathematics, of full width, and
# the signs of kelvin and ångström.
STYLED = re.compile(
    "[\U0001d400-\U0001d7ff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\u212a\u212b]"
)
# What a sign that chooses text or picture may follow.
CHOICE = re.compile(r"[0-9#*\u2139\u203c\u2049\u3030\u303d]")


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, what is wrong): nothing hidden, nothing in disguise."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.isascii() and line.replace("\t", " ").isprintable():
            continue
        for said in (_unseen(line), _posing(line), _mixed(line)):
            if said:
                yield number, said


def _unseen(line: str) -> str:
    for column, letter in enumerate(line):
        if _hidden(line, column):
            return (
                f"the character U+{ord(letter):04X} cannot be seen; delete "
                f"it (column {column + 1})"
            )
    return ""


def _hidden(line: str, column: int) -> bool:
    letter = line[column]
    before, after = line[column - 1 : column], line[column + 1 : column + 2]
    if letter in "\u200c\u200d":
        return not _joins(letter, before, after)
    if letter in "\ufe0e\ufe0f":
        return not (
            _kind(before) in ("So", "Sm", "Sk") or CHOICE.match(before)
        )
    return (
        letter in BLANK
        or "\ufe00" <= letter <= "\ufe0d"
        or "\U000e0100" <= letter <= "\U000e01ef"
        or (letter != "\t" and _kind(letter) in UNSEEN)
    )


def _kind(letter: str) -> str:
    return unicodedata.category(letter) if letter else ""


def _joins(letter: str, before: str, after: str) -> bool:
    """Whether writing needs a joiner, or what parts, where it stands."""
    if not before:
        return False
    # In the scripts of India it says what a virama does, before it (the
    # ya-phalaa of Bengali) or after it (the chillus of Malayalam).
    if unicodedata.combining(before) == VIRAMA:
        return True
    if after and unicodedata.combining(after) == VIRAMA:
        return bool(script(before) == script(after))
    # In Persian and its neighbours it parts two letters.
    if letter == "\u200c":
        return bool(after) and script(before) == script(after) == "Arab"
    # A family of emoji: two signs, joined.
    is_sign = before == "\ufe0f" or _kind(before) in ("So", "Sk")
    return is_sign and _kind(after) == "So"


def _posing(line: str) -> str:
    if found := STYLED.search(line):
        plain = unicodedata.normalize("NFKC", found[0])
        return (
            f"the character U+{ord(found[0]):04X} only looks like {plain}; "
            f"write {plain} (column {found.start() + 1})"
        )
    kinds = "".join(_kind(letter)[0] for letter in line)
    if (at := kinds.find("M" * (MAX_MARKS + 1))) >= 0:
        return (
            f"more than {MAX_MARKS} marks stand on one letter; delete some "
            f"(column {at + MAX_MARKS + 1})"
        )
    return ""


def _mixed(line: str) -> str:
    for word in re.findall(r"[^\W_]+", line):
        found = {script(letter) for letter in word} & ALIKE
        symbol = found == {"Latn", "Grek"} and (
            sum(letter.isalpha() for letter in word) <= MAX_SYMBOL
        )
        if len(found) > 1 and not symbol:
            names = " and ".join(sorted(map(script_name, found)))
            return (
                f"the word {word[:30]} mixes letters of the scripts {names}; "
                "write it in one"
            )
    return ""
