"""What is left of contributed text, element by element and as a whole."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest
from markdown import Markdown

import contributed
import maths
from contributed import cleaning
from contributed.cleaning import clean
from contributed.folder import Author
from harmless import assert_harmless
from problems import Faulty
from text import parsed

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "reflections"
GOOD = sorted((HERE / "good").glob("2*.md"))


# --- Pieces of HTML --------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        '<p id="what-i-saw">a <em>b</em> <strong>c</strong></p>',
        '<h2 id="läuft-es">x<a class="headerlink" href="#läuft-es" '
        'title="Link to this section">#</a></h2>',
        '<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup>',
        '<a href="https://example.org/a?b=1&amp;c=2#d">x</a>',
        '<a href="../../chapters/05-loss/#part">x</a>',
        '<a href="mailto:somebody@example.org">x</a>',
        '<img alt="What it shows" src="figure:ch03-spiral" title="Caption">',
        '<table><thead><tr><th style="text-align: right;">x</th></tr></thead>'
        "</table>",
        '<div class="language-text highlight"><pre><code>x</code></pre></div>',
        '<span class="arithmatex">\\(a &lt; b\\)</span>',
        '<details class="success"><summary>Solution</summary></details>',
    ],
)
def test_what_a_writer_needs_stays(html):
    assert clean(html) == html


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<script>alert(1)</script>", ""),
        ("<p onclick=a()>a</p>", "<p>a</p>"),
        ("<p>a<style>*{}</style><iframe src=x></iframe>b</p>", "<p>ab</p>"),
        ("<math><mtext><img src=x onerror=alert(1)></mtext></math>b", "b"),
        ("<img src=//example.org/pixel.png>", "<img>"),
        ("<p style='position:fixed'>a</p>", "<p>a</p>"),
        ("<p class='md-overlay note mermaid'>a</p>", '<p class="note">a</p>'),
        ("<p name=a data-md-component=search>a</p>", "<p>a</p>"),
        ("<label for=__search>a</label>", "<label>a</label>"),
        ("<!-- a --><p>b", "<p>b</p>"),
        ("</div></article><p>a</p>", "<p>a</p>"),
        ("<noscript><p title='</noscript><img src=x>'>", "<img>'&gt;"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=a()>", ""),
        ("\x02wzxhzdk:0\x03<script>alert(1)</script>", "\x02wzxhzdk:0\x03"),
        ("<input autofocus type=text>", '<input type="checkbox">'),
        # The theme shows a title as HTML in a box of its own.
        ('<a href="#a" title="&lt;img&gt;">a</a>', '<a href="#a">a</a>'),
        # The corpora have more addresses.
        ('<a href="java\tscript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href="&#1;javascript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href="/\\example.org">a</a>', "<a>a</a>"),
        ('<a href="https:\\\\example.org">a</a>', "<a>a</a>"),
        ('<a href="https://[a">a</a>', "<a>a</a>"),
        ('<a href="https://user@example.org">a</a>', "<a>a</a>"),
    ],
)
def test_everything_else_goes(html, left):
    assert clean(html) == left


@pytest.mark.parametrize(
    ("anchor", "kept"),
    [
        *((word, True) for word in ("what-i-saw", "加权", "fn:1")),
        *((word, False) for word in ("__search", "_a", "a b", "a&quot;b", "")),
    ],
)
def test_an_anchor_is_a_word_and_no_name_of_the_site(anchor, kept):
    html = f'<h2 id="{anchor}">a</h2>'
    assert clean(html) == (html if kept else "<h2>a</h2>")


def test_a_table_of_contents_is_text_with_safe_anchors():
    inner = SimpleNamespace(
        title="<img src=x onerror=alert(1)>b", id='"><img>', children=[]
    )
    outer = SimpleNamespace(title="a &amp; b", id="a", children=[inner])
    cleaning.clean_contents([outer])
    assert (outer.title, outer.id) == ("a &amp; b", "a")
    assert (inner.title, inner.id) == ("b", "")


def test_a_formula_is_text_until_it_is_set():
    html = r'<p><span class="arithmatex">\(\text{&lt;img src=x&gt;}\)</span>'
    made, _ = maths.render(clean(html), "", "reflections/a.md")
    assert "<img" not in made
    assert "&lt;img" in made


# --- Front matter and includes ---------------------------------------------

ENTRY = """\
---
title: "{title}"
date: 2026-11-20
authors: [journal]
chapters: [3]
categories: [Learned, "<img src=x>"]
tags: [softmax, "<b>"]
description: "a\\tb"
{more}
---

