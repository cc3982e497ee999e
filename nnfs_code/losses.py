# --8<-- [start:ch05-losses-imports]
"""Losses: one number that says how wrong the predictions are."""

import numpy as np

from nnfs_code.arrays import (
    Array,
    Labels,
    check_floats,
    check_labels,
    complaint,
)

SMALLEST_PROBABILITY = 1e-7

# --8<-- [end:ch05-losses-imports]
# --8<-- [start:ch16-losses-imports]
from numpy.typing import NDArray

from nnfs_code.arrays import Answers, check_answers

# --8<-- [end:ch16-losses-imports]
# --8<-- [start:ch17-losses-imports]
import math

from nnfs_code.arrays import check_between, check_quantities

# --8<-- [end:ch17-losses-imports]


# --8<-- [start:ch05-check-probabilities]
def check_probabilities(probabilities: Array, owner: str) -> None:
    """Raise an error unless each row is a probability distribution.

    Raises
    ------
    TypeError, ValueError
        As `check_floats` does; for another shape than (n_samples,
        n_classes); for a number outside 0 … 1, or rows that do not sum to 1.
    """
    check_floats(probabilities, owner, "probabilities")
    if probabilities.ndim != 2:
        expected = "probabilities of shape (n_samples, n_classes)"
        raise ValueError(complaint(owner, expected, probabilities.shape))
    lowest, highest = probabilities.min(), probabilities.max()
    if lowest < -1e-3 or highest > 1 + 1e-3:
        got = f"numbers from {lowest:.4g} to {highest:.4g}"
        raise ValueError(complaint(owner, "probabilities", got))
    totals = probabilities.sum(axis=1)
    worst = np.abs(totals - 1).argmax()
    if abs(totals[worst] - 1) > 1e-3:
        got = f"{totals[worst]:.4g} in row {worst}"
        raise ValueError(complaint(owner, "rows that sum to 1", got))


# --8<-- [end:ch05-check-probabilities]


# --8<-- [start:ch05-categorical-cross-entropy]
class CategoricalCrossEntropy:
    """Minus the logarithm of the probability given to the right class.

    A probability below 1e-7 counts as 1e-7, so that a loss is at most 16.12
    and never infinite.

    >>> loss = CategoricalCrossEntropy()
    >>> probabilities = np.array([[0.5, 0.5], [0.1, 0.9]])
    >>> loss.sample_losses(probabilities, np.array([0, 1])).round(3)
    array([0.693, 0.105])
    """

    # --8<-- [end:ch05-categorical-cross-entropy]

    # --8<-- [start:ch05-sample-losses]
    def sample_losses(self, probabilities: Array, targets: Labels) -> Array:
        """Return the loss of each sample, shape (n_samples,).

        Parameters
        ----------
        probabilities : ndarray, shape (n_samples, n_classes)
        targets : ndarray
            Labels, shape (n_samples,), or one-hot rows, shape (n_samples,
            n_classes).
        """
        owner = "CategoricalCrossEntropy"
        check_probabilities(probabilities, owner)
        n_samples, n_classes = probabilities.shape
        self.labels = check_labels(targets, n_samples, n_classes, owner)
        self.probabilities = probabilities
        right = probabilities[np.arange(n_samples), self.labels]
        losses: Array = -np.log(np.maximum(right, SMALLEST_PROBABILITY))
        return losses

    # --8<-- [end:ch05-sample-losses]

    # --8<-- [start:ch05-mean-loss]
    def forward(self, probabilities: Array, targets: Labels) -> float:
        """Return the mean of the samples' losses."""
        return float(self.sample_losses(probabilities, targets).mean())

    # --8<-- [end:ch05-mean-loss]

    # --8<-- [start:ch09-cross-entropy-backward]
    def backward(self) -> Array:
        """Return the gradient for the probabilities, in their shape.

        It is 0 where a probability below 1e-7 was counted as 1e-7: there
        the loss is flat. `SoftmaxCrossEntropy` knows no such limit.
        """
        if not hasattr(self, "labels"):
            owner = "CategoricalCrossEntropy.backward"
            raise RuntimeError(f"{owner} expected forward to be called first")
        rows = np.arange(len(self.labels))
        right = self.probabilities[rows, self.labels]
        slopes = -1 / np.maximum(right, SMALLEST_PROBABILITY)
        slopes[right < SMALLEST_PROBABILITY] = 0
        d_probabilities = np.zeros_like(self.probabilities)
        d_probabilities[rows, self.labels] = slopes / len(rows)
        return d_probabilities

    # --8<-- [end:ch09-cross-entropy-backward]


