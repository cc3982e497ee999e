"""Releases: what is written, what is refused, and the way back."""

import json
import re
import runpy
import sys

import numpy as np
import pytest

import nnfs_code.release
from nnfs_code.activations import ReLU
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import (
    MeanSquaredError,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from nnfs_code.model import Model
from nnfs_code.release import Card, Release, Shelf, main, publish, quantity
from releases import COLUMNS, card, chance, model, shelf


def test_what_was_published_answers(tmp_path):
    publish(tmp_path, model(), card(notes={"for": "tests"}))
    release = Release.load(tmp_path, "v1")
    rows = [[20, 10], [20, 5], [90, 1]]
    answers = release.answers(rows)
    expected = [chance(*row) for row in rows]
    assert [a.probability for a in answers] == pytest.approx(
        expected, abs=1e-6
    )
    assert [a.decision for a in answers] == ["yes", "ask", "no"]
    assert release.card.notes == {"for": "tests"}
    assert answers[0].probability == 0.731059  # of e / (1 + e)
    assert not list(tmp_path.glob("*.part"))


def test_the_card_is_a_file_that_people_can_read(tmp_path):
    publish(tmp_path, model(), card())
    text = (tmp_path / "v1.json").read_text("utf-8")
    assert '\n "question": "orders again",\n' in text
    found = json.loads(text)
    assert found["columns"] == {"age": [18, 99], "orders": [0, 50]}
    assert found["question"] == "orders again"
    assert len(found["sha256"]) == 64


def test_two_probabilities_count_by_the_second(tmp_path):
    layer = Dense(2, 2, rng=np.random.default_rng(0))  # float32
    layer.weights[:] = [[0, -0.05], [0, 0.2]]
    publish(tmp_path, Model([layer], SoftmaxCrossEntropy()), card())
    [answer] = Release.load(tmp_path, "v1").answers([[20, 5]])
    assert answer.probability == pytest.approx(chance(20, 5), abs=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_comes_before_the_first_layer_may_have_no_float_type(dtype):
    made = model(dtype=dtype)
    first = Dropout(0.5, rng=np.random.default_rng(0))
    release = Release(Model([first, *made.parts], made.loss), card())
    [answer] = release.answers([[20, 5]])
    assert answer.probability == pytest.approx(chance(20, 5), abs=1e-5)


def test_a_model_without_layers_answers_too():
    one = card(columns={"orders": (0, 50)})
    release = Release(Model([ReLU()], SigmoidCrossEntropy()), one)
    [answer] = release.answers([[1.0]])
    assert answer.probability == 0.731059


def test_a_version_never_changes(tmp_path):
    publish(tmp_path, model(), card())
    before = (tmp_path / "v1.npz").read_bytes()
    with pytest.raises(FileExistsError) as raised:
        publish(tmp_path, model(bias=1.0), card())
    said = f"publish expected a new version, got {tmp_path / 'v1.json'}"
    assert str(raised.value) == said
    assert (tmp_path / "v1.npz").read_bytes() == before


def test_another_model_than_that_of_the_card_is_refused(tmp_path):
    shelf(tmp_path)
    (tmp_path / "v1.npz").write_bytes((tmp_path / "v2.npz").read_bytes())
    said = (
        r"^Release expected v1\.npz as it was published, and its card, "
        "got another file$"
    )
    with pytest.raises(ValueError, match=said):
        Release.load(tmp_path, "v1")
    (tmp_path / "v2.json").rename(tmp_path / "v1.json")
    with pytest.raises(ValueError, match=said):
        Release.load(tmp_path, "v1")
    content = json.loads((tmp_path / "v1.json").read_text("utf-8"))
    del content["sha256"]
    content["version"] = "v1"
    (tmp_path / "v1.json").write_text(json.dumps(content), "utf-8")
    with pytest.raises(ValueError, match=said):
        Release.load(tmp_path, "v1")


def test_forwards_and_back(tmp_path):
    made = shelf(tmp_path)
    other = Shelf(tmp_path)  # a program that is running
    first = other.release()
    assert first.card.version == "v1"
    assert other.release() is first  # loaded once
    made.switch("v2")
    assert other.release().answers([[20, 5]])[0].decision == "yes"
    made.switch("v1")
    assert other.release().answers([[20, 5]])[0].decision == "ask"
    assert (tmp_path / "current.txt").read_text("utf-8") == "v1"
    (tmp_path / "current.txt").write_text(" v2\n", "utf-8")  # by hand
    assert other.release().card.version == "v2"


def test_a_switch_to_what_does_not_load_changes_nothing(tmp_path):
    made = shelf(tmp_path)
    with pytest.raises(FileNotFoundError):
        made.switch("v3")
    assert made.release().card.version == "v1"


def test_forwards_and_back_by_a_command(tmp_path, capsys):
    running = shelf(tmp_path)
    for version in ("v2", "v1"):
        main([str(tmp_path), version])
        assert capsys.readouterr().out == f"{version} answers now\n"
        assert running.release().card.version == version
    (tmp_path / "v2.npz").write_bytes(b"not a model")
    for version, said in (("v2", "as it was published"), ("v3", "v3.json")):
        with pytest.raises(SystemExit) as ended:
            main([str(tmp_path), version])
        assert ended.value.code == 2
        told = capsys.readouterr().err
        assert said in told
        assert "usage: python -m nnfs_code.release [-h] folder version" in told
    assert running.release().card.version == "v1"


def test_it_runs_as_a_program(tmp_path, monkeypatch, capsys):
    running = shelf(tmp_path)
    monkeypatch.setattr(sys, "argv", ["release", str(tmp_path), "v2"])
    runpy.run_path(nnfs_code.release.__file__, run_name="__main__")
    assert capsys.readouterr().out == "v2 answers now\n"
    assert running.release().card.version == "v2"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            lambda: model(n_columns=3),
            "a model of 2 columns, got Dense expected inputs of shape "
            "(n_samples, 3), got (1, 2)",
        ),
        (
            lambda: Model(
                [Dense(2, 3, rng=np.random.default_rng(0))],
                MeanSquaredError(),
            ),
            "one probability per row, or two, got shape (1, 3)",
        ),
    ],
)
def test_a_model_that_does_not_fit_its_card(tmp_path, made, said):
    said = f"^{re.escape(f'Release expected {said}')}$"
    with pytest.raises(ValueError, match=said):
        publish(tmp_path, made(), card())
    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match=said):
        Release(made(), card())