{body}
"""
NAME = "2026-11-20-a.md"


def source(path):
    return cleaning.source(contributed.entry.read(path, path.parent))


def written(tmp_path, title="A", more="", body="Words."):
    path = tmp_path / NAME
    text = ENTRY.format(title=title, more=more, body=body)
    path.write_text(text, "utf-8")
    return path


def test_unknown_keys_never_reach_the_blog(tmp_path):
    keys = "slug: ../../out\ntemplate: ../../x\nhide: [toc]\nstatus: new"
    text = source(written(tmp_path, more=keys))
    front = parsed(text, "a.md").meta
    assert front == {
        "title": "A",
        "date": date(2026, 11, 20),
        "authors": ["journal"],
        "chapters": [3],
        "categories": ["Learned"],
        "tags": ["softmax", "<b>"],
        "description": "a b",
        "draft": False,
    }
    assert text.endswith("---\n\nWords.\n")


@pytest.mark.parametrize("title", ["a\\n\\n# b", "a\\0b", "a\\ud800b"])
def test_a_title_is_one_line_that_a_file_can_hold(tmp_path, title):
    told = parsed(source(written(tmp_path, title=title)), "a.md").meta["title"]
    assert told.isprintable()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("a: &a [b]\nc: [*a, *a]", "anchors"),
        ("a: !!python/object/apply:os.system [id]", "tags"),
        ("title: twice", "twice"),
        ("a: [", "no YAML"),
        (f"a: {'[' * 1000}b", "no YAML"),
    ],
)
def test_what_is_not_plain_stops_the_build(tmp_path, more, told):
    with pytest.raises(Faulty, match=told):
        source(written(tmp_path, more=more))


@pytest.mark.parametrize(
    "line",
    [
        '--8<-- "../mkdocs.yml"',
        '--8<-- "/etc/passwd"',
        '--8<-- "https://example.org/a"',
        '--8<-- "layers.py"',
        '--8<-- "layers.py:1:5"',
        '--8<-- "layers.py:ch03-dense;../mkdocs.yml"',
        "  -8<- 'layers.py'",
        '-----8<--- "layers.py"',
        "--8<--\nlayers.py\n--8<--",
        '--8<--\t"layers.py"',
    ],
)
def test_only_sections_are_included(tmp_path, line):
    path = written(tmp_path, body=f"```python\n{line}\n```\n\n{line}")
    html = included(source(path))
    assert "8<-" in html
    assert "import numpy" not in html
    assert "site_name" not in html


def included(text):
    """Return a page on which the site's snippets have done their work."""
    options = {"base_path": [str(ROOT / "nnfs_code")], "check_paths": True}
    parser = Markdown(
        extensions=["pymdownx.snippets"],
        extension_configs={"pymdownx.snippets": options},
    )
    lines = text.split("\n")
    for step in parser.preprocessors:
        if type(step).__name__ == "SnippetPreprocessor":
            lines = step.run(lines)
    return "\n".join(lines)


def test_a_section_is_included(tmp_path):
    line = '--8<-- "layers.py:ch03-dense"'
    path = written(tmp_path, body=f"```python\n{line}\n```")
    assert "class Dense" in included(source(path))


TEMPLATE = jinja2.Environment(autoescape=False).from_string(
    '<title>{{ title }}</title><a aria-label="{{ title | e }}">{{ title }}</a>'
)


def test_words_of_the_front_matter_are_escaped_once():
    meta = {"title": 'a & "b" <img>', "tags": ["<i>"], "description": "<u>"}
    cleaning.escape(meta)
    once = "a &amp; &#34;b&#34; &lt;img&gt;"
    assert TEMPLATE.render(meta) == (
        f'<title>{once}</title><a aria-label="{once}">{once}</a>'
    )
    assert [str(tag) for tag in meta["tags"]] == ["&lt;i&gt;"]
    assert str(meta["description"]) == "&lt;u&gt;"
    author = Author("<b>", "<i>")
    cleaning.escape(vars(author))
    assert str(author.name + author.description) == "&lt;b&gt;&lt;i&gt;"


@pytest.mark.parametrize(
    "html",
    [
        *("<p onclick='a()'>a</p>", "<a href='javascript:a()'>a</a>"),
        *("<script>a()</script>", "<p id='__search'>a</p>", "<!-- a -->"),
        "<a title='<b>'>a</a>",
    ],
)
def test_the_search_for_harm_would_find_it(html):
    with pytest.raises(AssertionError):
        assert_harmless(html)
