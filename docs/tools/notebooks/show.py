"""What mkdocs-jupyter makes of an executed notebook: Markdown for the site.

Its template is ours: text cells as they are, code and what it printed as
fences, figures as their HTML. So the site's own extensions set a notebook's
formulas, citations and links as those of a chapter.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

from cache import kept, key, versions
from problems import Faulty, Problem

_JUPYTER = Path(__file__).with_name("jupyter")
_TEMPLATE = _JUPYTER / "nbconvert/templates/mkdocs_html/notebook.html.j2"
# Where mkdocs-jupyter finds it, and nothing that a user has set.
SEARCHED = {"JUPYTER_PATH": str(_JUPYTER), "JUPYTER_NO_CONFIG": "1"}
_CASE = "application/vnd.nnfs.case+json"  # see nnfs_code/decisions.py


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


def cases(executed: Mapping[str, Path]) -> Iterator[dict[str, Any]]:
    """Yield the cases that notebooks decide, each with its address."""
    for address, path in executed.items():
        if _CASE.encode() in (ran := path.read_bytes()):
            cells = json.loads(ran)["cells"]
            shown = [o for cell in cells for o in cell.get("outputs", ())]
            shown = [one.get("data", {}).get(_CASE) for one in shown]
            yield from ({**one, "page": address} for one in shown if one)
