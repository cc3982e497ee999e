"""What the script of chapter 37 leaves behind, for its tests."""

from scripted import left_by

PAGE = "37-from-score-to-decision"


def script():
    """Return the names of the chapter's script; it runs once."""
    return left_by("ch37_from_score_to_decision")
