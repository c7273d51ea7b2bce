"""The list of what has changed since 1.20 names exactly the recorded rows that today's rules answer differently."""

import json
from pathlib import Path

import pytest

from tests.conformance.k8s_cases import RUNS, TODAY
from vlearn.sim.kubernetes.drift import DRIFTS

_ROWS = [
    case
    for path in sorted((Path(__file__).parent / "data" / "k8s").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8")).get("cases", ())
]


@pytest.mark.parametrize("test", sorted(TODAY))
def test_todays_rule_differs_on_the_rows_that_the_list_names_and_on_no_others(test):
    rows = [case["data"] for case in _ROWS if case.get("test") == test]
    assert rows
    differing = {row.get("name") or row.get("case") for row in rows if TODAY[test](row) is not None}
    assert differing == {name for drift in DRIFTS if drift.test == test for name in drift.rows}


@pytest.mark.parametrize("test", sorted(TODAY))
def test_a_test_with_two_rules_stands_in_the_list(test):
    assert any(drift.test == test and drift.since > "1.20" for drift in DRIFTS)
    assert RUNS[test] is not TODAY[test]
