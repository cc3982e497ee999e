"""Make bikes-by-hour.csv.gz from the wheel of the package ISLP.

``pip download --no-deps -d FOLDER islp==0.6.0`` fetches the wheel, then

    python resources/datasets/bikes_by_hour.py FOLDER/islp-0.6.0-….whl
"""

import csv
import gzip
import hashlib
import io
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

TABLE = Path(__file__).with_name("bikes-by-hour.csv.gz")
SUM = "ca772cecca1747a2f84ee799a5503ddddbdf0e98f90c235494790c1d036c694b"
# Our name of a column, and the source's.
COLUMNS = {
    "day": "day",
    "hour": "hr",
    "holiday": "holiday",
    "weekday": "weekday",
    "working_day": "workingday",
    "weather": "weathersit",
    "temperature": "temp",
    "humidity": "hum",
    "wind": "windspeed",
    "hires": "bikers",
}
WEATHER = [
    "clear",
    "cloudy/misty",
    "light rain/snow",
    "heavy rain/snow",
]


def rows(source: Iterable[dict[str, str]]) -> Iterator[list[str]]:
    """Yield the rows of our table, weather as a number from 0 to 3."""
    for row in source:
        kept = [row[name] for name in COLUMNS.values()]
        place = list(COLUMNS).index("weather")
        kept[place] = str(WEATHER.index(kept[place]))
        yield kept


def main(wheel: Path) -> None:
    """Write the table, if the wheel is the one that it is made from."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != SUM:
        sys.exit(f"{wheel.name} expected SHA-256 {SUM}, got {found}")
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("ISLP/data/Bikeshare.csv").decode("utf-8")
    lines = [list(COLUMNS), *rows(csv.DictReader(io.StringIO(text)))]
    table = "".join(",".join(line) + "\n" for line in lines)
    TABLE.write_bytes(gzip.compress(table.encode("ascii"), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
