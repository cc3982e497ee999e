"""The service, over real sockets: answers, refusals, load, the way back."""

import asyncio
import http.client
import json
import logging
import re
import runpy
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.netutil import bind_sockets

from nnfs_code import service
from releases import card, chance, outcome, shelf

ROOT = Path(__file__).resolve().parents[2]
JSON = {"Content-Type": "application/json"}
ROW = {"age": 20, "orders": 5}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
ROWS = st.lists(st.dictionaries(st.sampled_from(["age", "orders"]), VALUES))
JSON_TEXTS = (VALUES | st.fixed_dictionaries({"rows": VALUES | ROWS})).map(
    lambda content: json.dumps(content).encode()
)


class Running:
    """A service in a thread of its own, on a port that was free."""

    def __init__(self, folder):
        self.folder, self.ready = folder, threading.Event()
        self.thread = threading.Thread(target=asyncio.run, args=(self.run(),))
        self.thread.start()
        assert self.ready.wait(30)

    async def run(self):
        self.loop, self.end = asyncio.get_running_loop(), asyncio.Event()
        server, self.port = service.listen(self.folder, 0)
        self.ready.set()
        await self.end.wait()
        server.stop()
        await server.close_all_connections()

    def stop(self):
        self.loop.call_soon_threadsafe(self.end.set)
        self.thread.join(30)

    def ask(self, method, path, body=None, headers=JSON):
        """Return status, headers and content of an answer."""
        return ask(self.port, method, path, body, headers)

    def predict(self, *rows):
        content = json.dumps({"rows": rows})
        status, _, found = self.ask("POST", "/predict", content)
        assert status == 200, found
        return found


