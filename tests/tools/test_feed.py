"""The feed is valid Atom, and the same whenever it is built."""

import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import jinja2
import pytest
from lxml import etree

from contributed import Entry
from contributed.entry import entry_of, read

SOURCE = (Path(__file__).parents[2] / "docs/reflections/feed.xml").read_text(
    "utf-8"
)
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas/atom.rng"))
# What an IRI may hold beside percent escapes (RFC 3987): no space, no quote,
# no bracket, and letters of any script.
IRI = re.compile(r"(?:[\w\-.~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
A = "{http://www.w3.org/2005/Atom}"
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
        description='It says "<script>alert(1)</script>" & more.',
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


def atom(entries: list[Entry], site_url: str | None) -> str:
    """Return the feed as MkDocs writes it."""
    config = {"site_url": site_url, "site_name": "Networks & more"}
    return jinja2.Template(SOURCE).render(config=config, entries=entries)


def refusals(text: str) -> list[str]:
    """Return what the grammar of RFC 4287 refuses in a feed."""
    SCHEMA.validate(etree.fromstring(text.encode()))
    return [str(error.message) for error in SCHEMA.error_log]


def test_text_arrives_as_it_was_written() -> None:
    feed = ET.fromstring(atom(ENTRIES, None).encode())
    assert feed.findtext(f"{A}title") == "Networks & more: reflections"
    entry = feed.find(f"{A}entry")
    assert entry is not None
    assert entry.findtext(f"{A}title") == "Why a < b & c"
    assert entry.findtext(f"{A}summary") == (
        'It says "<script>alert(1)</script>" & more.'
    )
    assert [c.get("term") for c in entry.findall(f"{A}category")] == [
        *("Learned", "Hard", "softmax", "学习"),
    ]


def test_the_time_is_the_newest_entrys() -> None:
    for day, entries in (("2026-11-21", ENTRIES[::-1]), ("2026-11-22", [])):
        feed = ET.fromstring(atom(entries, None))
        assert feed.findtext(f"{A}updated") == f"{day}T00:00:00Z"


def test_what_xml_cannot_hold_does_not_arrive(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-21-a-note.md"
    front = r'title: "a\uFFFE\uFFFFb"' + "\nauthors: [x]\ndescription: c"
    path.write_text(f"---\n{front}\n---\n", "utf-8")
    found = entry_of(read(path, tmp_path))
    assert refusals(atom([found], SITE)) == []
    assert found.title == "ab"


def test_addresses_without_a_site() -> None:
    feed = ET.fromstring(atom(ENTRIES, None).encode())
    identity = "tag:nnfs-journal.invalid,2026:"
    assert feed.findtext(f"{A}id") == f"{identity}reflections/feed.xml"
    links = [link.get("href") for link in feed.iter(f"{A}link")]
    assert links == ["feed.xml", "./", "2026-11-21-why/", "2026-11-20-first/"]


@pytest.mark.parametrize("site_url", [SITE, None])
@pytest.mark.parametrize("entries", [ENTRIES, [], ENTRIES[1:]])
def test_the_schema_of_atom_accepts_the_feed(
    entries: list[Entry], site_url: str | None
) -> None:
    assert refusals(atom(entries, site_url)) == []


UPDATED = "<updated>2026-11-20T00:00:00Z</updated>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (UPDATED, ""),
        ("11-21T00:00:00Z", "11-31T00:00:00Z"),  # no such day
        (f"<id>{SITE}{ENTRIES[1].url}</id>", ""),
        ("<name>The journal&#39;s author</name>", ""),
        ("<entry>", "<entry><mood>good</mood>"),
    ],
)
def test_the_schema_of_atom_refuses_a_wrong_feed(old: str, new: str) -> None:
    text = atom(ENTRIES, SITE)
    assert old in text
    assert refusals(text.replace(old, new))
