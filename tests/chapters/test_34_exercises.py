"""The exercises of chapter 34, and what its page lets one expect."""

import numpy as np
import pytest

from claims import claim
from nnfs_code.bags import NaiveBayes
from script_34 import names


def test_1_another_border():
    low, high = claim(
        "34-language-case", "may a machine decide? (Between {} and {}.)"
    )
    clerk, errs, wrong, by_hand = claim(
        "34-language-case", "A text costs ${} + {} \\cdot {} = {}$ by hand"
    )
    assert clerk + errs * wrong == pytest.approx(by_hand)
    assert low < 1 - by_hand / wrong < high


def test_2_naive_bayes_by_hand():
    one, two, both, share = claim(
        "34-language-case",
        "$3/5 \\cdot 3/6 = {}$. Class 1 has $2/5 \\cdot 1/5 = {}$. And"
        " $0.3 / {}$ is {}.",
    )
    assert pytest.approx((one, two)) == (3 / 5 * 3 / 6, 2 / 5 * 1 / 5)
    assert one + two == pytest.approx(both)
    texts = np.array([[1, 2], [1, 0], [2, 3]])
    bayes = NaiveBayes(texts, np.array([0, 0, 1]), 4, 2)
    found = bayes.predict(np.array([[1, 0]]))[0, 0]
    assert found == pytest.approx(share, abs=0.0005)
    assert found > 0.75


def test_3_each_sheet_is_cheaper_than_the_clerk():
    left = names()
    for n_words in (20, 60, 200):
        said = left["by_sheet"]("families", n_words)
        wrong = left["WRONG"] * (said != left["desk"])
        cost = np.where(said >= 0, wrong, left["by_hand"]).mean()
        assert cost < left["by_hand"] - 0.01
