"""The runner of recorded control planes can fail, runs other recordings, and names what it cannot run."""

import json
from pathlib import Path

import pytest

from tests.conformance.k8s_trace_cases import trace

CASES = json.loads((Path(__file__).parent / "data/k8s/controller_traces.json").read_text(encoding="utf-8"))["cases"]


def case(kind, number=0):
    return [each for each in CASES if each["kind"] == kind][number]


WRONG = [
    ("rollout", {"maxSurge": 1}),
    ("rollout", {"max_total_spec_replicas": 12}),
    ("rollout", {"completed": False}),
    ("rollout", {"rs_spec_sequence": [{"rs": "v2", "spec_replicas": 2, "event": "ADDED"}]}),
    ("rollout", {"final_status": {"replicas": 9}}),
    ("rollback", {"completed": False}),
    ("rollback", {"rs": [{"image": "bad", "replicas": 4, "revision": "2"}]}),
    ("release", {"ownerRefs": 1}),
    ("job", {"pods_created": 2}),
    ("job", {"conditions": [["Complete", None]]}),
    ("statefulset", {"events": []}),
    ("statefulset", {"images": {"ss-0": "v2", "ss-1": "v2", "ss-2": "v2"}}),
    ("daemonset", {"before": ["n1", "n2", "n3"]}),
    ("daemonset", {"after_add_n4": ["n1"]}),
    ("schedule", {"node": "n1"}),
    ("schedule", {"condition": [["False", "Unschedulable", "0/4 nodes are available."]]}),
    ("endpoints", {"after_one_notready": {"ready": 4, "notReady": 0}}),
    ("self-heal", {"replacement_has_new_name": False}),
    ("gc", {"rs": 0}),
]


@pytest.mark.parametrize(("kind", "changed"), WRONG)
def test_a_recording_of_something_else_is_found_to_differ(kind, changed):
    assert trace(case(kind)) is None
    assert trace({**case(kind), **changed}) is not None


def test_every_kind_has_a_recording_that_differs():
    assert {kind for kind, _ in WRONG} == {each["kind"] for each in CASES}


SIZES = [("v2", 2, "ADDED"), ("v1", 4, "MODIFIED"), ("v2", 5, "MODIFIED"), ("v1", 0, "MODIFIED")]
OTHERS = [
    {
        **case("rollout"),
        "replicas": 5,
        "maxSurge": "20%",
        "maxUnavailable": 1,
        "max_total_spec_replicas": 6,
        "rs_spec_sequence": [{"rs": rs, "spec_replicas": 1 if n == 0 else size, "event": event}
                             for n, (rs, size, event) in enumerate(SIZES)],
        "final_status": dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), 5),
    },
    {
        **case("rollback"),
        "rs": [{"image": image, "replicas": 0, "revision": str(number)} for number, image in ((2, "bad"), (3, "v3"))]
        + [{"image": "v1", "replicas": 3, "revision": "4"}],
    },
    {**case("release"), "matching": 2},
    {
        **case("job"), "name": "ok", "completions": 3, "parallelism": 2, "image": "ok-exit", "pods_created": 3,
        "succeeded": 3, "failed": None, "conditions": [["Complete", None]],
    },
    {**case("job"), "name": "two", "backoffLimit": 2, "pods_created": 3, "failed": 3},
    {"kind": "statefulset", "step": "scale 1->3", "events": [["ADDED", "ss-1"], ["ADDED", "ss-2"]]},
    {
        "kind": "statefulset", "step": "image v2",
        "events": [[event, f"ss-{ordinal}"] for ordinal in (1, 0) for event in ("DELETED", "ADDED")],
        "images": {"ss-0": "v2", "ss-1": "v2"},
    },
    {"kind": "daemonset", "nodes": {"a": [], "b": ["x=y:NoExecute"]}, "before": ["a"]},
    {**case("endpoints"), "ready_addresses": 2, "after_one_notready": {"ready": 1, "notReady": 1}},
    {"kind": "gc", "claim": "Foreground deletes everything", "rs": 0},
    {"kind": "gc", "claim": "Background deletes everything", "rs": 0},
]  # fmt: skip


@pytest.mark.parametrize("other", OTHERS, ids=lambda each: each["kind"])
def test_other_recordings_of_the_same_kinds_run(other):
    assert trace(other) is None


UNKNOWN = [
    ({"kind": "volcano"}, "kind 'volcano'"),
    ({"kind": "statefulset", "step": "dance"}, "step 'dance'"),
    ({"kind": "gc", "claim": "whatever"}, "'whatever'"),
]


@pytest.mark.parametrize(("unknown", "words"), UNKNOWN)
def test_what_cannot_be_run_is_skipped_by_name(unknown, words):
    with pytest.raises(pytest.skip.Exception, match=words):
        trace(unknown)
