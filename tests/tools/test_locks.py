"""The locks are complete, for every Python and system that is supported.

They are installed without resolving, so nobody else would notice a gap.
"""

import os
import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
READING = (ROOT / "requirements.lock").read_text("utf-8")
TESTING = (ROOT / "requirements-test.lock").read_text("utf-8")
LAYERS = {"docs": READING, "dev": READING + TESTING}
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))[
    "dependency-groups"
]
# What only another system installs cannot be asked here for what it needs.
ELSEWHERE = {
    "appnope": [],
    "cffi": ["pycparser; implementation_name != 'PyPy'"],
    "colorama": [],
    "pexpect": ["ptyprocess>=0.5"],
    "ptyprocess": [],
    "pycparser": [],
}
PYTHONS = ("3.11.0", "3.11.14", "3.12.0", "3.13.0", "3.14.0")
SYSTEMS = {
    "linux": ("Linux", "posix", "x86_64"),
    "darwin": ("Darwin", "posix", "arm64"),
    "win32": ("Windows", "nt", "AMD64"),
}

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("UNLOCKED")),
    reason="the newest versions are installed here, not those of the locks",
)


def environment(python, system, implementation="CPython"):
    """Return what markers are asked about."""
    name, os_name, machine = SYSTEMS[system]
    return {
        **default_environment(),
        "implementation_name": implementation.lower(),
        "os_name": os_name,
        "platform_machine": machine,
        "platform_python_implementation": implementation,
        "platform_system": name,
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "sys_platform": system,
        "extra": "",
    }


ENVIRONMENTS = [environment(p, s) for p in PYTHONS for s in SYSTEMS]
# Nobody promises that PyPy works, but uv locks for it as well.
EVERYWHERE = [*ENVIRONMENTS, environment("3.11.13", "linux", "PyPy")]


def entries(lock):
    """Return what a lock names, each with its version and its marker."""
    return [
        Requirement(line.rstrip(" \\"))
        for line in lock.splitlines()
        if "==" in line
    ]


def wanted(group):
    """Return what a dependency group asks for."""
    for item in GROUPS[group]:
        if isinstance(item, str):
            yield Requirement(item)
        else:
            yield from wanted(item["include-group"])


def needs(name):
    """Return what a package needs."""
    try:
        rows = distribution(name).requires or ()
    except PackageNotFoundError:
        rows = ELSEWHERE[name]
    return map(Requirement, rows)


def walk(lock, group, where):
    """Return what is wrong with a lock in an environment, and what it uses."""
    versions = {
        canonicalize_name(entry.name): str(entry.specifier)[2:]
        for entry in entries(lock)
        if entry.marker is None or entry.marker.evaluate(where)
    }
    faults, seen = set(), set()
    todo = [(requirement, group, "") for requirement in wanted(group)]
    while todo:
        requirement, by, extra = todo.pop()
        marker = requirement.marker
        if marker and not marker.evaluate({**where, "extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        version = versions.get(name)
        if version is None:
            faults.add(f"{by} needs {name}, which is not locked")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            faults.add(f"{by} needs {requirement}, locked is {version}")
        for more in {"", *requirement.extras} - {
            e for n, e in seen if n == name
        }:
            seen.add((name, more))
            todo += [(need, name, more) for need in needs(name)]
    return faults, {name for name, _ in seen}


def problems(lock, group):
    """Return what is wrong with a lock anywhere."""
    faults, used = set(), set()
    for where in EVERYWHERE:
        more, names = walk(lock, group, where)
        used |= names
        if where in ENVIRONMENTS:
            faults |= {
                f"{fault} ({where['sys_platform']}, Python "
                f"{where['python_full_version']})"
                for fault in more
            }
    locked = {canonicalize_name(entry.name) for entry in entries(lock)}
    return sorted(faults | {f"nothing needs {n}" for n in locked - used})


@pytest.mark.parametrize("group", LAYERS)
def test_a_lock_has_all_that_is_needed_and_nothing_else(group):
    assert problems(LAYERS[group], group) == []


def test_what_is_installed_is_what_was_locked():
    """So the walk asks the right releases: those for this Python."""
    where = None  # as packaging sees this machine
    for entry in entries(READING + TESTING):
        if entry.marker is None or entry.marker.evaluate(where):
            assert f"=={distribution(entry.name).version}" == str(
                entry.specifier
            ), entry.name


def without(lock, name):
    """Return a lock without a package."""
    return re.sub(rf"^{name}==(?:.*\\\n)*.*\n", "", lock, flags=re.M)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            lambda lock: without(lock, "jinja2"),
            r"mkdocs needs jinja2, which .* \(linux, Python 3\.11\.0\)",
        ),
        # Only an extra needs it, bleach[css].
        (
            lambda lock: without(lock, "tinycss2"),
            r"bleach needs tinycss2, which .* \(win32, Python 3\.14\.0\)",
        ),
        (
            lambda lock: lock + "left-over==1.0 \\\n",
            "nothing needs left-over",
        ),
    ],
    ids=["dropped", "dropped extra", "left over"],
)
def test_a_planted_fault_is_found(fault, said):
    changed = fault(READING)
    assert changed != READING
    found = problems(changed, "docs")
    assert any(re.fullmatch(said, problem) for problem in found), found


def test_each_package_is_in_one_layer():
    first, second = (
        {entry.name for entry in entries(lock)} for lock in (READING, TESTING)
    )
    assert not first & second
    assert {"pytest-cov", "scipy", "playwright", "mypy"} <= second


@pytest.mark.parametrize("lock", [READING, TESTING], ids=["first", "second"])
def test_a_lock_names_no_index_and_hashes_everything(lock):
    assert "://" not in lock
    assert not re.search(r"^\s*-(?!-hash=sha256:[0-9a-f]{64}\b)", lock, re.M)
    parts = re.split(r"^(?=\S)", lock, flags=re.M)[1:]
    assert len(parts) == len(entries(lock)) > 20
    assert all("--hash=sha256:" in part for part in parts)
