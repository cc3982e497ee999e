# --8<-- [start:ch18-model-imports]
"""A model: parts in a row, a loss behind them, and one step of training."""

from collections.abc import Sequence
from typing import Any

from nnfs_code.arrays import Array, complaint
from nnfs_code.promises import (
    AnyOptimizer,
    Loss,
    Part,
    Penalty,
    check_loss,
    check_parts,
    check_promises,
    every_part,
    parameters,
)

# --8<-- [end:ch18-model-imports]
# --8<-- [start:ch19-model-imports]
from nnfs_code import fitting

# --8<-- [end:ch19-model-imports]
# --8<-- [start:ch20-model-imports]
# isort: split
from collections.abc import Callable
from copy import copy, deepcopy

from nnfs_code.arrays import check_floats
from nnfs_code.fitting import measure
from nnfs_code.metrics import Evaluation

# --8<-- [end:ch20-model-imports]
# --8<-- [start:ch21-model-imports]
# isort: split
import os

import numpy as np

from nnfs_code import archive, saving

# --8<-- [end:ch21-model-imports]
# --8<-- [start:ch22-model-imports]
# isort: split
from nnfs_code.activations import Linear, Sigmoid, Softmax
from nnfs_code.arrays import check_count
from nnfs_code.losses import SigmoidCrossEntropy, SoftmaxCrossEntropy

# --8<-- [end:ch22-model-imports]


