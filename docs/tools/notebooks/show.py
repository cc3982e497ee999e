"""What mkdocs-jupyter makes of an executed notebook: Markdown for the site.

Its template is ours: text cells as they are, code and what it printed as
fences, figures as their HTML. So the site's own extensions set a notebook's
formulas, citations and links as those of a chapter.
"""

from collections.abc import Callable
from html import unescape
from pathlib import Path

from cache import kept, key, versions
from problems import Faulty, Problem

_JUPYTER = Path(__file__).with_name("jupyter")
_TEMPLATE = _JUPYTER / "nbconvert/templates/mkdocs_html/notebook.html.j2"
# Where mkdocs-jupyter finds it, and nothing that a user has set.
SEARCHED = {"JUPYTER_PATH": str(_JUPYTER), "JUPYTER_NO_CONFIG": "1"}


def markdown(executed: Path, convert: Callable[[], str], options: str) -> str:
    """Return an executed notebook as Markdown, converted or as it was kept.

    `convert` lets mkdocs-jupyter convert it, as its `options` say.
    """
    by = versions("mkdocs-jupyter", "nbconvert"), Path(__file__), _TEMPLATE
    made_of = key(options, *by, executed.read_bytes())
    name = executed.name.partition(".")[0]
    path = executed.with_name(f"{name}.{made_of}.md")
    return kept(path, lambda: _markdown(convert()).encode()).decode()


def _markdown(converted: str) -> str:
    """Undo what HTML needed: nbconvert reads what a template makes as HTML.

    mkdocs-jupyter ends it with a style sheet, the first element in it.
    """
    if converted.lstrip().startswith("<"):
        told = f"mkdocs-jupyter no longer uses {_TEMPLATE.name}"
        raise Faulty(Problem("mkdocs.yml", 1, told))
    return unescape(converted.partition("<")[0])
