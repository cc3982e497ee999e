"""Contributed text: read as data, rendered, cleaned, and told its faults.

`cleaning` keeps the site safe and asks nobody. `judge` tells a writer, by
file and line, what cleaning would take out.
"""

from contributed import pictures as pictures
from contributed.cleaning import Cleaning as Cleaning
from contributed.cleaning import clean_contents as clean_contents
from contributed.cleaning import escape as escape
from contributed.cleaning import is_contributed as is_contributed
from contributed.entry import Entry as Entry
from contributed.entry import anchor as anchor
from contributed.folder import authors as authors
from contributed.folder import entries as entries
from contributed.folder import faults as faults
from contributed.folder import files as files
from contributed.folder import problems as problems
from contributed.judge import Check as Check
