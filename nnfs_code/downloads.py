# --8<-- [start:ch19-downloads-imports]
"""A file from the network: resumed, checked, and whole or not there."""

import hashlib
import os
import urllib.request
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError

from nnfs_code.arrays import complaint
from nnfs_code.progress import Progress

BLOCK = 2**16  # bytes that are read at a time
PATIENCE = 30  # seconds without an answer

# --8<-- [end:ch19-downloads-imports]


# --8<-- [start:ch19-fetch]
def fetch(url: str, path: str | os.PathLike[str], sha256: str) -> Path:
    """Download a file, check its SHA-256, and move it into its place.

    Until then it grows beside it, with ``.part`` after its name. If the
    connection breaks, that part is kept, and the next call goes on there.

    Raises
    ------
    OSError
        If it cannot be fetched now. What there is of it is kept.
    ValueError
        If it has another SHA-256. Then nothing of it is kept.
    """
    target = Path(path)
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        receive(url, part)
    except (OSError, HTTPException) as error:
        got = f"{error!r}; call again to go on, or save it as {target}"
        raise OSError(complaint("fetch", f"to get {url}", got)) from error
    found = hashlib.sha256(part.read_bytes()).hexdigest()
    if found != sha256:
        part.unlink()
        expected = f"SHA-256 {sha256} of {url}"
        raise ValueError(complaint("fetch", expected, found))
    os.replace(part, target)
    return target


# --8<-- [end:ch19-fetch]


# --8<-- [start:ch19-receive]
def receive(url: str, part: Path) -> None:
    """Download into the file `part`, from where it ends on."""
    done = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url)
    if done:
        request.add_header("Range", f"bytes={done}-")
    try:
        answer = urllib.request.urlopen(request, timeout=PATIENCE)
    except HTTPError as error:
        error.close()
        if error.code != 416:  # there is nothing from there on
            raise
        part.unlink()
        receive(url, part)
        return
    with answer:
        if answer.status != 206:  # it sends all, and not the rest
            done = 0
        store(answer, part, done)


# --8<-- [end:ch19-receive]


# --8<-- [start:ch19-store]
def store(answer: HTTPResponse, part: Path, done: int) -> None:
    """Write what comes into the file `part`, behind its first bytes."""
    length = answer.headers["Content-Length"]
    if length is None or not length.isdecimal():
        raise ConnectionError("the answer does not say how long it is")
    total = done + int(length)
    bar = Progress(part.stem, total)
    with open(part, "ab" if done else "wb") as file:
        while block := answer.read(BLOCK):
            file.write(block)
            done += len(block)
            bar.at(done, f"of {total / 1e6:.1f} MB")
    bar.end()
    if done != total:
        raise ConnectionError(f"it broke off after {done} of {total} bytes")


# --8<-- [end:ch19-store]
