"""What the script of chapter 17 defines, without its runs, for its tests."""

from functools import cache
from types import SimpleNamespace

import numpy as np

from claims import breadth
from scripted import definitions

page = SimpleNamespace(**definitions("ch17_regression", "squared"))
SQUARED = page.squared


def noisy(seed, n=100, noise=0.1):
    """Return the generator and a noisy sine, inputs from -0.5 to 0.5."""
    rng = np.random.default_rng(seed)
    inputs, targets = page.sine(n, rng=rng, noise=noise, dtype=np.float64)
    return rng, inputs - 0.5, targets


def spread_bends(network, rng, low, high):
    """Move the bends of the first layer to places between low and high."""
    layer = network.layers[0]
    layer.biases[:] = -layer.weights * rng.uniform(low, high, (1, 64))


def steps_until(network, inputs, targets, optimizer, level, most=2000):
    """Return how many steps leave the loss above a level."""
    while SQUARED.forward(network.forward(inputs), targets) > level:
        optimizer.update(page.backward(network, SQUARED.backward()))
        if optimizer.step == most:
            break
    return optimizer.step


def start(seed, size):
    rng = np.random.default_rng(seed)
    inputs, targets = page.sine(100, rng=rng, dtype=np.float64)
    return page.Network(rng, size), inputs, targets


@cache
def crew(seed, noise=1.0):
    """Return five networks on the growing noise, and fresh samples."""
    rng = np.random.default_rng(seed)
    inputs, targets = page.growing(100, rng)
    wave = np.sin(2 * np.pi * inputs)
    targets = wave + noise * (targets - wave)
    networks = [
        page.train(page.Network(rng), inputs - 0.5, targets, SQUARED)
        for _ in range(5)
    ]
    return networks, page.growing(2000, rng)


def opinions(networks, places):
    said = np.stack([network.forward(places - 0.5) for network in networks])
    return said.mean(axis=0), said.std(axis=0, ddof=1)


@cache
def coverages(n, few=5):
    found = []
    for seed in breadth(few, 20):
        rng = np.random.default_rng(seed)
        seen, unseen = page.growing(n, rng), page.growing(2000, rng)
        ends = page.interval(*seen, rng)
        found.append([page.covered(ends, *seen), page.covered(ends, *unseen)])
    return np.array(found)


@cache
def scores(size, shift):
    return [page.trained_on_sine(seed, size, shift) for seed in breadth(5, 20)]
