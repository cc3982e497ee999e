"""How fast the plain code is, beside its matrix products and its peers.

    make bench
    python tests/bench/bench.py --write     also into resources/speed.md

The contenders of a work take turns, round after round, so that whatever
slows the machine down slows all of them: ratios are medians of the rounds'
own ratios. With one thread the clock is the processor time of this process,
which other programs do not count into.
"""

import argparse
import contextlib
import importlib
import itertools
import json
import os
import platform
import re
import statistics
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import threadpoolctl

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import leanest  # noqa: E402
import textbook  # noqa: E402

from nnfs_code.activations import ReLU  # noqa: E402
from nnfs_code.data import spiral  # noqa: E402
from nnfs_code.layers import Dense  # noqa: E402
from nnfs_code.losses import SoftmaxCrossEntropy  # noqa: E402
from nnfs_code.optimizers import Adam  # noqa: E402
from nnfs_code.packing import Packed  # noqa: E402

PAGE = ROOT / "resources" / "speed.md"
START, END = "<!-- bench: start -->", "<!-- bench: end -->"
RATE = 0.001
OURS = "this package, packed"
PLAIN = "this package, plain classes"
BARE = "its matrix products alone"
LEAN = "the same step at its leanest"
EPOCHS = 10_001


@dataclass(frozen=True)
class Work:
    """A network and a batch: what each contender takes one step with."""

    name: str
    sizes: tuple[int, ...]
    n_samples: int

    def data(self):
        """Return inputs, labels and the initial (weights, biases) pairs."""
        rng = np.random.default_rng(0)
        if self.sizes[0] == 2:
            inputs, labels = spiral(self.n_samples // 3, 3, rng=rng)
        else:
            shape = self.n_samples, self.sizes[0]
            inputs = rng.standard_normal(shape).astype(np.float32)
            labels = rng.integers(self.sizes[-1], size=self.n_samples)
        parameters = []
        for n_in, n_out in itertools.pairwise(self.sizes):
            scale = np.sqrt(2 / n_in)
            weights = scale * rng.standard_normal((n_in, n_out))
            biases = np.zeros((1, n_out), np.float32)
            parameters.append((weights.astype(np.float32), biases))
        return inputs, labels, parameters


WORKS = [
    Work("MLP 784-128-128-10, batch 128", (784, 128, 128, 10), 128),
    Work("MLP 784-128-128-10, batch 2048", (784, 128, 128, 10), 2048),
    Work("spiral 2-64-3, all 300 samples", (2, 64, 3), 300),
]


def dense_layers(parameters):
    """Return layers of the package with these weights and biases."""
    layers = []
    for weights, biases in parameters:
        layer = Dense(*weights.shape, rng=np.random.default_rng(0))
        layer.weights[:], layer.biases[:] = weights, biases
        layers.append(layer)
    return layers


def packed(inputs, labels, parameters):
    """Return a step of the package's packed model, as chapter 23 has it."""
    parts = []
    for layer in dense_layers(parameters):
        parts += [layer, ReLU()]
    model, optimizer = Packed(parts[:-1], SoftmaxCrossEntropy()), Adam(RATE)
    return lambda: model.train_step(inputs, labels, optimizer)


def plain(inputs, labels, parameters):
    """Return a step of the package's plain classes, as chapter 10 has it."""
    layers = dense_layers(parameters)
    first, *later = layers
    activations = [ReLU() for _ in later]
    loss, optimizer = SoftmaxCrossEntropy(), Adam(RATE)

    def step():
        values = first.forward(inputs)
        for activation, layer in zip(activations, later, strict=True):
            values = layer.forward(activation.forward(values))
        value = loss.forward(values, labels)
        slopes = loss.backward()
        for activation, layer in zip(
            activations[::-1], later[::-1], strict=True
        ):
            slopes = activation.backward(layer.backward(slopes))
        first.parameter_gradients(slopes)
        optimizer.update(
            [
                pair
                for layer in layers
                for pair in (
                    (layer.weights, layer.d_weights),
                    (layer.biases, layer.d_biases),
                )
            ]
        )
        return value

    return step


def bare(inputs, labels, parameters):
    """Return the matrix products of such a step, and nothing else."""
    weights = [pair[0] for pair in parameters]
    values = [inputs]
    for matrix in weights:
        values.append(np.ones((len(inputs), matrix.shape[1]), np.float32))

    def step():
        for before, matrix in zip(values, weights, strict=False):
            before @ matrix
        for i in reversed(range(len(weights))):
            values[i].T @ values[i + 1]
            if i:
                values[i + 1] @ weights[i].T

    return step


def lean(inputs, labels, parameters):
    """Return a step with nothing in it that NumPy could do without."""
    return leanest.build(inputs, labels, parameters, RATE)


def drafted(inputs, labels, parameters):
    """Return a step of the textbook classes."""
    return textbook.build(inputs, labels, parameters, RATE)


def with_torch(inputs, labels, parameters, fused):
    """Return a step of PyTorch, on the processor."""
    import torch

    parts = []
    for weights, biases in parameters:
        linear = torch.nn.Linear(*weights.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights.T))
            linear.bias.copy_(torch.from_numpy(biases[0]))
        parts += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*parts[:-1])
    loss = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(
        model.parameters(), RATE, eps=1e-7, fused=fused or None
    )
    x, y = torch.from_numpy(inputs), torch.from_numpy(labels)

    def step():
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def with_sklearn(inputs, labels, parameters):
    """Return a step of scikit-learn's classifier."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        [weights.shape[1] for weights, _ in parameters[:-1]],
        solver="adam",
        alpha=0.0,
        batch_size=len(inputs),
        learning_rate_init=RATE,
        epsilon=1e-7,
        shuffle=False,
        random_state=0,
    )
    classes = np.arange(parameters[-1][0].shape[1])
    model.partial_fit(inputs, labels, classes=classes)  # makes arrays to fill
    for place, (weights, biases) in enumerate(parameters):
        model.coefs_[place][:] = weights
        model.intercepts_[place][:] = biases[0]
    model._optimizer.t = 0
    for memory in (*model._optimizer.ms, *model._optimizer.vs):
        memory[:] = 0

    def step():
        model.partial_fit(inputs, labels)
        return model.loss_

    return step


CONTENDERS = {
    OURS: packed,
    PLAIN: plain,
    BARE: bare,
    LEAN: lean,
    "PyTorch, fused Adam": lambda *data: with_torch(*data, fused=True),
    "PyTorch, default Adam": lambda *data: with_torch(*data, fused=False),
    "scikit-learn, float32": with_sklearn,
    "textbook classes": drafted,
}


def limit_threads(count):
    """Let no pool of threads be larger, those of the peers included."""
    for module in ("sklearn.neural_network", "torch"):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(count)
    return threadpoolctl.threadpool_limits(count)


def assemble(work):
    """Return the steps of the contenders by name, and who is absent."""
    steps, absent = {}, []
    for name, build in getattr(work, "contenders", CONTENDERS).items():
        try:
            steps[name] = build(*work.data())
        except ImportError as missing:
            absent.append(f"{name} (no module {missing.name})")
    return steps, absent


def repeats(step, clock, seconds):
    """Return how many steps take about so many seconds."""
    step()
    count = 1
    while True:
        start = clock()
        for _ in range(count):
            step()
        spent = clock() - start
        if spent > seconds / 2:
            return max(1, round(count * seconds / spent))
        count *= 2


def take_turns(steps, rounds, clock, seconds=0.02):
    """Return the time of a step by contender: one number a round."""
    counts = {n: repeats(step, clock, seconds) for n, step in steps.items()}
    times = {name: [] for name in steps}
    order = list(steps)
    for turn in range(rounds):
        for name in order if turn % 2 else order[::-1]:
            step, count = steps[name], counts[name]
            start = clock()
            for _ in range(count):
                step()
            times[name].append((clock() - start) / count)
    return times


def summary(numbers):
    """Return the median and the quartiles around it."""
    low, middle, high = statistics.quantiles(numbers, n=4, method="inclusive")
    return middle, low, high


def duration(seconds):
    """Return a time with its unit, in three digits that stay with it."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g}\N{NO-BREAK SPACE}{unit}"
    return f"{seconds / 1e-6:.3g}\N{NO-BREAK SPACE}µs"


