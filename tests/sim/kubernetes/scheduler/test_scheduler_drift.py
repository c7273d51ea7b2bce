"""The list of changes since 1.20, held to the recorded rows: today's rules differ in those it names, and no others."""

import json
from pathlib import Path

import pytest

from tests.conformance import k8s_scheduler_cases
from vlearn.sim.kubernetes.drift import SCHEDULER, in_todays_words

DATA = Path(__file__).parents[3] / "conformance" / "data" / "k8s"
CASES = [
    case
    for name in ("scheduler_filters", "scheduler_scores")
    for case in json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))["cases"]
]


@pytest.mark.parametrize("drift", [each for each in SCHEDULER if not each.words], ids=lambda each: each.test)
def test_todays_rule_answers_those_rows_anew_that_the_list_names(drift, monkeypatch):
    monkeypatch.setattr(k8s_scheduler_cases, "TESTS", frozenset())
    rows = [case["data"] for case in CASES if case["test"] == drift.test]
    run = k8s_scheduler_cases.RUNS[drift.test]
    assert tuple(row["name"] for row in rows if run(row) is not None) == drift.rows


def test_changed_words_stand_for_a_part_of_a_reason_and_a_reason_may_go():
    old = ("node(s) had taint {team: ml}, that the pod didn't tolerate",)
    assert in_todays_words("TestTaintTolerationFilter", old) == ("node(s) had untolerated taint {team: ml}",)
    both = ("node(s) didn't match pod affinity/anti-affinity", "node(s) didn't match pod affinity rules")
    assert in_todays_words("TestRequiredAffinitySingleNode", both) == both[1:]
    assert in_todays_words("TestNodePorts", both) == both


def test_every_table_of_the_list_is_one_that_the_runner_runs():
    assert {each.test for each in SCHEDULER} <= k8s_scheduler_cases.RUNS.keys()
