# --8<-- [start:ch19-fitting-imports]
"""The loop of training: epochs, batches, validation, callbacks."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from nnfs_code.arrays import Array, Labels, check_count, complaint
from nnfs_code.preprocessing import batches
from nnfs_code.progress import Progress
from nnfs_code.promises import AnyOptimizer, check_promises

if TYPE_CHECKING:
    from nnfs_code.model import Model

Metric = Callable[[Array, Any], float]
Data = tuple[Array, Any]  # inputs and targets

# --8<-- [end:ch19-fitting-imports]


# --8<-- [start:ch19-history]
@dataclass
class History:
    """What a training has measured: in each list, a number per epoch.

    Attributes
    ----------
    loss : list of float
        The mean of the losses of all samples, each before the step that
        its batch led to. So it looks back on the whole epoch.
    metric : list of float
        On the training data, after the epoch. Empty without a metric.
    validation_loss, validation_metric : list of float
        On the validation data, after the epoch. Empty without such data.
    """

    loss: list[float] = field(default_factory=list)
    metric: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_metric: list[float] = field(default_factory=list)

    # --8<-- [end:ch19-history]


# --8<-- [start:ch19-callback]
class Callback(Protocol):
    """What `fit` asks of a callback."""

    def after_epoch(
        self, epoch: int, history: History, model: "Model"
    ) -> bool | None:
        """Look at what has happened, and return True to stop.

        `epoch` is the number of epochs that are done: 1 after the first.
        """


# --8<-- [end:ch19-callback]


# --8<-- [start:ch19-measure]
def measure(
    model: "Model", data: Data, metric: Metric | None, size: int = 1024
) -> tuple[float, float]:
    """Return the loss and the metric on all of the data; NaN without one.

    The data go through the model in batches of `size`, to save memory. The
    outputs are put together again before anything is measured on them.
    """
    inputs, targets = data
    outputs = np.concatenate(
        [model.forward(inputs[batch]) for batch in batches(len(inputs), size)]
    )
    loss = float(model.loss.sample_losses(outputs, targets).mean())
    value = math.nan if metric is None else float(metric(outputs, targets))
    return loss, value


# --8<-- [end:ch19-measure]


# --8<-- [start:ch19-epoch]
def epoch_loss(
    model: "Model",
    data: Data,
    optimizer: AnyOptimizer,
    order: list[Labels],
    bar: Progress,
) -> float:
    """Take one step for each batch of the order; return the mean loss."""
    inputs, targets = data
    total, seen = 0.0, 0
    for done, batch in enumerate(order, start=1):
        try:
            loss = model.train_step(inputs[batch], targets[batch], optimizer)
        except ValueError as error:
            error.add_note(f"This was in {bar.name} of fit, batch {done}.")
            raise
        if not math.isfinite(loss):
            expected = "a finite loss; try a lower learning rate"
            got = f"{loss} in {bar.name}, batch {done}"
            raise ValueError(complaint("fit", expected, got))
        total, seen = total + loss * len(batch), seen + len(batch)
        bar.at(done, f"loss {total / seen:.3f}")
    bar.end()
    return total / seen


# --8<-- [end:ch19-epoch]


# --8<-- [start:ch19-fit]
def fit(
    model: "Model",
    inputs: Array,
    targets: Any,
    optimizer: AnyOptimizer,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator | None,
    validation: Data | None = None,
    metric: Metric | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool | None = None,
) -> History:
    """Train on all of the data, in batches; `Model.fit` is this function.

    Each epoch has a new order, drawn by `rng`; None keeps that of the data.
    `validation`, a pair (inputs, targets), is measured after each epoch and
    not trained on; `metric` is a function of outputs and targets, such as
    `accuracy`. If a callback says True, that was the last epoch. A bar is
    drawn on a terminal, or as `progress` says.

    Raises
    ------
    TypeError, ValueError
        If the arguments do not fit, or if a loss is not finite.
    """
    check_fit((epochs, batch_size), (inputs, targets), validation, callbacks)
    history, data = History(), (inputs, targets)
    for epoch in range(1, epochs + 1):
        order = batches(len(inputs), batch_size, rng=rng)
        bar = Progress(f"epoch {epoch}/{epochs}", len(order), progress)
        loss = epoch_loss(model, data, optimizer, order, bar)
        note(history, loss, model, data, validation, metric)
        if ask(callbacks, epoch, history, model):
            break
    finish(callbacks, model)
    return history


# --8<-- [end:ch19-fit]


# --8<-- [start:ch19-ask]
def ask(
    callbacks: Sequence[Callback],
    epoch: int,
    history: History,
    model: "Model",
) -> bool:
    """Ask all callbacks, and return whether one of them says stop."""
    asked = [one.after_epoch(epoch, history, model) for one in callbacks]
    return any(asked)


def finish(callbacks: Sequence[Callback], model: "Model") -> None:
    """Tell those callbacks that want to know that the training is over."""
    for one in callbacks:
        if hasattr(one, "after_training"):
            one.after_training(model)


# --8<-- [end:ch19-ask]


# --8<-- [start:ch19-note]
def note(
    history: History,
    loss: float,
    model: "Model",
    data: Data,
    validation: Data | None,
    metric: Metric | None,
) -> None:
    """Measure what is asked for after an epoch, and write it down."""
    history.loss.append(loss)
    if metric is not None:
        history.metric.append(measure(model, data, metric)[1])
    if validation is not None:
        loss, value = measure(model, validation, metric)
        if not math.isfinite(loss):
            expected = "a finite loss on the validation data"
            raise ValueError(complaint("fit", expected, loss))
        history.validation_loss.append(loss)
        if metric is not None:
            history.validation_metric.append(value)


# --8<-- [end:ch19-note]


# --8<-- [start:ch19-check-fit]
def check_fit(
    counts: tuple[int, int],
    data: Data,
    validation: Data | None,
    callbacks: Sequence[Callback],
) -> None:
    """Raise an error unless there is a target for each of the inputs.

    Raises
    ------
    TypeError, ValueError
        If there is not, if `validation` is no pair of the same kind, if the
        counts are none, or if a callback has no `after_epoch`.
    """
    for name, count in zip(("epochs", "batch_size"), counts, strict=True):
        check_count("fit", name, count)
    pairs = {"": data}
    if validation is not None:
        if not isinstance(validation, tuple) or len(validation) != 2:
            expected = "validation as a pair (inputs, targets)"
            got = f"a {type(validation).__name__}"
            raise TypeError(complaint("fit", expected, got))
        pairs["validation "] = validation
    for name, (points, answers) in pairs.items():
        if len(points) != len(answers):
            expected = f"as many {name}targets as inputs: {len(points)}"
            raise ValueError(complaint("fit", expected, len(answers)))
    for one in callbacks:
        check_promises(one, "a callback", "after_epoch")


# --8<-- [end:ch19-check-fit]
