"""The pages look as they would with the whole style sheets."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

import styles
from building import ROOT
from test_browser import TYPES, WIDTHS, fresh_tab, search

pytestmark = pytest.mark.browser

# How the first two elements of each kind look, and what CSS puts around them.
STYLES = """() => {
  // These change while a page finds its place: not a matter of the styles.
  const MOVING = ".md-header, .md-header__inner, .md-sidebar," +
    ".md-sidebar__scrollwrap"
  // The theme marks in the contents what has been read, sooner or later.
  document.querySelectorAll("[data-md-component=toc] .md-nav__link").forEach(
    (link, place) => {
      link.classList.toggle("md-nav__link--passed", place < 1)
      link.classList.toggle("md-nav__link--active", place === 1)
    })
  const style = document.createElement("style")
  style.textContent =
    "*,::before,::after{animation:none!important;transition:none!important}"
  document.head.append(style)
  const names = [...getComputedStyle(document.body)].filter(
    name => !/^--|^-webkit|^pointer-events/.test(name))
  const looks = [], seen = new Map()
  for (const node of document.querySelectorAll("body, body *")) {
    if (node.closest("math, svg, details:not([open]) > :not(summary)") ||
        node.closest(".md-tabs, .md-top") || node.matches(MOVING)) continue
    const kind = [node, node.parentNode].map(
      n => n.localName + "." + n.className).join(" in ")
    seen.set(kind, (seen.get(kind) || 0) + 1)
    if (seen.get(kind) > 2) continue
    for (const part of [null, "::before", "::after"]) {
      const look = getComputedStyle(node, part)
      if (part && look.content === "none") continue
      looks.push(kind + (part || "") + ": " + names.map(
        name => name + ":" + look.getPropertyValue(name)).join("; "))
    }
  }
  style.remove()
  return looks
}"""


def whole_sheets(tab, site, lost=""):
    """Have ready, beside each style sheet, what it was before the build."""
    import material

    theme = Path(material.__file__).parent / "templates"

    def answer(route):
        name = urlsplit(route.request.url).path.lstrip("/")
        if name == "assets/site.css":
            body = styles.joined(ROOT / "docs/assets") + lost
        else:
            body = next(
                f.read_text("utf-8")
                for f in (ROOT / "docs" / name, theme / name)
                if f.exists()
            )
        assert len(body) > len((site / name).read_text("utf-8"))
        route.fulfill(body=body, content_type="text/css")

    tab.route("**/*.css?whole", answer)


# Another sheet beside each, and when all are there, those alone.
SWAP = """async () => {
  const links = [...document.querySelectorAll("[rel=stylesheet]")]
  await Promise.all(links.map(link => new Promise((loaded, failed) => {
    const other = document.createElement("link")
    other.rel = "stylesheet"
    other.href = link.href + "?whole"
    other.onload = loaded
    other.onerror = failed
    link.after(other)
  })))
  for (const link of links) link.remove()
  return links.length
}"""


def at_once(route):
    """Let the theme see to all code at once, not when it comes into view."""
    response = route.fetch()
    page = response.text()
    assert '"content.lazy"' in page
    body = page.replace('"content.lazy"', '"content.at-once"')
    route.fulfill(response=response, body=body)


def looks(tab):
    """Return how a page at rest looks: each element, and the picture."""
    before, now = None, one_look(tab)
    for _ in range(5):
        if before == now:
            break
        before, now = now, one_look(tab)
    return now


def one_look(tab):
    size = tab.viewport_size
    below_header = {
        **{"x": 0, "y": 110, "width": size["width"]},
        "height": size["height"] - 110,
    }
    picture = tab.screenshot(
        animations="disabled",
        caret="hide",
        clip=below_header,
        mask=[tab.locator("[data-md-component=toc]")],  # marked at any time
    )
    found = tab.evaluate(STYLES)
    tab.emulate_media(media="print")
    found += tab.evaluate(STYLES)
    tab.emulate_media(media="screen")
    return found, picture


def differences_on(
    browser, address, site, page, scheme, width, searched="", lost=""
):
    """Return what changes on a page, on screen or on paper.

    It is given the whole style sheets as it stands, so nothing else can
    differ.
    """
    tab = fresh_tab(browser, scheme, width)
    whole_sheets(tab, site, lost)
    tab.route(address + page, at_once)
    tab.goto(address + page, wait_until="load")
    if searched:
        search(tab, searched)
    tab.wait_for_timeout(300)  # the header has found its place
    light = looks(tab)
    count = tab.evaluate(SWAP)
    whole = looks(tab)
    tab.context.close()
    assert count >= 2
    assert len(light[0]) >= 8
    return differences(light, whole)


def differences(light, whole):
    """Return which elements look otherwise, and how."""
    other = [
        (a.partition(": ")[0], *set(a.split("; ")) ^ set(b.split("; ")))
        for a, b in zip(light[0], whole[0], strict=False)
        if a != b
    ]
    if len(light[0]) != len(whole[0]):
        other.append(("elements", len(light[0]), len(whole[0])))
    if (points := unlike(light[1], whole[1])) >= 50:
        other.append(("points of the picture", points))
    return other


def unlike(one, other):
    """Return how many points of two pictures differ by what an eye sees."""
    import io

    import numpy as np
    from PIL import Image

    a, b = (
        np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=int)
        for data in (one, other)
    )
    return int((abs(a - b).sum(axis=2) > 12).sum())


# What the other kinds of pages hold, these hold too.
RICH = ("start", "chapter", "notebook", "bibliography", "reflections", "tags")
LOOKS = [
    *[(kind, "light", "wide") for kind in TYPES],
    *[(kind, "dark", "narrow") for kind in RICH],
]


@pytest.mark.parametrize(("kind", "scheme", "width"), LOOKS)
def test_the_lightened_styles_look_as_the_whole_ones(
    browser, address, site, kind, scheme, width
):
    found = differences_on(browser, address, site, TYPES[kind], scheme, width)
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_searching_looks_the_same_with_the_whole_styles(
    browser, address, site, width
):
    page = TYPES["privacy"]
    found = differences_on(
        browser, address, site, page, "light", width, searched="softmax"
    )
    assert found == []


def test_a_lost_rule_would_be_seen(browser, address, site):
    """The planted fault: a rule that the build might have left out."""
    for rule in (
        ".md-typeset h1 { letter-spacing: 1px }",
        "@media print { .md-typeset h1 { color: red } }",
    ):
        found = differences_on(
            *(browser, address, site, TYPES["not found"], "light", "wide"),
            lost=rule,
        )
        assert found
