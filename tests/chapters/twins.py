"""Twins, made of tensors, of the parts that chapters after 24 bring.

``LATER`` has a function for each class. It gets a random generator, and
yields (part, twin, inputs), in float64. The twin is called with the part,
the inputs as a tensor, and a tensor for each parameter that has a gradient,
by its name: ``twin(part, x, weights=…, biases=…)``. It says what `forward`
says, in operations of tensors. A class that the package does not have (yet)
is left alone, and one that needs no twin is in ``ELSEWHERE``, with a reason.
"""

from collections.abc import Callable, Iterator
from typing import Any

LATER: dict[str, Callable[..., Iterator[tuple[Any, Any, Any]]]] = {}
ELSEWHERE: dict[str, str] = {}