def rows(times, ours=OURS):
    """Return the table's rows of one work: time and ratio by contender."""
    for name, spent in times.items():
        middle, low, high = summary(spent)
        spread = f"{duration(low)} – {duration(high)}"
        ratios = [a / b for a, b in zip(spent, times[ours], strict=True)]
        ratio, under, over = summary(ratios)
        shown = (
            "1" if name == ours else f"{ratio:.2f} ({under:.2f} – {over:.2f})"
        )
        yield f"| {name} | {duration(middle)} | {spread} | {shown} |"


def long_run(steps, clock, runs=3, epochs=EPOCHS):
    """Return the times of a whole training: ours, the bound's, products'."""
    turns = []
    for _ in range(runs):
        spent = []
        for name in (OURS, LEAN, BARE):
            start = clock()
            for _ in range(epochs):
                steps[name]()
            spent.append(clock() - start)
        turns.append(spent)
    return [statistics.median(each) for each in zip(*turns, strict=True)]


def machine():
    """Return the name of the processor."""
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = re.findall(r"^model name\s*: (.*)$", text, re.M)
    return names[0] if names else platform.machine()


def surroundings(threads, clock_name):
    """Return what the numbers depend on, a line each."""
    versions = [f"Python {platform.python_version()}"]
    for package in ("numpy", "torch", "scikit-learn"):
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            versions.append(f"no {package}")
    kernels = sorted(
        {
            f"{pool['internal_api']} {pool['version']} "
            f"({pool.get('architecture', 'unknown')} kernels)"
            for pool in threadpoolctl.threadpool_info()
            if pool["user_api"] == "blas" and "numpy" in pool["filepath"]
        }
    )
    return [
        f"- **Machine:** {machine()}, {os.cpu_count()} cores, "
        f"{platform.system()}",
        f"- **Versions:** {', '.join(versions)}",
        f"- **Matrix products:** {', '.join(kernels) or 'unknown'}",
        f"- **Threads:** {threads}; clock: {clock_name}",
    ]


