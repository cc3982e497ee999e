"""Text that nobody would write: the rules never fail, hang or let it by."""

import json
import re
import shutil
import time
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
import reflection_body
import reflection_rules
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from mkdocs.config import load_config
from reflection_letters import letter_faults
from reflection_source import MAX_BYTES, Setting, Source

import glossary
import reflections

ROOT = Path(__file__).parents[2]
CORPORA = Path(__file__).parent / "reflections"
NAME = "2026-11-20-a.md"
FRONT = (
    '---\ntitle: "A note"\ndate: 2026-11-20\nauthors: [journal]\n'
    "chapters: []\ncategories: [Learned]\n"
    'description: "What I saw today."\n---\n'
)
# Seconds of the processor, on a slow machine with others at work.
LIMIT = 5
FIGURES = frozenset({"ch03-spiral"})

bounded = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@cache
def setting(folder: Path) -> Setting:
    return Setting(
        folder=folder,
        known_chapters=frozenset({3}),
        today=date(2026, 11, 22),
        sections=frozenset(),
        authors=frozenset({"journal"}),
        questions=frozenset(),
        placeholder="",
        figures=FIGURES,
        pages=frozenset(),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz") / "reflections"
    folder.mkdir()
    for name in (".authors.yml", "_template.md"):
        shutil.copy(ROOT / "reflections" / name, folder)
    (folder.parent / "docs").symlink_to(ROOT / "docs")
    return folder


def judged(folder: Path, data: bytes) -> list[reflection_rules.Problem]:
    """Return what all rules say of a file, within the limit."""
    (folder / NAME).write_bytes(data)
    start = time.process_time()
    found = reflection_rules.problems(
        folder,
        known_chapters={3},
        today=date(2026, 11, 22),
        sections=frozenset(),
        figures=FIGURES,
    )
    assert time.process_time() - start < LIMIT
    return found


def passes(folder: Path, body: str) -> bool:
    """Whether no rule for the body has anything to say."""
    if any(letter_faults(body)):
        return False
    source = Source(NAME, {}, body, 10)
    return not any(
        True
        for rule in reflection_body.BODY_RULES
        for _ in rule(source, setting(folder))
    )


@cache
def parser() -> Markdown:
    """Markdown as the site renders it, but without its sanitising."""
    config = load_config(str(ROOT / "mkdocs.yml"))
    terms = glossary.load(ROOT / "resources" / "glossary.md")
    return Markdown(
        extensions=[
            *config.markdown_extensions,
            glossary.GlossaryExtension(terms, scope="page", exclude=()),
            reflections.SiteLinks(),
        ],
        extension_configs=config.mdx_configs,
    )


def rendered(body: str) -> str:
    parser().reset()
    return parser().convert(body)


ELEMENTS = frozenset(
    (
        *("a", "abbr", "blockquote", "br", "code", "dd", "details", "div"),
        *("dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img"),
        *("input", "label", "li", "ol", "p", "pre", "span", "strong"),
        *("summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    )
)
ATTRIBUTES = frozenset(
    (
        *("alt", "checked", "class", "data-term", "disabled", "href", "id"),
        *("open", "src", "start", "style", "title", "type"),
    )
)
TARGET = re.compile(
    r"https://[^\s\"'<>]*|#[^\s\"'<>]*|mailto:.*|(\.\./)+[\w./#-]*"
    r"|resources/glossary\.md#[\w-]+"
)


class Intruders(HTMLParser):
    """What a page holds that no writer may put there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        if tag not in ELEMENTS:
            self.found.append(tag)
        for name, value in attrs:
            good = name in ATTRIBUTES
            if name == "href":
                good = bool(TARGET.fullmatch(value or ""))
            if name == "src":
                good = value == "figure:ch03-spiral"
            if not good:
                self.found.append((tag, name, value))
            if name == "style" and not re.fullmatch(
                r"text-align: \w+;", value or ""
            ):
                self.found.append((tag, name, value))

    def handle_comment(self, data: str) -> None:
        self.found.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def intruders(html: str) -> list[object]:
    found = Intruders()
    found.feed(html)
    found.close()
    return found.found


# --- What text is made of ------------------------------------------------

HARM = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<!--",
    "[x](javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](https://evil.example/x.png)",
    "{: onclick=alert(1) }",
    "{ onclick=alert(1) }",
    '/// note\n    attrs: {"onclick": "alert(1)"}\n\nx\n///',
)
# It does harm where code stands in an attribute.
QUOTE = '" onload="alert(1)'
SIGNS = (
    *("`", "``", "$", "$$", "|", "\\", "\\`", "\\$", "[", "]", "(", ")"),
    *(
        "](#b)",
        "![",
        "](figure:ch03-spiral)",
        "*",
        "**",
        "_",
        "#",
        "# ",
        "## ",
    ),
    *(">", "> ", "- ", "1. ", "    ", "\t", ":   ", "[^1]", "[^1]: ", "5"),
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
    *(
        ("[^1]\n\n[^1]: ", "\n"),
        ("[^1]:", "\n"),
        ("- > ", "\n"),
        (":   ", "\n"),
    ),
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
sheltered = st.tuples(
    *(noise, st.sampled_from(SHELTERS), noise),
    st.sampled_from((*HARM, QUOTE)),
    *(noise, st.one_of(st.none(), st.sampled_from(SHELTERS)), noise),
).map(
    lambda p: (
        f"{p[0]}{p[5][0] if p[5] else ''}{p[1][0]}{p[2]}{p[3]}{p[4]}"
        f"{p[1][1]}{p[5][1] if p[5] else ''}{p[6]}\n"
    )
)


@settings(bounded, max_examples=200)
@given(front=fronts, body=texts)
def test_no_text_confuses_the_rules(
    folder: Path, front: str, body: str
) -> None:
    data = (front + body).encode("utf-8", "surrogatepass")
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    for problem in judged(folder, data):
        assert 1 <= problem.line <= lines + 1, problem
        assert "; " in problem.message
        assert "\n" not in str(problem)
    reflections.entries(folder)


@settings(bounded, max_examples=100)
@given(data=st.binary(max_size=200))
def test_no_bytes_confuse_the_rules(folder: Path, data: bytes) -> None:
    judged(folder, data)
    judged(folder, FRONT.encode() + data)
    judged(folder, b"---\n" + data + b"\n---\n")


@settings(bounded, max_examples=1200)
@given(body=sheltered)
def test_what_passes_does_no_harm(folder: Path, body: str) -> None:
    if passes(folder, body):
        assert intruders(rendered(body)) == [], body


def test_the_harm_would_be_seen() -> None:
    for harm in HARM[:3]:
        assert intruders(rendered(f"a {harm}"))
    for harm in HARM[4:]:
        assert intruders(rendered(f"a\n\n*a*{harm}")) or intruders(
            rendered(harm)
        )

    assert intruders(rendered(f"![`{QUOTE}`](figure:ch03-spiral)"))


def test_hostile_files_do_harm_that_is_seen() -> None:
    """Most of what the rules refuse would have been rendered."""
    expected = json.loads(
        (CORPORA / "hostile" / "expected.json").read_text("utf-8")
    )
    seen = 0
    for name in sorted(expected)[:60]:
        text = (CORPORA / "hostile" / name).read_text("utf-8")
        seen += bool(intruders(rendered(text.split("\n---\n")[1])))
    assert seen > 40


@pytest.mark.parametrize(
    "path", sorted((CORPORA / "good").glob("*.md")), ids=lambda path: path.stem
)
def test_good_entries_hold_no_intruder(path: Path) -> None:
    body = path.read_text("utf-8").split("\n---\n", 1)[1]
    assert intruders(rendered(body)) == []


# --- As large as a file may be -------------------------------------------

UNITS = (
    *("[", "![", "](", "[a](", "[^", "*", "**", "*a ", "***a** ", "_a *b "),
    *(
        "`",
        "` ``",
        "$",
        "$a$ ",
        "$$\n",
        "<",
        "<a ",
        "&",
        "://",
        "\\",
        '"',
        "'a ",
    ),
    *(
        "> ",
        "> a\n",
        "- ",
        "    - a\n",
        "# ",
        "|",
        "|-",
        "---\n\n",
        "{",
        "///\n",
    ),
    *(
        "[a]: https://a.bc\n",
        "[^a]: b\n\n",
        "softmax loss ",
        "e\u0301",
        "字",
        "a ",
    ),
)
CELLS = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 5_000
# What is as large as the rules let it be: the unit, how often it makes a
# paragraph, how many paragraphs there are.
ALLOWED = {
    "emphasis": ("***a** b *c* __d__ ", 420, 7),
    "quotes": ("\"a 'b ", 1_100, 7),
    "brackets": ("(a) ", 1_990, 7),
    "links": ("[a](#a) ", 200, 7),
    "addresses": ("<https://a.bc> ", 530, 7),
    "terms": ("softmax loss gradient ", 360, 7),
    "signs": ("a & b < c > d ", 570, 7),
    "stars": ("* ", 3_990, 7),
    "lines": ("a\n", 1, 3_000),
    "items": ("- a\n", 1_500, 2),
    "loose items": ("- a\n", 1, 3_000),
    "nested items": ("- a\n    - b\n        - c\n", 300, 3),
    "quotations": ("> > > a\n", 900, 3),
    "terms of lists": ("a\n:   b\n", 1, 1_500),
    "rules": ("---\n", 1, 3_000),
    "headings": ("## a\n", 1, 3_000),
    "rows": ("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 790, 1, 3),
    "formulas": ("$a$ ", 200, 2),
    "notes": ("a[^1]\n\n[^1]: a\n", 1, 900),
    "references": ("[a]: https://a.bc\n", 380, 5),
    "boxes": ("/// note | a\nb\n///\n", 1, 1_000),
    "code": ("`a` ", 1_990, 7),
}


def large(unit: str) -> str:
    return unit * ((MAX_BYTES - len(FRONT) - 9) // len(unit.encode()))


@pytest.mark.parametrize("unit", [*UNITS, CELLS])
def test_the_largest_file_is_judged_soon(folder: Path, unit: str) -> None:
    body = f"{large(unit)}\n"
    found = judged(folder, (FRONT + body).encode())
    if not found:
        start = time.process_time()
        rendered(body)
        assert time.process_time() - start < LIMIT


@pytest.mark.parametrize("name", ALLOWED)
def test_the_largest_that_is_allowed_is_rendered_soon(
    folder: Path, name: str
) -> None:
    unit, times, paragraphs = ALLOWED[name]
    body = (unit * times + "\n\n") * paragraphs
    found = judged(folder, (FRONT + body).encode())
    assert [p for p in found if "at most" in p.message] == []
    start = time.process_time()
    rendered(body)
    assert time.process_time() - start < LIMIT
