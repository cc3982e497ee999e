"""Reasons of chapter 20's page, each with its cause taken away."""

from copy import deepcopy

import numpy as np
import pytest

from claims import breadth
from nnfs_code.calibration import reliability
from nnfs_code.comparison import compare
from nnfs_code.layers import Dropout
from nnfs_code.metrics import (
    Evaluation,
    accuracy,
    class_precisions,
    class_recalls,
    confusion_matrix,
)
from nnfs_code.model import Model
from reasons import reason
from script_20 import (
    PAGE,
    honest_error,
    network,
    probabilities,
    right,
    scores,
    script,
)

SEEDS = breadth(2, 8)


def mean_of_means(values, size):
    starts = range(0, len(values), size)
    return np.mean([values[at : at + size].mean() for at in starts])


def test_one_picture_counts_as_much_as_399():
    reason(PAGE, "and it counts as much as the other 399 together")
    hits = right(64)
    assert not hits[-1]
    assert mean_of_means(hits, 399) == pytest.approx(hits[:399].mean() / 2)
    for size in (100, 400):
        assert mean_of_means(hits, size) == pytest.approx(hits.mean())


def test_batches_with_as_many_called_so_have_the_right_mean():
    reason(
        PAGE,
        "is a share of those that were called this class, and their number"
        " differs from batch to batch",
    )
    said, truth = scores(64).argmax(axis=1), script()["test_labels"]
    whole = (truth[said == 6] == 6).mean()

    def mean_over(batches):
        return np.mean([(truth[b][said[b] == 6] == 6).mean() for b in batches])

    in_order = np.split(np.arange(400), 4)
    assert abs(mean_over(in_order) - whole) > 0.01
    called, others = np.flatnonzero(said == 6), np.flatnonzero(said != 6)
    even = [
        np.append(a, b)
        for a, b in zip(np.split(called, 2), np.split(others, 2), strict=True)
    ]
    assert mean_over(even) == pytest.approx(whole)


def test_a_part_keeps_what_it_saw_last():
    reason(
        PAGE,
        "A part keeps what it saw last, for the way back. Without the copy"
        " that would be the wrong batch",
    )
    names = script()
    batch, targets = names["pictures"][:50], names["labels"][:50]
    others, truth = names["test_pictures"][:50], names["test_labels"][:50]

    def gradient(look):
        model = names["untrained"](8, np.random.default_rng(0))
        model.loss.forward(model.forward(batch), targets)
        look(model)
        model.backward()
        return model.parts[0].d_weights.copy()

    untouched = gradient(lambda model: None)
    by_evaluate = gradient(lambda model: model.evaluate(others, truth))
    by_hand = gradient(lambda model: model.forward(others))
    np.testing.assert_array_equal(by_evaluate, untouched)
    assert np.abs(by_hand - untouched).max() > 1e-4


def test_a_generator_is_copied_so_a_dropout_may_draw(monkeypatch):
    """Also a dropout that always draws stays where it is."""
    reason(PAGE, "The generator of a dropout is copied with it.")
    rng, names = np.random.default_rng(0), script()
    model = names["untrained"](8, rng, drop=0.5)
    few, truth = names["test_pictures"][:9], names["test_labels"][:9]
    before, forward = rng.bit_generator.state, Dropout.forward
    model.forward(few)
    assert rng.bit_generator.state == before
    monkeypatch.setattr(
        Dropout, "forward", lambda part, x: forward(part, x, training=True)
    )
    model.evaluate(few, truth)
    assert rng.bit_generator.state == before
    model.forward(few)
    assert rng.bit_generator.state != before


@pytest.mark.parametrize("fault", ["none", "no copy", "training"])
def test_looking_shows_an_evaluation_with_a_fault(fault, monkeypatch, capsys):
    """Either of the two faults shows in what the script prints."""

    def evaluate(model, inputs, targets):
        twin = model if fault == "no copy" else deepcopy(model)
        outputs = twin.forward(inputs, training=fault == "training")
        return Evaluation(twin.loss.forward(outputs, targets), np.nan)

    monkeypatch.setattr(Model, "evaluate", evaluate)
    watched = script()["watched"]
    pairs = zip(watched(True).pairs(), watched(False).pairs(), strict=True)
    apart = max(np.abs(a - b).max() for (a, _), (b, _) in pairs)
    lines = capsys.readouterr().out.splitlines()
    columns = [(line.split()[3][:-1], line.split()[-1]) for line in lines]
    assert len(columns) == 4
    assert (apart > 1e-3) == (fault == "no copy")
    assert all((a != b) == (fault == "training") for a, b in columns)


