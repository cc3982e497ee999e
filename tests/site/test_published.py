"""The site as it is published: its map, its feed, what programs read."""

import re
from datetime import date
from itertools import chain

import pytest
from lxml import etree

from building import ROOT, ran
from layout import course
from test_build import ORIGIN, file_of

S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def site_map(published_site):
    return (published_site / "sitemap.xml").read_bytes()


def test_the_map_has_every_page_and_no_other(published_site, site_map):
    places = [url.findtext(f"{S}loc") for url in etree.fromstring(site_map)]
    listed = {file_of(place, published_site) for place in places}
    pages = set(published_site.rglob("*.html"))
    assert listed == pages - {published_site / "404.html"}


def test_the_map_tells_the_day_of_the_commit(site_map):
    when = {
        url.findtext(f"{S}loc"): url.findtext(f"{S}lastmod")
        for url in etree.fromstring(site_map)
    }
    for chapter in course.chapters(course.load(ROOT, {})[0]).values():
        log = ("git", "log", "-1", "--format=%cs", "--")
        day = ran(*log, f"docs/{chapter.page}").stdout.strip()
        assert when[f"{ORIGIN}chapters/{chapter.name}/"] == day
    assert all(date.fromisoformat(day) for day in when.values() if day)


def test_robots_are_shown_the_map(published_site, site):
    said = (published_site / "robots.txt").read_text("utf-8")
    assert f"Sitemap: {ORIGIN}sitemap.xml" in said.splitlines()
    assert "Disallow" not in said
    assert "Sitemap" not in (site / "robots.txt").read_text("utf-8")


def test_what_language_models_read_links_every_page(published_site, site):
    for folder, origin in ((published_site, ORIGIN), (site, "")):
        text = (folder / "llms.txt").read_text("utf-8")
        links = re.findall(r"\]\(([^)\s]+)\)", text)
        assert all(link.startswith(origin) for link in links)
        linked = {
            file_of(ORIGIN + link.removeprefix(origin), folder)
            for link in links
        }
        kinds = "chapters", "notebooks", "resources", "reference", "about"
        pages = [folder.glob(f"{kind}/*/index.html") for kind in kinds]
        pages += [folder.glob("reflections/2026-*/index.html")]
        assert linked == {*chain(*pages), folder / "reflections/feed.xml"}


@pytest.mark.parametrize("page", ["", "chapters/05-loss/", "reflections/"])
def test_the_feed_is_found_from_the_pages(published_site, page):
    text = (published_site / page / "index.html").read_text("utf-8")
    found = re.search(
        r'<link rel="alternate feed" type="application/atom\+xml" [^>]*'
        r'href="([^"]+)">',
        text,
    )
    feed = (published_site / page / found[1]).resolve()
    assert feed == (published_site / "reflections/feed.xml").resolve()


def test_the_feed_leads_to_full_addresses(published_site):
    feed = etree.parse(published_site / "reflections/feed.xml")
    links = feed.xpath("//*[local-name() = 'link']/@href")
    assert len(links) >= 5
    for link in links:
        assert link.startswith(ORIGIN)
        assert file_of(link, published_site), link


def test_security_is_where_github_and_readers_look(published_site):
    source = (ROOT / "SECURITY.md").read_text("utf-8")
    page = (published_site / "about/security/index.html").read_text("utf-8")
    for heading in re.findall(r"^## (.+)$", source, re.M):
        assert heading in page
    # GitHub shows the file as it is: no link may be relative to the site.
    for link in re.findall(r"\]\(([^)]+)\)", source):
        assert link.startswith("https://")
