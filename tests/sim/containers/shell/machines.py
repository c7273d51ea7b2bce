"""A machine to try the shell on, and the same script in the machine's own shell."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from vlearn.sim.containers import Host
from vlearn.sim.containers.shell import Finished, entries, run
from vlearn.sim.files import filesystem_of

ROOT = filesystem_of(entries())
SHELLS = {name: shutil.which(name) for name in ("bash", "dash")}


def machine() -> Host:
    """A machine with all programs, and an empty directory /work."""
    host = Host.boot(ROOT, remember=0)
    host.mkdir(1, "/work")
    return host


def modelled(script: str, dialect: str = "bash") -> Finished:
    """A script in /work of a fresh machine."""
    return run(machine(), 1, script, cwd="/work", dialect=dialect)


def real(script: str, dialect: str = "bash") -> Finished:
    """The script in the real shell, in an empty directory."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        done = subprocess.run(
            [dialect, "-c", script],
            executable=SHELLS[dialect],
            cwd=folder,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            env={"PATH": os.environ["PATH"], "HOME": "/root", "LC_ALL": "C.UTF-8"},
            umask=0o022,
        )
    output, errors = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
    code = done.returncode if done.returncode >= 0 else 128 - done.returncode
    return Finished(output, errors.replace(folder, "/work"), code)
