"""What all tests share."""

# ruff: noqa: E402
import os

# One thread each: the small products of the tests are slower with two, and
# the tests themselves run side by side. It counts before NumPy is imported.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import shutil
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import settings

# The first is the same browser without a window's worth of programs around it.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
)

# The same examples at every run, and no limit of time: a slow machine is no
# failure.
settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    max_examples=int(os.environ.get("EXAMPLES", "50")),
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return Path(__file__).resolve().parents[1]


# Milliseconds. Nothing is decided by it: it only ends what hangs.
PATIENCE = 10 * 60 * 1000
NO_BROWSER = (
    "no Chromium here, so no page was looked at in a browser; to have that "
    "done, install one (Debian and Ubuntu: apt install chromium; elsewhere "
    "Google Chrome will do) and run the tests again"
)


@pytest.fixture(scope="session")
def browser():
    """Chromium, without a window. Continuous integration must have it."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        make = started.new_context

        def patient(**options):
            context = make(**options)
            context.set_default_timeout(PATIENCE)
            return context

        started.new_context = patient
        yield started
        started.close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are processors: some test waits for a browser."""
    return (os.cpu_count() or 1) + 1


# Where tests run side by side, a file goes to who is free first. The files
# that need the site come after the one that builds it, and others meanwhile;
# the longest begin, and the many short ones are left for the end.
ORDER = (
    *("tests/site/test_build.py", "tests/chapters/test_weaving.py"),
    *("tests/chapters/", "tests/site/", "tests/tools/"),
)
# To note each line that runs takes as long again; these run all lines.
COVERING = (
    *("tests/package/", "tests/bench/", "nnfs_code/", "_exercises.py"),
    *("::test_a_chapter_script_prints_", "tests/chapters/test_bugs.py"),
    *("tests/chapters/test_24_reasons", "tests/chapters/test_35_"),
)


def pytest_collection_modifyitems(items):
    def place(item):
        for number, start in enumerate(ORDER):
            if item.nodeid.startswith(start):
                return number
        return len(ORDER)

    items.sort(key=place)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Let no coverage be noted where there is none to note.

    The mark of pytest-cov for it has no effect in the processes of
    pytest-xdist, where it starts two measurements and pauses one.
    """
    tracers = sys.gettrace(), threading.gettrace()
    if not any(words in item.nodeid for words in COVERING):
        sys.settrace(None)
        threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracers[0])
        threading.settrace(tracers[1])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Let all tests that want a browser be skipped in one line."""
    report = yield
    if report.skipped and NO_BROWSER in str(report.longrepr):
        report.longrepr = str(Path(__file__)), 1, f"Skipped: {NO_BROWSER}"
    return report


def pytest_terminal_summary(terminalreporter):
    """Say how long each group of tests took, added up over the processes."""
    took = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration"):
                place = report.nodeid.partition("::")[0].split("/")
                group = "/".join(place[: 2 if place[0] == "tests" else 1])
                took[group] = took.get(group, 0) + report.duration
    terminalreporter.section("time by group")
    for group, seconds in sorted(took.items(), key=lambda pair: -pair[1]):
        terminalreporter.write_line(f"{seconds:7.1f} s  {group}")
