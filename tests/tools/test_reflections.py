"""The rules for reflections, each with a planted fault, and their lists."""

import re
import shutil
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from markdown import markdown

import reflection_body
import reflection_front
import reflection_rules
import reflections
from reflections import ReflectionError

ROOT = Path(__file__).parents[2]
Rule = Callable[..., Iterable[object]]
TODAY = date(2026, 11, 22)
SECTIONS = {"layers.py:ch03-dense", "chapters/ch03_adding_layers.py:ch03-run"}
NAME = "2026-11-20-a-first-note.md"

# Nine lines of front matter; the body begins on line 10.
GOOD = """\
---
title: "A first note: softmax & me"
date: 2026-11-20
authors: [journal]
chapters: [3, 5]
categories: [Learned, Changed my mind]
tags: [softmax, random-seed]
description: "What I thought that softmax was."
---
I read [the chapter](../docs/chapters/05-loss.md#part).

## What I tried { #tried }

```python
--8<-- "layers.py:ch03-dense"
```
"""
BODY = GOOD.index("I read")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small repository's reflections, without an entry."""
    folder = tmp_path / "reflections"
    folder.mkdir()
    for name in (".authors.yml", "_template.md"):
        shutil.copy(ROOT / "reflections" / name, folder)
    for name in (
        "assets/authors/pen.svg",
        "chapters/05-loss.md",
        "notebooks/05-loss-surface.py",
    ):
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    return folder


def found(folder: Path, **options: object) -> list[str]:
    """Return the problems as text."""
    setting: dict[str, object] = {
        "known_chapters": {3, 4, 5},
        "today": TODAY,
        "sections": SECTIONS,
    }
    return [
        str(problem)
        for problem in reflection_rules.problems(folder, **(setting | options))
    ]


def write(folder: Path, text: str | bytes, name: str = NAME) -> Path:
    path = folder / name
    data = text.encode() if isinstance(text, str) else text
    path.write_bytes(data)
    return path


def body(text: str, front: str = GOOD[:BODY]) -> str:
    return f"{front}{text}\n"


def test_a_good_entry_has_no_problem(folder: Path) -> None:
    write(folder, GOOD)
    assert found(folder) == []


# --- Front matter: (what is replaced, by what, line, part of the message)

FRONT_FAULTS = {
    "title is a number": (r"title: .*", "title: 2026", 2, "must be text"),
    "title is empty": (r"title: .*", "title:", 2, "must be text"),
    "title is short": (r"title: .*", "title: ab", 2, "expected 3 to 90"),
    "title is long": (r"title: .*", f"title: {'a' * 91}", 2, "91 characters"),
    "title has a tag": (
        r"title: .*",
        'title: "a <b> c"',
        2,
        "must not hold <",
    ),
    "title has a hidden tag": (
        r"title: .*",
        'title: "a &lt;b&gt; c"',
        2,
        "must not hold <",
    ),
    "title has lines": (r"title: .*", 'title: "abc\\nd"', 2, "one line"),
    "date is quoted": (r"date: .*", 'date: "2026-11-20"', 3, "without quotes"),
    "date has a time": (
        r"date: .*",
        "date: 2026-11-20 10:00:00",
        3,
        "without quotes or time",
    ),
    "date is not real": (r"date: .*", "date: 2026-02-30", 3, "calendar"),
    "date is text": (r"date: .*", "date: yesterday", 3, "YYYY-MM-DD"),
    "date is to come": (r"date: .*", "date: 2026-11-23", 3, "the future"),
    "date is not the name's": (
        r"date: .*",
        "date: 2026-11-19",
        3,
        "differs from the file name's 2026-11-20",
    ),
    "author is no account": (r"\[journal\]", "[m_y]", 4, "'m_y' is not"),
    "authors is a word": (r"\[journal\]", "journal", 4, "must be a list"),
    "authors is empty": (r"\[journal\]", "[]", 4, "expected 1 to 5"),
    "author twice": (r"\[journal\]", "[journal, journal]", 4, "twice"),
    "author on a line of its own": (
        r"\[journal\]",
        "\n  - journal\n  - Eve",
        6,
        "'Eve' is not",
    ),
    "chapter is unknown": (r"\[3, 5\]", "[3, 99]", 5, "99 does not exist"),
    "chapter is text": (r"\[3, 5\]", '["3"]', 5, "not a number"),
    "chapter is octal": (r"\[3, 5\]", "[03]", 5, "not a number"),
    "chapter is a list": (r"\[3, 5\]", "[[3]]", 5, "not a number"),
    "category is unknown": (r"Learned, ", "News, ", 6, "'News' is unknown"),
    "no category": (r"\[Learned.*", "[]", 6, "expected 1 to 5"),
    "tag is upper case": (r"softmax,", "Softmax,", 7, "'Softmax' is not"),
    "tag has a space": (r"softmax,", "soft max,", 7, "not a short word"),
    "tag is long": (r"softmax,", f"{'a' * 31},", 7, "not a short word"),
    "tag is markup": (r"softmax,", '"<b>",', 7, "not a short word"),
    "too many tags": (
        r"\[softmax.*",
        f"[{', '.join(f'tag{i}' for i in range(9))}]",
        7,
        "expected 0 to 8",
    ),
    "description is long": (
        r"description: .*",
        f"description: {'a' * 161}",
        8,
        "expected 10 to 160",
    ),
    "description is the template's": (
        r"description: .*",
        'description: "One sentence that says what this entry tells."',
        8,
        "still the template's",
    ),
    "draft is text": (
        r"description: ",
        "draft: maybe\ndescription: ",
        8,
        "must say",
    ),
    "draft is yes": (
        r"description: ",
        "draft: yes\ndescription: ",
        8,
        "say true or false",
    ),
    "a key is unknown": (
        r"description: ",
        "slug: ../../out\ndescription: ",
        8,
        "the key 'slug' is unknown",
    ),
    "a template is chosen": (
        r"description: ",
        "template: main.html\ndescription: ",
        8,
        "the key 'template' is unknown",
    ),
    "a key twice": (
        r"description: ",
        "title: Another\ndescription: ",
        8,
        "'title' is given twice",
    ),
    "a key is missing": (r"title: .*\n", "", 1, "'title' is missing"),
    "an anchor": (r"\[journal\]", "&a [journal]", 4, "anchors and aliases"),
    "an alias": (r"\[softmax.*", "*a", 7, "anchors and aliases"),
    "a tag of YAML": (
        r"title: .*",
        "title: !!python/name:os.system",
        2,
        "YAML tag tag:yaml.org,2002:python/name:os.system",
    ),
    "deep YAML": (r"\[softmax.*", f"{'[' * 1000}", 7, "nested too deep"),
    "broken YAML": (r"title: .*", "title: a: b", 2, "not valid YAML"),
    "unclosed YAML": (r"\[softmax.*", "[softmax", 8, "not valid YAML"),
    "a merge key": (r"\[softmax.*", "[]\n<<: {a: b}", 8, "'<<' is unknown"),
    "no mapping": (r"(?s)title: .*?---", "- a\n---", 2, "no line key: value"),
    "a key that is a list": (r"tags: ", "? [a]\n: ", 7, "must be a word"),
    "front matter ends in dots": (r"\n---\n", "\n...\n", 9, "write ---"),
    "front matter is long": (r"tags: ", f"# {'a' * 4096}\ntags: ", 1, "4096"),
}


