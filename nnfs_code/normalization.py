# --8<-- [start:ch25-normalization-imports]
"""Parts that give what passes through them a known size."""

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import (
    Array,
    check_count,
    check_floats,
    complaint,
    float_type,
)
from nnfs_code.backward import check_d_outputs, kept_by_forward
from nnfs_code.optimizers import check_setting

# --8<-- [end:ch25-normalization-imports]


# --8<-- [start:ch25-check-features]
def check_features(inputs: Array, gains: Array, owner: str, axis: int) -> None:
    """Raise an error unless `inputs` have a feature for each of the gains.

    Raises
    ------
    TypeError, ValueError
        As `check_floats` does; if there are not as many along `axis`, which
        is 1 or -1; if the float type is another.
    """
    check_floats(inputs, owner)
    n_features = gains.size
    if inputs.ndim < 2 or inputs.shape[axis] != n_features:
        shape = f"{n_features}, …" if axis == 1 else f"…, {n_features}"
        expected = f"inputs of shape (n_samples, {shape})"
        raise ValueError(complaint(owner, expected, inputs.shape))
    if inputs.dtype != gains.dtype:
        expected = f"inputs of dtype {gains.dtype}"
        raise TypeError(complaint(owner, expected, inputs.dtype))


# --8<-- [end:ch25-check-features]


