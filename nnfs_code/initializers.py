# --8<-- [start:ch25-initializers-imports]
"""Initial weights whose size keeps signals and gradients alive."""

import math

import numpy as np

from nnfs_code.arrays import Array, check_count, complaint

# --8<-- [end:ch25-initializers-imports]


# --8<-- [start:ch25-glorot]
def glorot(
    n_inputs: int, n_neurons: int, *, rng: np.random.Generator
) -> Array:
    """Return normal weights of variance 2 / (n_inputs + n_neurons).

    References
    ----------
    Glorot and Bengio (2010), equation 12; their equation 16 draws evenly,
    with the same variance.

    >>> weights = glorot(60, 40, rng=np.random.default_rng(0))
    >>> weights.shape, round(float(weights.var()), 3)
    ((60, 40), 0.02)
    """
    check_sizes("glorot", n_inputs, n_neurons)
    spread = math.sqrt(2 / (n_inputs + n_neurons))
    return spread * rng.standard_normal((n_inputs, n_neurons))


# --8<-- [end:ch25-glorot]


# --8<-- [start:ch25-he]
def he(n_inputs: int, n_neurons: int, *, rng: np.random.Generator) -> Array:
    """Return normal weights of variance 2 / n_inputs, for ReLU behind them.

    References
    ----------
    He and others (2015), equation 10.

    >>> from nnfs_code.layers import Dense
    >>> rng = np.random.default_rng(0)
    >>> layer = Dense(50, 40, rng=rng)
    >>> layer.weights[:] = he(50, 40, rng=rng)  # float32, as it was
    >>> round(float(layer.weights.var()), 2)
    0.04
    """
    check_sizes("he", n_inputs, n_neurons)
    return math.sqrt(2 / n_inputs) * rng.standard_normal((n_inputs, n_neurons))


# --8<-- [end:ch25-he]


# --8<-- [start:ch25-orthogonal]
def orthogonal(
    n_inputs: int,
    n_neurons: int,
    *,
    rng: np.random.Generator,
    gain: float = 1.0,
) -> Array:
    """Return weights whose columns are at right angles, each `gain` long.

    With more columns than rows it is the rows. Before ReLU a gain of the
    root of 2 makes up for the half that it sets to 0.

    References
    ----------
    Saxe, McClelland and Ganguli (2014).

    >>> weights = orthogonal(3, 2, rng=np.random.default_rng(0), gain=2.0)
    >>> np.abs(weights.T @ weights).round(12)
    array([[4., 0.],
           [0., 4.]])
    """
    check_sizes("orthogonal", n_inputs, n_neurons)
    if not math.isfinite(gain) or gain <= 0:
        raise ValueError(complaint("orthogonal", "a gain above 0", gain))
    tall = max(n_inputs, n_neurons), min(n_inputs, n_neurons)
    columns, corner = np.linalg.qr(rng.standard_normal(tall))
    columns *= gain * np.sign(corner.diagonal())  # no direction is preferred
    return columns if n_inputs >= n_neurons else columns.T.copy()


# --8<-- [end:ch25-orthogonal]


# --8<-- [start:ch25-check-sizes]
def check_sizes(owner: str, n_inputs: int, n_neurons: int) -> None:
    """Raise an error unless both are whole numbers from 1 on."""
    check_count(owner, "n_inputs", n_inputs)
    check_count(owner, "n_neurons", n_neurons)


# --8<-- [end:ch25-check-sizes]
