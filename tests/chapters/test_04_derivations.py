"""The identities that chapter 4 derives hold in numbers."""

import numpy as np
import pytest

from claims import derivation

Z = np.linspace(-6, 6, 49)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def tanh(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def agree(*members):
    """Return whether all members of an equation are equal."""
    return all(np.allclose(members[0], m, rtol=1e-12) for m in members[1:])


def test_two_layers_are_one():
    derivation(
        "04-activation-functions",
        "4.1",
        r"""\begin{aligned}
        &(\mathbf{X}\mathbf{W}^{(1)} + \mathbf{b}^{(1)})\,\mathbf{W}^{(2)}
        + \mathbf{b}^{(2)} \\
        &= \mathbf{X}\,(\mathbf{W}^{(1)}\mathbf{W}^{(2)})
        + (\mathbf{b}^{(1)}\mathbf{W}^{(2)} + \mathbf{b}^{(2)})
        \end{aligned}""",
    )
    rng = np.random.default_rng(0)
    x, w1, b1, w2, b2 = (
        rng.standard_normal(shape)
        for shape in ((7, 2), (2, 3), (1, 3), (3, 1), (1, 1))
    )
    assert agree((x @ w1 + b1) @ w2 + b2, x @ (w1 @ w2) + (b1 @ w2 + b2))
    relu = np.maximum(x @ w1 + b1, 0)  # control: with a bend they differ
    assert not agree(relu @ w2 + b2, x @ (w1 @ w2) + (b1 @ w2 + b2))


def test_the_sigmoid_turned_over():
    derivation(
        "04-activation-functions",
        "4.2",
        r"""\begin{aligned}
        \sigma(-z) = \frac{1}{1 + e^{z}} &= \frac{e^{-z}}{e^{-z} + 1} \\
        &= 1 - \frac{1}{1 + e^{-z}} = 1 - \sigma(z)
        \end{aligned}""",
    )
    e = np.exp
    assert agree(
        sigmoid(-Z),
        1 / (1 + e(Z)),
        e(-Z) / (e(-Z) + 1),
        1 - 1 / (1 + e(-Z)),
        1 - sigmoid(Z),
    )
    assert not agree(sigmoid(-Z), -sigmoid(Z))


def test_tanh_is_a_sigmoid():
    derivation(
        "04-activation-functions",
        "4.3",
        r"""\begin{aligned}
        \tanh(z) = \frac{1 - e^{-2z}}{1 + e^{-2z}}
        &= \frac{2 - (1 + e^{-2z})}{1 + e^{-2z}} \\
        &= \frac{2}{1 + e^{-2z}} - 1
        = 2\,\sigma(2z) - 1
        \end{aligned}""",
    )
    e = np.exp(-2 * Z)
    assert np.allclose(tanh(Z), np.tanh(Z))
    assert np.allclose(tanh(Z), (1 - e) / (1 + e))
    assert np.allclose(tanh(Z), (2 - (1 + e)) / (1 + e))
    assert np.allclose(tanh(Z), 2 / (1 + e) - 1)
    assert np.allclose(tanh(Z), 2 * sigmoid(2 * Z) - 1)
    assert not np.allclose(tanh(Z), 2 * sigmoid(Z) - 1)


def test_softmax_is_positive_ordered_and_sums_to_one():
    derivation(
        "04-activation-functions",
        "4.4",
        r"\hat{y}_{k} = \frac{e^{z_{k}}}{\sum_{m=1}^{K} e^{z_{m}}}",
    )
    z = np.random.default_rng(1).standard_normal((20, 5))
    y = softmax(z)
    assert (y > 0).all()
    assert np.allclose(y.sum(axis=1), 1)
    assert (y.argsort(axis=1) == z.argsort(axis=1)).all()
    # Only the difference of two scores counts.
    assert np.allclose(y[:, 0] / y[:, 1], np.exp(z[:, 0] - z[:, 1]))


@pytest.mark.parametrize("c", [-50.0, 0.3, 200.0])
def test_a_shift_changes_nothing(c):
    derivation(
        "04-activation-functions",
        "4.5",
        r"""\begin{aligned}
        \frac{e^{z_k - c}}{\sum_m e^{z_m - c}}
        &= \frac{e^{z_k}\, e^{-c}}{\sum_m e^{z_m}\, e^{-c}} \\
        &= \frac{e^{-c}\, e^{z_k}}{e^{-c} \sum_m e^{z_m}}
        = \frac{e^{z_k}}{\sum_m e^{z_m}}
        \end{aligned}""",
    )
    z = np.random.default_rng(2).standard_normal((20, 5))
    assert np.allclose(softmax(z - c), softmax(z), rtol=1e-12)
    assert not np.allclose(softmax(z * 2), softmax(z))  # a scale does


def test_two_classes_are_a_sigmoid():
    derivation(
        "04-activation-functions",
        "4.6",
        r"""\begin{aligned}
        \hat{y}_1 = \frac{e^{z_1}}{e^{z_1} + e^{z_2}}
        &= \frac{1}{1 + e^{z_2 - z_1}} \\
        &= \frac{1}{1 + e^{-(z_1 - z_2)}}
        = \sigma(z_1 - z_2)
        \end{aligned}""",
    )
    z = np.random.default_rng(3).standard_normal((20, 2))
    first, second = z.T
    assert agree(
        softmax(z)[:, 0],
        1 / (1 + np.exp(second - first)),
        sigmoid(first - second),
    )
    assert not agree(softmax(z)[:, 0], sigmoid(first))
