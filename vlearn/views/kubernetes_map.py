"""A running cluster at a glance: the control plane, every node with its pods, every service with its endpoints.

What is down has dashes and says so; what the event touched is lit. Left out: objects that are neither, such as jobs,
which `kubernetes_tree` draws, and namespaces, which the map does not tell apart.
"""

from collections.abc import Iterator, Sequence

from vlearn.blocks import Block, Figure
from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.pods import is_terminal
from vlearn.sim.kubernetes.cluster import API_SERVER, Cluster
from vlearn.sim.kubernetes.cluster.kubelets import kubelet, power
from vlearn.sim.kubernetes.cluster.scheduling import SCHEDULER
from vlearn.sim.kubernetes.store import Object
from vlearn.trace import Event
from vlearn.views.devices_strip import WIDTH, sentence
from vlearn.views.kubernetes_pods import CHIP, LEGEND, chip, is_lit, said
from vlearn.views.kubernetes_services import services_drawn, services_said
from vlearn.views.kubernetes_strip import STRIP, clock, strip
from vlearn.views.kubernetes_tree import draw_tree
from vlearn.views.svg import CURRENT, FAULT, INK, PLAIN, SMALL, WAITING, Look, Shape, box, drawing, fitted, text

GAP = 6
PLANE = 34
MOST_NODES, MOST_COLUMNS = 20, 5
ROWS = (3, 8)
"""The fewest and the most rows of pods in a node."""


def draw(state: Cluster, event: Event | None = None) -> tuple[Block, ...]:
    """The map, and beside it who owns whom."""
    return draw_map(state, event), *draw_tree(state, event)


def draw_map(state: Cluster, event: Event | None = None) -> Figure:
    """The map alone."""
    nodes = sorted(state.objects("nodes"), key=_natural)
    homes = _homes(state)
    shapes = list(_plane(state, event))
    y: float = PLANE + 2 * GAP
    y = _drawn_nodes(state, event, nodes, homes, y, shapes)
    y = _drawn_homeless(state, event, homes.get("", []), y, shapes)
    y = services_drawn(state, event, y, shapes)
    shapes.append(text(4, y + 14, LEGEND, size=SMALL))
    shapes += strip(state, event, y + 22)
    return Figure(drawing(WIDTH, y + 22 + STRIP + 4, shapes), _alt(state, nodes, homes, event))


def _homes(state: Cluster) -> dict[str, list[Object]]:
    """The pods by node; those that have ended only while there is nothing else to show of them."""
    homes: dict[str, list[Object]] = {}
    for pod in state.objects("pods"):
        homes.setdefault(pod["spec"].get("nodeName") or "", []).append(pod)
    return {node: sorted(pods, key=is_terminal) for node, pods in homes.items()}


def _natural(node: Object) -> tuple[int, str]:
    """node-2 before node-10."""
    name = str(node["metadata"]["name"])
    return len(name), name


def _plane(state: Cluster, event: Event | None) -> Iterator[Shape]:
    """The control plane as its four programs."""
    kind = event.kind if event else ""
    controllers = sorted(name for name in state.down if name.endswith("-controller"))
    busy = kind if kind.endswith("-controller") else ""
    parts = (
        ("etcd", "", False, False),
        (API_SERVER, "down" if API_SERVER in state.down else "", False, API_SERVER in state.down),
        ("kube-scheduler", "down" if SCHEDULER in state.down else "", kind == SCHEDULER, SCHEDULER in state.down),
        ("kube-controller-manager", _down(controllers) or busy, bool(busy), bool(controllers)),
    )
    width = (WIDTH - 4 - 3 * GAP) / 4
    for n, (name, note, lit, down) in enumerate(parts):
        x = 2 + n * (width + GAP)
        yield box(x, 2, width, PLANE, CURRENT if lit else WAITING if down else PLAIN)
        yield text(x + 8, 16, name, size=SMALL, bold=True, fill=INK)
        if note:
            yield text(x + 8, 30, note, size=fitted(note, width - 14, 10), mono=True, fill=INK)


def _down(names: Sequence[str]) -> str:
    return f"{names[0]} down" if len(names) == 1 else f"{len(names)} controllers down" if names else ""


