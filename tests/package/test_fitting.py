"""Fit: its order, its numbers, its callbacks, and what it refuses."""

import copy
import math

import numpy as np
import pytest

from nnfs_code import fitting
from nnfs_code.activations import ReLU, Tanh
from nnfs_code.callbacks import Checkpoint, EarlyStopping
from nnfs_code.data import spiral
from nnfs_code.fitting import History
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import MeanSquaredError, SoftmaxCrossEntropy
from nnfs_code.metrics import accuracy
from nnfs_code.model import Model
from nnfs_code.optimizers import SGD, Adam
from nnfs_code.preprocessing import batches, one_hot


def points(n=20, seed=0):
    rng = np.random.default_rng(seed)
    return spiral(n, 3, rng=rng, dtype=np.float64)


def network(seed=0, rate=None):
    rng = np.random.default_rng(seed)
    first = Dense(2, 8, rng=rng, dtype=np.float64)
    last = Dense(8, 3, rng=rng, dtype=np.float64)
    first.weights *= 100
    drop = [Dropout(rate, rng=rng)] if rate else []
    return Model([first, Tanh(), *drop, last], SoftmaxCrossEntropy())


def values(model):
    return [
        value.copy()
        for part in model.parts
        for name, value in vars(part).items()
        if name in ("weights", "biases")
    ]


def equal(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)


class Seen:
    """A callback that writes down what it gets, and stops when told to."""

    def __init__(self, stop_at=None):
        self.calls, self.stop_at = [], stop_at

    def after_epoch(self, epoch, history, model):
        self.calls.append((epoch, copy.deepcopy(history), values(model)))
        return epoch == self.stop_at


# --- the loop


@pytest.mark.parametrize("shuffled", [False, True])
def test_it_is_the_loop_by_hand_to_the_last_bit(shuffled):
    inputs, labels = points()
    rng, other = np.random.default_rng(4), np.random.default_rng(4)
    model, by_hand = network(), network()
    history = model.fit(
        inputs,
        labels,
        Adam(0.01),
        epochs=3,
        batch_size=16,
        rng=rng if shuffled else None,
    )
    adam, losses = Adam(0.01), []
    for _ in range(3):
        total = 0.0
        for batch in batches(60, 16, rng=other if shuffled else None):
            loss = by_hand.train_step(inputs[batch], labels[batch], adam)
            total += loss * len(batch)
        losses.append(total / 60)
    assert history.loss == losses
    equal(values(model), values(by_hand))
    assert history == History(loss=losses)


def test_every_sample_takes_part_once_per_epoch_in_a_new_order():
    seen = []

    class Noting(Model):
        def train_step(self, inputs, targets, optimizer):
            seen.append((inputs[:, 0].copy(), targets.copy()))
            return 1.0

    inputs = np.arange(7.0)[:, np.newaxis]
    model = Noting([Dense(1, 1, rng=np.random.default_rng(0))], LOSS)
    rng = np.random.default_rng(0)
    model.fit(
        inputs, 10 * inputs[:, 0], SGD(1), epochs=2, batch_size=3, rng=rng
    )
    assert [len(batch) for batch, _ in seen] == [3, 3, 1] * 2
    for batch, targets in seen:
        np.testing.assert_array_equal(targets, 10 * batch)
    epochs = [
        np.concatenate([b for b, _ in seen[at : at + 3]]) for at in (0, 3)
    ]
    for order in epochs:
        np.testing.assert_array_equal(np.sort(order), inputs[:, 0])
        assert (order != inputs[:, 0]).any()
    assert (epochs[0] != epochs[1]).any()


LOSS = MeanSquaredError()


def test_the_loss_of_an_epoch_counts_samples_and_not_batches():
    class Noting(Model):
        def train_step(self, inputs, targets, optimizer):
            return float(len(inputs))

    model = Noting([Dense(1, 1, rng=np.random.default_rng(0))], LOSS)
    history = model.fit(
        np.zeros((5, 1)), np.zeros(5), SGD(1), epochs=1, batch_size=4, rng=None
    )
    assert history.loss == [(4 * 4 + 1 * 1) / 5]


