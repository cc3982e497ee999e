"""The weaving: pages quote the package, section by section."""

from weaving.quoting import expand as expand
from weaving.quoting import not_shown as not_shown
from weaving.quoting import problems as problems
from weaving.quoting import quotes as quotes
from weaving.quoting import with_titles as with_titles
from weaving.sections import LAST_CHAPTER as LAST_CHAPTER
from weaving.sections import PACKAGE as PACKAGE
from weaving.sections import AsOf as AsOf
from weaving.sections import Section as Section
from weaving.sections import parse_package as parse_package
from weaving.sections import slices as slices
from weaving.sections import zip_slice as zip_slice
