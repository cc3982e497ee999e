"""The commands: what they say when something is missing or in the way."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_slice_of_no_chapter_says_so(tmp_path):
    done = subprocess.run(
        [sys.executable, "docs/tools", "slice", "38", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "expected a chapter from 1 to 37" in done.stderr
