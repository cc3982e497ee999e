"""Formulas: the TeX of a page becomes MathML while the site is built.

``pymdownx.arithmatex`` (``generic: true``) leaves each formula as text,
``\\(…\\)`` or ``\\[…\\]``. Here Temml makes MathML of it, which browsers draw
and which screen readers read. No reader runs a script to see a formula.
"""

from pathlib import Path

from .page import equation_id, render

__all__ = ["TEX_COMMANDS", "equation_id", "render"]

# What an entry may use: mathematics can also link, load, style, define
# without end and cover the page.
TEX_COMMANDS = frozenset(
    (Path(__file__).parent / "tex_commands.txt").read_text("utf-8").split()
)
