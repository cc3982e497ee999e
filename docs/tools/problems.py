"""What a check found wrong, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in the content, printed as ``path:line: message``.

    Parameters
    ----------
    path : str
        POSIX path from the root of the repository.
    line : int
        Line number, counted from 1.
    message : str
        What is wrong, and the mend.
    """

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


def annotation(problem: Problem) -> str:
    """Return a problem as GitHub shows it beside the line.

    >>> print(annotation(Problem("a,b.md", 3, "100 %")))
    ::error file=a%2Cb.md,line=3::a,b.md:3: 100 %25
    """

    path = _named(problem.path).replace(":", "%3A").replace(",", "%2C")
    return f"::error file={path},line={problem.line}::{_named(str(problem))}"


def _named(text: str) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D")
    return text.replace("\n", "%0A")


def summary(problems: list[Problem]) -> str:
    """Return problems as Markdown: a block of code, in which all is text.

    >>> summary([Problem("a.md", 3, "mend <b>")])
    '### What is to be mended\\n\\n    a.md:3: mend <b>\\n'
    """
    lines = [f"    {' '.join(str(one).split())}\n" for one in problems]
    return "### What is to be mended\n\n" + "".join(lines)
