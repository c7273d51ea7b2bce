"""Upstream's test tables on Kubernetes: every row goes to the runner of the test that it was taken from."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance import k8s_values_cases
from tests.conformance.k8s_values_cases import Run

RUNS: Mapping[str, Run] = {**k8s_values_cases.RUNS}


def table_row(case: Mapping[str, Any]) -> str | None:
    """How the model differs from one row; a row of a test that no model runs yet is skipped by name."""
    run = RUNS.get(case["test"])
    if run is None:
        pytest.skip(f"no model runs upstream's {case['test']} yet")
    return run(case["data"])
