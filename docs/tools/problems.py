"""What a check found wrong, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in the content, printed as ``path:line: message``."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Faulty(ValueError):
    """What was to be read or done cannot be, for these problems."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)
