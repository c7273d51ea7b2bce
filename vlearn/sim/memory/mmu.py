"""A memory-management unit: a TLB and paging-structure caches in front of the page walk.

A hit costs no reference and sets no A flag. Faults are never cached. A store through a translation whose D flag is
clear walks again to set it, and so does an access that the cached EPT rights refuse, since only a walk can report an
EPT violation. Nothing is dropped unless `invalidation` says so: after a store to a page table, a stale translation is
served until software asks for it to be forgotten.

A processor may cache less than this model, and drop more; software must work on both. Left out: INVPCID and INVVPID,
speculative fills, changes of CR0, CR4 and IA32_EFER, other processors (and so TLB shootdowns).
Source: Intel SDM vol. 3A, "Caching translation information"; vol. 3C, "Caching translation information".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from vlearn.sim.memory.access import EPT_WANTED, Access, Translation
from vlearn.sim.memory.cr3 import load_cr3
from vlearn.sim.memory.invalidation import (
    Forgotten,
    Invalidation,
    Invept,
    Invlpg,
    LoadCr3,
    SwitchWorld,
    after_fault,
    forgotten,
)
from vlearn.sim.memory.modes import size_name
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.structure_cache import CachedTable, StructureCache
from vlearn.sim.memory.tlb import Tag, Tlb, TlbEntry
from vlearn.sim.memory.walk import page_fault, translate
from vlearn.trace import Event, Step


@dataclass(frozen=True, slots=True)
class Mmu:
    """The walker's state with the caches in front of it. `walk.outcome` is how the last access ended."""

    walk: Walk
    tlb: Tlb = field(default_factory=Tlb.empty)
    structures: StructureCache = field(default_factory=StructureCache)
    vpid: int = 0

    @property
    def tag(self) -> Tag:
        """The context that the processor runs in now."""
        return Tag(self.vpid, self.walk.registers.pcid, self.walk.eptp.root if self.walk.eptp else 0)

    def forgets(self, rule: Forgotten) -> "Mmu":
        """Without the cached entries that the rule names."""
        return replace(self, tlb=self.tlb.without(rule.page), structures=self.structures.without(rule.table))

    def named_by(self, rule: Forgotten) -> int:
        """How many cached entries the rule names."""
        return sum(map(rule.page, self.tlb.entries)) + sum(map(rule.table, self.structures.tables))


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """Software stores an entry at a physical address, and does no more: the caches do not notice."""

    address: int
    entry: int


Action: TypeAlias = Access | StoreEntry | Invalidation


def operate(mmu: Mmu, action: Action) -> Iterator[Step[Mmu]]:
    """What the unit does on one action; an access may take many steps."""
    match action:
        case Access():
            yield from _access(mmu, action)
        case StoreEntry(address, entry):
            walk = replace(mmu.walk, memory=mmu.walk.memory.set(address, entry))
            text = f"software stores {entry:#x} at {address:#x}; the caches do not notice"
            yield Step(Event("store-entry", text, (f"{address:#x}",)), replace(mmu, walk=walk))
        case LoadCr3(value):
            steps = list(load_cr3(mmu.walk, value))
            yield from (Step(step.event, replace(mmu, walk=step.state)) for step in steps[:-1])
            last, after = steps[-1].event, replace(mmu, walk=steps[-1].state)
            if last.kind == "load-cr3":
                yield _invalidate(after, action, "load-cr3", last.text)
            else:
                yield Step(last, after)
        case Invlpg(address):
            yield _invalidate(mmu, action, "invlpg", f"INVLPG {address:#x}")
        case Invept(root):
            yield _invalidate(mmu, action, "invept", f"INVEPT of the EPT at {root:#x}")
        case SwitchWorld(registers, eptp, vpid):
            step = _invalidate(mmu, action, "switch-world", f"the processor enters a world with VPID {vpid}")
            walk = Walk(registers, mmu.walk.memory, eptp)
            yield Step(step.event, replace(step.state, walk=walk, vpid=vpid))


