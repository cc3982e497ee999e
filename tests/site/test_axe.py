"""What axe finds on the pages: nothing."""

import pytest

from test_browser import TYPES, WIDTHS, opened, search

pytestmark = pytest.mark.browser


def violations(tab):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab).response["violations"]
    return [
        f"{v['id']}: {node['target']} {node['html'][:120]}"
        for v in found
        for node in v["nodes"]
    ]


def on_both_widths(tab):
    """Return the violations of a page, wide and then as on a phone."""
    found = violations(tab)
    wide, high = WIDTHS["narrow"]
    tab.set_viewport_size({"width": wide, "height": high})
    tab.wait_for_timeout(300)
    return found + violations(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", TYPES)
def test_axe_finds_nothing(browser, address, kind, scheme):
    tab = opened(browser, address, TYPES[kind], scheme)
    found = on_both_widths(tab)
    tab.context.close()
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_searching(browser, address, scheme, width):
    tab = opened(browser, address, TYPES["chapter"], scheme, width)
    search(tab, "softmax")
    found = violations(tab)
    tab.context.close()
    assert found == []


def test_axe_would_find_a_fault(browser, address):
    """The planted fault: a picture without a text alternative."""
    tab = opened(browser, address, "")
    tab.evaluate(
        "document.querySelector('article').insertAdjacentHTML('beforeend',"
        " '<img src=\"assets/favicon.svg\">')"
    )
    found = violations(tab)
    tab.context.close()
    assert any(line.startswith("image-alt") for line in found)
