"""Many pods, one after another, on thousands of nodes: what `schedule` decides, in microseconds a pod.

A pod is quick where amounts and the node's own words decide: no affinity, constraints of its own, host ports, extended
resources, volumes, and no placed pod with affinity. What services and controllers select is spread as by default; see
`spread_totals`. Any other pod goes through `schedule`; a property test holds that both decide the same. Left out:
preemption (a pod that fits nowhere gets None), and pods that leave: for these, start anew from a new snapshot.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from vlearn.sim.kubernetes.scheduler.cycle import schedule
from vlearn.sim.kubernetes.scheduler.infos import PodInfo
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.template_totals import OUT
from vlearn.sim.kubernetes.scheduler.totals import is_plain, totals_of


def schedule_many(pods: Iterable[PodInfo], cluster: Snapshot) -> Iterator[tuple[PodInfo, str | None]]:
    """Each pod with the node it goes to, or None; each sees those before it. Equally good nodes: the first."""
    totals = totals_of(cluster)
    alone = not cluster.nodes_with_affinity
    late: list[tuple[int, PodInfo]] = []
    for pod in pods:
        if alone and is_plain(pod):
            row = totals.best(pod)
        else:
            cluster, late = brought_up(cluster, late), []
            name = schedule(pod, cluster).node
            row = OUT if name is None else cluster.place[name]
            alone = alone and not pod.affinity
        if row == OUT:
            yield pod, None
            continue
        totals.place(row, pod)
        late.append((row, pod))
        yield pod, cluster.nodes[row].name


def brought_up(cluster: Snapshot, late: Sequence[tuple[int, PodInfo]]) -> Snapshot:
    """The snapshot with the pods that were placed since it was taken, each on the node of its row."""
    if not late:
        return cluster
    nodes = list(cluster.nodes)
    for row, pod in late:
        nodes[row] = nodes[row].with_pod(pod)
    return replace(cluster, nodes=tuple(nodes))
