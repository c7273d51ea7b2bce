"""Upstream's test tables on Kubernetes: every row goes to the runner of the test that it was taken from.

The tables are of 1.20. Rows run under today's rules, but for the tests that `drift` lists: those under 1.20's.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance import (
    k8s_batch_cases,
    k8s_pod_cases,
    k8s_scheduler_cases,
    k8s_statefulset_cases,
    k8s_values_cases,
    k8s_workload_cases,
)
from tests.conformance.k8s_values_cases import Run
from vlearn.sim.kubernetes import drift

TODAY: Mapping[str, Run] = {**k8s_workload_cases.TODAY, **k8s_batch_cases.TODAY, **k8s_pod_cases.TODAY}
RUNS: Mapping[str, Run] = {
    **k8s_values_cases.RUNS,
    **k8s_scheduler_cases.RUNS,
    **k8s_workload_cases.RUNS,
    **k8s_batch_cases.RUNS,
    **k8s_pod_cases.RUNS,
    **{test: run for test, run in TODAY.items() if test not in drift.TESTS},
}


def table_row(case: Mapping[str, Any]) -> str | None:
    """How the model differs from one row; a row of a test that no model runs yet is skipped by name."""
    words = k8s_statefulset_cases.stated(case["data"])
    if words is not None:
        check = k8s_statefulset_cases.PROPERTIES.get(words)
        if check is None:
            pytest.skip(f"no model checks the property {words!r} yet")
        return check()
    run = RUNS.get(case["test"])
    if run is None:
        pytest.skip(f"no model runs upstream's {case['test']} yet")
    return run(case["data"])
