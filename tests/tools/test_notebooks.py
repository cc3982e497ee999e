"""Notebooks: the rules, the run, and what is made of it."""

import json
import os
import re
from pathlib import Path
from time import perf_counter

import jupytext
import pytest
from mkdocs.config import load_config
from mkdocs_jupyter import convert

import notebooks
from notebook_source import cells

ROOT = Path(__file__).resolve().parents[2]

HEAD = """\
# %% [markdown]
# # A title
#
# Words, $x^2$ and a [link](../chapters/03-adding-layers.md).

"""
TAIL = """
# %% [markdown]
# ## What I now believe
#
# Something.
"""
FIGURE = """\
# %%
import matplotlib.pyplot as plt

fig, ax = plt.subplots()
ax.plot([0, 1, 4, 9])
fig.set_label("A curve that climbs faster and faster: \\"squares\\" < 10")
plt.show()
"""


def repository(folder: Path, **sources: str) -> Path:
    """Write a small repository; return its root."""
    (folder / "nnfs_code").mkdir(parents=True)
    (folder / "nnfs_code/__init__.py").touch()
    (folder / "nnfs_code/layers.py").write_text(
        "class Dense:\n    pass\n\n\ndef double(x):\n    return 2 * x\n"
    )
    (folder / "docs/notebooks").mkdir(parents=True)
    for name, source in sources.items():
        path = folder / f"docs/notebooks/03-{name}.py"
        path.write_text(HEAD + source + TAIL, "utf-8")
    return folder


def run(root: Path) -> Path:
    """Execute the only notebook of a repository; return where it lies."""
    (executed,) = notebooks.execute_all(root).values()
    return executed


def page_of(executed: Path) -> str:
    """Return the Markdown that mkdocs-jupyter makes of a notebook."""
    os.environ.update(notebooks.SEARCHED)
    return notebooks.markdown(convert.nb2html(str(executed)))


def failure(tmp_path: Path, source: str) -> str:
    """Return the message of a notebook that fails."""
    root = repository(tmp_path, bad=source)
    with pytest.raises(notebooks.NotebookError) as caught:
        notebooks.execute_all(root)
    assert not list((root / ".cache/notebooks").glob("*.ipynb"))
    return str(caught.value)


# --- reading


@pytest.mark.parametrize("above", ["", "import math\n\n"])
def test_cells_know_their_lines(above):
    text = above + HEAD + "# %%\n\nx = '# %%'\n" + FIGURE + TAIL
    lines = text.splitlines()
    found = cells(text)
    assert len(found) == 4 + bool(above)
    for cell in found:
        first = cell.source.splitlines()[0]
        assert lines[cell.line - 1].removeprefix("# ") == first


def test_a_notebook_has_a_title():
    path = ROOT / "docs/notebooks/05-loss-surface.py"
    told = "How the loss surface of one neuron looks"
    assert notebooks.title(path) == told


# --- rules


def test_a_good_notebook_has_no_problems(tmp_path):
    assert notebooks.check(repository(tmp_path, good=FIGURE)) == []


def test_our_own_notebooks_keep_the_rules():
    assert notebooks.check(ROOT) == []


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        (
            "# %%\nclass Dense:\n    pass\n",
            7,
            "defines Dense, which nnfs",
        ),
        ("# %%\n\ndef double(x):\n    return x\n", 8, "layers.py defines"),
        ("# %%\nx = 1\nimport torch\n", 8, "imports torch"),
        ("# %%\nfrom sklearn import svm\n", 7, "imports sklearn"),
        ("# %%\nfrom . import x\n", 7, "imports ."),
        ("# %%\n%matplotlib inline\n", 7, "not plain Python"),
        (
            "# %%\n1\n\n# %% [markdown]\n# ## What I now believe\n\n"
            "# %% [markdown]\n# ## More\n",
            None,
            None,
        ),
    ],
    ids=[
        *("class", "function", "import", "from", "relative", "magic"),
        "heading twice",
    ],
)
def test_a_broken_rule_names_its_line(tmp_path, source, line, words):
    problems = notebooks.check(repository(tmp_path, bad=source))
    if line is None:
        assert problems == []
        return
    (problem,) = problems
    assert (problem.path, problem.line) == ("docs/notebooks/03-bad.py", line)
    assert words in problem.message


