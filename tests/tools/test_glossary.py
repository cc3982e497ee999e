"""The glossary is in order, and its terms are found where they stand."""

import inspect
import pkgutil
import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import markdown
import numpy as np
import pytest
from markdown.treeprocessors import Treeprocessor

import nnfs_code
from claims import claim
from glossary import Finder, Glossary, Term, load, problems
from nnfs_code.data import spiral
from problems import Faulty

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = ROOT / "resources" / "glossary.md"
NAMES = ROOT / "resources" / "names.md"

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


class Relpath(Treeprocessor):
    """Stands for the processor by which MkDocs resolves links."""

    def __init__(self, page: str) -> None:
        self.file = SimpleNamespace(src_uri=page)
        self.seen: list[str] = []

    def run(self, root):
        self.seen = [link.get("href") for link in root.iter("a")]


def convert(text: str, page: str = "", terms=TERMS, exclude=()) -> str:
    extension = Glossary(terms, "resources/glossary.md", exclude)
    md = markdown.Markdown(
        extensions=[*EXTENSIONS, extension], extension_configs=SETTINGS
    )
    md.treeprocessors.register(Relpath(page), "relpath", 0)
    return md.convert(text)


def marked(text: str, page: str = "", **options) -> list[str]:
    """Return the words that became links to the glossary."""
    html = convert(text, page, **options)
    return re.findall(r'<a class="term"[^>]*>([^<]*)</a>', html)


# --- The journal's own glossary ---------------------------------------------


def test_the_glossary_is_sound():
    assert problems(GLOSSARY, ROOT) == []
    assert len(load(GLOSSARY, ROOT)) == GLOSSARY.read_text("utf-8").count(
        "\n### "
    )


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


def test_no_definition_leads_back_to_its_own_term():
    terms = load(GLOSSARY, ROOT)
    find = Finder(terms).find
    uses = {
        one.anchor: {other.anchor for _, other in find(one.definition)}
        for one in terms
    }

    def reachable(anchor):
        found, waiting = set(), [anchor]
        while waiting:
            new = uses[waiting.pop()] - found
            found |= new
            waiting += new
        return found

    assert [anchor for anchor in uses if anchor in reachable(anchor)] == []


# --- Reading and checking ---------------------------------------------------


def read(tmp_path: Path, text: str | bytes):
    """Return the terms and the problems of a glossary."""
    path = tmp_path / "g.md"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(path, tmp_path), list(map(str, problems(path, tmp_path)))


def test_an_entry_is_read(tmp_path):
    terms, found = read(tmp_path, SOUND)

    assert found == []
    assert [one.name for one in terms] == [
        *("Layer", "Loss", "Loss function", "SGD")
    ]
    assert terms[1] == Term(
        "Loss",
        "loss",
        ("Loss", "losses", "loss value"),
        "A number that says how wrong the network is.",
        13,
    )


def test_linked_as_leaves_the_heading_out(tmp_path):
    text = SOUND.replace("Also: layers", "Linked as: hidden\nlayer, layers")

    assert read(tmp_path, text)[0][0].forms == ("hidden layer", "layers")


def test_a_phrase_can_be_kept_out(tmp_path):
    comment = "loss value\n\n<!-- not in: at a loss, SGD loss -->"

    loss = read(tmp_path, SOUND.replace("loss value", comment))[0][1]

    assert loss.exceptions == ("at a loss", "SGD loss")
    assert marked("I am at a  loss. SGD loss.", terms=[loss]) == []
    assert marked("At a glance, loss; sgd loss.", terms=[loss]) == ["loss"]


def test_a_definition_may_run_over_lines_and_hold_code(tmp_path):
    text = SOUND.replace("that stand side", "that `stand`\nside")

    terms, found = read(tmp_path, text)

    assert found == []
    assert terms[0].definition == "Neurons that stand side by side."


