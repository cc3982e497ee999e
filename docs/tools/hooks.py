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
import contributed
import course
import figures
import glossary
import light
import links
import mathematics
import memory
import notebooks
import page_parts
import pages
import sections
import share
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
    config.extra["serving"] = MEMORY.serving
    if not config.repo_url:
        config.edit_uri = None
    if is_offline(config):
        config.extra["polyfills"] = [FRAME]  # the plugin's is elsewhere
    extensions: list[Any] = config.markdown_extensions
    terms = glossary.load(root / "resources" / "glossary.md")
    extensions.append(
        glossary.GlossaryExtension(
            terms,
            scope="page",
            exclude=(
                "resources/index.md",
                "resources/bibliography.md",
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
    titles = {path.stem: notebooks.title(path, root) for path in executed}
    STATE.clear()
    STATE.update(
        sections=known,
        parts=parts,
        chapters=course.chapters(parts),
        documents=documents,
        notebooks=titles,
        executed={f"notebooks/{p.stem}.md": r for p, r in executed.items()},
        svgs=svgs,
        works=bibliography.load(root / "resources" / "references.bib", root),
        cited={},
        quoted={},
        entries=entries,
        of_chapter=contributed.by_chapter(entries),
        sources={a: p for a, (p, _) in documents.items()},
        dates=page_parts.dates(root),
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

    for name in light.SHEETS:
        if sheet := files.get_file_from_path(f"assets/{name}"):
            files.remove(sheet)
    frame = files.get_file_from_path(FRAME)
    if frame and not is_offline(config):
        files.remove(frame)
    add("assets/site.css", light.joined(root / "docs" / "assets"))
    for file in files:
        if file.src_uri.endswith(".css"):
            file.content_string = light.sheet(file.content_string)
        elif re.fullmatch(r"assets/[\w-]+\.js", file.src_uri):
            file.content_string = light.script(file.content_string)
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
        day = date.fromisoformat(STATE["dates"][source])
        page.meta["changed"] = page_parts.day(day)
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
    markdown = share.with_link(markdown, config.repo_url, root)
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
    content = figures.replace_figures(content, STATE["svgs"])
    # MkDocs checks anchors against what it saw before these were put in.
    if page.present_anchor_ids is not None:
        page.present_anchor_ids.update(re.findall(r'\bid="([^"]+)"', content))
        if page.file.src_uri == BIBLIOGRAPHY:
            keys = STATE["works"].works
            page.present_anchor_ids.update(f"ref-{key}" for key in keys)
    quoted = STATE["quoted"].get(page.file.src_uri, [])
    content = page_parts.with_code_links(content, quoted, config.repo_url)
    page.content = light.lighten(content)
    if key:
        MEMORY.keep(page, page.file.src_uri, key)
    return page.content


def on_template_context(
    context: dict[str, Any], template_name: str, config: MkDocsConfig
) -> dict[str, Any]:
    """Give feed, llms.txt and robots.txt what they list."""
    listed = {name: STATE[name] for name in ("parts", "entries")}
    return {**context, **listed, "offline": is_offline(config)}


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