# --8<-- [start:ch09-softmax-cross-entropy]
class SoftmaxCrossEntropy:
    """Softmax and categorical cross-entropy in one, for training.

    It takes the scores that go into softmax, the logits, so that neither an
    exponential can overflow nor a logarithm meet a 0.

    Attributes
    ----------
    probabilities : ndarray, shape (n_samples, n_classes)
        What softmax makes of the logits of the last forward pass.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 6.2.2.3.

    >>> loss = SoftmaxCrossEntropy()
    >>> round(loss.forward(np.array([[3.0, 3.0]]), np.array([0])), 3)
    0.693
    >>> loss.backward()
    array([[-0.5,  0.5]])
    """

    # --8<-- [end:ch09-softmax-cross-entropy]

    # --8<-- [start:ch09-softmax-cross-entropy-samples]
    def sample_losses(self, logits: Array, targets: Labels) -> Array:
        """Return the loss of each sample, shape (n_samples,).

        Parameters
        ----------
        logits : ndarray, shape (n_samples, n_classes)
        targets : ndarray
            Labels, shape (n_samples,), or one-hot rows, shape (n_samples,
            n_classes).
        """
        owner = "SoftmaxCrossEntropy"
        check_floats(logits, owner, "logits")
        if logits.ndim != 2:
            expected = "logits of shape (n_samples, n_classes)"
            raise ValueError(complaint(owner, expected, logits.shape))
        n_samples, n_classes = logits.shape
        self.labels = check_labels(targets, n_samples, n_classes, owner)
        # One row a class: NumPy is quicker along long rows than short ones.
        scores = logits.T.copy()  # (n_classes, n_samples)
        scores -= scores.max(axis=0)
        exponentials: Array = np.exp(scores)
        totals: Array = exponentials.sum(axis=0)
        self.probabilities: Array = (exponentials / totals).T
        right = scores[self.labels, np.arange(n_samples)]
        losses: Array = np.log(totals) - right
        return losses

    # --8<-- [end:ch09-softmax-cross-entropy-samples]

    # --8<-- [start:ch09-softmax-cross-entropy-mean]
    def forward(self, logits: Array, targets: Labels) -> float:
        """Return the mean of the samples' losses."""
        losses = self.sample_losses(logits, targets)
        return float(losses.sum()) / len(losses)

    # --8<-- [end:ch09-softmax-cross-entropy-mean]

    # --8<-- [start:ch09-softmax-cross-entropy-backward]
    def backward(self) -> Array:
        """Return the gradient for the logits, in their shape."""
        if not hasattr(self, "labels"):
            owner = "SoftmaxCrossEntropy.backward"
            raise RuntimeError(f"{owner} expected forward to be called first")
        n_samples, n_classes = self.probabilities.shape
        classes = np.arange(n_classes)[:, np.newaxis]
        one_hot = (classes == self.labels).T  # (n_samples, n_classes)
        d_logits: Array = (self.probabilities - one_hot) / n_samples
        return d_logits

    # --8<-- [end:ch09-softmax-cross-entropy-backward]


# --8<-- [start:ch16-check-outputs]
def check_outputs(
    outputs: Array, targets: Answers, owner: str, name: str
) -> NDArray[np.bool_]:
    """Return which targets are a yes, if they fit the outputs entry by entry.

    Raises
    ------
    TypeError, ValueError
        As `check_floats` and `check_answers` do, and if the outputs are not
        of shape (n_samples, n_outputs).
    """
    check_floats(outputs, owner, name)
    if outputs.ndim != 2:
        expected = f"{name} of shape (n_samples, n_outputs)"
        raise ValueError(complaint(owner, expected, outputs.shape))
    return check_answers(targets, outputs.shape, owner)


