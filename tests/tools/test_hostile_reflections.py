"""Contributed text that means harm: each file of it is refused."""

import json
from pathlib import Path

HOSTILE = Path(__file__).parent / "reflections" / "hostile"
EXPECTED = json.loads((HOSTILE / "expected.json").read_text("utf-8"))


def test_the_manifest_names_every_file() -> None:
    files = {path.name for path in HOSTILE.iterdir()} - {"expected.json"}
    assert files == set(EXPECTED)
    assert len(files) >= 75
