"""The built site: its addresses, its links, its bytes."""

import filecmp
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from building import ROOT, copy_of_repository, mkdocs_build
from layout import course

ORIGIN = "https://journal.example/"


class Document(HTMLParser):
    """The links, the anchors and the pictures of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.pictures = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if found.get("id"):
            self.ids.add(found["id"])
        if tag == "a" and found.get("name"):
            self.ids.add(found["name"])
        for name in ("href", "src"):
            if found.get(name):
                self.links.append((tag, found[name]))
        if tag in ("img", "svg"):
            self.pictures.append((tag, found))


def documents(folder):
    return {
        path.relative_to(folder).as_posix(): Document(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }


def file_of(address, folder):
    """Return the file that answers an address of the site, or None."""
    way = unquote(urlsplit(address).path).lstrip("/")
    path = folder / way
    if path.is_dir():
        path /= "index.html"
    return path if path.is_file() else None


def test_every_link_and_anchor_leads_somewhere(site):
    pages = documents(site)
    broken = []
    count = 0
    for name, page in pages.items():
        here = ORIGIN + name.removesuffix("index.html")
        for tag, link in page.links:
            target, anchor = urldefrag(urljoin(here, link))
            if not target.startswith(ORIGIN):
                continue
            count += 1
            file = file_of(target, site)
            if file is None:
                broken.append(f"{name}: <{tag}> {link}")
            elif anchor and file.suffix == ".html":
                other = pages[file.relative_to(site).as_posix()]
                if unquote(anchor) not in other.ids | {"__search", "__drawer"}:
                    broken.append(f"{name}: no anchor {link}")
    assert broken == []
    assert count > 1000


def test_links_inside_the_downloaded_notebooks_lead_somewhere(site):
    broken = []
    for path in sorted((site / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] != "markdown":
                continue
            text = "".join(cell["source"])
            for link in re.findall(r"\]\(([^)]+)\)", text):
                if urlsplit(link).scheme in ("https", "mailto"):
                    continue
                target = link.partition("#")[0]
                if not (ROOT / "docs" / "notebooks" / target).exists() and (
                    not (ROOT / "docs" / "notebooks" / target)
                    .with_suffix(".py")
                    .exists()
                    and not (ROOT / "resources" / Path(target).name).exists()
                ):
                    broken.append(f"{path.name}: {link}")
    assert broken == []


def test_addresses_are_where_they_will_stay(site):
    for chapter in course.chapters(course.load(ROOT)[0]).values():
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


def test_every_placeholder_is_filled(site):
    left = {
        path.relative_to(site).as_posix(): found
        for path in site.rglob("*.html")
        if (
            found := re.findall(
                r"<!-- [a-z\d/-]+ -->", path.read_text("utf-8")
            )
        )
    }
    assert left == {}


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
        assert not re.search(r"<!-- [a-z-]+ -->", text), path
        assert 'class="arithmatex">\\(' not in text, path


def test_every_picture_has_a_text_alternative(site):
    bare = []
    for name, page in documents(site).items():
        for tag, found in page.pictures:
            if tag == "img" and "alt" not in found:
                bare.append(f"{name}: {found.get('src')}")
            if tag == "svg" and found.get("role") == "img":
                label = found.get("aria-label") or found.get("aria-labelledby")
                if not label:
                    bare.append(f"{name}: svg {found.get('class')}")
    assert bare == []


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


def test_the_feed_has_full_addresses_once_the_site_has_one(published_site):
    feed = ET.parse(published_site / "reflections" / "feed.xml").getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    links = [
        link.get("href")
        for entry in feed.iter(f"{atom}entry")
        for link in entry.iter(f"{atom}link")
    ]
    assert len(links) >= 3
    for link in links:
        assert link.startswith(ORIGIN)
        assert file_of(link, published_site) is not None, link


def test_the_same_source_builds_the_same_bytes_anywhere(site, tmp_path):
    """In another folder, from nothing: its notebooks are run anew as well."""
    copy = tmp_path / "deeper" / "copy"
    if (ROOT / ".git").exists():  # pages tell when they were changed
        clone = ["git", "clone", "-q", "--no-checkout", str(ROOT), str(copy)]
        subprocess.run(clone, check=True)
    copy_of_repository(copy)
    shutil.rmtree(copy / ".cache", ignore_errors=True)
    done = mkdocs_build(copy, copy / "site", PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr[-3000:]
    built = [site, copy / "site"]
    names = [
        sorted(
            p.relative_to(b).as_posix() for p in b.rglob("*") if p.is_file()
        )
        for b in built
    ]
    assert names[0] == names[1]
    _, different, unread = filecmp.cmpfiles(*built, names[0], shallow=False)
    assert different == []
    assert unread == []