# --8<-- [end:ch16-check-outputs]


# --8<-- [start:ch16-binary-cross-entropy]
class BinaryCrossEntropy:
    """Minus the logarithm of the probability given to the right answer.

    Each output answers a question of its own by yes (1) or no (0). The loss
    of a sample is the mean over its outputs. A probability below 1e-7 counts
    as 1e-7, so that no loss is infinite.

    >>> loss = BinaryCrossEntropy()
    >>> probabilities = np.array([[0.5], [0.9], [0.9]])
    >>> loss.sample_losses(probabilities, np.array([[1], [1], [0]])).round(3)
    array([0.693, 0.105, 2.303])
    """

    # --8<-- [end:ch16-binary-cross-entropy]

    # --8<-- [start:ch16-binary-cross-entropy-samples]
    def sample_losses(self, probabilities: Array, targets: Answers) -> Array:
        """Return the loss of each sample, shape (n_samples,).

        Parameters
        ----------
        probabilities : ndarray, shape (n_samples, n_outputs)
            Of a yes, from 0 to 1.
        targets : ndarray of 0 and 1, shape (n_samples, n_outputs)
        """
        owner = "BinaryCrossEntropy"
        yes = check_outputs(probabilities, targets, owner, "probabilities")
        lowest, highest = probabilities.min(), probabilities.max()
        if lowest < 0 or highest > 1:
            got = f"{lowest:.4g} to {highest:.4g}"
            raise ValueError(complaint(owner, "probabilities 0 to 1", got))
        self.yes = yes
        self.right: Array = np.where(yes, probabilities, 1 - probabilities)
        losses = -np.log(np.maximum(self.right, SMALLEST_PROBABILITY))
        means: Array = losses.mean(axis=1)
        return means

    # --8<-- [end:ch16-binary-cross-entropy-samples]

    # --8<-- [start:ch16-binary-cross-entropy-mean]
    def forward(self, probabilities: Array, targets: Answers) -> float:
        """Return the mean of the samples' losses."""
        return float(self.sample_losses(probabilities, targets).mean())

    # --8<-- [end:ch16-binary-cross-entropy-mean]

    # --8<-- [start:ch16-binary-cross-entropy-backward]
    def backward(self) -> Array:
        """Return the gradient for the probabilities, in their shape.

        It is 0 where a probability below 1e-7 was counted as 1e-7.
        """
        if not hasattr(self, "right"):
            owner = "BinaryCrossEntropy.backward"
            raise RuntimeError(f"{owner} expected forward to be called first")
        steepness = 1 / np.maximum(self.right, SMALLEST_PROBABILITY)
        steepness[self.right < SMALLEST_PROBABILITY] = 0
        slopes: Array = np.where(self.yes, -steepness, steepness)
        return slopes / slopes.size

    # --8<-- [end:ch16-binary-cross-entropy-backward]


