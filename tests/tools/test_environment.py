"""Setting up: from an index of our own, with old and new pips, interrupted.

Nothing here asks the package index, but for the two pips, once.
"""

import ast
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import venv
import zipfile
from pathlib import Path

import pytest

import environment

ROOT = Path(__file__).resolve().parents[2]
PIPS = {
    "oldest": Path(__file__).parent / "pip-oldest.txt",
    "newest": ROOT / environment.PIP,
}
CACHE = ROOT / ".cache" / "pips"
MANY = 1000


def wheel(folder, name, version, *needs, files=1):
    """Write a tiny package into an index, return its line in a lock."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    about += "Provides-Extra: more\n"
    about += "".join(f"Requires-Dist: {need}\n" for need in needs)
    kind = "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\n"
    texts = {f"{name}/{n}.py": f"V = '{version}'\n" for n in range(files)}
    texts |= {
        f"{info}/METADATA": about,
        f"{info}/WHEEL": f"{kind}Tag: py3-none-any\n",
    }
    texts[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in texts)
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in texts.items():
            archive.writestr(inside, text)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Two locks and an index with newer releases; an empty environment."""
    folder = tmp_path_factory.mktemp("prepared")
    index = folder / "index"
    # Unpacking many files takes long enough to be killed meanwhile.
    first = wheel(index, "alpha", "1.0", "beta[more]>=1.0", files=MANY)
    first += wheel(index, "beta", "1.0", "gamma>=1.0; extra == 'more'")
    first += wheel(index, "gamma", "1.0")
    second = wheel(index, "delta", "1.0", "beta[more]", files=MANY)
    second += wheel(index, "epsilon", "1.0")
    for name in ("alpha", "gamma", "delta", "epsilon"):
        wheel(index, name, "2.0", "lost")
    wheel(index, "beta", "1.5", "gamma>=1.0; extra == 'more'")
    newer = wheel(index, "pip_newer", "1.0")
    (folder / "requirements-pip.lock").write_text(newer)
    (folder / "requirements.lock").write_text(first)
    (folder / "requirements-test.lock").write_text(second)
    # Settings as a machine may have them, each of which gets in the way.
    (folder / "constraints.txt").write_text("gamma>=2.0\n")
    (folder / "pip.ini").write_text(
        "[global]\nuser = true\nextra-index-url = file:///nowhere/simple\n"
        f"constraint = {folder / 'constraints.txt'}\n"
    )
    venv.create(folder / "empty", with_pip=True)
    return folder