CANNOT = "cannot be read; write ### Term { #anchor }"
FAULTS = {
    "no anchor": ("### Loss {", "### Loss <", 13, CANNOT),
    "capital in anchor": ("{ #loss }", "{ #Loss }", 13, CANNOT),
    "same anchor": ("#loss-function }", "#loss }", 21, "anchor 'loss' is in"),
    "same term": (
        "### Loss function",
        "### Loss",
        21,
        "name 'loss' is in",
    ),
    "same form": ("loss value", "layers", 13, "form 'layers' is in"),
    "form is a term": ("loss value", "sgd", 27, "form 'sgd' is in line"),
    "form twice": ("loss value", "Losses", 13, "form 'losses' is in"),
    "form is heading": ("loss value", "loss", 13, "form 'loss' is in"),
    "no colon": ("Also: layers", "Also - layers", 7, CANNOT),
    "lower case": ("Also: layers", "also: layers", 7, CANNOT),
    "other word": ("Also: layers", "Forms: layers", 7, CANNOT),
    "empty form": ("losses, loss", "losses, , loss", 13, CANNOT),
    "full stop": ("loss value", "loss value.", 13, CANNOT),
    "comment": ("loss value\n", "gain\n\n<!-- loss -->\n", 13, CANNOT),
    "empty": ("loss value\n", "gain\n\n<!-- not in: , -->\n", 13, CANNOT),
    "no definition": ("Neurons that stand side by side.\n", "", 7, CANNOT),
    "too long": ("side by side", "side by side" * 20, 7, "has 260 charac"),
    "markup": ("side by side", "**side** by side", 7, "holds markup"),
    "math": ("side by side", "$x$ by side", 7, "holds markup"),
    "link": ("side by side", "[side](x.md) by side", 7, "holds markup"),
    "no stop": ("by side.", "by side", 7, "no sentence"),
    "circle": ("Neurons that", "Layers that", 7, 'says "Layers"'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_line(tmp_path, fault):
    old, new, line, words = FAULTS[fault]
    assert SOUND.count(old) == 1, "the fault cannot be planted"

    _, found = read(tmp_path, SOUND.replace(old, new))

    assert any(
        problem.startswith(f"g.md:{line}: ") and words in problem
        for problem in found
    ), "\n".join(found)


def test_a_glossary_that_is_no_text_is_told(tmp_path):
    with pytest.raises(Faulty, match=r"^g\.md:3: expected UTF-8"):
        read(tmp_path, SOUND.encode().replace(b"About", b"Caf\xe9"))


def test_headings_inside_a_fence_are_no_entries(tmp_path):
    fence = "```text\n### Not a term\n## Z\n```\n\n## S\n"

    assert read(tmp_path, SOUND.replace("## S\n", fence))[1] == []


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
    html = convert("The loss falls.")

    assert html == (
        '<p>The <a class="term" href="resources/glossary.md#loss"'
        ' title="What it is.">loss</a> falls.</p>'
    )


def test_a_definition_is_escaped():
    html = convert("Loss", terms=[term("Loss", definition='"<b>" & more')])

    assert 'title="&quot;&lt;b&gt;&quot; &amp; more"' in html


def test_text_around_several_terms_stays():
    html = convert("Loss, *the layer* and SGD. More loss, end.")

    text = re.sub(r"<[^>]*>", "", html)
    assert text == "Loss, the layer and SGD. More loss, end."
    assert html.count('class="term"') == 3


def test_first_means_first_on_the_page():
    assert marked("loss loss\n\n## A\n\nloss\n\n### B\n\nloss") == ["loss"]


def test_a_passed_over_long_form_hides_its_parts():
    assert marked("A loss function. Another loss function.") == [
        "loss function"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# The loss",
        "The loss\n========",
        "### The loss { #x }",
        "[the loss](https://example.org)",
        "[**the** loss](https://example.org)",
        "`loss`",
        "`#!python loss`",
        "```text\nloss\n```",
        "    loss",
        "$loss$ and \\(loss\\)",
        "$$\nloss\n$$",
        "<abbr>loss</abbr>",
        '<abbr title="x">the *whole* loss</abbr>',
        '<a href="x">loss</a>',
        "<kbd>loss</kbd>",
        "Water<sub>loss</sub>",
        "![loss](x.svg)",
        "| loss |\n|---|\n| loss |",
        "Text.[^1]\n\n[^1]: The loss.",
        "/// note | The loss\nWords.\n///",
        "/// details | The loss\nWords.\n///",
        "<figure markdown><figcaption markdown>loss</figcaption></figure>",
        "The loss.\n{ .no-terms }",
        '<div class="no-terms" markdown>\n\nThe loss.\n\n</div>',
        "<p>The loss</p>",
        "<!-- loss -->",
        "\\loss_x",
    ],
)
def test_elsewhere_no_term_is_marked(text):
    assert marked(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The loss.",
        "- the loss",
        "- item\n\n    the loss",
        "1. **the loss**",
        "> the loss",
        "/// note | Title\nThe loss.\n///",
        "/// details | Title\n    type: success\n\nThe loss.\n///",
        "<div markdown>\n\nThe loss.\n\n</div>",
        "`a` loss `b`",
        "$a$ loss $b$",
        '<a href="x">link</a> loss',
        "<kbd>A</kbd> loss",
        "Text[^1] loss\n\n[^1]: Note.",
        "`a`[^1], loss\n\n[^1]: Note.",
    ],
)
def test_in_prose_a_term_is_marked(text):
    assert marked(text) == ["loss"]


def test_an_open_raw_tag_ends_with_its_paragraph():
    text = '<a href="x">loss\n\nThe loss.\n\n- <kbd>layer\n- layer'

    assert marked(text) == ["loss", "layer"]


def test_links_are_relative_to_the_page():
    page, glossary = "chapters/05-loss.md", "resources/glossary.md#loss"

    assert f'href="../{glossary}"' in convert("Loss", page)
    assert f'href="{glossary}"' in convert("Loss", "index.md")
    assert 'href="#loss"' in convert("Loss", "resources/glossary.md")
    assert 'href="glossary.md#loss"' in convert("Loss", "resources/names.md")


