"""Make the virtual environment: the first thing that every command needs.

`environment.py .venv` installs what reading takes, `environment.py .venv
test` what testing takes on top. An old Python must be able to read it. Stamps
are written last: where one is missing, a set-up was interrupted.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

LOWEST = (3, 11)
READING = ("reading", "half a minute", "requirements.lock", ".ready")
TESTING = ("testing", "a minute", "requirements-test.lock", ".ready-test")
PIP = "requirements-pip.lock"  # takes half the time of Python 3.11's own
SCRIPTS, LIBRARIES = "bin", "lib/python3*"
if os.name == "nt":
    SCRIPTS, LIBRARIES = "Scripts", "Lib"


def main(folder: str, *more: str) -> "int | str":
    """Set up in `folder` what is not there; return 0, or what is wrong."""
    if sys.version_info < LOWEST:
        found = ".".join(map(str, sys.version_info[:3]))
        return (
            f"Python {LOWEST[0]}.{LOWEST[1]} or later is needed, and this is "
            f"Python {found}. Name another one, for instance: make serve "
            "PYTHON=python3.12"
        )
    try:
        set_up(Path(folder), *READING)
        if more:
            set_up(Path(folder), *TESTING)
    except ImportError:
        return (
            "This Python has no venv module. On Debian and Ubuntu: "
            "apt install python3-venv"
        )
    except subprocess.CalledProcessError:
        return (
            "The packages could not be installed (see above). Is the package "
            "index in reach, is there room? Then run it again."
        )
    except OSError as error:
        return f"Setting up failed: {error}"
    except KeyboardInterrupt:
        return "Setting up was stopped. Run it again to go on."
    return 0


def set_up(folder: Path, goal: str, time: str, lock: str, name: str) -> None:
    """Install a layer unless its stamp is there."""
    base, stamp = (folder / SCRIPTS / n for n in (READING[-1], name))
    digest = hashlib.sha256(Path(lock).read_text("utf-8").encode()).hexdigest()
    if lines(stamp)[:1] == [digest]:
        stamp.touch()  # so that make sees that it is no older
        return
    print(f"Setting up in {folder} for {goal}, about {time} ...", flush=True)
    if stamp == base:
        begin(folder)
    else:
        remove(stamp)
        for path in installed(folder):
            if path.name not in lines(base):
                remove(path)
    install(folder, lock)
    fresh = stamp.with_name(name + "-new")
    names = [path.name for path in installed(folder)]
    fresh.write_text("\n".join([digest, *names]), "utf-8")
    fresh.replace(stamp)  # whole, or not at all
    print("Set up.", flush=True)


def begin(folder: Path) -> None:
    """Make an empty environment, once its stamps are gone."""
    import ensurepip  # noqa: F401
    import venv

    for layer in (READING, TESTING):
        remove(folder / SCRIPTS / layer[-1])
    remove(folder)
    venv.create(folder, with_pip=True)
    install(folder, PIP)


def install(folder: Path, lock: str) -> None:
    """Install what a lock names and nothing else."""
    pip = [str(folder / SCRIPTS / "python"), "-I", "-m", "pip"]
    command = [*pip, "install", "--disable-pip-version-check"]
    # The lock is complete. A pip that resolved would also look at releases
    # that it does not name, and refuse them: they have no hash here. Python
    # compiles what it imports; to compile the rest takes time and room.
    command += ["--require-hashes", "--no-deps", "--no-compile", "-r", lock]
    if not sys.stdout.isatty():  # a log stays short
        command += ["--quiet"]
    # The machine's settings may name an index, but neither versions nor place.
    own = dict(os.environ, PIP_CONSTRAINT=os.devnull, PIP_USER="0")
    subprocess.run(command, env=own, check=True)
    told = subprocess.run([*pip, "check"], stdout=subprocess.PIPE, check=False)
    if told.returncode:
        raise OSError(f"{lock} does not fit together: {told.stdout.decode()}")


def installed(folder: Path) -> "list[Path]":
    """Return what stands in the environment's folder of packages."""
    found = folder.glob(f"{LIBRARIES}/site-packages/*")
    return sorted(path for path in found if path.name != "__pycache__")


def lines(path: Path) -> "list[str]":
    """Return the lines of a file, none if it is not there."""
    return path.read_text("utf-8").splitlines() if path.exists() else []


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or [".venv"])))
