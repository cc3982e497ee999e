"""The tagged formulas of chapter 8, held to the page and to numbers."""

from itertools import pairwise

import numpy as np
import pytest

from claims import derivation
from nnfs_code.activations import ReLU, Sigmoid, Softmax, Tanh
from nnfs_code.chapters.ch08_gradients_and_the_chain_rule import (
    numerical_jacobian,
)
from nnfs_code.gradient_check import numerical_gradient

RNG = np.random.default_rng(8)


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-8)


def off(found, expected):
    """Say whether 1 % beside the truth would have been seen."""
    return not np.allclose(1.01 * found, expected, rtol=1e-5, atol=1e-8)


def sample(n_inputs=3, n_neurons=4):
    """Return one sample, weights and biases: no square among the shapes."""
    return (
        RNG.normal(size=(1, n_inputs)),
        RNG.normal(size=(n_inputs, n_neurons)),
        RNG.normal(size=(1, n_neurons)),
    )


def test_a_partial_derivative_is_a_limit():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.1",
        r"""\frac{\partial f}{\partial x}
        = \lim_{h \to 0} \frac{f(x + h, y) - f(x, y)}{h}""",
    )

    def quotient(h):
        return ((2 + h) * 3.0 ** (2 + h) - 2 * 3.0**2) / h

    truth = 3.0**2 * (1 + 2 * np.log(3))  # x · y^x, along x at (2, 3)
    errors = [abs(quotient(h) - truth) for h in (1e-2, 1e-3, 1e-4)]
    assert errors[0] > errors[1] > errors[2]
    assert quotient(1e-6) == pytest.approx(truth, rel=1e-5)


def test_two_partial_derivatives():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.2",
        r"""\frac{\partial f}{\partial x} = 2xy,
        \qquad
        \frac{\partial f}{\partial y} = x^2 + 3""",
    )
    for _ in range(10):
        at = RNG.uniform(0.5, 3, 2)
        found = numerical_gradient(
            lambda at=at: at[0] ** 2 * at[1] + 3 * at[1], at
        )
        expected = np.array([2 * at[0] * at[1], at[0] ** 2 + 3])
        close(found, expected)
        assert off(found, expected)


def test_the_gradient_holds_every_partial_derivative():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.3",
        r"""\nabla f = \Bigl( \frac{\partial f}{\partial x_1}, \;
        \frac{\partial f}{\partial x_2}, \; \dots, \;
        \frac{\partial f}{\partial x_D} \Bigr)""",
    )
    factors, at = RNG.normal(size=5), RNG.normal(size=5)

    found = numerical_gradient(lambda: float((factors * at**2).sum()), at)

    assert found.shape == at.shape
    close(found, 2 * factors * at)


def test_small_steps_add_up():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.4",
        r"""f(x + h_1, y + h_2) - f(x, y)
        \approx \frac{\partial f}{\partial x} h_1
        + \frac{\partial f}{\partial y} h_2
        = \nabla f \cdot \mathbf{h}""",
    )

    def f(x, y):
        return np.sin(x) * y**3

    x, y, h = 0.7, 1.3, np.array([0.6, -0.8])
    gradient = np.array([np.cos(x) * y**3, 3 * np.sin(x) * y**2])
    leftovers = [
        f(x + t * h[0], y + t * h[1]) - f(x, y) - t * gradient @ h
        for t in (1e-2, 1e-3, 1e-4)
    ]
    for larger, smaller in pairwise(leftovers):
        assert larger / smaller == pytest.approx(100, rel=0.05)


def test_the_slope_in_a_direction():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.5",
        r"""\nabla f \cdot \mathbf{u}
        = \lVert \nabla f \rVert \, \lVert \mathbf{u} \rVert \cos \varphi
        = \lVert \nabla f \rVert \cos \varphi""",
    )
    at, gradient = np.array([1.0, 1.0]), np.array([2.0, 4.0])
    uphill = np.arctan2(*gradient[::-1])
    slopes = []
    angles = np.radians(np.arange(-180, 180, 5))
    for phi in angles:
        u = np.array([np.cos(uphill + phi), np.sin(uphill + phi)])
        t = np.zeros(1)
        slope = numerical_gradient(
            lambda u=u, t=t: float((at + t * u) ** 2 @ [1, 2]), t
        )[0]
        assert slope == pytest.approx(gradient @ u, abs=1e-8)
        assert slope == pytest.approx(
            np.linalg.norm(gradient) * np.cos(phi), abs=1e-8
        )
        slopes.append(slope)

    assert angles[np.argmax(slopes)] == pytest.approx(0)
    assert angles[np.argmin(slopes)] == pytest.approx(-np.pi)


