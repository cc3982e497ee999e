"""What chapter 25's script defines, and what the long runs left."""

import json
from functools import cache

import numpy as np

import full_25
from nnfs_code.normalization import BatchNorm

PAGE = "25-initialisation-and-normalisation"
SCRIPT = full_25.SCRIPT
STORED = json.loads(full_25.STORED.read_text("utf-8"))


class InTraining(BatchNorm):
    """A batch norm that is in training, whoever asks."""

    def forward(self, inputs, training=True):
        return super().forward(inputs, training=True)


@cache
def passed(start, seed, norm=None, around=False):
    """Return what is behind each of 50 layers, and the gradients' sizes."""
    parts = SCRIPT["fifty"](
        SCRIPT["STARTS"][start], seed, norm=norm, around=around
    )
    return SCRIPT["through"](parts, seed)


def runs(start, norm="", around=False):
    """Return the stored runs of one way at its best rate, a row per seed."""
    row = next(
        row
        for row in STORED["rows"]
        if (row["start"], row["norm"], row["around"]) == (start, norm, around)
    )
    found = {rate: np.array(one) for rate, one in row["runs"].items()}
    return min(found.values(), key=lambda one: np.median(one[:, 1]))


def losses(start, norm="", around=False):
    return runs(start, norm, around)[:, 1]
