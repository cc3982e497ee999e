"""The glossary is in order, and its terms are found where they stand."""

import re
from collections import Counter
from pathlib import Path

import markdown
import pytest

from glossary import Finder, Term, linked, load
from problems import Faulty

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = ROOT / "resources" / "glossary.md"

EXTENSIONS = [
    *("attr_list", "footnotes", "md_in_html", "tables", "toc"),
    *("pymdownx.arithmatex", "pymdownx.blocks.admonition"),
    *("pymdownx.blocks.details", "pymdownx.highlight"),
    *("pymdownx.inlinehilite", "pymdownx.superfences"),
]
SETTINGS = {
    "toc": {"permalink": True},
    "pymdownx.arithmatex": {"generic": True},
}

SOUND = """\
# Glossary

About this page.

## L

### Layer { #layer }

Also: layers

Neurons that stand side by side.

### Loss { #loss }

Also: losses, loss value

A number that says how wrong the network is.

In chapter 5 it is 1.1.

### Loss function { #loss-function }

The formula that compares a prediction with the truth.

## S

### SGD { #sgd }

A walk downhill on a few samples at a time.
"""


def term(name: str, *more: str, definition: str = "What it is.") -> Term:
    anchor = name.lower().replace(" ", "-")
    return Term(name, anchor, (name, *more), definition)


TERMS = [
    term("Loss", "losses"),
    term("Loss function", "loss functions"),
    term("Layer", "layers"),
    term("Cross-entropy"),
    term("SGD"),
    term("ReLU"),
]


def convert(text, address="g.md", terms=TERMS):
    html = markdown.markdown(
        text, extensions=EXTENSIONS, extension_configs=SETTINGS
    )
    return linked(html, Finder(terms), address)


def marked(text, address="g.md", terms=TERMS):
    """Return the words that became links to the glossary."""
    html = convert(text, address, terms)
    return re.findall(r'<a class="term"[^>]*>([^<]*)</a>', html)


# --- The journal's own glossary ---------------------------------------------


def test_a_definition_is_one_sentence_of_plain_text():
    for term in load(GLOSSARY, ROOT):
        said = term.definition
        assert len(said) <= 160, f"{term.name} is long for a tooltip"
        markup = re.search(r"[$*\\<>\[\]]|https?:|(?<!\w)_|_(?!\w)", said)
        assert not markup, f"{term.name}: a tooltip is plain text"
        assert said.endswith((".", "?", "!")), f"{term.name}: no sentence"


def test_no_form_is_two_terms():
    forms = [f.casefold() for t in load(GLOSSARY, ROOT) for f in t.forms]
    assert [word for word, n in Counter(forms).items() if n > 1] == []


def test_the_glossary_is_in_the_order_of_the_alphabet():
    letters, names = [], []
    for heading in re.findall(
        r"(?m)^##+ +(.+?)(?: *\{.*\})?$", GLOSSARY.read_text("utf-8")
    ):
        key = re.sub(r"[\W_]+", " ", heading).strip().casefold()
        if len(heading) == 1:
            letters.append(key)
        else:
            assert key[0] == letters[-1], f"{heading} stands elsewhere"
            names.append(key)
    assert letters == sorted(set(letters))
    assert names == sorted(names)


# --- Reading and checking ---------------------------------------------------


def read(tmp_path, text):
    """Return the terms of a glossary."""
    path = tmp_path / "g.md"
    path.write_bytes(text.encode())
    return load(path, tmp_path)


def test_an_entry_is_read(tmp_path):
    fence = "```text\n### Not a term\n## Z\n```\n\n## S\n"
    text = SOUND.replace("## S\n", fence)
    text = text.replace("Also: layers", "Linked as: hidden\nlayer, layers")
    terms = read(tmp_path, text.replace("that stand", "that `stand`\n"))

    assert [one.name for one in terms] == [
        *("Layer", "Loss", "Loss function", "SGD")
    ]
    assert terms[1].forms == ("Loss", "losses", "loss value")
    assert (terms[1].anchor, terms[1].line) == ("loss", 15)
    assert terms[0].forms == ("hidden layer", "layers")
    assert terms[0].definition == "Neurons that stand side by side."


