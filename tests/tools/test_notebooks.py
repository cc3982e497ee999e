"""Notebooks: what is read, what runs, and what is made of it."""

import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from mkdocs.config import load_config
from mkdocs_jupyter import convert

import notebooks
from notebooks import run, source
from problems import Faulty
from weaving import slices

ROOT = Path(__file__).resolve().parents[2]

HEAD = """\
# %% [markdown]
# # A title
#
# Words, $x^2$ and a [link](../chapters/03-adding-layers.md).

"""
FIGURE = """
import matplotlib.pyplot as plt

fig, ax = plt.subplots()
ax.plot([0, 1, 4, 9])
fig.set_label("A curve that climbs faster and faster: \\"squares\\" < 10")
plt.show()
"""
LAYERS = """\
# --8<-- [start:ch03-double]
def double(x):
    return 2 * x


# --8<-- [end:ch03-double]
"""
LATER = """\
# --8<-- [start:ch04-triple]
def triple(x):
    return 3 * x


# --8<-- [end:ch04-triple]
"""


def repository(folder: Path, **sources: str) -> Path:
    """Write a small repository of chapter 3; return its root."""
    (folder / "nnfs_code").mkdir(parents=True)
    (folder / "nnfs_code/__init__.py").touch()
    (folder / "nnfs_code/layers.py").write_text(LAYERS)
    (folder / "docs/notebooks").mkdir(parents=True)
    for name, text in sources.items():
        path = folder / f"docs/notebooks/03-{name}.py"
        path.write_text(HEAD + text, "utf-8")
    return folder


def only(root: Path) -> Path:
    """Execute the only notebook of a repository; return where it lies."""
    (executed,) = notebooks.execute_all(root, slices(root)).values()
    return executed


def page_of(executed: Path) -> str:
    """Return the Markdown that mkdocs-jupyter makes of a notebook."""
    os.environ.update(notebooks.SEARCHED)
    return notebooks.markdown(
        executed, lambda: convert.nb2html(str(executed)), "as here"
    )


def failure(root: Path) -> str:
    """Return the message of a repository whose notebooks fail."""
    with pytest.raises(Faulty) as caught:
        notebooks.execute_all(root, slices(root))
    return str(caught.value)


# --- reading


def test_cells_know_their_lines():
    strings = "x = '# %%'  # %%\n# %timeit x\n# %%time\n"
    text = f"import math\n\n{HEAD}# %%\n\n{strings}\n# %% two\n{FIGURE}"
    lines = text.splitlines()
    notebook, marks = source.cells(text)
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds == ["code", "markdown", "code", "code"]
    for cell, mark in zip(notebook.cells, marks, strict=True):
        for number, line in enumerate(cell.source.splitlines(), start=mark):
            assert lines[number] in (line, f"# {line}".rstrip())


@pytest.mark.parametrize(
    ("name", "content", "line", "words"),
    [
        ("03-a.py", b"# %%\nx = 1\n%matplotlib inline\n", 3, "no Python"),
        ("03-a.py", b"# %%\n# caf\xe9\n", 2, "expected UTF-8"),
        ("03-Planes.py", b"", 1, "expected a notebook's name"),
        ("99-a.py", b"", 1, "expected a notebook's name"),
    ],
)
def test_what_is_no_notebook_is_named_and_not_run(
    tmp_path, name, content, line, words
):
    root = repository(tmp_path)
    (root / "docs/notebooks" / name).write_bytes(content)
    (problem,) = notebooks.problems(root)
    assert (problem.path, problem.line) == (f"docs/notebooks/{name}", line)
    assert words in problem.message
    assert failure(root) == str(problem)


# --- running: planted faults


