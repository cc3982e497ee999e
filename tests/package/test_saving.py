"""Saved models: the same numbers, whole files, and clear errors."""

import errno
import io
import json
import os
import pickle
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnfs_code import archive, saving
from nnfs_code.activations import ReLU, Tanh
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SigmoidCrossEntropy, SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSProp,
)
from nnfs_code.penalties import L1, L2
from nnfs_code.schedules import (
    Constant,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    OneCycle,
    StepDecay,
    WarmUp,
)

SCHEDULES = [
    0.1,
    Constant(0.1),
    StepDecay(0.1, factor=0.5, every=3),
    InverseTimeDecay(0.1, decay=0.3),
    ExponentialDecay(0.1, factor=0.9),
    CosineDecay(0.1, steps=12),
    OneCycle(0.1, steps=12, rise=4),
    WarmUp(CosineDecay(0.1, steps=9), steps=3),
]
OPTIMIZERS = [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW]


def network(rng, penalty=None, dtype=np.float64):
    parts = [
        Dense(2, 5, rng=rng, dtype=dtype),
        ReLU(),
        Dropout(0.3, rng=rng),
        Dense(5, 3, rng=rng, dtype=dtype),
    ]
    return Model(parts, SoftmaxCrossEntropy(), penalty=penalty)


def train(model, optimizer, rng, steps, dtype=np.float64):
    """Take steps on batches that the generator draws; return the losses."""
    found = []
    for _ in range(steps):
        points = rng.normal(size=(6, 2)).astype(dtype)
        labels = rng.integers(3, size=6)
        found.append(model.train_step(points, labels, optimizer))
    return found


def parameters(model):
    return [
        getattr(part, name)
        for part in model.parts
        for name in ("weights", "biases")
        if hasattr(part, name)
    ]


# --- the same numbers as if it had not stopped


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_training_goes_on_to_the_same_numbers(kind, dtype, tmp_path):
    rng = np.random.default_rng(3)
    model, optimizer = network(rng, L2(0.01), dtype), kind(0.05)
    train(model, optimizer, rng, 4, dtype)
    model.save(tmp_path / "m.npz", rng=rng)
    expected = train(model, optimizer, rng, 4, dtype)

    found = Model.load(tmp_path / "m.npz")
    assert train(found, found.optimizer, found.rng, 4, dtype) == expected
    for ours, theirs in zip(parameters(found), parameters(model), strict=True):
        np.testing.assert_array_equal(ours, theirs, strict=True)
    for name, value in vars(optimizer).items():
        np.testing.assert_equal(vars(found.optimizer)[name], value)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
def test_a_schedule_goes_on_where_it_was(schedule, tmp_path):
    rng = np.random.default_rng(0)
    model, optimizer = network(rng), SGD(schedule)
    train(model, optimizer, rng, 5)
    model.save(tmp_path / "m.npz")
    found = Model.load(tmp_path / "m.npz").optimizer
    assert found.step == 5
    assert found.learning_rate == schedule
    assert found.rate() == optimizer.rate()


@pytest.mark.parametrize("name", saving.GENERATORS)
def test_a_generator_draws_on_and_stays_shared(name, tmp_path):
    rng = np.random.Generator(getattr(np.random, name)(5))
    model = network(rng)
    train(model, Adam(0.1), rng, 2)
    rng.integers(3, size=3, dtype=np.int32)  # leaves half a draw behind
    model.save(tmp_path / "m.npz", rng=rng)
    found = Model.load(tmp_path / "m.npz")
    assert found.rng is found.parts[2].rng
    np.testing.assert_array_equal(found.rng.random(9), rng.random(9))
    kinds = (found.rng.integers(9, dtype=np.int32) for _ in range(9))
    theirs = (rng.integers(9, dtype=np.int32) for _ in range(9))
    assert list(kinds) == list(theirs)


def test_a_loaded_generator_has_the_children_of_seed_0(tmp_path):
    rng = np.random.default_rng(5)
    network(rng).save(tmp_path / "m.npz", rng=rng)
    found = Model.load(tmp_path / "m.npz").rng
    child = found.spawn(1)[0].random()
    assert child == np.random.default_rng(0).spawn(1)[0].random()
    assert child != np.random.default_rng(5).spawn(1)[0].random()


