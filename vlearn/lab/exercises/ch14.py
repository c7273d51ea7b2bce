"""The exercises of chapter 14. Each check asks the models: a controller, the scheduler, or a cluster that runs."""

from vlearn.lab.exercise import Exercise
from vlearn.lab.exercises.ch14_commands import unstick
from vlearn.lab.exercises.ch14_loops import bug_hunt, first_to_go, reconcile
from vlearn.lab.exercises.ch14_outages import outage_times, stopped, workloads
from vlearn.lab.exercises.ch14_placing import make_schedulable, place
from vlearn.lab.exercises.ch14_rollouts import crash_times, strategy
from vlearn.lab.exercises.ch14_services import endpoints, no_endpoints

EXERCISES = (
    Exercise("ch14-stopped", "ch14-diagnose-outage",
             "a dictionary that names the component that is down in each of the four clusters", stopped),
    Exercise("ch14-bug-hunt", "ch14-explain-reconciliation",
             "how many pods are wanted, and pods: `(2, [seen(...), ...])`", bug_hunt),
    Exercise("ch14-reconcile", "ch14-explain-reconciliation",
             "a function of `wanted` and `pods` that returns how many to create and the names of those to delete",
             reconcile),
    Exercise("ch14-crash-times", "ch14-trace-pod",
             "a list of seven waits in seconds, from the second restart on", crash_times),
    Exercise("ch14-first-to-go", "ch14-explain-reconciliation",
             "a list of four names in the order in which they are deleted", first_to_go),
    Exercise("ch14-strategy", "ch14-predict-rollout",
             "two limits, `(max_surge, max_unavailable)`", strategy),
    Exercise("ch14-make-schedulable", "ch14-schedule-pod",
             "the text of a manifest of a pod that goes to the node with the GPU", make_schedulable),
    Exercise("ch14-place", "ch14-schedule-pod",
             "a dictionary with the score of each node that is left", place),
    Exercise("ch14-endpoints", "ch14-derive-endpoints",
             "a set of names of pods", endpoints),
    Exercise("ch14-no-endpoints", "ch14-derive-endpoints",
             "the text of the two manifests, repaired", no_endpoints),
    Exercise("ch14-workloads", "ch14-choose-workload",
             "a dictionary with a kind of workload for each application", workloads),
    Exercise("ch14-outage-times", "ch14-diagnose-outage",
             "two numbers of seconds, `(not_ready, deleted)`", outage_times),
    Exercise("ch14-unstick", "ch14-predict-rollout",
             "a list of kubectl commands after which four pods of `web` serve, and none is stuck", unstick),
)  # fmt: skip
