"""Figures: the style, the SVG, the cache, and their places on pages."""

import gzip
import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from markdown import markdown
from matplotlib import pyplot as plt

import figures
from _drawing import scatter_classes
from figures.place import as_figure
from figures.style import INK, PALETTE, VARIABLES, use_style
from figures.svg import serialise
from problems import Faulty
from text import documents as documents_of
from weaving import slices

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "docs/assets/figures.css").read_text("utf-8")
ALT = "Points that wind around the origin in three arms, one a class"
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
PAGE = {"default": "#fbfaf7", "slate": "#1b1d21"}


@pytest.fixture(autouse=True)
def _style():
    with mpl.rc_context():
        use_style()
        yield
    plt.close("all")


def scatter() -> str:
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 100)
    radius = np.tile(np.linspace(0, 1, 100), 3)
    angle = 4 * (labels + radius) + rng.normal(0, 0.2, 300)
    points = radius * np.stack([np.sin(angle), np.cos(angle)])
    figure, ax = plt.subplots(figsize=(4.8, 4.4))
    scatter_classes(ax, points.T, labels, names=["one", "two", "three"])
    ax.set(xlabel="$x_1$", ylabel="<b> & more")
    return serialise(figure, "f")


def drawn(method: str, *arguments: object, **options: object) -> str:
    """Return the SVG of axes on which one method was called."""
    figure, ax = plt.subplots()
    getattr(ax, method)(*arguments, **options)
    return serialise(figure, "f")


# --- colours


def luminance(colour: str) -> float:
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(
        parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4
    )
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def scheme(name: str) -> dict[str, str]:
    block = re.search(
        rf'\[data-md-color-scheme="{name}"\] {{(.*?)}}', CSS, re.S
    )
    return dict(re.findall(r"(--fig-[\w]+): (#\w{6});", block[1]))


@pytest.mark.parametrize(("name", "least"), [("default", 4), ("slate", 6)])
def test_colours_stand_out_in_both_schemes(name, least):
    for number, colour in enumerate(PALETTE, start=1):
        assert contrast(colour, PAGE[name]) >= 3
        assert contrast(scheme(name)[f"--fig-{number}"], PAGE[name]) >= least
    assert contrast(scheme(name)["--fig-muted"], PAGE[name]) >= 4.5
    used = set(re.findall(r"--fig-\w+", " ".join(VARIABLES.values())))
    assert used == set(scheme(name))


@pytest.mark.parametrize("name", ["default", "slate"])
def test_the_first_classes_differ_for_colour_blind_readers(name):
    """Viénot, Brettel and Mollon's (1999) two reductions to two cones."""
    reductions = {
        "nobody": np.eye(3),
        "protan": [[0.11, 0.89, 0], [0.11, 0.89, 0], [0.004, -0.004, 1]],
        "deutan": [[0.29, 0.71, 0], [0.29, 0.71, 0], [-0.02, 0.02, 1]],
    }
    colours = [scheme(name)[f"--fig-{number}"] for number in (1, 2, 3)]
    for who, reduction in reductions.items():
        seen = [
            (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) / 255) ** 2.2
            @ np.transpose(reduction)
            for c in colours
        ]
        seen = [np.clip(colour, 0, 1) ** (1 / 2.2) for colour in seen]
        for one, two in combinations(seen, 2):
            assert np.linalg.norm(one - two) > 0.2, who


# --- the SVG


def test_svg_is_one_line_of_themed_xml_that_is_the_same_twice():
    svg = scatter()
    mpl.rcParams["lines.linewidth"] = 9  # as a user's own settings may
    use_style()
    assert scatter() == svg
    assert "\n" not in svg
    ElementTree.fromstring(svg.replace(" data-search-exclude", ""))
    assert not re.search(r"<style|<metadata|xlink|font-family|\bpt\b", svg)
    assert not re.search(r"#000000|#ffffff|" + INK, svg)
    assert not re.search(r"\d\.\d{3}", svg)
    assert "&lt;b&gt; &amp; more" in svg
    assert len(svg) <= 10_000
    assert len(gzip.compress(svg.encode())) <= 3_500


def test_two_figures_have_no_id_in_common():
    svg = scatter()
    ids = re.findall(r'\bid="([^"]*)"', svg)
    meant = re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', svg)
    assert len(set(ids)) == len(ids) >= 5  # three markers and two ticks
    assert {a or b for a, b in meant} == set(ids)
    assert all(re.fullmatch(r"f--m?\d+", ident) for ident in ids)


def test_black_and_white_follow_the_page():
    svg = drawn("plot", [0, 1], color="black")
    svg += drawn("plot", [1, 0], color="w") + drawn("axhspan", 0, 1, color="k")
    assert 'stroke="currentColor"' in svg
    assert 'stroke="var(--fig-paper,' in svg
    assert not re.search(r"#000|#fff\b(?!\))", svg)


def test_colormaps_are_palette_colours():
    grid = np.linspace(-1, 1, 30)
    field = np.add.outer(grid, grid)
    svg = drawn("contourf", grid, grid, field, cmap="nnfs-diverging")
    colours = set(re.findall(r'fill="(var[^"]*)"', svg))
    assert colours == {VARIABLES[colour] for colour in PALETTE[:2]}


