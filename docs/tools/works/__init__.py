"""The works that the journal leans on: ``resources/references.bib``.

`bib` reads them, `rules` says what an entry must be, `cite` makes footnotes
of the citations on a page, `show` makes references and the annotated list.
"""

from .bib import Bibliography, Work, load
from .cite import Citations, cited, left_over
from .rules import problems
from .show import annotated_list, bibtex, reference

__all__ = ["Bibliography", "Citations", "Work", "annotated_list", "bibtex"]
__all__ += ["cited", "left_over", "load", "problems", "reference"]