def test_the_last_heading_is_asked_for(tmp_path):
    root = repository(tmp_path)
    path = root / "docs/notebooks/03-bad.py"
    path.write_text(HEAD + TAIL + "\n# %% [markdown]\n# ## And more\n")
    (problem,) = notebooks.check(root)
    assert problem.line == 13
    assert "expected the last heading" in problem.message


def test_the_title_is_asked_for(tmp_path):
    root = repository(tmp_path)
    (root / "docs/notebooks/03-bad.py").write_text("# %%\nx = 1\n" + TAIL)
    (problem,) = notebooks.check(root)
    assert problem.line == 2
    assert "# Title" in problem.message


@pytest.mark.parametrize("name", ["planes.py", "03-Planes.py", "03-a.ipynb"])
def test_the_name_is_asked_for(tmp_path, name):
    root = repository(tmp_path)
    (root / "docs/notebooks" / name).write_text("raise SystemExit\n")
    (problem,) = notebooks.check(root)
    assert problem.path == f"docs/notebooks/{name}"
    assert notebooks.execute_all(root) == {}


def test_nothing_else_is_ever_executed(tmp_path):
    root = repository(tmp_path)
    other = root / "03-other.py"
    other.write_text(HEAD + TAIL)
    with pytest.raises(notebooks.NotebookError, match="only docs/notebooks"):
        notebooks.execute_all(root, [other])


# --- running: planted faults


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("# %%\nx = 1\n1 / 0\n", 8, "cell 2 failed: ZeroDivisionError"),
        (
            FIGURE.replace("plt.show()", '_ = ax.set_title(r"$\\frac{1$")'),
            7,
            "cell 2 failed: ValueError",
        ),
        (
            "# %%\nimport matplotlib.pyplot as plt\n"
            "from matplotlib.artist import Artist\n\n\n"
            "class Bad(Artist):\n    def draw(self, renderer):\n"
            '        raise KeyError("no ink")\n\n\n'
            "# %%\nfig, ax = plt.subplots()\n_ = ax.add_artist(Bad())\n"
            'fig.set_label("A figure whose drawing fails, on purpose")\n',
            17,
            "cell 3 failed: KeyError: 'no ink'",
        ),
        (
            FIGURE.replace("fig.set_label", "str"),
            7,
            "failed: ValueError: expected a text alternative of at least 30",
        ),
        (
            FIGURE.replace("plt.show()", "fig"),
            7,
            "failed: ValueError: this figure is shown twice",
        ),
        (
            "# %%\nimport numpy as np\n\nnp.log(np.zeros(2))\n",
            9,
            "cell 2 wrote to stderr: RuntimeWarning: divide by zero",
        ),
        (
            "# %%\nimport sys\n\nprint('oh', file=sys.stderr)\n",
            7,
            "cell 2 wrote to stderr: oh",
        ),
        ("# %%\nobject()\n", 7, "holds a memory address"),
        ("# %%\nimport drawing\n", 7, "ModuleNotFoundError"),
    ],
    ids=[
        *("error", "mathtext", "artist", "label", "twice", "warning"),
        *("stderr", "address", "tools"),
    ],
)
def test_a_failing_cell_fails_the_build(tmp_path, source, line, words):
    message = failure(tmp_path, source)
    assert message.startswith(f"docs/notebooks/03-bad.py:{line}: cell ")
    assert words in message
    assert "\n" not in message
    assert str(tmp_path) not in message


def test_a_cell_that_never_ends_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "CELL_TIMEOUT", 1)
    message = failure(
        tmp_path, "# %%\nimport time\n\n# %%\ntime.sleep(60)\n\n# %%\n1\n"
    )
    assert message == (
        "docs/notebooks/03-bad.py:10: cell 3 failed: TimeoutError: it ran "
        "longer than 1 s"
    )


def test_every_failing_notebook_is_named(tmp_path):
    root = repository(tmp_path, a="# %%\n1 / 0\n", b="# %%\nx\n", c="")
    with pytest.raises(notebooks.NotebookError) as caught:
        notebooks.execute_all(root)
    first, second = str(caught.value).splitlines()
    assert "03-a.py:7: cell 2 failed: ZeroDivisionError" in first
    assert "03-b.py:7: cell 2 failed: NameError" in second


# --- running: cache and determinism


def test_the_result_is_the_same_from_two_folders(tmp_path):
    source = (
        "# %%\nimport os\n\nprint(os.listdir())\nprint({'a', 'b', 'c'})\n"
        + FIGURE
        + "\n"
        + FIGURE.replace("ax.plot", "ax.scatter").replace("9]", "9], range(4)")
    )
    made = []
    for folder in ("one", "another/further/down"):
        root = repository(tmp_path / folder, same=source)
        made.append(run(root).read_bytes())
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in made[0]
    assert b'"[]\\n"' in made[0]  # cells run in an empty folder