def test_paths_add_up():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.6",
        r"""\frac{df}{dx}
        = \frac{\partial f}{\partial u} \frac{du}{dx}
        + \frac{\partial f}{\partial v} \frac{dv}{dx}""",
    )
    for x in (0.5, 1.0, 3.0):
        at = np.array([x])
        u, v = np.exp(x), x**2  # f = u / v
        by_paths = (1 / v) * np.exp(x) + (-u / v**2) * 2 * x
        found = numerical_gradient(
            lambda at=at: float(np.exp(at[0]) / at[0] ** 2), at
        )
        close(found, [by_paths])
        assert off(found, [by_paths])


def test_a_neuron():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.7",
        r"""\frac{\partial L}{\partial w_j} = 2 (a - t) \cdot 1 \cdot x_j,
        \qquad
        \frac{\partial L}{\partial b} = 2 (a - t) \cdot 1 \cdot 1""",
    )
    x, w, b, t = np.array([2.0, -1.0]), np.array([0.5, -1.5]), 0.5, 1.0
    bias = np.array([b])

    def loss():
        return float((max(0.0, x @ w + bias[0]) - t) ** 2)

    a = x @ w + b
    assert a > 0
    close(numerical_gradient(loss, w), 2 * (a - t) * x)
    close(numerical_gradient(loss, bias), [2 * (a - t)])
    assert off(2 * (a - t) * x, numerical_gradient(loss, w))


def test_a_jacobian_has_a_row_for_each_output():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.8",
        r"""\frac{\partial \mathbf{z}}{\partial \mathbf{x}} =
        \begin{pmatrix}
        \dfrac{\partial z_1}{\partial x_1} & \cdots &
        \dfrac{\partial z_1}{\partial x_D} \\
        \vdots & & \vdots \\
        \dfrac{\partial z_K}{\partial x_1} & \cdots &
        \dfrac{\partial z_K}{\partial x_D}
        \end{pmatrix}
        \qquad
        \text{shape } K \times D""",
    )
    x = np.array([2.0, 3.0, 5.0])

    found = numerical_jacobian(
        lambda: np.array([x[0] * x[1], x[1] * x[2] ** 2]), x
    )

    assert found.shape == (2, 3)
    close(found, [[3, 2, 0], [0, 25, 30]])


def test_a_dense_layer_along_its_inputs():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.9",
        r"""\frac{\partial z_k}{\partial x_j} = w_{jk},
        \qquad
        \frac{\partial \mathbf{z}}{\partial \mathbf{x}} = \mathbf{W}^\top""",
    )
    x, w, b = sample()

    found = numerical_jacobian(lambda: x @ w + b, x)

    assert found.shape == (4, 3)
    close(found, w.T)
    assert off(found, w.T)


def test_a_dense_layer_along_its_parameters():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.10",
        r"""\frac{\partial z_k}{\partial b_l} =
        \begin{cases} 1 & \text{if } k = l \\ 0 & \text{else} \end{cases}
        \qquad
        \frac{\partial z_k}{\partial w_{jl}} =
        \begin{cases} x_j & \text{if } k = l \\ 0 & \text{else}
        \end{cases}""",
    )
    x, w, b = sample()

    for_biases = numerical_jacobian(lambda: x @ w + b, b)
    for_weights = numerical_jacobian(lambda: x @ w + b, w)

    close(for_biases, np.eye(4))
    assert for_weights.shape == (4, 12)
    for k, j, l in np.ndindex(4, 3, 4):  # noqa: E741
        expected = x[0, j] if k == l else 0
        assert for_weights[k, 4 * j + l] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("activation", "slope"),
    [
        (ReLU(), lambda z: (z > 0).astype(float)),
        (Sigmoid(), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
        (Tanh(), lambda z: 1 - np.tanh(z) ** 2),
    ],
)
def test_an_activation_is_diagonal(activation, slope):
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.11",
        r"""\frac{\partial a_k}{\partial z_l} =
        \begin{cases} f'(z_k) & \text{if } k = l \\ 0 & \text{else}
        \end{cases}""",
    )
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.16",
        r"""\frac{\partial L}{\partial z_k} = g_k \, f'(z_k)""",
    )
    z = np.array([[-1.7, -0.4, 0.3, 2.1]])
    g = RNG.normal(size=(1, 4))

    jacobian = numerical_jacobian(lambda: activation.forward(z), z)

    close(jacobian, np.diag(slope(z)[0]))
    close(g @ jacobian, g * slope(z))
    assert off(g * slope(z), g @ jacobian)


