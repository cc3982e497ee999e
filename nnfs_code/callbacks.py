# --8<-- [start:ch19-callbacks-imports]
"""Callbacks: what happens after an epoch of `Model.fit`."""

import os
from typing import TYPE_CHECKING

import numpy as np

from nnfs_code.arrays import Array, check_count, complaint
from nnfs_code.fitting import History
from nnfs_code.promises import check_promises, every_part, parameters

if TYPE_CHECKING:
    from nnfs_code.model import Model

# --8<-- [end:ch19-callbacks-imports]


# --8<-- [start:ch19-early-stopping]
class EarlyStopping:
    """Stop when nothing gets better, and go back to the best epoch.

    Parameters
    ----------
    patience : int
        How many epochs in a row without a new best to wait for.
    watch : str
        The list of the history to watch.
    highest : bool
        Whether high is good, as for an accuracy, and not low.

    Attributes
    ----------
    best_epoch : int
        The epoch whose parameters the model has after the training.

    >>> stop = EarlyStopping(2)
    >>> stop.patience, stop.watch
    (2, 'validation_loss')
    """

    def __init__(
        self,
        patience: int,
        *,
        watch: str = "validation_loss",
        highest: bool = False,
    ) -> None:
        self.patience = check_count("EarlyStopping", "patience", patience)
        names = list(vars(History()))
        if watch not in names:
            expected = f"watch as one of {names}"
            raise ValueError(complaint("EarlyStopping", expected, repr(watch)))
        self.watch, self.highest = watch, highest
        self.best_epoch = 0

    # --8<-- [end:ch19-early-stopping]

    # --8<-- [start:ch19-early-stopping-after]
    def after_epoch(
        self, epoch: int, history: History, model: "Model"
    ) -> bool:
        """Keep the parameters of a new best; return whether to stop."""
        values = getattr(history, self.watch)
        if np.isnan(values).all():  # an empty list too
            expected = f"a history with {self.watch}; give fit what it needs"
            raise ValueError(complaint("EarlyStopping", expected, values))
        choose = np.nanargmax if self.highest else np.nanargmin
        best = 1 + int(choose(values))  # the first, of equal ones
        if best == epoch:
            self.best_epoch = epoch
            self.kept = [value.copy() for value in all_parameters(model)]
        return epoch - best >= self.patience

    def after_training(self, model: "Model") -> None:
        """Put the parameters of the best epoch back."""
        for value, kept in zip(all_parameters(model), self.kept, strict=True):
            value[...] = kept

    # --8<-- [end:ch19-early-stopping-after]


# --8<-- [start:ch19-all-parameters]
def all_parameters(model: "Model") -> list[Array]:
    """Return the parameters of all parts; there are none before a step."""
    return [
        value
        for part in every_part(model.parts)
        for _, value, _ in parameters(part)
    ]


# --8<-- [end:ch19-all-parameters]


# --8<-- [start:ch19-checkpoint]
class Checkpoint:
    """Save the model after each epoch, over what was saved before.

    Parameters
    ----------
    path : path
        Where `Model.save` writes to.
    rng : numpy.random.Generator, optional
        The one that shuffles: saved along, so that a training that goes on
        from the file draws the same batches.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.path, self.rng = path, rng

    def after_epoch(
        self, epoch: int, history: History, model: "Model"
    ) -> None:
        """Write the file anew."""
        check_promises(model, "a model that can be saved", "save")
        model.save(self.path, rng=self.rng)

    # --8<-- [end:ch19-checkpoint]