@pytest.mark.parametrize("name", FRONT_FAULTS)
def test_front_matter(folder: Path, name: str) -> None:
    pattern, by, line, message = FRONT_FAULTS[name]
    text = re.sub(pattern, lambda _: by, GOOD, count=1)
    assert text != GOOD
    write(folder, text)
    assert_one(found(folder), line, message)


def assert_one(problems: list[str], line: int, message: str) -> None:
    """Exactly this line is named, with these words among others."""
    start = f"reflections/{NAME}:{line}: "
    assert any(p.startswith(start) and message in p for p in problems), (
        problems
    )
    # Every message offers a mend behind a semicolon.
    assert all("; " in problem for problem in problems), problems


# --- Body: (text that follows the nine lines, line, part of the message)

BODY_FAULTS = {
    "no text": ("", 9, "has no text"),
    "a block of HTML": ("<div>\nx\n</div>", 10, "raw HTML <div>"),
    "HTML in a line": ("a\nb <b>c</b>", 11, "raw HTML <b>"),
    "a script": ("a\n\n<script>alert(1)</script>", 12, "raw HTML <script>"),
    "a comment": ("a\n\n<!-- more -->", 12, "raw HTML <!-->"),
    "HTML in a list": ("- a\n- <iframe src=x>", 11, "raw HTML <iframe>"),
    "HTML in a quotation": ("> a\n> <img src=x>", 11, "raw HTML <img>"),
    "HTML in a table": (
        "| a | b |\n|---|---|\n| c | <b>d</b> |",
        12,
        "raw HTML <b>",
    ),
    "HTML in a heading": ("## a <i>b</i>", 10, "raw HTML <i>"),
    "HTML in a footnote that nothing names": (
        "a\n\n[^x]: <b>c</b>",
        12,
        "raw HTML <b>",
    ),
    "HTML in mathematics": ("$<img src=x>$", 10, "raw HTML <img>"),
    "HTML behind an escaped tick": (r"\`<b>x</b>`", 10, "raw HTML <b>"),
    "an unclosed tag": ("a\n<b onclick=x", 11, "raw HTML <b>"),
    "an address with attributes": (
        "<https://a.org onclick=x>",
        10,
        "raw HTML <https>",
    ),
    "H1": ("# Title", 10, "level 1 is not allowed"),
    "H1 by underline": ("a\n\nTitle\n=====", 12, "level 1 is not allowed"),
    "H1 without a space": ("a\n\n#Title", 12, "must not begin with #"),
    "a jump of headings": ("## a\n\n#### b", 12, "from level 2 to 4"),
    "a first heading too low": ("### a", 10, "from level 1 to 3"),
    "a fence in a language of its own": ("```js\n1\n```", 10, "says 'js'"),
    "a fence without a language": ("a\n\n```\n1\n```", 12, "says ''"),
    "a fence with a title": (
        '```text title="a"\n1\n```',
        10,
        'text title="a"',
    ),
    "a fence with attributes": (
        "```{ .text onclick=x }\n1\n```",
        10,
        "nothing more",
    ),
    "a fence never closed": ("a\n\n```text\n1", 12, "never closed"),
    "code by indentation": ("a\n\n    b", 12, "by indentation"),
    "an output alone": ("```output\n1\n```", 10, "directly below"),
    "typed Python": ("```python\nprint(1)\n```", 11, "typed Python"),
    "Python, partly typed": (
        '```python\n--8<-- "layers.py:ch03-dense"\nx = 1\n```',
        12,
        "typed Python",
    ),
    "Python by another name": ("```py\n1\n```", 10, "says 'py'"),
    "Python in a list": (
        '- a\n\n    ```python\n    --8<-- "layers.py:ch03-dense"\n    ```',
        12,
        "must begin and end at the margin",
    ),
    "a section that is not there": (
        '```python\n--8<-- "layers.py:ch03-gone"\n```',
        11,
        "no section layers.py:ch03-gone",
    ),
    "a whole file": (
        '```python\n--8<-- "layers.py"\n```',
        11,
        "no section layers.py",
    ),
    "a file outside": (
        '```python\n--8<-- "../../etc/passwd"\n```',
        11,
        "no section ../../etc/passwd",
    ),
    "an include in prose": ('--8<-- "layers.py:ch03-dense"', 10, "an include"),
    "an include in a text fence": (
        '```text\n--8<-- "layers.py:ch03-dense"\n```',
        11,
        "an include",
    ),
    "an include of several files": (
        "a\n\n--8<--\nlayers.py\n--8<--",
        12,
        "an include",
    ),
    "an include with one dash": ('a\n-8<- "layers.py"', 11, "an include"),
    "an escaped include": (';--8<-- "layers.py"', 10, "an include"),
    "an include by lines": (
        '```python\n--8<-- "layers.py:1:3"\n```',
        11,
        "no section layers.py:1:3",
    ),
    "a script as link": ("a\n[b](javascript:alert(1))", 11, "javascript:"),
    "a script as link, hidden": (
        "[b](&#106;avascript:alert(1))",
        10,
        "is not allowed",
    ),
    "data as link": ("[b](data:text/html;base64,AA)", 10, "not allowed"),
    "a link without encryption": ("[b](http://a.org)", 10, "write https:"),
    "an address without encryption": ("<http://a.org>", 10, "write https:"),
    "a link to another scheme": ("[b](ftp://a.org)", 10, "not allowed"),
    "a link that takes our scheme": ("[b](//a.org)", 10, "not allowed"),
    "a link from the root": ("[b](/etc)", 10, "not allowed"),
    "a link with a user": ("[b](https://a.org@b.org)", 10, "not allowed"),
    "a link with a query": ("[b](x.md?y)", 10, "not allowed"),
    "an empty link": ("[b]()", 10, "(empty) leads nowhere"),
    "a link to no page": (
        "[b](../docs/chapters/06-x.md)",
        10,
        "leads nowhere",
    ),
    "a link out of docs": ("[b](../docs/../x.md)", 10, "leads nowhere"),
    "a link to the site's path": (
        "[b](../chapters/05-loss.md)",
        10,
        "leads nowhere",
    ),
    "a link to the tools": (
        "[b](../docs/tools/reflections.py)",
        10,
        "leads nowhere",
    ),
    "a link to no entry": ("[b](2026-11-01-gone.md)", 10, "leads nowhere"),
    "a link to the template": ("[b](_template.md)", 10, "leads nowhere"),
    "a link by reference": ("[b]\n\n[b]: http://a.org", 12, "write https:"),
    "a reference that nothing names": (
        "a\n\n[b]: javascript:alert(1)",
        12,
        "not allowed",
    ),
    "a reference within a paragraph": (
        "a\n[b]: javascript:alert(1)",
        11,
        "not allowed",
    ),
    "a link with a space": ("a\n[b](java script:x)", 11, "cannot be read"),
    "a reference to nothing": ("[b][c]", 10, "cannot be read"),
    "a link below a code span of two lines": (
        "a `b\nc` d\n[e](ftp://a.org)",
        12,
        "not allowed",
    ),
    "a link in a table": (
        "| a |\n|---|\n| [b](ftp://a.org) |",
        12,
        "not allowed",
    ),
    "a picture from elsewhere": ("![a](https://a.org/b.png)", 10, "picture"),
    "a picture of scripts": ("![a](x.svg)", 10, "the picture x.svg"),
    "a picture without words": (
        "a\n\n![](figure:ch03-spiral)",
        12,
        "text alt",
    ),
    "a figure that is not there": (
        "![a](figure:ch03-gone)",
        10,
        "there is no",
    ),
    "attributes of a link": (
        "[b](https://a.org){ onclick=x }",
        10,
        "braces",
    ),
    "attributes of a paragraph": ("a\n{: .b }", 11, "braces"),
    "attributes of a heading": ("## a { #b .c }", 10, "braces"),
    "attributes of a cell": ("| a |\n|---|\n| b { .c } |", 12, "braces"),
    "an anchor in text": ("a { #b }", 10, "braces"),
    "a box of an unknown kind": ("/// html | div\nx\n///", 10, "no box 'html"),
    "a box with attributes": (
        "/// note | a\n    attrs:\n        onclick: x\n\nb\n///",
        11,
        "no option of a box",
    ),
    "a box never closed": ("a\n\n/// note | b\nc", 12, "never closed"),
    "a box closed twice": ("/// note | a\nb\n///\n///", 13, "closes no box"),
    "a box of another kind": ("!!! note\n    a", 10, "boxes by !!!"),
    "the template's question": (
        "a\n\n*What did I try?*",
        12,
        "this question is the template's",
    ),
    "a fence closed by a longer one": ("```text\na\n````", 12, "looks as if"),
    "a fence in a list": ("- ```text\n  a\n  ```", 10, "at the margin"),
    "code over two lines": ("a\nb `c\nd` e", 11, "no partner"),
    "an escaped tick": ("a \\`b`", 10, "before a `"),
    "a language in code": ("`#!js 1`", 10, "begin with #!"),
    "code that parts a cell": (
        "| a | b |\n|---|---|\n| `c | d` |",
        12,
        "the sign | in a table",
    ),
    "a formula over two lines": ("a $b\nc$ d", 10, "no partner"),
    "a formula in the text": ("a $$b$$ c", 10, "must stand alone"),
    "a formula without room": ("a\n$$\nb\n$$", 11, "a blank line before"),
    "a formula with code": ("$$\n`a`\n$$", 11, "must not hold `"),
    "a box in a formula": ("$$\n/// note\na\n///\n$$", 11, "must not hold `"),
    "a paragraph without end": ("a\n\n" + "b " * 4001, 12, "8002 characters"),
    "formulas without end": (
        "a\n" + "$b$ " * 401,
        11,
        "more than 400 formulas",
    ),
    "a line of blanks": ("    \n```text\na\n```", 10, "blanks only"),
    "a command that links": ("a\n\n$\\href{b}{c}$", 12, r"the command \href"),
    "TeX in the text": (r"a \alpha b", 10, "outside of mathematics"),
    "a glossary": ("a\n\n*[the]: b", 12, "glossary"),
    "a place-holder": ("a\n\n[TOC]", 12, "[TOC] is not used"),
    "a footnote's name": ("a[^b c]", 10, "the footnote's name 'b c'"),
    "a footnote's name over lines": ("a[^b\nc]", 10, "the footnote's name"),
    "code in a picture's words": ("![`a`](figure:ch03-spiral)", 10, "picture"),
    "code in a link's title": ("[a](https://a.bc '`b`')", 10, "cannot be"),
    "an address that escapes": ("<https://a.bc/\\>", 10, "raw HTML <https>"),
    "an address with a formula": ("<https://a.bc/$b> c$>", 10, "raw HTML"),
    "a comment in code": (
        "```text\na\n<!-- more -->\n```",
        12,
        "even in code",
    ),
    "a place-holder in code": (
        "`///Footnotes Go Here///`",
        10,
        "not used here",
    ),
    "lines without end": ("a\n\n" * 3001, 6010, "3001 lines of text"),
    "a reference in a footnote": (
        "[x][^1]\n\n[^1]: [x]: javascript:alert(1)",
        12,
        "on one line, at the margin",
    ),
    "a reference over lines": (
        "a\n\n[\nx]: javascript:a",
        13,
        "this ] closes",
    ),
    "an entity": ("a &lt;b&gt;", 10, "&lt; hides a sign"),
    "lists without end": ("a\n\n" + "> " * 7 + "b", 12, "nested too deep"),
    "a box in a quotation": ("> /// note | a", 10, "a box must begin"),
    "an address that lies": (
        "[https://a.org](https://b.org)",
        10,
        "leads elsewhere",
    ),
    "a host of another script": ("[a](https://аррӏе.org)", 10, "its host"),
    "a host in punycode": ("<https://xn--80ak6aa92e.com>", 10, "its host"),
    "a picture over lines": ("a ![b\nc](figure:ch03-spiral)", 10, "picture"),
    "two scripts in a word": ("pаssword", 10, "Cyrillic and Latin"),
    "a letter of mathematics": ("𝐩ass", 10, "only looks like p"),
    "marks in heaps": ("a" + "\u0301" * 5, 10, "marks stand on one letter"),
    "a control character": ("a\nb\x07", 11, "U+0007"),
    "text that runs backwards": ("a\n\u202eb", 11, "U+202E"),
    "a zero-width space": ("a\u200bb", 10, "U+200B"),
    "a joiner between Latin letters": ("a\u200db", 10, "U+200D"),
    "a separator of lines": ("a\u2028b", 10, "U+2028"),
    "a tag character": ("a\U000e0041", 10, "U+E0041"),
    "a byte order mark within": ("a\ufeffb", 10, "U+FEFF"),
}


