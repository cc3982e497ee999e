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
from matplotlib.figure import Figure

import figures
from drawing import (
    decision_regions,
    matrix_picture,
    network_diagram,
    scatter_classes,
)
from figure_style import INK, PALETTE, VARIABLES, style, styled
from figure_svg import to_svg

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "docs/assets/figures.css").read_text("utf-8")
ALT = "Points that wind around the origin in three arms, one a class"
PAPER, SLATE = "#fbfaf7", "#1b1d21"


@pytest.fixture(autouse=True)
def _style():
    with styled():
        yield
    plt.close("all")


def spiral(n=100):
    rng = np.random.default_rng(0)
    radius = np.tile(np.linspace(0, 1, n), 3)
    labels = np.repeat(np.arange(3), n)
    angle = 4 * (labels + radius) + rng.normal(0, 0.2, 3 * n)
    points = radius * np.stack([np.sin(angle), np.cos(angle)])
    return points.T, labels


def scatter(n=100) -> Figure:
    figure, ax = plt.subplots(figsize=(4.8, 4.4))
    scatter_classes(ax, *spiral(n), names=["one", "two", "three"])
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    return figure


def lines() -> Figure:
    figure, ax = plt.subplots()
    ax.plot([0, 1], [1, 3])
    ax.set_ylabel("<b> & more")
    return figure


def svg_of(figure: Figure, ident: str = "f", alt: str = ALT) -> str:
    return to_svg(figure, alt=alt, ident=ident)


def ids(svg: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]*)"', svg))


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


@pytest.mark.parametrize("number", range(6))
def test_colours_stand_out_in_both_schemes(number):
    assert contrast(PALETTE[number], PAPER) >= 3
    assert contrast(PALETTE[number], SLATE) >= 3
    name = f"--fig-{number + 1}"
    assert contrast(scheme("default")[name], PAPER) >= 4
    assert contrast(scheme("slate")[name], SLATE) >= 6


def test_muted_text_can_be_read():
    assert contrast(scheme("default")["--fig-muted"], PAPER) >= 4.5
    assert contrast(scheme("slate")["--fig-muted"], SLATE) >= 4.5


@pytest.mark.parametrize("name", ["default", "slate"])
def test_the_first_classes_differ_for_colour_blind_readers(name):
    """Viénot, Brettel and Mollon's (1999) two reductions to two cones."""
    reductions = {
        "nobody": np.eye(3),
        "protan": [[0.11, 0.89, 0], [0.11, 0.89, 0], [0.004, -0.004, 1]],
        "deutan": [[0.29, 0.71, 0], [0.29, 0.71, 0], [-0.02, 0.02, 1]],
    }
    colours = [scheme(name)[f"--fig-{number}"] for number in (1, 2, 3, 4)]
    for who, reduction in reductions.items():
        seen = [
            (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) / 255) ** 2.2
            @ np.transpose(reduction)
            for c in colours
        ]
        seen = [np.clip(colour, 0, 1) ** (1 / 2.2) for colour in seen]
        for one, two in combinations(range(3), 2):
            distance = np.linalg.norm(seen[one] - seen[two])
            assert distance > 0.2, (who, one + 1, two + 1)


def test_every_variable_of_the_drawings_is_in_the_style_sheet():
    used = set(re.findall(r"--fig-\w+", " ".join(VARIABLES.values())))
    assert used == set(scheme("default")) == set(scheme("slate"))


# --- the SVG


def test_style_is_left_as_it_was():
    before = mpl.rcParams["text.color"]
    with styled():
        assert mpl.rcParams["svg.fonttype"] == "none"
    assert mpl.rcParams["text.color"] == before
    assert style()["text.color"] == INK


@pytest.mark.parametrize("draw", [scatter, lines])
def test_svg_is_one_line_of_well_formed_xml(draw):
    svg = svg_of(draw()).replace(" data-search-exclude", "")
    assert "\n" not in svg
    ElementTree.fromstring(svg)
    assert not re.search(r"<style|<metadata|xlink|font-family|\bpt\b", svg)
    assert not re.search(r"#000000|#ffffff|" + INK, svg)
    assert not re.search(r"\d\.\d{5}", svg)


def test_svg_is_the_same_twice():
    assert svg_of(scatter()) == svg_of(scatter())


