"""The formulas of chapter 27, checked by small steps."""

import numpy as np

from claims import derivation
from nnfs_code.activations import ReLU
from nnfs_code.convolution import Conv2D, Flatten
from nnfs_code.gradient_check import numerical_gradient
from nnfs_code.layers import Dense
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.seeing import fooling, grad_cam


def network():
    rng, floats = np.random.default_rng(0), np.float64
    conv = Conv2D(1, 3, 3, rng=rng, dtype=floats)
    last = Dense(3 * 16, 3, rng=rng, dtype=floats)
    last.weights *= 50
    parts = [conv, ReLU(), Flatten(), last]
    return Model(parts, SoftmaxCrossEntropy())


def test_grad_cam():
    derivation(
        "27-a-convolutional-network",
        "27.1",
        r"""w_k = \frac{1}{n} \sum_{r,c}
\frac{\partial s}{\partial A_{k,r,c}}, \qquad
M_{r,c} = \max\Bigl(0, \sum_k w_k A_{k,r,c}\Bigr).""",
    )
    model = network()
    picture = np.random.default_rng(1).random((1, 1, 6, 6))
    maps = model.parts[1].forward(model.parts[0].forward(picture))

    def score():
        rows = model.parts[2].forward(maps)
        return float(model.parts[3].forward(rows)[0, 2])

    slopes = numerical_gradient(score, maps)
    expected = np.zeros((4, 4))
    for r, c in np.ndindex(4, 4):
        total = sum(slopes[0, k].mean() * maps[0, k, r, c] for k in range(3))
        expected[r, c] = max(0, total)
    found = grad_cam(model, picture, np.array([2]), at=2)
    np.testing.assert_allclose(found[0], expected, atol=1e-7)
    assert found.max() > 0


def test_a_step_along_the_signs():
    derivation(
        "27-a-convolutional-network",
        "27.2",
        r"""x' = x + \varepsilon \,
\operatorname{sign}\Bigl(\frac{\partial L}{\partial x}\Bigr) .""",
    )
    model = network()
    picture = np.random.default_rng(1).uniform(0.3, 0.7, (1, 1, 6, 6))
    labels = np.array([1])

    def loss():
        return model.loss.forward(model.forward(picture), labels)

    expected = picture + 0.1 * np.sign(numerical_gradient(loss, picture))
    found = fooling(model, picture, labels, step=0.1)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    rng = np.random.default_rng(2)  # no corner nearby rises more, at first
    slopes = numerical_gradient(loss, picture)
    ours = (np.sign(slopes) * slopes).sum()
    for _ in range(50):
        other = rng.choice([-1, 1], picture.shape)
        assert (other * slopes).sum() < ours
