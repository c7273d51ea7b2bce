"""How JupyterLab is started; that it then works is for tests/browser to see."""

import json
import os
import sys

import pytest

from vlearn import jupyter


def test_the_server_listens_on_loopback_alone(tmp_path):
    command = jupyter.lab_command(tmp_path, browser=True, port=9000)
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--no-browser" not in command
    assert "--no-browser" in jupyter.lab_command(tmp_path, browser=False, port=9000)


@pytest.mark.parametrize("theirs", ["", "/etc/our-hub"])
def test_our_page_configuration_comes_before_what_the_user_has(tmp_path, monkeypatch, theirs):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", theirs)
    first, *others = jupyter.lab_environment(tmp_path)["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    page = json.loads((tmp_path / "labconfig" / "page_config.json").read_text(encoding="utf-8"))
    assert first == str(tmp_path)
    assert others == [theirs] * bool(theirs)
    assert page["disabledExtensions"] == {"@jupyterlab/apputils-extension:announcements": True}


def test_ctrl_c_leaves_the_server_the_time_to_end_its_kernels(tmp_path, monkeypatch):
    """The server presses Ctrl-C itself, and then takes its time: so it is surely running by then."""
    code = "import os, signal, sys, time; os.kill(os.getppid(), signal.SIGINT); time.sleep(0.5); sys.exit(7)"
    monkeypatch.setattr(jupyter, "lab_command", lambda *_, **__: [sys.executable, "-c", code])
    assert jupyter.open_lab(tmp_path, browser=False, port=9000) == 7