def test_two_figures_have_no_id_in_common():
    one, two = svg_of(scatter(), "one"), svg_of(scatter(), "two")
    assert ids(one)
    assert not ids(one) & ids(two)
    for svg in (one, two):
        meant = re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', svg)
        assert {a or b for a, b in meant} == ids(svg)


def test_svg_says_what_it_shows():
    svg = svg_of(lines(), alt='A "line"\nthat climbs < 4 & more, in two steps')
    assert (
        'aria-label="A &quot;line&quot; that climbs &lt; 4 &amp; more, in '
        'two steps"' in svg
    )
    assert 'role="img"' in svg
    assert "&lt;b&gt; &amp; more" in svg


@pytest.mark.parametrize("alt", ["", "too short", "x" * 29, "$x$ " * 20])
def test_svg_needs_words(alt):
    with pytest.raises(ValueError, match="expected a text alternative"):
        svg_of(lines(), alt=alt)


def test_svg_with_a_caption_is_a_figure():
    html = to_svg(lines(), alt=ALT, caption="a < b", ident="f")
    assert html.startswith('<figure class="figure" id="f"><svg')
    assert html.endswith("<figcaption>a &lt; b</figcaption></figure>")


def test_a_scatter_of_300_points_stays_small():
    svg = svg_of(scatter())
    assert len(svg) <= 8_000
    assert len(gzip.compress(svg.encode())) <= 3_500


def test_copies_of_a_shape_become_one_line_of_markers():
    svg = svg_of(scatter()).replace(" data-search-exclude", "")
    root = ElementTree.fromstring(svg)
    lines = [line for line in root.iter("path") if line.get("marker-mid")]
    corners = 0
    for line in lines:
        assert line.get("fill") == "none"
        assert line.get("stroke") in (None, "none")
        (end,) = {line.get(f"marker-{end}") for end in ("start", "mid", "end")}
        (marker,) = [
            marker
            for marker in root.iter("marker")
            if f"url(#{marker.get('id')})" == end
        ]
        assert marker.get("overflow") == "visible"
        assert marker[0].get("d")
        numbers = re.findall(r"-?(?:\d+\.?\d*|\.\d+)", line.get("d"))
        corners += len(numbers) / 2
    assert 295 <= corners <= 300  # those on top of each other are one


def test_black_and_white_follow_the_page():
    figure, ax = plt.subplots()
    ax.plot([0, 1], color="black")
    ax.plot([1, 0], color="w")
    ax.axhspan(0, 1, color="k")
    svg = svg_of(figure)
    assert 'stroke="currentColor"' in svg
    assert 'stroke="var(--fig-paper,' in svg
    assert not re.search(r"#000|#fff\b(?!\))", svg)


def test_colormaps_are_palette_colours_at_several_opacities():
    figure, ax = plt.subplots()
    grid = np.linspace(-1, 1, 30)
    field = np.add.outer(grid, grid)
    ax.contourf(grid, grid, field, levels=8, cmap="nnfs-diverging")
    svg = svg_of(figure)
    assert set(re.findall(r'fill="(var[^"]*)"', svg)) == {
        VARIABLES[PALETTE[0]],
        VARIABLES[PALETTE[1]],
    }
    assert len(set(re.findall(r'fill-opacity="([^"]*)"', svg))) >= 4


def test_a_formula_runs_as_one_line():
    figure, ax = plt.subplots()
    ax.set_xlabel(r"weight $w_1 x + \hat{b}$")
    svg = svg_of(figure)
    text = re.search(r"<text[^>]*>(?:<tspan[^>]*>weight.*?)</text>", svg)[0]
    assert 'text-anchor="middle"' in text
    said = re.sub(r"<[^>]*>", "", text)
    assert (
        "".join(said.split()) == "weightw1x+b\N{COMBINING CIRCUMFLEX ACCENT}"
    )
    assert len(re.findall(r"<tspan", text)) <= 6


def test_a_fraction_keeps_its_places():
    figure, ax = plt.subplots()
    ax.set_xlabel(r"$\frac{1}{2}$")
    svg = svg_of(figure)
    assert re.search(r'<tspan x="[^"]*" y="[^"]*"[^>]*>1', svg)


# --- helpers


def test_classes_differ_by_more_than_colour():
    svg = svg_of(scatter(5))
    shapes = re.findall(r'<path id="[^"]*" d="([^"]*)"', svg)
    assert len(set(shapes)) >= 5  # three markers and two ticks


