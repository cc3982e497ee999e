"""Build a site with the validator off, and say what would not build.

Run as a script, ``validator_off.py TARGET REPORT``, in the folder that holds
mkdocs.yml. It is the only way to switch the validator off: the site itself
has no such setting. An entry that stops the build is noted in the report and
left out; nothing else is.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from material.plugins.blog.plugin import BlogPlugin
from mkdocs.commands import build
from mkdocs.config import load_config

STOPPED: dict[str, str] = {}


def note(file, error: BaseException) -> None:
    STOPPED[Path(file.src_uri).name] = f"{type(error).__name__}: {error}"[:300]


def tolerant(step: Callable) -> Callable:
    """Let one page's failure be that page's alone."""

    def run(page, *arguments, **named):
        if Path(page.file.src_uri).name in STOPPED:
            return
        try:
            step(page, *arguments, **named)
        except (Exception, SystemExit) as error:
            if "posts/" not in page.file.src_uri:
                raise
            note(page.file, error)
            page.content = page.markdown = ""
            page.toc = []

    return run


def resolve(plugin, file, config, real=BlogPlugin._resolve_post):
    try:
        return real(plugin, file, config)
    except Exception as error:
        note(file, error)
        return None


def is_excluded(plugin, post, real=BlogPlugin._is_excluded):
    return post is None or real(plugin, post)


def without_checks() -> None:
    """Take the validator out, before MkDocs loads the hooks."""
    sys.path.insert(0, "docs/tools")
    import checks
    import contributed
    import state

    contributed.problems = lambda root: []
    read = checks.read
    checks.read = lambda root: replace(read(root), problems=[])
    finished = state.Site.finished
    state.Site.finished = lambda *page: (finished(*page)[0], [])
    paths = contributed.folder.paths

    def is_readable(path, root):
        try:
            return contributed.entry.read(path, root)
        except (Exception, RecursionError) as error:
            STOPPED[path.name] = f"{type(error).__name__}: {error}"[:300]

    contributed.folder.paths = lambda root: [
        path for path in paths(root) if is_readable(path, root)
    ]


def main() -> None:
    target, report = sys.argv[1:]
    if Path("docs/tools").is_dir():  # the stock theme has none
        without_checks()
    build._populate_page = tolerant(build._populate_page)
    build._build_page = tolerant(build._build_page)
    BlogPlugin._resolve_post = resolve
    BlogPlugin._is_excluded = is_excluded
    config = load_config("mkdocs.yml", site_dir=target)
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build.build(config)
    finally:
        Path(report).write_text(json.dumps(STOPPED), "utf-8")


if __name__ == "__main__":
    main()
