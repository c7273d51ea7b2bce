"""What a pod's resolver makes of a name: the search path, tried in turn, and what the DNS answers to each.

A name with fewer than five dots is first tried below the pod's own namespace, then below all services, then below the
cluster, and only then as it stands: which is why a look-up of example.com costs four queries. Source: pkg/kubelet/
network/dns (dnsPolicy ClusterFirst), and resolv.conf(5). Leaves out search domains of the node.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.sim.kubernetes.network.dns import ZONE, Answer, Code, Elsewhere, Record, query
from vlearn.sim.kubernetes.store import Store

NDOTS = 5
"""Dots that a name must have to be tried as it stands at first."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The names that were asked for in turn, each with its answer. The last answer counts if it has records."""

    asked: tuple[tuple[str, Answer], ...]

    @property
    def records(self) -> tuple[Record, ...]:
        """What was found."""
        return self.asked[-1][1].records

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that were found."""
        return self.asked[-1][1].addresses

    @property
    def code(self) -> Code:
        """NXDOMAIN where none of the names exists."""
        return "NOERROR" if any(answer.code == "NOERROR" for _, answer in self.asked) else "NXDOMAIN"


def search_path(namespace: str) -> tuple[str, ...]:
    """The domains below which a pod of the namespace looks for a name."""
    return f"{namespace}.svc.{ZONE}", f"svc.{ZONE}", ZONE


def names_to_try(name: str, namespace: str, ndots: int = NDOTS) -> tuple[str, ...]:
    """The full names that a name may mean, in the order in which they are asked for. A last dot leaves no choice."""
    if name.endswith("."):
        return (name,)
    searched = tuple(f"{name}.{domain}." for domain in search_path(namespace))
    return (f"{name}.", *searched) if name.count(".") >= ndots else (*searched, f"{name}.")


def resolve(
    store: Store,
    name: str,
    from_namespace: str,
    type: str = "A",
    elsewhere: Elsewhere | None = None,
    ndots: int = NDOTS,
) -> Resolution:
    """What a pod of a namespace finds under a name. `elsewhere` has the addresses of names outside the cluster."""
    return Resolution(tuple(_asked(store, names_to_try(name, from_namespace, ndots), type, elsewhere or {})))


def _asked(store: Store, names: tuple[str, ...], type: str, elsewhere: Elsewhere) -> Iterator[tuple[str, Answer]]:
    for name in names:
        answer = query(store, name, type, elsewhere)
        yield name, answer
        if answer.records:
            return
