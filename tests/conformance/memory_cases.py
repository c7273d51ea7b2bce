"""Runs the case files of `data/memory` against the memory models. Each file's `meta.fields` says what its fields mean.

A run takes one case and returns None, or a sentence that says how the model differs from the case.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from vlearn.sim.memory import (
    EPT4,
    EPT_MODES,
    FOUR_LEVEL,
    GIB,
    MIB,
    MODES,
    Access,
    EptTables,
    EptViolation,
    PageFault,
    PageTables,
    Walk,
    guest,
    machine,
    reference_count,
    translate,
    virtual_machine,
)
from vlearn.sim.memory.entries import EPT_RWX, PAGING_FLAGS, A, bits, flags
from vlearn.trace import run

Case = Mapping[str, Any]

GUEST_ADDRESS = 0x4000_0000
FAULT_ADDRESS = {"2-level": 0x40_0000, "pae": 0x8040_0000, "4-level": 0x80_4040_0000, "5-level": 0x1_0080_4040_0000}
PAGING = {flag.name: flag.mask for flag in PAGING_FLAGS}


def two_dimensional_walk(case: Case) -> str | None:
    """The names and the order of all references of one walk in a guest."""
    mode, host = MODES[case["guest"]["mode"]], EPT_MODES[case["host"]["mode"]]
    guest_page, host_page = case["guest"]["page_size"], case["host"]["page_size"]
    tables = PageTables(mode).map_page(GUEST_ADDRESS, 0, guest_page)
    names = _names(virtual_machine(tables, host_page, host, ram=4 * MIB), GUEST_ADDRESS)
    counted = reference_count(mode.depth(guest_page), host.depth(host_page))
    return _compare(
        references=(case["references"], len(names)),
        formula=(case["references"], counted),
        names=(case["names"], names),
    )


def native_walk(case: Case) -> str | None:
    """The parts of an address, and the names of all references of one walk."""
    mode, address = MODES[case["mode"]], int(case["address"], 16)
    page = address & -case["page_size"]
    tables = PageTables(mode).map_page(page, case["page_size"], case["page_size"])
    levels = mode.structures[: len(case["indices"])]
    trace = run(translate, machine(tables), [Access(address)])
    return _compare(
        names=(case["names"], [reference.name for reference in trace.final.references]),
        indices=(case["indices"], [level.index(address) for level in levels]),
        offset=(int(case["offset"], 16), address - page),
        physical=(case["page_size"] + int(case["offset"], 16), getattr(trace.final.outcome, "physical", None)),
    )


def faults(case: Case) -> str | None:
    """How one access ends, with the error code of a page fault, and which A and D flags it sets."""
    tables = fault_tables(case)
    address = FAULT_ADDRESS[case["mode"]]
    access = Access(address, case["access"]["kind"], case["access"]["user"])
    trace = run(translate, machine(tables, **case["control"]), [access])
    outcome = trace.final.outcome
    return _compare(
        ending=(case["ending"], trace.kinds[-1]),
        error_code=(case.get("error_code"), outcome.error_code if isinstance(outcome, PageFault) else None),
        sets=(case["sets"], newly_set(tables, trace.final.memory, address)),
    )


def fault_tables(case: Case, root: int = 0x1_0000, physical_bits: int = 40) -> PageTables:
    """Page tables for a case of `faults`: one page, and the entries on the way to it with the bits of the case."""
    mode, address, size = MODES[case["mode"]], FAULT_ADDRESS[case["mode"]], case["page_size"]
    tables = PageTables(mode, root, physical_bits=physical_bits).map_page(address, 8 * MIB, size)
    for name, given in reversed(case["entries"].items()):  # from the leaf up: an absent entry leads nowhere
        value = sum(PAGING[bit] if isinstance(bit, str) else 1 << bit for bit in given)
        keep = PAGING["PS"] if size > 4096 and name == mode.leaf(size).entry else 0
        tables = tables.edit(address, name, clear_bits=(bits(8, 0) | PAGING["XD"]) & ~keep, set_bits=value)
    return tables


def newly_set(tables: PageTables, memory: Mapping[int, int], address: int) -> dict[str, list[str]]:
    """The flags that were set in the entries on the way to an address, by the name of the entry."""
    changed = {p.level.entry: memory[p.address] & ~p.entry for p in tables.path(address) if p.address in memory}
    return {name: list(flags(tables.mode, value)) for name, value in changed.items() if value}


def ept_rights(case: Case) -> str | None:
    """How an access ends when one EPT entry on its way has the rights of the case, with the exit qualification."""
    linear, data = 0x8000_0000, 0x80_0000_0000
    tables = PageTables(FOUR_LEVEL).map_page(linear, data, accessed="A" in case["flags"], dirty="D" in case["flags"])
    for name in ("PML4E", "PDPTE", "PDE"):
        tables = tables.edit(linear, name, set_bits=A)
    ept = EptTables(EPT4, root=0x100_0000).map_page(0, 0, 4096, length=16 * 4096)
    ept = ept.map_page(data, GIB, case["page_size"])
    at = data if case["entry_of"] == "data" else tables.path(linear)[-1].address
    set_bits = sum({"r": 1, "w": 2, "x": 4}.get(right, 0) for right in case["rights"])
    if case["reserved_bit"] is not None:
        set_bits |= 1 << case["reserved_bit"]
    name = next(level.entry for level in EPT4.levels if level.number == case["level"])
    ept = ept.edit(at, name, clear_bits=EPT_RWX, set_bits=set_bits)
    state = guest(tables, ept, accessed_dirty=case["accessed_dirty"])
    assert state.eptp is not None
    state = replace(state, eptp=replace(state.eptp, execute_only=case["execute_only"]))
    trace = run(translate, state, [Access(linear, case["kind"])])
    outcome = trace.final.outcome
    return _compare(
        ending=(case["ending"], trace.kinds[-1]),
        qualification=(case["qualification"], outcome.qualification if isinstance(outcome, EptViolation) else None),
    )


def _names(state: Walk, address: int) -> list[str]:
    return [reference.name for reference in run(translate, state, [Access(address)]).final.references]


def _compare(**pairs: tuple[object, object]) -> str | None:
    """The first of the named pairs (what the case says, what the model does) that differs, as a sentence."""
    for name, (recorded, modelled) in pairs.items():
        if recorded != modelled:
            return f"{name}: the case has {recorded}, the model has {modelled}"
    return None


FORMATS: dict[str, Callable[[Case], str | None]] = {
    "memory/two-dimensional-walk": two_dimensional_walk,
    "memory/native-walk": native_walk,
    "memory/faults": faults,
    "memory/ept-rights": ept_rights,
}
