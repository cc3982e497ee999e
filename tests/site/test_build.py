"""The built site: its addresses, its links, its bytes."""

import json
import os
import re
import shutil
import zipfile
from itertools import chain
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import lxml.html
import pytest

import weaving
from building import ROOT, copy_of_repository, mkdocs_build, ran
from layout import course

ORIGIN = "https://journal.example/"


def test_the_same_source_builds_the_same_bytes_anywhere(site, tmp_path):
    """In another folder, what is newest made anew; in a full run, all."""
    copy = tmp_path / "deeper" / "copy"
    if (ROOT / ".git").exists():  # pages tell when they were changed
        ran("git", "clone", "-q", "--no-checkout", ROOT, copy)
    copy_of_repository(copy)
    if os.environ.get("FULL"):
        shutil.rmtree(copy / ".cache")
    else:
        for kind in ("notebooks", "figures"):
            max((copy / ".cache" / kind).iterdir()).unlink()
    done = mkdocs_build(copy, copy / "site", PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr[-3000:]
    done = ran("git", "diff", "--no-index", "--stat", site, copy / "site")
    assert done.returncode == 0, done.stdout[-3000:]


def documents(folder):
    """Return path → tree of the pages."""
    return {
        path.relative_to(folder).as_posix(): lxml.html.parse(path).getroot()
        for path in sorted(folder.rglob("*.html"))
    }


def file_of(address, folder, disk=False):
    """Return the file that answers an address of the site, or None.

    A host answers for a folder by its page; from a disk nobody does.
    """
    way = unquote(urlsplit(address).path).lstrip("/")
    path = folder / way
    if path.is_dir() and not disk:
        path /= "index.html"
    return path if path.is_file() else None


def broken(folder, disk=False):
    """Return links to no file or no place in one, and how many there are."""
    pages = documents(folder)
    places = {n: set(p.xpath("//@id | //a/@name")) for n, p in pages.items()}
    count, lost = 0, []
    for name, page in pages.items():
        if disk and name == "404.html":
            continue
        here = ORIGIN + name
        for link in page.xpath("//@href[not(ancestor::use)] | //@src"):
            target, anchor = urldefrag(urljoin(here, link))
            if not target.startswith(ORIGIN):
                continue
            count += 1
            file = file_of(target, folder, disk)
            there = file and places.get(file.relative_to(folder).as_posix())
            known = {"", "__search", "__drawer"}
            if not file or unquote(anchor) not in known | (there or {anchor}):
                lost.append(f"{name}: {link}")
    return lost, count


def test_every_link_and_anchor_leads_somewhere(site):
    lost, count = broken(site)
    assert lost == []
    assert count > 1000


@pytest.mark.parametrize("link", ["gone/", "gone.html", "index.html#gone"])
def test_a_link_that_leads_nowhere_would_be_seen(tmp_path, link):
    (tmp_path / "index.html").write_text('<a href="#a" id="a">a</a>')
    assert broken(tmp_path) == ([], 1)
    (tmp_path / "other.html").write_text(f'<a href="{link}">a</a>')
    assert broken(tmp_path) == ([f"other.html: {link}"], 2)


def test_links_inside_the_downloaded_notebooks_lead_somewhere(site):
    """They are those of the sources, where pages lie beside docs/."""
    broken = []
    for path in sorted((site / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        words = (c["source"] for c in cells if c["cell_type"] == "markdown")
        text = "".join(chain.from_iterable(words))
        for link in re.findall(r"\]\((?!https:|mailto:)([^)#]+)", text):
            place = ROOT / "docs/notebooks" / link
            known = (place, place.with_suffix(".py"))
            known += (ROOT / "resources" / place.name,)
            if not any(one.exists() for one in known):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_addresses_are_where_they_will_stay(site):
    for chapter in course.chapters(course.load(ROOT, {})[0]).values():
        assert (site / "chapters" / chapter.name / "index.html").is_file()
        archive = site / "code" / f"{chapter.name}.zip"
        with zipfile.ZipFile(archive) as opened:
            assert opened.testzip() is None
    for path in (ROOT / "docs" / "notebooks").glob("*.py"):
        assert (site / "notebooks" / path.stem / "index.html").is_file()
        assert (site / "notebooks" / f"{path.stem}.ipynb").is_file()
    for path in (ROOT / "reflections").glob("[0-9]*.md"):
        assert (site / "reflections" / path.stem / "index.html").is_file()
    for name in ("bibliography", "glossary", "names", "notation", "datasets"):
        assert (site / "resources" / name / "index.html").is_file()
    for name in ("404.html", "reflections/feed.xml", "search"):
        assert (site / name).exists()


def test_the_reference_leads_from_each_name_to_its_code(site):
    chapters = course.chapters(course.load(ROOT, {})[0])
    index = (site / "reference/index.html").read_text("utf-8")
    said = r'^(?: {4})?(?:def|class) ([a-zA-Z]\w*)[^"]*:\n +"""'
    count = 0
    for section in weaving.parse_package(ROOT)[0].values():
        if not re.fullmatch(r"[a-z]\w*\.py", section.file):
            continue
        module = section.file.removesuffix(".py")
        assert f'<a href="{module}/">' in index
        page = (site / "reference" / module / "index.html").read_text("utf-8")
        way = f"chapters/{chapters[section.chapter].name}/#{section.name}"
        if module == "capstones":
            way = f"resources/capstones/#{section.name}"
        for name in re.findall(said, section.text, re.M):
            entry = rf'\.{name}">(?:(?!<h[23]).)*?href="\.\./\.\./{way}"'
            assert re.search(entry, page, re.S), f"{section.file}: {name}"
            count += 1
    assert count > 200


def test_sources_and_tools_are_not_published(site):
    names = {path.relative_to(site).parts[0] for path in site.rglob("*")}
    assert not names & {"tools", "overrides", "figures", "course.yml"}
    assert not list(site.rglob("*.py"))
    assert not list(site.rglob("temml*"))


def test_no_page_shows_a_marker_or_a_placeholder(site):
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "8&lt;--" not in text, path
        assert "--8<--" not in text, path
        assert "figure:" not in text.replace("figure: ", ""), path
        assert not re.search(r"<!-- [a-z\d/-]+ -->", text), path
        assert 'class="arithmatex">\\(' not in text, path


def test_every_picture_has_a_text_alternative(site):
    bare = (
        "//img[not(@alt)] |"
        "//svg[@role='img'][not(@aria-label != '' or @aria-labelledby)]"
    )
    for name, page in documents(site).items():
        assert page.xpath(bare) == [], name


def test_the_published_site_links_its_repository(published_site):
    chapters = sorted((published_site / "chapters").glob("*/index.html"))
    page = chapters[2].read_text("utf-8")
    base = "https://github.com/example/journal"
    assert f"{base}/edit/main/docs/chapters/03-adding-layers.md" in page
    lines = re.findall(
        rf'{base}/blob/main/(nnfs_code/[^"]+)#L(\d+)-L(\d+)', page
    )
    assert len(lines) > 10
    for name, first, last in lines:
        source = (ROOT / name).read_text("utf-8").splitlines()
        assert 1 <= int(first) <= int(last) <= len(source)
        assert "[start:" in source[int(first) - 2]


def test_without_a_repository_no_page_links_one(site):
    page = (site / "chapters" / "03-adding-layers" / "index.html").read_text()
    assert "/blob/main/" not in page
    assert "/edit/main/" not in page
