"""What the predictions of chapter 14 ask. Numbers come from the rules of the models, wrong ones from likely slips."""

from vlearn.lab.exercise import Asked
from vlearn.lab.exercises.ch14_predictions_cluster import OF_THE_CLUSTER
from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.controllers.rolling import fenceposts

REPLICAS, SHARE = 10, "25%"


def _fences(surge: int, unavailable: int) -> str:
    return f"at most {REPLICAS + surge} pods, at least {REPLICAS - unavailable} of them available"


_RIGHT = fenceposts(SHARE, SHARE, REPLICAS)
_UP, _DOWN = scaled(SHARE, REPLICAS, up=True), scaled(SHARE, REPLICAS, up=False)

PREDICTIONS = {
    "ch14-first-look": Asked(
        "ch14-trace-pod",
        "The pod is written down, and has no node. Only the scheduler looks for such pods. Kubelets wait for pods that"
        " name their node.",
        choices={
            'Pod hello: Pulling: Pulling image "nginx"': "That is a kubelet's work. Which one's? The pod has no node.",
            "Pod hello: Started: Started container c": "Nothing has been pulled, and no machine has been chosen.",
            "ReplicaSet hello: SuccessfulCreate: Created pod: hello": "Nobody asked for a replica set.",
        },
    ),
    "ch14-pulling": Asked(
        "ch14-trace-pod",
        "Pending lasts until all containers of the pod have been set up: it covers waiting for a node, and pulling.",
        "The scheduler has chosen a node for a pod, and its kubelet pulls the image. What is the pod's phase?",
        "Pending",
        {
            "Running": "Nothing of it runs before the image is there.",
            "Scheduled": "That is a condition, PodScheduled. There are five phases, and this is none of them.",
            "ContainerCreating": "So `kubectl get pods` shows it, as STATUS. That is a reason, not a phase.",
        },
    ),
    "ch14-after-delete": Asked(
        "ch14-explain-reconciliation",
        "The replica set wants three, and one of its pods is on its way out: that one does not count any more. The new"
        " pod has a name, an address and a node of its own.",
        "`kubectl delete pod` for one of the three pods of a deployment. What is there half a minute later?",
        "three pods, one of them with a new name",
        {
            "two pods, until somebody creates a third": "Who compares what is wanted with what is there?",
            "three pods, the deleted one started again": "A deleted pod does not come back. Another one takes its"
            " place.",
            "nothing: the deployment goes with its pods": "Owners take their pods with them, not the other way round.",
        },
    ),
    "ch14-crashed-phase": Asked(
        "ch14-trace-pod",
        "All containers have been created, and one of them is between two starts: that counts as Running."
        " CrashLoopBackOff is the reason for which a container waits.",
        "A pod's only container has crashed five times. `kubectl get pods` says CrashLoopBackOff. What is the phase?",
        "Running",
        {
            "Failed": "Failed is for ever: no container will be started again. This one will.",
            "CrashLoopBackOff": "That is what STATUS says, taken from the container. The pod's phase is another field.",
            "Pending": "Its container has been started, more than once.",
        },
    ),
    "ch14-not-ready": Asked(
        "ch14-derive-endpoints",
        "A readiness probe decides about traffic, and about nothing else. A liveness probe would have restarted it.",
        "A container's readiness probe fails for a minute. Its liveness probe does not. What happens?",
        "it gets no traffic until it is ready again, and runs on",
        {
            "it is restarted": "So it would be if its liveness probe failed.",
            "its pod is deleted, and replaced by another": "The replica set counts it as there: it is not on its way"
            " out.",
            "nothing, as its process is alive": "Its process is. And the service in front of it?",
        },
    ),
    "ch14-fences": Asked(
        "ch14-predict-rollout",
        f"A quarter of {REPLICAS} is 2.5. The surge is rounded up to {_UP}, the unavailable down to {_DOWN}.",
        f"A deployment has {REPLICAS} replicas, maxSurge {SHARE} and maxUnavailable {SHARE}. What holds during"
        " an update?",
        _fences(*_RIGHT),
        {
            _fences(_DOWN, _DOWN): "Both rounded down. An update that may be too slow is not what the surge is for.",
            _fences(_UP, _UP): "Both rounded up. Then fewer than promised would serve.",
            _fences(_DOWN, _UP): "Each of them rounded, and each the wrong way.",
        },
    ),
    "ch14-stalled": Asked(
        "ch14-predict-rollout",
        "After progressDeadlineSeconds, 600 unless you say otherwise, the condition Progressing becomes False, and that"
        " is all. Going back takes a person, or a tool that watches, and `kubectl rollout undo`.",
        "The new image of a deployment of four does not exist. What do you find a quarter of an hour later?",
        "three old pods that serve, and two new ones that cannot start",
        {
            "four old pods: it was rolled back": "So the notes say. No controller of Kubernetes does it.",
            "no pod that serves: the old ones are gone": "Old pods go only when enough others are available.",
            "four old pods: the image was looked for before anything else": "Nobody looks. A kubelet finds out when it"
            " pulls.",
        },
    ),
    "ch14-undone": Asked(
        "ch14-predict-rollout",
        "Equal templates have one replica set. It grows again, and gets the next revision's number.",
        "A deployment is at revision 2. `kubectl rollout undo` goes back to revision 1. Where do its pods come from?",
        "from the old replica set, which is now revision 3",
        {
            "from a third replica set": "Its template would be that of the first. Is there one already?",
            "from the old replica set, which is revision 1 again": "Numbers only grow: the newest is the highest.",
            "from the etcd backup of revision 1": "Old replica sets are kept, with no pods: they are the history.",
        },
    ),
    **OF_THE_CLUSTER,
}  # fmt: skip
