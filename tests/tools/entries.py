"""A repository to write entries into, and the head of one that is good."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-11-20"
NAME = f"{DAY}-a.md"
FRONT = (
    f'---\ntitle: "A note"\ndate: {DAY}\nauthors: [journal]\nchapters: [3]\n'
    'categories: [Learned]\ntags: []\ndescription: "What I saw today."\n'
    "---\n\n"
)


def repository(folder: Path) -> Path:
    """Make a folder this repository, but without an entry; return it."""
    for name in ("docs", "nnfs_code", "mkdocs.yml", "SECURITY.md"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "resources", folder / "resources")
    (folder / "reflections" / "images").mkdir(parents=True)
    for name in (".authors.yml", "_template.md"):
        shutil.copy(ROOT / "reflections" / name, folder / "reflections")
    return folder
