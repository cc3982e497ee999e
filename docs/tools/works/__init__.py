"""The works that the journal leans on: ``resources/references.bib``."""

from .bib import Bibliography as Bibliography
from .bib import load as load
from .cite import Citations as Citations
from .cite import cited as cited
from .cite import without as without
from .rules import problems as problems
from .show import annotated_list as annotated_list