@pytest.mark.parametrize("name", BODY_FAULTS)
def test_body(folder: Path, name: str) -> None:
    text, line, message = BODY_FAULTS[name]
    write(folder, body(text))
    problems = found(folder, figures={"ch03-spiral"})
    assert_one(problems, line, message)


def test_every_rule_has_a_planted_fault(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: set[Rule] = set()

    def listening(rule: Rule) -> Rule:
        def listen(*given: object) -> list[object]:
            faults = list(rule(*given))
            if faults:
                heard.add(rule)
            return faults

        return listen

    front, rules = reflection_front.FRONT_RULES, reflection_body.BODY_RULES
    listeners = {key: listening(rule) for key, rule in front.items()}
    monkeypatch.setattr(reflection_front, "FRONT_RULES", listeners)
    monkeypatch.setattr(
        reflection_body, "BODY_RULES", list(map(listening, rules))
    )
    for pattern, by, _, _ in FRONT_FAULTS.values():
        write(folder, re.sub(pattern, by.replace("\\", r"\\"), GOOD, count=1))
        found(folder)
    for text, _, _ in BODY_FAULTS.values():
        write(folder, body(text))
        found(folder, figures={"ch03-spiral"})
    assert heard == {*front.values(), *rules}


# --- Good entries -------------------------------------------------------

GOOD_BODIES = {
    "one line": "I understood the dot product.",
    "headings": "a\n\n## b\n\n### c\n\n#### d\n\n## e { #own }\n\nf",
    "lists": "1. a\n2. b\n    - c\n    - d\n\n- [x] e\n- [ ] f",
    "emphasis and rules": "*a* **b** ***c*** \\*d\\*\n\n---\n\ne",
    "a quotation": "> a\n> b\n>\n> - c\n> - d",
    "a table": "| a | b |\n|:--|--:|\n| `c` | $d_{1}$ |\n| 3 | 4 |",
    "fences": (
        "```console\nmake serve\n```\n\n```yaml\na: {b: c}\n```\n\n"
        "```bibtex\n@book{a,\n}\n```\n\n````markdown\n```text\n<b>\n```\n````"
    ),
    "Python and its output": (
        '```python\n--8<-- "layers.py:ch03-dense"\n\n'
        '--8<-- "chapters/ch03_adding_layers.py:ch03-run"\n```\n\n'
        "```output\n(300, 3)\n```"
    ),
    "code in a line": "`<b>` and ``a ` <i> {x}`` and `--8` < 5 and a < b",
    "mathematics": "$a_{1} < b$ and\n\n$$\n\\frac{a}{b} = {c}\n$$\n\nd",
    "money": "It cost $5, not $6.",
    "footnotes": "a[^1] b[^note]\n\n[^1]: c `d`\n[^note]:\n    e\n\n    f",
    "links": (
        "[a](https://a.org/b?c=d#e) <https://b.org> <me@a.org> "
        "[c](mailto:me@a.org)\n[d](../docs/chapters/05-loss.md) [e](#own) "
        "[f](../docs/notebooks/05-loss-surface.md)\n[g](2026-11-19-b.md#x)"
        "\n[h](../docs/resources/glossary.md)\n\n## i { #own }"
    ),
    "links by reference": "[a][b] and [b]\n\n[b]: https://a.org 'c'",
    "citations": "As [@rumelhart1986; @nair2010] say, and [@glorot2010].",
    "a figure": "a\n\n![Three arms](figure:ch03-spiral 'Spiral.')\n\nb",
    "boxes": (
        "/// note | a *b*\nc\n///\n\n//// details | d\n    type: success\n"
        "    open: true\n\ne\n\n/// warning\nf\n///\n////"
    ),
    "Persian, with its joiner": "می\u200cخواهم بدانم چرا softmax.",
    "Hindi": "मैंने सोचा कि क्\u200dष एक अक्षर है।",
    "Chinese and Japanese": "我以为损失会下降。私は間違っていた。",
    "Greek and Russian": "Η κλίση είναι διάνυσμα. Я ошибался.",
    "Thai, Hebrew, Korean": "ฉันเข้าใจแล้ว. הבנתי את השכבה. 이해했다.",
    "symbols": "Δx, dθ and 5 μs; ∂L/∂w; GPUで、Adam을 썼다; ℝ² and β1.",
    "dollars": "It cost \\$5 here\nand \\$6 there, or $7 at most.",
    "emoji": "It worked 🎉 👩\u200d💻 ❤️.",
    "accents and signs": "naïve café, “quotes” — dash … ≤ ≠ → ∂L/∂w",
    "braces in code": "The set `{1, 2}` and $\\{1, 2\\}$.",
    "hard breaks": "a  \nb\\\nc",
    "words that look like more": "Data: javascript is a word; 3 > 2; R & D.",
    "long": "\n\n".join(["A paragraph of some words. " * 12] * 150),
}


@pytest.mark.parametrize("name", GOOD_BODIES)
def test_good_entries_pass(folder: Path, name: str) -> None:
    write(folder, body("Another."), "2026-11-19-b.md")
    other = (folder / "2026-11-19-b.md").read_text("utf-8")
    write(folder, other.replace("11-20", "11-19"), "2026-11-19-b.md")
    write(folder, body(GOOD_BODIES[name]))
    options = {"figures": {"ch03-spiral"}, "pages": {"resources/glossary.md"}}
    assert found(folder, **options) == []


def test_other_good_front_matter(folder: Path) -> None:
    text = (
        "---\ntitle: Пример — 例\ndate: 2026-11-20\nauthors:\n  - journal\n"
        "chapters: []\ncategories:\n  - Hard\ntags: [εκθετική, 学习, हिन्दी]\n"
        "description: >-\n  What I thought,\n  and why.\ndraft: false  # now\n"
        "---\n\nText.\n"
    )
    write(folder, text)
    assert found(folder) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"---\n", b"--- \n", 1),
    ],
    ids=["byte order mark", "CRLF", "blank behind the dashes"],
)
def test_how_files_are_saved(
    folder: Path, change: Callable[[bytes], bytes]
) -> None:
    write(folder, change(GOOD.encode()))
    assert found(folder) == []
    assert [entry.title for entry in reflections.entries(folder)] == [
        "A first note: softmax & me"
    ]


