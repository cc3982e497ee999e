"""Reasons of chapter 19's page, each with its cause taken away."""

import numpy as np
import pytest

from claims import breadth
from nnfs_code import fitting, idx
from nnfs_code.optimizers import SGD, Adam
from reasons import reason
from script_19 import PAGE, script


def test_sizes_in_the_header_find_a_file_that_is_cut_short():
    reason(PAGE, "so a file that was cut short can't pass for a smaller one")
    header = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3])
    short = bytes([10, 20, 30])  # a whole row is missing
    with pytest.raises(ValueError, match=r"sizes \(2, 3\), and 3 bytes"):
        idx.decode(header + short)
    # Without the first size, nobody would notice:
    assert np.frombuffer(short, np.uint8).reshape(-1, 3).shape == (1, 3)


def test_the_pictures_of_a_batch_by_class_are_alike():
    reason(PAGE, "But the pictures of such a batch are alike, so (19.2) does")
    names, whole = script(), np.arange(2000)
    model = names["small"](0)
    exact = names["gradient"](model, whole)
    length = np.linalg.norm(exact)

    def product(places):
        """Return the mean product of two of a batch, in squared lengths."""
        products = []
        for batch in np.split(places, 50)[::8]:
            each = [names["gradient"](model, batch[[n]]) for n in range(40)]
            apart = (np.array(each) - exact) / length
            both = (apart.sum(axis=0) ** 2).sum() - (apart**2).sum()
            products.append(both / (40 * 39))
        return np.mean(products)

    mixed = np.random.default_rng(0).permutation(2000)
    assert product(names["by_class"]) > 5
    assert abs(product(mixed)) < 0.5
    # "The mean of all fifty is still the exact gradient"
    means = [
        names["gradient"](model, b) for b in np.split(names["by_class"], 50)
    ]
    np.testing.assert_allclose(
        np.mean(means, axis=0), exact, atol=1e-12 * length
    )
    off = [np.linalg.norm(mean - exact) for mean in means]
    assert min(off) > length  # and none of them is


def test_the_loss_of_an_epoch_is_measured_when_a_batch_is_seen():
    reason(PAGE, "measured at the moment when it is seen")
    names = script()

    def both(order, seed):
        """Return the loss of the last epoch, and that after it."""
        model = names["small"](seed)
        data = names["inputs"][order], names["labels"][order]
        how = {"epochs": 3, "batch_size": 20, "rng": None}
        history = model.fit(*data, SGD(0.01), **how)
        return history.loss[-1], fitting.measure(model, data, None)[0]

    for seed in breadth(3, 10):
        during, after = both(names["by_class"], seed)
        assert after > 1.7 * during
        mixed = np.random.default_rng(seed).permutation(2000)
        during, after = both(mixed, seed)
        assert after < 1.1 * during


def test_the_network_unlearns_what_came_before():
    reason(PAGE, "Meanwhile it unlearns what came before")
    names = script()
    first = names["labels"] == 0

    def first_class(order, seed):
        """Return the share of class 0 right after its turn, and at the end."""
        model, sgd, found = names["small"](seed), SGD(0.01), []
        for done, batch in enumerate(np.split(order, 100), start=1):
            data = names["inputs"][batch], names["labels"][batch]
            model.train_step(*data, sgd)
            if done in (10, 100):
                scores = model.forward(names["inputs"][first])
                found.append((scores.argmax(axis=1) == 0).mean())
        return found

    for seed in breadth(5, 15):
        then, end = first_class(names["by_class"], seed)
        assert then > 0.95
        assert end < 0.1
        then, end = first_class(
            np.random.default_rng(seed).permutation(2000), seed
        )
        assert end > then - 0.1


def test_the_training_loss_is_a_mean_over_the_epoch():
    reason(
        PAGE, "is a mean over an epoch that began with an untrained network"
    )
    names = script()
    data = names["inputs"], names["labels"]
    for seed in breadth(5, 15):
        model = names["small"](seed)
        history = model.fit(
            *data,
            Adam(0.002),
            epochs=1,
            batch_size=50,
            rng=np.random.default_rng(seed),
            validation=(names["others"], names["fresh"]),
        )
        assert history.loss[0] > history.validation_loss[0] + 0.1
        # Measured after the epoch, the loss on the training data is lower.
        after = fitting.measure(model, data, None)[0]
        assert after < history.validation_loss[0] + 0.05


def test_a_plain_mean_of_batches_weighs_the_last_one_too_much():
    reason(PAGE, "a plain mean of the batches' losses would give its samples")
    names = script()

    def both(n_samples):
        """Return the loss of an epoch, and the plain mean of its batches."""
        model, adam = names["small"](0), Adam(1e-9)
        losses = []
        step = model.train_step

        def noting(*arguments):
            losses.append(step(*arguments))
            return losses[-1]

        model.train_step = noting
        data = names["inputs"][:n_samples], names["labels"][:n_samples]
        history = model.fit(*data, adam, epochs=1, batch_size=50, rng=None)
        samples = model.loss.sample_losses(model.forward(data[0]), data[1])
        return history.loss[0], np.mean(losses), samples.mean()

    counted, plain, exact = both(101)  # the last batch has one sample
    assert abs(counted - exact) < 1e-5
    assert abs(plain - exact) > 0.01
    counted, plain, exact = both(100)
    assert abs(plain - exact) < 1e-5


def test_it_is_the_wrapping_that_spoils_the_bytes():
    reason(PAGE, "so two neighbouring greys are now the most different")
    names = script()
    pictures, fresh = names["pictures"], names["fresh_pictures"]

    def right(seen, others, seed):
        return names["after_training"](seen, others, seed)[1]

    for seed in breadth(3, 10):
        wrapped = right(pictures - np.uint8(128), fresh - np.uint8(128), seed)
        wide = right(
            pictures.astype(np.int16) - 128, fresh.astype(np.int16) - 128, seed
        )
        assert wide - wrapped > 0.08
        # Whole numbers are not the fault, nor is the shift.
        assert abs(wide - right(pictures * 1.0, fresh * 1.0, seed)) < 0.02
