"""The Content-Security-Policy: where it stands and what it would stop."""

import html
import re

import pytest

import policy

PAGE = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<link rel="stylesheet" href="a.css">\n</head><body></body></html>'
)


def test_it_stands_first_after_the_charset():
    page = policy.with_policy(PAGE)
    assert page.replace(policy.meta(), "") == PAGE
    assert f'<meta charset="utf-8">{policy.meta()}' in page


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<p>a</p>",
        PAGE.replace("utf-8", "latin-1"),
        PAGE.replace("<head>", "<head><script src=a.js></script>"),
        PAGE.replace("<head>", "<head><link rel=preload href=a.js>"),
    ],
)
def test_a_page_that_begins_otherwise_is_refused(page):
    with pytest.raises(ValueError, match="expected <meta charset"):
        policy.with_policy(page)


def directives():
    told = re.search('content="([^"]*)"', policy.meta())[1]
    return {
        name: set(sources.split())
        for name, sources in (
            part.split(" ", 1) for part in html.unescape(told).split(";")
        )
    }


def test_it_allows_what_the_site_needs_and_no_more():
    told = directives()
    assert told == {
        "default-src": {"'none'"},
        "script-src": {"'self'", "'wasm-unsafe-eval'"},
        "worker-src": {"'self'"},
        "connect-src": {"'self'"},
        "font-src": {"'self'"},
        "img-src": {"'self'", "data:"},
        "style-src": {"'self'"},
        "style-src-attr": {"'unsafe-inline'"},
        "base-uri": {"'none'"},
        "form-action": {"'none'"},
    }
    for name in ("default-src", "script-src", "style-src"):
        assert "'unsafe-inline'" not in told[name]


def test_only_a_server_at_home_may_put_scripts_into_pages():
    served = policy.with_policy(PAGE, serving=True)
    assert "script-src 'self' 'unsafe-inline';" in served
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy.with_policy(PAGE)
    assert policy.SERVED.keys() == policy.POLICY.keys()


def test_it_costs_few_bytes():
    assert len(policy.meta()) < 300


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("<script>a()</script>", "inline <script>"),
        ("<script type=module>a()</script>", "inline <script>"),
        ("<p onclick=a()>", "onclick of <p>"),
        ("<svg><a ONLOAD=a()>", "onload of <a>"),
        ("<style>*{}</style>", "<style>"),
        ('<a href=" javascript:a()">', "href"),
    ],
)
def test_what_it_would_stop_is_found(planted, told):
    found = policy.blocked(f"{PAGE}\n{planted}")
    assert len(found) == 1
    assert told in found[0]
    assert found[0].startswith("7: ")


@pytest.mark.parametrize(
    "harmless",
    [
        '<script src="a.js"></script>',
        '<script type="application/json">{"onclick": "<style>"}</script>',
        '<script type="application/ld+json">{}</script>',
        '<p style="math-depth:0">on = 1</p>',
        "<code>&lt;script&gt;</code>",
    ],
)
def test_what_it_lets_pass_is_not(harmless):
    assert policy.blocked(PAGE + harmless) == []
