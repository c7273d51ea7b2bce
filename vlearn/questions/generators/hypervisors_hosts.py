"""Hosts with two guests, drawn at random, as a question tells of them: their parts, and what confines device models."""

from dataclasses import dataclass
from random import Random

from vlearn.questions.generators.hypervisors_scenes import ARRANGED, PRODUCT
from vlearn.sim.datacenter.hypervisors import FILES, KINDS, Part, blast_radius, parts
from vlearn.sim.datacenter.hypervisors.kinds import HOSTED, IN_KERNEL, MICROVM, SERVICE_DOMAIN, TYPE_1

GUESTS = (
    ("shop", "mail"),
    ("bank", "blog"),
    ("wiki", "game"),
    ("lab", "forum"),
    ("map", "chat"),
    ("payroll", "canteen"),
)
CONFINED = {
    SERVICE_DOMAIN: "Each QEMU is confined to its guest and its disk.",
    HOSTED: "There is a VMApp for each guest, confined to this guest and its disk.",
    IN_KERNEL: "Each QEMU is confined to its guest and its disk.",
    MICROVM: "Each Firecracker is confined to its guest and its disk.",
}
FREE = {
    SERVICE_DOMAIN: "Each QEMU runs as root in Dom0, which may load modules there, and nothing confines it.",
    HOSTED: "There is a VMApp for each guest. Both run as one ordinary user, to whom the host's other files belong, and"
    " nothing else confines them.",
    IN_KERNEL: "Each QEMU runs as root, which may load modules, and nothing confines it.",
    MICROVM: "Each Firecracker runs as root, which may load modules, and nothing confines it.",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A host with two guests, its device models confined or not."""

    kind: str
    confined: bool
    guests: tuple[str, str]

    @property
    def told(self) -> str:
        """What the question says of it."""
        first, second = self.guests
        rights = "" if self.kind == TYPE_1 else f" {(CONFINED if self.confined else FREE)[self.kind]}"
        return f"Two guests, `{first}` and `{second}`, run under {PRODUCT[self.kind]}. {ARRANGED[self.kind]}{rights}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the host and of its guests."""
        return parts(self.kind, self.confined)

    def radius(self, part: str) -> frozenset[str]:
        """All that somebody has who has this part."""
        return blast_radius(self.kind, part, self.confined)

    def named(self, part: str) -> str:
        """A part in the words of a question."""
        for letter, guest in zip("AB", self.guests, strict=True):
            if part.endswith(f" {letter}"):
                what = part.removesuffix(f" {letter}").removesuffix(" of")
                return f"the {_OF_A_GUEST.get(what, what)} of `{guest}`"
        return _NAMED.get(part, part)


_OF_A_GUEST = {"application": "VMApp", "processes": "programs"}
_NAMED = {
    "VMkernel": "the VMkernel",
    "host's kernel": "the host's kernel",
    "VMM": "the VMM",
    "host's kernel with KVM": "the host's kernel with KVM",
    FILES: "the host's other files",
}


def drawn_scene(rng: Random) -> Scene:
    """A kind, whether its device models are confined, and names of guests."""
    return Scene(rng.choice(tuple(KINDS)), rng.random() < 0.5, rng.choice(GUESTS))
