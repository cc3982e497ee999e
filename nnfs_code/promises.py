# --8<-- [start:ch18-promises-imports]
"""What a model asks of its parts, and the checks that they can do it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from nnfs_code.activations import Sigmoid, Softmax
from nnfs_code.arrays import Array, complaint
from nnfs_code.losses import SigmoidCrossEntropy, SoftmaxCrossEntropy
from nnfs_code.optimizers import Pairs

# --8<-- [end:ch18-promises-imports]


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


# --8<-- [start:ch18-every-part]
def every_part(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield each part, and after it the parts that it holds in `parts`."""
    for part in parts:
        yield part
        yield from every_part(getattr(part, "parts", ()))


# --8<-- [end:ch18-every-part]


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
    for place, part in enumerate(every_part(parts)):
        kind = type(part).__name__
        check_promises(part, f"part {place}", "forward", "backward")
        if hasattr(part, "sample_losses"):
            expected = "the loss after the parts, on its own"
            got = f"a {kind} as part {place}"
            raise TypeError(complaint("Model", expected, got))
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
