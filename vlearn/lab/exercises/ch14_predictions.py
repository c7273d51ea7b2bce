"""What the predictions of chapter 14 ask. Numbers come from the rules of the models, wrong ones from likely slips."""

from math import ceil

from vlearn.lab.exercise import Asked
from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.controllers.node_lifecycle import GRACE
from vlearn.sim.kubernetes.controllers.rolling import fenceposts
from vlearn.sim.kubernetes.raft.majority import quorum, tolerance

REPLICAS, SHARE = 10, "25%"
PATIENCE = 300
"""Seconds that a pod stays on a lost node unless it says otherwise: admission's default toleration."""
PODS, USED, TARGET = 4, 90, 60
"""An autoscaler's case: so many pods use so many percent of their requests, and so many are its target."""
MEMBERS = 5


def _fences(surge: int, unavailable: int) -> str:
    return f"at most {REPLICAS + surge} pods, at least {REPLICAS - unavailable} of them available"


_RIGHT = fenceposts(SHARE, SHARE, REPLICAS)
_UP, _DOWN = scaled(SHARE, REPLICAS, up=True), scaled(SHARE, REPLICAS, up=False)
_SIZE = ceil(PODS * USED / TARGET)

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
        "Pending lasts until a container of the pod has been started: it covers both waiting for a node and pulling.",
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
        f"A deployment has {REPLICAS} replicas, maxSurge {SHARE} and maxUnavailable {SHARE}. What holds during an"
        f" update?",
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
        "three old pods that serve, two new ones that cannot start, and a condition that says so",
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
    "ch14-asked-not-used": Asked(
        "ch14-schedule-pod",
        "The scheduler adds up requests. What the containers use at the moment does not interest it.",
        "A node has 4 cores. Its pods request 3.5 of them and use 0.2. The next pod requests 1. Does it fit?",
        "no: 3.5 and 1 are more than 4",
        {
            "yes: 3.8 cores are idle": "Idle they are, and promised.",
            "yes, but with half a core": "A request is met or it is not. Limits are another matter.",
            "no: three pods are the most that a node takes": "The usual limit is 110.",
        },
    ),
    "ch14-emptier": Asked(
        "ch14-schedule-pod",
        "By default the node of which less is taken scores higher: pods spread. Packing them tightly is a setting,"
        " MostAllocated, and not the default.",
        "Two equal nodes; one is half full, the other empty. Where does the scheduler put the next pod?",
        "on the empty one",
        {
            "on the half full one, to save machines": "That is bin packing. The scheduler can do it, and does not"
            " unless"
            " you tell it to.",
            "on whichever answers first": "Kubelets do not bid. The scheduler decides alone.",
            "on the one with the lower load at the moment": "It looks at requests, not at load.",
        },
    ),
    "ch14-other-namespace": Asked(
        "ch14-derive-endpoints",
        "A name without a dot is looked up in the pod's own namespace. Elsewhere the namespace belongs to the name.",
        "Service `shop` is in the namespace `default`. A pod in the namespace `test` asks for a name. Which one works?",
        "`shop.default`",
        {
            "`shop`": "That would be the service `shop` of the namespace `test`.",
            "`default/shop`": "So kubectl writes it. DNS has dots.",
            "`shop.test`": "That is the same place as `shop` from there: the service of this name in `test`.",
        },
    ),
    "ch14-update-order": Asked(
        "ch14-choose-workload",
        "A StatefulSet is updated from the highest ordinal down, one member at a time. The first one is often the one"
        " that the others follow, so that it is touched last.",
        choices={
            "StatefulSet db: SuccessfulDelete: delete Pod db-0 in StatefulSet db successful": "It is created first. Is"
            " it replaced first?",
            "StatefulSet db: SuccessfulCreate: create Pod db-3 in StatefulSet db successful": "That is a surge. Two"
            " members with one disk would be worse than one too few.",
            "StatefulSet db: SuccessfulCreate: create Pod db-0-new in StatefulSet db successful": "Names stay. That is"
            " what the set is for.",
        },
    ),
    "ch14-finished-job": Asked(
        "ch14-choose-workload",
        "It stays, so that its log can be read, until somebody deletes the job or ttlSecondsAfterFinished is over.",
        "The pod of a job ends with exit code 0. What becomes of the pod?",
        "it stays, with the status Completed",
        {
            "it is deleted": "So the notes can be read. Who would then know what it printed?",
            "it is started again": "That is what a Deployment would do.",
            "it becomes a CronJob's": "A CronJob makes jobs, and adopts none.",
        },
    ),
    "ch14-empty-dir": Asked(
        "ch14-choose-workload",
        "An emptyDir belongs to the pod. A container that is started again finds it; another pod gets another one.",
        "A container writes to an `emptyDir`. First it crashes and is started again. Then its pod is deleted and"
        " replaced. What is left of the file?",
        "it outlives the crash, and not the pod",
        {
            "it is gone after the crash": "That holds for the container's own layer.",
            "it outlives both, as volumes are persistent": "Only a PersistentVolume outlives the pod.",
            "it outlives both if the new pod is on the same node": "Another pod has another directory, there too.",
        },
    ),
    "ch14-over-quota": Asked(
        "ch14-schedule-pod",
        "The quota stands at the door of the API server: three pods are 1.8 cores, a fourth would be 2.4. The"
        " deployment"
        " itself is no pod, and passes. The refusal is found in the replica set's events.",
        "A namespace may request 2 cores in all. You apply a deployment of five pods with 600m each. What happens?",
        "three pods run; two are never created",
        {
            "three pods run; two are Pending": "Pending are pods that exist. These are refused before.",
            "the deployment is refused": "A deployment requests nothing. Only its pods do.",
            "five pods run, with 400m each": "A quota changes no request.",
        },
    ),
    "ch14-more-pods": Asked(
        "ch14-predict-rollout",
        f"{PODS} × {USED} / {TARGET} is {PODS * USED / TARGET:g}: with so many pods, each of them would be at its"
        f" target.",
        f"{PODS} pods use {USED} % of what they request; the autoscaler's target is {TARGET} %. How many does it want?",
        f"{_SIZE}",
        {
            f"{PODS + 1}": "It does not feel its way by one. It computes.",
            f"{PODS}": f"{USED} % is less than 100 %, and more than the target, which is what counts.",
            f"{PODS * 2}": "Doubling is how far one step may go, at most.",
        },
    ),
    "ch14-power-off": Asked(
        "ch14-diagnose-outage",
        f"{GRACE} s without a word, and the node is tainted as unreachable. Pods tolerate that for {PATIENCE} s unless"
        " they say otherwise.",
        "A node loses its power. After how many seconds are its pods replaced on other nodes?",
        f"{GRACE + PATIENCE}",
        {
            "at once": "A node that is silent may only be slow. How long does the control plane wait?",
            f"{GRACE}": "By then the node is NotReady, and its pods get no traffic. They are not given up yet.",
            "never: pods stay where they are": "A pod never moves, that is true. Is another one created?",
        },
    ),
    "ch14-headless": Asked(
        "ch14-diagnose-outage",
        "Each kubelet goes on with what it last saw. It restarts containers by itself; it only cannot tell anybody.",
        "The API server is down. A container of a web server crashes. What happens?",
        "its kubelet restarts it, and nobody hears of it",
        {
            "it stays down until the API server is back": "Who restarts containers? The kubelet, on the node.",
            "its pod is replaced on another node": "Replacing a pod means writing one down, and nobody takes that down"
            " now.",
            "all pods stop, as their state is unknown": "Nobody tells them to.",
        },
    ),
    "ch14-cut-off": Asked(
        "ch14-diagnose-outage",
        "The deployment has three that count, and a fourth runs on behind the cut. For a web server that is a small"
        " matter; for a database it would be two masters, which is why a StatefulSet waits.",
        "A node of three is cut off from the network, and its pod of a deployment of three runs on. How many pods of"
        " the"
        " deployment run in truth, seven minutes later?",
        "four",
        {
            "three": "Three count. Has anybody told the one behind the cut to stop?",
            "two, until the node is back": "After 350 s another one is created.",
            "three: the kubelet stops what nobody can reach": "It goes on with what it last saw.",
        },
    ),
    "ch14-majority": Asked(
        "ch14-diagnose-outage",
        f"A write counts once {quorum(MEMBERS)} of {MEMBERS} have it. {tolerance(MEMBERS)} may be lost, and no more.",
        f"etcd has {MEMBERS} members; {tolerance(MEMBERS) + 1} of them fail. What can you still do?",
        "nothing that changes the state: no write is accepted",
        {
            "everything, a bit slower": f"{MEMBERS - tolerance(MEMBERS) - 1} are left. How many must agree?",
            "everything, if the leader is among those left": "A leader that does not reach a majority commits nothing.",
            "write, and merge the rest later": "Two halves that both write could not be merged. That is what the"
            " majority is for.",
        },
    ),
    "ch14-one-host": Asked(
        "ch14-judge-orchestrator",
        "One host leaves nothing to schedule, and no other host to go to when it fails. Compose restarts containers,"
        " and"
        " one file describes them. A cluster would add a control plane to look after.",
        "A shop of three containers runs on one server, and may stand still for an hour a month. What does it need?",
        "Docker Compose, with a restart policy",
        {
            "Kubernetes, with three control plane nodes": "Four machines, so that one may fail, for a shop that may"
            " stand still?",
            "a managed Kubernetes, as that costs no work": "The control plane is looked after. Manifests, upgrades and"
            " nodes stay yours.",
            "nothing: `docker run` by hand": "After a restart of the server, who types it?",
        },
    ),
}  # fmt: skip
