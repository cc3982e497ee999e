"""What chapter 20's script defines, with its pictures, for its tests."""

from functools import cache

import numpy as np

from scripted import definitions

PAGE = "20-evaluation"


@cache
def script():
    """Return the names of the chapter's script, and its pictures."""
    return definitions("ch20_evaluation", "pictures", "test_pictures")


@cache
def network(width, seed=0, n_pictures=2000, epochs=8):
    """Return a network trained as on the page."""
    return script()["trained"](width, seed, n_pictures, epochs)


@cache
def scores(width, seed=0, n_pictures=2000, epochs=8):
    """Return its scores for the test pictures."""
    model = network(width, seed, n_pictures, epochs)
    return model.forward(script()["test_pictures"])


def right(width, seed=0, n_pictures=2000, epochs=8):
    """Return on which of the test pictures it is right."""
    said = scores(width, seed, n_pictures, epochs).argmax(axis=1)
    return said == script()["test_labels"]


def probabilities(width, seed=0, n_pictures=2000, epochs=8):
    """Return its probabilities for the test pictures."""
    found = scores(width, seed, n_pictures, epochs)
    return script()["Softmax"]().forward(found)


def honest_error(table, n_bins, repeats=100):
    """Return the mean calibration error if labels are as the table says."""
    rng = np.random.default_rng(0)
    names = script()
    return np.mean(
        [
            names["gap"](table, names["honest"](table, rng), n_bins)
            for _ in range(repeats)
        ]
    )
