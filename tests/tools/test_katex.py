"""Formulas are set when the site is built, and bad TeX stops the build."""

import hashlib
import re
from pathlib import Path

import markdown
import pytest

import katex
from katex import MathError, equation_id, problems, render

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "docs" / "tools" / "vendor" / "katex"
ASSETS = ROOT / "docs" / "assets" / "katex"
FONTS = ROOT / "docs" / "assets" / "fonts"

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
            "meta",
            "pymdownx.arithmatex",
            "pymdownx.superfences",
            "pymdownx.blocks.admonition",
        ],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )


def test_every_formula_becomes_html_and_mathml():
    html = render(html_of(PAGE), "docs/chapters/05-loss.md", PAGE)

    assert html.count('<span class="katex-html"') == 4
    assert html.count("<math ") == 4
    assert "\\(" not in html
    assert "\\[" not in html


def test_code_is_left_alone():
    html = render(html_of(PAGE), "page.md")

    assert "<code>$a_{$</code>" in html
    assert "$$ not math, nor $\\this $$" in html


def test_the_sign_less_than_is_set_once_escaped():
    html = render(html_of("The score $a < b$."), "page.md")

    assert '<span class="mrel">&lt;</span>' in html
    assert "&amp;lt;" not in html


def test_a_tag_is_shown_and_is_an_anchor():
    html = render(html_of(PAGE), "page.md")

    assert '<div class="arithmatex" id="eq-5-3"' in html
    assert "<mtext>(5.3)</mtext>" in html


def test_each_tagged_row_has_an_anchor():
    source = (
        "$$\n\\begin{align} a \\tag{5.1} \\\\ b \\tag{5.2} \\end{align}\n$$"
    )

    html = render(html_of(source), "page.md")

    assert 'id="eq-5-1"' in html
    assert 'id="eq-5-2"' in html


@pytest.mark.parametrize(
    ("tag", "anchor"),
    [("5.3", "eq-5-3"), ("5.3 a", "eq-5-3-a"), ("A'", "eq-a")],
)
def test_equation_id(tag, anchor):
    assert equation_id(tag) == anchor


def test_formulas_stay_out_of_the_search_index():
    html = render(html_of(PAGE), "page.md")

    assert html.count("data-search-exclude") == 4


def test_rendering_twice_gives_the_same_bytes():
    assert render(html_of(PAGE), "page.md") == render(html_of(PAGE), "page.md")


# --- Faults: each stops the build and says where ---------------------------

PLANTED = {
    "an unclosed brace": r"\hat{y}_{i",
    "an unknown command": r"\softmacks(z)",
    "a sign that LaTeX refuses": "a ≠̸ b",
    "a link": r"\href{https://example.org}{x}",
    "a loop": r"\def\a{\a\a}\a",
}


@pytest.mark.parametrize("tex", PLANTED.values(), ids=PLANTED.keys())
def test_bad_tex_names_page_and_line(tex):
    source = PAGE.replace(r"\hat{y}_i", tex)

    with pytest.raises(MathError, match=r"^docs/p\.md:7: KaTeX: ") as caught:
        render(html_of(source), "docs/p.md", source)

    assert caught.value.tex == tex
    assert [problem.line for problem in problems(source, "docs/p.md")] == [7]


def test_bad_tex_in_a_display_names_its_own_line():
    source = PAGE.replace(r"\sum_j", r"\summ_j")

    with pytest.raises(MathError, match=r"^docs/p\.md:12: KaTeX: "):
        render(html_of(source), "docs/p.md", source)

    (problem,) = problems(source, "docs/p.md")
    assert str(problem).startswith(
        r"docs/p.md:12: KaTeX: Undefined control sequence: \summ"
    )


def test_bad_tex_without_the_source_names_the_page_alone():
    with pytest.raises(MathError, match=r"^docs/p\.md: KaTeX: "):
        render(html_of("$\\frac{1}$"), "docs/p.md")


def test_a_tag_given_twice_is_refused():
    twice = "$$\na \\tag{5.3}\n$$\n\n$$\nb \\tag{5.3}\n$$\n"

    with pytest.raises(MathError, match=r"^p\.md:6: .*eq-5-3"):
        render(html_of(twice), "p.md", twice)

    (problem,) = problems(twice, "p.md")
    assert problem.line == 6
    assert "line 2" in problem.message


# --- The check without a build ---------------------------------------------


def test_a_good_page_has_no_problems():
    assert problems(PAGE, "page.md") == []


def test_formulas_are_found_as_the_build_finds_them():
    found = [f.tex for f in katex.formulas(PAGE)]
    set_by_build = re.findall(
        r'class="arithmatex">\\[\[(](.*?)\\[\])]</', html_of(PAGE), re.DOTALL
    )

    assert len(found) == len(set_by_build) == 4


@pytest.mark.parametrize(
    ("source", "line", "word"),
    [
        ("A text\n$$\na\n$$\n\nmore", 2, "empty line"),
        ("$$\na\n$$\nmore", 1, "empty line"),
        ("$$\na\n\nb\n$$", 1, "empty line"),
        ("text\n\n$$\na\n", 3, "lines of their own"),
        ("a text $$a$$ within", 1, "lines of their own"),
        ("# A\n\n## The $x$ of it\n", 3, "in words"),
    ],
)
def test_dollars_that_do_not_do_what_was_meant(source, line, word):
    first = problems(source, "page.md")[0]

    assert first.line == line
    assert word in first.message


def test_a_price_is_no_formula():
    assert list(katex.formulas("It costs $5 and then \\$6.")) == []


# --- What was vendored is what was published -------------------------------


@pytest.mark.parametrize(
    "folder", [VENDOR, ASSETS, FONTS], ids=["build", "math", "text"]
)
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
    assert "LICENSE" in present


def test_the_published_style_asks_only_for_published_fonts():
    css = (ASSETS / "katex.css").read_text("utf-8")
    asked = set(re.findall(r"url\((fonts/[^)]+)\)", css))
    there = {
        path.relative_to(ASSETS).as_posix()
        for path in (ASSETS / "fonts").iterdir()
    }

    assert asked == there
    assert "http" not in css