@pytest.fixture
def project(tmp_path, prepared, monkeypatch):
    """A project to set up; an empty environment is copied, to save time."""
    index = tmp_path / "index"
    shutil.copytree(prepared / "index", index)
    for lock in prepared.glob("*.lock"):
        shutil.copy(lock, tmp_path)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(prepared / "pip.ini"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.chdir(tmp_path)

    def create(folder, with_pip):
        shutil.copytree(prepared / "empty", folder, symlinks=True)

    monkeypatch.setattr(venv, "create", create)
    return tmp_path


def packages(folder=Path(".venv")):
    """Return what is installed, and not part of an empty environment."""
    names = [path.name for path in environment.installed(folder)]
    found = {name[: -len(".dist-info")] for name in names if "-info" in name}
    return {n for n in found if not re.match("pip|setuptools", n)}


def stamps():
    folder = Path(".venv", environment.SCRIPTS)
    return sorted(path.name for path in folder.glob(".ready*"))


READING = {"alpha-1.0", "beta-1.0", "gamma-1.0"}
TESTING = {"delta-1.0", "epsilon-1.0"}


# --- The lock's versions, whatever has appeared since --------------------


@pytest.fixture(params=PIPS)
def with_pip(request, tmp_path, prepared):
    """An environment with that pip: Python 3.11.0 brought the oldest."""
    lock = PIPS[request.param]
    version = lock.read_text("utf-8").split()[0].partition("==")[2]
    path = CACHE / f"pip-{version}-py3-none-any.whl"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    if not path.exists():
        got = subprocess.run(
            [
                *(*pip, "download", "--quiet", "--no-deps", "--retries=1"),
                *("--require-hashes", "--only-binary=:all:"),
                *("--dest", CACHE, "--requirement", lock),
            ],
            check=False,
        )
        if got.returncode:
            pytest.skip(f"pip {version} is not here, and cannot be fetched")
    shutil.copytree(prepared / "empty", tmp_path / "of-pip", symlinks=True)
    python = tmp_path / "of-pip" / environment.SCRIPTS / "python"
    install = ["install", "--quiet", "--no-index", "--no-deps", path]
    subprocess.run([python, *pip[1:], *install], check=True)
    said = subprocess.check_output([python, *pip[1:], "--version"], text=True)
    assert said.startswith(f"pip {version} ")
    return tmp_path / "of-pip"


def test_the_lock_is_installed_and_nothing_else(with_pip, project):
    environment.install(with_pip, "requirements.lock")
    assert packages(with_pip) == READING


def test_a_pip_that_resolves_is_stopped_by_a_newer_release(
    request, with_pip, project, monkeypatch, capfd
):
    """Why the lock is installed without resolving."""
    run = subprocess.run

    def resolving(command, **options):
        return run([w for w in command if w != "--no-deps"], **options)

    monkeypatch.setattr(environment.subprocess, "run", resolving)
    if "newest" in request.node.name:
        environment.install(with_pip, "requirements.lock")
        assert packages(with_pip) == READING
        return
    with pytest.raises(subprocess.CalledProcessError):
        environment.install(with_pip, "requirements.lock")
    assert "beta[more]>=1.0" in capfd.readouterr().err
    assert packages(with_pip) == set()


def test_what_is_missing_is_said(project):
    beta = wheel(project / "index", "beta", "1.0", "gamma>=1.0")
    Path("requirements.lock").write_text(beta)
    said = environment.main(".venv")
    assert "requirements.lock does not fit together: beta 1.0 requires" in said
    assert stamps() == []


# --- Two layers ----------------------------------------------------------


def test_testing_comes_on_top_of_reading(project, capsys):
    assert environment.main(".venv") == 0
    assert (packages(), stamps()) == (READING, [".ready"])
    assert capsys.readouterr().out == (
        "Setting up in .venv for reading, about half a minute ...\nSet up.\n"
    )
    [module] = Path(".venv").rglob("alpha/0.py")
    before = module.stat().st_ino

    # Named in another way, it is still the same folder.
    assert environment.main(str(project / ".venv"), "test") == 0
    assert packages() == READING | TESTING
    assert stamps() == [".ready", ".ready-test"]
    assert module.stat().st_ino == before
    assert "for testing" in capsys.readouterr().out

    assert environment.main(".venv", "test") == 0
    assert capsys.readouterr().out == ""


def test_a_changed_lock_is_installed_anew(project):
    assert environment.main(".venv", "test") == 0
    Path("requirements-test.lock").write_text(
        wheel(project / "index", "delta", "0.9", "alpha")
    )
    assert environment.main(".venv", "test") == 0
    assert packages() == READING | {"delta-0.9"}

    with Path("requirements.lock").open("a") as file:
        file.write(wheel(project / "index", "zeta", "1.0"))
    assert environment.main(".venv") == 0
    assert (packages(), stamps()) == (READING | {"zeta-1.0"}, [".ready"])


# --- Interrupted ---------------------------------------------------------


def kill_when(sign, *more):
    """Set up in a process of its own; kill it once `sign` is there."""
    process = subprocess.Popen(
        [sys.executable, ROOT / "docs/tools/environment.py", ".venv", *more],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    while process.poll() is None and not list(Path(".venv").rglob(sign)):
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.mark.skipif(os.name == "nt", reason="Windows kills no group")
@pytest.mark.parametrize("sign", ["pip", "alpha"])
def test_a_second_try_after_a_kill_is_whole(project, sign):
    kill_when(sign)
    assert stamps() == []
    assert packages() < READING
    assert environment.main(".venv") == 0
    assert packages() == READING
    assert len(list(Path(".venv").rglob("alpha/*.py"))) == MANY


@pytest.mark.skipif(os.name == "nt", reason="Windows kills no group")
def test_a_killed_second_layer_leaves_the_first_as_it_is(project):
    assert environment.main(".venv") == 0
    [module] = Path(".venv").rglob("alpha/0.py")
    before = module.stat().st_ino
    kill_when("delta", "test")
    assert stamps() == [".ready"]
    left = list(Path(".venv").rglob("delta/*.py"))
    assert packages() < READING | TESTING

    # By now the lock has changed, and what was left does not belong to it.
    Path("requirements-test.lock").write_text(
        wheel(project / "index", "epsilon", "1.0")
    )
    assert environment.main(".venv", "test") == 0
    assert left
    assert packages() == READING | {"epsilon-1.0"}
    assert not list(Path(".venv").rglob("delta"))
    assert module.stat().st_ino == before


def test_without_the_index_there_is_one_clear_line(project, monkeypatch):
    assert environment.main(".venv") == 0
    monkeypatch.setenv("PIP_FIND_LINKS", str(project / "nowhere"))
    said = environment.main(".venv", "test")
    assert said == (
        "The packages could not be installed (see above). Is the package "
        "index in reach, is there room? Then run it again."
    )
    # The site can be served as before.
    assert (packages(), stamps()) == (READING, [".ready"])
    monkeypatch.setenv("PIP_FIND_LINKS", str(project / "index"))
    assert environment.main(".venv", "test") == 0
    assert packages() == READING | TESTING


def test_a_full_disk_leaves_no_stamp(project, monkeypatch):
    def full(*paths):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        said = environment.main(".venv")
    assert said == "Setting up failed: [Errno 28] No space left on device"
    assert [name for name in stamps() if name != ".ready-new"] == []
    assert environment.main(".venv") == 0
    assert stamps() == [".ready"]


def test_control_c_gets_one_clear_line(monkeypatch, tmp_path):
    def stop(*layer):
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "set_up", stop)
    said = environment.main(str(tmp_path / "venv"))
    assert said == "Setting up was stopped. Run it again to go on."


def test_a_too_old_python_gets_one_clear_line(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
    said = environment.main(str(tmp_path / "venv"))
    assert said == (
        "Python 3.11 or later is needed, and this is Python 3.10.13. Name "
        "another one, for instance: make serve PYTHON=python3.12"
    )
    assert not (tmp_path / "venv").exists()
    text = (ROOT / "docs/tools/environment.py").read_text("utf-8")
    ast.parse(text, feature_version=(3, 6))  # what says so can be read
