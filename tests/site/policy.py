"""The Content-Security-Policy of a page, and what of a page it would stop."""

import re

import lxml.html

META = re.compile(
    r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">'
)
# What a browser would run or apply; data in a script element is neither.
STOPPED = (
    "//style | //@*[starts-with(name(), 'on')]/.. | //script[not(@src)]"
    "[not(@type='application/json' or @type='application/ld+json')]"
)


def blocked(page):
    """Return what in a page the policy would stop, as ``line: what``."""
    tree = lxml.html.fromstring(page)
    found = [(node.sourceline, node.tag) for node in tree.xpath(STOPPED)]
    found += [
        (node.sourceline, link)
        for node, _, link, _ in tree.iterlinks()
        if re.match(r"\W*javascript:", link, re.I)
    ]
    return [f"{line}: {what}" for line, what in found]