def test_lines_are_right_with_crlf(folder: Path) -> None:
    write(folder, body("a\n\n<b>").encode().replace(b"\n", b"\r\n"))
    assert_one(found(folder), 12, "raw HTML <b>")


# --- The file and the folder --------------------------------------------


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"no front matter", 1, "no front matter"),
        (b"---\ntitle: abc\n", 1, "no front matter"),
        (b"", 1, "no front matter"),
        (GOOD.encode() + b"\n\xff\xfe", 18, "not UTF-8"),
        (GOOD.encode() + b"a" * 65536, 1, "at most 65536"),
    ],
    ids=["none", "unclosed", "empty file", "latin-1", "large"],
)
def test_the_file(folder: Path, data: bytes, line: int, message: str) -> None:
    write(folder, data)
    assert_one(found(folder), line, message)


@pytest.mark.parametrize(
    "name",
    [
        "note.md",
        "2026-11-20-A-First.md",
        "2026-11-20-two--hyphens.md",
        "2026-11-20.md",
        "2026-1-2-a.md",
        "2026-11-20-ärger.md",
        "2026-11-20-a.markdown",
        "2026-11-20-a.html",
        "index.md",
        ".hidden",
        f"2026-11-20-{'a' * 61}.md",
    ],
)
def test_names(folder: Path, name: str) -> None:
    write(folder, GOOD, name)
    problems = found(folder)
    assert len(problems) == 1
    assert problems[0].startswith(f"reflections/{name}:1: ")