def test_mkdocs_gets_the_links_to_check_them():
    extension = Glossary(TERMS, "resources/glossary.md")
    md = markdown.Markdown(extensions=[extension])
    checker = Relpath("chapters/05-loss.md")
    md.treeprocessors.register(checker, "relpath", 1)  # the blog's priority

    md.convert("The loss.")

    assert checker.seen == ["../resources/glossary.md#loss"]


def test_a_page_can_be_left_alone():
    exclude = ("index.md", "parts/*")

    assert marked("Loss", "index.md", exclude=exclude) == []
    assert marked("Loss", "parts/1-forward.md", exclude=exclude) == []
    assert marked("Loss", "chapters/05-loss.md", exclude=exclude) == ["Loss"]


def test_an_entry_does_not_point_at_itself():
    text = (
        "## L\n\n### Layer { #layer }\n\nAlso: layers\n\nLayers, loss, loss."
        "\n\n### Loss { #loss }\n\nLoss, layer, *layers*."
    )

    page = "resources/glossary.md"
    html = convert(text, page)

    assert marked(text, page) == ["loss", "layer"]
    assert '<h3 class="entry" id="layer">' in html
    assert '<p class="forms">Also: layers</p>' in html


def test_pages_do_not_share_what_they_have_seen():
    extension = Glossary(TERMS, "glossary.md")
    results = {
        markdown.markdown("The loss.", extensions=[extension])
        for _ in range(3)
    }

    assert len(results) == 1
    assert 'class="term"' in results.pop()


def test_marking_twice_gives_the_same_page():
    terms = load(GLOSSARY, ROOT)
    text = (ROOT / "resources" / "datasets.md").read_text(encoding="utf-8")

    assert convert(text, terms=terms) == convert(text, terms=terms[::-1])


# --- The pages beside it ----------------------------------------------------


def test_the_table_of_names_has_every_public_name_of_the_package():
    table = NAMES.read_text(encoding="utf-8")
    missing = []
    for info in pkgutil.iter_modules(nnfs_code.__path__):
        module = import_module(f"nnfs_code.{info.name}")
        missing += [
            name
            for name, value in vars(module).items()
            if inspect.isclass(value)
            and value.__module__ == module.__name__
            and f"`{name}`" not in table
        ]

    assert missing == []


SERIES = re.findall(
    r"\S+",
    """
Layer_Dense Layer_Dropout Layer_Input Activation_ReLU Activation_Softmax
Activation_Sigmoid Activation_Linear Loss Loss_CategoricalCrossentropy
Loss_BinaryCrossentropy Loss_MeanSquaredError Loss_MeanAbsoluteError
Activation_Softmax_Loss_CategoricalCrossentropy Optimizer_SGD
Optimizer_Adagrad Optimizer_RMSprop Optimizer_Adam Accuracy_Categorical
Accuracy_Regression Model Model.add Model.set Model.finalize Model.train
Model.evaluate Model.predict Model.save Model.load dvalues dinputs dweights
dbiases n_inputs n_neurons weights biases output weight_regularizer_l1
weight_regularizer_l2 bias_regularizer_l1 bias_regularizer_l2 binary_mask rate
learning_rate current_learning_rate decay iterations momentum epsilon rho
beta_1 beta_2 weight_momentums weight_cache pre_update_params update_params
post_update_params y_pred y_true y_pred_clipped correct_confidences
negative_log_likelihoods regularization_loss trainable_layers spiral_data
sine_data get_parameters set_parameters save_parameters load_parameters
softmax_classifier_output print_every batch_size validation_data
""",
)


@pytest.mark.parametrize("name", SERIES)
def test_the_table_of_names_has_the_name_of_the_series(name):
    rows = re.findall(r"^\| ([^|]*) \|", NAMES.read_text("utf-8"), re.M)

    assert any(f"`{name}`" in row for row in rows)


def test_every_row_of_the_tables_has_as_many_cells_as_its_head():
    for page in sorted((ROOT / "resources").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for table in re.findall(r"(?:^\|.*\n)+", text, re.M):
            widths = {row.count("|") for row in table.splitlines()}
            assert len(widths) == 1, f"{page.name}: {table[:80]}"


@pytest.mark.parametrize("seed", range(5))
def test_who_knows_the_recipe_is_right_on_as_many_points_as_stated(seed):
    stated = claim("resources/datasets", "right on about {} % of new points")

    points, labels = spiral(
        5000, 3, rng=np.random.default_rng(seed), dtype=np.float64
    )
    radius = np.hypot(points[:, 0], points[:, 1])
    angle = np.arctan2(points[:, 0], points[:, 1])
    centre = 10 * (np.arange(3)[:, np.newaxis] + radius)
    distance = np.abs((angle - centre + np.pi) % (2 * np.pi) - np.pi)

    right = (distance.argmin(axis=0) == labels).mean()
    assert 100 * right == pytest.approx(stated, abs=1)
