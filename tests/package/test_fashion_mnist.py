"""Fashion-MNIST: where it is looked for, and what comes out of it."""

import gzip
import hashlib
import importlib.util
import struct

import numpy as np
import pytest

from nnfs_code import data
from nnfs_code.data import FASHION_NAMES, fashion_mnist

PICTURES = np.arange(3 * 28 * 28).astype(np.uint8).reshape(3, 28, 28)
LABELS = np.array([9, 0, 3], np.uint8)


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Three pictures in place of all, nothing on this machine, no network."""
    files, sums = {}, {}
    for name in data.FASHION_FILES:
        array = PICTURES if "images" in name else LABELS
        if name.startswith("t10k"):
            array = array[:2]
        sizes = struct.pack(f">{array.ndim}I", *array.shape)
        whole = bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()
        files[name] = gzip.compress(whole, mtime=0)
        sums[name] = tuple(
            hashlib.sha256(bytes_).hexdigest()
            for bytes_ in (files[name], whole)
        )
    asked = []

    def fetch(url, path, sha256):
        asked.append(url)
        name = url.removeprefix(data.ADDRESS)
        assert sha256 == sums[name][0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name])
        return path

    monkeypatch.setattr(data, "FASHION_FILES", sums)
    monkeypatch.setattr(data, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(data, "fetch", fetch)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return files, asked


def put(folder, files):
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def check(found, n):
    pictures, labels = found
    np.testing.assert_array_equal(pictures, PICTURES[:n], strict=True)
    expected = LABELS[:n].astype(np.int64)
    np.testing.assert_array_equal(labels, expected, strict=True)


def test_it_is_downloaded_once_into_the_cache(small, tmp_path):
    check(fashion_mnist(), 3)
    check(fashion_mnist("test"), 2)
    names = list(data.FASHION_FILES)
    assert small[1] == [data.ADDRESS + name for name in names]
    check(fashion_mnist(), 3)
    assert len(small[1]) == 4
    folder = tmp_path / "cache" / "nnfs" / "fashion-mnist"
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_without_the_variable_the_cache_is_in_the_home_folder(monkeypatch):
    for value in (None, ""):
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        if value is not None:
            monkeypatch.setenv("XDG_CACHE_HOME", value)
        found = data.cache_folder()
        assert found == data.Path.home() / ".cache" / "nnfs" / "fashion-mnist"


def test_debians_files_are_found_without_a_download(small, tmp_path):
    put(tmp_path / "debian", small[0])
    check(fashion_mnist(), 3)
    assert small[1] == []


def test_a_folder_of_ones_own_comes_first(small, tmp_path):
    put(tmp_path / "debian", dict.fromkeys(small[0], b"not asked"))
    put(tmp_path / "own", small[0])
    check(fashion_mnist("test", folder=tmp_path / "own"), 2)
    check(fashion_mnist("test", folder=str(tmp_path / "own")), 2)
    assert small[1] == []


def test_a_file_may_be_packed_otherwise(small, tmp_path):
    packed = {
        name: gzip.compress(gzip.decompress(content), 1, mtime=7)
        for name, content in small[0].items()
    }
    put(tmp_path / "own", packed)
    check(fashion_mnist(folder=tmp_path / "own"), 3)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-5],
        lambda content: content[:20] + b"\0" + content[21:],
        lambda content: gzip.compress(gzip.decompress(content)[:-1] + b"x"),
        lambda content: b"<html>not found</html>",
    ],
    ids=["truncated", "damaged", "changed", "foreign"],
)
def test_a_spoilt_cache_is_named_and_not_used(spoil, small, tmp_path):
    folder = tmp_path / "cache" / "nnfs" / "fashion-mnist"
    put(folder, {name: spoil(content) for name, content in small[0].items()})
    with pytest.raises(ValueError, match="expected") as error:
        fashion_mnist()
    name = folder / "train-images-idx3-ubyte.gz"
    assert f"delete {name}, call again" in str(error.value)
    for path in folder.iterdir():
        path.unlink()
    check(fashion_mnist(), 3)


def test_data_of_another_sum_are_named_by_both_sums(small, tmp_path):
    name = "train-labels-idx1-ubyte.gz"
    whole = gzip.decompress(small[0][name])[:-1] + b"x"
    put(tmp_path / "own", {**small[0], name: gzip.compress(whole)})
    expected = data.FASHION_FILES[name][1]
    with pytest.raises(ValueError, match="SHA-256") as error:
        fashion_mnist(folder=tmp_path / "own")
    assert str(error.value) == (
        f"fashion_mnist expected the data of SHA-256 {expected}, got "
        f"{hashlib.sha256(whole).hexdigest()}; delete "
        f"{tmp_path / 'own' / name}, call again"
    )


def test_if_none_is_possible_it_says_what_to_do(small, monkeypatch):
    def fetch(url, path, sha256):
        raise OSError("no network; save it yourself")

    monkeypatch.setattr(data, "fetch", fetch)
    with pytest.raises(OSError, match="no network") as error:
        fashion_mnist()
    assert str(error.value) == (
        "no network; save it yourself; or install Debian's package "
        "dataset-fashion-mnist; or take the small sample: "
        "fashion_mnist(sample=True)"
    )


@pytest.mark.parametrize("part", ["validation", "t10k", None])
def test_another_part_is_refused(part):
    message = f"fashion_mnist expected part as 'train' or 'test', got {part!r}"
    with pytest.raises(ValueError, match=f"^{message}$"):
        fashion_mnist(part, sample=True)


@pytest.mark.parametrize(("part", "per_class"), [("train", 200), ("test", 40)])
def test_the_sample_has_as_many_of_each_class(part, per_class):
    pictures, labels = fashion_mnist(part, sample=True)
    assert pictures.shape == (10 * per_class, 28, 28)
    assert (pictures.dtype, labels.dtype) == (np.uint8, np.int64)
    np.testing.assert_array_equal(np.bincount(labels), [per_class] * 10)
    assert len(np.unique(pictures, axis=0)) == len(pictures)
    assert pictures.max() == 255
    assert len(set(FASHION_NAMES)) == 10


def test_the_sample_is_small_and_comes_with_its_notice(root):
    folder = root / "resources" / "datasets"
    assert (folder / "fashion-mnist-sample.npz").stat().st_size <= 900_000
    notice = (folder / "fashion-mnist-sample.LICENSE.txt").read_text("utf-8")
    assert "Copyright © 2017 Zalando SE" in notice


FULL = data.DEBIAN.is_dir() or data.cache_folder().is_dir()


@pytest.mark.skipif(not FULL, reason="the full set is not on this machine")
def test_the_sample_is_what_its_script_makes(root):
    path = root / "resources" / "datasets" / "fashion_mnist_sample.py"
    spec = importlib.util.spec_from_file_location("maker", path)
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    made = maker.arrays(None)
    for part in ("train", "test"):
        pictures, labels = fashion_mnist(part, sample=True)
        np.testing.assert_array_equal(made[f"{part}_pictures"], pictures)
        np.testing.assert_array_equal(made[f"{part}_labels"], labels)
