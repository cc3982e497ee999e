# --8<-- [start:ch19-progress-imports]
"""A bar that shows how far something is, where a person waits for it."""

import sys

# --8<-- [end:ch19-progress-imports]


# --8<-- [start:ch19-progress]
class Progress:
    """A bar on one line of the error stream.

    Parameters
    ----------
    name : str
        What is going on.
    total : int
        How much there is to do.
    shown : bool, optional
        Whether to draw it. Unless told, it is drawn on a terminal alone: no
        bar gets into a file, or onto a page.
    """

    def __init__(
        self, name: str, total: int, shown: bool | None = None
    ) -> None:
        self.name, self.total = name, total
        self.shown = sys.stderr.isatty() if shown is None else shown
        self.drawn = -1  # the percentage that the line shows

    # --8<-- [end:ch19-progress]

    # --8<-- [start:ch19-progress-at]
    def at(self, done: int, note: str = "") -> None:
        """Show that `done` of the total is done, if that is news."""
        percent = 100 * done // self.total
        if self.shown and percent != self.drawn:
            self.drawn = percent
            bar = f"[{'#' * (percent // 5):.<20}]"
            line = f"\r{self.name} {bar} {percent:3} % {note}"
            print(line, end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line as it is; what is printed next begins a new one."""
        if self.shown:
            print(file=sys.stderr)

    # --8<-- [end:ch19-progress-at]
