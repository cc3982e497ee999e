"""Style sheets lose what no page can use, and nothing else."""

import pytest

from styles import lighten, names

PAGE = """<!doctype html><html lang=en dir=ltr><body class="a b">
<p class="c" data-state="open">x > y</p><script>go("d")</script>
<svg style="fill:var(--ink)"></svg></body></html>"""
SCRIPT = 'node.classList.add("md-open"); if (dir === "rtl") go("hidden")'


def light(css):
    known = names([PAGE], [SCRIPT])
    return lighten({"x": css}, known)["x"]


@pytest.mark.parametrize(
    "selector",
    [
        "p",
        ".a",
        ".a.b>.c",
        ".c:not(.gone)",
        ".c:hover",
        ".c::before",
        ".md-open .c",
        ".d",
        ":is(.gone,.a) p",
        "[data-state=open]",
        '[data-state="hidden"]',
        "[dir=ltr] p",
        "[href^=http]",
        "*",
        ":root",
    ],
)
def test_a_selector_that_may_match_stays(selector):
    assert light(f"{selector} {{ color: red; }}") == f"{selector}{{color:red}}"


@pytest.mark.parametrize(
    "selector",
    [
        ".gone",
        ".a .gone",
        ".a.gone",
        "video",
        ".a>video",
        ":is(.gone,.lost) p",
        "[data-state=shut]",
        "[dir=rtl] .a",
    ],
)
def test_a_selector_that_cannot_match_goes(selector):
    assert light(f"{selector} {{ color: red; }}") == ""
    assert light(f"p, {selector} {{ color: red }}") == "p{color:red}"


def test_a_rule_within_a_condition_is_judged_too():
    css = "@media print { .gone { top: 0 } .a { top: 0 } }"
    assert light(css) == "@media print{.a{top:0}}"
    assert light("@media print { .gone { top: 0 } }") == ""


def test_a_property_stays_when_something_reads_it():
    css = (
        ":root { --ink: red; --icon: url('data:,a'); --one: 1; --two: 2 }"
        ".a { top: var(--one) } .gone { top: var(--two) }"
    )
    assert light(css) == ":root{--ink:red;--one:1}.a{top:var(--one)}"


def test_a_property_that_only_an_unread_one_reads_goes():
    css = "p { --one: var(--two); --two: 1; top: 0 }"
    assert light(css) == "p{top:0}"


@pytest.mark.parametrize(
    ("selector", "needs"),
    [
        (".tabbed-labels", '<p class="tabbed-set">'),
        (".md-annotation", '<ul class="annotate">'),
        (
            ".md-annotation",
            '<script>["content.code.annotate"]</script>',
        ),
        (".md-version", '<script>{"provider": "mike"}</script>'),
        (".md-source__fact", '<a class="md-source">'),
    ],
)
def test_what_the_theme_builds_on_a_mark_goes_without_the_mark(
    selector, needs
):
    script = f'make("{selector[1:]}")'
    sheet = {"x": selector + "{top:0}"}
    assert lighten(sheet, names([PAGE], [script])) == {"x": ""}
    assert lighten(sheet, names([PAGE + needs], [script])) == sheet


def test_a_selector_that_is_slow_is_put_in_another_way():
    sheet = {"x": "table:not([class]) td>:first-child{top:0}"}
    page = PAGE + "<table><tr><td>"
    quick = lighten(sheet, names([page], []))["x"]
    assert quick == "table:not(.classed) td>:first-child{top:0}"
    page += '<table class="a">'
    assert lighten(sheet, names([page], [])) == sheet


def test_a_word_outside_a_scripts_strings_names_no_class():
    known = names([PAGE], ["const gone = 1 // '.lost'"])
    assert lighten({"x": ".gone,.lost{top:0}"}, known) == {"x": ""}


def test_faces_and_motions_stay():
    css = (
        '@font-face{font-family:"A";src:url(a.woff2)}'
        "@keyframes b{0%{top:0}to{top:1px}}"
    )
    assert light(css) == css


def test_values_keep_their_meaning():
    css = 'p{content:"a,  b";width:calc(1px + 2px);background:url(a.svg)}'
    assert light(css) == css
    assert light("p { margin: 0   auto !important }") == (
        "p{margin:0 auto!important}"
    )


def test_nested_rules_are_refused():
    with pytest.raises(ValueError, match="write nested rules out"):
        light("p { & a { top: 0 } }")
