"""Whose entry it is, and what its change may touch."""

import pytest

import reflection_changes
from reflection_changes import foreign_authors, foreign_paths, maintainers
from reflection_rules import colliding

MAINTAINERS = frozenset({"keeper"})
MINE = "reflections/2026-11-20-mine.md"
AUTHORS = "reflections/.authors.yml"
PEOPLE = (
    "authors:\n  journal:\n    name: The journal's author\n"
    "    description: Builds it\n    avatar: assets/authors/pen.svg\n"
)
MY_KEY = (
    "  ada-l:\n    name: Ada\n    description: Reads\n"
    "    avatar: assets/authors/pen.svg\n"
)


def entry(*authors: str) -> str:
    names = ", ".join(authors)
    return f"---\ntitle: A note\nauthors: [{names}]\n---\n\nText.\n"


def told(*args: object) -> list[str]:
    return [str(problem) for problem in foreign_authors(*args)]  # type: ignore[arg-type]


def test_an_entry_in_ones_own_name_passes() -> None:
    after = {MINE: entry("ada-l"), AUTHORS: PEOPLE + MY_KEY}
    assert told(after, {AUTHORS: PEOPLE}, "Ada-L", MAINTAINERS) == []
    # And the mending of it.
    assert told(after, after, "ada-l", MAINTAINERS) == []


FOREIGN = {
    "the journal's name": (entry("journal"), "the authors are [journal]"),
    "another's name": (entry("eve"), "write authors: [ada-l]"),
    "another's beside one's own": (entry("ada-l", "eve"), "[ada-l, eve]"),
    "capitals": (entry("Ada-L"), "the authors are [Ada-L]"),
    "nobody": (entry(), "the authors are []"),
    "no list": ("---\nauthors: ada-l\n---\n", "the authors are []"),
    "no key": ("---\ntitle: x\n---\n", "the authors are []"),
    "no front matter": ("Text.", "the authors are []"),
    "an alias": ("---\na: &a [ada-l]\nauthors: *a\n---\n", "are []"),
    "broken YAML": ("---\nauthors: [ada-l\n---\n", "are []"),
    "twice": (
        "---\nauthors: [journal]\nauthors: [ada-l]\n---\n",
        "the authors are [journal]",
    ),
    "large": (entry("ada-l") + "a" * 65536, "the authors are []"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_an_author_that_is_not_the_sender(name: str) -> None:
    text, says = FOREIGN[name]
    [problem] = told({MINE: text}, {}, "ada-l", MAINTAINERS)
    assert problem.startswith(f"{MINE}:")
    assert says in problem
    assert "; " in problem
    assert told({MINE: text}, {}, "Keeper", MAINTAINERS) == []


def test_the_line_of_the_authors_is_named() -> None:
    [problem] = told({MINE: entry("eve")}, {}, "ada-l", MAINTAINERS)
    assert problem.startswith(f"{MINE}:3: ")


def test_nobody_takes_over_anothers_entry() -> None:
    before = {MINE: entry("eve")}
    [problem] = told({MINE: entry("ada-l")}, before, "ada-l", MAINTAINERS)
    assert "somebody else's" in problem


@pytest.mark.parametrize(
    ("after", "key"),
    [
        (PEOPLE + MY_KEY.replace("ada-l", "eve"), "eve"),
        (PEOPLE.replace("Builds", "Wrecks") + MY_KEY, "journal"),
        (PEOPLE.replace("pen.svg", "x.svg") + MY_KEY, "journal"),
        ("authors:\n" + MY_KEY, "journal"),
        ("", "journal"),
        ("authors: [", "journal"),
        (PEOPLE + "more: 1\n" + MY_KEY, "journal"),
    ],
)
def test_one_changes_ones_own_key_alone(after: str, key: str) -> None:
    [problem] = told({AUTHORS: after}, {AUTHORS: PEOPLE}, "ada-l", MAINTAINERS)
    assert f"the author '{key}' is not the account ada-l" in problem


def test_other_files_are_left_to_the_rule_for_paths() -> None:
    assert told({"docs/x.md": entry("eve")}, {}, "ada-l", MAINTAINERS) == []


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/ci.yml",
        ".github/CODEOWNERS",
        "docs/chapters/05-loss.md",
        "docs/reflections/2026-11-20-a.md",
        "reflections/_template.md",
        "reflections/posts/2026-11-20-a.md",
        "reflections/2026-11-20-A.md",
        "reflections/2026-11-20-a.md/x",
        "reflections/../mkdocs.yml",
        "reflections//2026-11-20-a.md",
        "/reflections/2026-11-20-a.md",
        "Reflections/2026-11-20-a.md",
        "reflections/images/2026-11-20-a-x.svg",
        "reflections/images/x.png",
        "reflections/images/../2026-11-20-a.md",
        "reflections/.authors.yml.md",
        "x/reflections/2026-11-20-a.md",
        "mkdocs.yml",
        "",
    ],
)
def test_other_paths_are_foreign(path: str) -> None:
    [problem] = foreign_paths([("A", path)])
    assert problem.path == path
    assert "must not touch this file; " in problem.message


def test_what_a_reflection_may_touch() -> None:
    assert (
        foreign_paths(
            [
                ("A", "reflections/2026-11-20-a.md"),
                ("M", "reflections/2026-11-20-b.md"),
                ("A", "reflections/images/2026-11-20-a-x.png"),
                ("M", "reflections/.authors.yml"),
            ]
        )
        == []
    )


@pytest.mark.parametrize("status", ["D", "R100", "T", "C75", "U", "", "X"])
def test_a_reflection_only_adds_or_mends(status: str) -> None:
    [problem] = foreign_paths([(status, "reflections/2026-11-20-a.md")])
    assert "only adds or mends" in problem.message


def test_the_list_of_authors_is_not_replaced() -> None:
    assert foreign_paths([("A", reflection_changes.AUTHORS)])


def test_maintainers_are_the_code_owners() -> None:
    text = "# @nobody\n* @Keeper @group/team\n/docs/ @ada a@b.org # @eve\n"
    assert maintainers(text) == {"keeper", "ada"}
    assert maintainers("") == frozenset()


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
    assert len(list(colliding(names))) == count
