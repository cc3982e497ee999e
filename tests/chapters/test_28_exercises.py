"""Chapter 28: solutions, and the checks that "Where it goes wrong" names."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.gradient_check import check, numerical_derivative
from nnfs_code.recurrent import RNN
from nnfs_code.sequences import padded, real_steps
from script_28 import script


def three(w, u):
    h2 = w * 2 + u * (w * 1)
    return (w * 1 + u * h2 - 6.25) ** 2


def test_exercise_1_by_hand():
    of_w, of_u = claim(
        "28-recurrent-networks",
        "So $w$ gets $1 \\cdot 1 + 0.5 \\cdot 2 + 0.25 \\cdot 1 = {}$, and"
        " $u$ gets $1 \\cdot 7.5 + 0.5 \\cdot 3 + 0.25 \\cdot 0 = {}$",
    )
    assert three(3, 0.5) == 0.25
    found = [
        numerical_derivative(lambda w: three(w, 0.5), 3.0),
        numerical_derivative(lambda u: three(3.0, u), 0.5),
    ]
    assert found == pytest.approx([of_w, of_u])


@pytest.mark.parametrize(("u", "steps"), [(0.5, 7), (0.9, 44), (0.99, 459)])
def test_exercise_2_the_first_step_below_a_hundredth(u, steps):
    assert u**steps < 0.01 <= u ** (steps - 1)


def test_exercise_3_backwards_is_each_sequence_turned():
    rng = np.random.default_rng(0)
    each = [rng.standard_normal((n, 2)) for n in (3, 1, 5)]
    inputs, lengths = padded(each, value=9.0)
    turned = script()["backwards"](inputs, lengths)
    expected, _ = padded([one[::-1].copy() for one in each], value=9.0)
    real = real_steps(lengths, 5)
    np.testing.assert_array_equal(turned[real], expected[real])
    assert (turned[~real] == 9).all()
    plain = inputs[:, ::-1]
    assert not np.array_equal(plain[real], expected[real])


def test_exercise_4_leaves_steps_out():
    loss = script()["RealSteps"]()
    scores = np.random.default_rng(0).normal(size=(2, 3))
    answers = np.array([[1, 0, -1], [0, -1, -1]])
    assert check(loss, scores, answers).agrees
    before = loss.forward(scores, answers)
    assert (loss.backward() != 0).sum() == 3
    scores[0, 2] += 5
    assert loss.forward(scores, answers) == before
    scores[0, 0] += 5
    assert loss.forward(scores, answers) != before


def test_the_test_for_a_missing_mask():
    """Pad further, and compare the answers."""
    names = script()
    sequences = names["firsts"](50, 8, np.random.default_rng(1))[0]
    wider = np.concatenate([sequences, np.zeros((50, 3, 1))], axis=1)
    for padding, same in ((None, False), (0.0, True)):
        layer = RNN(1, 4, rng=np.random.default_rng(2), padding=padding)
        found = [
            layer.forward(x.astype(np.float32)) for x in (sequences, wider)
        ]
        assert np.allclose(*found, atol=1e-6) == same


def test_reshape_mixes_what_a_transpose_keeps_apart():
    table = script()["table"]
    assert table.reshape(2, 3).shape == table.T.shape
    letters = [{word[0] for word in row} for row in table.T.tolist()]
    assert letters == [{"a"}, {"b"}]
    mixed = [{word[0] for word in row} for row in table.reshape(2, 3).tolist()]
    assert mixed == [{"a", "b"}] * 2
