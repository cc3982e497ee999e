"""The site's own parts under its Content-Security-Policy, in a browser."""

import re

import pytest
from jinja2 import Template

from building import ROOT, SITE_URL, served, until
from policy import META
from test_browser import CHAPTERS, opened

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def published(published_site):
    assert SITE_URL in (published_site / "sitemap.xml").read_text("utf-8")
    with served(published_site) as address:
        yield address


def test_it_allows_what_the_site_needs_and_no_more(published_site):
    page = (published_site / "index.html").read_text("utf-8")
    assert META.search(page)[1] == (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
        "worker-src 'self'; connect-src 'self'; font-src 'self'; "
        "img-src 'self' data:; style-src 'self'; "
        "style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )


def test_only_a_server_at_home_may_put_scripts_into_pages():
    source = (ROOT / "docs/overrides/main.html").read_text("utf-8")
    start = source.index("{% set script")
    told = Template(
        source[start : source.index("{{ super() }}", start)] + "{% endblock %}"
    )
    served = told.render(config={"extra": {"serving": True}})
    assert "script-src 'self' 'unsafe-inline';" in served


def test_code_is_copied(browser, published):
    tab = opened(
        browser,
        published,
        f"chapters/{CHAPTERS[2]}/",
        permissions=["clipboard-read", "clipboard-write"],
    )
    block = tab.locator(".language-python").first
    block.hover()
    block.locator("button[data-md-type=copy]").click()
    tab.wait_for_timeout(200)
    copied = tab.evaluate("navigator.clipboard.readText()")
    code = block.locator("code").inner_text()
    errors = tab.errors
    tab.context.close()
    assert copied.strip() == code.strip()
    assert errors == []


@pytest.mark.parametrize("system", ["light", "dark"])
def test_colours_are_there_before_the_themes_script(
    browser, published, system
):
    tab = opened(browser, published, "parts/", system)
    scheme = "document.body.dataset.mdColorScheme"
    follows = {"light": "default", "dark": "slate"}[system]
    assert tab.evaluate(scheme) == follows
    # The next two choices: light, then dark.
    for chosen in ("default", "slate"):
        tab.locator("label.md-header__button[for^=__palette]:visible").click()
        until(tab, f"{scheme} === '{chosen}'")
    tab.route("**/bundle*.js", lambda route: route.abort())
    tab.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        "  window.early = document.body.dataset.mdColorScheme })"
    )
    for page in ("", f"chapters/{CHAPTERS[2]}/"):
        tab.goto(published + page, wait_until="load")
        assert tab.evaluate("window.early") == "slate", page
    tab.context.close()


def test_the_script_of_every_page_is_the_same_file(published_site):
    for path in published_site.rglob("*.html"):
        page = path.read_text("utf-8")
        head = page[: page.index("</head>")]
        found = re.findall(r'<script src="([^"]*)"', head)
        assert [src.rpartition("/")[2] for src in found] == ["site.js"], path