# --8<-- [start:ch16-sigmoid-cross-entropy]
class SigmoidCrossEntropy:
    """Sigmoid and binary cross-entropy in one, for training.

    It takes the scores that go into the sigmoid, the logits, so that neither
    an exponential can overflow nor a logarithm meet a 0.

    Attributes
    ----------
    probabilities : ndarray, shape (n_samples, n_outputs)
        What the sigmoid makes of the logits of the last forward pass.

    >>> loss = SigmoidCrossEntropy()
    >>> round(loss.forward(np.array([[0.0]]), np.array([[1]])), 3)
    0.693
    >>> loss.backward()
    array([[-0.5]])
    """

    # --8<-- [end:ch16-sigmoid-cross-entropy]

    # --8<-- [start:ch16-sigmoid-cross-entropy-samples]
    def sample_losses(self, logits: Array, targets: Answers) -> Array:
        """Return the loss of each sample, shape (n_samples,).

        Parameters
        ----------
        logits : ndarray, shape (n_samples, n_outputs)
        targets : ndarray of 0 and 1, shape (n_samples, n_outputs)
        """
        owner = "SigmoidCrossEntropy"
        self.yes = check_outputs(logits, targets, owner, "logits")
        decay = np.exp(-np.abs(logits))  # never above 1
        self.probabilities: Array = np.where(
            logits >= 0, 1 / (1 + decay), decay / (1 + decay)
        )
        losses = np.maximum(logits, 0) - logits * self.yes + np.log1p(decay)
        means: Array = losses.mean(axis=1)
        return means

    # --8<-- [end:ch16-sigmoid-cross-entropy-samples]

    # --8<-- [start:ch16-sigmoid-cross-entropy-mean]
    def forward(self, logits: Array, targets: Answers) -> float:
        """Return the mean of the samples' losses."""
        return float(self.sample_losses(logits, targets).mean())

    # --8<-- [end:ch16-sigmoid-cross-entropy-mean]

    # --8<-- [start:ch16-sigmoid-cross-entropy-backward]
    def backward(self) -> Array:
        """Return the gradient for the logits, in their shape."""
        if not hasattr(self, "yes"):
            owner = "SigmoidCrossEntropy.backward"
            raise RuntimeError(f"{owner} expected forward to be called first")
        d_logits: Array = self.probabilities - self.yes
        return d_logits / d_logits.size

    # --8<-- [end:ch16-sigmoid-cross-entropy-backward]


# --8<-- [start:ch17-regression-loss]
class RegressionLoss:
    """What the losses of a quantity share: checks, the mean, the way back.

    A kind of loss says by `heights` what each error costs, and by `slopes`
    how that changes with the error. An error is output minus target. The
    loss of a sample is the mean over its outputs.
    """

    def heights(self, errors: Array) -> Array:
        """Return what each error costs, in the shape of `errors`."""
        raise NotImplementedError

    def slopes(self, errors: Array) -> Array:
        """Return the derivative of `heights`, in the shape of `errors`."""
        raise NotImplementedError

    # --8<-- [end:ch17-regression-loss]

    # --8<-- [start:ch17-regression-samples]
    def sample_losses(self, outputs: Array, targets: Array) -> Array:
        """Return the loss of each sample, shape (n_samples,).

        Parameters
        ----------
        outputs, targets : ndarray, shape (n_samples, n_outputs)
        """
        check_quantities(outputs, targets, type(self).__name__)
        self.errors = outputs - targets
        losses: Array = self.heights(self.errors).mean(axis=1)
        return losses

    # --8<-- [end:ch17-regression-samples]

    # --8<-- [start:ch17-regression-mean]
    def forward(self, outputs: Array, targets: Array) -> float:
        """Return the mean of the samples' losses."""
        return float(self.sample_losses(outputs, targets).mean())

    # --8<-- [end:ch17-regression-mean]

    # --8<-- [start:ch17-regression-backward]
    def backward(self) -> Array:
        """Return the gradient for the outputs, in their shape."""
        if not hasattr(self, "errors"):
            owner = f"{type(self).__name__}.backward"
            raise RuntimeError(f"{owner} expected forward to be called first")
        d_outputs: Array = self.slopes(self.errors) / self.errors.size
        return d_outputs

    # --8<-- [end:ch17-regression-backward]


# --8<-- [start:ch17-mean-squared-error]
class MeanSquaredError(RegressionLoss):
    """The square of each error. Its best constant is the mean.

    >>> loss = MeanSquaredError()
    >>> loss.forward(np.array([[3.0], [5.0]]), np.array([[2.0], [7.0]]))
    2.5
    >>> loss.backward()
    array([[ 1.],
           [-2.]])
    """

    def heights(self, errors: Array) -> Array:
        return errors**2

    def slopes(self, errors: Array) -> Array:
        return 2 * errors


# --8<-- [end:ch17-mean-squared-error]