def test_two_generators_stay_two(tmp_path):
    one, two = np.random.default_rng(1), np.random.default_rng(2)
    model = network(one)
    model.save(tmp_path / "m.npz", rng=two)
    found = Model.load(tmp_path / "m.npz")
    assert found.parts[2].rng.random() == one.random()
    assert found.rng.random() == two.random()


def test_without_the_memories_training_goes_elsewhere(tmp_path):
    """The planted fault: the weights are saved, the optimizer is not."""
    rng = np.random.default_rng(3)
    model, adam = network(rng), Adam(0.05)
    train(model, adam, rng, 4)
    model.save(tmp_path / "m.npz", rng=rng)
    expected = train(model, adam, rng, 4)
    found = Model.load(tmp_path / "m.npz")
    losses = train(found, Adam(0.05), found.rng, 4)
    assert losses[0] == expected[0]
    assert losses[1:] != expected[1:]
    again = Model.load(tmp_path / "m.npz")
    other = np.random.default_rng(3)
    assert train(again, again.optimizer, other, 4) != expected


def test_a_new_model_without_an_optimizer(tmp_path):
    model = network(np.random.default_rng(0), L1(0.5))
    model.save(str(tmp_path / "m.npz"))
    found = Model.load(str(tmp_path / "m.npz"))
    assert (found.optimizer, found.rng) == (None, None)
    assert found.penalty.strength == 0.5
    kinds = [type(part) for part in found.parts]
    assert kinds == [Dense, ReLU, Dropout, Dense]
    assert found.parts[2].rate == 0.3
    points = np.random.default_rng(1).normal(size=(4, 2))
    np.testing.assert_array_equal(found.forward(points), model.forward(points))


def test_whole_numbers_of_numpy_are_saved_as_such(tmp_path):
    model = network(np.random.default_rng(0))
    model.optimizer = SGD(CosineDecay(0.1, steps=np.int64(12)))
    model.save(tmp_path / "m.npz")
    found = Model.load(tmp_path / "m.npz").optimizer.learning_rate
    assert (found.steps, type(found.steps)) == (12, int)


def test_a_module_gives_the_classes_that_it_defines_alone():
    """What is known may be made by a file: no function, no other's class."""
    module = ModuleType("mine")
    own = type("Own", (), {"__module__": "mine"})

    def function():
        pass

    function.__module__ = "mine"
    vars(module).update(Own=own, Dense=Dense, function=function, number=3)
    assert saving.classes(module) == {"Own": own}


def test_the_generator_of_a_dropout_is_a_setting_and_of_a_layer_is_not():
    rng = np.random.default_rng(0)
    assert saving.settings(Dropout(0.5, rng=rng)) == {"rate": 0.5, "rng": rng}
    names = set(saving.settings(Dense(2, 3, rng=rng)))
    assert names == {"n_inputs", "n_neurons", "dtype"}


