"""The reflections as an Atom feed (RFC 4287)."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import date

from contributed import Entry

# Where the site keeps the feed.
FEED = "reflections/feed.xml"

ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold, not even escaped.
NOT_XML = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
# Before the site has an address, its parts are named by tag: URIs
# (RFC 4151); .invalid is nobody's domain.
AUTHORITY = "nnfs-journal.invalid,2026"


def atom(
    entries: Sequence[Entry],
    *,
    site_url: str | None,
    title: str,
    subtitle: str = "",
    founded: date = date(2026, 11, 22),
    language: str = "en",
    contents: Mapping[str, str] | None = None,
) -> str:
    """Return the feed's text.

    The same entries give the same text: the feed's time is that of its
    newest entry, never that of the build.

    Parameters
    ----------
    entries : sequence of Entry
        What `contributed.entries` returns, the newest first.
    site_url : str or None
        The site's address. Without it the links are relative to the
        feed, and the ids are ``tag:`` URIs.
    title, subtitle : str
        Of the feed, as plain text.
    founded : date
        The feed's time while it has no entry.
    language : str
        Of the feed and its entries.
    contents : mapping of str to str, optional
        Entry's ``url`` → its full HTML. An entry that has none shows its
        description alone.

    Returns
    -------
    str
        A UTF-8 document with its XML declaration and a final newline.
    """
    newest = max((entry.date for entry in entries), default=founded)
    # Attributes stand in the order in which they are given.
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _add(feed, "id", _id(FEED, site_url))
    _add(feed, "title", title)
    if subtitle:
        _add(feed, "subtitle", subtitle)
    _add(feed, "updated", _time(newest))
    _add(feed, "link", rel="self", href=_address(FEED, site_url))
    _add(
        feed, "link", rel="alternate", href=_address("reflections/", site_url)
    )
    for entry in entries:
        _entry(ET.SubElement(feed, "entry"), entry, site_url, contents or {})
    ET.indent(feed)
    text = ET.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _entry(
    parent: ET.Element,
    entry: Entry,
    site_url: str | None,
    contents: Mapping[str, str],
) -> None:
    _add(parent, "id", _id(entry.url, site_url))
    _add(parent, "title", entry.title)
    _add(parent, "link", rel="alternate", href=_address(entry.url, site_url))
    _add(parent, "published", _time(entry.date))
    _add(parent, "updated", _time(entry.date))
    # An entry without an author is not valid Atom.
    for name in entry.authors or ("unknown",):
        _add(_add(parent, "author"), "name", name)
    for term in dict.fromkeys([*entry.categories, *entry.tags]):
        _add(parent, "category", term=term)
    _add(parent, "summary", entry.description, type="text")
    if entry.url in contents:
        _add(parent, "content", contents[entry.url], type="html")


def _add(
    parent: ET.Element, name: str, text: str | None = None, **attributes: str
) -> ET.Element:
    legal = {key: NOT_XML.sub("", value) for key, value in attributes.items()}
    child = ET.SubElement(parent, name, legal)
    if text is not None:
        child.text = NOT_XML.sub("", text)
    return child


def _time(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _address(path: str, site_url: str | None) -> str:
    if site_url:
        return f"{site_url.rstrip('/')}/{path}"
    # From the feed, which lies in reflections/.
    return path.removeprefix("reflections/") or "./"


def _id(path: str, site_url: str | None) -> str:
    if site_url:
        return _address(path, site_url)
    return f"tag:{AUTHORITY}:{path}"
