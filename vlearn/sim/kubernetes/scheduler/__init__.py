"""The scheduler: which node a pod goes to, and why not to the others.

cluster = snapshot(nodes, pods)             # of API objects
cycle = schedule(pod_info(pod), cluster)    # verdicts, columns of scores, totals, node or message, preemption
scheduling(pod_info(pod), cluster)          # the same as a trace: every verdict and every column is an event
"""

from vlearn.sim.kubernetes.scheduler.bulk import schedule_many
from vlearn.sim.kubernetes.scheduler.cycle import Cycle, schedule, scheduling
from vlearn.sim.kubernetes.scheduler.filters import FILTERS, checks, verdict
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo, node_info, pod_info
from vlearn.sim.kubernetes.scheduler.plugin import Filter, Score
from vlearn.sim.kubernetes.scheduler.preemption import Preemption, Victims, preempt
from vlearn.sim.kubernetes.scheduler.queue import Queue
from vlearn.sim.kubernetes.scheduler.scores import SCORES, Column
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot, snapshot
from vlearn.sim.kubernetes.scheduler.verdict import UNRESOLVABLE, UNSCHEDULABLE, Verdict

__all__ = [
    "FILTERS",
    "SCORES",
    "UNRESOLVABLE",
    "UNSCHEDULABLE",
    "Column",
    "Cycle",
    "Filter",
    "NodeInfo",
    "PodInfo",
    "Preemption",
    "Queue",
    "Score",
    "Snapshot",
    "Verdict",
    "Victims",
    "checks",
    "node_info",
    "pod_info",
    "preempt",
    "schedule",
    "schedule_many",
    "scheduling",
    "snapshot",
    "verdict",
]
