"""What strangers might send, in a real browser, with the validator off.

The corpus of tests/tools/reflections is built into a small copy of the site.
Each entry that can be built is opened and provoked: every element is hovered,
focused and clicked. Nothing of it may run, ask another host or leave. The
same corpus in the stock theme shows that the test would see it.
"""

import json
import re
import shutil
import sys
from urllib.parse import quote, urlsplit

import pytest
from PIL import Image

from building import EPOCH, ROOT, SITE_URL, copy_of_repository, ran, served
from policy import META, blocked

pytestmark = pytest.mark.browser

CORPORA = ROOT / "tests" / "tools" / "reflections"
DAY = "2026-11-20"
HOSTILE = [
    f"{DAY}-{path.name}" for path in sorted((CORPORA / "hostile").glob("*.md"))
]
# Where one kind of attack is enough: each fifth of them.
SOME = HOSTILE[::5]
GOOD = [path.name for path in sorted((CORPORA / "good").glob("*.md"))]
LISTS = ("", "reflections/", "reflections/archive/2026/", "tags/")
PICTURED = "2026-11-01-three-arms"
SHOWS = f"""\
---
title: "Three arms"
date: 2026-11-01
authors: [journal]
chapters: []
categories: [Learned]
tags: []
description: "What I saw."
---

![Three arms, drawn](images/{PICTURED}-arms.png)
"""
AT_ONCE = 8  # tabs that load side by side


# --- Building --------------------------------------------------------------


