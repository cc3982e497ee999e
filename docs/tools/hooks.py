"""MkDocs' events. Each calls one of the tools beside this file."""

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

import bibliography
import checks
import citing
import contributed
import corrections
import course
import feed
import figures
import glossary
import issue_form
import links
import machine_files
import markup
import mathematics
import memory
import notebooks
import page_parts
import pages
import policy
import scripts
import sections
import styles
from contributed import pictures
from memory import MEMORY
from problems import Faulty

BIBLIOGRAPHY = "resources/bibliography.md"
FRAME = "assets/iframe-worker.js"
STATE: dict[str, Any] = {}
SIZES: dict[str, tuple[int, int]] = {}  # of contributed pictures


def root_of(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent


def is_offline(config: MkDocsConfig) -> bool:
    """Tell whether the site is made for a disk: `make build OFFLINE=1`."""
    plugin: Any = config.plugins["material/offline"]
    return bool(plugin.config.enabled)


def source_of(page: Page, config: MkDocsConfig) -> str:
    """Return the path of a page's source from the root of the repository."""
    real = STATE["sources"].get(page.file.src_uri)
    return str(real or f"docs/{page.file.src_uri}")


def on_startup(*, command: str, dirty: bool) -> None:
    MEMORY.serving = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    root = root_of(config)
    if not config.repo_url:
        config.edit_uri = None
    if is_offline(config):
        config.extra["polyfills"] = [FRAME]  # the plugin's is elsewhere
        config.theme["features"].remove("navigation.instant")
    extensions: list[Any] = config.markdown_extensions
    terms = glossary.load(root / "resources" / "glossary.md")
    extensions.append(
        glossary.GlossaryExtension(
            terms,
            scope="page",
            exclude=(
                "resources/index.md",
                "resources/bibliography.md",
                "resources/citing.md",
                "resources/corrections.md",
                "about/*",
                "index.md",
                "parts/*",
                "404.md",
            ),
        )
    )
    extensions.append(contributed.Cleaning(SIZES))
    tags: Any = config.plugins["material/tags"]
    tags.config.tags_slugify = contributed.anchor
    os.environ.update(notebooks.SEARCHED)
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    root = root_of(config)
    if problems := checks.everything(root):
        told = "\n".join(map(str, sorted(set(problems))))
        raise PluginError(f"The content has problems:\n{told}")
    known, _ = sections.parse_package(root)
    parts = course.load(root)
    try:
        executed = notebooks.execute_all(root)
        svgs = figures.render_all(root)
    except (Faulty, figures.FigureError) as error:
        raise PluginError(str(error)) from error
    documents = links.documents(root)
    entries = contributed.entries(root)
    days = page_parts.dates(root)
    written = course.chapters(parts)
    titles = {path.stem: notebooks.title(path, root) for path in executed}
    STATE.clear()
    STATE.update(
        sections=known,
        parts=parts,
        chapters=written,
        documents=documents,
        corrections=corrections.load(
            (root / corrections.CORRECTIONS).read_text("utf-8")
        ),
        citations=citing.citations(
            citing.journal(root),
            written.values(),
            titles,
            entries,
            days,
        ),
        notebooks=titles,
        executed={f"notebooks/{p.stem}.md": r for p, r in executed.items()},
        svgs=svgs,
        works=bibliography.load(root / "resources" / "references.bib", root),
        cited={},
        quoted={},
        entries=entries,
        of_chapter=contributed.by_chapter(entries),
        sources={a: p for a, (p, _) in documents.items()},
        dates=days,
        keys={},
        setting="",
    )


@event_priority(-10)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what stands outside docs/ or is made.

    The blog looks later. mkdocs-jupyter has looked: a file that it wraps
    loses where it lies and where it is edited.
    """
    root = root_of(config)

    def add(address: str, content: str | bytes) -> None:
        files.append(File.generated(config, address, content=content))

    for name in styles.SHEETS:
        if sheet := files.get_file_from_path(f"assets/{name}"):
            files.remove(sheet)
    frame = files.get_file_from_path(FRAME)
    if frame and not is_offline(config):
        files.remove(frame)
    add("assets/site.css", styles.joined(root / "docs" / "assets"))
    for path in sorted((root / "resources").glob("*.md")):
        file = File.generated(
            config, f"resources/{path.name}", abs_src_path=str(path)
        )
        file.edit_uri = f"../resources/{path.name}"
        files.append(file)
    references = root / "resources" / "references.bib"
    add("resources/references.bib", references.read_bytes())
    security = File.generated(
        config, links.SECURITY, abs_src_path=str(root / "SECURITY.md")
    )
    security.edit_uri = "../SECURITY.md"
    files.append(security)
    for address, real, edit in contributed.files(root):
        file = File(
            address,
            config.docs_dir,
            config.site_dir,
            config.use_directory_urls,
        )
        file.abs_src_path = str(cleaned(real, root))
        file.edit_uri = edit
        files.append(file)
    shown = pictures.published(root)
    SIZES.clear()
    SIZES.update(pictures.sizes(shown))
    for name, data in shown.items():
        add(f"reflections/posts/{pictures.FOLDER}/{name}", data)
    for address, ready in STATE["executed"].items():
        stem = Path(address).stem
        file = File.generated(config, address, abs_src_path=str(ready))
        file.edit_uri = f"notebooks/{stem}.py"
        files.append(file)
        add(f"notebooks/{stem}.ipynb", ready.read_bytes())
    entries = STATE["entries"]
    title = f"{config.site_name}: reflections"
    atom = feed.atom(entries, site_url=config.site_url or None, title=title)
    add("reflections/feed.xml", atom)
    bib = citing.file(STATE["citations"], config.site_url)
    add(citing.FILE, bib)
    if not is_offline(config):  # no program visits a disk
        for address, content in for_machines(root, config):
            add(address, content)
    STATE["files"] = files
    STATE["setting"] = memory.digest(
        [
            *(text for _, text in sections.package_files(root)),
            (root / "resources" / "glossary.md").read_text("utf-8"),
            *(file.src_uri for file in files),
            *STATE["svgs"].values(),
            config.repo_url or "",
            repr(SIZES),
        ]
    )
    for chapter in STATE["chapters"].values():
        add(chapter.archive, sections.zip_slice(root, chapter.number))
    return files


def cleaned(path: Path, root: Path) -> Path:
    """Write an entry as the blog is to read it; return where it lies."""
    try:
        text = contributed.source(
            contributed.read(path, root),
            STATE["sections"],
            contributed.tags(root),
        )
    except Faulty as error:
        raise PluginError(str(error)) from error
    copy = root / ".cache" / "entries" / path.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(text, "utf-8", newline="\n")
    return copy


@event_priority(100)
def on_nav(nav: Any, config: MkDocsConfig, files: Files) -> None:
    """Escape what strangers call things, before anything shows it."""
    for file in files:  # the blog hides its entries until later
        if file.page and contributed.is_contributed(file.src_uri):
            contributed.escape(file.page.meta)
    blog: Any = config.plugins["material/blog"]
    blog.authors = contributed.authors(root_of(config))
    for author in blog.authors.values():
        contributed.escape_author(author)


def for_machines(root: Path, config: MkDocsConfig) -> list[tuple[str, str]]:
    """Return address and text of what programs read."""
    where = config.site_url or None
    pages_of = machine_files.sections(
        STATE["parts"],
        {a: text for a, (_, text) in STATE["documents"].items()},
        STATE["entries"],
    )
    written = []
    for chapter in STATE["chapters"].values():
        path, text = STATE["documents"][chapter.page]
        text = pages.with_titles(text, STATE["sections"], root)
        text = pages.expand(text, root)
        cited, _, _ = bibliography.cite(text, STATE["works"], path)
        written.append((chapter.page, cited))
    name = str(config.site_name)
    said = str(config.site_description)
    return [
        (machine_files.ROBOTS, machine_files.robots(where)),
        (
            machine_files.INDEX,
            machine_files.index(name, said, pages_of, where),
        ),
        (machine_files.WHOLE, machine_files.whole(name, written, where)),
    ]


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    """Let mkdocs-jupyter make Markdown of an executed notebook."""
    ready = STATE["executed"].get(page.file.src_uri)
    if ready is None:
        return None

    def convert() -> str:
        page.render(config, STATE["files"])  # mkdocs-jupyter's
        return page.content or ""

    options = repr(config.plugins["mkdocs-jupyter"].config.data)
    text = notebooks.markdown(ready, convert, options)
    page.content = None
    del page.render  # MkDocs' own renders the Markdown
    stem = page.file.name
    chapter = STATE["chapters"].get(int(stem[:2]))
    return page_parts.notebook_page(text, stem, chapter)


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    root = root_of(config)
    address = page.file.src_uri
    source = source_of(page, config)
    if source in STATE["dates"]:
        # The map of the site tells the day too.
        page.update_date = page.meta["revision_date"] = STATE["dates"][source]
    up = "../" * address.count("/")
    markdown = pages.with_titles(markdown, STATE["sections"], root)
    STATE["quoted"][address] = page_parts.quoted(markdown, STATE["sections"])
    chapter = next(
        (c for c in STATE["chapters"].values() if c.page == address), None
    )
    if chapter:
        markdown = page_parts.under_title(
            markdown, course.strip(chapter, STATE["parts"])
        )
        markdown += "\n\n" + course.end(
            chapter,
            page_parts.notebooks_of(chapter.number, STATE["notebooks"]),
            page_parts.entries_of(STATE["of_chapter"].get(chapter.number, ())),
        )
    if "chapters" in page.meta and address.startswith("reflections/posts/"):
        titles = {
            c.number: (c.title, c.page) for c in STATE["chapters"].values()
        }
        line = page_parts.chapters_line(page.meta["chapters"], titles)
        markdown = page_parts.under_title(markdown, line)
    listed = [
        found
        for number in sorted(STATE["chapters"])
        for found in page_parts.notebooks_of(number, STATE["notebooks"])
    ]
    markdown = page_parts.filled(
        markdown, up, STATE["parts"], STATE["entries"][:3], listed
    )
    markdown = issue_form.with_form(markdown, config.repo_url)
    markdown = with_records(markdown, config)
    markdown, problems, keys = bibliography.cite(
        markdown,
        STATE["works"],
        source,
        annotated_at=f"{up}resources/bibliography.md",
    )
    if problems:
        raise PluginError("\n".join(map(str, problems)))
    for key in keys:
        STATE["cited"].setdefault(key, []).append(page)
    seen = memory.digest([STATE["setting"], markdown])
    STATE["keys"][address] = seen, MEMORY.recall(page, address, seen)
    return markdown


def with_records(markdown: str, config: MkDocsConfig) -> str:
    """Return a page with the lists of corrections and citations filled in."""
    if "<!-- corrections -->" in markdown:
        mended = corrections.page(
            STATE["corrections"], STATE["documents"], config.repo_url
        )
        markdown = markdown.replace("<!-- corrections -->", mended)
    if "<!-- citing -->" in markdown:
        entries = citing.page(STATE["citations"], config.site_url)
        markdown = markdown.replace("<!-- citing -->", entries)
    return markdown


def on_page_content(
    html: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    source = source_of(page, config)
    key, recalled = STATE["keys"].get(page.file.src_uri, ("", False))
    if recalled:
        return html
    content = html
    if contributed.is_contributed(page.file.src_uri):
        contributed.clean_contents(page.toc)
    if "arithmatex" in content:
        try:
            content = mathematics.render(content, source, page.markdown or "")
        except mathematics.MathError as error:
            raise PluginError(str(error)) from error
    content = figures.replace(content, STATE["svgs"])
    # MkDocs checks anchors against what it saw before these were put in.
    if page.present_anchor_ids is not None:
        page.present_anchor_ids.update(re.findall(r'\bid="([^"]+)"', content))
        if page.file.src_uri == BIBLIOGRAPHY:
            keys = STATE["works"].works
            page.present_anchor_ids.update(f"ref-{key}" for key in keys)
    quoted = STATE["quoted"].get(page.file.src_uri, [])
    content = page_parts.with_code_links(content, quoted, config.repo_url)
    page.content = markup.lighten(content)
    if key:
        MEMORY.keep(page, page.file.src_uri, key)
    return page.content


def on_page_context(
    context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any
) -> dict[str, Any]:
    """Give the foot of a page its links."""
    told = STATE["files"].get_file_from_path(corrections.PAGE).url
    context["report"] = corrections.report_link(
        config.repo_url,
        page.canonical_url or page.url,
        get_relative_url(told, page.url),
    )
    context["citation"] = STATE["citations"].get(page.file.src_uri)
    changed = page.meta.get("revision_date")
    context["changed"] = (
        page_parts.day(date.fromisoformat(changed)) if changed else ""
    )
    return context


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """Fill the bibliography, now that every page has been read."""
    search: Any = config.plugins["material/search"]
    MEMORY.attend(search.search_index)
    compiled = root_of(config) / ".cache" / "templates"
    compiled.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    file = files.get_file_from_path(BIBLIOGRAPHY)
    if file is None or file.page is None:
        return env
    here = file.page
    cited = {
        key: [
            (page.title or "", get_relative_url(page.url, here.url))
            for page in citing
        ]
        for key, citing in STATE["cited"].items()
    }
    written = {
        c.number: (c.title, get_relative_url(target.url, here.url))
        for c in STATE["chapters"].values()
        if (target := files.get_file_from_path(c.page))
    }
    made = bibliography.annotated_list(STATE["works"], cited, written)
    here.content = (here.content or "").replace("<!-- bibliography -->", made)
    return env


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    return finished(output)


def on_post_template(
    output_content: str, template_name: str, config: MkDocsConfig
) -> str:
    """Treat the one page that is not made of Markdown as the others."""
    if not template_name.endswith(".html"):
        return output_content
    return finished(output_content)


def finished(page: str) -> str:
    """Return a page as it is sent."""
    return policy.with_policy(markup.squeeze(page), serving=MEMORY.serving)


def on_post_build(config: MkDocsConfig) -> None:
    """Lighten scripts and, by what the pages use, style sheets."""
    if MEMORY.serving:
        return
    site = Path(config.site_dir)
    for path in sorted((site / "assets").glob("*.js")):
        light = scripts.lighten(path.read_text("utf-8"))
        path.write_text(light, "utf-8", newline="\n")
    run = [
        *(site / "assets").glob("*.js"),
        *(site / "assets" / "javascripts").glob("*.js"),
    ]
    known = styles.names(
        (path.read_text("utf-8") for path in sorted(site.rglob("*.html"))),
        (path.read_text("utf-8") for path in sorted(run)),
    )
    sheets = {
        str(path): path.read_text("utf-8")
        for path in sorted(site.rglob("*.css"))
    }
    for name, sheet in styles.lighten(sheets, known).items():
        Path(name).write_text(sheet, "utf-8", newline="\n")
