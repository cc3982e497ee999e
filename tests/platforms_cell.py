"""One cell of the matrix of `platforms`, in a process of its own.

``platforms_cell.py`` prints what this process computes with, as JSON;
``platforms_cell.py FILE PAGE …`` runs the tests of pages, and writes how
each ended: row of the table, whether it passed, a line about the failure.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

TESTS = ("tests/chapters", "tests/package", "nnfs_code")
OF_PAGE = re.compile(r"test_(\d\d)_|/(\d\d)-|\[(?:ch)?(\d\d)[-_]")


def computes_with() -> dict[str, Any]:
    """Return what moves the last bit of a number in this process."""
    import numpy
    import threadpoolctl
    from numpy._core import _multiarray_umath as umath

    blas = next(iter(threadpoolctl.threadpool_info()), {})
    return {
        "kernel": blas.get("architecture", "no OpenBLAS"),
        "threads": blas.get("num_threads", 1),
        "numpy": numpy.__version__,
        "extras": [
            feature
            for feature in umath.__cpu_dispatch__
            if umath.__cpu_features__[feature]
        ],
    }


def row(nodeid: str) -> str:
    """Return the line of the table that a test belongs to.

    >>> row("tests/chapters/test_06_claims.py::test_a")
    'chapter 06'
    >>> row("tests/package/test_data.py::test_b[3]")
    'package'
    """
    if not nodeid.startswith("tests/chapters"):
        return "package"
    if found := OF_PAGE.search(nodeid):
        number = int(next(filter(None, found.groups())))
        kind = "notebook" if "test_notebook" in nodeid else "chapter"
        return f"{kind} {number:02}"
    return "other pages"


def stated() -> list[str]:
    """Return the places on pages that the running test has quoted so far."""
    claims = sys.modules.get("claims")
    return claims.STATED if claims else []


class Recorder:
    """Pytest's plugin in a cell: chooses the pages, notes how tests end."""

    def __init__(self, pages: list[str]) -> None:
        self.pages = pages
        self.ends: list[tuple[str, bool, str]] = []

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep the tests of the pages; no page shows a slice's numbers."""
        items[:] = [
            item
            for item in items
            if "[as of " not in item.nodeid
            and any(page in row(item.nodeid) for page in self.pages or [""])
        ]

    def pytest_runtest_setup(self) -> None:
        stated().clear()

    def pytest_runtest_makereport(self, item: Any) -> None:
        item.user_properties = [("places", ", ".join(stated()))]

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.ends.append((row(report.nodeid), False, told(report)))

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed or (report.passed and report.when == "call"):
            line = told(report) if report.failed else ""
            self.ends.append((row(report.nodeid), not report.failed, line))


def told(report: Any) -> str:
    """Return a failure in a line: where on the page, which test, and what."""
    crash = getattr(report.longrepr, "reprcrash", None)
    said = crash.message if crash else str(report.longrepr)
    said = " ".join(said.split())[:300]
    places = dict(getattr(report, "user_properties", ())).get("places", "")
    return f"{places} {report.nodeid}: {said}".lstrip()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(json.dumps(computes_with()))
        sys.exit()
    import pytest

    recorder = Recorder(sys.argv[2:])
    quiet = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    code = pytest.main([*quiet, *TESTS], plugins=[recorder])
    Path(sys.argv[1]).write_text(json.dumps(recorder.ends), "utf-8")
    sys.exit(code)
