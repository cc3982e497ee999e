"""What chapter 32's script leaves behind, for its tests."""

import numpy as np

from nnfs_code.decisions import best_actions, cost_of
from scripted import left_by, maker

PAGE = "32-is-a-network-the-right-tool"
ALIKE = [[0, 1], [1, 0]]


def names():
    """Return the names of the chapter's script after its runs."""
    return left_by("ch32_is_a_network_the_right_tool")


def cost(said, believed, prices):
    """Return the mean cost: decided by some prices, paid by others."""
    bad = names()["bad"]
    return np.mean(
        [
            cost_of(
                best_actions(np.column_stack([1 - one, one]), believed),
                bad,
                prices,
            ).mean()
            for one in said
        ]
    )


def made_by():
    """Return the script that made the stored runs, as a module."""
    return maker("credit_runs")