def test_one_hot_targets_and_quantities_are_cut_into_batches_too():
    inputs, labels = points()
    ways = []
    for targets in (labels, one_hot(labels, 3, dtype=np.float64)):
        model = network()
        how = {"epochs": 2, "batch_size": 7, "rng": np.random.default_rng(1)}
        ways.append(model.fit(inputs, targets, SGD(0.1), **how).loss)
    assert ways[0] == ways[1]
    line = Model(
        [Dense(2, 1, rng=np.random.default_rng(0), dtype=float)], LOSS
    )
    history = line.fit(
        inputs, inputs[:, :1], SGD(0.5), epochs=9, batch_size=9, rng=None
    )
    assert history.loss[-1] < history.loss[0] / 2


# --- what is measured


def test_after_each_epoch_loss_and_metric_are_those_of_the_whole(monkeypatch):
    inputs, labels = points()
    fresh = points(70, seed=1)
    seen = Seen()
    model = network(rate=0.5)
    history = model.fit(
        inputs,
        labels,
        Adam(0.05),
        epochs=4,
        batch_size=16,
        rng=np.random.default_rng(2),
        validation=fresh,
        metric=accuracy,
        callbacks=[seen],
    )
    assert [len(one) for one in vars(history).values()] == [4] * 4
    for epoch, past, kept in seen.calls:
        assert [len(one) for one in vars(past).values()] == [epoch] * 4
        by_hand = network(rate=0.5)
        layers = [part for part in by_hand.parts if hasattr(part, "weights")]
        for place, layer in enumerate(layers):
            layer.weights, layer.biases = kept[2 * place : 2 * place + 2]
        own, others = by_hand.forward(inputs), by_hand.forward(fresh[0])
        assert history.metric[epoch - 1] == accuracy(own, labels)
        right = accuracy(others, fresh[1])
        assert history.validation_metric[epoch - 1] == right
        loss = by_hand.loss.forward(others, fresh[1])
        assert history.validation_loss[epoch - 1] == pytest.approx(loss, 1e-12)


@pytest.mark.parametrize("size", [1, 7, 210, 1000])
def test_measures_do_not_depend_on_the_batches(size):
    fresh, model = points(70), network()
    loss, right = fitting.measure(model, fresh, accuracy, size)
    whole = model.forward(fresh[0])
    assert loss == pytest.approx(model.loss.forward(whole, fresh[1]), 1e-12)
    assert right == accuracy(whole, fresh[1])
    assert math.isnan(fitting.measure(model, fresh, None, size)[1])


def test_validation_alone_gives_a_loss_and_no_metric():
    history = network().fit(
        *points(),
        SGD(0.1),
        epochs=2,
        batch_size=60,
        rng=None,
        validation=points(seed=1),
    )
    assert [len(one) for one in vars(history).values()] == [2, 0, 2, 0]


def test_measuring_draws_nothing_and_changes_no_step():
    losses = []
    for more in ({}, {"validation": points(seed=1), "metric": accuracy}):
        how = {"epochs": 3, "batch_size": 9, "rng": np.random.default_rng(1)}
        model = network(rate=0.3)
        losses.append(model.fit(*points(), Adam(0.01), **how, **more).loss)
    assert losses[0] == losses[1]


# --- callbacks


def test_a_callback_is_asked_after_each_epoch_and_may_stop():
    first, second = Seen(), Seen(stop_at=3)
    history = network().fit(
        *points(),
        SGD(0.1),
        epochs=9,
        batch_size=60,
        rng=None,
        callbacks=[second, first],
    )
    assert [call[0] for call in first.calls] == [1, 2, 3]
    assert [call[0] for call in second.calls] == [1, 2, 3]
    assert len(history.loss) == 3


