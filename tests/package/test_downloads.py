"""Downloads from a server on this machine that does what servers do."""

import hashlib
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nnfs_code import downloads
from nnfs_code.downloads import fetch

CONTENT = bytes(range(256)) * 1000
SUM = hashlib.sha256(CONTENT).hexdigest()


@contextmanager
def serving(content=CONTENT, *, ranges=True, breaks_after=None, length=True):
    """Serve one file; yield its address and a list of what was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            wanted = self.headers["Range"]
            asked.append(wanted)
            start = int(wanted[6:-1]) if wanted and ranges else 0
            if wanted and ranges and start >= len(content):
                self.send_error(416)
                return
            body = content[start:]
            self.send_response(206 if wanted and ranges else 200)
            if length:
                told = length if isinstance(length, str) else str(len(body))
                self.send_header("Content-Length", told)
            self.end_headers()
            self.wfile.write(body[:breaks_after])

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/some.gz", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Ask the server itself, whatever the surroundings say."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_a_file_is_fetched_into_a_new_folder(tmp_path):
    target = tmp_path / "a" / "b" / "some.gz"
    with serving() as (url, asked):
        assert fetch(url, target, SUM) == target
    assert target.read_bytes() == CONTENT
    assert asked == [None]
    assert [path.name for path in target.parent.iterdir()] == ["some.gz"]


def test_a_broken_download_is_kept_and_goes_on_where_it_was(tmp_path):
    target = tmp_path / "some.gz"
    part = tmp_path / "some.gz.part"
    with serving(breaks_after=100_000) as (url, _):
        with pytest.raises(OSError, match="after 100000 of 256000 bytes") as e:
            fetch(url, target, SUM)
        assert str(e.value) == (
            f"fetch expected to get {url}, got ConnectionError('it broke off "
            "after 100000 of 256000 bytes'); call again to go on, or save it "
            f"as {target}"
        )
        assert not target.exists()
        assert part.read_bytes() == CONTENT[:100_000]
        with pytest.raises(OSError, match="after 200000 of 256000 bytes"):
            fetch(url, target, SUM)
    with serving() as (url, asked):
        fetch(url, target, SUM)
    assert asked == ["bytes=200000-"]
    assert target.read_bytes() == CONTENT
    assert not part.exists()


def test_a_server_that_knows_no_ranges_is_heard_from_the_start(tmp_path):
    (tmp_path / "some.gz.part").write_bytes(b"something")
    with serving(ranges=False) as (url, asked):
        fetch(url, tmp_path / "some.gz", SUM)
    assert asked == ["bytes=9-"]
    assert (tmp_path / "some.gz").read_bytes() == CONTENT


@pytest.mark.parametrize("rest", [b"", b"and more"])
def test_a_part_that_is_whole_or_too_long_is_fetched_again(rest, tmp_path):
    (tmp_path / "some.gz.part").write_bytes(CONTENT + rest)
    with serving() as (url, asked):
        fetch(url, tmp_path / "some.gz", SUM)
    assert asked == [f"bytes={len(CONTENT + rest)}-", None]
    assert (tmp_path / "some.gz").read_bytes() == CONTENT


def test_a_file_with_another_sum_is_not_kept(tmp_path):
    found = hashlib.sha256(b"other").hexdigest()
    with (
        serving(b"other") as (url, _),
        pytest.raises(
            ValueError,
            match=f"^fetch expected SHA-256 {SUM} of {url}, got {found}$",
        ),
    ):
        fetch(url, tmp_path / "some.gz", SUM)
    assert list(tmp_path.iterdir()) == []


def test_a_part_of_something_else_is_not_kept_either(tmp_path):
    (tmp_path / "some.gz.part").write_bytes(b"something")
    with serving() as (url, _):
        with pytest.raises(ValueError, match="SHA-256"):
            fetch(url, tmp_path / "some.gz", SUM)
        assert list(tmp_path.iterdir()) == []
        fetch(url, tmp_path / "some.gz", SUM)
    assert (tmp_path / "some.gz").read_bytes() == CONTENT


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path):
    target = tmp_path / "some.gz"
    target.write_bytes(b"older")
    with (
        serving(breaks_after=10) as (url, _),
        pytest.raises(OSError, match="fetch expected to get"),
    ):
        fetch(url, target, SUM)
    assert target.read_bytes() == b"older"


def test_a_refused_connection_says_what_to_do(tmp_path):
    with serving() as (url, _):
        pass  # nobody listens there any more
    with pytest.raises(OSError, match=r"refused.* or save it as .*some.gz"):
        fetch(url, tmp_path / "some.gz", SUM)


def test_a_missing_page_is_said(tmp_path):
    with serving() as (url, _):
        pass

    class Missing(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(404)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Missing)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/x.gz"
    with pytest.raises(OSError, match=f"to get {url}, got .*404"):
        fetch(url, tmp_path / "x.gz", SUM)
    thread.join()
    server.server_close()


def test_a_silent_server_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "PATIENCE", 0.05)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{server.server_port}/x.gz"  # it never answers
    with pytest.raises(OSError, match="timed out"):
        fetch(url, tmp_path / "x.gz", SUM)
    server.server_close()


@pytest.mark.parametrize("length", [False, "a few"])
def test_an_answer_without_its_length_is_refused(tmp_path, length):
    with (
        serving(length=length) as (url, _),
        pytest.raises(
            OSError, match="'the answer does not say how long it is'"
        ),
    ):
        fetch(url, tmp_path / "some.gz", SUM)


def test_a_bar_is_drawn_on_a_terminal(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with serving() as (url, _):
        fetch(url, tmp_path / "some.gz", SUM)
    lines = capsys.readouterr().err.split("\r")
    assert lines[-1] == f"some.gz [{'#' * 20}] 100 % of 0.3 MB\n"
