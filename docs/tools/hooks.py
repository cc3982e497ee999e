"""MkDocs' events. Each calls one of the tools beside this file."""

import os
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url
from rjsmin import jsmin

import cache
import checks
import contributed
import glossary
import notebooks
import rendered
import state
import works
from layout import light, made, parts
from layout.memory import MEMORY
from problems import Faulty, Problem

BIBLIOGRAPHY = "resources/bibliography.md"
# No term of the glossary is marked on these.
UNLINKED = f"""resources/index.md {BIBLIOGRAPHY} resources/corrections.md
reference/* about/* index.md parts/* 404.md""".split()
SITE: list[state.Site] = []  # the one that is being built
SIZES: dict[str, tuple[int, int]] = {}  # of contributed pictures


def root_of(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent


def is_offline(config: MkDocsConfig) -> bool:
    return bool(plugin(config, "material/offline").config.enabled)


def plugin(config: MkDocsConfig, name: str) -> Any:
    return config.plugins[name]


def stop_for(problems: list[Problem]) -> None:
    if problems:
        told = "\n".join(map(str, sorted(set(problems))))
        raise PluginError(f"The content has problems:\n{told}")


def on_startup(*, command: str, dirty: bool) -> None:
    MEMORY.begin(serving=command == "serve")


def on_serve(server: Any, config: MkDocsConfig, builder: Any) -> Any:
    SITE[0].catch_up(server)
    return server


on_shutdown = cache.PAUSED.set  # what waits for its turn is not begun


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    config.extra["serving"] = MEMORY.serving
    if not config.repo_url:
        config.edit_uri = None
    if is_offline(config):
        config.extra["polyfills"] = [made.FRAME]  # the plugin's is elsewhere
    extensions: list[Any] = config.markdown_extensions
    extensions.append(works.Citations(lambda: SITE[0].works, BIBLIOGRAPHY))
    extensions.append(contributed.Cleaning(SIZES))
    plugin(config, "material/tags").config.tags_slugify = contributed.anchor
    os.environ.update(notebooks.SEARCHED)
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    # mkdocstrings brings a syntax for links that no page asks for.
    found: list[Any] = config.markdown_extensions
    found[:] = [e for e in found if type(e).__name__ != "AutorefsExtension"]
    try:
        SITE[:] = [state.read(root_of(config))]
    except Faulty as error:
        stop_for(error.problems)


@event_priority(-10)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what stands outside docs/ or is made.

    The blog looks later. mkdocs-jupyter has looked: a file that it wraps
    loses where it lies and where it is edited.
    """
    site = SITE[0]
    for address in made.dropped(is_offline(config)):
        if file := files.get_file_from_path(address):
            files.remove(file)
    for address, content, edit in made.made(site):
        given: Any = {"content": content}
        if isinstance(content, Path):  # mkdocs-jupyter looks where it lies
            given = {"abs_src_path": str(content)}
        file = File.generated(config, address, **given)
        file.edit_uri = edit
        files.append(file)
    for file in files:
        if file.src_uri.endswith(".css"):
            file.content_string = light.sheet(file.content_string)
        elif re.fullmatch(r"assets/[\w-]+\.js", file.src_uri):
            file.content_string = jsmin(file.content_string)
    SIZES.update(contributed.pictures.sizes(site.root))
    MEMORY.load(site.root)
    given = config.repo_url, config.use_directory_urls, SIZES, MEMORY.by
    site.gathered(files, repr(given))
    return files


@event_priority(100)
def on_nav(nav: Any, config: MkDocsConfig, files: Files) -> None:
    """Escape what strangers call things, before anything shows it."""
    for file in files:  # the blog hides its entries until later
        if file.page and contributed.is_contributed(file.src_uri):
            contributed.escape(file.page.meta)
    authors = contributed.authors(root_of(config))
    plugin(config, "material/blog").authors = authors
    for author in authors.values():
        contributed.escape(vars(author))


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    """Let mkdocs-jupyter make Markdown of an executed notebook."""
    site = SITE[0]
    ran = site.executed.get(page.file.src_uri)
    if ran is None:
        return None

    def convert() -> str:
        page.render(config, site.files)  # mkdocs-jupyter's
        return page.content or ""

    options = repr(plugin(config, "mkdocs-jupyter").config.data)
    text = notebooks.markdown(ran, convert, options)
    page.content = None
    del page.render  # MkDocs' own renders the Markdown
    chapter = site.chapters.get(int(page.file.name[:2]))
    return parts.notebook_page(text, page.file.name, chapter)


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    site, address = SITE[0], page.file.src_uri
    markdown = site.begun(markdown, address, page.meta, config.repo_url)
    if "revision_date" in page.meta:  # the map of the site tells it too
        page.update_date = page.meta["revision_date"]
    seen = site.key(markdown)
    site.keys[address] = seen, MEMORY.recall(page, address, seen, get_toc)
    return markdown


def on_page_content(
    html: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    site, address = SITE[0], page.file.src_uri
    for cited in works.cited(html, site.works):
        site.cited.setdefault(cited, []).append(page)
    key, recalled = site.keys.get(address, ("", False))
    if recalled:
        return html
    if contributed.is_contributed(address):
        contributed.clean_contents(page.toc)
    page.content, wrong = site.finished(
        html, page.markdown or "", address, config.repo_url
    )
    if not any(fnmatch(address, one) for one in UNLINKED):
        there: Any = files.get_file_from_path(checks.GLOSSARY)
        way = get_relative_url(there.url, page.url)
        way = "" if page.file == there else way
        page.content = glossary.linked(page.content, site.terms, way)
    # MkDocs checks anchors against what it saw before these were put in.
    known = rendered.ids(page.content)
    if address == BIBLIOGRAPHY:  # filled later
        known += [f"ref-{key}" for key in site.works.works]
    page.present_anchor_ids = {*(page.present_anchor_ids or ()), *known}
    site.problems += wrong
    if key and not wrong:
        MEMORY.keep(page, address, key)
    return page.content


def on_template_context(
    context: dict[str, Any], template_name: str, config: MkDocsConfig
) -> dict[str, Any]:
    """Give feed, llms.txt and robots.txt what they list."""
    listed = {"parts": SITE[0].parts, "entries": SITE[0].entries}
    return {**context, **listed, "offline": is_offline(config)}


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """Fill the bibliography, now that every page has been read."""
    site = SITE[0]
    stop_for(site.problems)
    MEMORY.attend(plugin(config, "material/search").search_index)
    compiled = site.root / ".cache" / "templates"
    compiled.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    here: Any = files.get_file_from_path(BIBLIOGRAPHY)
    listed = site.bibliography(lambda url: get_relative_url(url, here.url))
    html = here.page.content.replace("<!-- bibliography -->", listed)
    here.page.content = html
    return env


def on_post_build(config: MkDocsConfig) -> None:
    MEMORY.save(root_of(config))