# What a cell does wrong, and in a comment at its line what is said of it.
FAULTS = {
    "error": "x = 1\n1 / 0  #! failed: ZeroDivisionError",
    "artist": "from matplotlib.artist import Artist\n\n\n"
    "class Bad(Artist):\n    def draw(self, renderer):\n"
    "        raise KeyError('no ink')\n\n\n# %%\n"
    "import matplotlib.pyplot as plt  #! failed: KeyError: 'no ink'\n\n"
    "fig, ax = plt.subplots()\n_ = ax.add_artist(Bad())\n"
    "fig.set_label('A figure whose drawing fails, on purpose')",
    "label": "#! failed: ValueError: expected a text alternative of at least"
    + FIGURE.replace("fig.set_label", "str"),
    "warning": "import numpy as np\n\n"
    "np.log(np.zeros(2))  #! failed: RuntimeWarning: divide by zero",
    "stderr": "import sys  #! wrote to stderr: oh\n\n"
    "print('oh', file=sys.stderr)",
    "address": "object()  #! failed: its output holds a memory address",
    "tools": "import course  #! failed: ModuleNotFoundError",
    "later": "from nnfs_code.layers import triple  #! failed: ImportError",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is said of the notebooks above, one good one and one that dies."""
    texts = {name: f"# %%\n{text}\n" for name, text in FAULTS.items()}
    texts |= {"good": "", "zdies": "# %%\nimport os\n\nos._exit(1)\n"}
    root = repository(tmp_path_factory.mktemp("bad"), **texts)
    with (root / "nnfs_code/layers.py").open("a") as file:
        file.write(LATER)
    message = failure(root)
    assert str(root) not in message
    (kept,) = (root / ".cache/notebooks").iterdir()
    assert kept.name.startswith("03-good.")
    return message.splitlines()


@pytest.mark.parametrize("name", FAULTS)
def test_a_failing_cell_is_named(told, name):
    (said,) = (line for line in told if f"03-{name}.py" in line)
    place, _, message = said.partition(": cell ")
    above, _, words = FAULTS[name].partition("#! ")
    line = f"{HEAD}# %%\n{above}".count("\n") + 1
    assert place == f"docs/notebooks/03-{name}.py:{line}"
    assert words.splitlines()[0] in message


def test_every_failing_notebook_is_named_once(told):
    assert len(told) == len(FAULTS) + 1
    assert told[-1] == "docs/notebooks/03-zdies.py:1: no kernel: Kernel died"


def test_a_cell_that_never_ends_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "CELL_TIMEOUT", 1)
    text = "# %%\nimport time\n\n# %%\n1\ntime.sleep(60)\n\n# %%\n1\n"
    assert failure(repository(tmp_path, slow=text)) == (
        "docs/notebooks/03-slow.py:11: cell 3 failed: KeyboardInterrupt: it "
        "ran longer than 1 s"
    )


# --- running: cache and determinism


def test_a_notebook_runs_again_if_what_it_imports_changes(
    tmp_path, monkeypatch
):
    text = "# %%\nfrom nnfs_code.layers import double\n\ndouble(2)\n"
    root = repository(tmp_path, one=text)
    layers = root / "nnfs_code/layers.py"
    first = only(root)
    assert "```output\n4\n```" in page_of(first)
    with monkeypatch.context() as patch:
        patch.setattr(run, "_run", None)  # nothing runs
        assert only(root) == first
    layers.write_text(LAYERS.replace("2 * x", "200 * x") + LATER)
    assert "```output\n400\n```" in page_of(only(root))
    assert len(list((root / ".cache/notebooks").iterdir())) == 2


def test_a_later_chapter_runs_none_of_our_notebooks_again(
    tmp_path, monkeypatch
):
    """A last chapter adds to every module; then chapter 3 changes one."""
    (tmp_path / ".cache/notebooks").mkdir(parents=True)
    monkeypatch.setattr(run, "kept", lambda path, _: path.touch())  # none runs
    for folder in ("nnfs_code", "docs/notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    before = notebooks.execute_all(tmp_path, slices(tmp_path))
    for path in (tmp_path / "nnfs_code").glob("*.py"):
        with path.open("a", encoding="utf-8") as file:
            file.write(LATER.replace("ch04", "ch37"))
    later = notebooks.execute_all(tmp_path, slices(tmp_path))
    assert {p.stem[:2] for p in later if later[p] != before[p]} <= {"37"}

    layers = tmp_path / "nnfs_code/layers.py"
    text = layers.read_text("utf-8")
    assert "inputs @ self.weights" in text
    layers.write_text(text.replace("inputs @ self.w", "1 * inputs @ self.w"))
    after = notebooks.execute_all(tmp_path, slices(tmp_path))
    again = {path.stem[:2] for path in after if after[path] != before[path]}
    assert {"03", "10"} <= again
    assert {"02", "05"}.isdisjoint(again)


# --- results


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    text = (
        '# %%\nprint("```")\n"a value"\n\n# %%\nx = 1\n\n'
        f'# %%\nprint("\\x1b[31mred\\x1b[0m")\n# %%{FIGURE}\n'
        '# %%\nprint("<b> &amp; </style>", 1 < 2)\n\n'
        "# %% [markdown]\n# `a<b`, &nbsp; and a <kbd>key</kbd>.\n\n"
        "# %%\nimport sys\nimport time\n\nfor x in 'abc':\n"
        "    print(x)\n    sys.stdout.flush()\n    time.sleep(0.3)\n"
    )
    return only(repository(tmp_path_factory.mktemp("good"), good=text))


@pytest.fixture(scope="module")
def page(executed):
    return page_of(executed)


def test_the_page(page):
    for part in (
        "Words, $x^2$ and a [link](../chapters/03-adding-layers.md).",
        "````output\n```\n````",
        "```output\n'a value'\n```",
        "```python\nx = 1\n```",
        "```output\nred\n```",
        "```output\n<b> &amp; </style> True\n```",
        "`a<b`, &nbsp; and a <kbd>key</kbd>.",
    ):
        assert f"\n\n{part}\n\n" in page
    assert page.rstrip().endswith("```output\na\nb\nc\n```")


def test_the_figure_is_themed_and_says_what_it_shows(executed, page):
    (figure,) = re.findall(r"\n\n(<figure.*</svg></figure>)\n\n", page)
    said = "A curve that climbs faster and faster: &quot;squares&quot; &lt; 10"
    assert 'id="fig-03-good-1"' in figure
    assert f'aria-label="{said}"' in figure
    assert "var(--fig-1,#3d66bc)" in figure
    assert "[figure:" not in page
    assert "image/png" not in executed.read_text("utf-8")


def test_the_download(executed):
    notebook = json.loads(executed.read_text("utf-8"))
    nbformat.validate(notebook)
    assert notebook["metadata"] == run.METADATA
    ids = [cell["id"] for cell in notebook["cells"]]
    assert ids[:2] == ["cell-01", "cell-02"]
    first = "".join(notebook["cells"][0]["source"])
    assert first.startswith("# A title\n\nWords, $x^2$")
    assert not any(cell["metadata"] for cell in notebook["cells"])
    (slowly,) = notebook["cells"][-1]["outputs"]  # not cut by time
    assert slowly["text"] == ["a\n", "b\n", "c\n"]


def test_nothing_but_what_was_executed_is_taken_for_a_notebook():
    config = load_config(str(ROOT / "mkdocs.yml"))
    options = config.plugins["mkdocs-jupyter"].config
    assert not options["execute"]
    assert options["include"] == [".cache/notebooks/*.ipynb"]
    assert "*.md" in options["ignore"]