def test_every_class_that_is_known_can_be_saved_and_loaded():
    needs = {
        "Dense": {"n_inputs": 2, "n_neurons": 3},
        "Dropout": {"rate": 0.5},
        "L1": {"strength": 0.1},
        "L2": {"strength": 0.2},
        "Constant": {"rate": 0.5},
        "StepDecay": {"start": 1.0, "factor": 0.5, "every": 7},
        "InverseTimeDecay": {"start": 1.0, "decay": 0.5},
        "ExponentialDecay": {"start": 1.0, "factor": 0.5},
        "CosineDecay": {"start": 1.0, "steps": 9},
        "OneCycle": {"peak": 1.0, "steps": 9, "rise": 3},
        "WarmUp": {"schedule": Constant(0.5), "steps": 9},
        "Huber": {"delta": 0.5},
        "Quantile": {"level": 0.5},
        "BatchNorm": {"n_features": 3, "momentum": 0.5},
        "LayerNorm": {"n_features": 3},
        "RMSNorm": {"n_features": 3},
        "Conv2D": {"n_channels": 2, "n_filters": 3, "size": 2, "padding": 1},
        "Pool2D": {"size": 2},
        "MaxPool2D": {"size": 3, "stride": 2},
        "MeanPool2D": {"size": 2},
        "RNN": {"n_inputs": 2, "n_units": 3, "truncation": 4},
        "LSTM": {"n_inputs": 2, "n_units": 3, "truncation": 4},
        "GRU": {"n_inputs": 2, "n_units": 3, "padding": 0.0},
        "EachStep": {"layer": Dense(2, 1, rng=np.random.default_rng(1))},
        "Embedding": {"n_tokens": 3, "n_features": 2},
        "MeanEmbedding": {"n_tokens": 3, "n_features": 2},
        "LearnedPositions": {"n_steps": 3, "n_features": 2},
        "MultiHeadAttention": {"n_features": 4, "n_heads": 2, "rotary": True},
        "TransformerBlock": {"n_features": 4, "n_heads": 2, "causal": True},
        "GPT": dict(
            zip(
                ("n_tokens", "n_features", "n_heads", "n_blocks", "n_steps"),
                (5, 4, 2, 3, 7),
                strict=True,
            ),
            positions="sinusoidal",
        ),
    }
    for name, kind in saving.KNOWN.items():
        chosen = needs.get(name, {})
        if name == "Residual":
            chosen = {"parts": (Dropout(0.5, rng=np.random.default_rng(1)),)}
        if issubclass(kind, SGD.__mro__[1]):
            chosen = {"learning_rate": 0.25}
        if name == "Clipped":
            chosen = {"optimizer": SGD(0.25), "max_norm": 2.0}
        made = saving.anew(kind, chosen)
        arrays = [a for a in vars(made).values() if isinstance(a, np.ndarray)]
        if largest := max((array.size for array in arrays), default=0):
            sizes = {n: v for n, v in chosen.items() if type(v) is int}
            assert saving.HELD[name](sizes) >= largest
        header, arrays = saving.pack({"it": made})
        header = json.loads(json.dumps(header))
        reader = saving.Reader(header["generators"], arrays)
        found = reader.value(header["things"])["it"]
        assert type(found) is kind
        assert saving.settings(found).keys() == saving.settings(made).keys()
        for key, value in chosen.items():
            if key not in ("parts", "layer", "optimizer"):
                assert saving.settings(found)[key] == value
        assert saving.pack({"it": found})[0] == header


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), hidden=st.integers(1, 6))
def test_every_bit_comes_back(seed, hidden):
    rng = np.random.default_rng(seed)
    parts = [Dense(3, hidden, rng=rng), Tanh(), Dense(hidden, 1, rng=rng)]
    for part in parts[::2]:
        part.weights *= rng.choice([1e-40, 1e-20, 1.0, 1e30])
    model = Model(parts, SigmoidCrossEntropy())
    file = io.BytesIO()
    header, arrays = saving.pack(things(model))
    np.savez(file, header=marked(header), **arrays)
    found = saving.unpack(*archive.decode(file.getvalue()))
    for ours, theirs in zip(
        parameters(Model(found["parts"], found["loss"])),
        parameters(model),
        strict=True,
    ):
        assert ours.tobytes() == theirs.tobytes()


def test_arrays_by_columns_and_in_steps_come_back(tmp_path):
    layer = Dense(4, 3, rng=np.random.default_rng(0))
    values = layer.weights.copy()
    model = Model([layer], SoftmaxCrossEntropy())
    for odd in (np.asfortranarray(values), np.repeat(values, 2, axis=0)[::2]):
        layer.weights = odd
        model.save(tmp_path / "m.npz")
        found = Model.load(tmp_path / "m.npz").parts[0].weights
        np.testing.assert_array_equal(found, values)
        assert found.flags.writeable


def test_an_optimizer_set_back_to_step_0_may_be_saved(tmp_path):
    rng = np.random.default_rng(0)
    model, adam = network(rng), Adam(0.1)
    train(model, adam, rng, 3)
    adam.step = 0
    model.save(tmp_path / "m.npz")
    found = Model.load(tmp_path / "m.npz")
    train(found, found.optimizer, rng, 1)
    assert found.optimizer.step == 1


def test_the_same_model_gives_the_same_bytes(tmp_path):
    for name in "ab":
        rng = np.random.default_rng(0)
        model = network(rng)
        train(model, Adam(0.1), rng, 2)
        model.save(tmp_path / name, rng=rng)
    one, two = ((tmp_path / name).read_bytes() for name in "ab")
    assert one == two


# --- whole or not at all


def test_nothing_is_left_beside_the_file(tmp_path):
    model = network(np.random.default_rng(0))
    for _ in range(2):
        model.save(tmp_path / "m.npz")
        assert [p.name for p in tmp_path.iterdir()] == ["m.npz"]