def test_scatter_says_what_it_expected():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=r"got \(3, 3\) and \(3,\)"):
        scatter_classes(ax, np.zeros((3, 3)), [0, 1, 2])


@pytest.mark.parametrize("kind", ["scores", "labels"])
def test_decision_regions_shade_each_class(kind):
    figure, ax = plt.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))

    def predict(points):
        scores = np.column_stack([points, -points.sum(axis=1)])
        return scores if kind == "scores" else scores.argmax(axis=1)

    decision_regions(ax, predict)
    assert ax.get_xlim() == (-1, 1)
    svg = svg_of(figure)
    for colour in PALETTE[:3]:
        assert f'fill="{VARIABLES[colour]}"' in svg
    assert len(gzip.compress(svg.encode())) < 5_000


def test_network_diagram_draws_every_neuron_and_connection():
    figure = network_diagram(
        [2, 3, 1], titles=["in", "hidden", "out"], names={(0, 0): "$x_1$"}
    )
    (ax,) = figure.axes
    assert len(ax.patches) == 6
    assert len(ax.lines) == 2 * 3 + 3 * 1
    assert len(network_diagram([2, 30], at_most=6).axes[0].lines) == 2 * 5


def test_negative_weights_are_dashed():
    figure = network_diagram([2, 1], weights=[[[0.5], [-1.0]]])
    solid, dashed = figure.axes[0].lines
    assert solid.get_linestyle() == "-"
    assert dashed.get_linestyle() == "--"
    assert dashed.get_linewidth() > solid.get_linewidth()


def test_matrix_picture_shows_numbers_shapes_and_what_is_meant():
    figure = matrix_picture(
        ("X", [[1, -2], [3, 4]]),
        "@",
        ("w", [5, 6]),
        highlight={"X": 0, "w": 1},
    )
    (ax,) = figure.axes
    said = [text.get_text() for text in ax.texts]
    assert {"1", "−2", "(2, 2)", "(2,)", "X", "w", "@"} <= set(said)
    assert len([p for p in ax.patches if p.get_alpha()]) == 2 + 1
    assert figure.get_size_inches()[0] <= 6.4


# --- finding and drawing

