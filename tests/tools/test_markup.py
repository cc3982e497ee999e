"""Lightening a page changes nothing that a reader sees."""

from html.parser import HTMLParser

import mathematics
from markup import lighten, squeeze


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
        '<code><span class="kn">import</span> x('
        '<span class="s2">"a &lt; b"</span>)</code>'
    )


def test_a_figures_colour_is_the_style_sheets():
    svg = (
        '<path fill="var(--fig-1,#3d66bc)" '
        'stroke="var(--fig-paper,var(--jp-layout-color0,#fff))"/>'
    )
    assert lighten(svg) == (
        '<path fill="var(--fig-1)" stroke="var(--fig-paper)"/>'
    )


def test_the_words_stay_the_same():
    formula = mathematics.render(
        r'<span class="arithmatex">\(\frac{1}{n} \sum_i x_i\)</span>', "x.md"
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


def test_squeezing_twice_changes_nothing():
    page = squeeze(f"<p>\n  a\n\n{CODE}\n</p>")
    assert squeeze(page) == page
