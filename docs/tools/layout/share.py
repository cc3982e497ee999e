"""Sharing a reflection: the link that opens GitHub's editor."""

import re
from pathlib import Path
from urllib.parse import quote, urlencode

from contributed.folder import TEMPLATE

PLACEHOLDER = "<!-- new-reflection -->"
NAME = "YYYY-MM-DD-your-title.md"


def with_link(markdown: str, repository: str | None, root: Path) -> str:
    """Return a page with the button that opens GitHub's editor.

    GitHub fills a new file with the template. If the writer may not change
    the repository, it makes a fork of it and proposes the file from there.
    """
    if PLACEHOLDER not in markdown:
        return markdown
    link = (
        "*This copy of the journal does not know its repository. Find it, "
        "open its folder* `reflections` *and add a file* "
        f"`{NAME}` *that begins as* `{TEMPLATE}` *does there.*"
    )
    if repository:
        template = (root / "reflections" / TEMPLATE).read_text("utf-8")
        # Whoever sends it at once means it to be read.
        ready = re.sub(r"^draft:.*$", "draft: false", template, flags=re.M)
        asked = urlencode({"filename": NAME, "value": ready}, quote_via=quote)
        link = (
            f"[Write a reflection]({repository.rstrip('/')}/new/main/"
            f"reflections?{asked}){{ .md-button .md-button--primary }}"
        )
    return markdown.replace(PLACEHOLDER, link)
