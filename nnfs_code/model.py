# --8<-- [start:ch18-model-imports]
"""A model: parts in a row, a loss behind them, and one step of training."""

from collections.abc import Sequence
from typing import Any, Protocol

from nnfs_code.activations import Sigmoid, Softmax
from nnfs_code.arrays import Array, complaint
from nnfs_code.losses import SigmoidCrossEntropy, SoftmaxCrossEntropy
from nnfs_code.optimizers import Pairs

# --8<-- [end:ch18-model-imports]


# --8<-- [start:ch18-part]
class Part(Protocol):
    """What a model asks of a part: a layer, an activation, a `Dropout`.

    Each parameter that the part holds, `weights` say, has its gradient in
    the attribute `d_weights` after `backward`.
    """

    def forward(self, inputs: Array) -> Array:
        """Return the outputs, and keep what `backward` needs."""

    def backward(self, d_outputs: Array) -> Array:
        """Return the gradient for the inputs, and set the parameters'."""


# --8<-- [end:ch18-part]


# --8<-- [start:ch18-other-promises]
class Loss(Protocol):
    """What a model asks of its loss."""

    def sample_losses(self, outputs: Array, targets: Any) -> Array:
        """Return the loss of each sample."""

    def forward(self, outputs: Array, targets: Any) -> float:
        """Return their mean, and keep what `backward` needs."""

    def backward(self) -> Array:
        """Return the gradient for the outputs."""


class Penalty(Protocol):
    """What a model asks of a penalty on its weights."""

    def penalty(self, parameter: Array) -> float:
        """Return what is added to the loss."""

    def gradient(self, parameter: Array) -> Array:
        """Return what is added to the gradient of `parameter`."""


class AnyOptimizer(Protocol):
    """What a model asks of an optimizer."""

    step: int

    def update(self, pairs: Pairs) -> None:
        """Change each value in place."""


# --8<-- [end:ch18-other-promises]


# --8<-- [start:ch18-check-promises]
def check_promises(thing: object, name: str, *methods: str) -> None:
    """Raise an error unless `thing` is an object with these methods.

    Raises
    ------
    TypeError
        If one is missing, or if it is a class: `ReLU` in place of `ReLU()`.
    """
    if isinstance(thing, type):
        got = f"the class {thing.__name__}; write {thing.__name__}(…)"
        raise TypeError(complaint("Model", f"an object as {name}", got))
    if not all(callable(getattr(thing, method, None)) for method in methods):
        expected = f"{name} with {' and '.join(methods)}"
        got = f"a {type(thing).__name__}"
        raise TypeError(complaint("Model", expected, got))


# --8<-- [end:ch18-check-promises]


# --8<-- [start:ch18-check-parts]
def check_parts(parts: Sequence[Part]) -> None:
    """Raise an error unless `parts` are parts, each of them once.

    Raises
    ------
    TypeError, ValueError
        If they are not a list or tuple of them, if there is none, if one is
        a loss, or if one is there twice.
    """
    if not isinstance(parts, list | tuple):
        got = f"a {type(parts).__name__}"
        raise TypeError(complaint("Model", "a list or tuple of parts", got))
    if not parts:
        raise ValueError(complaint("Model", "at least one part", "none"))
    places: dict[int, int] = {}
    for place, part in enumerate(parts):
        kind = type(part).__name__
        check_promises(part, f"part {place}", "forward", "backward")
        if hasattr(part, "sample_losses"):
            got = f"a {kind} as part {place}"
            raise TypeError(complaint("Model", "the loss behind parts", got))
        if id(part) in places:
            got = f"the {kind} of part {places[id(part)]} again as {place}"
            raise ValueError(complaint("Model", "each part once", got))
        places[id(part)] = place


# --8<-- [end:ch18-check-parts]


# --8<-- [start:ch18-check-loss]
def check_loss(loss: Loss, last: Part) -> None:
    """Raise an error unless `loss` is a loss that can follow `last`.

    Raises
    ------
    TypeError, ValueError
        If it is no loss, or one that has a softmax or a sigmoid inside and
        gets what has been through one already.
    """
    check_promises(loss, "the loss", "forward", "backward", "sample_losses")
    fused = isinstance(loss, SoftmaxCrossEntropy | SigmoidCrossEntropy)
    if fused and isinstance(last, Softmax | Sigmoid):
        expected = f"logits for {type(loss).__name__}, which squashes them"
        got = f"probabilities: the last part is a {type(last).__name__}"
        raise ValueError(complaint("Model", expected, got))


# --8<-- [end:ch18-check-loss]


# --8<-- [start:ch18-parameters]
def parameters(part: Part) -> list[tuple[str, Array, Array]]:
    """Return name, value and gradient of each parameter of a part.

    A parameter is what has its gradient beside it, as `weights` has
    `d_weights`. Before the first backward pass there is none.
    """
    kept = vars(part)
    return [
        (name, value, kept[f"d_{name}"])
        for name, value in kept.items()
        if f"d_{name}" in kept and name not in ("inputs", "outputs")
    ]


# --8<-- [end:ch18-parameters]


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
        for part in self.parts:
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
            for part in self.parts
            for name, value in vars(part).items()
            if name.endswith("weights") and not name.startswith("d_")
        )

    # --8<-- [end:ch18-model-penalty]

    # --8<-- [start:ch18-model-train-step]
    def train_step(
        self, inputs: Array, targets: Any, optimizer: AnyOptimizer
    ) -> float:
        """Take one step of training and return the loss before it.

        The loss is that of the data, without the penalty. If the step
        fails, no parameter has changed, and nothing in the optimizer; only
        a dropout may have drawn a mask.
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
