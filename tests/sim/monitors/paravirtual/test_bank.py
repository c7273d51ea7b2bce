"""The keys of chapter 3's questions, computed from the model."""

from functools import cache

import yaml

from tests.sim.monitors.paravirtual.asking import ask, at, domain, step, update
from tests.sim.monitors.paravirtual.test_monitor import FORGOTTEN, run
from tests.sim.monitors.paravirtual.test_paging import assisted
from vlearn.content import question_bank
from vlearn.sim.cpu.paging import read_physical
from vlearn.sim.monitors.paravirtual import Handler, entries, rule_for
from vlearn.sim.monitors.paravirtual.domain import raise_event, shared, with_shared
from vlearn.sim.monitors.paravirtual.interface import FLAT_RING1_CS, SHARED_INFO, UPCALL_MASK, UPCALL_PENDING
from vlearn.sim.monitors.paravirtual.layout import MONITOR_FRAMES, NEIGHBOUR_FRAME, TABLE_FRAME
from vlearn.sim.monitors.paths import path


@cache
def questions():
    found = {}
    for file in sorted((question_bank() / "03-paravirtualization").glob("*.yaml")):
        found |= {entry["id"]: entry for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["questions"]}
    return found


def right(entry):
    return [option["text"] for option in entry["options"] if option.get("correct")]


def test_entries_of_a_gibibyte():
    rows = questions()["ch03-entries-of-a-gibibyte"]["rows"]
    counted = entries(1 << 30, 8)
    assert [int(row[1]) for row in rows] == [counted.entries, counted.tables, counted.batches(128)]
    assert right(questions()["ch03-tables-of-32-bits"]) == [str(entries(1 << 30).tables)]
    assert questions()["ch03-entries-of-a-fork"]["rows"][0][1] == str(entries(600 * 4096).batches(100))


FRAMES = {
    "A writable mapping of a frame of the guest that holds only data": 0x20003,
    "A read-only mapping of a frame of the guest that is in use as a page table": TABLE_FRAME << 12 | 1,
    "An entry with P = 0 in place of one that maps a data frame": 0,
    "A read-only mapping of a frame of the guest that holds only data": 0x20001,
    "A writable mapping of a frame of the guest that is in use as a page table": TABLE_FRAME << 12 | 3,
    "A read-only mapping of a frame that belongs to another guest": NEIGHBOUR_FRAME << 12 | 1,
    "A writable mapping of a frame that belongs to Xen": MONITOR_FRAMES[0] << 12 | 3,
}


def test_accept_or_refuse():
    categories = questions()["ch03-accept-or-refuse"]["categories"]
    for category, texts in categories.items():
        for text in texts:
            result = update(domain(), (TABLE_FRAME, 0x21, FRAMES[text]))[0]
            assert (result == 0) == (category == "Accepts"), text


def test_the_reference_of_write_validation_decides_as_the_monitor_does():
    space = {}
    exec(questions()["ch03-write-validation"]["reference"], space)
    vm = domain()
    owner = {frame: page.owner for frame, page in vm.monitor.pages.items() if page.owner != "the monitor"}
    tables = {frame for frame, page in vm.monitor.pages.items() if page.type in ("l1", "l2")}
    for frame in (0x20, TABLE_FRAME, NEIGHBOUR_FRAME, MONITOR_FRAMES[0], 0x999):
        for writable in (False, True):
            result = update(vm, (TABLE_FRAME, 0x21, frame << 12 | (3 if writable else 1)))[0]
            assert space["accepts"]("the guest", frame, writable, owner, tables) == (result == 0)


def test_order_of_a_writable_table():
    """Two entries into the monitor, at the kinds of event that the question's items tell of."""
    vm, kinds = assisted("unhook"), []
    assert vm.real.memory[0xFE004] & 1
    for action, address, value in [
        ("store", 0x20000, 0x30003), ("store", 0x20000, 0x30003), ("store", 0x20004, 0x31003), ("load", 0x400000, 0),
        ("load", 0x400000, 0),
    ]:  # fmt: skip
        happened, vm, _ = step(at(vm, action, edi=address, eax=value))
        kinds += happened
        if "unhooked" in happened:
            assert not vm.real.memory[0xFE004] & 1
    assert kinds == ["trap", "unhooked", "return", "direct", "direct", "trap", "revalidated", "return", "direct"]
    assert len(questions()["ch03-order-of-a-writable-table"]["items"]) == 8


def test_rings_of_a_hypercall():
    """A system call goes to ring 1 by itself, a hypercall to ring 0 and back, and the kernel's IRET to ring 3."""
    fault = path("paravirtual, 32 bits", "page fault").stages
    call = path("paravirtual, 32 bits", "system call").stages
    at_hypercall = next(n for n, stage in enumerate(fault) if stage.entry == "hypercall mmu_update")
    rings = [call[1].level, call[1].level, *(stage.level for stage in fault[at_hypercall : at_hypercall + 3])]
    rows = [f"ring {row[1]}" for row in questions()["ch03-rings-of-a-hypercall"]["rows"]]
    assert rows == [rings[0], rings[1], rings[2], rings[2], rings[2], rings[3], rings[4]]


