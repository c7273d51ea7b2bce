"""A connection's way through the rules of a node: to which endpoint it goes, or why it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from immutables import Map

from vlearn.sim.kubernetes.network.rules import FINAL, MARK, Rule, Rules, Table, is_from

Recent = Map[tuple[str, str], float]
"""When a source was last sent to an endpoint: by the endpoint's chain and the source."""

_NOBODY: Recent = Map()


@dataclass(frozen=True, slots=True)
class Routed:
    """What became of a connection, by which rules.

    DNAT: it goes to `endpoint`; `masqueraded`, as if it came from the node. REJECT: refused at once. DROP: never
    answered. ACCEPT: no rule of kube-proxy concerns it, and it goes where it was sent. `why` is the deciding comment.
    """

    verdict: Literal["DNAT", "REJECT", "DROP", "ACCEPT"]
    endpoint: str = ""
    masqueraded: bool = False
    why: str = ""
    path: tuple[Rule, ...] = ()
    recent: Recent = field(default_factory=Map)


@dataclass(frozen=True, slots=True)
class _Connection:
    source: str
    address: str
    port: int
    protocol: str
    now: float


def route(
    rules: Rules,
    source: str,
    address: str,
    port: int,
    rng: Random,
    protocol: str = "TCP",
    recent: Recent = _NOBODY,
    now: float = 0.0,
) -> Routed:
    """A new connection on the node: first its destination is translated, then the filter may refuse it.

    `recent` is what session affinity remembers; hand on the result's to the next connection, with a later `now`.
    """
    connection = _Connection(source, address, port, protocol.lower(), now)
    path: list[Rule] = []
    final = _walk(rules, "nat", "KUBE-SERVICES", connection, rng, recent, path)
    masqueraded = any(rule.target == MARK for rule in path)
    if final is not None:
        after = recent.set((final.chain, source), now) if final.remembered else recent
        return Routed("DNAT", final.to, masqueraded, final.comment, tuple(path), after)
    for chain in ("KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES"):
        final = _walk(rules, "filter", chain, connection, rng, recent, path)
        if final is not None:
            verdict: Literal["REJECT", "DROP"] = "REJECT" if final.target == "REJECT" else "DROP"
            return Routed(verdict, "", False, final.comment, tuple(path), recent)
    return Routed("ACCEPT", f"{address}:{port}", False, "no rule of kube-proxy matches", tuple(path), recent)


def _walk(
    rules: Rules, table: Table, chain: str, connection: _Connection, rng: Random, recent: Recent, path: list[Rule]
) -> Rule | None:
    """The rule that decides, or None where the chain ends without a decision; the rules that matched go to `path`."""
    for rule in rules.of(table, chain):
        if not _matches(rule, connection, rules, rng, recent):
            continue
        path.append(rule)
        if rule.target in FINAL:
            return rule
        if rule.target != MARK:
            found = _walk(rules, table, rule.target, connection, rng, recent, path)
            if found is not None:
                return found
    return None


def _matches(
    rule: Rule, connection: _Connection, rules: Rules, rng: Random, recent: Mapping[tuple[str, str], float]
) -> bool:
    if rule.local and (connection.source if rule.local == "src" else connection.address) not in rules.addresses:
        return False
    asked = ((rule.protocol, connection.protocol), (rule.destination, connection.address), (rule.port, connection.port))
    if any(wanted and wanted != given for wanted, given in asked):
        return False
    if rule.source and not is_from(connection.source, rule.source):
        return False
    if rule.recent is not None:
        last = recent.get((rule.target, connection.source))
        return last is not None and connection.now - last <= rule.recent
    return rule.probability is None or rng.random() < rule.probability
