"""What goes to a reader at less cost means the same."""

import re
from pathlib import Path

from layout import light

ROOT = Path(__file__).parents[2]
BLOCK = '<div class="language-python highlight"><pre>x</pre></div>\n'
OUTPUT = '<div class="language-output highlight"><pre>1</pre></div>\n'


def test_a_block_that_prints_is_marked():
    marked = BLOCK.replace("highlight", "highlight prints")
    assert light.lighten(BLOCK * 2 + OUTPUT) == BLOCK + marked + OUTPUT
    plain = '<pre><span class="n">x</span><span class="k">as</span></pre>'
    assert light.lighten(plain) == '<pre>x<span class="k">as</span></pre>'
    assert light.lighten("<table></table>") == "<div><table></table></div>"
    apart = BLOCK + "<p>a</p>" + OUTPUT
    assert light.lighten(apart) == apart


def bare(css):
    """Return the signs of CSS, without comments, in order."""
    return re.sub(r"/\*[\s\S]*?\*/|\s", "", css)


def test_our_sheets_become_one_and_keep_their_rules():
    whole = light.joined(ROOT / "docs/assets")
    small = light.sheet(whole)
    assert len(small) < 0.85 * len(whole)
    assert "/*" not in small
    plain = bare(whole).replace(":not([class])", ":not(.classed)")
    # Of a block only the last semicolon is spared.
    assert bare(small) == plain.replace(";}", "}")