def _invalidate(mmu: Mmu, action: Invalidation, kind: str, text: str) -> Step[Mmu]:
    rule = forgotten(action, mmu.tag, mmu.walk.registers.pcide)
    return Step(Event(kind, f"{text}; cached entries forgotten: {mmu.named_by(rule)}", ("TLB",)), mmu.forgets(rule))


def _access(mmu: Mmu, access: Access) -> Iterator[Step[Mmu]]:
    mode = mmu.walk.registers.mode
    mode.check_width(access.address)
    mmu = replace(mmu, walk=replace(mmu.walk, access=access, references=(), descents=(), outcome=None))
    entry = mmu.tlb.find(access.address, mmu.tag) if mode.is_canonical(access.address) else None
    if entry is None:
        yield Step(Event("tlb-miss", f"the TLB has no translation for {access.address:#x}", ("TLB",)), mmu)
        yield from _walk(mmu, access)
        return
    name = f"the TLB has the {size_name(entry.size)} page at {entry.page:#x}"
    cached, mmu = entry.translate(access.address), replace(mmu, tlb=mmu.tlb.hit(entry))
    if not cached.rights.allow(access, mmu.walk.registers):
        yield Step(Event("tlb-hit", f"{name}, and its rights forbid a {access}", ("TLB",)), mmu)
        fault = page_fault(mmu.walk, f"the cached rights forbid a {access}")
        mmu = replace(mmu, walk=fault.state)
        yield Step(fault.event, mmu.forgets(after_fault(access.address, mmu.tag)))
    elif access.kind == "write" and not cached.dirty:
        yield Step(Event("tlb-clean", f"{name}, but a walk must set D before the write", ("TLB",)), mmu)
        yield from _walk(mmu, access)
    elif EPT_WANTED[access.kind] & ~cached.ept_rights:
        yield Step(Event("tlb-refused", f"{name}, but the cached EPT rights forbid the access", ("TLB",)), mmu)
        yield from _walk(mmu, access)
    else:
        walk = replace(mmu.walk, outcome=cached)
        text = f"{name}: {access.address:#x} is at physical address {cached.physical:#x}, without a reference"
        yield Step(Event("tlb-hit", text, ("TLB",)), replace(mmu, walk=walk))


def _walk(mmu: Mmu, access: Access) -> Iterator[Step[Mmu]]:
    start = mmu.structures.find(access.address, mmu.tag)
    if start:
        mmu = replace(mmu, structures=mmu.structures.use(start))
        text = f"the {start.level.entry} cache leads to the table at {start.descent.table:#x}"
        yield Step(Event("structure-hit", text, (f"{start.level.entry} cache",)), mmu)
    for step in translate(mmu.walk, access, start.descent if start else None):
        mmu = replace(mmu, walk=step.state)
        if step.event.kind == "page-fault":
            mmu = mmu.forgets(after_fault(access.address, mmu.tag))
        yield Step(step.event, mmu)
    if isinstance(mmu.walk.outcome, Translation):
        yield from _fill(mmu, access, mmu.walk.outcome)


def _fill(mmu: Mmu, access: Access, found: Translation) -> Iterator[Step[Mmu]]:
    levels = mmu.walk.registers.mode.levels
    structures = mmu.structures
    for descent in mmu.walk.descents:
        if len(descent.levels) < len(levels):
            level = levels[-len(descent.levels) - 1]
            structures = structures.use(CachedTable(mmu.tag, level, access.address >> level.shift, descent))
    offset = access.address % found.page_size
    guest_physical = None if found.guest_physical is None else found.guest_physical - offset
    base = replace(found, physical=found.physical - offset, guest_physical=guest_physical)
    base = replace(base, global_page=found.global_page and mmu.walk.registers.pge)
    entry = TlbEntry(mmu.tag, access.address - offset, base)
    tlb, victim = mmu.tlb.without(lambda old: old.serves(access.address, mmu.tag)).fill(entry)
    text = f"the TLB keeps the {size_name(entry.size)} page at {entry.page:#x}"
    if victim:
        text += f" in place of the one at {victim.page:#x}"
    kind = "tlb-evict" if victim else "tlb-fill"
    yield Step(Event(kind, text, ("TLB",)), replace(mmu, tlb=tlb, structures=structures))