def without(label, number, rng):
    """Return the places of all test pictures but some of one class."""
    labels = script()["test_labels"]
    left_out = rng.permutation(np.flatnonzero(labels == label))[:number]
    return np.setdiff1d(np.arange(400), left_out)


def test_the_accuracy_is_about_the_mix():
    reason(
        PAGE,
        "the network is the same: there are fewer of the pictures that it is"
        " bad at",
    )
    rng = np.random.default_rng(0)
    for seed in SEEDS:
        hits = right(64, seed)
        assert hits[without(6, 30, rng)].mean() > hits.mean() + 0.015
        assert hits[without(1, 30, rng)].mean() < hits.mean()


def test_the_macro_recall_moves_by_the_luck_of_the_ten():
    reason(
        PAGE,
        "It moves by one point, because the ten shirts that were drawn happen"
        " to be found more often than the forty",
    )
    labels, said = script()["test_labels"], scores(64).argmax(axis=1)

    def recalls(rows):
        return class_recalls(confusion_matrix(said[rows], labels[rows], 10))

    whole = recalls(np.arange(400))
    rng = np.random.default_rng(0)
    rare = rng.permutation(np.flatnonzero(labels == 6))[:10]
    drawn = recalls(np.sort(np.append(np.flatnonzero(labels != 6), rare)))
    moved = np.flatnonzero(drawn != whole)
    assert moved.tolist() == [6]
    assert drawn[6] > whole[6]
    many = [recalls(without(6, 30, rng)).mean() for _ in range(400)]
    assert np.mean(many) == pytest.approx(whole.mean(), abs=0.003)


def test_a_rarer_class_has_a_lower_precision():
    reason(
        PAGE,
        "the rarer the shirts, the more of what is called a shirt is something"
        " else",
    )
    reason(PAGE, "and the less of what is called a pullover is a shirt")
    labels, rng = script()["test_labels"], np.random.default_rng(0)
    for seed in SEEDS:
        said = scores(64, seed).argmax(axis=1)

        def precisions(rows, said=said):
            table = confusion_matrix(said[rows], labels[rows], 10)
            return class_precisions(table)[[6, 2]]

        whole = precisions(np.arange(400))
        rare = [precisions(without(6, 30, rng)) for _ in range(30)]
        shirt, pullover = np.mean(rare, axis=0) - whole
        assert shirt < -0.1
        assert pullover > 0.05
        trousers = [precisions(without(1, 30, rng)) for _ in range(3)]
        np.testing.assert_allclose(trousers, [whole] * 3, atol=0.02)


def test_intervals_overlap_where_the_difference_is_beyond():
    reason(
        PAGE,
        "variances add up, and not standard errors, so two intervals may"
        " overlap a little where the difference is more than",
    )
    p, q = 0.81, 0.75  # of separate test sets of 400
    one, other = (np.sqrt(s * (1 - s) / 400) for s in (p, q))
    assert p - 1.96 * one < q + 1.96 * other
    assert p - q > 1.96 * np.hypot(one, other)
    assert p - q < 1.96 * (one + other)  # what it would be if they added up
    drawn = np.random.default_rng(0).binomial(400, [p, q], (20_000, 2)) / 400
    spread = (drawn[:, 0] - drawn[:, 1]).std()
    assert spread == pytest.approx(np.hypot(one, other), rel=0.03)


def test_pairs_gain_by_mistakes_that_both_make():
    reason(PAGE, "The gain comes from mistakes that both make")
    rng = np.random.default_rng(0)
    for seed in SEEDS:
        wide, narrow = right(64, seed), right(16, seed)
        separate = np.hypot(wide.std(), narrow.std()) / 20
        paired = compare(wide, narrow).standard_error
        shuffled = [
            compare(wide, rng.permutation(narrow)).standard_error
            for _ in range(50)
        ]
        assert paired < 0.65 * separate
        assert np.mean(shuffled) == pytest.approx(separate, rel=0.03)


def test_with_other_pictures_all_five_move_together():
    reason(
        PAGE,
        "because all of them were asked about the same pictures. With other"
        " pictures all five would move, largely together",
    )
    hits = np.array([right(64, seed) for seed in range(5)])
    rng = np.random.default_rng(0)
    draws = rng.integers(400, size=(1000, 400))
    same = hits[:, draws].mean(axis=2)  # (networks, tests)
    own = np.array([one[rng.permuted(draws, axis=0)] for one in hits])
    own = own.mean(axis=2)
    assert np.corrcoef(same)[np.triu_indices(5, 1)].min() > 0.7
    assert np.abs(np.corrcoef(own)[np.triu_indices(5, 1)]).max() < 0.2
    spread = np.std(same, axis=0, ddof=1).mean()
    assert spread < 0.7 * np.std(own, axis=0, ddof=1).mean()


