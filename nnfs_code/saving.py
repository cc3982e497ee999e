# --8<-- [start:ch21-saving-imports]
"""Objects of this package as plain data, and back again."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from nnfs_code import (
    activations,
    layers,
    losses,
    optimizers,
    penalties,
    schedules,
)
from nnfs_code.archive import GENERATORS, OWNER, Entries, generator
from nnfs_code.arrays import check_floats, complaint, float_type

# --8<-- [end:ch21-saving-imports]
# --8<-- [start:ch25-saving-imports]
from nnfs_code import normalization, residual

# --8<-- [end:ch25-saving-imports]

# --8<-- [start:ch30-saving-imports]
from nnfs_code import embedding

# --8<-- [end:ch30-saving-imports]


# --8<-- [start:ch21-known]
def classes(module: ModuleType) -> dict[str, type]:
    """Return the classes that a module defines, by name."""
    return {
        name: kind
        for name, kind in vars(module).items()
        if isinstance(kind, type) and kind.__module__ == module.__name__
    }


KNOWN: dict[str, type] = {}
for module in (activations, layers, losses, optimizers, penalties, schedules):
    KNOWN.update(classes(module))

# Of those that a file could make too large: how many numbers one will hold.
HELD: dict[str, Callable[[dict[str, int]], int]] = {
    "Dense": lambda of: of["n_inputs"] * of["n_neurons"],
}
# --8<-- [end:ch21-known]


# --8<-- [start:ch21-settings]
def settings(thing: object) -> dict[str, Any]:
    """Return what the constructor of `thing` was called with.

    Each parameter of a constructor here can be read from an attribute of
    the same name, except the generator of a dense layer. That is not kept,
    since the weights are drawn.

    >>> settings(optimizers.Momentum(0.1))
    {'learning_rate': 0.1, 'momentum': 0.9}
    """
    names = inspect.signature(type(thing)).parameters
    return {
        name: getattr(thing, name)
        for name in names
        if name != "rng" or hasattr(thing, "rng")
    }


def anew(kind: type, chosen: dict[str, Any]) -> Any:
    """Return a fresh object of this kind with these settings."""
    if "rng" in inspect.signature(kind).parameters:
        chosen = {"rng": np.random.default_rng(0), **chosen}
    return kind(**chosen)


# --8<-- [end:ch21-settings]


# --8<-- [start:ch21-state]
def state(thing: object) -> dict[str, Any]:
    """Return what has become of a thing since it was made.

    That is what a fresh one has beside its settings: weights and biases, the
    step and the memories of an optimizer; and `kinds`, which an optimizer
    has from its first step on. What a forward pass keeps is left out.

    >>> state(optimizers.Momentum(0.1))
    {'step': 0, 'velocities': []}
    """
    chosen = settings(thing)
    fresh = vars(anew(type(thing), chosen))
    return {
        name: value
        for name, value in vars(thing).items()
        if name not in chosen and (name in fresh or name == "kinds")
    }


# --8<-- [end:ch21-state]


# --8<-- [start:ch21-writer]
class Writer:
    """Turns objects into data for JSON, with the arrays set aside.

    >>> writer = Writer()
    >>> writer.data({"size": 3, "rates": np.array([0.5])}, "example")
    {'size': 3, 'rates': {'array': 'example/rates'}}
    >>> writer.arrays
    {'example/rates': array([0.5])}
    """

    def __init__(self) -> None:
        self.arrays: Entries = {}
        self.generators: list[np.random.Generator] = []

    # --8<-- [end:ch21-writer]

    # --8<-- [start:ch21-writer-data]
    def data(self, value: Any, place: str) -> Any:
        """Return `value` as data; `place` is where it is, for messages."""
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, list):
            return [self.data(v, f"{place}/{i}") for i, v in enumerate(value)]
        if isinstance(value, tuple):
            return {"tuple": self.data(list(value), place)}
        if isinstance(value, dict):
            return {k: self.data(v, f"{place}/{k}") for k, v in value.items()}
        if isinstance(value, np.integer):
            return int(value)
        if isinstance(value, np.dtype):
            return {"dtype": value.name}
        if isinstance(value, np.ndarray):
            check_floats(value, "Model.save", place)
            self.arrays[place] = value
            return {"array": place}
        if isinstance(value, np.random.Generator):
            return {"generator": self.generator(value, place)}
        return self.thing(value, place)

    # --8<-- [end:ch21-writer-data]

    # --8<-- [start:ch21-writer-thing]
    def thing(self, value: object, place: str) -> dict[str, Any]:
        """Return an object of this package as data."""
        kind = type(value)
        if KNOWN.get(kind.__name__) is not kind:
            expected = f"a class of this package as {place}"
            got = f"{kind.__module__}.{kind.__qualname__}"
            raise TypeError(complaint("Model.save", expected, got))
        return {
            "kind": kind.__name__,
            "settings": self.data(settings(value), place),
            "state": self.data(state(value), place),
        }

    def generator(self, value: np.random.Generator, place: str) -> int:
        """Return the number of a generator; two that are one get the same."""
        for number, known in enumerate(self.generators):
            if known is value:
                return number
        name = type(value.bit_generator).__name__
        if name not in GENERATORS:
            expected = f"a generator of NumPy as {place}"
            raise TypeError(complaint("Model.save", expected, name))
        self.generators.append(value)
        return len(self.generators) - 1

    # --8<-- [end:ch21-writer-thing]


# --8<-- [start:ch21-pack]
def pack(things: dict[str, Any]) -> tuple[dict[str, Any], Entries]:
    """Return things as a header, and the arrays that it speaks of."""
    writer = Writer()
    data = writer.data(things, "model").items()
    states = [plain(g.bit_generator.state) for g in writer.generators]
    return {"things": dict(data), "generators": states}, writer.arrays


def plain(state: Any) -> Any:
    """Return the state of a generator with lists in place of arrays."""
    if isinstance(state, dict):
        return {name: plain(value) for name, value in state.items()}
    return state.tolist() if isinstance(state, np.ndarray) else state


# --8<-- [end:ch21-pack]


# --8<-- [start:ch21-unpack]
def unpack(header: Any, arrays: Entries) -> dict[str, Any]:
    """Return the things that a header describes.

    Raises
    ------
    ValueError
        If it describes none, or if its arrays do not fit.
    """
    try:
        reader = Reader(header["generators"], arrays)
        things = reader.value(header["things"])
    except ValueError:
        raise
    except Exception as error:
        expected = "a header that describes a model"
        raise ValueError(complaint(OWNER, expected, repr(error))) from error
    check_things(things)
    if reader.unused:
        expected = "arrays that the header speaks of"
        got = f"these as well: {sorted(reader.unused)}"
        raise ValueError(complaint(OWNER, expected, got))
    return dict(things)


# --8<-- [end:ch21-unpack]


# --8<-- [start:ch21-check-things]
def check_things(things: Any) -> None:
    """Raise an error unless these are the things that a model is made of."""
    names = ["loss", "optimizer", "parts", "penalty", "rng"]
    if not isinstance(things, dict) or sorted(things) != names:
        raise ValueError(complaint(OWNER, f"{names} in the file", things))
    kinds = {"optimizer": optimizers.Optimizer, "rng": np.random.Generator}
    for name, kind in kinds.items():
        value = things[name]
        if value is not None and not isinstance(value, kind):
            got = f"a {type(value).__name__}"
            raise ValueError(complaint(OWNER, f"{name} as {kind}", got))


# --8<-- [end:ch21-check-things]


# --8<-- [start:ch21-reader]
class Reader:
    """Makes objects of data: the way back from `Writer`."""

    def __init__(self, states: list[Any], arrays: Entries) -> None:
        self.arrays = arrays
        self.unused = set(arrays)
        self.room = 64 + sum(array.nbytes for array in arrays.values())
        self.generators = [generator(state) for state in states]

    def value(self, data: Any) -> Any:
        """Return what `data` describes."""
        if isinstance(data, list):
            return [self.value(one) for one in data]
        if not isinstance(data, dict):
            return data
        if "kind" in data:
            return self.thing(data)
        if set(data) == {"tuple"}:
            return tuple(self.value(data["tuple"]))
        if set(data) == {"dtype"}:
            return float_type(data["dtype"], OWNER)
        if set(data) == {"array"}:
            return self.array(data["array"])
        if set(data) == {"generator"}:
            return self.generators[data["generator"]]
        return {name: self.value(one) for name, one in data.items()}

    # --8<-- [end:ch21-reader]

    # --8<-- [start:ch21-reader-array]
    def array(self, name: str) -> np.ndarray[Any, Any]:
        """Return the array of this name, and note that it has been used."""
        if name not in self.arrays:
            got = "a file without it"
            raise ValueError(complaint(OWNER, f"the array {name}", got))
        self.unused.discard(name)
        return self.arrays[name]

    # --8<-- [end:ch21-reader-array]

    # --8<-- [start:ch21-reader-thing]
    def thing(self, data: dict[str, Any]) -> Any:
        """Return the object that `data` describes, checked as when made."""
        kind = data["kind"]
        if kind not in KNOWN:
            expected = "a class that this program knows"
            raise ValueError(complaint(OWNER, expected, repr(kind)))
        chosen = self.value(data["settings"])
        sizes = {n: v for n, v in chosen.items() if type(v) is int}
        self.room -= HELD[kind](sizes) if kind in HELD else 0
        if self.room < 0:
            expected = f"a {kind} that fits into the file"
            raise ValueError(complaint(OWNER, expected, sizes))
        made = anew(KNOWN[kind], chosen)
        for name, value in self.value(data["state"]).items():
            check_state(made, name, value)
            setattr(made, name, value)
        check_memories(made)
        return made

    # --8<-- [end:ch21-reader-thing]


# --8<-- [start:ch21-check-state]
def check_state(made: object, name: str, value: Any) -> None:
    """Raise an error unless `made` can have this value.

    Raises
    ------
    ValueError
        If a fresh one has nothing of that name, type, shape or float type.
    """
    kind = type(made).__name__
    if name == "kinds" and isinstance(made, optimizers.Optimizer):
        return
    fresh: Any = vars(made).get(name)
    if type(value) is not type(fresh) or name in settings(made):
        expected = f"{name} of a {kind} as a {type(fresh).__name__}"
        raise ValueError(complaint(OWNER, expected, repr(value)))
    if isinstance(fresh, np.ndarray):
        check_floats(value, OWNER, f"{name} of a {kind}")
        if (value.shape, value.dtype) != (fresh.shape, fresh.dtype):
            expected = f"{name} of shape {fresh.shape} and {fresh.dtype}"
            got = f"{value.shape} and {value.dtype}"
            raise ValueError(complaint(OWNER, expected, got))


# --8<-- [end:ch21-check-state]


# --8<-- [start:ch21-check-memories]
def check_memories(made: object) -> None:
    """Raise an error unless the memories of an optimizer fit its step."""
    if not isinstance(made, optimizers.Optimizer):
        return
    if made.step == 0:
        return  # the first step makes them anew
    kinds = getattr(made, "kinds", [])
    if made.step < 0 or not kinds:
        expected = "a step from 0 on, and the kinds of its values"
        raise ValueError(complaint(OWNER, expected, f"step {made.step}"))
    for name, memory in vars(made).items():
        if name == "kinds" or not isinstance(memory, list):
            continue
        for values in memory:
            check_floats(values, OWNER, f"{name} of an optimizer")
        found = [(values.shape, values.dtype) for values in memory]
        if found != kinds:
            expected = f"{name} of an optimizer as {kinds}"
            raise ValueError(complaint(OWNER, expected, found))


# --8<-- [end:ch21-check-memories]


# --8<-- [start:ch25-known]
KNOWN.update(classes(normalization) | classes(residual))
for norm in classes(normalization):
    HELD[norm] = lambda of: of["n_features"]

# --8<-- [end:ch25-known]


# --8<-- [start:ch26-known]
from nnfs_code import convolution

KNOWN.update(classes(convolution))
HELD["Conv2D"] = lambda of: (
    of["n_channels"] * of["n_filters"] * of["size"] ** 2
)
# --8<-- [end:ch26-known]


# --8<-- [start:ch28-known]
from nnfs_code import recurrent

KNOWN.update(classes(recurrent))
HELD["RNN"] = lambda of: (of["n_inputs"] + of["n_units"]) * of["n_units"]
# --8<-- [end:ch28-known]


# --8<-- [start:ch29-known]
from nnfs_code import clipping, gated

KNOWN.update(classes(clipping) | classes(gated))
HELD["LSTM"] = lambda of: 4 * (of["n_inputs"] + of["n_units"]) * of["n_units"]
HELD["GRU"] = lambda of: 3 * (of["n_inputs"] + of["n_units"]) * of["n_units"]
# --8<-- [end:ch29-known]


# --8<-- [start:ch30-known]
KNOWN.update(classes(embedding))
HELD["Embedding"] = lambda of: of["n_tokens"] * of["n_features"]

# --8<-- [end:ch30-known]


# --8<-- [start:ch31-known]
from nnfs_code import attention, transformer

KNOWN.update(classes(attention) | classes(transformer))
HELD["LearnedPositions"] = lambda of: of["n_steps"] * of["n_features"]
HELD["MultiHeadAttention"] = lambda of: 4 * of["n_features"] ** 2
HELD["TransformerBlock"] = lambda of: 12 * of["n_features"] ** 2
HELD["GPT"] = lambda of: (
    (2 * of["n_tokens"] + 12 * of["n_blocks"] * of["n_features"])
    * of["n_features"]
)
# --8<-- [end:ch31-known]


# --8<-- [start:ch34-known]
from nnfs_code import bags

KNOWN["MeanEmbedding"] = bags.MeanEmbedding
KNOWN["MeanOverSteps"] = bags.MeanOverSteps
HELD["MeanEmbedding"] = HELD["Embedding"]
# --8<-- [end:ch34-known]
