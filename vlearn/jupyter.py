"""Starts JupyterLab on the start page, without the news pop-up that asks a server; the user's own settings stay."""

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

START_PAGE = "00-start-here.ipynb"
# The news pop-up asks a server outside; a page configuration is the only switch that silences it entirely.
PAGE_CONFIG = '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}'


def lab_command(folder: Path, *, browser: bool, port: int) -> list[str]:
    """The command line that serves `folder` on loopback."""
    command = [
        *(sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"),
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{START_PAGE}",
        "--Application.log_level=WARN",  # the address is printed at a higher level; what is below it drowns it
    ]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def lab_environment(config: Path) -> dict[str, str]:
    """The environment of the server: our page configuration, written below `config`, comes first on Jupyter's path."""
    pages = config / "labconfig"
    pages.mkdir(parents=True, exist_ok=True)
    (pages / "page_config.json").write_text(PAGE_CONFIG, encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(config), os.environ.get("JUPYTER_CONFIG_PATH", ""))))
    return {**os.environ, "JUPYTER_CONFIG_PATH": path}


def open_lab(folder: Path, *, browser: bool, port: int) -> int:
    """Serve until the server ends; its exit code. Ctrl-C reaches the server too, which asks and ends its kernels."""
    with tempfile.TemporaryDirectory(prefix="vlearn-") as config:
        command = lab_command(folder, browser=browser, port=port)
        with subprocess.Popen(command, env=lab_environment(Path(config))) as server:
            while True:
                with suppress(KeyboardInterrupt):
                    return server.wait()
