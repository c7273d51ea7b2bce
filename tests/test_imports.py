"""The arrows of DESIGN.md, held by import-linter's contracts in pyproject.toml, and what a bare import may cost."""

import subprocess
import sys

import pytest


def test_imports_follow_the_arrows():
    """Contracts are read from pyproject.toml; a broken one prints the import that breaks it."""
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("module", ["vlearn", "vlearn.cli", "vlearn.course", "vlearn.questions.model"])
def test_a_light_import_stays_light(module):
    heavy = "{'plotly', 'ipywidgets', 'nbformat', 'jsonschema', 'typst', 'highspy', 'IPython'}"
    code = f"import sys, {module}; found = {heavy} & set(sys.modules); sys.exit(', '.join(found) or 0)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
