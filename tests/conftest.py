"""What all tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples at every run, and no limit of time: a slow machine is no
# failure.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return Path(__file__).resolve().parents[1]