def test_ring_of_the_kernel():
    pairs = {pair["left"]: pair["right"] for pair in questions()["ch03-ring-of-the-kernel"]["pairs"]}
    arrangements = ("bare metal", "paravirtual, 32 bits", "paravirtual, 64 bits", "VT-x")
    found = [next(s.level for s in path(name, "system call").stages if s.who == "kernel") for name in arrangements]
    assert [ring.lower() for ring in pairs.values()] == found


def test_system_call_in_64_bit_mode():
    """By the documented path, for no model runs it: two entries, and the page table is switched while in ring 0."""
    found = path("paravirtual, 64 bits", "system call")
    levels = [(stage.level, stage.who) for stage in found.stages]
    monitor, kernel, process = ("ring 0", "monitor"), ("ring 3", "kernel"), ("ring 3", "process")
    assert levels == [process, monitor, kernel, monitor, process]
    switches = [n for n, stage in enumerate(found.stages) if any("page table" in text for text in stage.events)]
    assert switches == [1, 3]
    words = (
        "SYSCALL",
        "enters Xen",
        "kernel's page table",
        "leaves",
        "looks up",
        "hypercall",
        "program's page table",
        "leaves",
    )
    items = questions()["ch03-system-call-in-64-bit-mode"]["items"]
    assert all(word in item for word, item in zip(words, items, strict=True))


FATES = {
    "Add two registers": ("add", "eax", "ebx"),
    "Copy a buffer within the kernel's own memory": ("movsd",),
    "Disable interrupts (CLI)": ("cli",),
    "Ask whether interrupts are enabled (PUSHF)": ("pushf",),
    "Switch to another page table (MOV to CR3)": ("mov", "cr3", "eax"),
    "Stop until an interrupt comes (HLT)": ("hlt",),
    "Install a table of trap handlers (LIDT)": ("lidt", "[eax]"),
}


def test_port_each_operation():
    names = {None: "It stays as it is", "shared page": "It becomes an access to the shared page"}
    names["hypercall"] = "It becomes a hypercall"
    categories = questions()["ch03-port-each-operation"]["categories"]
    for text, (mnemonic, *operands) in FATES.items():
        rule = rule_for(mnemonic, tuple(operands))
        assert text in categories[names[rule.fate if rule else None]]
    assert {text for texts in categories.values() for text in texts} - FATES.keys() == {"Read the time of day"}


def test_how_a_store_is_noticed():
    kinds, _, sentences = step(at(domain(), "store", edi=TABLE_FRAME << 12))
    assert kinds[0] == "trap"
    assert "#PF(0x3)" in sentences[0]


def test_port_leaves_popf():
    """Of the three, CLI traps and is emulated; POPF should have unmasked events, ran without a trap, and has not."""
    finished = run(FORGOTTEN, events=True, lenient=True)
    happened = {step.event.text.split("`")[1]: step.event.kind for step in finished.steps if "`" in step.event.text}
    silent = [name for name in ("pushf", "cli", "popf") if happened[name] == "direct"]
    assert happened["cli"] == "emulated"
    assert read_physical(finished.final.real.memory, SHARED_INFO + UPCALL_MASK, 1) == 1
    assert [name.upper() for name in silent if name != "pushf"] == questions()["ch03-port-leaves-popf"]["accepted"][:1]


def test_write_virtual_flag():
    """The question's hypercall is the one that lets a waiting event in. In Xen the guest clears the bit itself."""
    space = {}
    exec(questions()["ch03-write-virtual-flag"]["reference"], space)
    for case in questions()["ch03-write-virtual-flag"]["cases"]:
        given = eval(case["call"].removeprefix("run(").removesuffix(")"))
        assert space["run"](given) == delivered(given)


def delivered(steps):
    vm = domain(events=True, callback=Handler(FLAT_RING1_CS, 0x4000))
    callbacks = hypercalls = 0
    for word in steps:
        if word == "arrives":
            vm = raise_event(vm, 0)
            enters = not shared(vm.real.memory, UPCALL_MASK)
        else:
            vm = with_shared(vm, UPCALL_MASK, word == "mask")
            enters = word == "unmask" and shared(vm.real.memory, UPCALL_PENDING)
            hypercalls += bool(enters)
        if enters:
            _, kinds, vm, _ = ask(vm, "xen_version", 0)
            callbacks += kinds.count("callback")
            vm = with_shared(vm, UPCALL_PENDING, 0)  # what the guest's handler does first
    return callbacks, hypercalls
