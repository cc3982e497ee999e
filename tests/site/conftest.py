"""The built site, and a server for it."""

import os

import pytest
from filelock import FileLock

from building import ROOT, SITE_URL, mkdocs_build, served


def built_once(tmp_path_factory, name, **environment):
    """Build the site for all processes that test it; return its folder."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the workers' common one
    target = folder / name
    with FileLock(folder / f"{name}.lock"):
        if not target.exists():
            unfinished = folder / f"{name}-unfinished"
            done = mkdocs_build(ROOT, unfinished, **environment)
            assert done.returncode == 0, done.stderr[-3000:]
            unfinished.rename(target)
    return target


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site as `make build` writes it; every other build comes later,
    and finds its notebooks and its figures in the cache."""
    return built_once(tmp_path_factory, "site")


@pytest.fixture(scope="session")
def published_site(tmp_path_factory, site):
    """The site as it is published: its address and its repository known."""
    return built_once(
        tmp_path_factory,
        "published",
        SITE_URL=SITE_URL,
        REPO_URL="https://github.com/example/journal",
    )


@pytest.fixture(scope="session")
def offline(tmp_path_factory, site):
    """The site as it is read from a disk, in a folder named with a space."""
    return built_once(tmp_path_factory, "a disk", OFFLINE="true")


@pytest.fixture(scope="session")
def address(site):
    """The address at which the built site is served, on this machine."""
    with served(site) as address:
        yield address
