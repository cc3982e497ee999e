# --8<-- [start:ch01-package]
"""Neural networks from scratch: the package that the journal teaches.

Each module holds one idea, and each line of it is explained in a chapter.
NumPy is all it needs.
"""

# --8<-- [end:ch01-package]
