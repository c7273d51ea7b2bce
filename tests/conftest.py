"""Options of the whole suite, and what spares its processes a slow import."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--cases", metavar="DIR", default=None, help="conformance: run every case file below DIR (default: our own)"
    )


def pytest_configure(config):
    """Let nobody find rfc3987_syntax: neither this process nor the kernels and servers that tests start.

    jsonschema, which everything that reads a notebook imports, compiles a grammar with it: 2 to 3 CPU seconds in every
    process, for a format that nothing here uses. It does without where the import fails. `make` uninstalls it.
    """
    folder = tempfile.mkdtemp(prefix="vlearn-tests-")
    config.add_cleanup(lambda: shutil.rmtree(folder))
    (Path(folder) / "rfc3987_syntax.py").write_text(
        "raise ImportError('kept away by tests/conftest.py')\n", encoding="utf-8"
    )
    sys.path.insert(0, folder)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; a test that wants it is skipped, with the reason, where it is missing."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no chromium on the PATH to open the page in")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()