def test_the_cache_knows_what_a_notebook_depends_on(tmp_path):
    source = "# %%\nfrom nnfs_code.layers import double\n\ndouble(2)\n"
    root = repository(tmp_path, one=source)
    first = run(root)
    assert "```output\n4\n```" in page_of(first)

    began = perf_counter()
    assert run(root) == first
    assert perf_counter() - began < 0.5  # nothing ran

    layers = root / "nnfs_code/layers.py"
    layers.write_text(layers.read_text().replace("2 * x", "200 * x"))
    assert "```output\n400\n```" in page_of(run(root))
    assert len(list((root / ".cache/notebooks").iterdir())) == 1


# --- results


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    source = (
        '# %%\nprint("```")\n"a value"\n\n# %%\nx = 1\n\n'
        '# %%\nprint("\\x1b[31mred\\x1b[0m")\n' + FIGURE
    )
    return run(repository(tmp_path_factory.mktemp("good"), good=source))


@pytest.fixture(scope="module")
def page(executed):
    return page_of(executed)


def test_the_page(page):
    figure = next(
        line for line in page.splitlines() if line.startswith("<figure")
    )
    assert "Words, $x^2$ and a [link](../chapters/03-add" in page
    assert "\n\n````output\n```\n````\n" in page
    assert "\n\n```output\n'a value'\n```\n" in page
    assert re.search(r"\n\n```python\nx = 1\n```\n{2,}```python\n", page)
    assert "```output\nred\n```" in page
    assert f"\n\n{figure}\n\n" in page
    assert figure.endswith("</svg></figure>")
    assert page.count("<figure") == 1
    assert "[figure:" not in page
    assert page.rstrip().endswith("## What I now believe\n\nSomething.")


def test_the_figure_is_themed_and_says_what_it_shows(executed, page):
    assert 'id="fig-03-good-1"' in page
    assert (
        'aria-label="A curve that climbs faster and faster: '
        '&quot;squares&quot; &lt; 10"' in page
    )
    assert "var(--fig-1,#3d66bc)" in page
    assert "image/png" not in executed.read_text("utf-8")


def test_the_download(executed):
    notebook = json.loads(executed.read_text("utf-8"))
    assert jupytext.read(executed).cells  # valid
    assert notebook["nbformat"] == 4
    assert notebook["metadata"] == notebooks.METADATA
    ids = [cell["id"] for cell in notebook["cells"]]
    assert ids[:2] == ["cell-01", "cell-02"]
    first = "".join(notebook["cells"][0]["source"])
    assert first.startswith("# A title\n\nWords, $x^2$")
    assert not any(cell["metadata"] for cell in notebook["cells"])


def test_streams_that_timing_cut_are_one(tmp_path):
    source = (
        "# %%\nimport sys\nimport time\n\nfor x in 'abc':\n"
        "    print(x)\n    sys.stdout.flush()\n    time.sleep(0.3)\n"
    )
    notebook = json.loads(run(repository(tmp_path, cut=source)).read_text())
    (output,) = notebook["cells"][1]["outputs"]
    assert output["text"] == ["a\n", "b\n", "c\n"]


def test_text_is_not_taken_for_html(tmp_path):
    source = (
        '# %%\nprint("<b> &amp; </style>", 1 < 2)\n\n'
        "# %% [markdown]\n# `a<b`, &nbsp; and a <kbd>key</kbd>.\n"
    )
    page = page_of(run(repository(tmp_path, html=source)))
    assert "```output\n<b> &amp; </style> True\n```" in page
    assert "`a<b`, &nbsp; and a <kbd>key</kbd>." in page


def test_a_page_without_our_template_is_refused(executed, monkeypatch):
    for name in notebooks.SEARCHED:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(notebooks.NotebookError, match="our template"):
        notebooks.markdown(convert.nb2html(str(executed)))


def test_nothing_but_what_was_executed_is_taken_for_a_notebook():
    config = load_config(str(ROOT / "mkdocs.yml"))
    options = config.plugins["mkdocs-jupyter"].config
    assert not options["execute"]
    assert options["include"] == [".cache/notebooks/*.ipynb"]
    assert "*.md" in options["ignore"]