@pytest.mark.parametrize("name", ["savez", "fsync", "replace"])
def test_a_save_that_fails_leaves_the_old_file(name, tmp_path, monkeypatch):
    path = tmp_path / "m.npz"
    network(np.random.default_rng(0)).save(path)
    before = path.read_bytes()

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    where = {"savez": np, "fsync": os, "replace": os}[name]
    monkeypatch.setattr(where, name, full)
    with pytest.raises(OSError, match="No space left"):
        network(np.random.default_rng(1)).save(path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["m.npz"]
    Model.load(path)


CHILD = """
import os, signal, sys
import numpy as np
sys.path.insert(0, {root!r})
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
{before}
rng = np.random.default_rng(1)
model = Model([Dense(100, 100, rng=rng)], SoftmaxCrossEntropy())
model.save({path!r})
"""
BREAKS = {
    "killed before the disk has it": (
        "os.fsync = lambda number: os.kill(os.getpid(), signal.SIGKILL)",
        -9,
    ),
    "killed before it is moved": (
        "os.replace = lambda *names: os.kill(os.getpid(), signal.SIGKILL)",
        -9,
    ),
    "no room on the disk": (
        "import resource\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))",
        1,
    ),
    "nothing": ("", 0),
}


def test_a_header_that_json_does_not_know_writes_nothing(tmp_path):
    for odd in (np.nan, np.inf, {1, 2}):
        with pytest.raises((TypeError, ValueError), match="JSON"):
            archive.write(tmp_path / "m.npz", {"odd": odd}, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
@pytest.mark.parametrize("name", BREAKS)
def test_killed_while_saving(name, tmp_path):
    before, code = BREAKS[name]
    path = tmp_path / "m.npz"
    old = Model([Dense(2, 2, rng=np.random.default_rng(0))], LOSS)
    old.save(path)
    text = CHILD.format(root=str(ROOT), before=before, path=str(path))
    done = subprocess.run(
        [sys.executable, "-c", text],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    shape = Model.load(path).parts[0].weights.shape
    assert shape == ((100, 100) if name == "nothing" else (2, 2))
    if code == 1:
        assert "OSError" in done.stderr
        assert len(list(tmp_path.iterdir())) == 1


ROOT = archive.Path(archive.__file__).resolve().parents[1]
LOSS = SoftmaxCrossEntropy()


def test_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real.npz", tmp_path / "link.npz"
    network(np.random.default_rng(0)).save(real)
    try:
        link.symlink_to(real)
    except OSError:  # Windows may forbid it
        pytest.skip("no links here")
    before = real.read_bytes()
    network(np.random.default_rng(1)).save(link)
    assert link.is_symlink()
    assert real.read_bytes() != before
    Model.load(real)


def test_what_cannot_be_saved_writes_nothing(tmp_path):
    class Mine(Tanh):
        pass

    class Dense(Tanh):  # of another module, with a known name
        pass

    def rate(step):
        return 0.1

    rng = np.random.default_rng(0)
    broken = network(rng)
    broken.parts[0].weights[0, 0] = np.nan
    odd = network(rng)
    train(odd, SGD(rate), rng, 1)
    drawn = network(np.random.Generator(Odd(1)))
    mine, known = (
        f"{it.__module__}.{it.__qualname__}" for it in (Mine, Dense)
    )
    ours = "a class of this package as model"
    cases = {
        f"{ours}/parts/1, got {mine}": Model(
            [network(rng).parts[0], Mine()], LOSS
        ),
        f"{ours}/parts/0, got {known}": Model([Dense()], LOSS),
        "finite model/parts/0/weights, got NaN or infinity": broken,
        f"{ours}/optimizer/learning_rate, got builtins.function": odd,
        "a generator of NumPy as model/parts/2/rng, got Odd": drawn,
    }
    for message, model in cases.items():
        whole = re.escape(f"Model.save expected {message}")
        with pytest.raises((TypeError, ValueError), match=f"^{whole}$"):
            model.save(tmp_path / "m.npz")
        assert list(tmp_path.iterdir()) == []


class Odd(np.random.PCG64):
    """A bit generator that NumPy does not have."""


# --- what is refused


def things(model):
    names = ("parts", "loss", "penalty", "optimizer")
    return {**{name: getattr(model, name) for name in names}, "rng": None}


def marked(content, format_="nnfs-model", version=1):
    header = {"format": format_, "version": version, "content": content}
    return np.frombuffer(json.dumps(header).encode(), np.uint8)


def edited(change, arrays_too=None):
    """Return a saved model whose header, or arrays, have been edited."""
    rng = np.random.default_rng(0)
    model = network(rng)
    train(model, Momentum(0.1), rng, 2)
    header, arrays = saving.pack({**things(model), "rng": rng})
    header = json.loads(json.dumps(header))
    change(header, arrays)
    file = io.BytesIO()
    np.savez(file, header=marked(header), **arrays)
    return file.getvalue()


def savez(compressed=False, **arrays):
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **arrays)
    return file.getvalue()


def pickled_inside():
    file = io.BytesIO()
    objects = np.array([{"os": "system"}], dtype=object)
    np.savez(file, header=marked({}), x=objects)
    return file.getvalue()


def twice():
    file = io.BytesIO(savez(header=marked({})))
    with pytest.warns(UserWarning, match="Duplicate"):  # noqa: SIM117
        with zipfile.ZipFile(file, "a") as both:
            both.writestr("header.npy", b"")
    return file.getvalue()


def nested(n_entries=50):
    """Return a zip file whose entries each hold all those after them."""
    names = [f"{i:03}.npy".encode() for i in range(n_entries)]
    data, places, directory = b"x" * 1000, [], []
    for name in reversed(names):
        sizes = struct.pack("<3I", zlib.crc32(data), len(data), len(data))
        rest = sizes + struct.pack("<2H", len(name), 0)
        data = (
            b"PK\3\4"
            + struct.pack("<5H", 20, 0, 0, 0, 33)
            + rest
            + name
            + data
        )
        places.append(len(data))
        head = b"PK\1\2" + struct.pack("<6H", 20, 20, 0, 0, 0, 33) + rest
        directory.append((head + bytes(10), name))
    entries = b"".join(
        head + struct.pack("<I", len(data) - place) + name
        for (head, name), place in zip(directory, places, strict=True)
    )
    counts = struct.pack("<4H", 0, 0, n_entries, n_entries)
    ends = struct.pack("<2IH", len(entries), len(data), 0)
    return data + entries + b"PK\5\6" + counts + ends


def npy(version=None, cut=0):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.ones(3), version=version)
    raw = file.getvalue()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as both:
        both.writestr("x.npy", raw[: len(raw) - cut])
    return file.getvalue()


WHOLE = (
    "a whole npz file that Model.save wrote, got a truncated, damaged or "
    "other file:"
)
HEADER = "a header in JSON with format and version, got"
FOREIGN = {
    "nothing": (b"", f"{WHOLE} .+"),
    "text": (b"hello\n" * 100, f"{WHOLE} .+"),
    "a pickle": (
        pickle.dumps([1]),
        "an npz file that Model.save wrote, got a pickle, which can run code; "
        "it was not opened",
    ),
    "truncated": (edited(lambda *_: None)[:-200], f"{WHOLE} .+"),
    "the first half": (edited(lambda *_: None)[:2000], f"{WHOLE} .+"),
    "compressed": (savez(True, x=np.ones(3)), f"{WHOLE} x is compressed"),
    "an entry twice": (
        twice(),
        f"{WHOLE} header is too long, or there twice",
    ),
    "entries within entries": (
        nested(),
        f"{WHOLE} it unfolds to more than its own length",
    ),
    "pickled inside": (
        pickled_inside(),
        "x as numbers, got pickled objects, which can run code; they were "
        "not opened",
    ),
    "no header": (
        savez(x=np.ones(3), y=np.ones(1)),
        r"a file of Model.save, got an npz file without a header, with the "
        r"arrays \['x', 'y'\]",
    ),
    "a header that is not JSON": (
        savez(header=np.ones(3)),
        f"{HEADER} JSONDecodeError.+",
    ),
    "a header that is a list": (
        savez(header=np.frombuffer(b"[1]", np.uint8)),
        f"{HEADER} TypeError.+",
    ),
    "another format": (
        savez(header=marked({}, "pictures")),
        "format 'nnfs-model' with a version, got 'pictures', 1",
    ),
    "version 0": (
        savez(header=marked({}, version=0)),
        "format 'nnfs-model' with a version, got 'nnfs-model', 0",
    ),
    "version true": (
        savez(header=marked({}, version=True)),
        "format 'nnfs-model' with a version, got 'nnfs-model', True",
    ),
    "a newer version": (
        savez(header=marked({}, version=2)),
        "version 1 of the format, or an older one, got 2, of a newer "
        "program; use that to load it",
    ),
    "no content": (
        savez(header=marked(None)),
        "a header that describes a model, got TypeError.+",
    ),
    "other things": (
        savez(header=marked({"generators": [], "things": {"x": 1}})),
        r"\['loss', 'optimizer', 'parts', 'penalty', 'rng'\] in the file, "
        r"got \{'x': 1\}",
    ),
    "a list of things": (
        savez(header=marked({"generators": [], "things": []})),
        r"\['loss', 'optimizer', 'parts', 'penalty', 'rng'\] in the file, "
        r"got \[\]",
    ),
    "a later npy": (
        npy(version=(2, 0)),
        "x as an array in NumPy's format, got an unusual version of NumPy's "
        "format",
    ),
    "a short array": (
        npy(cut=8),
        "x with 3 entries of float64, got 16 bytes",
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_another_kind_is_refused(name, tmp_path):
    data, message = FOREIGN[name]
    (tmp_path / "m.npz").write_bytes(data)
    whole = rf"^Model\.load expected {message}$"
    with pytest.raises(ValueError, match=whole):
        Model.load(tmp_path / "m.npz")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        Model.load(tmp_path / "m.npz")


def part(number, **changes):
    def change(header, arrays):
        tuple_ = header["things"]["parts"]["tuple"]
        tuple_[number]["settings"].update(changes)

    return change


def optimizer(**changes):
    def change(header, arrays):
        header["things"]["optimizer"].update(changes)

    return change


def things_are(**changes):
    return lambda header, arrays: header["things"].update(changes)


def state_of(place, **changes):
    def change(header, arrays):
        things = header["things"]
        thing = things["optimizer"]
        if place != "optimizer":
            thing = things["parts"]["tuple"][place]
        thing["state"].update(changes)

    return change


def without(name):
    return lambda header, arrays: arrays.pop(name)


def array(name, values):
    return lambda header, arrays: arrays.update({name: values})


def generators(**changes):
    return lambda header, arrays: header["generators"][0].update(changes)


WEIGHTS = "model/parts/0/weights"
DESCRIBES = "a header that describes a model, got"
EDITED = {
    "more neurons": (
        part(0, n_neurons=6),
        r"weights of shape \(2, 6\) and float64, got \(2, 5\) and float64",
    ),
    "many more neurons": (
        part(0, n_neurons=10**9),
        "a Dense that fits into the file, got {'n_inputs': 2, "
        "'n_neurons': 1000000000}",
    ),
    "another float type": (
        part(0, dtype={"dtype": "float32"}),
        r"weights of shape \(2, 5\) and float32, got \(2, 5\) and float64",
    ),
    "no float type": (
        part(0, dtype={"dtype": "int8"}),
        f"{DESCRIBES} TypeError.'Model.load expected dtype float32 or "
        "float64, got int8'.",
    ),
    "a rate of 7": (
        part(2, rate=7),
        "Dropout expected rate at least 0 and less than 1, got 7",
    ),
    "another setting": (part(2, speed=7), f"{DESCRIBES} TypeError.+'speed'.+"),
    "an unknown class": (
        optimizer(kind="Rocket"),
        "a class that this program knows, got 'Rocket'",
    ),
    "a function": (
        optimizer(kind="check_pair"),
        "a class that this program knows, got 'check_pair'",
    ),
    "a list as a class": (optimizer(kind=[]), f"{DESCRIBES} TypeError.+"),
    "a part as the optimizer": (
        things_are(optimizer={"kind": "ReLU", "settings": {}, "state": {}}),
        "optimizer as <class 'nnfs_code.optimizers.Optimizer'>, got a ReLU",
    ),
    "a number as generator": (
        things_are(rng=3),
        "rng as <class '.+Generator'>, got a int",
    ),
    "no parts": (
        things_are(parts=None),
        r"arrays that the header speaks of, got these as well: "
        r"\['model/parts/0/biases', 'model/parts/0/weights', "
        r"'model/parts/3/biases', 'model/parts/3/weights'\]",
    ),
    "weights are missing": (
        without(WEIGHTS),
        "the array model/parts/0/weights, got a file without it",
    ),
    "another array": (
        array("extra", np.ones(2)),
        r"arrays that the header speaks of, got these as well: \['extra'\]",
    ),
    "weights of another shape": (
        array(WEIGHTS, np.ones((5, 2))),
        r"weights of shape \(2, 5\) and float64, got \(5, 2\) and float64",
    ),
    "weights that are not finite": (
        array(WEIGHTS, np.full((2, 5), np.inf)),
        "finite weights of a Dense, got NaN or infinity",
    ),
    "weights that are a list": (
        state_of(0, weights=[1.0]),
        r"weights of a Dense as a ndarray, got \[1.0\]",
    ),
    "weights of a ReLU": (
        state_of(1, weights=[1.0]),
        r"weights of a ReLU as a NoneType, got \[1.0\]",
    ),
    "a setting as state": (
        state_of(2, rate=0.1),
        "rate of a Dropout as a float, got 0.1",
    ),
    "a step of -1": (
        state_of("optimizer", step=-1),
        "a step from 0 on, and the kinds of its values, got step -1",
    ),
    "a step that is a float": (
        state_of("optimizer", step=1.5),
        "step of a Momentum as a int, got 1.5",
    ),
    "no kinds": (
        state_of("optimizer", kinds=[]),
        "a step from 0 on, and the kinds of its values, got step 2",
    ),
    "kinds are missing": (
        lambda header, arrays: header["things"]["optimizer"]["state"].pop(
            "kinds"
        ),
        "a step from 0 on, and the kinds of its values, got step 2",
    ),
    "no memories": (
        state_of("optimizer", velocities=[]),
        r"velocities of an optimizer as \[.+\], got \[\]",
    ),
    "a memory of another shape": (
        array("model/optimizer/velocities/1", np.ones((5, 1))),
        r"velocities of an optimizer as \[.+\], got \[.+\(5, 1\).+\]",
    ),
    "a memory that is not finite": (
        array("model/optimizer/velocities/1", np.full((1, 5), np.nan)),
        "finite velocities of an optimizer, got NaN or infinity",
    ),
    "another generator": (
        generators(bit_generator="Dice"),
        r"one of the generators \('PCG64', .+\), got 'Dice'",
    ),
    "a generator out of order": (
        generators(state={"state": 1}),
        f"{DESCRIBES} KeyError.+",
    ),
    "too deep": (
        lambda header, arrays: header["things"].update(rng=deep(900)),
        f"({DESCRIBES} RecursionError|{HEADER} Recur|rng as).+",
    ),
}


def deep(n):
    data = []
    for _ in range(n):
        data = [data]
    return data


@pytest.mark.parametrize("name", EDITED)
def test_an_edited_file_is_refused(name, tmp_path):
    change, message = EDITED[name]
    (tmp_path / "m.npz").write_bytes(edited(change))
    whole = rf"^(Model\.load expected )?{message}$"
    with pytest.raises(ValueError, match=whole):
        Model.load(tmp_path / "m.npz")


def test_many_layers_together_have_to_fit_into_the_file():
    """Ten that are each small enough, and all together are not."""
    layer = {"n_inputs": 10, "n_neurons": 10, "dtype": {"dtype": "float64"}}
    data = {"kind": "Dense", "settings": layer, "state": {}}
    reader = saving.Reader([], {"x": np.zeros(50)})
    assert len(reader.value([data] * 4)) == 4
    with pytest.raises(ValueError, match="a Dense that fits into the file"):
        reader.value([data] * 10)


def test_that_file_unedited_is_loaded(tmp_path):
    (tmp_path / "m.npz").write_bytes(edited(lambda header, arrays: None))
    assert Model.load(tmp_path / "m.npz").optimizer.step == 2


def test_no_code_in_a_file_is_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "run"),))

    trap = np.empty(1, dtype=object)
    trap[0] = Trap()
    for data in (
        pickle.dumps(Trap()),
        savez(header=trap),
        savez(header=marked({}), x=trap),
        edited(array(WEIGHTS, trap)),
    ):
        (tmp_path / "m.npz").write_bytes(data)
        with pytest.raises(ValueError, match=r"^Model\.load expected"):
            Model.load(tmp_path / "m.npz")
        assert not (tmp_path / "run").exists()
    pickle.loads(pickle.dumps(Trap()))  # the trap does work
    assert (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["n_inputs", "n_neurons", "dtype"])
def test_a_dense_layer_says_what_it_was_made_with(name):
    chosen = {"n_inputs": 3, "n_neurons": 4, "dtype": np.dtype(np.float64)}
    layer = Dense(rng=np.random.default_rng(0), **chosen)
    assert getattr(layer, name) == chosen[name]