def test_symbolic_links_and_folders_are_refused(folder: Path) -> None:
    secret = write(folder.parent, GOOD, "secret.md")
    (folder / NAME).symlink_to(secret)
    (folder / "posts").mkdir()
    assert [problem.split("; ")[0] for problem in found(folder)] == [
        f"reflections/{NAME}:1: a symbolic link is not allowed",
        "reflections/posts:1: only entries named YYYY-MM-DD-some-words.md "
        "(lower case, hyphens) belong here",
    ]
    assert reflections.virtual_files(folder) == []


def test_what_editors_leave_is_no_problem(folder: Path) -> None:
    for name in (".DS_Store", f".{NAME}.swp", f"{NAME}~", f"#{NAME}#"):
        write(folder, b"\xff", name)
    assert found(folder) == []


def test_a_broken_entry_hides_no_other(folder: Path) -> None:
    write(folder, "x", "2026-11-19-a.md")
    write(folder, "x", "2026-11-20-b.md")
    assert len(found(folder)) == 2


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (["2026-11-20-a.md", "2026-11-20-b.md"], 0),
        (["2026-11-20-a.md", "2026-11-20-A.md"], 1),
        (["2026-11-20-a.md", "2026-11-20-a.MD", "2026-11-20-A.md"], 2),
        (["caf\u00e9.md", "cafe\u0301.md"], 1),
        (["stra\u00dfe.md", "strasse.md"], 1),
        (["\uff41.md", "a.md"], 1),
        (["\u212a.md", "k.md"], 1),
    ],
)
def test_names_that_collide(names: list[str], count: int) -> None:
    # Not as files: some machines could not even hold them.
    assert len(list(reflection_rules.colliding(names))) == count


