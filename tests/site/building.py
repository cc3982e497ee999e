"""Build the site of a repository, serve it, and copy a repository."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EPOCH = "1795305600"  # 2026-11-22
SITE_URL = "https://journal.example/"


def ran(*command, cwd=ROOT, **environment):
    """Run a command; return the finished process, with its words.

    What is None of the environment is left out of it.
    """
    given = {**os.environ, **environment}
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={key: value for key, value in given.items() if value is not None},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def mkdocs_build(root, target, **environment):
    """Build the site strictly; return the finished process."""
    named = dict.fromkeys(("SITE_URL", "REPO_URL"))
    given = {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": EPOCH}
    return ran(
        *(sys.executable, "-m", "mkdocs", "build", "--strict"),
        *("--site-dir", target),
        cwd=root,
        **{**named, **given, **environment},
    )


def copy_of_repository(target):
    """Copy what git tracks (and what it would), and what is cached."""
    listed = ran("git", "ls-files", "-co", "--exclude-standard", "-z")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    if (ROOT / ".cache").is_dir():
        shutil.copytree(ROOT / ".cache", target / ".cache")
    return target


@contextmanager
def served(folder, change=lambda page: page):
    """Serve a site as a host of pages does, its pages changed on the way."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

        def do_GET(self):
            path = Path(self.translate_path(self.path))
            path = path / "index.html" if path.is_dir() else path
            found = path.is_file()
            path = path if found else folder / "404.html"
            kind = {".html": "text/html", ".xml": "text/xml"}.get(path.suffix)
            if kind is None:
                super().do_GET()
                return
            text = path.read_text("utf-8")
            # Instant navigation wants to find its host and port there.
            here = f"http://{self.headers['Host']}/"
            text = change(text) if kind == "text/html" else text
            body = text.replace(SITE_URL, here).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def until(tab, expression):
    """Wait; Playwright's own waiting evaluates text, which no page may."""
    for _ in range(200):
        if tab.evaluate(expression):
            return
        tab.wait_for_timeout(50)
    raise AssertionError(expression)
