"""`pytest tests/conformance --cases DIR` runs every case file (*.json) below DIR against the models."""

import json
from pathlib import Path

import pytest

from tests.conformance.formats import format_of, name_of

HERE = Path(__file__).parent
_NOT_RUN: list[str] = []


def _cases(path: Path):
    """Every case of one file as a parameter; a file that cannot be read is one parameter that fails."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        return [pytest.param(None, None, f"not a JSON file: {problem}", id=path.name)]
    form = format_of(document) if isinstance(document, dict) else None
    if form is None:
        return [pytest.param(None, None, "no format of formats.py recognises this file", id=path.name)]
    cases = document.get(form.cases_under, [])
    return [pytest.param(form, case, None, id=f"{path.name}:{name_of(case, n)}") for n, case in enumerate(cases)]


def pytest_generate_tests(metafunc):
    if "unreadable" not in metafunc.fixturenames:
        return
    given = metafunc.config.getoption("--cases")
    folder = Path(given) if given else HERE / "data"
    if not folder.is_dir():
        raise pytest.UsageError(f"--cases {folder}: there is no such folder")
    found = [case for path in sorted(folder.rglob("*.json")) for case in _cases(path)]
    if not found:
        raise pytest.UsageError(f"--cases {folder}: there is no case in any *.json file below it")
    metafunc.parametrize(("form", "case", "unreadable"), found)


def pytest_runtest_logreport(report):
    if report.skipped and "::test_case[" in report.nodeid:
        _NOT_RUN.append(report.nodeid.partition("::test_case")[2].strip("[]"))


def pytest_terminal_summary(terminalreporter):
    if _NOT_RUN:
        terminalreporter.section("conformance cases that no model runs yet")
        for name in _NOT_RUN:
            terminalreporter.write_line(name)
