"""What software does about cached translations: the instructions, and for each the rule of what is forgotten.

A guest's page may lie in several host pages, and then in several TLB entries. The guest cannot know; so INVLPG and page
faults forget all entries of the page that its own tables map.
Source: Intel SDM vol. 3A, "Operations that invalidate TLBs and paging-structure caches"; vol. 3C, "Operations that
invalidate cached mappings". A processor may forget more than these rules say, never less.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from vlearn.sim.memory.access import Eptp, Registers
from vlearn.sim.memory.structure_cache import CachedTable
from vlearn.sim.memory.tlb import Tag, TlbEntry


@dataclass(frozen=True, slots=True)
class Invlpg:
    """INVLPG: forget the page of the address, for this PCID or if it is global, and all paging-structure caches."""

    address: int


@dataclass(frozen=True, slots=True)
class LoadCr3:
    """MOV to CR3. `keep` is bit 63 of the operand: with CR4.PCIDE it asks to forget nothing."""

    value: int
    keep: bool = False


@dataclass(frozen=True, slots=True)
class SwitchWorld:
    """VM entry or VM exit: other registers, another EPT or none. VPID 0 is the host, and a guest without a VPID."""

    registers: Registers
    eptp: Eptp | None = None
    vpid: int = 0


@dataclass(frozen=True, slots=True)
class Invept:
    """INVEPT, single-context: the hypervisor has everything forgotten that came through one EPT."""

    root: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Which TLB entries and which paging-structure-cache entries go."""

    page: Callable[[TlbEntry], bool]
    table: Callable[[CachedTable], bool]


Invalidation: TypeAlias = Invlpg | LoadCr3 | SwitchWorld | Invept
NOTHING = Forgotten(lambda page: False, lambda table: False)


def forgotten(action: Invalidation, tag: Tag, pcide: bool = False) -> Forgotten:
    """The rule of an instruction. `tag` is the context in which it runs; for LoadCr3, the one that it enters."""
    match action:
        case Invlpg(address):
            return Forgotten(
                lambda page: (
                    page.tag.vpid == tag.vpid
                    and page.is_part_of_page(address)
                    and (page.tag.pcid == tag.pcid or page.translation.global_page)
                ),
                lambda table: (table.tag.vpid, table.tag.pcid) == (tag.vpid, tag.pcid),
            )
        case LoadCr3(keep=keep):
            if keep and pcide:
                return NOTHING
            here = (tag.vpid, tag.pcid)
            return Forgotten(
                lambda page: (page.tag.vpid, page.tag.pcid) == here and not page.translation.global_page,
                lambda table: (table.tag.vpid, table.tag.pcid) == here,
            )
        case SwitchWorld(vpid=vpid):
            if tag.vpid or vpid:
                return NOTHING
            return Forgotten(lambda page: page.tag.vpid == 0, lambda table: table.tag.vpid == 0)
        case Invept(root):
            return Forgotten(lambda page: page.tag.ept == root, lambda table: table.tag.ept == root)


def after_fault(address: int, tag: Tag) -> Forgotten:
    """A page fault forgets what could have caused it wrongly: the page, and the tables on the way to the address."""
    return Forgotten(
        lambda page: page.is_for(tag) and page.is_part_of_page(address),
        lambda table: table.tag == tag and table.region == address >> table.level.shift,
    )
