"""The one place where JavaScript runs: scripts of others, kept in vendor/."""

from pathlib import Path
from typing import Any

from py_mini_racer import MiniRacer


class Engine:
    """Scripts, loaded one after the other, whose functions can be called.

    >>> Engine("function double(x) { return 2 * x; }").call("double", 21)
    42
    """

    def __init__(self, *scripts: str | Path) -> None:
        self._context = MiniRacer()
        for script in scripts:
            if isinstance(script, Path):
                script = script.read_text("utf-8")
            self._context.eval(script)

    def call(self, function: str, *arguments: Any) -> Any:
        """Return what a function answers: what JSON can say."""
        return self._context.call(function, *arguments)
