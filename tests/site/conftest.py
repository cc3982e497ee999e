"""The built site, a server for it, and a browser to look at it."""

import functools
import http.server
import threading
from pathlib import Path

import pytest

from building import ROOT, mkdocs_build


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep the tests of one site in one process: it is built once."""
    for item in items:
        if "site" in Path(item.fspath).parts[-2:]:
            item.add_marker(pytest.mark.xdist_group("site"))


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site as `make build` writes it."""
    target = tmp_path_factory.mktemp("site")
    done = mkdocs_build(ROOT, target)
    assert done.returncode == 0, done.stderr[-3000:]
    return target


@pytest.fixture(scope="session")
def published_site(tmp_path_factory):
    """The site as it is published: its address and its repository known."""
    target = tmp_path_factory.mktemp("published")
    done = mkdocs_build(
        ROOT,
        target,
        SITE_URL="https://journal.example/",
        REPO_URL="https://github.com/example/journal",
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return target


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
