"""Make the virtual environment: the first thing that every command needs.

`environment.py .venv` installs what reading takes, `environment.py .venv
test` what testing takes on top. It runs on the machine's own Python, which
may be too old for the rest of the project, so its syntax stays simple enough
to say so. A stamp is written last: where it is missing, a set-up was
interrupted, and the next one first takes away what that left.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
from typing import IO

LOWEST = (3, 11)
READING = ("reading", "half a minute", "requirements.lock", ".ready")
TESTING = ("testing", "a minute", "requirements-test.lock", ".ready-test")
SCRIPTS, LIBRARIES = "bin", os.path.join("lib", "python3*")
if os.name == "nt":
    SCRIPTS, LIBRARIES = "Scripts", "Lib"


def main(folder: str, *more: str) -> "int | str":
    """Set up in `folder` what is not there; return 0, or what is wrong."""
    if sys.version_info < LOWEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        return (
            "Python {}.{} or later is needed, and this is Python {}. Name "
            "another one, for instance: make serve PYTHON=python3.12"
        ).format(LOWEST[0], LOWEST[1], found)
    try:
        problem = set_up(folder, *READING)
        if more and not problem:
            problem = set_up(folder, *TESTING)
    except ImportError:
        problem = (
            "This Python has no venv module. On Debian and Ubuntu: "
            "apt install python3-venv"
        )
    except (OSError, subprocess.CalledProcessError) as error:
        problem = "Setting up failed: {}".format(error)
    except KeyboardInterrupt:
        problem = "Setting up was stopped. Run it again to go on."
    return problem or 0


def set_up(folder: str, goal: str, time: str, lock: str, stamp: str) -> str:
    """Install a layer unless its stamp is there; return what is wrong."""
    base = os.path.join(folder, SCRIPTS, READING[-1])
    stamp = os.path.join(folder, SCRIPTS, stamp)
    digest = hashlib.sha256("\n".join(lines(lock)).encode()).hexdigest()
    if lines(stamp)[:1] == [digest]:
        os.utime(stamp, None)  # so that make sees that it is no older
        return ""
    entries = [line for line in lines(lock) if "==" in line]
    count = sum(" ; " not in entry for entry in entries)
    about = "Setting up in {}: about {} packages for {}, about {} ..."
    print(about.format(folder, count, goal, time), flush=True)
    if stamp == base:
        begin(folder)
    else:
        remove(stamp)
        for path in installed(folder):
            if os.path.basename(path) not in lines(base):
                remove(path)
    problem = install(folder, lock, len(entries))
    if not problem:
        with open(stamp + "-new", "w", encoding="utf-8") as file:
            names = map(os.path.basename, installed(folder))
            file.write("\n".join([digest, *names]))
        os.replace(stamp + "-new", stamp)  # whole, or not at all
        print("Set up.", flush=True)
    return problem


def begin(folder: str) -> None:
    """Make an empty environment, once its stamps are gone."""
    import ensurepip  # noqa: F401
    import venv

    for layer in (READING, TESTING):
        remove(os.path.join(folder, SCRIPTS, layer[-1]))
    remove(folder)
    venv.create(folder, with_pip=True)


def install(folder: str, lock: str, count: int) -> str:
    """Install what a lock names and nothing else; return what is wrong."""
    pip = [os.path.join(folder, SCRIPTS, "python"), "-I", "-m", "pip"]
    command = [*pip, "install", "--disable-pip-version-check"]
    # The lock is complete. A pip that resolved would also look at releases
    # that it does not name, and refuse them: they have no hash here. Python
    # compiles what it imports; to compile the rest takes time and room.
    command += ["--require-hashes", "--no-deps", "--no-compile"]
    command += ["--progress-bar", "off", "--requirement", lock]
    # The machine's settings may name an index, but neither versions nor place.
    own = dict(os.environ, PIP_CONSTRAINT=os.devnull, PIP_USER="0")
    with subprocess.Popen(
        command, env=own, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        show(process.stdout, count)
    if process.returncode:
        return (
            "The packages of {} could not be installed (see above). Is the "
            "package index in reach, is there room? Then run it again."
        ).format(lock)
    check = subprocess.run([*pip, "check"], stdout=subprocess.PIPE, text=True)
    if check.returncode:
        what = "What {} installs does not fit together:\n{}"
        return what.format(lock, check.stdout.strip())
    return ""


def show(rows: "IO[str]", count: int) -> None:
    """Say how far pip is where a person waits, by the lines that it writes."""
    done, text = 0, ""
    for row in rows:
        count -= row.startswith("Ignoring ")  # it is for other machines
        if row.startswith("Collecting "):
            done, text = done + 1, row.split()[1]
        elif row.startswith("Installing "):
            text = "unpacking ..."
        else:
            continue
        if sys.stdout.isatty():
            line = "  {} of {}: {}".format(done, count, text)
            print("{:.60}".format(line).ljust(60), end="\r", flush=True)


def installed(folder: str) -> "list[str]":
    """Return what stands in the environment's folder of packages."""
    found = os.path.join(folder, LIBRARIES, "site-packages", "*")
    return sorted(p for p in glob.glob(found) if "__pycache__" not in p)


def lines(path: str) -> "list[str]":
    """Return the lines of a file, none if it is not there."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def remove(path: str) -> None:
    """Remove a file or a folder, if it is there."""
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.exists(path):
        os.remove(path)


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or [".venv"])))
