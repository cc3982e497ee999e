"""What axe finds on the pages: nothing."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from building import until
from test_browser import RESTED, TYPES, WIDTHS, opened, search

pytestmark = pytest.mark.browser

# To name each element that is in order takes axe as long as to look.
EVERYTHING = {"resultTypes": ["violations"]}
# What is dark has the same elements: it differs in nothing but its colours.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], **EVERYTHING}
THE_REST = {
    "rules": {rule: {"enabled": False} for rule in COLOURS["runOnly"]},
    **EVERYTHING,
}
# These have on a phone the colours that they have on a wide screen; to look
# at those of each word of code again takes most of the time.
ALIKE = {"exclude": [["pre"], ["li ~ li ~ li"], ["tr ~ tr ~ tr"]]}


def violations(tab, options, context=None):
    found = Axe().run(tab, context=context, options=options)
    return [
        f"{v['id']}: {node['target']} {node['html'][:120]}"
        for v in found.response["violations"]
        for node in v["nodes"]
    ]


def in_each_look(tab):
    """Return what axe finds: light, wide and as on a phone, and dark."""
    found = []
    for scheme, name in (("light", "default"), ("dark", "slate")):
        tab.emulate_media(color_scheme=scheme)
        until(tab, f"document.body.dataset.mdColorScheme === '{name}'")
        tab.set_viewport_size(WIDTHS["wide"])
        tab.evaluate(RESTED)
        found += violations(tab, COLOURS)
        if scheme == "light":
            found += violations(tab, THE_REST)
            tab.set_viewport_size(WIDTHS["narrow"])
            tab.evaluate(RESTED)
            found += violations(tab, COLOURS, ALIKE)
            found += violations(tab, THE_REST)
    return found


@pytest.mark.parametrize("kind", TYPES)
def test_axe_finds_nothing(browser, address, kind):
    tab = opened(browser, address, TYPES[kind])
    found = in_each_look(tab)
    tab.context.close()
    assert found == []


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", "wide"), ("dark", "narrow")]
)
def test_axe_finds_nothing_while_searching(browser, address, scheme, width):
    tab = opened(browser, address, TYPES["privacy"], scheme, width)
    search(tab, "softmax")
    found = violations(tab, EVERYTHING)
    tab.context.close()
    assert found == []


def test_axe_would_find_a_fault(browser, address):
    tab = opened(browser, address, "")
    tab.evaluate(
        "html => document.querySelector('article')"
        ".insertAdjacentHTML('beforeend', html)",
        '<img src="assets/favicon.svg">'
        '<p style="color: #ccc; background: #fff">pale</p>',
    )
    found = [line.partition(":")[0] for line in in_each_look(tab)]
    tab.context.close()
    # Alternatives are not a matter of colours.
    assert sorted(found) == ["color-contrast"] * 3 + ["image-alt"] * 2
