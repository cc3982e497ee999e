"""The feed is valid Atom, and the same whenever it is built."""

import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree

import contributed
from contributed import Entry
from feed import FEED, atom

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas/atom.rng"))
# What an IRI may hold beside percent escapes (RFC 3987): no space, no quote,
# no bracket, and letters of any script.
IRI = re.compile(r"(?:[\w\-.~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
A = "{http://www.w3.org/2005/Atom}"
TITLE = "Neural Networks from Scratch: reflections"
SITE = "https://example.org/journal/"

ENTRIES = [
    Entry(
        title="Why a < b & c",
        date=date(2026, 11, 21),
        url="reflections/2026-11-21-why/",
        src_uri="reflections/posts/2026-11-21-why.md",
        authors=("The journal's author", "Ἀριστοτέλης"),
        chapters=(3,),
        categories=("Learned", "Hard"),
        tags=("softmax", "学习"),
        description='It says "<script>alert(1)</script>" \x0b& more.',
    ),
    Entry(
        title="First",
        date=date(2026, 11, 20),
        url="reflections/2026-11-20-first/",
        src_uri="reflections/posts/2026-11-20-first.md",
        authors=("The journal's author",),
        categories=("Hard",),
        description="A first note.",
    ),
]


def faults(text: str, base: str) -> list[str]:
    """Check a feed as RFC 4287 asks; return what is wrong."""
    wrong = []
    feed = ET.fromstring(text.encode())
    if feed.tag != f"{A}feed":
        wrong.append("root")
    ids = []
    for node in [feed, *feed.findall(f"{A}entry")]:
        wrong += [
            f"{node.tag} has {len(node.findall(A + name))} {name}"
            for name in ("id", "title", "updated")
            if len(node.findall(A + name)) != 1
        ]
        identity = node.findtext(f"{A}id") or ""
        ids.append(identity)
        if not urlsplit(identity).scheme:
            wrong.append(f"id is not absolute: {identity}")
        for name in ("updated", "published"):
            wrong += [
                f"time: {when.text}"
                for when in node.findall(A + name)
                if not re.fullmatch(
                    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", when.text or ""
                )
            ]
        links = node.findall(f"{A}link")
        relations = [link.get("rel") for link in links]
        if relations.count("alternate") != 1:
            wrong.append("alternate")
        wrong += [
            f"link: {link.attrib}"
            for link in links
            if not urljoin(base, link.get("href", "")).startswith(base)
        ]
        wrong += [
            "category"
            for category in node.findall(f"{A}category")
            if not category.get("term")
        ]
    for entry in feed.findall(f"{A}entry"):
        authors = entry.findall(f"{A}author")
        if not authors or not all(a.findtext(f"{A}name") for a in authors):
            wrong.append("author")
    if not any(link.get("rel") == "self" for link in feed.findall(f"{A}link")):
        wrong.append("self")
    if len(set(ids)) < len(ids):
        wrong.append("ids are not unique")
    return wrong


@pytest.mark.parametrize("entries", [ENTRIES, [], ENTRIES[1:]])
@pytest.mark.parametrize("site_url", [SITE, None, ""])
def test_the_feed_is_valid(entries: list[Entry], site_url: str | None) -> None:
    text = atom(entries, site_url=site_url, title=TITLE)
    assert faults(text, f"{SITE}reflections/") == []
    assert text == atom(entries, site_url=site_url, title=TITLE)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<updated>2026-11-20T00:00:00Z</updated>", "", "has 0 updated"),
        ("2026-11-20-first/</id>", "2026-11-21-why/</id>", "not unique"),
        ("<id>https://example.org/", "<id>", "not absolute"),
        ("T00:00:00Z", "", "time: "),
        ('rel="self"', 'rel="next"', "self"),
        ("<name>The journal's author</name>", "", "author"),
    ],
)
def test_the_check_finds_faults(old: str, new: str, message: str) -> None:
    text = atom(ENTRIES, site_url=SITE, title=TITLE)
    assert old in text
    found = faults(text.replace(old, new), f"{SITE}reflections/")
    assert any(message in fault for fault in found)


def test_golden() -> None:
    golden = (GOLDEN / "feed.xml").read_text("utf-8")
    assert golden == atom(
        ENTRIES, site_url=SITE, title=TITLE, subtitle="Dated notes."
    )


