"""Reasons of chapter 21's page, each with its cause taken away."""

import copy
import io
import pickle

import numpy as np
import pytest

from claims import breadth, claim
from nnfs_code import archive, saving
from nnfs_code.activations import ReLU
from nnfs_code.data import spiral
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import SoftmaxCrossEntropy
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam, Momentum
from nnfs_code.schedules import CosineDecay
from reasons import reason
from script_21 import PAGE, script, tidy


@pytest.fixture(scope="module", autouse=True)
def _tidy():
    yield
    tidy()


def copied(model, rng, forget=()):
    """Return a saved and loaded model, and its generator."""
    names = ("parts", "loss", "penalty", "optimizer")
    things = {name: getattr(model, name) for name in names}
    header, arrays = saving.pack({**things, "rng": rng})
    found = saving.unpack(copy.deepcopy(header), copy.deepcopy(arrays))
    again = Model(found["parts"], found["loss"], penalty=found["penalty"])
    again.optimizer = found["optimizer"]
    return again, found["rng"]


def halfway(optimizer, steps=40, seed=0):
    names = script()
    points, labels, model, rng = names["begin"](seed)
    names["train"](model, optimizer, points, labels, rng, steps)
    return points, labels, model, rng


def test_the_state_is_what_the_next_step_reads():
    reason(PAGE, "The state is everything that the next step reads")
    roll = script()["roll"]
    place, ball = np.array([1.0]), Momentum(0.1, momentum=0.9)
    roll(place, ball, 3)
    alone, both = place.copy(), place.copy()
    twin = copy.deepcopy(ball)
    for at, one in (
        (place, ball),
        (both, twin),
        (alone, Momentum(0.1, momentum=0.9)),
    ):
        roll(at, one, 5)
    assert both[0] == place[0]
    assert abs(alone[0] - place[0]) > 0.05


def test_what_a_layer_keeps_is_not_needed():
    reason(PAGE, "The next step computes it anew before it reads it")
    points, labels, model, rng = halfway(Adam(0.01))
    found, drawn = copied(model, rng)
    assert hasattr(model.parts[0], "inputs")
    assert not hasattr(found.parts[0], "inputs")
    ours, theirs = (
        script()["train"](one, one.optimizer, points, labels, draws, 5)
        for one, draws in ((found, drawn), (model, rng))
    )
    assert ours == theirs


def test_a_checksum_turns_another_number_into_an_error():
    reason(
        PAGE,
        "With it (CRC-32 is its name), the flipped bit is an error in place of"
        " a wrong number",
    )
    values = np.array([1 / 3, 2.0])
    silent = noticed = 0
    for bit in range(64):
        for save, index in ((np.save, None), (np.savez, "values")):
            file = io.BytesIO()
            if index is None:
                save(file, values)
            else:
                save(file, values=values)
            raw = bytearray(file.getvalue())
            place = raw.index(values[1].tobytes()) + bit // 8
            raw[place] ^= 1 << bit % 8
            try:
                found = np.load(io.BytesIO(bytes(raw)))
                found = found if index is None else found[index]
                silent += not np.array_equal(found, values)
            except Exception:
                noticed += 1
    assert silent == 64  # of the npy file
    assert noticed == 64  # of the npz file


def test_whoever_opens_a_pickle_runs_it(capsys):
    reason(PAGE, "Whoever opens the file runs it")
    parcel = pickle.dumps(script()["Trap"]())
    assert capsys.readouterr().out == ""
    assert pickle.loads(parcel) is None
    assert "deleted" in capsys.readouterr().out
    with pytest.raises(ValueError, match="it was not opened"):
        archive.decode(parcel)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("seed", breadth(2, 8))
def test_a_new_adam_steps_by_the_rate_in_most_weights(seed):
    """In the setting of the figure; a small rate takes the jump away."""
    reason(
        PAGE,
        "A new Adam knows no gradients yet, so its first step has the full"
        " length of the rate in each weight whose gradient is not close to 0",
    )
    reason(PAGE, "Here that is more than half of the weights")
    reason(PAGE, "The old one had long been taking shorter steps in most of")
    reason(PAGE, "With a tenth of the rate, a new Adam makes no such jump")
    rate = claim("21-saving-and-loading", "and the rate is {} throughout")
    assert rate == 0.02
    model, points, labels = resumed_model(seed)
    moved, jump = {}, {}
    for name, of_new in (("old", None), ("new", rate), ("slow", rate / 10)):
        one = copy.deepcopy(model)
        adam = one.optimizer if of_new is None else Adam(of_new)
        dense = [one.parts[0], one.parts[2]]
        before = [part.weights.copy() for part in dense]
        loss = one.train_step(points, labels, adam)
        pairs = list(zip(dense, before, strict=True))
        steps = [np.ravel(np.abs(part.weights - w)) for part, w in pairs]
        moved[name] = np.concatenate(steps)
        seen = [np.ravel(np.abs(part.d_weights)) > 1e-5 for part in dense]
        jump[name] = one.train_step(points, labels, adam) - loss
    np.testing.assert_allclose(
        moved["new"][np.concatenate(seen)], 0.02, rtol=0.02
    )
    assert (moved["new"] > 0.99 * 0.02).mean() > 0.5
    assert (moved["old"] < 0.5 * 0.02).mean() > 0.7
    assert jump["new"] > 0.05
    assert max(jump["old"], jump["slow"]) < 0.005


