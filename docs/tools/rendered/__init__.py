"""What a page is, beside what its source says that it is.

A page is read twice: its Markdown as GitHub shows it, which is what its
writer saw (``source``), and its HTML as the site made it (``page``). Both
give an outline, and it is to be the same one (``compare``).
"""

from rendered.compare import ids as ids
from rendered.compare import problems as problems
