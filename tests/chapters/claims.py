"""Numbers and derivations of the pages that tests hold.

A test quotes the words of a page, with ``{}`` for each number, and gets the
numbers that stand there: it fails when the words change, and measures what
they say::

    stated = claim("05-loss", "an untrained network is right {} % of the time")

It quotes the TeX of a displayed formula, and checks it numerically::

    derivation("05-loss", "5.3", r"\\frac{dL}{dp} = -\\frac{1}{p}")

What it says of runs is measured over `breadth` seeds, and must hold with
`room` to spare: another processor rounds otherwise::

    within(low, high, [final_loss(seed) for seed in breadth(5, 20)])
"""

import ast
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from text import FRONT_MATTER, fences, outside_fences
from weaving import expand, parse_package

ROOT = Path(__file__).resolve().parents[2]
NUMBER = r"[-−+]?\d(?:[\d,   ]*\d)?(?:\.\d+)?(?:e[-−+]?\d+)?"
DECIMAL = re.compile(r"(?<![\w.])\d[\d,]*\.\d+(?![\w.]*\d)|\d+(?=\s?%)")
DISPLAY = re.compile(r"^\$\$\n(.*?)\n\$\$$", re.M | re.S)
TAG = re.compile(r"\\tag\{([^}]*)\}")
DERIVATIVE = re.compile(
    r"\\frac\{\s*(?:\\partial|(?:\\mathrm\{)?d\b)|\\nabla|\\d[fd]rac\{d"
)


STATED: list[str] = []  # the places of the claims of the test that runs


def breadth(few: int, many: int) -> range:
    """Return the seeds of a claim: `few` in every run, `many` in a full one.

    ``make platforms`` runs in full. What is asserted is the same in both.
    """
    return range(many if os.environ.get("FULL") else few)


def within(
    low: float, high: float, values: Iterable[float], room: float = 0.25
) -> None:
    """Assert that a stated band holds these runs, with room to spare.

    No value may lie nearer to an end of the band than the share `room` of
    the distance between the lowest and the highest value. So no claim sits
    on the edge of what some processor gives, which ``make platforms`` tries.

    Raises
    ------
    AssertionError
        If one lies outside or too near to an end.
    ValueError
        If there are fewer than three values: they have no spread to speak of.
    """
    found = sorted(map(float, values))
    if len(found) < 3:
        raise ValueError(f"within expected 3 runs or more, got {len(found)}")
    spare = room * (found[-1] - found[0])
    assert low + spare <= found[0] <= found[-1] <= high - spare, (
        f"runs from {found[0]:.4g} to {found[-1]:.4g} need a band from "
        f"{found[0] - spare:.4g} to {found[-1] + spare:.4g}, "
        f"got {low:.4g} to {high:.4g}"
    )


def page_path(page: str, root: Path = ROOT) -> Path:
    """Return the file of a page named by ``05-loss`` or ``notebooks/05-x``."""
    if page.startswith("notebooks/"):
        return root / "docs" / f"{page}.py"
    if "/" in page:
        return root / f"{page}.md"
    return root / "docs" / "chapters" / f"{page}.md"


def prose(text: str) -> str:
    """Return the words of a page: no code, comments, marks or line ends."""
    body = outside_fences(FRONT_MATTER.sub("", text))
    body = re.sub(r"<!--.*?-->", " ", body, flags=re.S)
    body = re.sub(r"^# ?(?:%%.*)?", "", body, flags=re.M)
    return plain(body)


