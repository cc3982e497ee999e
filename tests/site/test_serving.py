"""``make serve`` shows the text first, and what is slow when it is made."""

import socket
import subprocess
import sys
import time
from contextlib import suppress
from urllib.request import urlopen

from building import copy_of_repository

NOTEBOOK = "03-random-layers"
GATE = "\n# %%\nwhile not __import__('os').path.exists({!r}):\n    pass\n"


def test_the_text_waits_for_no_notebook(tmp_path, site, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # it has no time to clean up
    root, go = copy_of_repository(tmp_path / "copy"), tmp_path / "go"
    with (root / f"docs/notebooks/{NOTEBOOK}.py").open("a") as source:
        source.write(GATE.format(str(go)))
    for path in (root / ".cache/figures").glob("ch03.*"):
        path.unlink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"

    def page(address, wanted):
        """Wait for a page that has this in it."""
        while running.poll() is None:
            time.sleep(0.1)
            with suppress(OSError), urlopen(f"http://{place}/{address}/") as f:
                if wanted in (text := f.read().decode()):
                    return text

    serve = [sys.executable, "-m", "mkdocs", "serve", "--quiet", "-a", place]
    with subprocess.Popen(serve, cwd=root) as running:
        try:
            page("chapters/03-adding-layers", "is being drawn")
            page(f"notebooks/{NOTEBOOK}", "This notebook is being run")
            go.touch()
            ran = page(f"notebooks/{NOTEBOOK}", "language-python")
            shown = page("chapters/03-adding-layers", 'id="fig-ch03-')
        finally:
            go.touch()
            running.terminate()
    assert "is being" not in ran + shown