AUTHOR_FAULTS = {
    "no name": (r"    name: .*\n", "", 5, "'name' is missing"),
    "no avatar": (r"    avatar: .*", "", 5, "'avatar' is missing"),
    "an address as avatar": (
        r"avatar: .*",
        "avatar: https://a.org/b.png",
        8,
        "the avatar https://a.org/b.png is not one",
    ),
    "an avatar that is not there": (
        r"avatar: .*",
        "avatar: assets/authors/gone.svg",
        8,
        "is not one of docs/assets/authors/",
    ),
    "another key": (
        r"avatar: ",
        "url: x\n    avatar: ",
        8,
        "'url' is unknown",
    ),
    "markup": (r"name: .*", 'name: "<b>x"', 6, "must not hold <"),
    "a bad key": (r"  journal:", "  The Journal:", 5, "author's key"),
    "another top key": (r"authors:", "more: 1\nauthors:", 4, "'more' is"),
    "no authors": (r"(?s)authors:.*", "a: 1\n", 1, "'authors' is missing"),
    "broken": (r"name: .*", "name: a: b", 6, "not valid YAML"),
    "hidden": (r"name: .*", "name: a\u202eb", 6, "U+202E"),
}


@pytest.mark.parametrize("name", AUTHOR_FAULTS)
def test_authors(folder: Path, name: str) -> None:
    pattern, by, line, message = AUTHOR_FAULTS[name]
    path = folder / ".authors.yml"
    good = path.read_text("utf-8")
    text = re.sub(pattern, lambda _: by, good, count=1)
    assert text != good
    path.write_text(text, "utf-8")
    start = f"reflections/.authors.yml:{line}: "
    problems = found(folder)
    assert any(p.startswith(start) and message in p for p in problems), (
        problems
    )