def resumed_model(seed):
    """Return the model of the figure at step 150, and its points."""
    rng = np.random.default_rng(seed)
    points, labels = spiral(50, 3, rng=rng, dtype=np.float64)
    one = Dense(2, 64, rng=rng, dtype=np.float64)
    two = Dense(64, 3, rng=rng, dtype=np.float64)
    model, adam = Model([one, ReLU(), two], SoftmaxCrossEntropy()), Adam(0.02)
    for _ in range(150):
        model.train_step(points, labels, adam)
    return model, points, labels


def test_two_copies_of_a_shared_generator_draw_otherwise():
    reason(
        PAGE,
        "If each got a copy, each would draw what the other should have"
        " drawn, and the numbers would change",
    )
    points, labels, model, rng = halfway(Adam(0.02))
    found, drawn = copied(model, rng)
    apart, own = copied(model, rng)
    drop = next(part for part in apart.parts if isinstance(part, Dropout))
    drop.rng = copy.deepcopy(own)
    losses = [
        script()["train"](one, one.optimizer, points, labels, draws, 3)
        for one, draws in ((model, rng), (found, drawn), (apart, own))
    ]
    assert losses[0] == losses[1]
    assert losses[2] != losses[0]


def test_the_first_loss_is_that_of_the_loaded_weights():
    reason(
        PAGE,
        "The first loss agrees to the last digit, because it is that of the"
        " loaded weights, on the same batch with the same mask",
    )
    points, labels, model, rng = halfway(Adam(0.02))
    (old, old_rng), (new, new_rng) = copied(model, rng), copied(model, rng)
    train = script()["train"]
    first = [
        train(old, old.optimizer, points, labels, old_rng, 1),
        train(new, adam := Adam(0.02), points, labels, new_rng, 1),
    ]
    second = [
        train(old, old.optimizer, points, labels, old_rng, 1),
        train(new, adam, points, labels, new_rng, 1),
    ]
    assert first[0] == first[1]
    assert second[0] != second[1]
    other, other_rng = copied(model, rng)
    other.parts[0].weights += 0.01
    assert train(other, Adam(0.02), points, labels, other_rng, 1) != first[0]
    drawn, _ = copied(model, rng)  # the weights, and another generator
    drawn.parts[2].rng = fresh = np.random.default_rng(1)
    assert train(drawn, Adam(0.02), points, labels, fresh, 1) != first[0]


def with_a_wrong_step(reader, seed):
    """Return how far weights end, if one reader of the step gets it wrong."""
    points, labels, model, rng = halfway(
        Adam(CosineDecay(0.05, 100)), steps=50, seed=seed
    )
    found, drawn = copied(model, rng)
    optimizer, right = found.optimizer, found.optimizer.learning_rate
    if reader == "schedule":
        optimizer.learning_rate = lambda step: right(step - 49)
    if reader == "correction":
        optimizer.step = 1
        optimizer.learning_rate = lambda step: right(step + 49)
    train = script()["train"]
    train(model, model.optimizer, points, labels, rng, 50)
    train(found, optimizer, points, labels, drawn, 50)
    differences = model.parts[0].weights - found.parts[0].weights
    return np.abs(differences).max()


def test_the_step_is_read_by_the_schedule_and_by_the_correction():
    reason(
        PAGE,
        "The step has two readers, the correction and the schedule, and I had"
        " not taken them apart",
    )
    schedule, correction = claim(
        "21-saving-and-loading",
        "for the schedule alone, the weights of the middle run are {} apart,"
        " for the correction alone, about {}.",
    )
    found = {
        reader: np.median([with_a_wrong_step(reader, s) for s in range(5)])
        for reader in ("none", "schedule", "correction")
    }
    assert found["none"] == 0
    assert found["schedule"] == pytest.approx(schedule, abs=0.15)
    assert found["correction"] == pytest.approx(correction, abs=0.03)


def test_a_name_outside_the_list_is_refused():
    reason(PAGE, "So a file can choose among our classes, and nothing else")
    reader = saving.Reader([], {})
    for name in ("os.system", "Model", "print", "Path"):
        data = {"kind": name, "settings": {}, "state": {}}
        with pytest.raises(ValueError, match="a class that this program kn"):
            reader.value(data)
    data = {"kind": "ReLU", "settings": {}, "state": {}}
    assert type(reader.value(data)).__name__ == "ReLU"


def test_the_entries_of_savez_are_not_longer_than_the_file():
    reason(PAGE, "does not compress, so its entries together are not longer")
    zeros = np.zeros(100_000)
    sizes = []
    for save in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        save(file, zeros=zeros)
        sizes.append(len(file.getvalue()))
    assert sizes[0] > zeros.nbytes
    assert sizes[1] < zeros.nbytes / 100