def ask(port, method, path, body=None, headers=JSON):
    """Return status, headers and content of an answer."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        assert answer.headers["Content-Type"].startswith("application/json")
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        line.close()


@pytest.fixture
def running(tmp_path):
    shelf(tmp_path)
    made = Running(tmp_path)
    yield made
    made.stop()


def test_it_answers(running):
    found = running.predict(ROW, {"age": 90, "orders": 1, "name": "x"})
    assert found["version"] == "v1"
    said = [answer["probability"] for answer in found["answers"]]
    expected = [chance(20, 5), chance(90, 1)]
    assert said == pytest.approx(expected, abs=1e-6)
    assert [a["decision"] for a in found["answers"]] == ["ask", "no"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("age=20", 400, "expected JSON, got Expecting value"),
        ("", 400, "expected JSON"),
        (b"\xff\xfe\x00", 400, "expected JSON, got 'utf-16"),
        ("[" * 100_000, 400, "expected JSON, got maximum recursion"),
        ("[1, 2]", 400, "with 1 to 1000 rows, got [1, 2]"),
        ('{"row": []}', 400, "with 1 to 1000 rows, got {'row': []}"),
        ('{"rows": []}', 400, "with 1 to 1000 rows, got 0"),
        ('{"rows": [[20, 5]]}', 400, "expected each row as an object"),
        (json.dumps({"rows": [ROW] * 1001}), 400, "1000 rows, got 1001"),
        (" " * 1_000_000, 400, "expected JSON, got Expecting value"),
        (" " * 1_000_001, 413, "at most 1000000 bytes, got 1000001"),
    ],
)
def test_what_is_no_such_request(running, body, status, said):
    found = running.ask("POST", "/predict", body)
    assert found[0] == status
    assert said in found[2]["error"]
    assert running.predict(ROW)["version"] == "v1"  # and goes on


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"age": "NaN"}, "age expected a number from 18 to 99, got nan"),
        ({"age": "1e999"}, "age expected a number from 18 to 99, got inf"),
        ({"age": "17"}, "age expected a number from 18 to 99, got 17"),
        ({"age": '"x"'}, "age expected a number from 18 to 99, got 'x'"),
        ({"age": "true"}, "age expected a number from 18 to 99, got True"),
        ({"age": "[20]"}, "age expected a number from 18 to 99, got [20]"),
        ({"age": "null"}, "age expected a number from 18 to 99, got nothing"),
        ({"orders": "51"}, "orders expected a number from 0 to 50, got 51"),
    ],
)
def test_a_bad_row_is_told_by_its_number(running, change, said):
    values = {"age": "20", "orders": "5"} | change
    bad = ", ".join(f'"{name}": {text}' for name, text in values.items())
    body = f'{{"rows": [{json.dumps(ROW)}, {{{bad}}}]}}'
    status, _, found = running.ask("POST", "/predict", body)
    assert status == 422
    assert found["problems"] == [f"row 1: {said}"]
    assert found["error"] == "1 of 2 rows do not fit"


OBJECT = 'expected {"rows": […]} with 1 to 1000 rows, got'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("[" + 25 * "1, " + "1]", f"{OBJECT} [{13 * '1, '}"),
        ('{"rows": {}}', f"{OBJECT} {{'rows': {{}}}}"),
        ('{"rows": []}', f"{OBJECT} 0"),
        (
            '{"rows": [{}, 1]}',
            "expected each row as an object, name and number",
        ),
        ("{,}", "expected JSON, got Expecting property name enclosed in "),
    ],
)
def test_what_a_body_was_to_be(body, said):
    found, message = outcome(service.rows_of, body.encode())
    assert found is None
    assert message[: len(said)] == said
    assert len(message) < 110


def test_of_what_is_wrong_with_a_body_80_characters_are_told():
    _, message = outcome(service.rows_of, b"{" + 10_000 * b" " + b",}")
    said = "expected JSON, got "
    assert message.startswith(f"{said}Expecting property name enclosed in")
    assert len(message) == len(said) + 80


@given(st.one_of(st.binary(), st.text().map(str.encode), JSON_TEXTS))
def test_whatever_comes_is_rows_or_a_message(body):
    rows, message = outcome(service.rows_of, body)
    assert message.startswith("expected") or 0 < len(rows) <= 1000
    for row in rows or []:
        inputs, message = outcome(card().row, row)
        assert "expected a number from" in message or len(inputs) == 2


def test_of_many_bad_rows_twenty_are_told(running):
    body = json.dumps({"rows": [{}] * 30})
    status, _, found = running.ask("POST", "/predict", body)
    assert status == 422
    said = "age expected a number from 18 to 99, got nothing"
    assert found["problems"] == [f"row {k}: {said}" for k in range(20)]
    assert found["error"] == "30 of 30 rows do not fit"


ADDRESSES = "expected /predict, /health or /version"


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/predict", 405, "Method Not Allowed"),
        ("PUT", "/predict", 405, "Method Not Allowed"),
        ("POST", "/health", 405, "Method Not Allowed"),
        ("DELETE", "/version", 405, "Method Not Allowed"),
        ("BREW", "/predict", 405, "Method Not Allowed"),
        ("GET", "/", 404, ADDRESSES),
        ("POST", "/predict/1", 404, ADDRESSES),
        ("GET", "/../v1.npz", 404, ADDRESSES),
    ],
)
def test_another_method_or_address(running, method, path, status, said):
    found = running.ask(method, path)
    assert found[0] == status
    assert found[2] == {"error": said}
    if status == 405:
        allowed = "POST" if path == "/predict" else "GET"
        assert found[1]["Allow"] == allowed


def test_a_thousand_rows_are_answered_at_once(running):
    found = running.predict(*[ROW] * 1000)
    assert len(found["answers"]) == 1000


def test_content_of_no_kind(running):
    status, _, found = running.ask("POST", "/predict", b"{}", {})
    said = "expected application/json, got ''"
    assert (status, found) == (415, {"error": said})


@pytest.mark.parametrize("kind", ["", "text/plain", "application/jsonp"])
def test_another_kind_of_content(running, kind):
    body = json.dumps({"rows": [ROW]})
    found = running.ask("POST", "/predict", body, {"Content-Type": kind})
    assert found[0] == 415
    assert f"expected application/json, got {kind!r}" == found[2]["error"]
    for kind in ("application/json; charset=utf-8", "Application/JSON"):
        found = running.ask("POST", "/predict", body, {"Content-Type": kind})
        assert found[0] == 200


def test_far_too_much_is_cut_off_and_others_are_answered(running):
    try:
        status, *_ = running.ask("POST", "/predict", b" " * 30_000_000)
    except (OSError, http.client.HTTPException, AssertionError):
        status = 400  # the line was cut while we were still sending
    assert status == 400
    assert running.predict(ROW)["version"] == "v1"


def test_under_load_each_gets_its_own_answer(running):
    def one(k):
        age, orders = 18 + k % 80, k % 50
        found = running.predict({"age": age, "orders": orders})
        return found["answers"][0]["probability"] - chance(age, orders)

    with ThreadPoolExecutor(16) as pool:
        gaps = list(pool.map(one, range(400)))
    assert max(map(abs, gaps)) < 1e-6
    counts = running.ask("GET", "/health")[2]["counts"]
    assert sum(counts.values()) == 400


def test_bad_and_good_requests_at_once(running):
    def one(k):
        body = json.dumps({"rows": [ROW]}) if k % 2 else "{"
        return running.ask("POST", "/predict", body)[0]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(100))) == [400, 200] * 50


def test_health_and_version(running):
    running.predict(ROW, ROW)
    running.ask("POST", "/predict", "{")
    status, _, found = running.ask("GET", "/health")
    assert (status, found["status"], found["version"]) == (200, "ok", "v1")
    assert found["counts"] == {"ask": 2, "refused": 1}
    status, _, card = running.ask("GET", "/version")
    assert (status, card["question"]) == (200, "orders again")
    assert card["columns"]["age"] == [18, 99]


def test_forwards_and_back_without_a_restart(running):
    other = shelf_of(running)
    assert running.predict(ROW)["answers"][0]["decision"] == "ask"
    other.switch("v2")
    found = running.predict(ROW)
    assert (found["version"], found["answers"][0]["decision"]) == ("v2", "yes")
    other.switch("v1")
    assert running.predict(ROW)["version"] == "v1"


def shelf_of(running):
    return service.Shelf(running.folder)


def test_what_is_asked_is_noted_nowhere(running, caplog):
    with caplog.at_level(logging.DEBUG):
        running.predict(ROW)
        running.ask("GET", "/predict?age=20")
        running.ask("GET", "/age/20")
    assert "age" not in caplog.text
    assert running.ask("GET", "/health")[2]["counts"]["refused"] == 2


def test_a_damaged_release_is_no_secret_and_tells_none(running, caplog):
    (running.folder / "current.txt").write_text("v9")
    with caplog.at_level(logging.CRITICAL, "tornado.application"):
        status, _, found = running.ask("GET", "/health")
    assert (status, found) == (500, {"error": "Internal Server Error"})
    shelf_of(running).switch("v2")
    assert running.predict(ROW)["version"] == "v2"


def alone(work, *arguments, **named):
    """Do it in a thread: in this one the browser's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *arguments, **named).result()