def _drawn_nodes(
    state: Cluster, event: Event | None, nodes: list[Object], homes: dict[str, list[Object]], top: float,
    shapes: list[Shape],
) -> float:  # fmt: skip
    """Draw the nodes from `top` on; where they end."""
    shown = nodes[:MOST_NODES]
    columns = max(1, min(len(shown), MOST_COLUMNS))
    width = (WIDTH - 4 - (columns - 1) * GAP) / columns
    most = max((len(homes.get(node["metadata"]["name"], ())) for node in shown), default=0)
    rows = max(ROWS[0], min(most, ROWS[1] if len(shown) <= MOST_COLUMNS else ROWS[1] // 2))
    height = 40 + rows * CHIP
    for n, node in enumerate(shown):
        x, y = 2 + n % columns * (width + GAP), top + n // columns * (height + GAP)
        shapes += _node(state, event, node, homes.get(node["metadata"]["name"], []), x, y, width, height)
    bottom = top + -(-len(shown) // columns) * (height + GAP)
    if len(nodes) > len(shown):
        shapes.append(text(4, bottom + 10, f"{len(nodes) - len(shown)} more nodes are not drawn", size=SMALL))
        bottom += 18
    return bottom


def _node(
    state: Cluster, event: Event | None, node: Object, pods: list[Object], x: float, y: float, width: float,
    height: float,
) -> Iterator[Shape]:  # fmt: skip
    name = node["metadata"]["name"]
    word, look = node_state(state, node)
    lit = is_lit("nodes", node, event) or (event is not None and event.kind == kubelet(name))
    yield box(x, y, width, height, CURRENT if lit else look, radius=6)
    yield text(x + 8, y + 15, name, size=SMALL, bold=True, fill=INK)
    yield text(x + 8, y + 29, word, size=fitted(word, width - 14, 10), mono=True, fill=INK)
    rows = int((height - 40) / CHIP)
    shown = pods if len(pods) <= rows else pods[: rows - 1]
    for n, pod in enumerate(shown):
        lit_pod = is_lit("pods", pod, event)
        yield from chip(pod, pod["metadata"]["name"], state.now, x + 5, y + 37 + n * CHIP, width - 10, lit_pod)
    if len(pods) > len(shown):
        words = f"and {len(pods) - len(shown)} more pods"
        yield text(x + 8, y + 50 + len(shown) * CHIP, words, size=10, fill=INK)


def node_state(state: Cluster, node: Object) -> tuple[str, Look]:
    """What is the matter with a node, in words: what the control plane knows, and what is so in fact."""
    name = node["metadata"]["name"]
    ready = condition(node, "Ready")
    status = ready["status"] if ready is not None else "Unknown"
    words = ["Ready" if status == "True" else f"NotReady ({status})"]
    if node["spec"].get("unschedulable"):
        words.append("cordoned")
    in_fact = {
        "off": power(name) in state.down,
        "no kubelet": kubelet(name) in state.down,
        "cut off": name in state.cut,
    }
    broken = [word for word, holds in in_fact.items() if holds]
    return ", ".join(words + broken), WAITING if broken else FAULT if status != "True" else PLAIN


def _drawn_homeless(state: Cluster, event: Event | None, pods: list[Object], top: float, shapes: list[Shape]) -> float:
    """Draw the pods that have no node, in one row."""
    shapes.append(text(4, top + 13, "No node yet:", size=SMALL))
    width, places = 132.0, 5
    shown = pods if len(pods) <= places else pods[: places - 1]
    for n, pod in enumerate(shown):
        x = 84 + n * (width + 3)
        shapes += chip(pod, pod["metadata"]["name"], state.now, x, top, width, is_lit("pods", pod, event))
    if len(pods) > len(shown):
        more = f"and {len(pods) - len(shown)} more"
        shapes.append(text(84 + len(shown) * (width + 3) + 4, top + 13, more, size=SMALL))
    elif not pods:
        shapes.append(text(84, top + 13, "none", size=SMALL))
    return top + CHIP + GAP


def _alt(state: Cluster, nodes: list[Object], homes: dict[str, list[Object]], event: Event | None) -> str:
    """The map in words."""
    down = f" Down: {', '.join(sorted(state.down))}." if state.down else ""
    lines = []
    for node in nodes[:MOST_NODES]:
        name = node["metadata"]["name"]
        pods = "; ".join(said(pod, state.now) for pod in homes.get(name, [])[: ROWS[1]])
        hidden = len(homes.get(name, [])) - ROWS[1]
        more = f"; and {hidden} more" if hidden > 0 else ""
        lines.append(f"{name} is {node_state(state, node)[0]} with {pods or 'no pod'}{more}.")
    waiting = ", ".join(pod["metadata"]["name"] for pod in homes.get("", ())) or "none"
    said_services = services_said(state)
    return f"At {clock(state)}.{down} {' '.join(lines)} Pods without a node: {waiting}.{said_services}{sentence(event)}"