# --8<-- [start:ch17-mean-absolute-error]
class MeanAbsoluteError(RegressionLoss):
    """The size of each error. Its best constant is the median.

    >>> loss = MeanAbsoluteError()
    >>> loss.forward(np.array([[3.0], [5.0]]), np.array([[2.0], [7.0]]))
    1.5
    """

    def heights(self, errors: Array) -> Array:
        return np.abs(errors)

    def slopes(self, errors: Array) -> Array:
        return np.sign(errors)  # 0 for no error: there the loss has a kink


# --8<-- [end:ch17-mean-absolute-error]


# --8<-- [start:ch17-huber]
class Huber(RegressionLoss):
    """Half the square of a small error; a straight line beyond `delta`.

    References
    ----------
    Huber (1964).

    >>> loss = Huber(1.0)
    >>> loss.sample_losses(np.array([[0.5], [3.0]]), np.zeros((2, 1)))
    array([0.125, 2.5  ])
    """

    def __init__(self, delta: float) -> None:
        self.delta = check_between("Huber", "delta", delta, 0, math.inf)

    def heights(self, errors: Array) -> Array:
        sizes = np.abs(errors)
        inner = np.minimum(sizes, self.delta)
        return np.asarray(inner * (sizes - inner / 2))

    def slopes(self, errors: Array) -> Array:
        return np.clip(errors, -self.delta, self.delta)


# --8<-- [end:ch17-huber]


# --8<-- [start:ch17-quantile]
class Quantile(RegressionLoss):
    """The size of each error, times `level` if too low, else times the rest.

    Its best constant has about that share of the targets below it. With a
    level of 0.5 the loss is half the absolute error.

    References
    ----------
    Koenker and Bassett (1978).

    >>> loss = Quantile(0.9)
    >>> loss.sample_losses(np.array([[1.0], [-1.0]]), np.zeros((2, 1)))
    array([0.1, 0.9])
    """

    def __init__(self, level: float) -> None:
        self.level = check_between("Quantile", "level", level, 0, 1)

    def heights(self, errors: Array) -> Array:
        too_high, too_low = (1 - self.level) * errors, -self.level * errors
        return np.asarray(np.maximum(too_high, too_low))

    def slopes(self, errors: Array) -> Array:
        return np.sign(errors) / 2 + (0.5 - self.level)


# --8<-- [end:ch17-quantile]


# --8<-- [start:ch35-poisson]
class Poisson(RegressionLoss):
    """For counts: the outputs are logarithms of the rates, of any sign.

    It is the logarithm of how many times less likely each count is at the
    given rate than at the best one, the count itself: 0 there, never below.
    Its best constant is the logarithm of the mean.

    References
    ----------
    McCullagh and Nelder (1989), section 2.3: half of the deviance.

    >>> loss = Poisson()
    >>> loss.forward(np.array([[0.0], [0.0]]), np.array([[1.0], [0.0]]))
    0.5
    >>> loss.backward()
    array([[0. ],
           [0.5]])
    """

    # --8<-- [end:ch35-poisson]

    # --8<-- [start:ch35-poisson-samples]
    def sample_losses(self, outputs: Array, targets: Array) -> Array:
        """Return the loss of each sample, shape (n_samples,).

        Parameters
        ----------
        outputs : ndarray, shape (n_samples, n_outputs)
            Logarithms of the rates.
        targets : ndarray, shape (n_samples, n_outputs)
            Counts: 0 or more. Estimated ones may have a fraction.
        """
        check_quantities(outputs, targets, "Poisson")
        if targets.min() < 0:
            got = f"{targets.min():.4g}"
            raise ValueError(complaint("Poisson", "targets from 0 on", got))
        rates = np.exp(outputs)
        self.errors = rates - targets  # the gradient for the outputs, too
        logs = np.log(np.where(targets > 0, targets, 1))  # 0 log 0 is 0
        losses: Array = (self.errors + targets * (logs - outputs)).mean(axis=1)
        return losses

    def slopes(self, errors: Array) -> Array:
        return errors

    # --8<-- [end:ch35-poisson-samples]
