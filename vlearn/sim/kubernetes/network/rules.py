"""A rule of iptables as kube-proxy writes it, and the chains that rules are in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Literal

Table = Literal["nat", "filter"]

MARK = "KUBE-MARK-MASQ"
FINAL = ("DNAT", "REJECT", "DROP")
"""Targets that decide; all others are chains, but for the mark, after which matching goes on."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of a connection, and what is then done with it. What is empty is not asked.

    `source` may be negated: "! 10.244.0.0/16". `local` asks that the source or the destination is the node itself.
    `recent` asks that the source was sent to the target within so many seconds; `remembered` that it be noted.
    """

    table: Table
    chain: str
    target: str
    comment: str = ""
    protocol: str = ""
    destination: str = ""
    port: int = 0
    source: str = ""
    local: Literal["", "src", "dst"] = ""
    probability: float | None = None
    recent: int | None = None
    remembered: bool = False
    to: str = ""

    @property
    def match(self) -> str:
        """What it asks, in iptables' words."""
        negated, _, source = self.source.rpartition(" ")
        parts = (
            f"-m statistic --mode random --probability {self.probability:.10f}" if self.probability is not None else "",
            f"-m recent --name {self.target} --rcheck --seconds {self.recent} --reap" if self.recent else "",
            f"-m recent --name {self.chain} --set" if self.remembered else "",
            f"-m addrtype --{self.local}-type LOCAL" if self.local else "",
            f"-m {self.protocol} -p {self.protocol}" if self.protocol else "",
            f"-d {self.destination}" if self.destination else "",
            f"--dport {self.port}" if self.port else "",
            f"{negated} -s {source}".strip() if source else "",
        )
        return " ".join(part for part in parts if part)

    @property
    def text(self) -> str:
        """As iptables-save shows it."""
        quoted = f'"{self.comment}"' if " " in self.comment else self.comment
        comment = f"-m comment --comment {quoted}" if quoted else ""
        to = f"--to-destination {self.to}" if self.to else ""
        parts = (f"-A {self.chain}", comment, self.match, f"-j {self.target}", to)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a node by table and chain, in order; `addresses` are those of the node itself."""

    chains: Mapping[tuple[Table, str], tuple[Rule, ...]]
    addresses: frozenset[str] = frozenset()

    def of(self, table: Table, chain: str) -> tuple[Rule, ...]:
        """The rules of a chain."""
        return self.chains.get((table, chain), ())

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All of them, chain by chain."""
        return tuple(rule for chain in self.chains.values() for rule in chain)

    @property
    def rows(self) -> tuple[tuple[str, str, str, str], ...]:
        """A table of them: chain, match, target with what it sends to, and comment."""
        return tuple((each.chain, each.match, f"{each.target} {each.to}".strip(), each.comment) for each in self.rules)


def in_chains(rules: Iterable[Rule], addresses: Iterable[str]) -> Rules:
    """The rules, put into their chains."""
    chains: dict[tuple[Table, str], list[Rule]] = {}
    for rule in rules:
        chains.setdefault((rule.table, rule.chain), []).append(rule)
    return Rules({place: tuple(some) for place, some in chains.items()}, frozenset(addresses))


def is_from(source: str, asked: str) -> bool:
    """Whether an address is what a rule asks of the source: an address or a network, perhaps negated."""
    negated, _, network = asked.rpartition(" ")
    return (ip_address(source) in ip_network(network)) is not (negated == "!")