def test_missing_files(folder: Path) -> None:
    (folder / ".authors.yml").unlink()
    (folder / "_template.md").unlink()
    assert [problem.split(";")[0] for problem in found(folder)] == [
        "reflections/.authors.yml:1: the file is missing",
        "reflections/_template.md:1: the template is missing",
    ]


@pytest.mark.parametrize("unit", ["[", "![", "<", "*", "`", "> ", "(", "$"])
def test_hostile_repetition_ends_soon(folder: Path, unit: str) -> None:
    write(folder, body(unit * (60_000 // len(unit))))
    start = time.perf_counter()
    found(folder)
    assert time.perf_counter() - start < 5


def test_too_many_brackets(folder: Path) -> None:
    write(folder, body("\n" + "[" * 2000))
    assert_one(found(folder), 11, "signs [, at most 2000")


def test_the_repository_has_no_problem_but_unknown_sections() -> None:
    folder = ROOT / "reflections"
    problems = reflection_rules.problems(
        folder,
        known_chapters=set(range(1, 38)),
        today=reflection_rules.latest_today(),
        sections=frozenset(),
    )
    wrong = [p for p in map(str, problems) if "there is no section" not in p]
    assert wrong == []


def test_today_is_the_latest_on_earth() -> None:
    assert reflection_rules.latest_today(
        datetime(2026, 11, 22, 9, 59, tzinfo=UTC)
    ) == date(2026, 11, 22)
    assert reflection_rules.latest_today(
        datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    ) == date(2026, 11, 23)


# --- For the site -------------------------------------------------------


def entry(folder: Path, name: str, **values: str) -> None:
    text = GOOD.replace("2026-11-20", name[:10])
    for key, value in values.items():
        text = re.sub(rf"(?m)^{key}: .*", f"{key}: {value}", text)
        if f"\n{key}: " not in text:
            text = text.replace("\ntags", f"\n{key}: {value}\ntags")
    write(folder, text, name)


@pytest.fixture
def some(folder: Path) -> Path:
    entry(folder, "2026-11-18-old.md", title="Old", chapters="[3]")
    entry(folder, "2026-11-20-b.md", title="Second", chapters="[5, 3]")
    entry(folder, "2026-11-20-a.md", title="First", chapters="[]")
    entry(folder, "2026-11-21-draft.md", title="Draft", draft="true")
    return folder


def test_virtual_files(some: Path) -> None:
    assert reflections.virtual_files(some) == [
        (
            f"reflections/posts/{name}",
            str(some / name),
            f"../reflections/{name}",
        )
        for name in (
            "2026-11-21-draft.md",
            "2026-11-20-a.md",
            "2026-11-20-b.md",
            "2026-11-18-old.md",
        )
    ]


def test_entries_are_published_and_the_newest_first(some: Path) -> None:
    found = reflections.entries(some)
    assert [e.title for e in found] == ["First", "Second", "Old"]
    assert found[1] == reflections.Entry(
        title="Second",
        date=date(2026, 11, 20),
        url="reflections/2026-11-20-b/",
        src_uri="reflections/posts/2026-11-20-b.md",
        authors=("The journal's author",),
        chapters=(5, 3),
        categories=("Learned", "Changed my mind"),
        tags=("softmax", "random-seed"),
        description="What I thought that softmax was.",
        draft=False,
    )


def test_by_chapter(some: Path) -> None:
    found = reflections.by_chapter(reflections.entries(some))
    titles = {n: [e.title for e in group] for n, group in found.items()}
    assert titles == {3: ["Second", "Old"], 5: ["Second"]}


def test_what_cannot_be_read_is_left_out(folder: Path) -> None:
    write(folder, b"\xff", "2026-11-19-a.md")
    write(folder, "x", "2026-11-18-a.md")
    write(folder, GOOD.replace("title:", "title: a:"), "2026-11-17-a.md")
    write(folder, GOOD, "2026-02-30-a.md")
    assert reflections.entries(folder) == []


def test_a_draft_may_be_unfinished_but_not_linked_to(folder: Path) -> None:
    draft = GOOD.replace("tags:", "draft: true\ntags:")
    write(folder, draft + "\n*What did I try?*\n")
    assert found(folder) == []
    name = "2026-11-19-b.md"
    text = body(f"[a]({NAME})").replace("2026-11-20\n", "2026-11-19\n")
    write(folder, text, name)
    assert len(found(folder)) == 1
    assert "leads nowhere" in found(folder)[0]


TITLES = {
    3: ("Adding layers", "chapters/03-adding-layers.md"),
    4: ("A [b] `c`", "chapters/04-activation-functions.md"),
    5: ("Loss", "chapters/05-loss.md"),
}


def test_chapters_line() -> None:
    line = reflections.chapters_line
    assert line([], TITLES) == ""
    assert line([9], TITLES) == ""
    assert line([5], TITLES) == (
        "On [chapter 5, Loss](../../chapters/05-loss.md).\n"
        "{ .reflection-chapters }\n\n"
    )
    html = markdown(line([5, 3, 4, 3], TITLES), extensions=["attr_list"])
    assert html == (
        '<p class="reflection-chapters">On '
        '<a href="../../chapters/03-adding-layers.md">chapter 3, Adding '
        'layers</a>, <a href="../../chapters/04-activation-functions.md">'
        'chapter 4, A [b] `c`</a> and <a href="../../chapters/05-loss.md">'
        "chapter 5, Loss</a>.</p>"
    )


def test_links_lead_to_the_site() -> None:
    html = markdown(
        "[a](../docs/chapters/05-loss.md#b) `(../docs/x.md)` "
        "[c](2026-11-20-a.md) [d][e]\n\n[e]: ../docs/index.md",
        extensions=[reflections.SiteLinks()],
    )
    assert re.findall('href="(.*?)"', html) == [
        "../../chapters/05-loss.md#b",
        "2026-11-20-a.md",
        "../../index.md",
    ]
    assert "<code>(../docs/x.md)</code>" in html


# --- A new entry --------------------------------------------------------


def test_a_new_entry_is_a_draft_without_a_problem(folder: Path) -> None:
    title = 'Why "softmax": a # b ’ & c: d'
    path = reflections.new_entry(folder, title, "journal", [5, 3], TODAY)
    assert path.name == "2026-11-22-why-softmax-a-b-c-d.md"
    assert found(folder) == []
    assert reflections.entries(folder) == []
    text = path.read_text("utf-8")
    # It may not be published with the template's words.
    path.write_text(text.replace("draft: true", "draft: false"), "utf-8")
    assert len(found(folder)) == 6
    finished = re.sub(r"(?m)^\*.*\*$", "Answer.", path.read_text("utf-8"))
    finished = finished.replace("One sentence that says", "This is")
    path.write_text(finished, "utf-8")
    assert found(folder) == []
    [entry] = reflections.entries(folder)
    assert (entry.title, entry.chapters, entry.date) == (title, (3, 5), TODAY)


def test_a_new_entry_overwrites_nothing(folder: Path) -> None:
    path = reflections.new_entry(folder, "One", "journal", [], TODAY)
    path.write_text("mine", "utf-8")
    with pytest.raises(ReflectionError, match="exists already; choose"):
        reflections.new_entry(folder, "One!", "journal", [], TODAY)
    assert path.read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("title", "author", "message"),
    [
        (" a ", "journal", "has 1 characters, expected 3 to 90"),
        ("a" * 91, "journal", "has 91 characters"),
        ("a <b>", "journal", "must not hold < >"),
        ("abc\u202e", "journal", "hidden characters"),
        ("abc", "e/ve", "expected an account's name as author, got 'e/ve'"),
    ],
)
def test_a_new_entry_explains(
    folder: Path, title: str, author: str, message: str
) -> None:
    with pytest.raises(ReflectionError, match=message):
        reflections.new_entry(folder, title, author, [], TODAY)
    assert not list(folder.glob("2*"))


def test_a_new_entry_needs_the_template(folder: Path) -> None:
    template = folder / "_template.md"
    text = template.read_text("utf-8")
    template.write_text(text.replace("title:", "name:"), "utf-8")
    with pytest.raises(ReflectionError, match="has no line 'title:'"):
        reflections.new_entry(folder, "One", "journal", [], TODAY)
    template.unlink()
    with pytest.raises(ReflectionError, match=r"_template\.md is missing"):
        reflections.new_entry(folder, "One", "journal", [], TODAY)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("What I thought softmax was", "what-i-thought-softmax-was"),
        ("Don't naïvely sum!", "dont-naively-sum"),
        ("我以为损失会下降", "reflection"),
        ("word " * 20, "-".join(["word"] * 12)),
        ("a" * 90, "a" * 60),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert reflections.slug_of(title) == slug


def test_the_template_tells_the_categories() -> None:
    text = (ROOT / "reflections" / "_template.md").read_text("utf-8")
    assert f"# {', '.join(reflection_front.CATEGORIES)}\n" in text