def build(root, target):
    """Build with the validator off; return what stopped."""
    report = target.with_suffix(".json")
    done = ran(
        *(sys.executable, ROOT / "tests/site/validator_off.py"),
        *(target, report),
        cwd=root,
        NO_MKDOCS_2_WARNING="1",
        SITE_URL=SITE_URL,
        SOURCE_DATE_EPOCH=EPOCH,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(report.read_text("utf-8"))


@pytest.fixture(scope="module")
def small(site, tmp_path_factory):
    """One chapter, no notebook, both corpora; `site` drew the figures."""
    root = copy_of_repository(tmp_path_factory.mktemp("small") / "copy")
    for path in [
        *(root / "docs" / "notebooks").glob("*.py"),
        *(root / "reflections").glob("2*.md"),
    ]:
        path.unlink()
    for path in (root / "docs" / "chapters").glob("*.md"):
        if not path.name.startswith("03-"):
            text = path.read_text("utf-8")
            head = re.match(
                r"---\n.*?\n---\n.*?^# [^\n]+\n", text, re.S | re.M
            )
            path.write_text(f"{head[0]}\nLeft out.\n", "utf-8")
    for path in (CORPORA / "hostile").glob("*.md"):
        shutil.copy(path, root / "reflections" / f"{DAY}-{path.name}")
    for path in (CORPORA / "good").glob("*.md"):
        shutil.copy(path, root / "reflections" / path.name)
    (root / "reflections" / f"{PICTURED}.md").write_text(SHOWS, "utf-8")
    (root / "reflections" / "images").mkdir(exist_ok=True)
    Image.linear_gradient("L").resize((60, 40)).save(
        root / "reflections" / "images" / f"{PICTURED}-arms.png"
    )
    return root


@pytest.fixture(scope="module")
def attacked(small):
    """The small site with the validator off: its folder, what stopped."""
    target = small.parent / "built" / "site"
    target.parent.mkdir()
    return target, build(small, target)


AUTHORS = "authors:\n  journal: {name: A, description: B, avatar: c.svg}\n"
STOCK = """\
site_name: Stock
site_url: https://journal.example/
theme:
  name: material
  font: false
  features: [content.tooltips, content.footnote.tooltips, navigation.footer]
plugins:
  - search
  - tags
  - blog:
      blog_dir: reflections
      post_url_format: "{file}"
      authors_file: ../.authors.yml
      archive: false
      categories: false
      pagination: false
"""


@pytest.fixture(scope="module")
def stock(small):
    """The hostile corpus in the theme as it comes, without our hooks."""
    root = small.parent / "stock"
    posts = root / "docs" / "reflections" / "posts"
    posts.mkdir(parents=True)
    (root / ".authors.yml").write_text(AUTHORS, "utf-8")
    shutil.copytree(small / "nnfs_code", root / "nnfs_code")
    for name in ("index", "tags", "reflections/index"):
        (root / "docs" / f"{name}.md").write_text("# Stock\n", "utf-8")
    for name in SOME:
        shutil.copy(small / "reflections" / name, posts)
    extensions = re.search(
        r"^markdown_extensions:\n(?:[ \n].*\n?)*",
        (ROOT / "mkdocs.yml").read_text("utf-8"),
        re.M,
    )
    (root / "mkdocs.yml").write_text(STOCK + extensions[0], "utf-8")
    return root / "site", build(root, root / "site")


def pages_of(built, names):
    """Return name → address of the entries that are there."""
    site, stopped = built
    found = {}
    for name in names:
        page = f"reflections/{name.removesuffix('.md')}/"
        if (site / page / "index.html").is_file():
            assert name not in stopped
            found[name] = page
    return found


# --- Opening ---------------------------------------------------------------


# What a page might call, to be noted instead.
WITNESS = """
for (const name of ["alert", "confirm", "prompt", "print"])
  window[name] = () => { witness(name); return null }
"""
# Touch every element as a hand, a pen and a keyboard would.
PROVOKE = """() => { window.provoked = (async () => {
  const wait = time => new Promise(resolve => setTimeout(resolve, time))
  if (!window.still) {
    window.still = true
    addEventListener("click", event => {
      const link = event.target.closest?.("a, area")
      if (/^https?:|^mailto:/.test(String(link?.href))) event.preventDefault()
    }, true)
  }
  // The theme's own navigation listens on the body.
  for (const node of document.body.children)
    node.addEventListener("click", event => event.stopPropagation())
  const all = [...document.querySelectorAll(
    "article, article *, .md-post *, .md-footer a *, .md-header__topic *," +
    "[data-md-component=toc] *")]
  for (const node of all) if (node.localName === "details") node.open = true
  for (const node of all)
    for (const type of ["pointerover", "pointerenter", "mouseover",
        "mouseenter", "mousemove", "mousedown", "mouseup", "contextmenu",
        "copy", "wheel", "keydown", "animationstart", "transitionend"])
      node.dispatchEvent(new MouseEvent(type, { bubbles: true }))
  for (const node of all) {
    if (node.matches("a, area, button, input, select, textarea, summary," +
        "iframe, object, embed, [tabindex], [contenteditable]"))
      node.focus({ preventScroll: true })
    if (!/^(button|input|label|summary)$/.test(node.localName) ||
        node.closest("article"))
      node.dispatchEvent(new MouseEvent("click",
        { bubbles: true, cancelable: true }))
  }
  // The theme opens a tooltip when one has stayed.
  const waits = window.patient && document.querySelector("article [title]")
  await wait(waits ? 300 : 20)
})() }"""


class Watch:
    """What pages did that they should not do."""

    def __init__(self, browser, address, *, patient=False):
        self.host = urlsplit(address).netloc
        self.address = address
        self.ran, self.asked, self.left, self.refused = {}, {}, {}, {}
        self.context = browser.new_context(reduced_motion="reduce")
        self.context.add_init_script(WITNESS)
        if patient:
            self.context.add_init_script("window.patient = true")
        self.context.expose_binding("witness", self.saw)
        self.context.on("page", self.another)
        # Not of ours; data: and blob: ask nobody.
        elsewhere = rf"^(?!data:|blob:|about:|http://{re.escape(self.host)}/)"
        self.context.route(re.compile(elsewhere), self.stop)
        self.expected = {}
        self.tabs = []
        self.tabs = [self.context.new_page() for _ in range(AT_ONCE)]
        for tab in self.tabs:
            tab.on("framenavigated", self.moved)
            tab.on("dialog", self.dialog)
            tab.on("console", self.told)

    def place(self, tab):
        return self.expected.get(tab, "?")

    def saw(self, source, *arguments):
        self.ran.setdefault(self.place(source["page"]), []).append(arguments)

    def dialog(self, dialog):
        self.ran.setdefault(self.place(dialog.page), []).append("dialog")
        dialog.dismiss()

    def stop(self, route):
        # What the policy refuses does not come as far as here.
        frame = route.request.frame
        page = frame.page if frame else None
        self.asked.setdefault(self.place(page), []).append(route.request.url)
        route.abort()

    def another(self, page):
        if self.tabs:
            self.left.setdefault("?", []).append("a new window")

    def moved(self, frame):
        tab = frame.page
        want = self.expected.get(tab)
        at = frame.url.removeprefix(self.address).partition("#")[0]
        if frame == tab.main_frame and want not in (None, at):
            self.left.setdefault(want, []).append(frame.url)

    def told(self, message):
        text = message.text
        if "Content Security Policy" in text:
            place = self.place(message.page)
            self.refused.setdefault(place, []).append(text)

    def visit(self, pages):
        """Open pages, some side by side, and provoke each."""
        pages = list(pages)
        for start in range(0, len(pages), AT_ONCE):
            pairs = list(
                zip(self.tabs, pages[start : start + AT_ONCE], strict=False)
            )
            for tab, page in pairs:
                self.expected[tab] = None
                tab.goto(self.address + page, wait_until="commit")
                self.expected[tab] = page
            for step in (PROVOKE, "window.provoked"):
                for tab, _ in pairs:
                    self.settle(tab, step)
        return self

    def settle(self, tab, step):
        try:
            tab.wait_for_load_state("load", timeout=10_000)
            tab.evaluate(step)
        except Exception as error:
            # A page that leaves takes the provocation with it.
            if "navigation" not in str(error) and "closed" not in str(error):
                raise

    def close(self):
        for tab in self.tabs:
            tab.wait_for_timeout(20)
        self.context.close()

    def is_clean(self):
        assert self.ran == {}
        assert self.asked == {}
        assert self.left == {}


def bare(page):
    """Return a page without style and without the theme's script.

    What a browser runs by itself costs little to see then. What the theme's
    script makes of an entry is seen where a test leaves it in.
    """
    page = re.sub(r'<link rel="(?:stylesheet|preload)"[^>]*>', "", page)
    return re.sub(r'<script src="[^"]*/bundle[^"]*"></script>', "", page)


def without_policy(page):
    return META.sub("", page)


def article(page):
    found = re.search(r"<article\b[^>]*>(.*)</article>", page, re.S)
    return found[1] if found else ""


# --- Tests -----------------------------------------------------------------


def test_no_entry_of_the_corpus_is_left_out(attacked):
    _, stopped = attacked
    opened = pages_of(attacked, HOSTILE)
    assert len(opened) >= 250
    drafts = {
        name
        for name in HOSTILE
        if "\ndraft: true\n"
        in (CORPORA / "hostile" / name.removeprefix(f"{DAY}-")).read_text(
            "utf-8", "replace"
        )
    }
    assert set(HOSTILE) - set(opened) - set(stopped) <= drafts


def test_a_picture_has_its_place_before_it_comes(attacked):
    folder = attacked[0] / "reflections" / PICTURED
    page = (folder / "index.html").read_text("utf-8")
    found = re.search(r"<img\b[^>]*-arms\.png[^>]*>", page)
    for told in ('width="60"', 'height="40"', 'loading="lazy"'):
        assert told in found[0]
    source = re.search(r'src="([^"]+)"', found[0])[1]
    assert (folder / source).is_file()


def test_nothing_is_written_outside_the_site(attacked, small):
    site, _ = attacked
    beside = {path.name for path in site.parent.iterdir()}
    assert beside == {"site", "site.json"}
    beside = {path.name for path in small.parent.iterdir()}
    assert beside <= {"built", "copy", "stock"}
    folders = {path.parent for path in site.rglob("2026-*")}
    pictures = site / "reflections" / "images"
    assert folders == {site / "reflections", pictures}
    names = [path.name for path in pictures.iterdir()]
    assert names == [f"{PICTURED}-arms.png"]


def test_nothing_runs_on_a_hostile_page(browser, attacked):
    pages = pages_of(attacked, HOSTILE)
    with served(attacked[0], bare) as address:
        watch = Watch(browser, address).visit([*LISTS, *pages.values()])
        watch.close()
    watch.is_clean()
    # What the sanitiser leaves has nothing that the policy must stop.
    assert watch.refused == {}


def test_nothing_runs_in_search_results_and_the_feed(browser, attacked):
    with served(attacked[0]) as address:
        watch = Watch(browser, address)
        tab = watch.tabs[0]
        for words in (
            "hostile",
            "alert",
            "hostile <img/src=x/onerror=alert(1)>",
        ):
            page = f"reflections/?q={quote(words)}"
            watch.expected[tab] = None
            tab.goto(address + page, wait_until="load")
            tab.wait_for_selector(".md-search-result__item")
            tab.wait_for_timeout(150)
            for link in tab.query_selector_all(".md-search-result__link"):
                link.dispatch_event("mouseover")
                link.focus()
        for feed in (attacked[0] / "reflections").glob("*.xml"):
            tab.goto(f"{address}reflections/{feed.name}")
        watch.close()
    watch.is_clean()


def test_the_sanitiser_holds_alone(browser, attacked):
    """Many cleaned entries to a page: each is balanced, or none would be."""
    site, _ = attacked
    pages = list(pages_of(attacked, HOSTILE).values())
    bodies = [
        article((site / page / "index.html").read_text("utf-8"))
        for page in pages
    ]
    host = (site / pages[0] / "index.html").read_text("utf-8")
    batches = {}
    for start in range(0, len(pages), 40):
        name = f"batch-{start}/"
        batches[name] = "<hr>".join(bodies[start : start + 40])
        (site / name).mkdir(exist_ok=True)
        page = host.replace(article(host), batches[name])
        (site / name / "index.html").write_text(page, "utf-8")
    # Those whose words stand in the page's head, menus and lists as well.
    named = [page for page in pages if re.search(r"-2[5-8]\d-", page)]
    try:
        with served(site, without_policy) as address:
            watch = Watch(browser, address, patient=True)
            watch.visit([*LISTS, *batches, *named])
            watch.close()
    finally:
        for name in batches:
            shutil.rmtree(site / name)
    watch.is_clean()


def test_the_policy_holds_alone(browser, stock, attacked):
    """Entries as the stock theme shows them, and nothing but our policy.

    A meta refresh or a link may still lead away: no policy of a page forbids
    that.
    """
    site, _ = stock
    ours = META.search((attacked[0] / "index.html").read_text("utf-8"))[0]

    def change(page):
        return bare(page.replace("<head>", f"<head>{ours}", 1))

    with served(site, change) as address:
        watch = Watch(browser, address)
        watch.visit(pages_of(stock, SOME).values())
        watch.close()
    assert watch.ran == {}
    assert watch.asked == {}
    refused = {text for texts in watch.refused.values() for text in texts}
    assert any("inline event handler" in text for text in refused)
    assert any("inline script" in text for text in refused)


def test_the_same_corpus_runs_in_the_stock_theme(browser, stock):
    """The control: without our defences the same test sees executions."""
    site, _ = stock
    pages = pages_of(stock, SOME)
    with served(site, bare) as address:
        watch = Watch(browser, address).visit(pages.values())
        watch.close()
    assert len(watch.ran) >= 12
    assert watch.asked


def test_no_page_needs_more_than_the_policy_allows(site, attacked):
    for folder in (site, attacked[0]):
        told = set()
        for path in sorted(folder.rglob("*.html")):
            page = path.read_text("utf-8")
            assert blocked(page) == [], path
            assert re.search(rf"<head>\s*{META.pattern}", page), path
            assert page.count("http-equiv") == 1, path
            told.add(META.search(page)[0])
        assert len(told) == 1
    for fault in ("<p onclick='a()'>a</p>", "<script>a()</script>"):
        assert blocked(page + fault)


def test_a_title_is_shown_as_text(browser, attacked):
    """The theme would show it as HTML; site.js does not let it."""
    site, _ = attacked
    page = "reflections/planted/"
    link = '<a href="#a" title="&lt;img src=x onerror=alert(1)&gt;">a</a>'
    host = next(iter(pages_of(attacked, GOOD).values()))
    text = (site / host / "index.html").read_text("utf-8")
    (site / page).mkdir()
    (site / page / "index.html").write_text(
        text.replace("</article>", f"<p>{link}</p></article>"), "utf-8"
    )
    try:
        with served(site, without_policy) as address:
            watch = Watch(browser, address)
            tab = watch.tabs[0]
            tab.goto(address + page, wait_until="load")
            tab.hover("article a[href$='#a']")
            tab.wait_for_selector(".md-tooltip2--active")
            shown = tab.inner_text(".md-tooltip2--active")
            watch.close()
    finally:
        shutil.rmtree(site / page)
    assert shown == "<img src=x onerror=alert(1)>"
    watch.is_clean()