def test_a_true_of_numpy_stops_as_well():
    how = {"epochs": 9, "batch_size": 60, "rng": None}
    for stop_at, epochs in ((np.int64(2), 2), (np.int64(10), 9)):
        seen = Seen(stop_at)
        assert type(stop_at == 1) is np.bool
        network().fit(*points(), SGD(0.1), callbacks=[seen], **how)
        assert len(seen.calls) == epochs


class Scripted(Model):
    """A model whose loss follows a script; its weight counts the steps."""

    def __init__(self, losses):
        layer = Dense(1, 1, rng=np.random.default_rng(0), dtype=np.float64)
        layer.weights[:] = 0
        super().__init__([layer], LOSS)
        self.losses = iter(losses)
        layer.d_weights, layer.d_biases = layer.weights, layer.biases

    def train_step(self, inputs, targets, optimizer):
        self.parts[0].weights += 1
        return next(self.losses)


def scripted(losses, stop):
    model = Scripted(losses)
    history = model.fit(
        np.zeros((1, 1)),
        np.zeros((1, 1)),
        SGD(1),
        epochs=len(losses),
        batch_size=1,
        rng=None,
        callbacks=[stop],
    )
    return len(history.loss), model.parts[0].weights.item()


@pytest.mark.parametrize(
    ("losses", "patience", "epochs", "best"),
    [
        ([5, 4, 3, 2], 1, 4, 4),
        ([5, 4, 4, 3], 1, 3, 2),  # equal is not better
        ([5, 4, 4, 3, 9], 2, 5, 4),
        ([5, 6, 7, 8, 1], 3, 4, 1),
        ([5, 6, 7, 4, 9], 3, 5, 4),  # the end of training comes first
    ],
)
def test_early_stopping_by_hand(losses, patience, epochs, best):
    stop = EarlyStopping(patience, watch="loss")
    assert scripted(losses, stop) == (epochs, best)
    assert stop.best_epoch == best
    assert scripted(losses, stop) == (epochs, best)  # it can be used again


def test_early_stopping_can_look_for_the_highest():
    stop = EarlyStopping(1, watch="loss", highest=True)
    assert scripted([1, 2, 3, 2, 9], stop) == (4, 3)


def test_it_keeps_the_very_arrays_of_the_model():
    model, stop = network(), EarlyStopping(2, watch="loss")
    held = [model.parts[0].weights, model.parts[2].biases]
    model.fit(
        *points(), SGD(0.1), epochs=2, batch_size=9, rng=None, callbacks=[stop]
    )
    assert held[0] is model.parts[0].weights
    assert held[1] is model.parts[2].biases
    assert stop.best_epoch == 2


def test_early_stopping_says_what_it_lacks():
    start = "^EarlyStopping expected"
    message = rf"{start} patience as a whole number, got 1\.5$"
    with pytest.raises(TypeError, match=message):
        EarlyStopping(1.5)
    names = "'loss', 'metric', 'validation_loss', 'validation_metric'"
    message = rf"{start} watch as one of \[{names}\], got 'accuracy'$"
    with pytest.raises(ValueError, match=message):
        EarlyStopping(1, watch="accuracy")
    message = f"{start} a history with validation_loss; give fit what it needs"
    with pytest.raises(ValueError, match=rf"{message}, got \[\]$"):
        scripted([1, 2], EarlyStopping(1))
    message = f"{start} a history with metric; give fit what it needs"
    with pytest.raises(ValueError, match=rf"{message}, got \[nan\]$"):
        EarlyStopping(1, watch="metric").after_epoch(
            1, History(metric=[math.nan]), network()
        )


def test_a_number_that_is_nan_is_not_the_best():
    for highest in (False, True):
        stop = EarlyStopping(2, watch="metric", highest=highest)
        assert stop.best_epoch == 0
        history = History()
        for epoch, value in enumerate([0.5, math.nan, math.nan], start=1):
            history.metric.append(value)
            stopped = stop.after_epoch(epoch, history, network())
        assert stopped
        assert stop.best_epoch == 1