def report(rounds, thread_count):
    """Run everything and return the lines of the result."""
    alone = thread_count == 1
    clock = time.process_time if alone else time.perf_counter
    import attending  # which imports this module
    import convolutional  # and so do these
    import recurring

    lines = []
    with limit_threads(thread_count):
        name = "processor time" if alone else "wall time"
        lines += surroundings(thread_count, name)
        others = [convolutional.Pictures(), recurring.Sequences()]
        others += [attending.Looks(1), attending.Looks(4)]
        for work in [*WORKS, *others]:
            steps, absent = assemble(work)
            # Long turns: the first step of each finds cold caches.
            times = take_turns(steps, rounds, clock, seconds=0.06)
            lines += ["", f"**{work.name}**", ""]
            lines += [
                "| Contender | Time of a step | Middle half of the rounds | "
                "Divided by ours (middle half) |",
                "|---|---|---|---|",
                *rows(times, getattr(work, "ours", OURS)),
            ]
            if absent:
                lines += ["", f"Not measured: {', '.join(absent)}."]
            if work.sizes[0] == 2:
                whole, least, products = long_run(steps, clock)
                lines += [
                    "",
                    f"A whole training of {EPOCHS:,} epochs takes "
                    f"{duration(whole)}, {whole / products:.1f} times its "
                    "matrix products; at its leanest it takes "
                    f"{duration(least)}, {least / products:.1f} times.",
                ]
    return lines


def written(page, lines):
    """Return the text of the page with the result between its marks."""
    before, started, rest = page.partition(START)
    _, ended, after = rest.partition(END)
    if not (started and ended):
        raise ValueError(f"bench expected a page with {START} and {END}")
    middle = "\n".join(lines)
    return f"{before}{START}\n\n{middle}\n\n{END}{after}"


def compared(work, rounds):
    """Return the processor time of each step, and its ratio to ours."""
    times = take_turns(assemble(work)[0], rounds, time.process_time)
    found = {}
    for name, spent in times.items():
        ratios = [a / b for a, b in zip(spent, times[work.ours], strict=True)]
        middle, low, high = summary(ratios)
        found[name] = {
            "ms": round(1e3 * summary(spent)[0], 2),
            "ratio": [round(r, 2) for r in (low, middle, high)],
        }
    return found


def compare(works, stored, description, arguments=None):
    """Compare works by name with one thread; print, and store if told to."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args(arguments)
    with limit_threads(1):
        content = {"machine": surroundings(1, "processor time")} | {
            name: compared(work, chosen.rounds) for name, work in works.items()
        }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    print(text)
    if chosen.write:
        stored.write_text(text + "\n", "utf-8")
    return 0


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--write", action="store_true", help=f"into {PAGE.name}"
    )
    chosen = parser.parse_args(arguments)
    lines = report(chosen.rounds, chosen.threads)
    print("\n".join(lines))
    if chosen.write:
        text = written(PAGE.read_text("utf-8"), lines)
        PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
