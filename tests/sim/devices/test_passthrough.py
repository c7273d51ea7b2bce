import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.devices.iommu import REASONS, InterruptEntry, Iommu
from vlearn.sim.devices.memory import Memory
from vlearn.sim.devices.passthrough import (
    Assign,
    EnableFunctions,
    Host,
    Interrupt,
    ReadByDma,
    Release,
    StoreToRegister,
    WriteByDma,
)
from vlearn.sim.devices.passthrough_run import pass_through
from vlearn.trace import run

HOST = Host.with_guests(("A", "B"), frames=16)
SHARED = run(pass_through, HOST, [EnableFunctions(2), Assign("01:00.1", "A"), Assign("01:00.2", "B")]).final
PAGE = 4096

SORTED = [  # ch07-sort-dma: the action, what the IOMMU does, the fault's reason
    (WriteByDma("01:00.1", 0x5000, b"packet"), "dma-write", None),
    (ReadByDma("01:00.1", 16 * PAGE, 4), "dma-blocked", 0x06),
    (WriteByDma("01:00.1", 16 * PAGE, b"x"), "dma-blocked", 0x05),
    (WriteByDma("01:00.0", 0x5000, b"x"), "dma-blocked", 0x02),
    (Interrupt("01:00.1", 1), "interrupt", None),
    (Interrupt("01:00.1", 2), "interrupt-blocked", 0x26),
    (Interrupt("01:00.1", 5), "interrupt-blocked", 0x22),
    (Interrupt("01:00.1", 99), "interrupt-blocked", 0x21),
    (StoreToRegister("A", "01:00.1"), "register", None),
    (StoreToRegister("B", "01:00.1"), "ept-violation", None),
]


@pytest.mark.parametrize(("action", "kind", "reason"), SORTED)
def test_the_iommu_lets_through_what_its_tables_say(action, kind, reason):
    (step,) = run(pass_through, SHARED, [action]).steps
    assert step.event.kind == kind
    assert [fault.reason for fault in step.state.iommu.faults] == ([] if reason is None else [reason])
    assert reason is None or REASONS[reason] in step.event.text


def test_each_guest_gets_its_own_interrupts():
    final = run(pass_through, SHARED, [Interrupt("01:00.1", 1), Interrupt("01:00.2", 2)]).final
    assert final.delivered == (("A", 0x41), ("B", 0x42))


def test_one_device_serves_one_guest_until_its_functions_are_divided():
    actions = [
        Assign("01:00.0", "A"),
        Assign("01:00.0", "B"),
        EnableFunctions(2),
        Release("01:00.0"),
        EnableFunctions(2),
    ]
    trace = run(pass_through, HOST, [*actions, Assign("01:00.1", "A"), Assign("01:00.2", "B"), Assign("01:00.0", "A")])
    assert trace.kinds == (
        *("assign", "assign-refused", "enable-refused", "release", "enable"),
        *("assign", "assign", "assign-refused"),
    )


def test_without_an_iommu_a_device_writes_where_the_number_says():
    """ch07-dma-without-iommu: host address 0x5000, which is not the guest's page."""
    bare = Host.with_guests(("A", "B"), frames=16, remaps=False)
    final = run(pass_through, bare, [Assign("01:00.0", "A"), WriteByDma("01:00.0", 0x5000, b"packet")]).final
    assert final.memory.load(0x5000, 6) == b"packet"
    confined = run(pass_through, HOST, [Assign("01:00.0", "A"), WriteByDma("01:00.0", 0x5000, b"packet")]).final
    assert confined.memory.load(0x5000, 6) == bytes(6)
    assert confined.memory.load(0x10_5000, 6) == b"packet"


def test_a_released_function_reaches_nothing():
    trace = run(pass_through, SHARED, [Release("01:00.1"), ReadByDma("01:00.1", 0, 1), Interrupt("01:00.1", 1)])
    assert trace.kinds == ("release", "dma-blocked", "interrupt-blocked")


@settings(deadline=None)
@given(address=st.integers(0, 20 * PAGE), length=st.integers(1, 3 * PAGE))
def test_no_function_ever_writes_outside_of_its_guests_memory(address, length):
    trace = run(pass_through, SHARED, [WriteByDma("01:00.1", address, b"\xff" * length)])
    inside = address + length <= 16 * PAGE
    assert trace.kinds == ("dma-write" if inside else "dma-blocked",)
    written = set(trace.final.memory.pages)
    assert written <= set(range(0x100, 0x110))
    assert bool(written) is inside


BAD = [
    (lambda: run(pass_through, HOST, [Assign("02:00.0", "A")]), "there is no function 02:00.0"),
    (lambda: run(pass_through, HOST, [Assign("01:00.0", "C")]), "there is no guest 'C'"),
    (lambda: EnableFunctions(0), "1 to 7"),
    (lambda: Interrupt("01:00.0", -1), "indexed from 0"),
    (lambda: Host.with_guests(("A",), 0), "no memory"),
    (lambda: Iommu().map_frames("A", -1, 0, 1), "counted from 0"),
    (lambda: Iommu().set_interrupt(0, InterruptEntry("x", 3, "A")), "32 to 255"),
    (lambda: Iommu().set_interrupt(8, InterruptEntry("x", 64, "A")), "0 to 7"),
    (lambda: Memory().load(0, -1), "negative"),
    (lambda: Memory().store(-1, b"x"), "negative"),
]


@pytest.mark.parametrize(("act", "message"), BAD)
def test_what_cannot_be_is_refused(act, message):
    with pytest.raises(ModelError, match=message):
        act()
