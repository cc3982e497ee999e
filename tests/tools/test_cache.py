"""The cache: keys that know what counts, files that are whole."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import cache
from cache import imported, kept, key

KEYS = key("one"), key("two")
PACKAGE = {
    "code/arrays.py": b"import numpy; 'x.npz'",
    "code/layers.py": b"from code.arrays import Array\n",
    "code/losses.py": b"def loss():\n    from code import layers\n",
    **{"code/__init__.py": b"", "a/x.npz": b"\xff", "a/other.npz": b""},
}
LAYERS = {"a/x.npz"} | {p for p in PACKAGE if p[5:8] in ("__i", "arr", "lay")}


def test_a_key_is_made_of_all_its_parts(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("1")
    keys = [key("a", "b"), key("b", "a"), key("ab"), key({"a": b"b"})]
    keys += [key({"a": b"c"}), key(path)]
    path.write_text("2")
    keys += [key(tmp_path)]
    (tmp_path / "b.py").touch()
    keys += [key(tmp_path)]
    assert len(set(keys)) == len(keys)


def test_a_file_is_made_once_and_replaces_its_older_self(tmp_path):
    folder = tmp_path / "deep/er"
    assert kept(folder / f"a-b.{KEYS[0]}.svg", lambda: b"1") == b"1"
    assert kept(folder / f"a-b.{KEYS[0]}.svg", lambda: b"other") == b"1"
    others = {f"a.{KEYS[0]}.svg", f"a-b.{KEYS[0]}.json", "a-b.mine.svg"}
    for name in others:
        (folder / name).touch()
    assert kept(folder / f"a-b.{KEYS[1]}.svg", lambda: b"2") == b"2"
    left = {path.name for path in folder.iterdir()}
    assert left == others | {f"a-b.{KEYS[1]}.svg"}


def test_what_fails_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError):
        kept(tmp_path / f"a.{KEYS[0]}.svg", lambda: b"%d" % (1 / 0))
    assert list(tmp_path.iterdir()) == []


def test_two_threads_may_make_the_same_file(tmp_path):
    path = tmp_path / f"a.{KEYS[0]}.svg"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: kept(path, lambda: b"1" * 9), range(8)))
    assert made == [b"1" * 9] * 8
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import numpy; 'other.npz'", {"a/other.npz"}),
        ("import code.layers as l", LAYERS),
        ("from code import layers", LAYERS),
        ("from code.layers import Dense", LAYERS),
        ("import code.losses; 'other.npz'", PACKAGE.keys()),
    ],
)
def test_what_is_imported_is_found(source, names):
    assert imported(source, "a.py", PACKAGE).items() <= PACKAGE.items()
    assert imported(source, "a.py", PACKAGE).keys() == names


def test_what_waits_in_line_is_not_begun_after_ctrl_c(tmp_path, monkeypatch):
    begun, go, runs = [], threading.Event(), []

    def made(number):
        path = tmp_path / f"{number}.{KEYS[0]}.svg"
        return kept(path, lambda: begun.append(number) or b"%d" % go.wait())

    def interrupted(waited_for):
        runs.extend(waited_for)
        while len(begun) < 2:
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(cache, "PAUSED", threading.Event())
    monkeypatch.setattr(cache, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cache.side_by_side(made, [(number,) for number in range(9)])
    go.set()
    assert sorted(run.result() for run in runs) == [b""] * 7 + [b"1"] * 2


def test_while_paused_only_what_is_there_is_had(tmp_path, monkeypatch):
    path = tmp_path / f"a.{KEYS[0]}.svg"
    monkeypatch.setattr(cache, "PAUSED", threading.Event())
    cache.PAUSED.set()
    assert kept(path, lambda: b"1") == b""
    assert not path.exists()
    path.write_bytes(b"2")
    assert kept(path, lambda: b"1") == b"2"
