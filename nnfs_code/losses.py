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
