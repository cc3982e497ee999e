"""Text that nobody would write: the judge never fails, hangs or lets it by."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import contributed
from contributed import cleaning, entry, judge
from entries import FRONT, NAME, repository
from harmless import assert_harmless
from problems import Faulty, Problem
from text import Document, parsed

# As tests/conftest.py has it: 50, and in the weekly run 200. Only then files
# are as large as they may be, else a fourth, in a fourth of the time.
EXAMPLES = settings().max_examples
SHARE = 1 if EXAMPLES >= 200 else 4
# Seconds of the processor, on a slow machine with others at work.
LIMIT = 10

bounded = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("fuzz"))


def judged(root: Path, data: bytes) -> list[Problem]:
    """Return what the judge says of a file, within the limit."""
    path = root / "reflections" / NAME
    path.write_bytes(data)
    start = time.process_time()
    found = contributed.faults(root, path)
    assert time.process_time() - start < LIMIT / SHARE
    return found


def document(body: str) -> Document:
    return parsed(f"{FRONT}{body}\n", f"reflections/{NAME}")


# --- What text is made of ------------------------------------------------

HARM = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<!--",
    "[x](javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](https://evil.example/x.png)",
    "{: onclick=alert(1) }",
    "{ onclick=alert(1) }",
    '/// note\n    attrs: {"onclick": "alert(1)"}\n\nx\n///',
)
QUOTE = '" onload="alert(1)'  # where code stands in an attribute
SIGNS = (
    *("`", "``", "$", "$$", "|", "\\", "\\`", "\\$", "[", "]", "(", ")"),
    *("](#b)", "![", "](figure:ch03-spiral)", "*", "**", "_", "#", "# "),
    *("## ", ">", "> ", "- ", "1. ", "    ", "\t", ":   ", "[^1]", "[^1]: "),
    *("/// note\n", "///", "```", "````", "~~~", "```text\n", "\n```\n"),
    *("| a | b |\n|---|---|\n", "---", "===", "<", "</", "&", "&lt;", "://"),
    *("https://a.bc", "<https://a.bc>", "[a]: https://a.bc\n", "*[a]: b\n"),
    *("--8<--", "{", "}", "{{ a }}", "[TOC]", "!!! note\n", "a", "é", "字"),
    *("\u202e", "\u200b", "\x00", "\x0b", "\r", "\u2028", "\ufeff", "\x85"),
    *(" ", " ", "\n", "\n", "\n\n"),
)
# What is harmless within some of these is not within others.
SHELTERS = (
    *(("`", "`"), ("``", "``"), ("`", "``"), ("$", "$"), ("$$", "$$")),
    *(("\n```text\n", "\n```\n"), ("\n````text\n", "\n```\n````\n")),
    *(("\n\n$$\n", "\n$$\n\n"), ("\n$$\n/// note\n", "\n///\n$$\n")),
    *(("| a | `", "` |\n|---|---|\n"), ("| a | b |\n|---|---|\n| $", "$ |\n")),
    *(("/// note\n", "\n///\n"), ("/// details | `", "`\na\n///\n")),
    *(("[^1]: `", "`\n"), ("a\n:   `", "`\n"), ("- $", "$\n"), ("> `", "`\n")),
    *(("[`", "`](#b)"), ("[a](https://a.bc '", "')"), ("<https://a.bc/", ">")),
    *(("[^1]\n\n[^1]: ", "\n"), ("[^1]:", "\n"), ("- > ", "\n")),
    *(("![`", "`](figure:ch03-spiral)"), ("[a](https://a.bc '`", "`')")),
    *(("`a\n", "\n`"), ("$a\n", "\nb$"), ("## `", "`\n"), ("*`", "`*")),
)
pieces = st.one_of(
    st.sampled_from(HARM), st.sampled_from(SIGNS), st.text(max_size=6)
)
texts = st.lists(pieces, max_size=14).map("".join)
fronts = st.one_of(
    st.just(FRONT),
    texts.map(lambda text: f"---\n{text}\n---\n"),
    st.tuples(st.integers(1, 8), texts).map(
        lambda change: "\n".join(
            line[: line.find(":") + 2] + change[1] if at == change[0] else line
            for at, line in enumerate(FRONT.split("\n"))
        )
    ),
    texts,
)
noise = st.lists(st.sampled_from(SIGNS), max_size=2).map("".join)


@st.composite
def sheltered(draw: st.DrawFn) -> str:
    text = str(draw(st.sampled_from((*HARM, QUOTE))))
    for before, after in draw(
        st.lists(st.sampled_from(SHELTERS), min_size=1, max_size=2)
    ):
        text = f"{before}{draw(noise)}{text}{draw(noise)}{after}"
    return f"{draw(noise)}{text}{draw(noise)}\n"


@settings(bounded, max_examples=2 * EXAMPLES)
@given(front=fronts, body=texts)
def test_no_text_confuses_the_judge(root: Path, front: str, body: str) -> None:
    data = (front + body).encode("utf-8", "surrogatepass")
    for problem in judged(root, data):
        assert 1 <= problem.line <= data.count(b"\n") + 1, problem
        assert "\n" not in str(problem)
    contributed.entries(root)


@settings(bounded, max_examples=EXAMPLES)
@given(data=st.binary(max_size=200))
def test_no_bytes_confuse_the_judge(root: Path, data: bytes) -> None:
    judged(root, data)
    judged(root, FRONT.encode() + data)
    judged(root, b"---\n" + data + b"\n---\n")


@settings(bounded, max_examples=4 * EXAMPLES)
@given(body=sheltered())
def test_what_passes_is_harmless_before_it_is_cleaned(
    root: Path, body: str
) -> None:
    """And what is cleaned is harmless whatever the judge says."""
    try:
        html = judge.render(document(body), root)
    except Faulty:
        return
    assert_harmless(cleaning.clean(html))
    if not list(judge.faults(document(body), root)):
        assert_harmless(html)


# --- As large as a file may be -------------------------------------------

UNITS = (
    *("[", "![", "](", "[a](", "[^", "*", "**", "*a ", "***a** ", "_a *b "),
    *("`", "` ``", "$", "$a$ ", "$$\n", "<", "<a ", "&", "://", "\\", '"'),
    *("'a ", "> ", "> a\n", "- ", "    - a\n", "# ", "|", "|-", "---\n\n"),
    *("{", "///\n", "[a]: https://a.bc\n", "[^a]: b\n\n", "a ", "字"),
    *("softmax loss ", "e\u0301", "## a\n\n", "- a\n\n", "a[^1]\n\n[^1]: a\n"),
    *("/// note | a\nb\n///\n", "a\n:   b\n", "- a\n    - b\n        - c\n"),
    *("*[a]: b\n\n", "> > > a\n", "1. a\n\n", "```text\na\n```\n\n"),
)
CELLS = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * (5_000 // SHARE)


@pytest.mark.parametrize("unit", [*UNITS, CELLS])
def test_the_largest_file_is_judged_soon(root: Path, unit: str) -> None:
    room = entry.MAX_BYTES // SHARE - len(FRONT) - 9
    body = unit * (room // len(unit.encode()))
    judged(root, f"{FRONT}{body}\n".encode())