def plain(text: str) -> str:
    """Return text without citations, link targets, emphasis, line ends."""
    text = re.sub(r"\s?\[@[^\]]*\]", "", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", text)
    return re.sub(r"\s+", " ", text)


def number(text: str) -> float:
    """Return the number that a page writes, with its signs and spaces."""
    return float(re.sub(r"[,   ]", "", text).replace("−", "-"))


def claim(page: str, words: str, root: Path = ROOT) -> float | list[float]:
    """Return the number, or numbers, that a page states in these words.

    Parameters
    ----------
    page : str
        ``05-loss`` for a chapter, ``notebooks/05-slug`` for a notebook.
    words : str
        The words as they stand there, ``{}`` in place of each number.

    Raises
    ------
    AssertionError
        If the page does not say this, or says it more than once.
    """
    path = page_path(page, root)
    pattern = re.escape(plain(words).strip()).replace(r"\{\}", f"({NUMBER})")
    pattern = pattern.replace(r"\ ", r"\s")
    found = list(re.finditer(pattern, prose(path.read_text("utf-8"))))
    place = path.relative_to(root).as_posix()
    assert found, f"{place}:1: the page does not say {words!r}"
    assert len(found) == 1, f"{place}:1: the page says {words!r} twice or more"
    STATED.append(f"{place}:{line_of(words, path.read_text('utf-8'))}")
    numbers = [number(group) for group in found[0].groups()]
    assert numbers, f"{words!r} holds no {{}}"
    return numbers[0] if len(numbers) == 1 else numbers


def in_source(words: str) -> re.Pattern[str]:
    """Return what finds words of a page in its source, marks and all."""
    pattern = re.escape(plain(words).strip()).replace(r"\{\}", NUMBER)
    return re.compile(r"[*`_]*" + pattern.replace(r"\ ", r"[\s*`_#]+"))


def line_of(words: str, text: str) -> int:
    """Return the line where a page says it; 1 where a link cuts the words."""
    found = in_source(words).search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def displayed(text: str) -> dict[str, tuple[int, str]]:
    """Return the tagged display formulas: tag → (line, TeX without tag)."""
    found = {}
    for match in DISPLAY.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if tag := TAG.search(match[1]):
            found[tag[1]] = line, fold(TAG.sub("", match[1]))
    return found


def fold(tex: str) -> str:
    return re.sub(r"\s+", " ", tex).strip().rstrip("., ")


def derivation(page: str, tag: str, tex: str, root: Path = ROOT) -> str:
    """Return the TeX if the page displays exactly it under the tag.

    Raises
    ------
    AssertionError
        If the page has no such formula, or another one there.
    """
    path = page_path(page, root)
    place = path.relative_to(root).as_posix()
    formulas = displayed(path.read_text("utf-8"))
    assert tag in formulas, f"{place}:1: no formula has \\tag{{{tag}}}"
    line, shown = formulas[tag]
    STATED.append(f"{place}:{line}")
    assert shown == fold(tex), (
        f"{place}:{line}: formula {tag} is not the one that was checked\n"
        f"  shown:   {shown}\n  checked: {fold(tex)}"
    )
    return shown


def untagged_derivatives(text: str) -> list[tuple[int, str]]:
    """Return (line, TeX) of displayed derivatives without a tag."""
    return [
        (text.count("\n", 0, match.start()) + 1, fold(match[1]))
        for match in DISPLAY.finditer(text)
        if DERIVATIVE.search(match[1]) and not TAG.search(match[1])
    ]


@cache
def quoted_in_tests(folder: Path, function: str) -> list[tuple[str, str]]:
    """Return the (page, words or tag) of each call of `function` in tests.

    Raises
    ------
    ValueError
        If a call names them by variables: then nobody can list what is held.
    """
    found = []
    for path in sorted(folder.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                not isinstance(node, ast.Call)
                or not isinstance(node.func, ast.Name)
                or node.func.id != function
            ):
                continue
            words = [
                argument.value
                for argument in node.args[:2]
                if isinstance(argument, ast.Constant)
            ]
            if len(words) < 2:
                raise ValueError(
                    f"{path.name}:{node.lineno}: {function} expected the page "
                    "and its words as plain strings"
                )
            found.append((str(words[0]), str(words[1])))
    return found


def loose_numbers(
    text: str, root: Path, claimed: list[str], facts: dict[str, str]
) -> list[tuple[int, str]]:
    """Return (line, number) of decimals and percentages that nothing holds.

    A number is held by a code block or an output of the page that shows it,
    to as many places, by a claim that quotes it, or as a fact with a source.

    Parameters
    ----------
    claimed : list of str
        Words of the page's claims, ``{}`` in place of the numbers.
    facts : dict of str to str
        Words of the page → the source of the numbers in them.
    """
    whole = expand(text, parse_package(root)[0])
    shown = "\n".join(
        "\n".join(f.lines) for f in fences(whole) if f.language != "markdown"
    )
    exact = {float(n) for n in re.findall(r"\d+(?:\.\d+)?", shown)}
    exact |= {float(n) for n in re.findall(r"\d+(?:\.\d+)?e[-+]?\d+", shown)}
    body = outside_fences(FRONT_MATTER.sub(blank, text))
    body = re.sub(r"<!--.*?-->", blank, body, flags=re.S)
    body = re.sub(r"\\tag\{[^}]*\}", blank, body)
    body = re.sub(r"\[[^\]]*\]\(#eq-[^)]*\)", blank, body)
    body = re.sub(r"\]\([^)]*\)", blank, body)
    for words in [*claimed, *facts]:
        body = in_source(words).sub(blank, body)
    loose = []
    for index, line in enumerate(body.splitlines(), 1):
        for match in DECIMAL.finditer(line):
            value = match[0].replace(",", "")
            places = len(value.partition(".")[2])
            stated = float(value)
            held = any(
                abs(round(candidate, places) - stated) < 1e-12
                or abs(round(candidate * 100, places) - stated) < 1e-12
                for candidate in exact
            )
            if not held:
                loose.append((index, match[0]))
    return loose


def blank(match: re.Match[str]) -> str:
    """Return as many line ends as the match has, to keep the count."""
    return "\n" * match[0].count("\n")
