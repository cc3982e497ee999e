"""Build the site of a repository, and copy a repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EPOCH = "1795305600"  # 2026-11-22


def mkdocs_build(root, target, **environment):
    """Build the site strictly; return the finished process."""
    kept = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
    return subprocess.run(
        [
            *[sys.executable, "-m", "mkdocs", "build", "--strict"],
            *["--site-dir", str(target)],
        ],
        cwd=root,
        env={
            **kept,
            "NO_MKDOCS_2_WARNING": "1",
            "SOURCE_DATE_EPOCH": EPOCH,
            **environment,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def copy_of_repository(target):
    """Copy what git tracks (and what it would), and what is cached."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode("utf-8")
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    if (ROOT / ".cache").is_dir():
        shutil.copytree(ROOT / ".cache", target / ".cache")
    return target


def until(tab, expression):
    """Wait; Playwright's own waiting evaluates text, which no page may."""
    for _ in range(200):
        if tab.evaluate(expression):
            return
        tab.wait_for_timeout(50)
    raise AssertionError(expression)
