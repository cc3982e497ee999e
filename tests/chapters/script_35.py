"""What chapter 35's script leaves behind, for its tests."""

from scripted import left_by

PAGE = "35-predictive-analytics-case"


def names():
    """Return the names of the chapter's script after its runs."""
    return left_by("ch35_predictive_analytics_case")
