"""Model.evaluate: the whole mean, and nothing changed."""

import copy
import pickle
import re

import numpy as np
import pytest

from nnfs_code.activations import ReLU
from nnfs_code.layers import Dense, Dropout
from nnfs_code.losses import (
    MeanSquaredError,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from nnfs_code.metrics import Evaluation, accuracy, f1
from nnfs_code.model import Model
from nnfs_code.optimizers import Adam
from nnfs_code.penalties import L2

RNG = np.random.default_rng(20)
INPUTS, LABELS = RNG.normal(size=(23, 2)), RNG.integers(3, size=23)


def model(loss=None, outputs=3, penalty=None):
    rng = np.random.default_rng(0)
    parts = [
        Dense(2, 8, rng=rng, dtype=np.float64),
        ReLU(),
        Dropout(0.5, rng=rng),
        Dense(8, outputs, rng=rng, dtype=np.float64),
    ]
    parts[0].weights *= 100
    parts[3].weights *= 100
    return Model(parts, loss or SoftmaxCrossEntropy(), penalty=penalty)


@pytest.mark.parametrize("batch_size", [1, 2, 7, 22, 23, 24, 1024])
def test_it_is_the_mean_over_all_samples(batch_size):
    ours = model(penalty=L2(1.0))
    scores = ours.forward(INPUTS)
    expected = ours.loss.forward(scores, LABELS)

    found = ours.evaluate(
        INPUTS, LABELS, metric=accuracy, batch_size=batch_size
    )

    assert isinstance(found, Evaluation)
    assert found.loss == pytest.approx(expected, rel=1e-13)
    assert found.metric == accuracy(scores, LABELS)
    assert type(found.loss) is float


def test_without_a_metric_there_is_none():
    assert np.isnan(model().evaluate(INPUTS, LABELS).metric)


def test_a_metric_that_is_no_mean_is_that_of_all_samples():
    yes = (LABELS == 1)[:, np.newaxis]
    ours = model(SigmoidCrossEntropy(), outputs=1)

    def of_logits(logits, targets):
        return f1(logits, targets, threshold=0.0)

    found = ours.evaluate(INPUTS, yes, metric=of_logits, batch_size=4)
    assert found.metric == of_logits(ours.forward(INPUTS), yes)
    assert 0 < found.metric < 1


def test_it_works_for_quantities():
    ours = model(MeanSquaredError(), outputs=2)
    found = ours.evaluate(INPUTS, INPUTS, batch_size=5).loss
    errors = ours.forward(INPUTS) - INPUTS
    assert found == pytest.approx((errors**2).mean())


def train(ours, evaluations):
    """Train for some steps with evaluations in between, and inside a step."""
    adam = Adam(0.02)
    for _ in range(5):
        ours.train_step(INPUTS, LABELS, adam)
        for _ in range(evaluations):
            ours.evaluate(-INPUTS, LABELS, batch_size=23)
    outputs = ours.forward(INPUTS, training=True)
    ours.loss.forward(outputs, LABELS)
    for _ in range(evaluations):
        ours.evaluate(-INPUTS, LABELS, batch_size=23)
    ours.backward()
    adam.update(ours.pairs())
    return ours


def test_training_goes_on_to_the_same_bits():
    without, with_some = train(model(), 0), train(model(), 2)
    for one, other in zip(without.pairs(), with_some.pairs(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_nothing_in_the_model_changes_not_even_what_parts_keep():
    ours = train(model(penalty=L2(0.1)), 0)
    before = pickle.dumps(ours)
    ours.evaluate(INPUTS[:9], LABELS[:9], metric=accuracy, batch_size=2)
    assert pickle.dumps(copy.deepcopy(ours)) == pickle.dumps(
        copy.deepcopy(pickle.loads(before))
    )
    ours.forward(INPUTS[:9])  # negative control: a plain pass is seen
    assert pickle.dumps(copy.deepcopy(ours)) != pickle.dumps(
        copy.deepcopy(pickle.loads(before))
    )


def test_unless_told_1024_samples_go_at_a_time():
    seen = []

    class Watching(ReLU):
        def forward(self, inputs):
            seen.append(len(inputs))
            return super().forward(inputs)

    dense = Dense(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
    ours = Model([Watching(), dense], SoftmaxCrossEntropy())
    ours.evaluate(np.tile(INPUTS, (45, 1)), np.tile(LABELS, 45))
    assert seen == [1024, 11]


def test_a_model_that_overrides_forward_is_evaluated_by_its_own():
    class Doubled(Model):
        def forward(self, inputs, training=False):
            return 2 * super().forward(inputs, training)

    ours = model()
    twice = Doubled(ours.parts, ours.loss)
    expected = ours.loss.forward(2 * ours.forward(INPUTS), LABELS)
    found = twice.evaluate(INPUTS, LABELS).loss
    assert found == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("inputs", "targets", "batch_size", "error", "message"),
    [
        (INPUTS[:0], LABELS[:0], 4, ValueError, "Model.evaluate expected inp"),
        (INPUTS.tolist(), LABELS, 4, TypeError, "inputs as a plain array"),
        (INPUTS, LABELS, 0, ValueError, "size of at least 1"),
        (INPUTS, LABELS, 2.5, TypeError, "size as a whole number"),
        (INPUTS, LABELS[1:], 4, ValueError, "targets of shape (23,) or (23, "),
        (INPUTS[:, :1], LABELS, 4, ValueError, "of shape (n_samples, 2)"),
    ],
)
def test_it_refuses_and_changes_nothing(
    inputs, targets, batch_size, error, message
):
    ours = model()
    before = ours.evaluate(INPUTS, LABELS).loss
    with pytest.raises(error, match=re.escape(message)):
        ours.evaluate(inputs, targets, batch_size=batch_size)
    assert ours.evaluate(INPUTS, LABELS).loss == before
