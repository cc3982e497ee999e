"""The book says what the pages say, in the form that readers of EPUBs ask."""

import io
import re
import shutil
import zipfile

import pytest
from PIL import Image

import book
import book_check
import book_pages
import book_print
from building import EPOCH, ROOT

CHOSEN = [
    "parts/1-forward/",
    "chapters/01-introducing-neural-networks/",
    "chapters/04-activation-functions/",
    "notebooks/04-bending-the-plane/",
    "resources/glossary/",
    "resources/bibliography/",
]


@pytest.fixture(scope="module")
def made(site, tmp_path_factory):
    """A book of a few pages, its faults, and the folder that it is in."""
    patch = pytest.MonkeyPatch()
    patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    folder = tmp_path_factory.mktemp("book")
    path, faults = book.make(ROOT, site, folder, chosen=CHOSEN)
    yield path, faults
    patch.undo()


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_nothing_is_wrong_with_it(made):
    assert made[1] == []


def test_every_page_of_the_course_is_in_the_whole_book(site):
    chosen = book_pages.addresses(ROOT)
    assert len(chosen) == len(set(chosen))
    for kind in ("chapters", "notebooks"):
        built = sorted((site / kind).glob("[0-9]*/index.html"))
        assert [path.parent.name for path in built] == [
            address.split("/")[1]
            for address in chosen
            if address.startswith(kind)
        ]
    assert all((site / address / "index.html").exists() for address in chosen)


def test_it_says_what_it_is(made):
    files = members(made[0])
    opf = files["EPUB/content.opf"].decode()
    for said in (
        "<dc:language>en</dc:language>",
        "urn:uuid:",
        "Neural Networks from Scratch",
        "CC BY 4.0",
        "schema:accessMode",
        "alternativeText",
        "MathML",
        'properties="cover-image"',
    ):
        assert said in opf, said
    nav = files["EPUB/nav.xhtml"].decode()
    assert "4. Activation functions" in nav
    assert "Exercises" in nav
    chapter = files["EPUB/text/ch003.xhtml"].decode()
    assert "<title>4. Activation functions</title>" in chapter
    title = files["EPUB/text/title_page.xhtml"].decode()
    assert "MIT" in title
    assert re.search(r"\d+ \w+ 20\d\d", title)


def test_code_keeps_its_colours_and_formulas_their_signs(made):
    files = members(made[0])
    text = "".join(
        data.decode() for name, data in files.items() if "/ch0" in name
    )
    assert text.count("<math xmlns=") > 150
    assert '<span class="k">def</span>' in text
    assert 'class="headerlink"' not in text
    assert "<script" not in text
    assert "<details" not in text
    assert "8&lt;--" not in text


def test_the_same_source_gives_the_same_bytes(made, site, tmp_path):
    again, _ = book.make(ROOT, site, tmp_path, chosen=CHOSEN)
    assert again.read_bytes() == made[0].read_bytes()


def test_links_lead_to_the_site_where_it_is_known(site):
    (page,) = book_pages.read(site, [CHOSEN[2]], "https://journal.example/nn/")
    links = {link.get("href") for link in page.body.xpath("//a[@href]")}
    assert (
        "https://journal.example/nn/code/04-activation-functions.zip" in links
    )
    (page,) = book_pages.read(site, [CHOSEN[2]])
    links = {link.get("href") for link in page.body.xpath("//a[@href]")}
    assert not any(".zip" in link or "../" in link for link in links)


def test_pictures_go_along(site, tmp_path):
    """Two entries may show pictures of one name; each keeps its own."""
    chosen = ["reflections/a/", "reflections/b/"]
    for place, address in enumerate(chosen):
        folder = tmp_path / "site" / address
        folder.mkdir(parents=True)
        image = Image.new("RGB", (60, 40), (place, 0, 0))
        image.save(folder / "arms.png")
        (folder / "index.html").write_text(
            "<article><h1>A day</h1><p><img alt='Three arms' src='arms.png' "
            "width='60' height='40' loading='lazy'></p></article>"
        )
    (tmp_path / "site/assets").symlink_to(site / "assets")
    path, faults = book.make(
        ROOT, tmp_path / "site", tmp_path / "book", chosen=chosen
    )
    assert faults == []
    reds = []
    for name, data in sorted(members(path).items()):
        if name.startswith("EPUB/media/") and b"PNG" in data[:8]:
            with Image.open(io.BytesIO(data)) as image:
                if image.size == (60, 40):
                    reds.append(image.getpixel((0, 0))[0])
    assert reds == [0, 1]
    missing = planted(
        path,
        tmp_path / "bad.epub",
        r"EPUB/text/ch001\.xhtml",
        lambda text: text.replace("<img", "<br").replace("Three", "Two"),
    )
    found = book_check.faults(missing, tmp_path / "site", chosen)
    assert any("drawings" in line for line in found)