MODULE = '''\
from drawing import scatter_classes
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


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path / "here")


def make_repository(root: Path) -> Path:
    (root / "docs/figures").mkdir(parents=True)
    (root / "docs/figures/ch03.py").write_text(MODULE)
    (root / "nnfs_code").mkdir()
    (root / "nnfs_code/__init__.py").touch()
    (root / "nnfs_code/numbers_.py").write_text("NUMBERS = [1, 2, 4]\n")
    return root


def test_only_public_figures_are_found(repository, monkeypatch):
    monkeypatch.syspath_prepend(repository)
    assert list(figures.catalogue(repository)) == ["ch03-random-plane"]
    (repository / "docs/figures/ch03.py").write_text(
        MODULE.replace("from nnfs_code.numbers_ import", "#")
    )
    found = figures.discover(repository / "docs/figures")
    assert list(found) == ["ch03-random-plane"]


def test_drawing_is_cached_until_something_changes(repository):
    (first,) = figures.render_all(repository).values()
    cache = repository / ".cache/figures"
    (file,) = cache.iterdir()
    written = file.stat().st_mtime_ns
    assert figures.render_all(repository)["ch03-random-plane"] == first
    assert file.stat().st_mtime_ns == written

    (repository / "nnfs_code/numbers_.py").write_text("NUMBERS = [4, 2, 1]\n")
    assert figures.render_all(repository)["ch03-random-plane"] != first
    assert len(list(cache.iterdir())) == 1


def test_drawing_is_the_same_from_two_folders(repository, tmp_path):
    other = make_repository(tmp_path / "another/place")
    assert figures.render_all(repository) == figures.render_all(other)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("    ax.plot(NUMBERS)", "    1 / 0", 10, "ZeroDivisionError"),
        ("ax.plot(NUMBERS)", 'ax.set_title("$\\\\frac{1$")', 7, "ValueError"),
        ("    return figure", "    return ax", 7, "expected a matplotlib Fig"),
        ("import NUMBERS", "import NOTHING", 4, "ImportError"),
        ("import NUMBERS", "import (", 4, "was never closed"),
        ("ax.plot(NUMBERS)", 'ax.set_title("\\u1234")', 7, "UserWarning"),
    ],
    ids=["error", "mathtext", "type", "import", "syntax", "glyph"],
)
def test_a_figure_that_fails_names_its_line(repository, old, new, line, words):
    assert old in MODULE
    module = repository / "docs/figures/ch03.py"
    module.write_text(MODULE.replace(old, new))
    with pytest.raises(figures.FigureError) as caught:
        figures.render_all(repository)
    message = str(caught.value)
    assert message.startswith(f"docs/figures/ch03.py:{line}: ")
    assert words in message
    assert "\n" not in message


def test_an_unknown_figure_is_not_drawn(repository):
    with pytest.raises(figures.FigureError, match="did you mean figure:ch03"):
        figures.render_all(repository, ["ch03-random-plan"])


# --- pages

SHOWN = f'![{ALT}](figure:ch03-random-plane "A caption.")\n'


def told(repository: Path, page: str) -> list[str]:
    return [
        str(problem)
        for problem in figures.problems(repository, {"docs/a.md": page})
    ]


def test_a_good_page_has_no_problems(repository):
    wrapped = SHOWN.replace("that wind", "in [0, 1]\nthat wind")
    assert told(repository, f"Words.\n\n{wrapped}\nMore.\n") == []
    assert figures.used(wrapped) == ["ch03-random-plane"]


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("Words.\n", "docs/figures/ch03.py:7: no page shows figure:ch03-ran"),
        (f"```\n{SHOWN}```\n", "docs/figures/ch03.py:7: no page shows"),
        (
            SHOWN + "\n" + SHOWN.replace("plane", "plain"),
            "docs/a.md:3: unknown figure:ch03-random-plain; did you mean "
            "figure:ch03-random-plane?",
        ),
        (
            SHOWN + "\n" + SHOWN.replace("ch03-random-plane", "ch09-flow"),
            "docs/a.md:3: unknown figure:ch09-flow; expected def flow() -> "
            "Figure in docs/figures/ch09.py",
        ),
        (
            "\n" + SHOWN.replace(ALT, "A plot"),
            "docs/a.md:2: figure:ch03-random-plane expected a text "
            "alternative of at least 30 characters, got 6",
        ),
        (
            SHOWN.replace(ALT, ALT + " $x$"),
            "docs/a.md:1: figure:ch03-random-plane expected a text "
            "alternative in plain words",
        ),
        (f"Words\n{SHOWN}", "docs/a.md:2: figure:ch03-random-plane must be a"),
        (SHOWN + "\n" + SHOWN, "docs/a.md:3: figure:ch03-random-plane is sh"),
    ],
    ids=[
        *("unused", "in a fence", "typing error", "unknown", "alt", "math"),
        *("inline", "twice"),
    ],
)
def test_a_bad_page_names_its_line(repository, page, problem):
    (only,) = told(repository, page)
    assert only.startswith(problem)


def test_figures_take_their_places():
    alt = ALT.replace("three", 'three "long" <')
    html = markdown(
        f'Words.\n\n![{alt}](figure:ch03-a "He said: 1 < 2")\n\n![x](b.png)'
    )
    svg = '<svg role="img" aria-label=""><path/></svg>'
    assert figures.replace_figures(html, {"ch03-a": svg}) == (
        "<p>Words.</p>\n"
        '<figure class="figure" id="fig-ch03-a"><svg role="img" aria-label="'
        "Points that wind around the origin in three &quot;long&quot; &lt; "
        'arms, one a class"><path/></svg>'
        "<figcaption>He said: 1 &lt; 2</figcaption></figure>\n"
        '<p><img alt="x" src="b.png" /></p>'
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("![x](figure:ch03-b)", "unknown figure:ch03-b; did you mean"),
        ("a ![x](figure:ch03-a)", "figure:ch03-a must be a paragraph"),
    ],
)
def test_a_figure_left_over_fails(text, words):
    with pytest.raises(figures.FigureError, match=words):
        figures.replace_figures(markdown(text), {"ch03-a": "<svg></svg>"})


def test_a_raw_figure_survives_markdown():
    html = svg_of(scatter())
    block = to_svg(scatter(), alt=ALT, caption="Caption", ident="f")
    page = markdown(
        f"Before.\n\n{block}\n\nAfter *it*.",
        extensions=["md_in_html", "attr_list", "tables", "footnotes"],
    )
    assert html.replace("f--", "f--") in page
    assert "<em>it</em>" in page