def test_the_calibration_error_is_biased_by_few_pictures_in_a_bin():
    reason(
        PAGE,
        "So for a calibrated network the error is too high, the more so the"
        " fewer pictures there are per bin",
    )
    table = probabilities(64)
    few = [honest_error(table, n_bins) for n_bins in (1, 10, 100)]
    assert few[0] < few[1] < few[2]
    assert few[2] > 0.08
    many = honest_error(np.repeat(table, 100, axis=0), 100, repeats=3)
    assert many < 0.015


def test_in_one_bin_two_faults_cancel_out():
    reason(PAGE, "too sure here and not sure enough there cancel out")
    sure = np.repeat([0.6, 0.9], 100)
    table = np.stack([sure, 1 - sure], axis=1)
    labels = np.tile(np.arange(20) >= 15, 10).astype(int)  # 0.75 right in both
    assert reliability(table, labels, n_bins=1).error < 1e-9
    assert reliability(table, labels, n_bins=10).error > 0.14


def test_larger_scores_lower_the_loss_on_pictures_it_gets_right():
    reason(
        PAGE,
        "Larger scores lower the loss on pictures that it gets right, and in"
        " the end it gets nearly all of its own right",
    )
    names = script()
    own, labels = names["pictures"][:500], names["labels"][:500]
    for seed in SEEDS:
        whole = network(64, seed, 500, 40)
        logits = whole.forward(own)
        assert accuracy(logits, labels) > 0.96
        known = logits.argmax(axis=1) == labels
        loss = whole.loss.sample_losses
        for rows, lower in ((known, True), (~known, False)):
            larger = loss(1.2 * logits[rows], labels[rows]).mean()
            plain = loss(logits[rows], labels[rows]).mean()
            assert (larger < plain) == lower


def test_the_epochs_are_enough_to_make_it_too_sure():
    reason(
        PAGE,
        "The epochs are enough: with all 2,000 pictures, 40 of them make a"
        " network about as much too sure",
    )
    reason(PAGE, "With 500 pictures, 8 do not")

    def too_sure(seed, n_pictures, epochs):
        sure = probabilities(64, seed, n_pictures, epochs).max(axis=1)
        return sure.mean() - right(64, seed, n_pictures, epochs).mean()

    for seed in SEEDS:
        many, few = (too_sure(seed, n, 40) for n in (2000, 500))
        assert many == pytest.approx(few, abs=0.035)
        assert min(many, few) > 0.05
        assert too_sure(seed, 500, 8) < many / 2


def test_a_tenth_agrees_with_a_column_whatever_is_said():
    reason(
        PAGE,
        "With equally many labels of each class, a tenth of them agree,"
        " whatever the network says",
    )
    labels = script()["test_labels"]
    column = labels.reshape(400, 1)
    for said in (scores(64).argmax(axis=1), np.zeros(400, int), labels):
        assert (said == column).mean() == pytest.approx(0.1)
    uneven = np.where(labels < 5, 0, labels).reshape(400, 1)
    assert (np.zeros(400, int) == uneven).mean() == pytest.approx(0.5)


def test_the_diagonal_stays_where_it_is():
    reason(
        PAGE,
        "The accuracy does not show it, because the diagonal stays where it",
    )
    table = confusion_matrix(scores(64), script()["test_labels"], 10)
    assert np.trace(table.T) == np.trace(table)
    np.testing.assert_array_equal(
        class_precisions(table.T), class_recalls(table)
    )
    assert np.trace(table[:, ::-1]) != np.trace(table)  # another mix-up shows
    assert (table.T.sum(axis=1) != 40).any()


def test_dropout_in_training_is_what_lowers_the_accuracy():
    reason(PAGE, "half of the hidden neurons are dropped at random")
    names = script()
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        model = names["untrained"](64, rng, drop=0.5)
        model.fit(
            names["pictures"],
            names["labels"],
            names["Adam"](0.01),
            epochs=3,
            batch_size=100,
            rng=rng,
        )
        calm = right_share(model, training=False)
        noisy = [right_share(model, training=True) for _ in range(5)]
        assert max(noisy) < calm - 0.02
        assert len(set(noisy)) > 1
        drop = next(p for p in model.parts if isinstance(p, Dropout))
        drop.rate = 0.0
        assert right_share(model, training=True) == calm


def right_share(model, training):
    names = script()
    found = model.forward(names["test_pictures"], training=training)
    return accuracy(found, names["test_labels"])
