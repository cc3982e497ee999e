"""What each cause is worth on this machine: the numbers of chapter 23.

    python tests/bench/causes.py             print them
    python tests/bench/causes.py --write     also store them

    python tests/bench/causes.py --only roof calls     some of them

They are stored with the name of the machine, and the page shows what is
stored; no test asserts a time. The clock is the processor time of this
process, but for threads: that part is asked for by name, on a quiet machine.
"""

import argparse
import itertools
import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "chapters"))

import bench
from nnfs_code import packing, quick
from nnfs_code.activations import ReLU
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.optimizers import Adam
from scripted import definitions

STORED = bench.ROOT / "resources/datasets/where-the-time-goes.json"
SCRIPT = definitions("ch23_where_the_time_goes", "SIZES")
SMALL, LARGE, SPIRAL = bench.WORKS
NAMES = {"128": SMALL, "2048": LARGE, "spiral": SPIRAL}


def fresh(work, dtype=np.float32):
    """Return inputs, labels and parameters of a work in a float type."""
    inputs, labels, parameters = work.data()
    pairs = [(w.astype(dtype), b.astype(dtype)) for w, b in parameters]
    return inputs.astype(dtype), labels, pairs


def model_of(work, dtype=np.float32):
    """Return a packed model of a work, its data and an optimizer."""
    inputs, labels, parameters = fresh(work, dtype)
    parts = []
    for weights, biases in parameters:
        rng = np.random.default_rng(0)
        layer = Dense(*weights.shape, rng=rng, dtype=dtype)
        layer.weights[:], layer.biases[:] = weights, biases
        parts += [layer, ReLU()]
    model = packing.Packed(parts[:-1], SoftmaxCrossEntropy())
    return model, inputs, labels, Adam(bench.RATE)


def stepper(model, inputs, labels, optimizer):
    return lambda: model.train_step(inputs, labels, optimizer)


class NewArrays(quick.PackedDense):
    """A packed layer that makes its outputs and slopes anew."""

    def forward(self, inputs):
        self.inputs = inputs
        if not hasattr(self, "ones") or self.ones.size != len(inputs):
            self.make_room(inputs)
        outputs = inputs @ self.weights
        outputs += self.biases
        return outputs

    def backward(self, d_outputs):
        self.parameter_gradients(d_outputs)
        return d_outputs @ self.weights.T


class BesideZero(quick.PackedReLU):
    """A packed ReLU with the number 0 in place of an array of zeros."""

    def forward(self, inputs):
        if len(inputs) != len(self.mask):
            super().forward(inputs)
        self.outputs = np.maximum(inputs, 0, out=inputs)
        return self.outputs


def copying(model):
    """Let the plain parts compute, and copy their gradients."""
    model.quick = list(model.parts)
    model.others = list(model.parts)
    model.quick_loss = model.loss


def six_pairs(model):
    """Give the optimizer a pair for each parameter, views of the blocks."""
    arrays = [view for _, _, view in model.places]
    slopes = packing.views(model.gradients, arrays)
    pairs = list(zip(arrays, slopes, strict=True))
    model.one_pair, model.take_over = lambda: pairs, lambda optimizer: None


def plain_loss(model):
    model.quick_loss = model.loss


def new_arrays(model):
    for part in model.quick:
        if type(part) is quick.PackedDense:
            part.__class__ = NewArrays


def beside_zero(model):
    for part in model.quick:
        if type(part) is quick.PackedReLU:
            part.__class__ = BesideZero


def data_slopes(model):
    """Compute the gradient of the data too, which nobody asks for."""
    first = model.quick[0]
    alone = first.parameter_gradients

    def both(slopes):
        alone(slopes)
        np.dot(slopes, first.weights.T, out=first.d_inputs)

    first.parameter_gradients = both


def off_by_16(shape, dtype):
    """Return zeros that begin 16 bytes after a line does."""
    n_bytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
    room = np.zeros(n_bytes + 2 * quick.LINE, np.uint8)
    start = -room.ctypes.data % quick.LINE + 16
    return room[start : start + n_bytes].view(dtype).reshape(shape)


