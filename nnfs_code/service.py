# --8<-- [start:ch37-service-imports]
"""A small HTTP service in front of a release. It needs Tornado."""

import argparse
import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from nnfs_code.release import Release, Shelf

MOST_BYTES, MOST_ROWS = 1_000_000, 1000

# --8<-- [end:ch37-service-imports]


# --8<-- [start:ch37-handler]
class Handler(RequestHandler):
    """What all addresses share: they answer in JSON, errors included."""

    methods = "GET"

    def release(self) -> Release:
        """Return the release that answers now."""
        shelf: Shelf = self.settings["shelf"]
        return shelf.release()

    def refuse(self, status: int, error: str, **more: Any) -> None:
        """End with an error that says what was expected."""
        self.settings["counts"]["refused"] += 1
        self.set_status(status)
        self.finish({"error": error, **more})

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Tell in JSON what Tornado tells, without what is inside."""
        if status_code == 405:
            self.set_header("Allow", self.methods)
        self.refuse(status_code, self._reason)

    # --8<-- [end:ch37-handler]


# --8<-- [start:ch37-predict]
class Predict(Handler):
    """``POST /predict`` with ``{"rows": [{"column": number, …}, …]}``."""

    methods = "POST"

    def post(self) -> None:
        """Answer all rows of the request, or none."""
        kind = self.request.headers.get("Content-Type", "").partition(";")[0]
        if kind.strip().lower() != "application/json":
            return self.refuse(415, f"expected application/json, got {kind!r}")
        n_bytes = len(self.request.body)
        if n_bytes > MOST_BYTES:
            expected = f"expected at most {MOST_BYTES} bytes"
            return self.refuse(413, f"{expected}, got {n_bytes}")
        try:
            rows = rows_of(self.request.body)
        except ValueError as error:
            return self.refuse(400, str(error))
        self.answer(rows)

    # --8<-- [end:ch37-predict]

    # --8<-- [start:ch37-predict-answer]
    def answer(self, rows: list[dict[str, object]]) -> None:
        """Answer rows, or say what is wrong with up to 20 of them."""
        release, inputs, problems = self.release(), [], []
        for place, row in enumerate(rows):
            try:
                inputs.append(release.card.row(row))
            except ValueError as error:
                problems.append(f"row {place}: {error}")
        if problems:
            said = f"{len(problems)} of {len(rows)} rows do not fit"
            return self.refuse(422, said, problems=problems[:20])
        answers = release.answers(inputs)
        self.settings["counts"].update(a.decision for a in answers)
        found = [answer._asdict() for answer in answers]
        self.finish({"version": release.card.version, "answers": found})

    # --8<-- [end:ch37-predict-answer]


# --8<-- [start:ch37-rows-of]
def rows_of(body: bytes) -> list[dict[str, object]]:
    """Return the rows in the body of a request.

    >>> rows_of(b'{"rows": [{"age": 42}]}')
    [{'age': 42}]
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected JSON, got {str(error)[:80]}") from error
    rows = content.get("rows") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
        expected = f'expected {{"rows": […]}} with 1 to {MOST_ROWS} rows'
        got = len(rows) if isinstance(rows, list) else f"{content!r:.40}"
        raise ValueError(f"{expected}, got {got}")
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("expected each row as an object, name and number")
    return rows


# --8<-- [end:ch37-rows-of]


# --8<-- [start:ch37-health]
class Health(Handler):
    """``GET /health``: whether it can answer, and what it has said."""

    def get(self) -> None:
        """Tell the version that answers now, and counts since the start."""
        version = self.release().card.version
        counts = dict(self.settings["counts"])
        self.finish({"status": "ok", "version": version, "counts": counts})


class Version(Handler):
    """``GET /version``: the card of the model that answers now."""

    def get(self) -> None:
        """Tell the card."""
        self.finish(vars(self.release().card))


class Missing(Handler):
    """Any other address."""

    def prepare(self) -> None:
        """Say which addresses there are."""
        self.refuse(404, "expected /predict, /health or /version")


# --8<-- [end:ch37-health]


# --8<-- [start:ch37-application]
def application(folder: Path) -> Application:
    """Return the service for a folder of releases."""
    addresses: list[Any] = [
        ("/predict", Predict),
        ("/health", Health),
        ("/version", Version),
    ]
    return Application(
        addresses,
        default_handler_class=Missing,
        log_function=lambda handler: None,  # rows and addresses stay private
        shelf=Shelf(folder),
        counts=Counter(),
    )


# --8<-- [end:ch37-application]


# --8<-- [start:ch37-listen]
def listen(
    folder: Path, port: int = 8037, address: str = "127.0.0.1"
) -> tuple[HTTPServer, int]:
    """Start to listen; return the server, and its port (if asked for 0).

    127.0.0.1 is this machine alone. There is no password and no encryption
    here; what others may reach needs a server in front that has both.
    """
    server = HTTPServer(
        application(folder), max_body_size=10 * MOST_BYTES, body_timeout=10
    )
    sockets = bind_sockets(port, address)
    server.add_sockets(sockets)
    return server, sockets[0].getsockname()[1]


async def serve(folder: Path, port: int, address: str) -> None:
    """Listen until stopped."""
    Shelf(folder).release()  # without one, it is better not to start
    server, port = listen(folder, port, address)
    print(f"listening on http://{address}:{port}", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        server.stop()
        await server.close_all_connections()


# --8<-- [end:ch37-listen]


# --8<-- [start:ch37-service-main]
def main(argv: list[str] | None = None) -> None:
    """Serve a folder of releases from the command line."""
    parser = argparse.ArgumentParser("python -m nnfs_code.service")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=8037)
    parser.add_argument("--address", default="127.0.0.1")
    chosen = parser.parse_args(argv)
    try:
        asyncio.run(serve(chosen.folder, chosen.port, chosen.address))
    except KeyboardInterrupt:
        print("stopped")


if __name__ == "__main__":
    main()

# --8<-- [end:ch37-service-main]