def test_softmax():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.12",
        r"""\frac{\partial \log \hat{y}_k}{\partial z_l} =
        \begin{cases} 1 - \hat{y}_l & \text{if } k = l \\
        - \hat{y}_l & \text{else} \end{cases}""",
    )
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.13",
        r"""\frac{\partial \hat{y}_k}{\partial z_l} =
        \begin{cases} \hat{y}_k (1 - \hat{y}_k) & \text{if } k = l \\
        - \hat{y}_k \hat{y}_l & \text{else} \end{cases}""",
    )
    z = RNG.normal(size=(1, 5))
    p = Softmax().forward(z)[0]

    of_log = numerical_jacobian(lambda: np.log(Softmax().forward(z)), z)
    jacobian = numerical_jacobian(lambda: Softmax().forward(z), z)

    for k, l in np.ndindex(5, 5):  # noqa: E741
        close(of_log[k, l], (1 if k == l else 0) - p[l])
        close(jacobian[k, l], p[k] * (1 - p[k]) if k == l else -p[k] * p[l])
    assert off(jacobian, np.diag(p) - np.outer(p, p))


def test_a_row_times_a_jacobian():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.14",
        r"""\frac{\partial L}{\partial x_j}
        = \sum_k \frac{\partial L}{\partial z_k}
        \frac{\partial z_k}{\partial x_j}
        = \sum_k g_k \frac{\partial z_k}{\partial x_j}""",
    )
    x, w, b = sample()

    def outputs():
        return np.tanh(x @ w + b)

    z = outputs()
    g = numerical_gradient(lambda: float((z**3).sum()), z)
    jacobian = numerical_jacobian(outputs, x)

    whole = numerical_gradient(lambda: float((outputs() ** 3).sum()), x)

    close(g @ jacobian, whole)
    assert off(g @ jacobian, whole)


def test_the_products_of_a_dense_layer():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.15",
        r"""\begin{aligned}
        \frac{\partial L}{\partial \mathbf{x}}
        &= \mathbf{g} \mathbf{W}^\top \\[6pt]
        \frac{\partial L}{\partial \mathbf{b}} &= \mathbf{g} \\[6pt]
        \frac{\partial L}{\partial \mathbf{W}} &= \mathbf{x}^\top \mathbf{g}
        \end{aligned}""",
    )
    x, w, b = sample()
    g = RNG.normal(size=(1, 4))

    def weighted():
        return float(((x @ w + b) * g).sum())

    for values, product in ((x, g @ w.T), (b, g), (w, x.T @ g)):
        measured = numerical_gradient(weighted, values)
        assert product.shape == values.shape
        close(product, measured)
        assert off(product, measured)
        long_way = g @ numerical_jacobian(lambda: x @ w + b, values)
        close(product.ravel(), long_way.ravel())


def test_the_product_of_softmax():
    derivation(
        "08-gradients-and-the-chain-rule",
        "8.17",
        r"""\frac{\partial L}{\partial z_l}
        = \hat{y}_l \Bigl( g_l - \sum_k g_k \hat{y}_k \Bigr)""",
    )
    z, g = RNG.normal(size=(1, 5)), RNG.normal(size=(1, 5))
    p = Softmax().forward(z)

    measured = numerical_gradient(
        lambda: float((Softmax().forward(z) * g).sum()), z
    )

    close(p * (g - (g * p).sum()), measured)
    assert off(p * (g - (g * p).sum()), measured)
