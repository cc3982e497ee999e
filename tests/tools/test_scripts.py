"""A lightened script is the same script."""

from pathlib import Path

import pytest
import quickjs
from pygments.lexers import JavascriptLexer
from pygments.token import Comment

import scripts

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
OURS = sorted(ASSETS.glob("*.js"))


def signs(script):
    """Return what counts in a script, by Pygments."""
    return [
        (kind, text)
        for kind, text in JavascriptLexer().get_tokens(script)
        if kind not in Comment and text.strip()
    ]


def parses(script):
    """Let an engine read a script, without running it."""
    quickjs.Context().eval(f"(() => {{\n{script}\n}})")


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_scripts_stay_what_they_are(path):
    script = path.read_text("utf-8")
    light = scripts.lighten(script)
    assert signs(light) == signs(script)
    parses(light)
    assert len(light) < 0.8 * len(script)
    assert scripts.lighten(light) == light


def test_a_broken_script_would_be_seen():
    script = OURS[-1].read_text("utf-8")
    with pytest.raises(quickjs.JSException, match="SyntaxError"):
        parses(scripts.lighten(script).replace("\n", " "))


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("var a = 1 // one\nvar b = 2\n;[a, b].join(' , ')", "1 , 2"),
        ("`x  // ${ 1 + 1 }\n  y`", "x  // 2\n  y"),
        ("'/* a */' + \"  // b\"", "/* a */  // b"),
        ("(() => { return /* a\n b */ 5 })() + ''", "undefined"),
        ("'a // b'.replace(/\\/\\/ b/, '')", "a "),
        ("var x = 1; x + + x + x++ + ''", "3"),
        ("typeof 'a' + ( 'b' in { b : 1 } )", "stringtrue"),
    ],
)
def test_a_script_gives_what_it_gave(script, answer):
    assert quickjs.Context().eval(script) == answer
    assert quickjs.Context().eval(scripts.lighten(script)) == answer


def test_only_strings_speak():
    script = "gone('md-open', `x-${lost}`) // 'never'"
    assert scripts.words(script) == {"md-open", "x-"}
