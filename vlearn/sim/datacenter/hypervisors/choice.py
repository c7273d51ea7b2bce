"""Which kind of hypervisor for a stated use: rules that each need excludes kinds by, and counts that rank the rest.

A rule is a row of a table: a need, the kinds that do not meet it, and why. It speaks of each kind's example as it is
usually set up: ESXi, Xen with HVM guests, Workstation, KVM with QEMU and a PC, Firecracker. Others of a kind may do
more: bhyve is a part of FreeBSD, VirtualBox moves running guests ("teleporting"), Xen's PVH guests boot without
firmware. What is left is ranked by the lines of code that a guest must trust, and where those are alike by the switches
of a disk read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.datacenter.hypervisors.kinds import HOSTED, IN_KERNEL, KINDS, MICROVM, SERVICE_DOMAIN, TYPE_1
from vlearn.sim.datacenter.hypervisors.operations import operation
from vlearn.sim.datacenter.hypervisors.trust import DEFAULT_SANDBOX, trusted_lines


@dataclass(frozen=True, slots=True)
class Rule:
    """A need, the kinds whose examples do not meet it, and why not."""

    need: str
    excludes: tuple[str, ...]
    because: str


_NOT_SHUT_IN = tuple(name for name, shut_in in DEFAULT_SANDBOX.items() if not shut_in)
RULES = {
    rule.need: rule
    for rule in (
        Rule("a running desktop is not restarted", (TYPE_1, SERVICE_DOMAIN), "they boot before any other system"),
        Rule("the host is not Linux", (IN_KERNEL, MICROVM), "KVM is a part of Linux, and they stand on it"),
        Rule("tenants are strangers", _NOT_SHUT_IN, "whoever has one guest's device model has the others too"),
        Rule(
            "guests start in a fraction of a second",
            (TYPE_1, SERVICE_DOMAIN, HOSTED, IN_KERNEL),
            "their machine is a PC, with firmware and a PCI bus to set up",
        ),
        Rule("an unmodified old guest", (MICROVM,), "it emulates neither a disk controller nor firmware"),
        Rule("a device passed through", (HOSTED, MICROVM), "they leave the devices to the host"),
        Rule("live migration", (HOSTED, MICROVM), "they save and restore machines, but do not move running ones"),
        Rule("drivers in a domain of their own", (TYPE_1, HOSTED, IN_KERNEL, MICROVM), "drivers are in the kernel"),
    )
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Kinds that meet all needs, best first; and each other with the rules that speak against it."""

    kinds: tuple[str, ...]
    excluded: tuple[tuple[str, tuple[Rule, ...]], ...]

    @property
    def conflict(self) -> bool:
        """Whether no kind meets all needs."""
        return not self.kinds


def choose(needs: Iterable[str]) -> Choice:
    """Apply the rules of these needs."""
    rules = [_rule(need) for need in needs]
    against = {name: tuple(rule for rule in rules if name in rule.excludes) for name in KINDS}
    kinds = sorted((name for name in KINDS if not against[name]), key=_rank)
    return Choice(tuple(kinds), tuple((name, why) for name, why in against.items() if why))


def _rule(need: str) -> Rule:
    if need not in RULES:
        raise ModelError(f"there is no need {need!r}{did_you_mean(need, RULES)}; there are {', '.join(RULES)}")
    return RULES[need]


def _rank(name: str) -> tuple[int, int]:
    return trusted_lines(name)[0], operation(name, "disk read").count()
