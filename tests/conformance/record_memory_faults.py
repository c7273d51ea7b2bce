"""Records `data/memory/faults.json` anew on Unicorn: `python -m tests.conformance.record_memory_faults`.

The cases say what a processor (QEMU's, in Unicorn) did with real tables and instructions; no model has a part in them.
"""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import unicorn

from tests.conformance.memory_cases import FAULT_ADDRESS, fault_tables, newly_set
from vlearn.sim.memory import MODES, Access, PageFault, machine
from vlearn.sim.memory.oracle import CODE, PHYSICAL_BITS, Oracle

FILE = Path(__file__).parent / "data" / "memory" / "faults.json"
META = {
    "format": "memory/faults",
    "topic": "how an access ends: translated, or a page fault with its error code; and the A and D flags it sets",
    "source": f"recorded on Unicorn {unicorn.__version__} by record_memory_faults.py",
    "fields": {
        "mode": "the paging mode",
        "page_size": "bytes of the one page that the tables map",
        "entries": "the flags of entries on the way to it: names, or the positions of other bits. A large page has PS "
        "besides. Entries that are not named have P, R/W and U/S",
        "control": "bits of CR0, CR4 and IA32_EFER: wp, nxe, smep, smap. MAXPHYADDR is 40",
        "access": "what is done, and whether by user mode (CPL 3) or supervisor mode (CPL 0, EFLAGS.AC = 0)",
        "ending": "translated or page-fault",
        "error_code": "of a page fault: bit 0 P, 1 W/R, 2 U/S, 3 RSVD, 4 I/D",
        "sets": "the flags that the access set, by the name of the entry",
    },
}

RIGHTS = (["P", "R/W", "U/S"], ["P", "R/W"], ["P", "U/S"], [])
BOTH = (False, True)
KINDS = ("read", "write", "execute")
ALL = {"wp": True, "nxe": False, "smep": False, "smap": False}
LONG = {**ALL, "nxe": True}


def cases() -> Iterator[dict[str, Any]]:
    """What to ask, without the answers."""
    for pde, pte, kind, user, wp in product(RIGHTS, RIGHTS, ("read", "write"), BOTH, BOTH):
        yield _case("2-level", 4096, {"PDE": pde, "PTE": pte}, {**ALL, "wp": wp}, kind, user)
    for pde, kind, user in product((*RIGHTS, ["P", "R/W", "U/S", 21]), KINDS, BOTH):
        yield _case("2-level", 4 << 20, {"PDE": pde}, ALL, kind, user)
    xd = ["P", "R/W", "U/S", "XD"]
    for mode, nxe, kind in product(("pae", "4-level", "5-level"), BOTH, KINDS):
        for name in ("PDE", "PTE"):
            yield _case(mode, 4096, {name: xd}, {**ALL, "nxe": nxe}, kind, True)
    for smep, smap, kind, user in product(BOTH, BOTH, KINDS, BOTH):
        for pte in (RIGHTS[0], RIGHTS[1]):
            yield _case("4-level", 4096, {"PTE": pte}, {**LONG, "smep": smep, "smap": smap}, kind, user)
    for name in ("PML4E", "PDPTE", "PDE", "PTE"):
        for rights, kind in product((*RIGHTS[1:], [*RIGHTS[0], 40], [*RIGHTS[0], 51]), ("read", "write")):
            yield _case("4-level", 4096, {name: rights}, LONG, kind, True)
    yield _case("4-level", 4096, {"PML4E": [*RIGHTS[0], "PS"]}, LONG, "read", True)
    yield _case("4-level", 2 << 20, {"PDE": [*RIGHTS[0], 13]}, LONG, "read", True)
    yield _case("pae", 4096, {"PTE": [*RIGHTS[0], 52]}, LONG, "read", True)
    for given in (["A"], ["A", "D"]):
        for kind in KINDS:
            yield _case("4-level", 2 << 20, {"PDE": [*RIGHTS[0], *given]}, LONG, kind, True)


def _case(
    mode: str, size: int, entries: dict[str, list[str | int]], control: dict[str, bool], kind: str, user: bool
) -> dict[str, Any]:
    bits = ", ".join(f"{name} {' '.join(map(str, given)) or 'absent'}" for name, given in entries.items())
    on = "".join(f" {name}" for name, value in control.items() if value)
    id = f"{mode} {size >> 10}K, {bits};{on}; {'user' if user else 'supervisor'} {kind}"
    access = {"kind": kind, "user": user}
    return {"id": id, "mode": mode, "page_size": size, "entries": entries, "control": control, "access": access}


def recorded(case: dict[str, Any], oracles: dict[str, Oracle]) -> dict[str, Any]:
    """The case with what the processor did."""
    mode, address = MODES[case["mode"]], FAULT_ADDRESS[case["mode"]]
    user = case["access"]["user"]
    tables = fault_tables(case, physical_bits=PHYSICAL_BITS).map_page(CODE, CODE, user=user)
    answer = oracles[case["mode"]].access(
        machine(tables, **case["control"]), Access(address, case["access"]["kind"], user)
    )
    sets = newly_set(tables, answer.memory, address)
    if isinstance(answer.outcome, PageFault):
        assert answer.outcome.cr2 == address
        return {**case, "ending": "page-fault", "error_code": answer.outcome.error_code, "sets": sets}
    assert answer.outcome == tables.lookup(address), mode
    return {**case, "ending": "translated", "error_code": None, "sets": sets}


def main() -> None:
    """Ask every case and write the file, one case a line."""
    oracles = {name: Oracle(mode) for name, mode in MODES.items()}
    lines = ",\n".join("  " + json.dumps(recorded(case, oracles)) for case in cases())
    head = json.dumps({"meta": META}, indent=1)[:-2]
    FILE.write_text(f'{head},\n "cases": [\n{lines}\n ]\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