def test_a_checkpoint_says_if_the_model_cannot_be_saved(tmp_path):
    class Other:
        pass

    words = "a model that can be saved with save, got a Other$"
    with pytest.raises(TypeError, match=words):
        Checkpoint(tmp_path / "x").after_epoch(1, History(), Other())


# --- the bar


@pytest.mark.parametrize("progress", [None, False, True])
def test_a_bar_is_drawn_when_it_is_asked_for(progress, capsys):
    network().fit(
        *points(),
        SGD(0.1),
        epochs=2,
        batch_size=30,
        rng=None,
        progress=progress,
    )
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\r") == (4 if progress else 0)
    if progress:
        assert "epoch 1/2 [##########..........]  50 % loss 1.0" in err
        assert err.count("\n") == 2


# --- what is refused

PAIR = r"fit expected validation as a pair \(inputs, targets\)"


@pytest.mark.parametrize(
    ("more", "error", "message"),
    [
        ({"epochs": 0}, ValueError, "^fit expected epochs of at least 1, g"),
        ({"batch_size": 2.5}, TypeError, "^fit expected batch_size as a who"),
        ({"callbacks": [print]}, TypeError, "a callback with after_epoch"),
        ({"callbacks": [Seen]}, TypeError, "the class Seen"),
        ({"validation": np.zeros(3)}, TypeError, f"^{PAIR}, got a ndarray$"),
        ({"validation": (1, 2, 3)}, TypeError, f"^{PAIR}, got a tuple$"),
        (
            {"validation": (np.zeros((3, 2)), np.zeros(4))},
            ValueError,
            "^fit expected as many validation targets as inputs: 3, got 4$",
        ),
        (
            {"targets": np.zeros(59, int)},
            ValueError,
            "^fit expected as many targets as inputs: 60, got 59$",
        ),
    ],
)
def test_wrong_arguments_are_refused_before_anything_changes(
    more, error, message
):
    inputs, labels = points()
    model, sgd = network(), SGD(0.1)
    before, rng = values(model), np.random.default_rng(0)
    how = {"epochs": 1, "batch_size": 10, "targets": labels, **more}
    with pytest.raises(error, match=message):
        model.fit(inputs, optimizer=sgd, rng=rng, **how)
    equal(values(model), before)
    assert sgd.step == 0
    assert rng.random() == np.random.default_rng(0).random()


def test_a_loss_that_is_not_finite_ends_it_with_its_place():
    with pytest.raises(ValueError, match="finite") as error:
        scripted([1.0, math.nan, 1.0], Seen())
    assert str(error.value) == (
        "fit expected a finite loss; try a lower learning rate, got nan in "
        "epoch 2/3, batch 1"
    )


def test_a_rate_that_is_far_too_high_ends_it_with_its_place():
    inputs = np.full((4, 1), 1e200)
    first = Dense(1, 1, rng=np.random.default_rng(0), dtype=np.float64)
    model = Model([first, ReLU()], LOSS)
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(ValueError, match="finite") as error,
    ):
        model.fit(inputs, inputs, SGD(1), epochs=5, batch_size=2, rng=None)
    assert error.value.__notes__ == ["This was in epoch 1/5 of fit, batch 1."]


def test_a_loss_on_validation_data_that_is_not_finite_ends_it():
    inputs, labels = points()
    model = network()
    model.loss.sample_losses = lambda outputs, targets: np.array([np.inf])
    model.train_step = lambda inputs, targets, optimizer: 1.0
    words = "^fit expected a finite loss on the validation data, got inf$"
    with pytest.raises(ValueError, match=words):
        model.fit(
            inputs,
            labels,
            SGD(1),
            epochs=1,
            batch_size=60,
            rng=None,
            validation=(inputs, labels),
        )
