"""What becomes of a connection to a service, and of a name: kube-proxy's rules, shares of endpoints, DNS queries."""

from collections import Counter
from collections.abc import Sequence
from random import Random

from vlearn.blocks import Block, Chart, Code, Series, Table, Text
from vlearn.errors import ModelError
from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.sim.kubernetes.network import Rule, Rules, proxy_rules, resolve, route
from vlearn.sim.kubernetes.store import Object
from vlearn.views.kubernetes_services import SLICES

CLIENT = "10.244.0.200"
"""A pod that no cluster of the course has: it only asks."""


def draw_traffic(cluster: Cluster, service: str, node: str, connections: int = 300, seed: int = 1) -> tuple[Block, ...]:
    """The rules for one connection from a node, and where so many go: of a service's own chain all rules, so that their
    chances can be compared, else those that match. Raises ModelError for no service.
    """
    found = cluster.get("services", service)
    if found is None:
        raise ModelError(f"there is no service {service!r} in namespace 'default'")
    rules = proxy_rules(cluster.objects("services"), cluster.objects(SLICES), node)
    address, port = found["spec"]["clusterIP"], found["spec"]["ports"][0]["port"]
    rng = Random(seed)
    routed = [route(rules, CLIENT, address, port, rng) for _ in range(connections)]
    path = "\n".join(rule.text for rule in _asked(rules, routed[0].path))
    went = Text(f"A connection to {address}:{port} on {node}: **{routed[0].verdict}** {routed[0].endpoint}".rstrip())
    counts = Counter(each.endpoint for each in routed if each.endpoint)
    if not counts:
        return went, Code(path or "no rule concerns it")
    # The end of a name tells pods apart, and fits below a bar.
    names = {pod["status"].get("podIP", ""): pod["metadata"]["name"].rpartition("-")[2] for pod in _pods(cluster)}
    labels = tuple(f"{names.get(each.partition(':')[0], '')} {each}".strip() for each in sorted(counts))
    series = Series("connections", labels, tuple(float(counts[each]) for each in sorted(counts)))
    return (
        went,
        Code(path),
        Chart(f"{connections} connections to {service}", "endpoint", "connections", (series,), "bar"),
    )


def _asked(rules: Rules, path: Sequence[Rule]) -> list[Rule]:
    chains = [rules.of(rule.table, rule.chain) if rule.chain.startswith("KUBE-SVC-") else (rule,) for rule in path]
    return list(dict.fromkeys(rule for chain in chains for rule in chain))


def _pods(cluster: Cluster) -> list[Object]:
    return cluster.objects("pods", "default")


def draw_lookup(cluster: Cluster, name: str, namespace: str) -> Table:
    """The names that a pod's resolver tries in turn, and what the DNS of the cluster answers."""
    asked = resolve(cluster.store, name, namespace).asked
    rows = tuple((full, answer.code, ", ".join(answer.addresses) or "–") for full, answer in asked)
    return Table(("Asked for", "Answer", "Addresses"), rows, f"A pod of namespace {namespace} looks up {name}")