# --8<-- [start:ch18-model]
class Model:
    """Parts in a row, a loss behind them, and one step of training.

    Parameters
    ----------
    parts : list or tuple
        Layers, activations and dropouts, from the first to the last.
    loss : object
        One of `losses`, or what behaves like it.
    penalty : object, optional
        One of `penalties`. It falls on weights, never on biases.

    >>> import numpy as np
    >>> from nnfs_code.layers import Dense
    >>> from nnfs_code.losses import SoftmaxCrossEntropy
    >>> from nnfs_code.optimizers import SGD
    >>> layer = Dense(2, 2, rng=np.random.default_rng(0), dtype=np.float64)
    >>> model = Model([layer], SoftmaxCrossEntropy())
    >>> points, labels, sgd = np.eye(2), np.array([1, 0]), SGD(1.0)
    >>> [round(model.train_step(points, labels, sgd), 2) for _ in range(3)]
    [0.69, 0.47, 0.35]
    """

    # --8<-- [end:ch18-model]

    # --8<-- [start:ch18-model-init]
    def __init__(
        self,
        parts: Sequence[Part],
        loss: Loss,
        *,
        penalty: Penalty | None = None,
    ) -> None:
        check_parts(parts)
        check_loss(loss, parts[-1])
        if penalty is not None:
            check_promises(penalty, "the penalty", "penalty", "gradient")
        self.parts: tuple[Any, ...] = tuple(parts)
        self.loss = loss
        self.penalty = penalty
        self.optimizer: AnyOptimizer | None = None  # that of the last step

    # --8<-- [end:ch18-model-init]

    # --8<-- [start:ch18-model-forward]
    def forward(self, inputs: Array, training: bool = False) -> Array:
        """Send `inputs` through all parts and return the last outputs.

        Only parts that say `differs_in_training` are told of `training`.
        """
        values = inputs
        for part in self.parts:
            if training and getattr(part, "differs_in_training", False):
                values = part.forward(values, training=True)
            else:
                values = part.forward(values)
        return values

    # --8<-- [end:ch18-model-forward]

    # --8<-- [start:ch18-model-backward]
    def backward(self) -> None:
        """Send the gradient of the loss back through all parts.

        A dense layer at the front only computes the gradients of its
        parameters: nobody asks for that of the data.
        """
        gradient = self.loss.backward()
        first, *others = self.parts
        for part in reversed(others):
            gradient = part.backward(gradient)
        if hasattr(first, "parameter_gradients"):
            first.parameter_gradients(gradient)
        else:
            first.backward(gradient)

    # --8<-- [end:ch18-model-backward]

    # --8<-- [start:ch18-model-pairs]
    def pairs(self) -> list[tuple[Array, Array]]:
        """Return each parameter with its gradient, penalty included.

        The list is for one update: make it anew after each backward pass.
        """
        found = []
        for part in every_part(self.parts):
            for name, value, gradient in parameters(part):
                if self.penalty is not None and name.endswith("weights"):
                    gradient = gradient + self.penalty.gradient(value)
                found.append((value, gradient))
        if not found:
            expected = "parameters with gradients; call backward first"
            raise RuntimeError(complaint("Model.pairs", expected, "none"))
        return found

    # --8<-- [end:ch18-model-pairs]

    # --8<-- [start:ch18-model-penalty]
    def penalty_value(self) -> float:
        """Return what the penalty adds to the loss: 0 without a penalty."""
        if self.penalty is None:
            return 0.0
        return sum(
            self.penalty.penalty(value)
            for part in every_part(self.parts)
            for name, value in vars(part).items()
            if name.endswith("weights") and not name.startswith("d_")
        )

    # --8<-- [end:ch18-model-penalty]

    # --8<-- [start:ch18-model-train-step]
    def train_step(
        self, inputs: Array, targets: Any, optimizer: AnyOptimizer
    ) -> float:
        """Take one step of training and return the loss before it.

        The loss is that of the data, without the penalty. If the data or
        their gradients are refused, no parameter has changed, and nothing
        in the optimizer; only a dropout may have drawn a mask.
        """
        self.check_optimizer(optimizer)
        outputs = self.forward(inputs, training=True)
        loss = self.loss.forward(outputs, targets)
        self.backward()
        optimizer.update(self.pairs())
        self.optimizer = optimizer
        return loss

    # --8<-- [end:ch18-model-train-step]

    # --8<-- [start:ch18-model-check-optimizer]
    def check_optimizer(self, optimizer: AnyOptimizer) -> None:
        """Raise an error if `optimizer` has memories of another model.

        Raises
        ------
        TypeError, ValueError
            If it cannot update, or has updated something else before.
        """
        check_promises(optimizer, "an optimizer", "update")
        if optimizer is not self.optimizer and optimizer.step != 0:
            expected = "a new optimizer, or that of its last step"
            got = f"{type(optimizer).__name__} after step {optimizer.step}"
            raise ValueError(complaint("Model", expected, got))

    # --8<-- [end:ch18-model-check-optimizer]

    # --8<-- [start:ch19-model-fit]
    fit = fitting.fit  # a function in a class is a method

    # --8<-- [end:ch19-model-fit]

    # --8<-- [start:ch20-model-evaluate]
    def evaluate(
        self,
        inputs: Array,
        targets: Any,
        *,
        metric: Callable[[Array, Any], float] | None = None,
        batch_size: int = 1024,
    ) -> Evaluation:
        """Return the mean loss of all samples, and `metric` of all outputs.

        Nothing is dropped, no penalty is added, and nothing in the model
        changes. Without a metric it is NaN. `batch_size` samples pass
        through the parts at a time; the result depends on it by rounding
        only.
        """
        check_floats(inputs, "Model.evaluate")
        twin = copy(self)
        twin.parts, twin.loss = deepcopy((self.parts, self.loss))
        return Evaluation(
            *measure(twin, (inputs, targets), metric, batch_size)
        )

    # --8<-- [end:ch20-model-evaluate]

    # --8<-- [start:ch21-model-save]
    rng: np.random.Generator | None = None  # one that was saved along

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        """Write all that the model needs to go on into an npz file.

        That is the parts with their parameters, loss, penalty, the optimizer
        of the last step with its memories, and the states of the generators:
        those of the parts, and `rng`, which shuffles, say. (Not its class:
        `load` of a class makes one of that class.) The file is written
        whole or not at all.

        Raises
        ------
        TypeError, ValueError
            If a part is not of this package, or a parameter is not finite.
            Then nothing is written.
        """
        names = ("parts", "loss", "penalty", "optimizer")
        things = {name: getattr(self, name) for name in names}
        archive.write(path, *saving.pack({**things, "rng": rng}))

    # --8<-- [end:ch21-model-save]

    # --8<-- [start:ch21-model-load]
    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Model":
        """Return the model of a file that `save` wrote, ready to go on.

        Its `optimizer` and its `rng` are those that were saved. Nothing in
        the file is executed.

        Raises
        ------
        OSError, TypeError, ValueError
            If there is no such file, or no whole model in it.
        """
        found = saving.unpack(*archive.read(path))
        model = cls(found["parts"], found["loss"], penalty=found["penalty"])
        model.optimizer, model.rng = found["optimizer"], found["rng"]
        return model

    # --8<-- [end:ch21-model-load]

    # --8<-- [start:ch22-model-predict]
    def predict(self, inputs: Array, *, batch_size: int = 1024) -> Array:
        """Return what the model says of each sample, not in training.

        Where the loss has a softmax or a sigmoid inside, these are
        probabilities. With another loss they are the last outputs.

        Raises
        ------
        TypeError, ValueError
            If the inputs are not floats of shape (n_samples, …).
        """
        check_floats(inputs, "Model.predict")
        if inputs.ndim < 2:
            expected = "inputs of shape (n_samples, …)"
            got = f"{inputs.shape}; one sample is inputs[np.newaxis]"
            raise ValueError(complaint("Model.predict", expected, got))
        size = check_count("Model.predict", "batch_size", batch_size)
        finish = self.last_activation().forward
        found = [
            finish(self.forward(inputs[at : at + size]))
            for at in range(0, len(inputs), size)
        ]
        return np.concatenate(found)

    # --8<-- [end:ch22-model-predict]

    # --8<-- [start:ch22-model-last-activation]
    def last_activation(self) -> Linear | Sigmoid | Softmax:
        """Return what the loss has inside: softmax, sigmoid or nothing."""
        if isinstance(self.loss, SoftmaxCrossEntropy):
            return Softmax()
        if isinstance(self.loss, SigmoidCrossEntropy):
            return Sigmoid()
        return Linear()

    # --8<-- [end:ch22-model-last-activation]
