# --8<-- [start:ch34-bags-imports]
"""Texts as bags: which of the known words or pieces occur, in no order."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from nnfs_code.arrays import (
    Array,
    Labels,
    check_count,
    check_floats,
    check_labels,
    complaint,
)
from nnfs_code.backward import check_d_outputs, kept_by_forward
from nnfs_code.embedding import Embedding, check_tokens
from nnfs_code.optimizers import check_setting

# --8<-- [end:ch34-bags-imports]


# --8<-- [start:ch34-vocabulary]
class Vocabulary:
    """The words (or pieces) that occur in at least so many texts.

    Parameters
    ----------
    bags : sequence of lists of str
        The words of each text that is known.
    at_least : int
        In how many of the texts a word must occur.

    >>> known = Vocabulary([["a", "b"], ["b", "c", "b"], ["b", "a"]], 2)
    >>> known.words
    ['a', 'b']
    >>> known.tokens([["a", "z"], ["b", "a", "a"]])
    array([[1, 0],
           [1, 2]])
    """

    def __init__(self, bags: Iterable[list[str]], at_least: int = 1) -> None:
        at_least = check_count("Vocabulary", "at_least", at_least)
        texts = Counter(word for bag in bags for word in set(bag))
        self.words = sorted(w for w, n in texts.items() if n >= at_least)
        if not self.words:
            expected = f"a word that occurs in {at_least} texts"
            raise ValueError(complaint("Vocabulary", expected, "none"))
        self.place = {word: at for at, word in enumerate(self.words, 1)}

    # --8<-- [end:ch34-vocabulary]

    # --8<-- [start:ch34-vocabulary-tokens]
    @property
    def n_tokens(self) -> int:
        """One more than there are words: token 0 stands for no word."""
        return len(self.words) + 1

    def tokens(self, bags: Sequence[list[str]]) -> Labels:
        """Return a row per text: its known words, each once; then zeros."""
        known = [
            sorted({self.place[word] for word in bag if word in self.place})
            for bag in bags
        ]
        width = max((len(places) for places in known), default=0)
        rows = np.zeros((len(known), max(width, 1)), np.int64)
        for row, places in zip(rows, known, strict=True):
            row[: len(places)] = places
        return rows

    # --8<-- [end:ch34-vocabulary-tokens]


# --8<-- [start:ch34-naive-bayes]
class NaiveBayes:
    """How often each word occurs in each class, and Bayes' rule.

    Parameters
    ----------
    tokens : ndarray of whole numbers, shape (n_texts, width)
        As `Vocabulary.tokens` returns them: 0 is no word.
    labels : ndarray of whole numbers, shape (n_texts,)
    n_tokens, n_classes : int
    strength : float
        What is added to each count, so that none is 0.

    References
    ----------
    McCallum and Nigam (1998), the multinomial model.

    >>> texts = np.array([[1, 2], [1, 0], [2, 3]])
    >>> bayes = NaiveBayes(texts, np.array([0, 0, 1]), 4, 2)
    >>> bayes.predict(np.array([[1, 0], [3, 0]])).round(2)
    array([[0.79, 0.21],
           [0.38, 0.62]])
    """

    # --8<-- [end:ch34-naive-bayes]

    # --8<-- [start:ch34-naive-bayes-init]
    def __init__(
        self,
        tokens: Labels,
        labels: Labels,
        n_tokens: int,
        n_classes: int,
        strength: float = 1.0,
    ) -> None:
        strength = check_setting("NaiveBayes", "strength", strength)
        check_tokens(tokens, n_tokens)
        kinds = check_labels(labels, len(tokens), n_classes, "NaiveBayes")
        keys = tokens * n_classes + kinds[:, np.newaxis]
        counts = np.bincount(keys.ravel(), minlength=n_tokens * n_classes)
        table = counts.reshape(n_tokens, n_classes) + strength
        table[0] = 1  # no word says nothing: its logarithm is 0
        texts = np.bincount(kinds, minlength=n_classes) + strength
        self.logs: Array = np.log(table)
        self.logs[1:] -= np.log(table[1:].sum(axis=0))
        self.prior: Array = np.log(texts / texts.sum())

    # --8<-- [end:ch34-naive-bayes-init]

    # --8<-- [start:ch34-naive-bayes-predict]
    def predict(self, tokens: Labels) -> Array:
        """Return the probability of each class, shape (n_texts, n_classes)."""
        known = check_tokens(tokens, len(self.logs))
        scores = self.prior + self.logs[known].sum(axis=1)
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        found: Array = chances / chances.sum(axis=1, keepdims=True)
        return found

    # --8<-- [end:ch34-naive-bayes-predict]


# --8<-- [start:ch34-mean-embedding]
class MeanEmbedding(Embedding):
    """The mean of the rows of a text's tokens; token 0 counts as none.

    Inputs are whole numbers of shape (n_samples, width), with zeros where a
    text has no more tokens. A text without any gets zeros.

    References
    ----------
    Joulin and others (2017), section 2: the hidden layer of fastText.

    >>> layer = MeanEmbedding(3, 2, rng=np.random.default_rng(0))
    >>> layer.weights[:] = [[9, 9], [1, 0], [0, 1]]
    >>> layer.forward(np.array([[1, 2, 0], [1, 0, 0], [0, 0, 0]])).tolist()
    [[0.5, 0.5], [1.0, 0.0], [0.0, 0.0]]
    """

    # --8<-- [end:ch34-mean-embedding]

    # --8<-- [start:ch34-mean-embedding-forward]
    def forward(self, inputs: Labels | Array) -> Array:
        """Return the mean rows, shape (n_samples, n_features)."""
        self.tokens = check_tokens(inputs, len(self.weights))
        if self.tokens.ndim != 2:
            expected = "tokens of shape (n_samples, width)"
            got = self.tokens.shape
            raise ValueError(complaint("MeanEmbedding", expected, got))
        texts, places = np.nonzero(self.tokens)
        self.used = self.tokens[texts, places]
        counts = np.bincount(texts, minlength=len(inputs))
        self.shares = 1 / np.maximum(counts, 1)[:, np.newaxis]
        self.shares = self.shares.astype(self.dtype)
        self.texts = texts
        sums = sums_by(texts, self.weights[self.used], len(inputs))
        return sums * self.shares

    # --8<-- [end:ch34-mean-embedding-forward]

    # --8<-- [start:ch34-mean-embedding-backward]
    def parameter_gradients(self, d_outputs: Array) -> None:
        """Set `d_weights`: per token, its share of each text it is in."""
        kept_by_forward(self, "tokens")
        shape = len(self.tokens), self.n_features
        check_d_outputs(self, d_outputs, shape, self.dtype)
        order = np.argsort(self.used, kind="stable")
        rows = (d_outputs * self.shares)[self.texts[order]]
        self.d_weights = sums_by(self.used[order], rows, self.n_tokens)

    # --8<-- [end:ch34-mean-embedding-backward]


# --8<-- [start:ch34-sums-by]
def sums_by(keys: Labels, rows: Array, n_keys: int) -> Array:
    """Return for each key the sum of its rows; the keys are sorted.

    >>> sums_by(np.array([0, 0, 2]), np.array([[1.0], [2.0], [4.0]]), 3)
    array([[3.],
           [0.],
           [4.]])
    """
    sums = np.zeros((n_keys, rows.shape[1]), rows.dtype)
    if len(keys):
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        sums[keys[starts]] = np.add.reduceat(rows, starts, axis=0)
    return sums


# --8<-- [end:ch34-sums-by]


# --8<-- [start:ch34-mean-over-steps]
class MeanOverSteps:
    """The mean of what is said at all steps: a row per sequence.

    >>> MeanOverSteps().forward(np.array([[[1.0], [3.0]]])).tolist()
    [[2.0]]
    """

    def forward(self, inputs: Array) -> Array:
        """Return the means, shape (n_samples, n_features)."""
        check_floats(inputs, "MeanOverSteps")
        if inputs.ndim != 3:
            expected = "inputs of shape (n_samples, n_steps, n_features)"
            raise ValueError(
                complaint("MeanOverSteps", expected, inputs.shape)
            )
        self.shape = inputs.shape
        means: Array = inputs.mean(axis=1)
        return means

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs: the same at each step."""
        kept_by_forward(self, "shape")
        n_samples, n_steps, n_features = self.shape
        wanted = n_samples, n_features
        check_d_outputs(self, d_outputs, wanted, d_outputs.dtype)
        rows = d_outputs[:, np.newaxis] / n_steps
        return np.repeat(rows, n_steps, axis=1).astype(d_outputs.dtype)

    # --8<-- [end:ch34-mean-over-steps]
