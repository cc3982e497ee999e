"""``make serve`` shows the pages first, and what is slow when it is made."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request

from building import copy_of_repository

NOTEBOOK = "03-random-layers"
GATE = """

# %%
import time
from pathlib import Path

while not Path({!r}).exists():
    time.sleep(0.1)
"""


def until(is_so, running):
    """Wait for a state, ten minutes at most, while the server runs."""
    for _ in range(6000):
        if is_so():
            return
        assert running.poll() is None, "the server has ended"
        time.sleep(0.1)
    raise AssertionError("what was waited for did not come")


def test_the_pages_wait_for_no_notebook(tmp_path, site):
    root, go = copy_of_repository(tmp_path / "copy"), tmp_path / "go"
    with (root / f"docs/notebooks/{NOTEBOOK}.py").open("a") as source:
        source.write(GATE.format(str(go)))
    for path in (root / ".cache/figures").glob("ch03.*"):
        path.unlink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"

    def page(address):
        try:
            with urllib.request.urlopen(f"http://{place}/{address}/") as came:
                return came.read().decode()
        except OSError:
            return ""

    serve = [sys.executable, "-m", "mkdocs", "serve", "--quiet", "-a", place]
    with subprocess.Popen(serve, cwd=root) as running:
        try:
            until(lambda: page("chapters/03-adding-layers"), running)
            due = page(f"notebooks/{NOTEBOOK}")
            assert "This notebook is being run" in due
            assert "language-python" not in due
            go.touch()
            until(
                lambda: "language-python" in page(f"notebooks/{NOTEBOOK}"),
                running,
            )
            shown = page("chapters/03-adding-layers")
            assert "is being drawn" not in shown
            assert 'id="fig-ch03-' in shown
        finally:
            go.touch()
            running.send_signal(signal.SIGINT)