NAMES = "a version of letters, digits, dots and dashes, got"
ENDS = "a lowest and a highest value of age, got"
LIMITS = "columns, and 0 <= no_below <= yes_from <= 1, got"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": "../v1"}, f"{NAMES} '../v1'"),
        ({"version": ""}, f"{NAMES} ''"),
        ({"version": ".v1"}, f"{NAMES} '.v1'"),
        ({"version": "v1\n"}, f"{NAMES} 'v1\\n'"),
        ({"version": "vé"}, f"{NAMES} 'vé'"),
        ({"version": "v" * 51}, f"{NAMES} '{'v' * 51}'"),
        ({"columns": {"age": (99, 18)}}, f"{ENDS} (99, 18)"),
        ({"columns": {"age": (0, np.inf)}}, f"{ENDS} (0, inf)"),
        ({"columns": {"age": (-np.inf, 0)}}, f"{ENDS} (-inf, 0)"),
        ({"columns": {"age": (np.nan, 0)}}, f"{ENDS} (nan, 0)"),
        ({"columns": {}}, f"{LIMITS} 0.3, 0.6, []"),
        ({"no_below": 0.7}, f"{LIMITS} 0.7, 0.6, ['age', 'orders']"),
        ({"no_below": -0.1}, f"{LIMITS} -0.1, 0.6, ['age', 'orders']"),
        ({"yes_from": 1.1}, f"{LIMITS} 0.3, 1.1, ['age', 'orders']"),
        ({"no_below": np.nan}, f"{LIMITS} nan, 0.6, ['age', 'orders']"),
    ],
)
def test_a_card_that_makes_no_sense(changes, said):
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        card(**changes)
    assert str(raised.value) == f"Card expected {said}"


def test_a_card_at_its_limits():
    for version in ("v" * 50, "2026-11.b_1", "_"):
        columns = {"same": (3, 3)}
        made = card(version, columns=columns, no_below=0, yes_from=1)
        assert made.row({"same": 3}) == [3]
        assert made.decision(0) == "ask"
        assert made.notes == {}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *(("18", 18), (" 42.5 ", 42.5), (99, 99), (18.5, 18.5), ("2e1", 20)),
        *((np.int64(42), 42), (np.float32(42.5), 42.5)),
    ],
)
def test_numbers(value, number):
    assert quantity("age", value, 18, 99) == number


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("old", "'old'"),
        ("", "''"),
        ("4_2", "'4_2'"),
        (None, "nothing"),
        (True, "True"),
        (np.True_, r"np\.True_"),
        (np.array(42), r"array\(42\)"),
        ([42], r"\[42\]"),
        ("17.9", "'17.9'"),
        (100, "100"),
        ("nan", "'nan'"),
        (float("inf"), "inf"),
        (10**400, "1000000"),
        ("x" * 1000, "'x{39}$"),
    ],
)
def test_what_is_no_number_within_the_limits(value, got):
    said = f"^age expected a number from 18 to 99, got {got}"
    with pytest.raises(ValueError, match=said):
        quantity("age", value, 18, 99)


def test_a_row_is_in_the_order_of_the_card():
    made = card()
    assert made.row({"orders": "3", "name": "x", "age": 42}) == [42, 3]
    with pytest.raises(ValueError, match=r"orders expected .* got nothing"):
        made.row({"age": 42})
    assert list(Card("v", "q", COLUMNS, 0, 1).columns) == ["age", "orders"]


@pytest.mark.parametrize(
    ("probability", "said"),
    [(0.29, "no"), (0.3, "ask"), (0.59, "ask"), (0.6, "yes")],
)
def test_decisions_at_the_limits(probability, said):
    assert card().decision(probability) == said
    at_once = card(no_below=0.5, yes_from=0.5)
    assert at_once.decision(0.499) == "no"
    assert at_once.decision(0.5) == "yes"