CHANGES = {
    "a pair for each parameter": six_pairs,
    "plain parts, gradients copied": copying,
    "outputs in new arrays": new_arrays,
    "ReLU with a single 0": beside_zero,
    "the plain loss": plain_loss,
    "the gradient of the data too": data_slopes,
}


def without(work, rounds):
    """Return how much longer a packed step takes without each saving."""
    steps = {bench.OURS: stepper(*model_of(work))}
    for name, change in CHANGES.items():
        made = model_of(work)
        change(made[0])
        steps[name] = stepper(*made)
    kept = packing.aligned, quick.aligned
    packing.aligned = quick.aligned = off_by_16
    made = model_of(work)
    for _ in range(3):  # until all its arrays are made
        stepper(*made)()
    steps["all arrays 16 bytes off"] = stepper(*made)
    packing.aligned, quick.aligned = kept
    steps["float64"] = stepper(*model_of(work, np.float64))
    steps["plain classes"] = bench.plain(*work.data())
    times = bench.take_turns(steps, rounds, time.process_time, seconds=0.1)
    return ratios(times)


def ratios(times):
    """Return (low, middle, high) of each ratio to the packed step."""
    ours = times.pop(bench.OURS)
    return {
        name: quartiles([a / b for a, b in zip(spent, ours, strict=True)])
        for name, spent in times.items()
    }


def quartiles(numbers):
    middle, low, high = bench.summary(numbers)
    return [round(x, 4) for x in (low, middle, high)]


def seconds(run, rounds=9, clock=time.process_time):
    """Return the median time of a run, in microseconds."""
    times = bench.take_turns({"it": run}, rounds, clock, seconds=0.01)["it"]
    return round(statistics.median(times) * 1e6, 4)


def by_line(work, rounds):
    """Return the median time of each line of a plain step.

    Reading the clock takes time too; that of a line that does nothing is
    subtracted.
    """
    inputs, labels, _ = fresh(work)
    lines, _ = SCRIPT["step_lines"](work.sizes, inputs, labels)
    counts = Counter(name for name, _ in lines)
    lines.append(("nothing", lambda: None))
    whole, found = bench.plain(*work.data()), []
    for _ in range(rounds):
        spent = SCRIPT["laps"](lines, time.process_time)
        start = time.process_time()
        whole()
        spent["whole"] = time.process_time() - start
        found.append(spent)
    middle = {
        name: statistics.median(s[name] for s in found) * 1e6
        for name in found[0]
    }
    clock = middle.pop("nothing")
    return {n: round(t - clock * counts[n], 2) for n, t in middle.items()}


def addition(size):
    """Return the time of an addition of so many numbers, in microseconds."""
    x, y, z = (quick.aligned((size,), np.float32) for _ in range(3))
    return seconds(lambda: np.add(x, y, out=z))


def squaring(size, make):
    """Return the time of as many squares, in arrays that `make` makes."""
    x, y = make((size,), np.float32), make((size,), np.float32)
    return seconds(lambda: np.square(x, out=y))


def roof():
    """Return the best arithmetic in GFLOP/s and the best traffic in GB/s."""
    a, b, c = quick.aligned((3, 2048, 2048), np.float32)
    a[:], b[:] = np.random.default_rng(0).random(a.shape), 1
    taken = min(seconds(lambda: np.dot(a, b, out=c), 3) for _ in range(3))
    found = {"GFLOP/s": round(2 * 2048**3 / taken / 1e3, 1)}
    for name, size in (("cache", 118_282), ("memory", 16_000_000)):
        taken = min(addition(size) for _ in range(3))
        found[f"GB/s, {name}"] = round(12 * size / taken / 1e3, 1)
    return found


def calls():
    """Return the time of one addition, by how many numbers it adds."""
    found = {}
    for size in (1, 10, 100, 1000, 10_000, 100_000, 1_000_000):
        found[str(size)] = addition(size)
    return found


