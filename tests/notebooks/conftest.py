"""Executes notebooks: by pytest-notebook, in a fresh kernel, away from the student's record and from the network."""

import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CLOSED_PORT = "http://127.0.0.1:9"
SECONDS_A_CELL = 60
"""When a cell is taken for stuck. The budget of a whole notebook is in CPU seconds: see test_execution."""


@pytest.fixture
def nb_regression(tmp_path):
    """pytest-notebook's fixture. Executing may change a notebook's outputs, of which none is stored, and nothing else.

    Its plugin is off (see pyproject.toml), so that only this folder's tests pay for its imports.
    """
    from pytest_notebook.nb_regression import NBRegressionFixture

    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    shutil.copy(HERE / "loopback_only.py", startup)
    elsewhere = tmp_path / "notebooks"
    elsewhere.mkdir()
    return NBRegressionFixture(
        exec_cwd=str(elsewhere),
        exec_allow_errors=True,  # one run shows every cell that fails
        exec_timeout=SECONDS_A_CELL,
        exec_env={
            "IPYTHONDIR": startup.parents[1],
            "VLEARN_PROGRESS": tmp_path / "progress.json",
            "HTTP_PROXY": CLOSED_PORT,  # for what a notebook starts; the kernel itself is held by loopback_only
            "HTTPS_PROXY": CLOSED_PORT,
        },
        diff_ignore=("/cells/*/outputs", "/cells/*/execution_count", "/metadata/language_info", "/metadata/widgets"),
        diff_use_color=False,
    )
