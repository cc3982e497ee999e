"""Formulas are set when the site is built, and bad TeX stops the build."""

import hashlib
import re
from html import unescape
from pathlib import Path

import markdown
import pytest

import maths

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "docs" / "tools" / "vendor" / "temml"
ASSETS = ROOT / "docs" / "assets"
FONTS = ASSETS / "fonts"
STYLE = (ASSETS / "fonts.css").read_text("utf-8")

PAGE = r"""---
title: Loss
description: costs $x, and is not read
---
# Loss

The score $a < b$, the code `$a_{$` and \$6 for $\hat{y}_i$.

/// note | A box
$$
\frac{\partial L}{\partial w}
  = \sum_j x_j \tag{5.3}
$$
///

- an item

    $$
    \begin{aligned} a &= b \\ c &= d \end{aligned}
    $$

```text
$$ not math, nor $\this $$
```
"""


def html_of(source: str) -> str:
    return markdown.markdown(
        source,
        extensions=[
            *("attr_list", "meta", "smarty", "pymdownx.arithmatex"),
            *("pymdownx.superfences", "pymdownx.blocks.admonition"),
        ],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )


def render(source: str) -> str:
    """Return a page that has no faults."""
    html, found = maths.render(html_of(source), source, "p.md")
    assert found == []
    return html


def faults(source: str) -> list[str]:
    return list(map(str, maths.render(html_of(source), source, "p.md")[1]))


def test_every_formula_becomes_mathml():
    html = render(PAGE)

    assert html.count("<math") == html.count("</math>") == 4
    assert html.count('<math display="block"') == 2
    assert "tml-display" not in html
    assert "a &lt; b" not in html.replace("<mi>", "")  # no TeX beside it
    assert "\\(" not in html
    assert "\\[" not in html


def test_what_is_around_formulas_is_as_it_was():
    html = render(PAGE)

    assert "<code>$a_{$</code>" in html
    assert "$$ not math, nor $\\this $$" in html
    assert "<mo>&lt;</mo>" in html
    assert '<div class="arithmatex numbered" id="eq-5-3"' in html
    assert '</math><span class="number">(5.3)</span></div>' in html
    assert html == render(PAGE)


def test_each_tagged_row_has_an_anchor():
    source = (
        "$$\n\\begin{align} a \\tag{5.1} \\\\ b \\tag{5.2} \\end{align}\n$$"
    )

    html = render(source)

    assert 'id="eq-5-1"' in html
    assert 'id="eq-5-2"' in html
    assert html.count('class="tml-tag"') == 2
    assert 'class="number"' not in html


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ("for $a$, and", "{}, and"),
        ("(with $a$).", "with {}). END"),
        ("in ($a$) here", "{(} here"),
        ("the $k$th of", "{}th of"),
        ("an $n$-fold", None),
        ("from $a$–$b$ on", None),
        ("just $a$ here", None),
    ],
)
def test_a_sign_against_a_formula_stays_on_its_line(source, held):
    html = render(source)

    assert html.count('<span class="together">') == (held is not None)
    if held is not None:
        after = held.partition("}")[2].split(" ")[0]
        assert f"</math></span>{after}" in html


def test_a_long_formula_in_a_line_may_be_broken():
    short = render("$a + b = c$")
    long = render("$(a + b + c) + d + e = f + g + h$")

    assert "</mrow><mrow>" not in short.replace("<mo", "")
    assert 'class="pieces"' not in short
    assert len(re.findall(r'(?<=<math class="pieces">)<mrow>', long)) == 1
    assert long.count("</mrow><mrow>") >= 3


# --- Faults: each stops the build and says where ---------------------------


