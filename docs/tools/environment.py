"""Make the virtual environment: the first thing that every command needs.

It runs on the machine's own Python, which may be too old for the rest of
the project, so its syntax stays simple enough to say so.
"""

import os
import shutil
import subprocess
import sys

LOWEST = (3, 11)
STAMP = ".ready"


def main(folder: str) -> "int | str":
    """Create `folder` and install requirements.lock into it."""
    if sys.version_info < LOWEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        return (
            "Python {}.{} or later is needed, and this is Python {}. Name "
            "another one, for instance: make serve PYTHON=python3.12"
        ).format(LOWEST[0], LOWEST[1], found)
    print("Setting up in {} (once; about a minute) ...".format(folder))
    sys.stdout.flush()
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        return (
            "This Python has no venv module. On Debian and Ubuntu: "
            "apt install python3-venv"
        )
    scripts = os.path.join(folder, "Scripts" if os.name == "nt" else "bin")
    if os.path.isdir(folder):
        shutil.rmtree(folder)
    venv.create(folder, with_pip=True)
    command = [os.path.join(scripts, "python"), "-m", "pip", "install"]
    command += ["--quiet", "--disable-pip-version-check", "--require-hashes"]
    # The lock is complete. A pip that resolved would also look at releases
    # that it does not name, and refuse them: they have no hash here.
    command += ["--no-deps"]
    command += ["--requirement", "requirements.lock"]
    if subprocess.call(command):
        return (
            "The packages of requirements.lock could not be installed (see "
            "above). Is the package index in reach? Then run it again."
        )
    with open(os.path.join(scripts, STAMP), "w") as stamp:
        stamp.write("installed from requirements.lock\n")
    print("Set up.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ".venv"))
