"""The totals of all nodes for every kind of plain pod that has come so far, kept true while pods are placed.

What nodes' words decide is shared by all pods with the same words, what numbers decide by those that also ask for the
same amounts; siblings of the same pods share how they are spread.
"""

from dataclasses import dataclass, field

from vlearn.sim.kubernetes.scheduler.infos import PodInfo
from vlearn.sim.kubernetes.scheduler.node_rows import Rows, row_of, rows_of
from vlearn.sim.kubernetes.scheduler.siblings import Directory, Siblings, directory_of
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.spread_totals import Places, Spread, places_of, spread_of, usable_rows
from vlearn.sim.kubernetes.scheduler.template_totals import OUT, Fixed, Template, best_row, fixed_of, template_of


def is_plain(pod: PodInfo) -> bool:
    """Whether amounts, siblings and the node's own words alone decide on the pod."""
    return not (
        pod.affinity or pod.constraints or pod.ports or pod.refused or pod.request.scalars or pod.spec.get("volumes")
    )


@dataclass(slots=True)
class Totals:
    """The totals. Of `cluster` only the nodes themselves are used: which pods are on them, `rows` and others know."""

    cluster: Snapshot
    rows: Rows
    places: Places
    directory: Directory | None
    fixed: dict[object, Fixed] = field(default_factory=dict)
    templates: dict[object, Template] = field(default_factory=dict)
    spreads: dict[tuple[object, Siblings], Spread] = field(default_factory=dict)

    def best(self, pod: PodInfo) -> int:
        """The row of the node that a plain pod goes to, or OUT."""
        words = _words(pod)
        kind = words, _amounts(pod)
        template = self.templates.get(kind)
        if template is None:
            if words not in self.fixed:
                self.fixed[words] = fixed_of(pod, self.cluster)
            template = self.templates[kind] = template_of(pod, self.fixed[words], self.rows)
        siblings = self.directory.siblings(pod) if self.directory else None
        if siblings is None:
            return best_row(template, self.rows)
        spread = self.spreads.get((kind, siblings))
        if spread is None:
            usable = usable_rows(pod, self.cluster.nodes)
            spread = spread_of(siblings, self.places, template.totals != OUT, usable, len(template.full))
            self.spreads[kind, siblings] = spread
        return best_row(template, self.rows, spread)

    def place(self, row: int, pod: PodInfo) -> None:
        """Put a pod on a node."""
        self.rows.place(row, row_of(pod.request, 1), row_of(pod.scored, 1))
        if self.directory:
            self.directory.place(row, pod)


def totals_of(cluster: Snapshot) -> Totals:
    """The totals of this moment, before any pod has come."""
    return Totals(cluster, rows_of(cluster.nodes), places_of(cluster.nodes), directory_of(cluster))


def _words(pod: PodInfo) -> object:
    """Equal for pods of which nodes' words decide the same."""
    spec = pod.spec
    images = tuple(each.get("image") for part in ("initContainers", "containers") for each in spec.get(part) or ())
    words = (repr(spec[part]) for part in ("nodeSelector", "affinity", "tolerations") if spec.get(part))
    return spec.get("nodeName"), images, *words


def _amounts(pod: PodInfo) -> object:
    request, scored = pod.request, pod.scored
    return request.cpu, request.memory, request.storage, scored.cpu, scored.memory
