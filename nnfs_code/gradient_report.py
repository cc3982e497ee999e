# --8<-- [start:ch09-gradient-report-imports]
"""What a gradient check found, in numbers and in words."""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from nnfs_code.arrays import Array, Labels, complaint

Targets: TypeAlias = Array | Labels
Part: TypeAlias = Any  # whatever has forward and backward: a layer, a loss

# --8<-- [end:ch09-gradient-report-imports]


# --8<-- [start:ch09-comparison]
@dataclass(frozen=True)
class Comparison:
    """One gradient beside the numerical one, where they are furthest apart.

    Attributes
    ----------
    name : str
        What the gradient belongs to: inputs, weights, …
    shape, index : tuple of int
        Its shape, and the place of the entry that fits worst.
    analytic, numerical : float
        That entry as `backward` has it, and as small steps have it.
    agrees : bool
        Whether every entry is within the tolerance.
    beside : tuple of float, optional
        The slopes just below and just above, where they are two: a kink.

    >>> print(Comparison("biases", (1, 2), (0, 1), 0.99, 1.0, False))
      d_biases   (1, 2)    differs, most at [0, 1]: 0.99 for 1, off by 1.0e-02
    """

    name: str
    shape: tuple[int, ...]
    index: tuple[int, ...]
    analytic: float
    numerical: float
    agrees: bool
    beside: tuple[float, float] | None = None

    # --8<-- [end:ch09-comparison]

    # --8<-- [start:ch09-comparison-error]
    @property
    def error(self) -> float:
        """The difference, as a share of the larger of the two."""
        difference = abs(self.analytic - self.numerical)
        larger = max(abs(self.analytic), abs(self.numerical))
        return difference / larger if larger != 0 else 0.0

    def beside_kink(self, slopes: tuple[float, float] | None) -> "Comparison":
        """Return the same with the slopes below and above its entry."""
        return replace(self, beside=slopes)

    def __str__(self) -> str:
        line = f"  d_{self.name:<8} {self.shape!s:<9} "
        if self.agrees:
            return line + "agrees"
        place = ", ".join(str(i) for i in self.index)
        line += (
            f"differs, most at [{place}]: {self.analytic:.6g} "
            f"for {self.numerical:.6g}, off by {self.error:.1e}"
        )
        if self.beside is None:
            return line
        below, above = self.beside
        return (
            f"{line}\n    a kink? The slope is {below:.6g} just below and "
            f"{above:.6g} just above; move the values off it"
        )

    # --8<-- [end:ch09-comparison-error]


# --8<-- [start:ch09-compare]
def compare(
    name: str, analytic: Array, numerical: Array, rtol: float, atol: float
) -> Comparison:
    """Compare two gradients, entry by entry.

    Raises
    ------
    ValueError
        If their shapes differ: a gradient has the shape of what it is for.
        If nothing is allowed to differ, not even by a rounding.
    """
    if rtol < 0 or atol <= 0:
        got = f"{rtol} and {atol}"
        raise ValueError(complaint("check", "rtol >= 0 and atol > 0", got))
    if analytic.shape != numerical.shape:
        expected = f"d_{name} of shape {numerical.shape}"
        raise ValueError(complaint("check", expected, analytic.shape))
    allowed = atol + rtol * np.abs(numerical)
    misfit = np.abs(analytic - numerical) / allowed  # at most 1 is good
    worst = np.unravel_index(misfit.argmax(), misfit.shape)
    index = tuple(int(i) for i in worst)
    return Comparison(
        name,
        analytic.shape,
        index,
        float(analytic[index]),
        float(numerical[index]),
        bool(misfit[index] <= 1),
    )


# --8<-- [end:ch09-compare]


# --8<-- [start:ch09-report]
@dataclass(frozen=True)
class Report:
    """All comparisons of a gradient check; true if all of them agree.

    Attributes
    ----------
    part : str
        Name of the class that was checked.
    comparisons : tuple of Comparison
    rtol, atol : float
        The tolerance: ``atol + rtol * |numerical|`` for each entry.

    >>> print(Report("Tanh", (), 1e-5, 1e-8))
    Tanh.backward agrees with numerical gradients
    """

    part: str
    comparisons: tuple[Comparison, ...]
    rtol: float
    atol: float

    # --8<-- [end:ch09-report]

    # --8<-- [start:ch09-report-verdict]
    @property
    def agrees(self) -> bool:
        """Whether every comparison agrees."""
        return all(comparison.agrees for comparison in self.comparisons)

    def __bool__(self) -> bool:
        return self.agrees

    def __str__(self) -> str:
        verdict = "agrees" if self.agrees else "disagrees"
        head = f"{self.part}.backward {verdict} with numerical gradients"
        return "\n".join([head, *map(str, self.comparisons)])

    # --8<-- [end:ch09-report-verdict]
