# --8<-- [start:ch21-archive-imports]
"""Arrays and a header in one npz file, written whole or not at all."""

import io
import json
import math
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from nnfs_code.arrays import complaint

Entries = dict[str, NDArray[Any]]  # name → array

FORMAT, VERSION = "nnfs-model", 1
OWNER = "Model.load"
GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")

# --8<-- [end:ch21-archive-imports]


# --8<-- [start:ch21-write]
def write(path: str | os.PathLike[str], header: Any, arrays: Entries) -> None:
    """Write everything into one file, whole or not at all.

    It is written beside its place and moved there when it is complete. A
    file that was there before stays as it is until then.
    """
    marked = {"format": FORMAT, "version": VERSION, "content": header}
    text = json.dumps(marked, allow_nan=False).encode()
    entries: Any = {"header": np.frombuffer(text, np.uint8), **arrays}
    target = Path(path).resolve()  # through a link, to the file itself
    beside = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with open(beside, "wb") as file:
            np.savez(file, **entries)
            file.flush()
            os.fsync(file.fileno())  # out of the memory, onto the disk
        os.replace(beside, target)  # in one go
    finally:
        beside.unlink(missing_ok=True)


# --8<-- [end:ch21-write]


# --8<-- [start:ch21-read]
def read(path: str | os.PathLike[str]) -> tuple[Any, Entries]:
    """Return the header and the arrays of a file that `write` wrote.

    Raises
    ------
    OSError
        If there is no such file, or it must not be read.
    ValueError
        If it is truncated, damaged, of another kind, or newer than this
        program.
    """
    return decode(Path(path).read_bytes())


def decode(data: bytes) -> tuple[Any, Entries]:
    """Return the header and the arrays in the bytes of a file.

    Nothing in it is executed: no pickle is opened.
    """
    if data[:1] == b"\x80":
        expected = "an npz file that Model.save wrote"
        got = "a pickle, which can run code; it was not opened"
        raise ValueError(complaint(OWNER, expected, got))
    arrays = {name: array(name, raw) for name, raw in unzip(data).items()}
    text = arrays.pop("header", None)
    return check_header(text, sorted(arrays)), arrays


# --8<-- [end:ch21-read]


# --8<-- [start:ch21-unzip]
def unzip(data: bytes) -> dict[str, bytes]:
    """Return the bytes of each entry, after a look at its checksum.

    The entries of `np.savez` are not compressed, so all of them together are
    shorter than the file. If they are not, it is refused: entries that
    overlap could unfold a small file into a huge one.
    """
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            sizes = ((info.file_size, info.compress_size) for info in infos)
            if sum(map(min, sizes)) > len(data):
                raise ValueError("it unfolds to more than its own length")
            for info in infos:
                name = info.filename.removesuffix(".npy")
                if info.compress_type != zipfile.ZIP_STORED:
                    raise ValueError(f"{name} is compressed")
                if info.file_size > len(data) or name in found:
                    raise ValueError(f"{name} is too long, or there twice")
                found[name] = archive.read(info)  # compares the checksum
    except Exception as error:  # whatever it is, the file is to blame
        expected = "a whole npz file that Model.save wrote"
        got = f"a truncated, damaged or other file: {error}"
        raise ValueError(complaint(OWNER, expected, got)) from error
    return found


# --8<-- [end:ch21-unzip]


# --8<-- [start:ch21-array]
def array(name: str, raw: bytes) -> NDArray[Any]:
    """Return the array of an entry in NumPy's format, without pickles."""
    file = io.BytesIO(raw)
    try:
        if npy.read_magic(file) != (1, 0):
            raise ValueError("an unusual version of NumPy's format")
        shape, by_columns, dtype = npy.read_array_header_1_0(file)
    except Exception as error:
        expected = f"{name} as an array in NumPy's format"
        raise ValueError(complaint(OWNER, expected, error)) from error
    if dtype.hasobject:
        got = "pickled objects, which can run code; they were not opened"
        raise ValueError(complaint(OWNER, f"{name} as numbers", got))
    rest = raw[file.tell() :]
    if math.prod(shape) * dtype.itemsize != len(rest):
        expected = f"{name} with {math.prod(shape)} entries of {dtype}"
        raise ValueError(complaint(OWNER, expected, f"{len(rest)} bytes"))
    flat = np.frombuffer(rest, dtype).astype(dtype.newbyteorder("="))
    return flat.reshape(shape, order="F" if by_columns else "C")


# --8<-- [end:ch21-array]


# --8<-- [start:ch21-check-header]
def check_header(text: NDArray[Any] | None, names: list[str]) -> Any:
    """Return the content of the header, if it is one that we can read."""
    if text is None:
        got = f"an npz file without a header, with the arrays {names}"
        raise ValueError(complaint(OWNER, "a file of Model.save", got))
    try:
        header = json.loads(text.tobytes())
        format_, version = header["format"], header["version"]
    except Exception as error:
        expected = "a header in JSON with format and version"
        raise ValueError(complaint(OWNER, expected, repr(error))) from error
    if format_ != FORMAT or type(version) is not int or version < 1:
        expected = f"format {FORMAT!r} with a version"
        got = f"{format_!r}, {version!r}"
        raise ValueError(complaint(OWNER, expected, got))
    if version > VERSION:
        expected = f"version {VERSION} of the format, or an older one"
        got = f"{version}, of a newer program; use that to load it"
        raise ValueError(complaint(OWNER, expected, got))
    return header.get("content")


# --8<-- [end:ch21-check-header]


# --8<-- [start:ch21-generator]
def generator(state: dict[str, Any]) -> np.random.Generator:
    """Return a generator in this state.

    It draws on from there. Its seed is not part of the state: what
    `Generator.spawn` makes of it comes from seed 0.
    """
    name = state["bit_generator"]
    if name not in GENERATORS:
        expected = f"one of the generators {GENERATORS}"
        raise ValueError(complaint(OWNER, expected, repr(name)))
    bits = getattr(np.random, name)(0)
    bits.state = state
    return np.random.Generator(bits)


# --8<-- [end:ch21-generator]
