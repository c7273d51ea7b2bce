"""Binder can build the repository and opens it on the start page. What is not tested: building the image itself."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from vlearn import __version__
from vlearn.jupyter import PAGE_CONFIG, START_PAGE

ROOT = Path(__file__).parents[2]
BINDER = ROOT / "binder"
PINS = (BINDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
VERSIONS = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in PINS)}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
START_URL = f"/lab/tree/notebooks/{START_PAGE}"

BUILD_STEPS = (
    r"environment\.py-3\.11-linux",
    r'pip install --no-cache-dir -r "binder/requirements\.txt"',
    r"COPY --chown=0:0 src/ \$\{REPO_DIR\}/",
    r"RUN \./binder/postBuild",
    r'ENV R2D_ENTRYPOINT="\$\{REPO_DIR\}/binder/start"',
)
"""What the image is made of, in this order: the pins stand before the repository, so a new commit reuses them."""


@pytest.fixture(scope="module")
def dockerfile(checkout):
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", checkout.name]
    printed = subprocess.run(command, cwd=checkout.parent, check=True, capture_output=True, text=True).stdout
    return printed.replace("-2e", ".").replace("-2d", "-")  # as repo2docker writes the names of its own files


def test_the_image_is_made_of_these_steps_in_order(dockerfile):
    places = [re.search(step, dockerfile) for step in BUILD_STEPS]
    assert None not in places, [step for step, place in zip(BUILD_STEPS, places, strict=True) if place is None]
    starts = [place.start() for place in places]
    assert starts == sorted(starts)


@pytest.mark.parametrize("script", ["postBuild", "start"])
def test_a_script_is_one_that_linux_runs(script):
    path = BINDER / script
    assert os.access(path, os.X_OK)
    assert path.read_bytes().startswith(b"#!/bin/bash\n")
    assert b"\r" not in path.read_bytes()
    assert b"\nset -euo pipefail\n" in path.read_bytes()


def test_the_start_script_hands_over_to_the_server_with_its_arguments_untouched():
    assert (BINDER / "start").read_text(encoding="utf-8").endswith('\nexec "$@"\n')
    code = "import os, sys; print(sys.argv[1:], os.environ['JUPYTERHUB_DEFAULT_URL'])"
    env = {**os.environ, "REPO_DIR": str(ROOT)}
    said = subprocess.check_output([BINDER / "start", sys.executable, "-c", code, "a b", "*"], env=env, text=True)
    assert said == f"['a b', '*'] {START_URL}\n"


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def test_the_server_that_the_start_script_starts_opens_the_start_page(tmp_path):
    """Even if Binder asks for another page on the command line, as its public servers do."""
    port = free_port()
    server = [
        *(BINDER / "start", sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={port}", "--ServerApp.port_retries=0", "--ServerApp.token=t", "--ServerApp.default_url=/lab"),
    ]
    env = {
        **os.environ,
        "REPO_DIR": str(ROOT),
        "JUPYTER_CONFIG_DIR": str(tmp_path),
        "JUPYTER_RUNTIME_DIR": str(tmp_path),
    }
    with subprocess.Popen(server, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            assert _where_it_leads(f"http://127.0.0.1:{port}/?token=t", process).startswith(START_URL)
        finally:
            process.terminate()
    assert (ROOT / START_URL.removeprefix("/lab/tree/")).is_file()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _where_it_leads(url, process):
    """The address that the server sends a visitor of `url` to, as soon as it answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)
    while process.poll() is None:
        try:
            return opener.open(url, timeout=30).url
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.headers["Location"]
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server ended with {process.returncode}")


def test_every_server_has_the_start_page_and_no_news_in_its_configuration():
    apps = json.loads((BINDER / "jupyter" / "jupyter_config.json").read_text(encoding="utf-8"))
    assert apps == {app: {"default_url": START_URL} for app in ("JupyterNotebookApp", "LabApp", "ServerApp")}
    page = json.loads((BINDER / "jupyter" / "labconfig" / "page_config.json").read_text(encoding="utf-8"))
    assert page == json.loads(PAGE_CONFIG)


def test_the_image_gets_the_course_itself_last(checkout, run_in):
    """postBuild, run as it stands, but with the build backend that is here instead of one from the package index."""
    run_in(checkout, "binder/postBuild")
    assert __version__ in run_in(checkout.parent, "vlearn", "--version")


def test_every_pin_is_one_exact_version():
    assert [line for line in PINS if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []
    assert len(VERSIONS) == len(PINS)


def test_the_pins_meet_what_the_project_asks_for():
    for requirement in map(Requirement, PROJECT["dependencies"]):
        name = canonicalize_name(requirement.name)
        assert name in VERSIONS, f"{name} is not pinned"
        assert requirement.specifier.contains(VERSIONS[name]), f"{name}=={VERSIONS[name]} is not {requirement}"


def test_no_tool_of_developers_is_in_the_image():
    extras = (
        Requirement(line).name for name in ("test", "pdf", "oracle") for line in PROJECT["optional-dependencies"][name]
    )
    jupyters_own = {"fastjsonschema", "nbclient", "nbformat", "packaging", "psutil"}
    assert not set(map(canonicalize_name, extras)) & VERSIONS.keys() - jupyters_own


def _pip_would_install(*arguments):
    """pip's complaints, and what it would install into an environment that has nothing yet: versions by name."""
    command = [sys.executable, "-m", "pip", "--retries=1", "--timeout=15", "install", "--dry-run", "--ignore-installed"]
    command += ["--quiet", "--report=-", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(result.stdout) if result.returncode == 0 else {"install": []}
    installed = [each["metadata"] for each in report["install"]]
    return result.stderr, {canonicalize_name(each["name"]): each["version"] for each in installed}


@pytest.mark.skipif(sys.platform != "linux", reason="pip reads 'only on this system' as the system it runs on")
def test_the_pins_install_in_the_image_and_bring_nothing_that_is_not_pinned(tmp_path):
    """Resolved as there, for Linux on x86-64 and the very Python of repo2docker's lock, from the package index."""
    if not _pip_would_install("--no-deps", "pip")[1]:
        pytest.skip("the package index cannot be reached from here")
    repo2docker = Path(find_spec("repo2docker").origin).parent
    lock = repo2docker / "buildpacks" / "conda" / "environment.py-3.11-linux-64.lock"
    python = re.search(r"/python-(3\.11\.\d+)-", lock.read_text(encoding="utf-8"))[1]
    problems, installed = _pip_would_install(
        *("--only-binary=:all:", f"--python-version={python}", f"--target={tmp_path}"),
        *(f"--platform=manylinux_2_{glibc}_x86_64" for glibc in range(5, 40)),  # Ubuntu 24.04 has glibc 2.39
        *("-r", str(BINDER / "requirements.txt")),
    )
    assert installed == VERSIONS, problems
