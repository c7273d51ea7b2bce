"""What the predictions of chapter 14 ask about placing, services, other workloads, limits and outages."""

from math import ceil

from vlearn.lab.exercise import Asked
from vlearn.sim.kubernetes.controllers.node_lifecycle import GRACE
from vlearn.sim.kubernetes.raft.majority import quorum, tolerance

PATIENCE = 300
"""Seconds that a pod stays on a lost node unless it says otherwise: admission's default toleration."""
PODS, USED, TARGET = 4, 90, 60
"""An autoscaler's case: so many pods use so many percent of their requests, and so many are its target."""
MEMBERS = 5
_SIZE = ceil(PODS * USED / TARGET)

OF_THE_CLUSTER = {
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
            "on the half full one, to save machines": "That is bin packing. The scheduler does it only"
            " if you tell it to.",
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
    "ch14-claims-stay": Asked(
        "ch14-choose-workload",
        "Pods go with their owner. Claims stay, and with them the volumes, so that nobody loses a database by a"
        " command too many. A set of the same name finds them again.",
        "A StatefulSet of two members, each with a claim for a volume, is deleted. What is left?",
        "the two claims and their volumes",
        {
            "nothing": "Its pods go. Would you want the data to go as easily?",
            "the volumes, and no claim": "A volume whose claim goes is deleted too, by the usual policy.",
            "the two pods, which nobody owns any more": "That takes `--cascade=orphan`.",
        },
    ),
    "ch14-over-quota": Asked(
        "ch14-schedule-pod",
        "The quota stands at the door of the API server: three pods are 1.8 cores, a fourth would be 2.4. The"
        " deployment itself is no pod, and passes. The refusal is found in the replica set's events.",
        "A namespace may request 2 cores in all. You apply a deployment of five pods with 600m each. What happens?",
        "three pods run; two are never created",
        {
            "three pods run; two are Pending": "Pending are pods that exist. These are refused before.",
            "the deployment is refused": "A deployment requests nothing. Only its pods do.",
            "five pods run, with 400m each": "A quota changes no request.",
        },
    ),
    "ch14-quality": Asked(
        "ch14-schedule-pod",
        "Guaranteed takes limits for CPU and memory in every container, and requests that are equal to them. Here CPU"
        " has no limit.",
        "A pod's only container requests 100m of CPU and 128Mi of memory, and has a limit of 128Mi of memory. What is"
        " its quality of service?",
        "Burstable",
        {
            "Guaranteed": "Its memory is. Its CPU has no limit.",
            "BestEffort": "That is a pod without any request and any limit.",
            "none: a limit on memory alone is refused": "Each of the two may be limited without the other.",
        },
    ),
    "ch14-more-pods": Asked(
        "ch14-predict-rollout",
        f"{PODS} × {USED} / {TARGET} is {PODS * USED / TARGET:g}: with so many pods, each would be at its target.",
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
        " matter; for a database it would be two primaries, which is why a StatefulSet waits.",
        "A node of three is cut off from the network, and its pod of a deployment of three runs on. How many pods of"
        " the deployment run in truth, seven minutes later?",
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
        " and one file describes them. A cluster would add a control plane to look after.",
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
