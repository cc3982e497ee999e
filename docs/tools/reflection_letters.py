"""Letters that deceive: hidden ones, and those of two scripts in a word."""

import re
import unicodedata
from collections.abc import Iterator

from fontTools import unicodedata as scripts  # type: ignore[import-untyped]

from reflection_source import Fault

# Letters that nobody sees, beside those that Unicode calls format or
# control: fillers, blanks, and marks that only choose a form.
BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)
JOINERS = frozenset("\u200c\u200d")
# Persian and its neighbours, and the scripts of India.
JOINED_SCRIPTS = re.compile(r"[\u0620-\u06ff\u0750-\u077f\u0900-\u0dff]")
MAX_MARKS = 4

# Alphabets whose letters look alike, so that they may not share a word.
ALIKE = frozenset({"Latn", "Grek", "Cyrl", "Armn", "Cher", "Copt", "Lisu"})
# Words of so few letters join a symbol to a unit or a name: Δx, μs, dθ.
MAX_SYMBOL = 3


def letter_faults(text: str) -> Iterator[Fault]:
    """Nothing that a reader cannot see may change what they read."""
    yield from hidden_faults(text)
    yield from alike_faults(text)


def hidden_faults(text: str) -> Iterator[Fault]:
    """There are no letters that nobody sees."""
    for at, line in enumerate(text.split("\n"), start=1):
        if line.isascii() and line.isprintable():
            continue
        for column, letter in enumerate(line):
            if hidden(line, column):
                yield (
                    at,
                    f"the character U+{ord(letter):04X} cannot be seen; "
                    f"delete it (column {column + 1})",
                )
                break


def alike_faults(text: str) -> Iterator[Fault]:
    """No letter poses as another one."""
    for at, line in enumerate(text.split("\n"), start=1):
        if line.isascii():
            continue
        for column, letter in enumerate(line, start=1):
            if styled(letter):
                plain = unicodedata.normalize("NFKC", letter)
                yield (
                    at,
                    f"the character U+{ord(letter):04X} only looks like "
                    f"{plain}; write {plain} (column {column})",
                )
                break
        if column := heap(line):
            yield (
                at,
                f"more than {MAX_MARKS} marks stand on one letter; delete "
                f"some (column {column})",
            )
        for word in re.findall(r"[^\W_]+", line):
            if found := mixed(word):
                yield (
                    at,
                    f"the word {word[:30]} mixes letters of the scripts "
                    f"{' and '.join(found)}; write it in one",
                )
                break


def hidden(line: str, column: int) -> bool:
    """Whether the character cannot be seen where it stands."""
    letter = line[column]
    if letter.isascii():
        return not letter.isprintable() and letter != "\t"
    before, after = line[column - 1 : column], line[column + 1 : column + 2]
    if letter in JOINERS:
        return not joins(letter, before, after)
    if letter in "\ufe0e\ufe0f":
        # They choose text or picture for a sign.
        return not before or not (
            unicodedata.category(before) in {"So", "Sm", "Sk"}
            or before in "0123456789#*\u2139\u203c\u2049\u3030\u303d"
        )
    if (
        "\ufe00" <= letter <= "\ufe0d"
        or "\U000e0100" <= letter <= "\U000e01ef"
    ):
        return True
    kind = unicodedata.category(letter)
    return letter in BLANK or kind in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def joins(letter: str, before: str, after: str) -> bool:
    """Whether a joiner, or what parts, stands where writing needs it."""
    if JOINED_SCRIPTS.match(before) and JOINED_SCRIPTS.match(after):
        # Between letters of Persian only the one that parts is written.
        indic = before >= "\u0900"
        virama = unicodedata.combining(before) == 9
        return virama if indic else letter == "\u200c"
    # A family of emoji: two signs, joined.
    return (
        letter == "\u200d"
        and bool(before and after)
        and (
            before == "\ufe0f" or unicodedata.category(before) in {"So", "Sk"}
        )
        and unicodedata.category(after) == "So"
    )


def styled(letter: str) -> bool:
    """Whether it is a Latin letter or digit in disguise."""
    return (
        "\U0001d400" <= letter <= "\U0001d7ff"
        or "\uff10" <= letter <= "\uff19"
        or "\uff21" <= letter <= "\uff3a"
        or "\uff41" <= letter <= "\uff5a"
        or letter in "\u212a\u212b"
    )


def heap(line: str) -> int:
    """Return the column where marks heap up, or 0."""
    marks = 0
    for column, letter in enumerate(line, start=1):
        marks = marks + 1 if unicodedata.category(letter)[0] == "M" else 0
        if marks > MAX_MARKS:
            return column
    return 0


def mixed(word: str) -> list[str]:
    """Return the scripts of a word's letters if they may not be mixed."""
    if word.isascii():
        return []
    found = {scripts.script(letter) for letter in word} & ALIKE
    letters = sum(letter.isalpha() for letter in word)
    symbol = found == {"Latn", "Grek"} and letters <= MAX_SYMBOL
    if len(found) < 2 or symbol:
        return []
    return sorted(scripts.script_name(script) for script in found)
