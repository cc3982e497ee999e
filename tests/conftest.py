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


@pytest.fixture(scope="session")
def browser():
    """Chromium, without a window. Continuous integration must have it."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = "no chromium on this machine: the pages were not looked at"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
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
        yield started
        started.close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are processors: some test waits for a browser."""
    return (os.cpu_count() or 1) + 1


# Where tests run side by side, a file goes to who is free first. The files
# that need the site come after the one that builds it, and others meanwhile;
# the many short ones are left for the end.
ORDER = ("tests/site/test_build.py", "tests/chapters/", "tests/site/")
# To note each line that runs takes as long again; these alone run the package.
COVERING = ("tests/package/", "tests/chapters/", "tests/bench/", "nnfs_code/")


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
    if not item.nodeid.startswith(COVERING):
        sys.settrace(None)
        threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracers[0])
        threading.settrace(tracers[1])
