"""What packaging starts from: the files that git would commit, in a folder of their own, and a fresh environment."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIP = """\
#!/bin/sh
command=$1; shift
[ "$command" = install ] && set -- --no-index --no-build-isolation "$@"  # with what is here, and nothing else
exec "{python}" -m pip "$command" "$@"
"""


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    """A clean copy of the repository: tracked files and new ones, but nothing that .gitignore names."""
    try:
        listed = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("what belongs to the repository is known to git alone, and this is no git checkout")
    copy = tmp_path_factory.mktemp("checkout") / "course"
    for name in sorted({os.fsdecode(name) for name in listed.split(b"\0") if name}):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture
def fresh_environment(tmp_path):
    """The `bin` folder of an environment with our dependencies and without vlearn; its `pip` installs into it alone.

    It finds the dependencies where they are installed already: a path in a .pth file is searched, but the .pth files
    in there are not read, so that an editable vlearn stays out of sight.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    places = {"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")}
    site = Path(sysconfig.get_path("purelib", vars=places))
    (site / "dependencies.pth").write_text(
        f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n", encoding="utf-8"
    )
    binaries = Path(sysconfig.get_path("scripts", vars=places))
    pip = binaries / "pip"
    pip.write_text(PIP.format(python=binaries / "python"), encoding="utf-8")
    pip.chmod(0o755)
    return binaries


@pytest.fixture
def run_in(fresh_environment):
    """Run a command of the fresh environment in a folder: as a user would, with nothing of ours on Python's path."""

    def run(folder, *command, **variables):
        inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        path = f"{fresh_environment}{os.pathsep}{os.environ['PATH']}"
        env = {**inherited, "PATH": path, **variables}
        result = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    return run
