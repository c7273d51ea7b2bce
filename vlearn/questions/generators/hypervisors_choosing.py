"""Questions whose key is a choice: the products that stated needs rule out, the one that is left, and who owns what."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.hypervisors_scenes import PRODUCT
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification, MultipleChoice, Option, SingleChoice
from vlearn.sim.datacenter.hypervisors import KINDS, PRODUCTS, choose, operation
from vlearn.sim.datacenter.hypervisors.choice import Choice
from vlearn.sim.datacenter.hypervisors.kinds import HOSTED, IN_KERNEL, MICROVM, SERVICE_DOMAIN, TYPE_1

NEEDS = {
    "a running desktop is not restarted": "the hypervisor is added to a running desktop (Linux or Windows, as it"
    " needs), which must not be restarted",
    "the host is not Linux": "what schedules the guests' virtual processors must not be a Linux kernel",
    "tenants are strangers": "the guests belong to strangers: whoever takes one guest's device model over must not have"
    " the other guests with it",
    "guests start in a fraction of a second": "a guest has to start in a fraction of a second, with no firmware and no"
    " PCI bus to set up",
    "an unmodified old guest": "an unmodified system of 1999 is to run, which knows IDE disks only and boots by BIOS",
    "a device passed through": "a PCI card is to be passed through to one of the guests",
    "live migration": "running guests are to move to another host, with no more than a moment's pause",
    "drivers in a domain of their own": "the drivers of the real devices are to run in a virtual machine of their own",
}
"""The needs that the model's rules know, in words that leave no doubt about what is meant."""
WHY = {
    "a running desktop is not restarted": "it boots before any other system, so the machine has to be restarted",
    "the host is not Linux": "its guests' virtual processors are threads that Linux schedules",
    "tenants are strangers": "what one of its device models may do is enough to reach the other guests",
    "guests start in a fraction of a second": "its machine is a PC with firmware and a PCI bus",
    "an unmodified old guest": "it has neither an IDE disk nor a BIOS",
    "a device passed through": "its guests get no PCI card of the host's",
    "live migration": "it can save a machine and restore it, but does not move a running one",
    "drivers in a domain of their own": "the real drivers are in what runs its guests, not in a virtual machine",
}
"""Why a kind that a rule excludes does not meet the need."""
WHO = ("A hospital", "A bank", "A school", "A research group", "A hosting company", "A shop", "A games studio")
_TAKEN = (
    "Take the products as their makers document them: VMware ESXi, which has device models in a sandbox; Xen with HVM"
    " guests, whose QEMU is a process of root in Dom0; VMware Workstation on Windows, all guests run by one user; KVM"
    " with QEMU and its usual PC, confined by libvirt; KVM with Firecracker, which has virtio devices only and is"
    " confined by its jailer."
)


def choose_for_needs(rng: Random) -> Posed:
    """Which product meets all needs, with the shortest path for a disk read where there are several?"""
    wanted = rng.choice(tuple(KINDS))
    while True:
        needs = rng.sample(tuple(NEEDS), rng.choice((2, 3)))
        found = choose(needs)
        ranked = sorted(found.kinds, key=_reading)
        if ranked[:1] == [wanted] and (len(ranked) == 1 or _reading(ranked[0]) < _reading(ranked[1])):
            break
    wrong = list(_wrong(found, wanted))
    rng.shuffle(wrong)
    options, correct = distractors(rng, PRODUCT[wanted], wrong, 4, "It meets every need.")
    prompt = Text(
        f"{rng.choice(WHO)} needs a hypervisor. {_listed(needs)}\n\n{_TAKEN} If several meet all needs, choose the one"
        " under which a read from a paravirtual disk takes the fewest switches. Which one is it?"
    )
    lines = [f"- {PRODUCT[kind]}: {_against(found, kind)}" for kind in KINDS if kind not in found.kinds]
    left = ", ".join(f"{PRODUCT[kind]} ({_reading(kind)} switches)" for kind in ranked)
    solution = Text("Ruled out:\n\n" + "\n".join(lines) + f"\n\nLeft: {left}.")
    return Posed((prompt,), SingleChoice(options, correct), (solution,))


def ruled_out_by_needs(rng: Random) -> Posed:
    """Which products do not meet these needs?"""
    while True:
        needs = rng.sample(tuple(NEEDS), rng.choice((1, 2, 2)))
        found = choose(needs)
        if found.kinds:
            break
    order = rng.sample(tuple(KINDS), len(KINDS))
    options = tuple(Option(PRODUCT[kind], _feedback(found, kind)) for kind in order)
    correct = frozenset(n for n, kind in enumerate(order) if kind not in found.kinds)
    prompt = Text(
        f"{rng.choice(WHO)} needs a hypervisor. {_listed(needs)}\n\n{_TAKEN} Which of them are ruled out? Choose all"
        " that apply."
    )
    lines = [f"- {PRODUCT[kind]}: {_feedback(found, kind)}" for kind in KINDS]
    return Posed((prompt,), MultipleChoice(options, correct), (Text("\n".join(lines)),))


def _listed(needs: list[str]) -> str:
    if len(needs) == 1:
        return f"There is one condition: {NEEDS[needs[0]]}."
    return "These are the conditions:\n\n" + "\n".join(f"- {NEEDS[need]}" for need in needs)


def _reading(kind: str) -> int:
    """Switches of a read from a paravirtual disk."""
    return operation(kind, "disk read").count()


def _against(found: Choice, kind: str) -> str:
    return "; ".join(WHY[rule.need] for rule in dict(found.excluded)[kind]) + "."


def _feedback(found: Choice, kind: str) -> str:
    if kind in found.kinds:
        return "Nothing that is asked for speaks against it."
    return f"It is ruled out: {_against(found, kind)}"


def _wrong(found: Choice, right: str) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        more = f"It meets all needs, but a read takes {_reading(kind)} switches, not {_reading(right)}."
        yield PRODUCT[kind], more if kind in found.kinds else _feedback(found, kind)


OWNERS = {
    TYPE_1: "A hypervisor does both",
    SERVICE_DOMAIN: "A hypervisor schedules, a privileged guest has the drivers",
    HOSTED: "The kernel of an operating system does both",
    IN_KERNEL: "The kernel of an operating system does both",
    MICROVM: "The kernel of an operating system does both",
}
"""What owns the hardware beneath a kind. Where a kernel does, its label is disputed, but not this."""


_VERSION = {"Microsoft Hyper-V": "Microsoft Hyper-V on Windows Server"}
"""On a desktop Windows, the root partition may schedule as well."""


def who_owns_hardware(rng: Random) -> Posed:
    """What owns processors and devices beneath each of these products?"""
    categories = tuple(dict.fromkeys(OWNERS.values()))
    while True:
        chosen = rng.sample(tuple(PRODUCTS.values()), 6)
        key = tuple(categories.index(OWNERS[product.kind]) for product in chosen)
        if len(set(key)) == len(categories):
            break
    prompt = Text(
        "Whatever label one gives these products: what schedules the guests on the real processors, and what has the"
        " drivers of the real devices?"
    )
    lines = [f"- {one.name}: processors {one.processor}, devices {one.devices} ({one.source})" for one in chosen]
    solution = Text("\n".join(lines))
    answer = Classification(categories, tuple(_VERSION.get(one.name, one.name) for one in chosen), key)
    return Posed((prompt,), answer, (solution,))
