"""The pages look as they would with the whole style sheets."""

import itertools
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import styles
from building import ROOT
from test_browser import TYPES, WIDTHS, search

pytestmark = pytest.mark.browser

# How the first two elements of each kind look, and what CSS puts around them.
STYLES = """() => {
  // These change while a page finds its place: not a matter of the styles.
  const MOVING = ".md-header, .md-header__inner, .md-sidebar," +
    ".md-sidebar__scrollwrap"
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


def whole_sheets(tab, site):
    """Give a page the style sheets as they were before the build."""
    import material

    theme = Path(material.__file__).parent / "templates"

    def answer(route):
        name = urlsplit(route.request.url).path.lstrip("/")
        if name == "assets/site.css":
            body = styles.joined(ROOT / "docs/assets")
        else:
            body = next(
                f.read_text("utf-8")
                for f in (ROOT / "docs" / name, theme / name)
                if f.exists()
            )
        assert len(body) > len((site / name).read_text("utf-8"))
        tab.sheets += 1
        route.fulfill(body=body, content_type="text/css")

    tab.route("**/*.css", answer)


def at_once(route):
    """Let the theme see to all code at once, not when it comes into view."""
    response = route.fetch()
    page = response.text()
    assert '"content.lazy"' in page
    body = page.replace('"content.lazy"', '"content.at-once"')
    route.fulfill(response=response, body=body)


def computed(browser, address, site, page, scheme, width, whole, searched=""):
    """Return how each element of a page looks, on screen and on paper."""
    wide, high = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": wide, "height": high},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    tab = context.new_page()
    tab.sheets = 0
    if whole:
        whole_sheets(tab, site)
    tab.route(address + page, at_once)
    tab.goto(address + page, wait_until="networkidle")
    if searched:
        search(tab, searched)
    tab.wait_for_timeout(600)  # the header has found its place
    found = tab.evaluate(STYLES)
    below_header = {"x": 0, "y": 110, "width": wide, "height": high - 110}
    picture = tab.screenshot(
        animations="disabled", caret="hide", clip=below_header
    )
    tab.emulate_media(media="print")
    found += tab.evaluate(STYLES)
    sheets = tab.sheets
    context.close()
    assert sheets >= 2 * whole
    return found, picture


def assert_same_looks(*arguments, **options):
    """A missing rule shows at each try; a page still loading at one.

    What a page looks like can depend on when the theme marked its contents,
    so each look of one kind may meet any look of the other.
    """
    lights, wholes = [], []
    for _ in range(4):
        lights.append(computed(*arguments, whole=False, **options))
        wholes.append(computed(*arguments, whole=True, **options))
        pairs = list(itertools.product(lights, wholes))
        if any(differences(*pair) == [] for pair in pairs):
            break
    assert min((differences(*pair) for pair in pairs), key=len) == []
    assert len(lights[0][0]) >= 8


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
    assert_same_looks(browser, address, site, TYPES[kind], scheme, width)


@pytest.mark.parametrize("width", WIDTHS)
def test_searching_looks_the_same_with_the_whole_styles(
    browser, address, site, width
):
    page = TYPES["chapter"]
    assert_same_looks(
        browser, address, site, page, "light", width, searched="softmax"
    )