@pytest.mark.browser
def test_pictures_are_printed(tmp_path, site, monkeypatch):
    """The page that is printed finds them beside it."""
    folder = tmp_path / "site/reflections/a"
    folder.mkdir(parents=True)
    Image.new("RGB", (60, 40)).save(folder / "arms.png")
    (folder / "index.html").write_text(
        "<article><h1>A day</h1><img alt='Three arms' src='arms.png'>"
        "</article>"
    )
    (tmp_path / "site/assets").symlink_to(site / "assets")
    pages = book_pages.read(tmp_path / "site", ["reflections/a/"])
    printed = tmp_path / "book.pdf"
    program = book_print.chromium()
    assert program
    book_print.write(
        pages, book.about(ROOT), tmp_path / "site", printed, program
    )
    assert b"/Subtype /Image" in printed.read_bytes()


def planted(path, target, name, change):
    """Copy a book with one of its files changed, or left out."""
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(target, "w") as new,
    ):
        for entry in old.infolist():
            data = old.read(entry)
            if re.fullmatch(name, entry.filename):
                fresh = change(data.decode("utf-8", "replace"))
                if fresh is None:
                    continue
                assert fresh.encode() != data
                data = fresh.encode()
            new.writestr(entry, data)
    return target


# Chapter 4 is the third page.
CHAPTER = r"EPUB/text/ch003\.xhtml"
FAULTS = {
    "mimetype": ("mimetype", lambda text: None),
    "not XML": (CHAPTER, lambda text: text.replace("</p>", "", 1)),
    "lists": (r"EPUB/media/file1\.\w+", lambda text: None),
    "does not list": (
        r"EPUB/content\.opf",
        lambda text: re.sub(r"<item [^>]*file2\.[^>]*/>", "", text),
    ),
    "leads nowhere": (
        CHAPTER,
        lambda text: text.replace('href="#', 'href="#gone-', 1),
    ),
    "asks the network": (
        CHAPTER,
        lambda text: re.sub(
            r'src="[^"]+"', 'src="https://example.org/a.svg"', text, count=1
        ),
    ),
    "stands twice": (
        CHAPTER,
        lambda text: re.sub(r"(<p)(>)", r'\1 id="twice"\2', text, count=2),
    ),
    "formulas": (
        CHAPTER,
        lambda text: re.sub(r"<math.*?</math>", "x", text, count=1),
    ),
    "drawings": (
        CHAPTER,
        lambda text: re.sub(r'alt="[^"]+"', 'alt="A figure"', text, count=1),
    ),
    "code": (CHAPTER, lambda text: text.replace("def</span> ", "</span>", 1)),
    "is not in the book": (
        CHAPTER,
        lambda text: text.replace('id="chapters-04', 'id="chapters-14'),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(made, site, tmp_path, fault):
    name, change = FAULTS[fault]
    path = planted(made[0], tmp_path / "bad.epub", name, change)
    found = book_check.faults(path, site, CHOSEN)
    assert any(fault in line for line in found), found


def test_a_page_without_an_article_is_refused(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/index.html").write_text("<p>nothing</p>")
    with pytest.raises(ValueError, match="expected an <article> in a/"):
        book_pages.read(tmp_path, ["a/"])


def test_the_cover_is_a_picture_and_always_the_same():
    first, second = (book.cover("A title of words", "more") for _ in "ab")
    assert first == second
    assert Image.open(io.BytesIO(first)).size == (1200, 1800)


def test_without_chromium_there_is_no_program(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert book_print.chromium() is None


@pytest.mark.browser
def test_nothing_is_wider_than_the_paper(browser, site, tmp_path):
    """A page with something wider is printed smaller, the whole of it."""
    pages = book_pages.read(site, book_pages.addresses(ROOT))
    text = book_print.combined(pages, book.about(ROOT), site)
    (tmp_path / "book.html").write_text(text, "utf-8")
    paper = round((210 - 2 * 18) / 25.4 * 96)
    context = browser.new_context(viewport={"width": paper, "height": 900})
    tab = context.new_page()
    tab.emulate_media(media="print")
    tab.goto((tmp_path / "book.html").as_uri())
    tab.evaluate("document.fonts.ready.then(() => true)")
    too_wide = """paper => [...document.querySelectorAll("main *")]
      .filter(node => !node.closest("svg") &&
        node.getBoundingClientRect().right > paper * 1.01)
      .map(node => node.outerHTML.slice(0, 120))"""
    found = tab.evaluate(too_wide, paper)
    tab.evaluate("document.querySelector('main pre').style.width = '900px'")
    planted = tab.evaluate(too_wide, paper)
    context.close()
    assert found == []
    assert planted
