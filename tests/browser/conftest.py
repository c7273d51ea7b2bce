"""JupyterLab as `vlearn lab` starts it, in a browser that reaches nothing but this machine."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from vlearn.content import notebooks
from vlearn.jupyter import lab_command, lab_environment

TOKEN = "loopback"
PATIENCE = 60
"""Seconds until a server or a page is taken for stuck."""


def _free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def _wait_for(url, server):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            return opener.open(url, timeout=PATIENCE).close()
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"JupyterLab does not answer; its exit code is {server.poll()}")


@pytest.fixture
def lab_url(tmp_path):
    """The address of a JupyterLab with a copy of the course, a fresh configuration and a record of its own."""
    course = tmp_path / "course"
    shutil.copytree(notebooks(), course)
    port = _free_port()
    command = lab_command(course, browser=False, port=port)
    command += [
        f"--IdentityProvider.token={TOKEN}",
        "--ServerApp.port_retries=0",
        "--LabApp.expose_app_in_browser=True",
    ]
    own = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    own |= {
        name: str(tmp_path / name) for name in ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")
    }
    env = {**lab_environment(tmp_path / "config"), **own, "VLEARN_PROGRESS": str(tmp_path / "progress.json")}
    with (tmp_path / "server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api", server)
            yield f"http://127.0.0.1:{port}/lab/tree/{{}}?token={TOKEN}&reset"
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE)
            finally:
                _end_group(server.pid)


def _end_group(leader):
    """The kernels that the server has not ended itself."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.fixture
def page(browser):
    """A page that may ask this machine alone. Afterwards: it asked nobody else, and its console had no error."""
    outside, errors = [], []
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)

    def stays(url):
        return urlsplit(url).hostname == "127.0.0.1"

    def route(route):
        if stays(route.request.url):
            return route.continue_()
        outside.append(route.request.url)
        return route.abort()

    context.route("**/*", route)
    page.on("websocket", lambda socket: stays(socket.url) or outside.append(socket.url))
    page.on("console", lambda message: message.type == "error" and errors.append(f"{message.text} {message.location}"))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert outside == []
    assert errors == []