@pytest.mark.parametrize(
    "tex",
    [
        *(r"\hat{y}_{i", r"\softmacks(z)", "a ≠̸ b", "x^"),
        *(r"\href{https://example.org}{x}", r"\def\a{\a\a}\a"),
    ],
)
def test_bad_tex_names_page_and_line(tex):
    (found,) = faults(PAGE.replace(r"\hat{y}_i", tex))

    assert found.startswith("p.md:7: TeX: ")
    assert tex in found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            PAGE.replace(r"\sum_j", r"\summ_j"),
            {12: r"Unsupported function name: \summ in \frac"},
        ),
        (
            "$$\na \\tag{5.3 a}\n$$\n\n$$\nb \\tag{5.3 a}\n$$\n",
            {6: "a second equation is eq-5-3-a; number it anew"},
        ),
        ("$\\frac{$ and\n$x^$,\n\n> $\\frac{$", {1: "", 2: "", 4: ""}),
        ("$\\frac{a}{b}$\n\nand $\\frac{$ too\n", {3: "TeX: "}),
        ("$x$\n\n## The $x$ of it\n", {3: "say it in words"}),
    ],
)
def test_faults_are_named_with_their_lines(source, expected):
    told = dict(found.split(":", 2)[1:] for found in faults(source))

    assert list(map(int, told)) == list(expected)
    for line, words in expected.items():
        assert words in told[str(line)]


def test_a_page_with_faults_keeps_what_can_be_set():
    html, found = maths.render(html_of("$x^$ or $y$"), "", "p.md")

    assert "\\(x^\\)" in html
    assert html.count("<math") == 1
    assert found[0].line == 1


# --- What was vendored is what was published -------------------------------


@pytest.mark.parametrize("folder", [VENDOR, FONTS], ids=["temml", "fonts"])
def test_vendored_files_are_the_ones_recorded(folder):
    recorded = {}
    for row in (folder / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = row.split("  ")
        recorded[name] = digest
    present = {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }

    assert present == recorded
    assert any(name.startswith("LICENSE") for name in present)


RULE = re.compile(
    r'font-family:"(?P<family>[^"]+)".*?url\((?P<file>fonts/[^)]+)\)'
    r".*?unicode-range:(?P<range>[^}]+)}"
)


def rules():
    return [m.groupdict() for m in RULE.finditer(STYLE)]


def points(ranges):
    found = set()
    for part in ranges.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def test_the_style_asks_only_for_published_fonts():
    there = {
        path.relative_to(ASSETS).as_posix() for path in FONTS.glob("*.woff2")
    }

    assert {rule["file"] for rule in rules()} == there
    assert STYLE.count("@font-face") == len(rules())
    assert "http" not in STYLE


def drawn(mathml):
    """Return the signs of a formula as a browser draws them."""
    signs = set()
    for attributes, word in re.findall(
        r"<(?:mi|mo|mn|mtext)([^>]*)>([^<]*)<", mathml
    ):
        word = unescape(word)
        if len(word) == 1 and "<mi" + attributes + ">" in mathml:
            word = SLANTED.get(word, word)
        signs |= set(word)
    return signs


SLANTED = {
    **{chr(0x61 + n): chr(0x1D44E + n) for n in range(26)},
    **{chr(0x41 + n): chr(0x1D434 + n) for n in range(26)},
    **{chr(0x3B1 + n): chr(0x1D6FC + n) for n in range(25)},
    **{"h": "ℎ", "∂": "𝜕", "ϵ": "𝜖", "ϕ": "𝜙"},
}
UNSEEN = {"\u2061", "\u2062", "\u200b"}


def test_the_fonts_have_every_sign_of_every_formula():
    faces = [r for r in rules() if r["family"] == "Maths"]
    had = set().union(*(points(face["range"]) for face in faces))
    missing = {}
    for path in sorted(ROOT.glob("docs/**/*.md")):
        html = html_of(path.read_text("utf-8"))
        for formula in re.findall(
            "<math.*?</math>", maths.render(html, "", "p.md")[0], re.S
        ):
            lacking = {s for s in drawn(formula) - UNSEEN if ord(s) not in had}
            if lacking:
                missing[path.name] = lacking
    assert missing == {}


def test_the_face_of_formulas_has_the_space_in_one_file():
    """The file that has it is the one that formulas are laid out by."""
    faces = [r for r in rules() if r["family"] == "Maths"]
    (first,) = [face for face in faces if 0x20 in points(face["range"])]
    assert "stix-two-math-common" in first["file"]
