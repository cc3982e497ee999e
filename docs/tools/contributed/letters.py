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
BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0"
    "\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
# The signs of India's scripts that take a letter's vowel; letters of Arabic
# and its neighbours; emoji and what else can be a text or a picture.
VIRAMA = "[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca]"
ARABIC = "[\u0620-\u065f\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f]"
SIGN = "\u00a9\u00ae\u2122\u2139\u2190-\u2bff\U0001f000-\U0001faff"
# Where writing needs a joiner, what parts, or a choice of text or picture.
JOINED = re.compile(
    f"(?<={VIRAMA})[\u200c\u200d]|(?<=[\u0900-\u0dff])[\u200c\u200d](?={VIRAMA})"
    f"|(?<={ARABIC})\u200c(?={ARABIC})"
    f"|(?<=[{SIGN}\ufe0f])\u200d(?=[{SIGN}])"
    f"|(?<=[0-9#*\u203c\u2049\u3030\u303d{SIGN}])[\ufe0e\ufe0f]"
)
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


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, what is wrong): nothing hidden, nothing in disguise."""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.replace("\t", " ")
        if not (line.isascii() and line.isprintable()):
            yield from ((number, said) for said in _of_line(line))


def _of_line(line: str) -> Iterator[str]:
    for letter in JOINED.sub("", line):
        code, kind = f"U+{ord(letter):04X}", unicodedata.category(letter)
        if BLANK.match(letter) or kind in UNSEEN:
            yield f"the character {code} cannot be seen; delete it"
            break
        if STYLED.match(letter):
            plain = unicodedata.normalize("NFKC", letter)
            yield f"the character {code} only looks like {plain}; write that"
            break
    if "M" * (MAX_MARKS + 1) in "".join(
        unicodedata.category(letter)[0] for letter in line
    ):
        yield f"more than {MAX_MARKS} marks stand on one letter; delete some"
    for word in re.findall(r"[^\W_]+", line):
        found = {script(letter) for letter in word} & ALIKE
        size = sum(letter.isalpha() for letter in word)
        symbol = found == {"Latn", "Grek"} and size <= MAX_SYMBOL
        if len(found) > 1 and not symbol:
            names = " and ".join(sorted(map(script_name, found)))
            said = f"the word {word[:30]} mixes letters of the scripts {names}"
            yield f"{said}; write it in one"
            break