def small_things():
    """Return times of a few things alone, in microseconds."""
    values = quick.aligned((128, 128), np.float32)
    values[:] = np.random.default_rng(0).standard_normal(values.shape)
    zeros, out = np.zeros_like(values), np.empty_like(values)
    row = zeros[:1].copy()
    a, b = values.reshape(2, -1)[:, :1000].copy()

    def one_by_one():
        result = np.empty_like(a)
        for k in range(len(a)):
            result[k] = a[k] + b[k]
        return result

    found = {
        "1,000 additions in a loop": seconds(one_by_one),
        "1,000 additions at once": seconds(lambda: a + b),
        "a call of an empty function": seconds(lambda: None),
        "maximum with 0": seconds(lambda: np.maximum(values, 0, out=out)),
        "maximum with zeros": seconds(
            lambda: np.maximum(values, zeros, out=out)
        ),
        "maximum with a row": seconds(
            lambda: np.maximum(values, row, out=out)
        ),
        "square": seconds(lambda: np.square(values, out=out)),
    }
    for offset, make in (("0", quick.aligned), ("16", off_by_16)):
        for size in (4096, 118_282):
            name = f"square of {size}, {offset} bytes off"
            found[name] = squaring(size, make)
    return found


def blocks():
    """Return the time of Adam over all parameters of the MLP, in pieces."""
    n = sum((i + 1) * o for i, o in itertools.pairwise(SMALL.sizes))
    values, gradients = (quick.aligned((n,), np.float32) for _ in range(2))
    gradients[:] = 0.01
    steps = {}
    for size in (2048, 8192, 32768, n):
        pairs = [
            (values[k : k + size], gradients[k : k + size])
            for k in range(0, n, size)
        ]
        adam = Adam()
        adam.update(pairs)
        steps[str(size)] = lambda adam=adam, pairs=pairs: adam.update(pairs)
    times = bench.take_turns(steps, 9, time.process_time)
    return {s: round(statistics.median(t) * 1e6, 1) for s, t in times.items()}


def batches(rounds):
    """Return the time per sample by batch size, packed, in microseconds."""
    found = {}
    for size in (1, 8, 32, 128, 512, 2048):
        work = bench.Work("", SMALL.sizes, size)
        step = stepper(*model_of(work))
        found[str(size)] = round(seconds(step, rounds) / size, 3)
    return found


def threads(rounds):
    """Return wall time with one thread over that with two, by work."""
    found = {}
    for name, work in NAMES.items():
        step, spent = stepper(*model_of(work)), {1: [], 2: []}
        for _ in range(rounds):
            for count in (1, 2):
                with bench.limit_threads(count):
                    step()
                    start = time.perf_counter()
                    for _ in range(5):
                        step()
                    spent[count].append(time.perf_counter() - start)
        found[name] = round(min(spent[1]) / min(spent[2]), 2)
    return found


PARTS = {
    "roof": lambda rounds: roof(),
    "lines": lambda rounds: {
        name: by_line(work, 20 * rounds) for name, work in NAMES.items()
    },
    "calls": lambda rounds: calls(),
    "small": lambda rounds: small_things(),
    "blocks": lambda rounds: blocks(),
    "batches": batches,
    "without": lambda rounds: {
        name: without(work, rounds) for name, work in NAMES.items()
    },
    "threads": threads,
}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=list(PARTS)[:-1]
    )
    chosen = parser.parse_args(arguments)
    found = json.loads(STORED.read_text("utf-8")) if STORED.exists() else {}
    with bench.limit_threads(1):
        found["machine"] = bench.surroundings(1, "processor time")
    for name in chosen.only:
        with bench.limit_threads(1):
            found[name] = PARTS[name](chosen.rounds)
        print(name, json.dumps(found[name], indent=1))
    if chosen.write:
        text = json.dumps(found, indent=1, ensure_ascii=False)
        STORED.write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
