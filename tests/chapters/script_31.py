"""What chapter 31's script leaves behind, and what its tests make of it."""

from pathlib import Path

from scripted import left_by

PAGE = "31-attention-and-the-transformer"
ROOT = Path(__file__).resolve().parents[2]
DATASETS = ROOT / "resources" / "datasets"


def script():
    """Return the names of the chapter's script, after its runs."""
    return left_by("ch31_attention_and_the_transformer")
