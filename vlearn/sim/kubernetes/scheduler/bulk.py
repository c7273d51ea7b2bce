"""Many pods, one after another, on thousands of nodes: what `schedule` decides, in microseconds a pod.

A pod is quick where each node's total depends on that node alone: no affinity, constraints, host ports, extended
resources, volumes, no service or controller that selects it, and no placed pod with affinity. Any other pod goes
through `schedule`; a property test holds that both decide the same. Left out: preemption (a pod that fits nowhere gets
None), and pods that leave: for these, start anew from a new snapshot.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vlearn.sim.kubernetes.scheduler.cycle import schedule
from vlearn.sim.kubernetes.scheduler.infos import PodInfo
from vlearn.sim.kubernetes.scheduler.node_rows import row_of, rows_of
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.template_totals import OUT, Template, best_row, template_of


def schedule_many(pods: Iterable[PodInfo], cluster: Snapshot) -> Iterator[tuple[PodInfo, str | None]]:
    """Each pod with the node it goes to, or None; each sees those before it. Equally good nodes: the first."""
    rows = rows_of(cluster.nodes)
    templates: dict[object, Template] = {}
    alone = not cluster.nodes_with_affinity
    late: list[tuple[int, PodInfo]] = []
    for pod in pods:
        if alone and _is_plain(pod, cluster):
            kind = _kind(pod)
            if kind not in templates:
                templates[kind] = template_of(pod, cluster, rows)
            row = best_row(templates[kind], rows)
        else:
            cluster, late = _brought_up(cluster, late), []
            name = schedule(pod, cluster).node
            row = OUT if name is None else cluster.place[name]
            alone = alone and not pod.affinity
        if row == OUT:
            yield pod, None
            continue
        rows.place(row, row_of(pod.request, 1), row_of(pod.scored, 1))
        late.append((row, pod))
        yield pod, cluster.nodes[row].name


def _is_plain(pod: PodInfo, cluster: Snapshot) -> bool:
    """Whether numbers and the node's own words alone decide on the pod."""
    return not (
        pod.affinity
        or pod.constraints
        or pod.ports
        or pod.refused
        or pod.request.scalars
        or pod.spec.get("volumes")
        or cluster.services
        or (cluster.owners and (pod.pod.get("metadata") or {}).get("ownerReferences"))
    )


def _kind(pod: PodInfo) -> object:
    """Equal for pods that every plain filter and score treats alike."""
    spec, request, scored = pod.spec, pod.request, pod.scored
    images = tuple(each.get("image") for part in ("initContainers", "containers") for each in spec.get(part) or ())
    words = (repr(spec[part]) for part in ("nodeSelector", "affinity", "tolerations") if spec.get(part))
    numbers = (request.cpu, request.memory, request.storage, scored.cpu, scored.memory)
    return numbers, spec.get("nodeName"), images, tuple(words)


def _brought_up(cluster: Snapshot, late: list[tuple[int, PodInfo]]) -> Snapshot:
    """The snapshot with the pods that were placed since it was taken."""
    if not late:
        return cluster
    nodes = list(cluster.nodes)
    for row, pod in late:
        nodes[row] = nodes[row].with_pod(pod)
    return replace(cluster, nodes=tuple(nodes))