def test_it_does_not_start_without_a_release(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"current\.txt"):
        alone(service.main, [str(tmp_path), "--port", "0"])


def test_as_a_program_it_does_not_start_either(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["service", str(tmp_path)])
    with pytest.raises(FileNotFoundError, match=r"current\.txt"):
        alone(runpy.run_path, service.__file__, run_name="__main__")


def test_what_is_chosen_on_the_command_line(monkeypatch, capsys):
    chosen = []

    async def note(*arguments):
        chosen.append(arguments)

    monkeypatch.setattr(service, "serve", note)
    alone(service.main, ["models"])
    alone(service.main, ["models", "--port", "80", "--address", "::1"])
    models = Path("models")
    assert chosen == [(models, 8037, "127.0.0.1"), (models, 80, "::1")]
    with pytest.raises(SystemExit):
        alone(service.main, [])
    told = capsys.readouterr().err
    assert "python -m nnfs_code.service: error: " in told


def test_it_listens_until_it_is_stopped(tmp_path, capsys, monkeypatch):
    shelf(tmp_path)
    ports, asked = [], []

    def bind(port, address):
        asked.append((port, address))
        return bind_sockets(port, "127.0.0.1")

    class Stopped(asyncio.Event):
        async def wait(self):
            said = capsys.readouterr().out
            port = int(said.rpartition(":")[2])
            ports.append(port)
            assert said == f"listening on http://192.0.2.1:{port}\n"
            status, *_ = await asyncio.to_thread(ask, port, "GET", "/health")
            assert status == 200
            raise KeyboardInterrupt

    monkeypatch.setattr(service, "bind_sockets", bind)
    monkeypatch.setattr(asyncio, "Event", Stopped)
    chosen = ["--port", "0", "--address", "192.0.2.1"]
    alone(service.main, [str(tmp_path), *chosen])
    assert capsys.readouterr().out == "stopped\n"
    assert asked == [(0, "192.0.2.1")]
    with pytest.raises(ConnectionRefusedError):
        ask(ports[0], "GET", "/health")


def test_by_itself_it_is_for_this_machine_alone(tmp_path, monkeypatch):
    asked = []

    def bind(port, address):
        asked.append((port, address))
        return bind_sockets(0, "127.0.0.1")

    async def limits():
        server, _ = service.listen(tmp_path)
        server.stop()
        return server.conn_params

    monkeypatch.setattr(service, "bind_sockets", bind)
    found = alone(asyncio.run, limits())
    assert asked == [(8037, "127.0.0.1")]
    assert found.max_body_size == 10_000_000
    assert found.body_timeout == 10  # who sends slowly holds no line


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_the_command(tmp_path):
    shelf(tmp_path)
    command = [sys.executable, "-m", "nnfs_code.service", str(tmp_path)]
    with subprocess.Popen(
        [*command, "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        # Tests that run in the background may have been told to ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            said = process.stdout.readline()
            port = int(said.rpartition(":")[2])
            body = json.dumps({"rows": [ROW]})
            status, _, found = ask(port, "POST", "/predict", body)
            assert (status, found["version"]) == (200, "v1")
            process.send_signal(signal.SIGINT)
            assert process.wait(600) == 0
            assert process.stdout.read() == "stopped\n"
        finally:
            process.kill()


def test_nothing_else_needs_tornado():
    """So that whoever wants no service needs no framework."""
    folder = Path(service.__file__).parent
    needing = [
        path.name
        for path in sorted(folder.glob("*.py"))
        if re.search(
            r"^\s*(from|import) .*(tornado|service)\b",
            path.read_text("utf-8"),
            re.M,
        )
    ]
    assert needing == ["service.py"]
