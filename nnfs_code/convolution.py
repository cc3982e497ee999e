# --8<-- [start:ch26-convolution-imports]
"""Layers for pictures: convolution, pooling, and what flattens the rest."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import DTypeLike

from nnfs_code.arrays import Array, check_count, check_floats, complaint
from nnfs_code.arrays import float_type
from nnfs_code.backward import check_d_outputs, kept_by_forward
from nnfs_code.correlation import (
    check_images,
    check_room,
    correlate,
    image_slopes,
    innermost,
    outermost,
    pieces,
    weight_slopes,
    windows,
)

# --8<-- [end:ch26-convolution-imports]


# --8<-- [start:ch26-conv]
class Conv2D:
    """Filters that look through square windows at each place of a picture.

    Parameters
    ----------
    n_channels, n_filters : int
        Numbers per pixel, coming in and going out.
    size : int
        Rows, and columns, of a window.
    padding : int
        Rows and columns of zeros that are put around each picture.
    stride : int
        How far it is from one window to the next.
    dilation : int
        How far it is from one pixel of a window to the next.
    rng : numpy.random.Generator
        Source of the initial weights.
    dtype : float32 or float64

    Attributes
    ----------
    weights : ndarray, shape (n_filters, n_channels, size, size)
    biases : ndarray, shape (n_filters,)

    References
    ----------
    He and others (2015), section 2.2, for the size of the initial weights.

    >>> layer = Conv2D(3, 8, 3, padding=1, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 3, 28, 20), np.float32)).shape
    (5, 8, 28, 20)
    """

    # --8<-- [end:ch26-conv]

    # --8<-- [start:ch26-conv-init]
    def __init__(
        self,
        n_channels: int,
        n_filters: int,
        size: int,
        *,
        padding: int = 0,
        stride: int = 1,
        dilation: int = 1,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.n_channels = check_count("Conv2D", "n_channels", n_channels)
        self.n_filters = check_count("Conv2D", "n_filters", n_filters)
        self.size = check_count("Conv2D", "size", size)
        self.padding = check_padding(padding)
        self.stride = check_count("Conv2D", "stride", stride)
        self.dilation = check_count("Conv2D", "dilation", dilation)
        self.dtype = float_type(dtype, "Conv2D")
        shape = (self.n_filters, self.n_channels, self.size, self.size)
        spread = math.sqrt(2 / math.prod(shape[1:]))
        weights = spread * rng.standard_normal(shape)
        self.weights: Array = weights.astype(self.dtype)
        self.biases: Array = np.zeros(self.n_filters, self.dtype)

    # --8<-- [end:ch26-conv-init]

    # --8<-- [start:ch26-conv-forward]
    def forward(self, inputs: Array) -> Array:
        """Return the outputs, shape (n_samples, n_filters, rows, columns).

        They are a view: in memory the samples lie innermost.
        """
        images = self.padded(check_images(inputs, "Conv2D"))
        self.images = images  # kept for the backward pass
        outputs = correlate(images, self.weights, self.stride, self.dilation)
        outputs += self.biases[:, np.newaxis, np.newaxis, np.newaxis]
        return outermost(outputs)

    # --8<-- [end:ch26-conv-forward]

    # --8<-- [start:ch26-conv-padded]
    def padded(self, images: Array) -> Array:
        """Return the images with zeros around them, if they fit."""
        channels, height, width, n_samples = images.shape
        if channels != self.n_channels or images.dtype != self.dtype:
            expected = f"{self.n_channels} channels of {self.dtype}"
            got = f"{channels} of {images.dtype}"
            raise ValueError(complaint("Conv2D", expected, got))
        edge = self.padding
        shape = channels, height + 2 * edge, width + 2 * edge, n_samples
        check_room("Conv2D", self.dilation * (self.size - 1) + 1, shape)
        if not edge:
            return images
        room = np.zeros(shape, images.dtype)
        room[:, edge:-edge, edge:-edge] = images
        return room

    # --8<-- [end:ch26-conv-padded]

    # --8<-- [start:ch26-conv-backward]
    def parameter_gradients(self, d_outputs: Array) -> None:
        """Set `d_weights` and `d_biases`, in the shapes of both."""
        slopes = self.checked(d_outputs)
        self.d_weights: Array = weight_slopes(
            self.images, slopes, self.size, self.stride, self.dilation
        )
        table = slopes.reshape(self.n_filters, -1)
        ones = np.ones(len(table[0]), self.dtype)
        self.d_biases: Array = table @ ones

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        self.parameter_gradients(d_outputs)
        steps = self.padding, self.stride, self.dilation
        slopes, shape = innermost(d_outputs), self.images.shape
        return outermost(image_slopes(slopes, self.weights, shape, *steps))

    # --8<-- [end:ch26-conv-backward]

    # --8<-- [start:ch26-conv-checked]
    def checked(self, d_outputs: Array) -> Array:
        """Return `d_outputs` with the batch innermost, if they fit."""
        images = kept_by_forward(self, "images")
        sides = windows(images, self.size, self.stride, self.dilation).shape
        shape = len(images.T), self.n_filters, sides[3], sides[4]
        check_d_outputs(self, d_outputs, shape, self.dtype)
        return innermost(d_outputs)

    # --8<-- [end:ch26-conv-checked]


# --8<-- [start:ch26-check-padding]
def check_padding(padding: int) -> int:
    """Return `padding` as an int, if it is a whole number from 0 on."""
    if type(padding) is int and padding == 0:
        return 0
    return check_count("Conv2D", "padding, unless it is 0,", padding)


# --8<-- [end:ch26-check-padding]


# --8<-- [start:ch26-pool]
class Pool2D:
    """What max and mean pooling have in common.

    Rows and columns that are left over at the end belong to no window.

    Parameters
    ----------
    size : int
        Rows, and columns, of a window.
    stride : int, optional
        How far it is from one window to the next; `size`, if left out.
    """

    def __init__(self, size: int, stride: int | None = None) -> None:
        owner = type(self).__name__
        self.size = check_count(owner, "size", size)
        step = size if stride is None else stride
        self.stride = check_count(owner, "stride", step)

    # --8<-- [end:ch26-pool]

    # --8<-- [start:ch26-pool-corners]
    def corners(self, images: Array) -> Iterator[Array]:
        """Yield a view for each place in a window: this place of them all.

        With windows of 2 by 2, first all upper left corners, then all upper
        right ones, and so on.
        """
        size, stride = self.size, self.stride
        down, right = (
            (n - size) // stride * stride for n in images.shape[1:3]
        )
        for i, j in np.ndindex(size, size):
            yield images[
                :, i : i + down + 1 : stride, j : j + right + 1 : stride
            ]

    # --8<-- [end:ch26-pool-corners]

    # --8<-- [start:ch26-pool-checked]
    def begin(self, inputs: Array) -> list[Array]:
        """Return the corners of the inputs, checked and kept."""
        images = check_images(inputs, type(self).__name__)
        check_room(type(self).__name__, self.size, images.shape)
        self.images = images
        return list(self.corners(images))

    def checked(self, d_outputs: Array) -> Array:
        """Return `d_outputs` with the batch innermost, if they fit."""
        images = kept_by_forward(self, "images")
        shape = outermost(next(self.corners(images))).shape
        check_d_outputs(self, d_outputs, shape, images.dtype)
        return innermost(d_outputs)

    # --8<-- [end:ch26-pool-checked]


# --8<-- [start:ch26-max-pool]
class MaxPool2D(Pool2D):
    """The largest number of each window, for each channel by itself.

    If it is there more than once, the whole gradient goes to the first, row
    by row.

    >>> picture = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> MaxPool2D(2).forward(picture)[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """

    def forward(self, inputs: Array) -> Array:
        """Return the outputs, shape (n_samples, channels, rows, columns)."""
        first, *others = self.begin(inputs)
        self.maxima = first.copy()
        for other in others:
            np.maximum(self.maxima, other, out=self.maxima)
        return outermost(self.maxima)

    # --8<-- [end:ch26-max-pool]

    # --8<-- [start:ch26-max-pool-backward]
    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        slopes, images = self.checked(d_outputs), self.images
        d_images = np.zeros_like(images)
        for part in pieces(len(images), images.nbytes):
            rest = slopes[part]  # what has not found its maximum yet
            for numbers, gradient in zip(
                self.corners(images[part]),
                self.corners(d_images[part]),
                strict=True,
            ):
                share = rest * (numbers == self.maxima[part])
                gradient += share
                rest = rest - share
        return outermost(d_images)

    # --8<-- [end:ch26-max-pool-backward]


# --8<-- [start:ch26-mean-pool]
class MeanPool2D(Pool2D):
    """The mean of each window, for each channel by itself.

    >>> picture = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> MeanPool2D(2).forward(picture)[0, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """

    def forward(self, inputs: Array) -> Array:
        """Return the outputs, shape (n_samples, channels, rows, columns)."""
        first, *others = self.begin(inputs)
        total = first.copy()
        for other in others:
            total += other
        return outermost(total / self.size**2)

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        share = self.checked(d_outputs) / self.size**2
        d_images = np.zeros_like(self.images)
        for gradient in self.corners(d_images):
            gradient += share
        return outermost(d_images)

    # --8<-- [end:ch26-mean-pool]


# --8<-- [start:ch26-global-pool]
class GlobalMeanPool:
    """The mean of each channel over the whole picture.

    >>> picture = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> GlobalMeanPool().forward(picture)
    array([[7.5]])
    """

    def forward(self, inputs: Array) -> Array:
        """Return the means, shape (n_samples, channels)."""
        self.images = check_images(inputs, "GlobalMeanPool")
        return np.ascontiguousarray(self.images.mean(axis=(1, 2)).T)

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, in their shape."""
        images = kept_by_forward(self, "images")
        channels, height, width, n_samples = images.shape
        check_d_outputs(self, d_outputs, (n_samples, channels), images.dtype)
        d_images = np.empty_like(images)
        d_images[:] = d_outputs.T[:, None, None] / (height * width)
        return outermost(d_images)

    # --8<-- [end:ch26-global-pool]


# --8<-- [start:ch26-flatten]
class Flatten:
    """All numbers of a sample in one row, for the dense layer that follows.

    >>> Flatten().forward(np.ones((5, 3, 28, 20))).shape
    (5, 1680)
    """

    def forward(self, inputs: Array) -> Array:
        """Return the inputs as rows, shape (n_samples, n_features)."""
        check_floats(inputs, "Flatten")
        self.inputs = inputs
        return inputs.reshape(len(inputs), -1)

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient in the shape of the inputs."""
        inputs = kept_by_forward(self, "inputs")
        shape = len(inputs), inputs[0].size
        check_d_outputs(self, d_outputs, shape, inputs.dtype)
        return d_outputs.reshape(inputs.shape)

    # --8<-- [end:ch26-flatten]