def test_a_phrase_can_be_kept_out(tmp_path):
    comment = "loss value\n\n<!-- not in: at a loss, SGD loss -->"

    loss = read(tmp_path, SOUND.replace("loss value", comment))[1]

    assert loss.exceptions == ("at a loss", "SGD loss")
    assert marked("I am at a  loss. SGD loss.", terms=[loss]) == []
    assert marked("At a glance, loss; sgd loss.", terms=[loss]) == ["loss"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("### Loss {", "### Loss <", 13),
        ("{ #loss }", "{ #Loss }", 13),
        ("Also: layers", "Also - layers", 7),
        ("Also: layers", "also: layers", 7),
        ("Also: layers", "Forms: layers", 7),
        ("losses, loss", "losses, , loss", 13),
        ("loss value", "loss value.", 13),
        ("loss value\n", "gain\n\n<!-- loss -->\n", 13),
        ("loss value\n", "gain\n\n<!-- not in: , -->\n", 13),
        ("Neurons that stand side by side.\n", "", 7),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path, old, new, line):
    assert SOUND.count(old) == 1, "the fault cannot be planted"

    with pytest.raises(Faulty) as error:
        read(tmp_path, SOUND.replace(old, new))

    assert str(error.value).startswith(f"g.md:{line}: ")
    assert "cannot be read; write ### Term { #anchor }" in str(error.value)


# --- Finding ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The loss is small.", ["loss"]),
        ("LOSS, Loss, loss", ["LOSS", "Loss", "loss"]),
        ("A loss function is no loss.", ["loss function", "loss"]),
        ("A loss\nfunction", ["loss\nfunction"]),
        ("A loss\u00a0function", ["loss\u00a0function"]),
        ("A loss, function by function.", ["loss"]),
        ("Losses and lossy glosses.", ["Losses"]),
        ("A two-layer net, layer-wise, layers' end.", ["layers"]),
        ("cross-entropy and cross entropy", ["cross-entropy"]),
        ("cross\u2011entropy", ["cross\u2011entropy"]),
        ("SGD, but not sgd or Sgd.", ["SGD"]),
        ("ReLU, but not relu or RELU.", ["ReLU"]),
        ("loss_value and layer2", []),
        ("the neuron's loss’s end (layer).", ["loss", "layer"]),
        ("", []),
    ],
)
def test_words_are_found(text, words):
    assert [found[0] for found, _ in Finder(TERMS).find(text)] == words


# --- Marking ----------------------------------------------------------------


def test_a_term_is_a_link_that_tells_its_definition():
    said = term("Loss", definition='"<b>" & more')
    html = convert("The loss falls.", "../g/", [said])

    assert html == (
        '<p>The <a class="term" href="../g/#loss"'
        ' title="&quot;&lt;b&gt;&quot; &amp; more">loss</a> falls.</p>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "# The loss",
        "[**the** loss](https://example.org)",
        "`loss`",
        "```text\nloss\n```",
        "$loss$ and \\(loss\\)",
        "$$\nloss\n$$",
        '<abbr title="x">the *whole* loss</abbr>',
        '<a href="x">loss</a>',
        "Water<sub>loss</sub>",
        "![loss](x.svg)",
        "| loss |\n|---|\n| loss |",
        "Text.[^1]\n\n[^1]: The loss.",
        "/// note | The loss\nWords.\n///",
        "/// details | The loss\nWords.\n///",
        "<figure markdown><figcaption markdown>loss</figcaption></figure>",
        "The loss.\n{ .no-terms }",
        '<div class="no-terms" markdown>\n\nThe loss.\n\n</div>',
        "\\loss_x",
    ],
)
def test_elsewhere_no_term_is_marked(text):
    assert marked(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "loss loss\n\n## A\n\nloss\n\n### B\n\nloss",
        "- the loss",
        "1. **the loss**",
        "> the loss",
        "/// details | Title\n    type: success\n\nThe loss.\n///",
        "<div markdown>\n\nThe loss.\n\n</div>",
        "`a` loss `b`",
        "$a$ loss $b$",
        '<a href="x">link</a> loss',
        "Text[^1] loss\n\n[^1]: Note.",
    ],
)
def test_in_prose_a_term_is_marked(text):
    assert marked(text) == ["loss"]


def test_on_its_own_page_each_entry_starts_anew():
    text = (
        "## L\n\n### Layer { #layer }\n\nAlso: layers\n\nLayers, loss, loss."
        "\n\n### Loss { #loss }\n\nLoss, layer, *layers*."
    )

    html = convert(text, "")

    assert marked(text, "") == ["loss", "layer"]
    assert 'href="#loss"' in html
    assert '<h3 class="entry" id="layer">' in html
    assert '<p class="forms">Also: layers</p>' in html
