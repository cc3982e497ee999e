# --8<-- [start:ch30-ngrams-imports]
"""A language model without a network: counts of what followed what."""

import numpy as np
from numpy.typing import NDArray

from nnfs_code.arrays import Array, Labels, complaint

Keys = NDArray[np.int64]

# --8<-- [end:ch30-ngrams-imports]


# --8<-- [start:ch30-witten-bell]
class WittenBell:
    """Counts of each context, mixed with those of the shorter contexts.

    Parameters
    ----------
    order : int
        How many tokens before the next one are looked at; 0 or more.
    n_tokens : int
        How many different tokens there are.

    References
    ----------
    Witten and Bell (1991), method C.

    >>> contexts = np.array([[0], [1], [0], [0]])
    >>> model = WittenBell(1, 2).fit(contexts, np.array([1, 0, 1, 1]))
    >>> model.probabilities(np.array([[0]])).round(3)
    array([[0.083, 0.917]])
    """

    # --8<-- [end:ch30-witten-bell]

    # --8<-- [start:ch30-witten-bell-fit]
    def __init__(self, order: int, n_tokens: int) -> None:
        if order < 0 or n_tokens < 1 or n_tokens ** (order + 1) >= 2**63:
            expected = "order from 0, n_tokens from 1, n_tokens**(order + 1)"
            got = f"{order} and {n_tokens}"
            raise ValueError(
                complaint("WittenBell", f"{expected} below 2**63", got)
            )
        self.order, self.n_tokens = order, n_tokens

    def fit(self, contexts: Labels, targets: Labels) -> "WittenBell":
        """Count what follows the last 0, 1, … `order` tokens of contexts."""
        check_known(targets, self.n_tokens)
        self.tables = []
        for order in range(self.order + 1):
            keys = self.keys(contexts, order)
            pairs, counts = np.unique(
                keys * self.n_tokens + targets, return_counts=True
            )
            seen, kinds = np.unique(pairs // self.n_tokens, return_counts=True)
            first = np.cumsum(kinds) - kinds
            totals = np.add.reduceat(counts, first)
            self.tables.append((pairs, counts, seen, kinds, totals))
        return self

    # --8<-- [end:ch30-witten-bell-fit]

    # --8<-- [start:ch30-witten-bell-keys]
    def keys(self, contexts: Labels, order: int) -> Keys:
        """Return one number per context, made of its last `order` tokens."""
        if contexts.ndim != 2 or contexts.shape[1] < order:
            expected = f"contexts of shape (n, {order} or more)"
            raise ValueError(complaint("WittenBell", expected, contexts.shape))
        check_known(contexts, self.n_tokens)
        keys = np.zeros(len(contexts), np.int64)
        for column in range(contexts.shape[1] - order, contexts.shape[1]):
            keys = keys * self.n_tokens + contexts[:, column]
        return keys

    # --8<-- [end:ch30-witten-bell-keys]

    # --8<-- [start:ch30-witten-bell-of]
    def of(self, contexts: Labels, targets: Labels) -> Array:
        """Return the probability of each target after its context."""
        check_known(targets, self.n_tokens)
        chances: Array = np.full(len(contexts), 1 / self.n_tokens)
        for order, table in enumerate(self.tables):
            pairs, counts, seen, kinds, totals = table
            keys = self.keys(contexts, order)
            n_pair = looked_up(keys * self.n_tokens + targets, pairs, counts)
            n_kinds = looked_up(keys, seen, kinds)
            n_all = looked_up(keys, seen, totals)
            known = n_all > 0
            mixed = n_pair + n_kinds * chances
            np.divide(mixed, n_all + n_kinds, out=chances, where=known)
        return chances

    # --8<-- [end:ch30-witten-bell-of]

    # --8<-- [start:ch30-witten-bell-probabilities]
    def probabilities(self, contexts: Labels) -> Array:
        """Return the probability of each token, shape (n, n_tokens)."""
        n = len(contexts)
        every = np.tile(np.arange(self.n_tokens), n)
        repeated = np.repeat(contexts, self.n_tokens, axis=0)
        return self.of(repeated, every).reshape(n, self.n_tokens)


def check_known(tokens: Labels, n_tokens: int) -> None:
    """Refuse tokens that are not from 0 to `n_tokens` - 1."""
    if tokens.size and not 0 <= tokens.min() <= tokens.max() < n_tokens:
        expected = f"tokens from 0 to {n_tokens - 1}"
        got = f"{tokens.min()} to {tokens.max()}"
        raise ValueError(complaint("WittenBell", expected, got))


def looked_up(wanted: Keys, keys: Keys, values: Keys) -> Keys:
    """Return the value beside each wanted key in sorted keys, or 0."""
    at = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)


# --8<-- [end:ch30-witten-bell-probabilities]
