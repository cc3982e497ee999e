"""The Content-Security-Policy of every page.

The policy is the same on all pages. Instant navigation keeps the policy of
the page where a reader came in, so two policies would have to agree anyway.
It names no hash: the site has no inline script, and a hash that was taken
from the finished page would allow whatever had got into it.
"""

import re
from html.parser import HTMLParser

POLICY = {
    "default-src": "'none'",
    # 'wasm-unsafe-eval' is for a Python that runs in the page.
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    "connect-src": "'self'",
    "font-src": "'self'",
    # The theme's icons are data: in its style sheet.
    "img-src": "'self' data:",
    "style-src": "'self'",
    # Formulas say their depth and their gaps, drawings their width and cells
    # of tables their alignment in attributes. They run nothing.
    "style-src-attr": "'unsafe-inline'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
CHARSET = '<meta charset="utf-8">'
# What these hold is data; a browser does not run it.
DATA = re.compile(r"application/(?:ld\+)?json", re.I)


# A server on a writer's own machine puts a script into each page, which loads
# the page anew when a file is saved. Nothing else allows such scripts.
SERVED = {**POLICY, "script-src": "'self' 'unsafe-inline'"}


def meta(*, serving: bool = False) -> str:
    """Return the element that tells a browser the policy."""
    directives = SERVED if serving else POLICY
    told = ";".join(f"{name} {value}" for name, value in directives.items())
    # "'" may stand bare in an attribute between double quotes.
    return f'<meta http-equiv="Content-Security-Policy" content="{told}">'


def with_policy(page: str, *, serving: bool = False) -> str:
    """Return a finished page with the policy, before anything it governs.

    Raises
    ------
    ValueError
        If the page does not begin as the theme's pages do.
    """
    before, charset, after = page.partition(CHARSET)
    if not charset or re.search(r"<(?:script|link|style|body)\b", before):
        start = " ".join(page[:80].split())
        raise ValueError(f"expected {CHARSET} first in the head, got {start}")
    return f"{before}{charset}{meta(serving=serving)}{after}"


class _Reader(HTMLParser):
    """Note what the policy would stop a page from doing."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        has = dict(attrs)
        line = self.getpos()[0]
        if tag == "style":
            self.found.append(f"{line}: <style>")
        is_data = DATA.fullmatch(has.get("type") or "")
        if tag == "script" and "src" not in has and not is_data:
            self.found.append(f"{line}: inline <script>")
        for name, value in attrs:
            if name.startswith("on"):
                self.found.append(f"{line}: {name} of <{tag}>")
            if re.match(r"\W*javascript:", value or "", re.I):
                self.found.append(f"{line}: {name}={value} of <{tag}>")


def blocked(page: str) -> list[str]:
    """Return what in a page the policy would stop, as ``line: what``.

    >>> blocked('<p onclick="run()">a</p>')
    ['1: onclick of <p>']
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found