def test_text_arrives_as_it_was_written() -> None:
    feed = ET.fromstring(atom(ENTRIES, site_url=None, title=TITLE).encode())
    entry = feed.find(f"{A}entry")
    assert entry is not None
    assert entry.findtext(f"{A}title") == "Why a < b & c"
    # XML has no way to hold the control character.
    assert entry.findtext(f"{A}summary") == (
        'It says "<script>alert(1)</script>" & more.'
    )
    assert [c.get("term") for c in entry.findall(f"{A}category")] == [
        "Learned",
        "Hard",
        "softmax",
        "学习",
    ]


def test_the_time_is_the_newest_entrys() -> None:
    for entries, day in (
        (ENTRIES[::-1], "2026-11-21"),
        ([], "2026-11-22"),
    ):
        feed = ET.fromstring(atom(entries, site_url=None, title=TITLE))
        assert feed.findtext(f"{A}updated") == f"{day}T00:00:00Z"


def test_addresses_without_a_site() -> None:
    feed = ET.fromstring(atom(ENTRIES, site_url=None, title=TITLE).encode())
    identity = "tag:nnfs-journal.invalid,2026:"
    assert feed.findtext(f"{A}id") == f"{identity}{FEED}"
    links = [link.get("href") for link in feed.iter(f"{A}link")]
    assert links == ["feed.xml", "./", "2026-11-21-why/", "2026-11-20-first/"]


def test_full_text() -> None:
    html = "<p>A &amp; <em>b</em></p>"
    text = atom(
        ENTRIES, site_url=SITE, title=TITLE, contents={ENTRIES[1].url: html}
    )
    [content] = ET.fromstring(text.encode()).iter(f"{A}content")
    assert (content.get("type"), content.text) == ("html", html)


def refusals(text: str) -> list[str]:
    """Return what the grammar of RFC 4287 refuses in a feed."""
    SCHEMA.validate(etree.fromstring(text.encode()))
    return [str(error.message) for error in SCHEMA.error_log]


@pytest.mark.parametrize("site_url", [SITE, None])
@pytest.mark.parametrize("entries", [ENTRIES, []])
def test_the_schema_of_atom_accepts_the_feed(
    entries: list[Entry], site_url: str | None
) -> None:
    contents = {ENTRIES[1].url: "<p>A &amp; <em>b</em></p>"}
    text = atom(
        entries,
        site_url=site_url,
        title=TITLE,
        subtitle="Dated notes.",
        contents=contents,
    )
    assert refusals(text) == []


def test_the_schema_of_atom_accepts_the_journals_feed(root: Path) -> None:
    written = contributed.entries(root)
    assert len(written) >= 3
    for site_url in (SITE, None):
        text = atom(written, site_url=site_url, title=TITLE)
        assert refusals(text) == []
        assert faults(text, f"{SITE}reflections/") == []


UPDATED = "<updated>2026-11-20T00:00:00Z</updated>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(UPDATED, "", id="no updated"),
        pytest.param(UPDATED, UPDATED * 2, id="two updated"),
        pytest.param("11-21T00:00:00Z", "11-31T00:00:00Z", id="no such day"),
        pytest.param("T00:00:00Z", "", id="a day without a time"),
        pytest.param(f"<id>{SITE}{ENTRIES[1].url}</id>", "", id="no id"),
        pytest.param("<title>First</title>", "", id="no title"),
        pytest.param('href="', 'src="', id="link without href"),
        pytest.param('term="Hard"', 'label="Hard"', id="category"),
        pytest.param("<name>The journal's author</name>", "", id="author"),
        pytest.param('type="text"', 'type="markdown"', id="type of text"),
        pytest.param("<entry>", "<entry><mood>good</mood>", id="unknown"),
        pytest.param('xml:lang="en"', 'xml:lang="e n"', id="language"),
    ],
)
def test_the_schema_of_atom_refuses_a_wrong_feed(old: str, new: str) -> None:
    text = atom(ENTRIES, site_url=SITE, title=TITLE)
    assert old in text
    assert refusals(text.replace(old, new))


@pytest.mark.parametrize("site_url", [SITE, None])
def test_addresses_in_the_feed_are_iris(
    root: Path, site_url: str | None
) -> None:
    written = contributed.entries(root)
    feed = ET.fromstring(atom(written, site_url=site_url, title=TITLE))
    links = [link.get("href", "") for link in feed.iter(f"{A}link")]
    ids = [node.text or "" for node in feed.iter(f"{A}id")]
    assert len(links) == len(written) + 2
    for address in links + ids:
        assert IRI.fullmatch(address), address
    assert not IRI.fullmatch("a b")
