"""Lightening a page changes nothing that a reader sees."""

import re
from html.parser import HTMLParser
from pathlib import Path

import tinycss2

import maths
import styles
from markup import ALIKE, PLAIN, lighten, squeeze


class Words(HTMLParser):
    """The text of a page, formulas' sources left out."""

    def __init__(self, html):
        super().__init__()
        self.words, self.hidden = [], 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.hidden += tag == "annotation"

    def handle_endtag(self, tag):
        self.hidden -= tag == "annotation"

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)


CODE = (
    '<code><span class="kn">import</span><span class="w"> </span>'
    '<span class="n">x</span><span class="p">(</span>'
    '<span class="s2">"a &lt; b"</span><span class="p">)</span></code>'
)


def test_plain_tokens_lose_their_marks_and_coloured_ones_keep_them():
    assert lighten(CODE) == (
        '<code><span class="k">import</span> x('
        '<span class="s2">"a &lt; b"</span>)</code>'
    )


def test_neighbours_that_look_alike_share_a_mark():
    pair = '<span class="kn">from</span>{}<span class="k">as</span>'
    assert lighten(pair.format("\n ")) == '<span class="k">from\n as</span>'
    apart = pair.format(" x ").replace("kn", "k")
    assert lighten(apart) == apart
    nested = '<span class="k">a</span><span class="k"><b>c</b></span>'
    assert lighten(nested) == nested


def test_a_block_that_prints_is_marked():
    page = (
        '<div class="language-python highlight"><pre>a</pre></div>\n'
        '<div class="language-python highlight"><pre>b</pre></div>\n'
        '<div class="language-output highlight"><pre>c</pre></div>'
    )
    light = lighten(page)
    assert light.count("highlight prints") == 1
    assert '<div class="language-python highlight prints"><pre>b' in light


ROOT = Path(__file__).parents[2]


def looks_of_tokens(sheets):
    """Return what the style sheets say of each kind of token in code."""
    looks, properties = {}, {}
    for sheet in sheets:
        for rule in tinycss2.parse_stylesheet(sheet, True, True):
            if rule.type != "qualified-rule":
                continue
            said = {
                part.name: tinycss2.serialize(part.value).strip()
                for part in tinycss2.parse_blocks_contents(rule.content)
                if part.type == "declaration"
            }
            properties |= {k: v for k, v in said.items() if k[:2] == "--"}
            selector = tinycss2.serialize(rule.prelude)
            for kinds in re.findall(
                r"\.highlight (?::is\(([^()]*)\)|(\.\w+)(?=\s*(?:,|$)))",
                selector,
            ):
                for kind in re.findall(r"\.(\w+)", "".join(kinds)):
                    looks.setdefault(kind, {}).update(said)

    def resolved(value):
        found = re.fullmatch(r"var\((--[\w-]+)\)", value)
        return (
            resolved(properties[found[1]])
            if found and found[1] in properties
            else value
        )

    return {
        kind: {name: resolved(value) for name, value in said.items()}
        for kind, said in looks.items()
    }


def theme_and_site():
    import material

    theme = Path(material.__file__).parent / "templates/assets/stylesheets"
    (main,) = theme.glob("main.*.min.css")
    return main.read_text("utf-8"), styles.joined(ROOT / "docs/assets")


def odd_ones(looks):
    """Return the tokens that `lighten` would show in another way."""
    odd = [
        name
        for first, names in ALIKE.items()
        for name in names.split("|")
        if looks.get(name) != looks[first]
    ]
    # Brackets (p) are set like names on purpose: there are so many.
    return odd + [
        name
        for name in PLAIN.split("|")
        if name != "p" and looks.get(name, looks["n"]) != looks["n"]
    ]


def test_tokens_that_share_a_mark_look_alike():
    looks = looks_of_tokens(theme_and_site())
    assert len(looks) > 40
    assert odd_ones(looks) == []
    looks["nf"] = {"color": "red"}  # the planted fault
    assert odd_ones(looks) == ["nf"]


def test_a_figures_colour_is_the_style_sheets():
    svg = (
        '<path fill="var(--fig-1,#3d66bc)" '
        'stroke="var(--fig-paper,var(--jp-layout-color0,#fff))"/>'
    )
    assert lighten(svg) == (
        '<path fill="var(--fig-1)" stroke="var(--fig-paper)"/>'
    )


def test_the_words_stay_the_same():
    formula, _ = maths.render(
        r'<span class="arithmatex">\(\frac{1}{n} \sum_i x_i\)</span>', "", "x"
    )
    page = CODE + formula
    light = lighten(page)
    assert "".join(Words(light).words) == "".join(Words(page).words)
    assert "<math" in light
    assert len(light) < len(page)


def test_a_squeezed_page_keeps_its_words_and_what_is_typed():
    page = (
        "<body>\n\n   <p data-search-exclude>two\n     words</p>\n"
        "<pre><code>a\n\n    b data-search-exclude</code></pre>\n\n"
        "<script>\n  go()\n</script>  <b>c</b> <i>d</i>\n</body>\n"
    )
    assert squeeze(page) == (
        "<body>\n<p>two\nwords</p>\n"
        "<pre><code>a\n\n    b data-search-exclude</code></pre>\n"
        "<script>\n  go()\n</script>  <b>c</b> <i>d</i>\n</body>\n"
    )


def test_the_start_page_says_so():
    page = '<article class="md-content__inner"><h1 class="{}">a</h1></article>'
    assert 'class="start md-' in squeeze(page.format("start-title"))
    assert 'class="md-' in squeeze(page.format("title"))


def test_squeezing_twice_changes_nothing():
    page = squeeze(f"<p>\n  a\n\n{CODE}\n</p>")
    assert squeeze(page) == page
