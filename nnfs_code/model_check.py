# --8<-- [start:ch18-model-check-imports]
"""A model's gradients, all at once, beside numerical ones."""

from collections.abc import Callable

from nnfs_code.arrays import Array
from nnfs_code.gradient_check import numerical_gradient, slopes_beside
from nnfs_code.gradient_report import Report, Targets, compare
from nnfs_code.model import Model
from nnfs_code.promises import every_part, parameters

# --8<-- [end:ch18-model-check-imports]


# --8<-- [start:ch18-check-model]
def check_model(
    model: Model,
    inputs: Array,
    targets: Targets,
    rtol: float = 1e-5,
    atol: float = 1e-8,
) -> Report:
    """Compare the gradients that a model's optimizer gets with numerical ones.

    The number that they belong to is the loss plus the penalty. A dropout
    drops nothing here: with new masks it would be another number each time.

    >>> import numpy as np
    >>> from nnfs_code.layers import Dense
    >>> from nnfs_code.losses import SoftmaxCrossEntropy
    >>> layer = Dense(2, 3, rng=np.random.default_rng(0), dtype=np.float64)
    >>> model = Model([layer], SoftmaxCrossEntropy())
    >>> print(check_model(model, np.eye(2), np.array([0, 2])))
    Model.backward agrees with numerical gradients
      d_weights[0] (2, 3)    agrees
      d_biases[0] (1, 3)    agrees
    """

    def total() -> float:
        loss = model.loss.forward(model.forward(inputs), targets)
        return loss + model.penalty_value()

    total()
    model.backward()
    return compare_pairs(model, total, rtol, atol)


# --8<-- [end:ch18-check-model]


# --8<-- [start:ch18-compare-pairs]
def compare_pairs(
    model: Model, total: Callable[[], float], rtol: float, atol: float
) -> Report:
    """Return the report on each pair of a model after its backward pass."""
    names = [
        f"{name}[{place}]"
        for place, part in enumerate(every_part(model.parts))
        for name, _, _ in parameters(part)
    ]
    comparisons = []
    for name, (value, gradient) in zip(names, model.pairs(), strict=True):
        numerical = numerical_gradient(total, value)
        found = compare(name, gradient, numerical, rtol, atol)
        if not found.agrees:
            place = found.index
            found = found.beside_kink(slopes_beside(total, value, place))
        comparisons.append(found)
    total()  # so that what the parts keep belongs to these values again
    return Report("Model", tuple(comparisons), rtol, atol)


# --8<-- [end:ch18-compare-pairs]