def test_a_formula_runs_as_one_line():
    svg = drawn("set_xlabel", r"weight $w_1 x + \hat{b}$")
    text = re.search(r"<text[^>]*>(?:<tspan[^>]*>weight.*?)</text>", svg)[0]
    assert 'text-anchor="middle"' in text
    assert 'font-style="italic"' in text
    said = "".join(re.sub(r"<[^>]*>", "", text).split())
    assert said == "weightw1x+b\N{COMBINING CIRCUMFLEX ACCENT}"
    assert len(re.findall(r"<tspan", text)) <= 6
    fraction = drawn("set_xlabel", r"$\frac{1}{2}$")
    assert re.search(r'<tspan x="[^"]*" y="[^"]*"[^>]*>1', fraction)


# --- finding and drawing

MODULE = '''\
from _drawing import double
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from nnfs_code.numbers_ import NUMBERS


def random_plane() -> Figure:
    """Draw."""
    figure, ax = plt.subplots()
    ax.plot(NUMBERS)
    return figure


def _helper() -> Figure:
    raise AssertionError


def number() -> int:
    return 1
'''
LATER = """
# --8<-- [start:ch04-later]
from nnfs_code.others import MORE
NUMBERS += MORE
# --8<-- [end:ch04-later]
"""


@pytest.fixture
def repository(tmp_path):
    for name, content in {
        "docs/figures/ch03.py": MODULE,
        "docs/figures/_drawing.py": "def double(x): return 2 * x\n",
        "nnfs_code/__init__.py": "",
        "nnfs_code/numbers_.py": "NUMBERS = [1, 2, 4]\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def test_drawing_is_cached_until_something_changes(repository):
    first = figures.render_all(repository, slices(repository))
    (file,) = (repository / ".cache/figures").iterdir()
    written = file.stat().st_mtime_ns
    numbers = repository / "nnfs_code/numbers_.py"
    numbers.write_text(numbers.read_text() + LATER)  # of no use in chapter 3
    (repository / "nnfs_code/others.py").write_text("MORE = [9]\n")
    assert figures.render_all(repository, slices(repository)) == first
    assert file.stat().st_mtime_ns == written

    numbers.write_text("NUMBERS = [4, 2, 1]\n")
    assert figures.render_all(repository, slices(repository)) != first
    (new,) = (repository / ".cache/figures").iterdir()
    assert new != file


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("    ax.plot(NUMBERS)", "    1 / 0", 10, "ZeroDivisionError"),
        ("import NUMBERS", "import (", 4, "was never closed"),
        ('"""Draw."""', '"""Dr\xe4w."""', 8, "expected UTF-8"),
        ("ax.plot(NUMBERS)", 'ax.set_title("\\u1234")', 7, "UserWarning"),
    ],
    ids=["error", "syntax", "byte", "glyph"],
)
def test_a_figure_that_fails_names_its_line(repository, old, new, line, words):
    assert old in MODULE
    module = repository / "docs/figures/ch03.py"
    module.write_bytes(MODULE.replace(old, new).encode("latin-1"))
    with pytest.raises(Faulty) as caught:
        figures.render_all(repository, slices(repository))
    message = str(caught.value)
    assert message.startswith(f"docs/figures/ch03.py:{line}: ")
    assert words in message
    assert "\n" not in message


# --- pages

DRAWN = {"ch03-a": '<svg role="img" aria-label=""><path/></svg>'}
SHOWN = f'![{ALT}](figure:ch03-a "He said: 1 < 2")\n'


def test_figures_take_their_places():
    alt = ALT.replace("three", 'three "long" <')
    text = SHOWN.replace(ALT, alt) + "\n![x](b.png)"
    html, problems = figures.replace(markdown(text), DRAWN, text, "a.md")
    assert problems == []
    assert html == (
        '<figure class="figure" id="fig-ch03-a"><svg role="img" aria-label="'
        "Points that wind around the origin in three &quot;long&quot; &lt; "
        'arms, one a class"><path/></svg>'
        "<figcaption>He said: 1 &lt; 2</figcaption></figure>\n"
        '<p><img alt="x" src="b.png" /></p>'
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("ch03-a", "ch03-b", 1, "unknown figure:ch03-b; did you mean figure:"),
        (ALT, "A plot", 1, "figure:ch03-a expected a text alternative"),
        (ALT, f"{ALT} $x$", 1, "figure:ch03-a expected a text alternative"),
        ("![", "Words\n![", 2, "figure:ch03-a must be a paragraph"),
        (SHOWN, f"{SHOWN}\n{SHOWN}", 3, "figure:ch03-a is shown twice"),
    ],
    ids=["unknown", "short", "formula", "inline", "twice"],
)
def test_what_is_wrong_on_a_page_is_named(old, new, line, told):
    text = SHOWN.replace(old, new)
    _, (problem,) = figures.replace(markdown(text), DRAWN, text, "a.md")
    assert str(problem).startswith(f"a.md:{line}: {told}")


def test_each_figure_is_shown_by_a_page():
    documents, _ = documents_of(ROOT)
    pages = "\n".join(page.text for page in documents.values())
    names = figures.names(ROOT)
    assert len(names) > 50
    assert [n for n in names if f"(figure:{n}" not in pages] == []


def test_a_raw_figure_survives_markdown():
    block = as_figure(scatter(), ident="f", alt=ALT, caption="Caption")
    page = markdown(
        f"Before.\n\n{block}\n\nAfter *it*.",
        extensions=["md_in_html", "attr_list", "tables", "footnotes"],
    )
    assert block in page
    assert "<em>it</em>" in page