# --8<-- [start:ch25-batch-norm]
class BatchNorm:
    """Give each feature mean 0 and variance 1 over the batch, then its own.

    In training the mean and the variance are those of the batch. Otherwise
    they are the running ones, and what comes out for a sample does not
    depend on the others.

    Parameters
    ----------
    n_features : int
        The size of axis 1. Inputs have shape (n_samples, n_features), or
        (n_samples, n_features, height, width): then a feature has as many
        values per sample.
    momentum : float
        The share of the running numbers that each batch leaves as it is.
    epsilon : float
        Added to variances, so that a constant feature is not 0 / 0.
    dtype : float32 or float64

    Attributes
    ----------
    gains, biases, running_means, running_variances : ndarray
        Of shape (1, n_features). The first two are learned.

    References
    ----------
    Ioffe and Szegedy (2015), algorithms 1 and 2.

    >>> norm = BatchNorm(1, dtype=np.float64)
    >>> norm.forward(np.array([[1.0], [3.0]]), training=True).round(3)
    array([[-1.],
           [ 1.]])
    """

    differs_in_training = True

    # --8<-- [end:ch25-batch-norm]

    # --8<-- [start:ch25-batch-norm-init]
    def __init__(
        self,
        n_features: int,
        *,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.n_features = check_count("BatchNorm", "n_features", n_features)
        self.momentum = check_setting(
            "BatchNorm", "momentum", momentum, below=1
        )
        self.epsilon = check_setting("BatchNorm", "epsilon", epsilon)
        self.dtype = float_type(dtype, "BatchNorm")
        shape = 1, self.n_features
        self.gains: Array = np.ones(shape, self.dtype)
        self.biases: Array = np.zeros(shape, self.dtype)
        self.running_means: Array = np.zeros(shape, self.dtype)
        self.running_variances: Array = np.ones(shape, self.dtype)

    # --8<-- [end:ch25-batch-norm-init]

    # --8<-- [start:ch25-batch-norm-forward]
    def forward(self, inputs: Array, training: bool = False) -> Array:
        """Return the inputs, normalized, times the gains, plus the biases."""
        check_features(inputs, self.gains, "BatchNorm", axis=1)
        values = as_rows(inputs)
        means, variances = self.running_means, self.running_variances
        if training:
            means, variances = self.measure(values)
        self.by_batch = training
        self.deviations: Array = np.sqrt(variances + self.epsilon)
        self.normalized: Array = (values - means) / self.deviations
        self.shape = inputs.shape
        return as_before(self.gains * self.normalized + self.biases, inputs)

    # --8<-- [end:ch25-batch-norm-forward]

    # --8<-- [start:ch25-batch-norm-measure]
    def measure(self, values: Array) -> tuple[Array, Array]:
        """Return means and variances, and move the running ones there.

        Raises
        ------
        ValueError
            If each feature has a single value, which is its own mean.
        """
        n = len(values)
        if n == 1:
            expected = "2 or more values per feature in training"
            raise ValueError(complaint("BatchNorm", expected, n))
        means = values.mean(axis=0, keepdims=True)
        variances = values.var(axis=0, keepdims=True)
        share = 1 - self.momentum
        self.running_means += share * (means - self.running_means)
        unbiased = variances * (n / (n - 1))
        self.running_variances += share * (unbiased - self.running_variances)
        return means, variances

    # --8<-- [end:ch25-batch-norm-measure]

    # --8<-- [start:ch25-batch-norm-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs; set `d_gains`, `d_biases`.

        It is that of the last forward pass: in training each sample had a
        part in the mean and the variance.
        """
        normalized = kept_by_forward(self, "normalized")
        check_d_outputs(self, d_outputs, self.shape, normalized.dtype)
        slopes = as_rows(d_outputs)
        self.d_gains: Array = (slopes * normalized).sum(axis=0, keepdims=True)
        self.d_biases: Array = slopes.sum(axis=0, keepdims=True)
        slopes = slopes * self.gains
        if self.by_batch:
            slopes = without_mean(without_size(slopes, normalized, 0), 0)
        return as_before(slopes / self.deviations, d_outputs)

    # --8<-- [end:ch25-batch-norm-backward]


# --8<-- [start:ch25-without]
def without_mean(slopes: Array, axis: int) -> Array:
    """Return the slopes less their mean along the axis."""
    rest: Array = slopes - slopes.mean(axis=axis, keepdims=True)
    return rest


def without_size(slopes: Array, normalized: Array, axis: int) -> Array:
    """Return the slopes less what would only change the size."""
    shared = (slopes * normalized).mean(axis=axis, keepdims=True)
    rest: Array = slopes - normalized * shared
    return rest


# --8<-- [end:ch25-without]


# --8<-- [start:ch25-as-rows]
def as_rows(values: Array) -> Array:
    """Return the values with axis 1 last, and all other axes as one.

    >>> as_rows(np.zeros((2, 3, 4, 5))).shape
    (40, 3)
    """
    rows: Array = np.moveaxis(values, 1, -1).reshape(-1, values.shape[1])
    return rows


def as_before(rows: Array, like: Array) -> Array:
    """Return rows in the shape that the array `like` has."""
    n_samples, n_features, *rest = like.shape
    wide = rows.reshape(n_samples, *rest, n_features)
    values: Array = np.moveaxis(wide, -1, 1)
    return values


# --8<-- [end:ch25-as-rows]


# --8<-- [start:ch25-layer-norm]
class LayerNorm:
    """Give the features of each sample mean 0 and variance 1, then gains.

    Samples have nothing to do with each other, in training or otherwise.

    Parameters
    ----------
    n_features : int
        The size of the last axis; any axes may be before it.
    epsilon : float
        Added to variances.
    dtype : float32 or float64

    Attributes
    ----------
    gains, biases : ndarray, shape (1, n_features)

    References
    ----------
    Ba, Kiros and Hinton (2016), equation 3.

    >>> norm = LayerNorm(4, dtype=np.float64)
    >>> norm.forward(np.array([[1.0, 3.0, 3.0, 9.0]])).round(3)
    array([[-1.   , -0.333, -0.333,  1.667]])
    """

    def __init__(
        self,
        n_features: int,
        *,
        epsilon: float = 1e-5,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.n_features = check_count("LayerNorm", "n_features", n_features)
        self.epsilon = check_setting("LayerNorm", "epsilon", epsilon)
        self.dtype = float_type(dtype, "LayerNorm")
        self.gains: Array = np.ones((1, self.n_features), self.dtype)
        self.biases: Array = np.zeros((1, self.n_features), self.dtype)

    # --8<-- [end:ch25-layer-norm]

    # --8<-- [start:ch25-layer-norm-passes]
    def forward(self, inputs: Array) -> Array:
        """Return each sample, normalized, times the gains, plus the biases."""
        check_features(inputs, self.gains, "LayerNorm", axis=-1)
        means = inputs.mean(axis=-1, keepdims=True)
        variances = inputs.var(axis=-1, keepdims=True)
        self.deviations: Array = np.sqrt(variances + self.epsilon)
        self.normalized: Array = (inputs - means) / self.deviations
        outputs: Array = self.gains * self.normalized + self.biases
        return outputs

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs; set `d_gains`, `d_biases`."""
        normalized = kept_by_forward(self, "normalized")
        check_d_outputs(self, d_outputs, normalized.shape, normalized.dtype)
        self.d_gains: Array = summed(d_outputs * normalized)
        self.d_biases: Array = summed(d_outputs)
        slopes = without_size(d_outputs * self.gains, normalized, -1)
        d_inputs: Array = without_mean(slopes, -1) / self.deviations
        return d_inputs

    # --8<-- [end:ch25-layer-norm-passes]


# --8<-- [start:ch25-summed]
def summed(slopes: Array) -> Array:
    """Return the sum over all axes but the last, shape (1, n_features)."""
    total: Array = slopes.reshape(-1, slopes.shape[-1]).sum(axis=0)
    return total[np.newaxis]


# --8<-- [end:ch25-summed]


# --8<-- [start:ch25-rms-norm]
class RMSNorm:
    """Divide each sample by its root mean square, and apply gains.

    The mean stays, and there are no biases.

    Parameters
    ----------
    n_features : int
        The size of the last axis; any axes may be before it.
    epsilon : float
        Added to the mean of the squares.
    dtype : float32 or float64

    Attributes
    ----------
    gains : ndarray, shape (1, n_features)

    References
    ----------
    Zhang and Sennrich (2019), equation 4.

    >>> RMSNorm(2, dtype=np.float64).forward(np.array([[1.0, 7.0]])).round(3)
    array([[0.2, 1.4]])
    """

    def __init__(
        self,
        n_features: int,
        *,
        epsilon: float = 1e-5,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.n_features = check_count("RMSNorm", "n_features", n_features)
        self.epsilon = check_setting("RMSNorm", "epsilon", epsilon)
        self.dtype = float_type(dtype, "RMSNorm")
        self.gains: Array = np.ones((1, self.n_features), self.dtype)

    # --8<-- [end:ch25-rms-norm]

    # --8<-- [start:ch25-rms-norm-passes]
    def forward(self, inputs: Array) -> Array:
        """Return each sample over its root mean square, times the gains."""
        check_features(inputs, self.gains, "RMSNorm", axis=-1)
        squares = np.square(inputs).mean(axis=-1, keepdims=True)
        self.deviations: Array = np.sqrt(squares + self.epsilon)
        self.normalized: Array = inputs / self.deviations
        outputs: Array = self.gains * self.normalized
        return outputs

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, and set `d_gains`."""
        normalized = kept_by_forward(self, "normalized")
        check_d_outputs(self, d_outputs, normalized.shape, normalized.dtype)
        self.d_gains: Array = summed(d_outputs * normalized)
        slopes = without_size(d_outputs * self.gains, normalized, -1)
        d_inputs: Array = slopes / self.deviations
        return d_inputs

    # --8<-- [end:ch25-rms-norm-passes]
