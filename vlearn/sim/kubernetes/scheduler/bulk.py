"""Many pods, one after another, on thousands of nodes: what `schedule` decides, in microseconds a pod.

A pod is quick where numbers and the node's own words decide: no affinity, constraints of its own, host ports, extended
resources, volumes, and no placed pod with affinity. What services and controllers select is spread as by default; see
`spread_totals`. Any other pod goes through `schedule`; a property test holds that both decide the same. Left out: preemption (a pod that fits nowhere gets
None), and pods that leave: for these, start anew from a new snapshot.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vlearn.sim.kubernetes.scheduler.cycle import schedule
from vlearn.sim.kubernetes.scheduler.infos import PodInfo
from vlearn.sim.kubernetes.scheduler.node_rows import row_of, rows_of
from vlearn.sim.kubernetes.scheduler.siblings import Siblings, directory_of
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.spread_totals import places_of, spread_of, usable_rows
from vlearn.sim.kubernetes.scheduler.template_totals import OUT, Template, best_row, template_of


def schedule_many(pods: Iterable[PodInfo], cluster: Snapshot) -> Iterator[tuple[PodInfo, str | None]]:
    """Each pod with the node it goes to, or None; each sees those before it. Equally good nodes: the first."""
    rows = rows_of(cluster.nodes)
    places, directory = places_of(cluster.nodes), directory_of(cluster)
    templates: dict[object, Template] = {}
    alone = not cluster.nodes_with_affinity
    late: list[tuple[int, PodInfo]] = []
    for pod in pods:
        if alone and _is_plain(pod):
            siblings = directory.siblings(pod) if directory else None
            kind = _kind(pod, siblings)
            if kind not in templates:
                templates[kind] = made = template_of(pod, cluster, rows)
                if siblings is not None:
                    made.spread = spread_of(siblings, places, made.totals != OUT, usable_rows(pod, cluster.nodes))
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
        if directory:
            directory.place(row, pod)
        yield pod, cluster.nodes[row].name


def _is_plain(pod: PodInfo) -> bool:
    """Whether numbers and the node's own words alone decide on the pod."""
    return not (
        pod.affinity
        or pod.constraints
        or pod.ports
        or pod.refused
        or pod.request.scalars
        or pod.spec.get("volumes")
    )


def _kind(pod: PodInfo, siblings: Siblings | None) -> object:
    """Equal for pods that every plain filter and score treats alike."""
    spec, request, scored = pod.spec, pod.request, pod.scored
    images = tuple(each.get("image") for part in ("initContainers", "containers") for each in spec.get(part) or ())
    words = (repr(spec[part]) for part in ("nodeSelector", "affinity", "tolerations") if spec.get(part))
    numbers = (request.cpu, request.memory, request.storage, scored.cpu, scored.memory)
    return siblings, numbers, spec.get("nodeName"), images, tuple(words)


def _brought_up(cluster: Snapshot, late: list[tuple[int, PodInfo]]) -> Snapshot:
    """The snapshot with the pods that were placed since it was taken."""
    if not late:
        return cluster
    nodes = list(cluster.nodes)
    for row, pod in late:
        nodes[row] = nodes[row].with_pod(pod)
    return replace(cluster, nodes=tuple(nodes))
