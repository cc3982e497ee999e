"""The built site, a server for it, and a browser to look at it."""

import functools
import http.server
import os
import threading

import pytest
from filelock import FileLock

from building import ROOT, mkdocs_build


def built_once(tmp_path_factory, name, **environment):
    """Build the site for all processes that test it; return its folder."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the workers' common one
    target = folder / name
    with FileLock(folder / f"{name}.lock"):
        if not target.exists():
            unfinished = folder / f"{name}-unfinished"
            done = mkdocs_build(ROOT, unfinished, **environment)
            assert done.returncode == 0, done.stderr[-3000:]
            unfinished.rename(target)
    return target


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site as `make build` writes it."""
    return built_once(tmp_path_factory, "site")


@pytest.fixture(scope="session")
def published_site(tmp_path_factory, site):
    """The site as it is published: its address and its repository known.

    It comes after the other, which has run the notebooks for both.
    """
    return built_once(
        tmp_path_factory,
        "published",
        SITE_URL="https://journal.example/",
        REPO_URL="https://github.com/example/journal",
    )


@pytest.fixture(scope="session")
def address(site):
    """The address at which the built site is served, on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

        def send_error(self, code, message=None, explain=None):
            """Answer as a host of pages does, with the site's 404 page."""
            if code != 404:
                super().send_error(code, message, explain)
                return
            body = (site / "404.html").read_bytes()
            self.send_response(404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
