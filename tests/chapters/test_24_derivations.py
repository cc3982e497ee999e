"""The formulas of chapter 24, checked by small steps."""

import numpy as np

from claims import derivation
from nnfs_code.gradient_check import numerical_gradient

RNG = np.random.default_rng(0)


def test_slopes_over_several_paths_add_up():
    derivation(
        "24-autograd",
        "24.1",
        r"\frac{\partial L}{\partial v} = \sum_{u} \frac{\partial L}"
        r"{\partial u} \frac{\partial u}{\partial v} .",
    )
    v = np.array([0.7])

    def loss():
        u = np.array([v[0] ** 2, np.sin(v[0]), 3 * v[0]])
        return float(u[0] * u[1] + u[2] ** 2)

    u = np.array([v[0] ** 2, np.sin(v[0]), 3 * v[0]])
    d_u = np.array([u[1], u[0], 2 * u[2]])
    by_v = np.array([2 * v[0], np.cos(v[0]), 3.0])
    measured = numerical_gradient(loss, v)
    np.testing.assert_allclose((d_u * by_v).sum(), measured[0], rtol=1e-8)
    assert abs(d_u[2] * by_v[2] - measured[0]) > 0.1  # one path alone


def test_a_stretched_row_gets_the_sum_of_its_places():
    derivation(
        "24-autograd",
        "24.2",
        r"\frac{\partial L}{\partial b_j} = \sum_{i} \frac{\partial L}"
        r"{\partial z_{ij}} .",
    )
    x, b = RNG.normal(size=(4, 3)), RNG.normal(size=(1, 3))
    d_z = np.cos(x + b)
    measured = numerical_gradient(lambda: float(np.sin(x + b).sum()), b)
    np.testing.assert_allclose(d_z.sum(axis=0), measured[0], rtol=1e-7)


def test_a_matrix_that_a_batch_shares():
    derivation(
        "24-autograd",
        "24.3",
        r"\frac{\partial L}{\partial \mathbf{A}_k} = \frac{\partial L}"
        r"{\partial \mathbf{C}_k} \mathbf{B}^\top,"
        r" \qquad \frac{\partial L}{\partial \mathbf{B}} ="
        r" \sum_{k} \mathbf{A}_k^\top \frac{\partial L}"
        r"{\partial \mathbf{C}_k} .",
    )
    a, b = RNG.normal(size=(3, 2, 4)), RNG.normal(size=(4, 5))
    d_c = np.cos(a @ b)
    d_a = np.stack([d_c[k] @ b.T for k in range(3)])
    d_b = sum(a[k].T @ d_c[k] for k in range(3))

    def loss():
        return float(np.sin(a @ b).sum())

    np.testing.assert_allclose(d_a, numerical_gradient(loss, a), atol=1e-8)
    np.testing.assert_allclose(d_b, numerical_gradient(loss, b), atol=1e-8)
