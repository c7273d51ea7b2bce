"""Where Kubernetes today differs from 1.20, of which the recorded tables are: the rule, since when, and the rows.

The models follow today's rule; 1.20's is kept beside it as a named variant, and the conformance runner takes it for the
tests that stand here. `rows` are those of the recorded rows that today's rule would answer differently.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drift:
    """One rule that has changed. `test` is upstream's name of the table.

    Where words alone have changed, `then` is a part of a reason of 1.20, and `now` what stands in its place.
    """

    test: str
    then: str
    now: str
    since: str
    source: str
    rows: tuple[str, ...] = ()
    words: bool = False


_JOB = "pkg/controller/job/job_controller.go"
_ENDS = "Failed or Complete is set in the step that decides it"
_ENDS_NOW = "FailureTarget or SuccessCriteriaMet comes first; Failed and Complete wait until all pods have ended"
_KEP_3939 = "KEP-3939 and KEP-3998; " + _JOB

_FIT = "pull request 131345; pkg/scheduler/framework/plugins/noderesources/fit.go"
_APART = "node(s) didn't match pod affinity/anti-affinity"
_LABELS = "k8s.io/apimachinery/pkg/labels, validateLabelValue"

SCHEDULER: tuple[Drift, ...] = (
    Drift(
        "TestEnoughRequests",
        "a node that is short is Unschedulable; for a pod that asks for anything, all resources are compared",
        "UnschedulableAndUnresolvable where the request exceeds the whole node; what is not asked for never counts",
        "1.34",
        _FIT,
        (
            "extended resource capacity enforced",
            "extended resource allocatable enforced for unknown resource",
            "kubernetes.io resource capacity enforced for init container",
            "hugepages resource capacity enforced for init container",
            "hugepages resource allocatable enforced for multiple containers",
        ),
    ),
    Drift("TestStorageRequests", "as TestEnoughRequests", "as TestEnoughRequests", "1.34", _FIT),
    Drift(
        "TestNodeResourcesMostAllocated",
        "a resource that would be overbooked scores 0",
        "it scores 100: what scores assume of containers without requests may exceed the node",
        "1.22",
        "pull request 102925; pkg/scheduler/framework/plugins/noderesources/most_allocated.go",
        ("resources requested with more than the node, pods scheduled with resources",),
    ),
    Drift(
        "TestNodeResourcesBalancedAllocation",
        "100 less the difference of processor and memory, of what scores assume; 0 for a node that would be full",
        "100 less the standard deviation of the fractions of any resources, of what pods ask for",
        "1.23",
        "pull request 101946; pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go",
        (
            "nothing scheduled, nothing requested",
            "no resources requested, pods scheduled with resources",
            "resources requested, pods scheduled with resources, differently sized machines",
            "requested resources exceed node capacity",
        ),
    ),
    Drift(
        "TestPodTopologySpreadScore",
        "the sum over the constraints is cut off to a whole number",
        "it is rounded to the nearest",
        "1.24",
        "pull request 107384; pkg/scheduler/framework/plugins/podtopologyspread/scoring.go",
        (
            "one constraint on node, all 4 nodes are candidates",
            "one constraint on node, all 4 nodes are candidates, maxSkew=2",
            "two Constraints on zone and node, 2 out of 4 nodes are candidates",
            "two Constraints on zone and node, with different labelSelectors, 3 out of 4 nodes are candidates",
            "existing pods in a different namespace do not count",
        ),
    ),
    Drift(
        "TestPreferredAffinity",
        "zero is always on the scale from the smallest to the largest score",
        "the smallest score of a node is 0 on the scale, the largest 100",
        "1.21",
        "pull request 98096; pkg/scheduler/framework/plugins/interpodaffinity/scoring.go",
        (
            "Affinity: nodes in one region has more matching pods comparing to other reqion, "
            "so the region which has more macthes will get high score",
            "Affinity and Anti Affinity: considering both affinity and anti-affinity, "
            "the pod to schedule and existing pods have the same labels",
            "Avoid panic when partial nodes in a topology don't have pods with affinity",
        ),
    ),
    # Releases from 1.35 on do not even say which taint it is (pull request 134740); the models do.
    Drift(
        "TestTaintTolerationFilter", "had taint {", "had untolerated taint {", "1.24", "pull request 109119", words=True
    ),
    Drift("TestTaintTolerationFilter", ", that the pod didn't tolerate", "", "1.24", "pull request 109119", words=True),
    Drift(
        "TestNodeAffinity",
        "node(s) didn't match Pod's node affinity",
        "node(s) didn't match Pod's node affinity/selector",
        "1.21",
        "pull request 97521",
        words=True,
    ),
    Drift("TestNodeName", "requested hostname", "requested node name", "1.21", "pull request 97454", words=True),
    Drift("TestRequiredAffinitySingleNode", _APART, "", "1.22", "pull request 102518", words=True),
    Drift("TestRequiredAffinityMultipleNodes", _APART, "", "1.22", "pull request 102518", words=True),
    Drift("TestRequiredAffinitySingleNode", "invalid label value", "Invalid value", "1.21", _LABELS, words=True),
    Drift("TestPreferredAffinity", "invalid label value", "Invalid value", "1.21", _LABELS, words=True),
)

REST: tuple[Drift, ...] = (
    Drift(
        "apiserver_rest",
        "the column Restarts of a table of pods is a number",
        "it is a text, since it may also say how long ago the last restart was",
        "1.22",
        "pkg/printers/internalversion/printers.go, printPod",
        ("rbac-anon",),
    ),
    Drift(
        "apiserver_rest",
        "must be less than or equal to cpu limit",
        "must be less than or equal to cpu limit of 1",
        "1.27",
        "pkg/apis/core/validation, validateResourceRequirements",
        words=True,
    ),
    Drift(
        "apiserver_rest",
        "must specify requests.cpu",
        "must specify requests.cpu for: c",
        "1.25",
        "pkg/quota/v1/evaluator/core/pods.go",
        words=True,
    ),
    Drift(
        "apiserver_rest",
        "updates to statefulset spec for fields other than 'replicas', 'template', and 'updateStrategy' are forbidden",
        "the list has 'ordinals', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and more",
        "1.22",
        "pkg/apis/apps/validation, ValidateStatefulSetUpdate",
        words=True,
    ),
    Drift(
        "apiserver_rest",
        "v1.Deployment.Spec: v1.DeploymentSpec.Replicas: readUint32: ..., error found in #10 byte of ...",
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
        "1.23",
        "KEP-2885; sigs.k8s.io/json in place of json-iterator",
        words=True,
    ),
)

TRACES: tuple[Drift, ...] = (
    Drift(
        "controller_traces",
        "a pod that fits nowhere is told why, node by node",
        "that, and what preemption came to",
        "1.24",
        "pkg/scheduler/framework/types.go, FitError",
        ("no node is big enough",),
        words=True,
    ),
)

DRIFTS: tuple[Drift, ...] = (
    *SCHEDULER,
    *REST,
    *TRACES,
    Drift(
        "TestSortingActivePodsWithRanks",
        "ages are compared exactly, and there is no deletion cost",
        "the annotation pod-deletion-cost comes before the rank; ages are compared by their power of two",
        "1.22",
        "KEP-2255 and KEP-2185; pkg/controller/controller_utils.go",
    ),
    Drift(
        "TestGetPodsToDelete",
        "as TestSortingActivePodsWithRanks",
        "as TestSortingActivePodsWithRanks",
        "1.22",
        "KEP-2255 and KEP-2185; pkg/controller/controller_utils.go",
    ),
    Drift(
        "TestControllerSyncJob",
        f"{_ENDS}; a complete job gives no reason",
        f"{_ENDS_NOW}; a complete one says CompletionsReached",
        "1.31",
        _KEP_3939,
        ("WQ job all finished", "WQ job all finished despite one failure"),
    ),
    Drift(
        "TestSyncJobPastDeadline",
        _ENDS,
        _ENDS_NOW,
        "1.31",
        _KEP_3939,
        ("activeDeadlineSeconds bigger than single pod execution",),
    ),
    Drift(
        "TestJobBackoffForOnFailure",
        _ENDS,
        _ENDS_NOW,
        "1.31",
        _KEP_3939,
        (
            "backoffLimit 1 with restartCount 1 and podPending should have 0 pod active",
            "backoffLimit 1 with restartCount 1 and podRunning should have 0 pod active",
            "too many job failures with podPending - multiple pods",
        ),
    ),
    Drift(
        "TestJobBackoffOnRestartPolicyNever",
        "a failed pod is replaced in the same step, and the job's next step is delayed",
        "a failed pod is replaced when the back-off since its end is over",
        "1.27",
        "pkg/controller/job/backoff_utils.go",
    ),
    Drift(
        "TestJobBackoff",
        "the delay is at most 6 minutes",
        "the delay is at most 10 minutes",
        "1.28",
        "pkg/controller/job/job_controller.go, MaxJobPodFailureBackOff",
    ),
    Drift(
        "TestSyncOne_RunOrNot",
        "a cron job that missed more than 100 starts is given up until someone acts",
        "the latest start happens, with a warning",
        "1.21",
        "KEP-19, the second controller; pkg/controller/cronjob/utils.go",
        (
            "prev ran but done, long overdue, no deadline, A",
            "prev ran but done, long overdue, not past deadline, R",
        ),
    ),
    Drift(
        "TestShouldPodBeInEndpoints",
        "a pod that would restart is listed even in a terminal phase; its address is looked at elsewhere",
        "no pod in a terminal phase and none without an address is listed",
        "1.25",
        "pull request 110255; k8s.io/endpointslice/util, ShouldPodBeInEndpoints",
        ("Pending pod with Never RestartPolicy",),
    ),
    Drift(
        "TestPodToEndpointAddressForService",
        "without the feature gate IPv6DualStack a pod has one address, whatever its family",
        "the address is of the service's first family",
        "1.23",
        "KEP-563; pkg/controller/endpoint/endpoints_controller.go",
    ),
)

TESTS = frozenset(drift.test for drift in DRIFTS if not drift.words)


def in_todays_words(test: str, reasons: Sequence[str]) -> tuple[str, ...]:
    """The reasons of a row of 1.20 as they are worded today; one that has gone is left out."""
    for drift in DRIFTS:
        if drift.test == test and drift.words:
            reasons = [reason.replace(drift.then, drift.now) for reason in reasons]
    return tuple(reason for reason in reasons if reason)
