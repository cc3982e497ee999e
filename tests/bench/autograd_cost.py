"""What the record costs beside the way by hand: the numbers of chapter 24.

    python tests/bench/autograd_cost.py             print them
    python tests/bench/autograd_cost.py --write     also store them

Each contender computes the loss and the gradients of all parameters, no
step. They take turns; the clock is the processor time of this process. The
page shows what is stored, and no test asserts a time.
"""

import argparse
import json
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "chapters"))

import bench
from nnfs_code import activations, layers, losses
from nnfs_code.activations import ReLU
from nnfs_code.autograd import Tensor, no_grad
from nnfs_code.losses import SoftmaxCrossEntropy
from scripted import definitions

STORED = bench.ROOT / "resources/datasets/autograd-cost.json"
SCRIPT = definitions("ch24_autograd")
NAMES = {
    "spiral": bench.WORKS[2],
    "128": bench.WORKS[0],
    "2048": bench.WORKS[1],
}
BY_HAND = "by hand"


def by_hand(work):
    """Return forward and backward of the plain classes."""
    inputs, labels, parameters = work.data()
    first, *later = bench.dense_layers(parameters)
    reluses = [ReLU() for _ in later]
    loss = SoftmaxCrossEntropy()

    def run():
        values = first.forward(inputs)
        for relu, layer in zip(reluses, later, strict=True):
            values = layer.forward(relu.forward(values))
        value = loss.forward(values, labels)
        slopes = loss.backward()
        for relu, layer in zip(reluses[::-1], later[::-1], strict=True):
            slopes = relu.backward(layer.backward(slopes))
        first.parameter_gradients(slopes)
        return value, [first.d_weights, first.d_biases]

    return run


def unchecked(work):
    """Return the same without the checks of what comes in."""
    run = by_hand(work)
    nothing = {
        layers: ("check_batch", "check_d_outputs"),
        activations: ("check_floats", "check_d_outputs"),
        losses: ("check_floats",),
    }

    def bare():
        kept = []
        for module, names in nothing.items():
            for name in names:
                kept.append((module, name, getattr(module, name)))
                setattr(module, name, lambda *_: None)
        try:
            return run()
        finally:
            for module, name, check in kept:
                setattr(module, name, check)

    return bare


def tensors(work):
    inputs, labels, parameters = work.data()
    found = [
        Tensor(p, requires_grad=True) for pair in parameters for p in pair
    ]
    return Tensor(inputs), labels, found


def recorded(work, in_one=()):
    """Return forward and backward by the record.

    ``in_one`` names what is recorded as one operation: loss, relu, dense.
    """
    inputs, labels, params = tensors(work)
    loss_of = SCRIPT["loss_in_one" if "loss" in in_one else "cross_entropy"]

    def dense(x, weights, biases):
        if "dense" in in_one:
            return SCRIPT["dense_in_one"](x, weights, biases)
        return x @ weights + biases

    def relu(x):
        if "relu" in in_one:
            return SCRIPT["part_in_one"](ReLU(), x)
        return SCRIPT["maximum"](x, 0)

    def run():
        x = inputs
        for k in range(0, len(params), 2):
            x = dense(x, params[k], params[k + 1])
            if k + 2 < len(params):
                x = relu(x)
        loss = loss_of(x, labels)
        for p in params:
            p.gradient = None
        loss.backward()
        return float(loss.values), [p.gradient for p in params[:2]]

    return run


def forward_alone(work, recording):
    """Return the forward pass of the record, or without a record."""
    inputs, labels, params = tensors(work)
    network, loss_of = SCRIPT["network"], SCRIPT["cross_entropy"]

    def run():
        if recording:
            return loss_of(network(params, inputs), labels)
        with no_grad():
            return loss_of(network(params, inputs), labels)

    return run


def contenders(work):
    """Return all ways to the same loss and gradients, by name."""
    return {
        BY_HAND: by_hand(work),
        "by hand, without checks": unchecked(work),
        "composed": recorded(work),
        "loss in one": recorded(work, ("loss",)),
        "loss and ReLU in one": recorded(work, ("loss", "relu")),
        "loss, ReLU and dense in one": recorded(
            work, ("loss", "relu", "dense")
        ),
    }


def ratios(work, rounds):
    """Return (low, middle, high) of each way's time over that by hand."""
    times = bench.take_turns(
        contenders(work), rounds, time.process_time, seconds=0.1
    )
    hand = times.pop(BY_HAND)
    found = {
        name: quartiles([a / b for a, b in zip(spent, hand, strict=True)])
        for name, spent in times.items()
    }
    return {"microseconds by hand": microseconds(hand), "ratios": found}


def forwards(work, rounds):
    """Return the time of a forward pass with a record over one without."""
    runs = {on: forward_alone(work, on) for on in (True, False)}
    times = bench.take_turns(runs, rounds, time.process_time, seconds=0.1)
    pairs = zip(times[True], times[False], strict=True)
    return quartiles([a / b for a, b in pairs])


def quartiles(numbers):
    middle, low, high = bench.summary(numbers)
    return [round(x, 3) for x in (low, middle, high)]


def microseconds(spent):
    return round(float(np.median(spent)) * 1e6, 1)


def peak(run):
    """Return the most memory in use during a run, beyond before, in MB."""
    run()
    tracemalloc.start()
    run()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return round(most / 1e6, 2)


def measured(rounds):
    found = {"machine": bench.surroundings(1, "processor time")}
    for name, work in NAMES.items():
        found[name] = ratios(work, rounds)
        found[name]["forward, recorded over not"] = forwards(work, rounds)
        found[name]["MB"] = {
            way: peak(run) for way, run in contenders(work).items()
        }
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    with bench.limit_threads(1):
        found = measured(arguments.rounds)
    text = json.dumps(found, indent=1)
    print(text)
    if arguments.write:
        STORED.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
