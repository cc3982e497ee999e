"""Formulas: the TeX of a page becomes MathML while the site is built.

``pymdownx.arithmatex`` (``generic: true``) leaves each formula as text,
``\\(…\\)`` or ``\\[…\\]``. Here Temml makes MathML of it, which browsers draw
and which screen readers read. No reader runs a script to see a formula.
"""

from pathlib import Path

from .page import render as render

# What an entry may use: mathematics can also link, load, style, define
# without end and cover the page.
TEX_COMMANDS = frozenset(
    (Path(__file__).parent / "tex_commands.txt").read_text("utf-8").split()
)
