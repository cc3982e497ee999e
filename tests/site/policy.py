"""The Content-Security-Policy of a page, and what of a page it would stop."""

import re
from html.parser import HTMLParser

META = re.compile(
    r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">'
)
# What these hold is data; a browser does not run it.
DATA = re.compile(r"application/(?:ld\+)?json", re.I)


class _Reader(HTMLParser):
    """Note what the policy would stop a page from doing."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
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


def blocked(page):
    """Return what in a page the policy would stop, as ``line: what``."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found
