"""Serve the journal on this machine, and say in plain words where."""

import os
import socket
import subprocess
import sys
from pathlib import Path


def serve(root: Path, port: int) -> int:
    """Serve the journal until Ctrl-C, and reload the page on each save."""
    if busy(port):
        print(
            f"Port {port} is in use by another program. Take another one, "
            f"for instance: make serve PORT={port + 1}",
            file=sys.stderr,
        )
        return 1
    print(
        "Executing the notebooks and building the pages; the first time "
        "takes about half a minute.\n"
        f"Then open http://127.0.0.1:{port}/ in a browser. The page reloads "
        "when you save a file.\nStop with Ctrl-C.",
        flush=True,
    )
    command = [sys.executable, "-m", "mkdocs", "serve", "--quiet"]
    command += ["--dev-addr", f"127.0.0.1:{port}"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    try:
        return subprocess.call(command, cwd=root, env=environment)
    except KeyboardInterrupt:
        return 0


def busy(port: int) -> bool:
    """Return whether a program listens on this port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
