"""VMX operation explored: every state that a monitor's instructions lead to, and how each of them ends."""

from dataclasses import replace

import pytest
from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.cpu import Fault, boot
from vlearn.sim.cpu.eflags import CF, ZF
from vlearn.sim.monitors.hardware import ERRORS, MINIMAL, OPERATIONS, Operation, Processor, Vmcs, configured, operate
from vlearn.sim.monitors.hardware.operation import perform
from vlearn.sim.monitors.hardware.transfer import HOST_STATE, guest_state
from vlearn.trace import reachable, run

ON, FIRST, SECOND, STRANGE = 0x1000, 0x2000, 0x3000, 0x4000
GUEST = replace(boot(), cr0=0x31, cr4=0x2000)
VALID = configured(MINIMAL).write({**HOST_STATE, **guest_state(GUEST)})
MACHINE = Processor(vmcss=Map({FIRST: VALID, SECOND: VALID, STRANGE: Vmcs(revision=7)}))
SETUP = (Operation("VMXON", ON), Operation("VMCLEAR", FIRST), Operation("VMPTRLD", FIRST))
ACTIONS = (
    *SETUP,
    Operation("VMXON", ON + 1),
    Operation("VMCLEAR", SECOND),
    Operation("VMCLEAR", ON),
    Operation("VMCLEAR", 1),
    Operation("VMPTRLD", SECOND),
    Operation("VMPTRLD", ON),
    Operation("VMPTRLD", 1),
    Operation("VMPTRLD", STRANGE),
    Operation("VMPTRST"),
    Operation("VMREAD", field="Guest RIP"),
    Operation("VMREAD", field="Guest RAX"),
    Operation("VMWRITE", field="Exit reason"),
    Operation("VMWRITE", field="Guest RAX"),
    Operation("VMLAUNCH"),
    Operation("VMRESUME"),
    Operation("VMCALL"),
    Operation("VMXOFF"),
)


def after(*operations, start=MACHINE):
    processor = start
    for operation in operations:
        processor = perform(processor, operation if isinstance(operation, Operation) else Operation(operation))
    return processor


def bare(processor):
    """Without what a failed instruction leaves behind, for a smaller state space."""
    error, reason = {"VM-instruction error": 0, "Exit reason": 0}, {"VM-entry interruption-information field": 0}
    return replace(
        processor,
        value=None,
        vmcss=Map({at: vmcs.write(error | reason) for at, vmcs in processor.vmcss.items()}),
    )


def explore(processor, operation):
    for step in operate(processor, operation):
        yield replace(step, state=bare(step.state))


STATES = reachable(explore, bare(MACHINE), ACTIONS)


def test_the_states_that_can_be_reached():
    assert len({replace(state, status=MACHINE.status) for state in STATES}) > 10
    for state in STATES:
        assert state.root or state.vmcs.launched, "a guest runs only of a launched VMCS"
        assert state.pointer is not None or (state.root and state.current is None)
        assert state.current != state.pointer or state.current is None
        assert state.status.kind != "VMfailValid" or state.current is not None or state.pointer is None


def test_every_instruction_but_vmxon_is_undefined_outside_vmx_operation():
    for name in OPERATIONS:
        if name != "VMXON":
            with pytest.raises(Fault, match="#UD"):
                after(Operation(name, FIRST))
    with pytest.raises(Fault, match="#UD"):
        after(Operation("VMXON", ON), start=replace(MACHINE, vmxe=False))


def test_in_root_operation_they_are_for_ring_0_and_in_non_root_operation_they_exit_from_any_ring():
    root = replace(after(*SETUP), cpl=3)
    guest = replace(after(*SETUP, "VMLAUNCH"), cpl=3)
    for name in OPERATIONS:
        with pytest.raises(Fault, match="#GP"):
            after(Operation(name, FIRST), start=root)
        left = after(Operation(name, FIRST), start=guest)
        assert left.root
        assert left.vmcs["Exit reason"] in range(18, 28)


@pytest.mark.parametrize(
    ("operations", "error"),
    [
        ((*SETUP, "VMCALL"), 1),
        ((*SETUP, Operation("VMCLEAR", 1)), 2),
        ((*SETUP, Operation("VMCLEAR", ON)), 3),
        ((*SETUP, "VMLAUNCH", "VMCALL", "VMLAUNCH"), 4),
        ((*SETUP, "VMRESUME"), 5),
        ((*SETUP, Operation("VMWRITE", field="Pin-based VM-execution controls", value=1 << 30), "VMLAUNCH"), 7),
        ((*SETUP, Operation("VMWRITE", field="Host CR4", value=0), "VMLAUNCH"), 8),
        ((*SETUP, Operation("VMPTRLD", 0x2001)), 9),
        ((*SETUP, Operation("VMPTRLD", ON)), 10),
        ((*SETUP, Operation("VMPTRLD", STRANGE)), 11),
        ((*SETUP, Operation("VMPTRLD", 0x9000)), 11),
        ((*SETUP, Operation("VMREAD", field="Guest RAX")), 12),
        ((*SETUP, Operation("VMWRITE", field="Exit reason")), 13),
        ((*SETUP, Operation("VMXON", ON)), 15),
    ],
)
def test_a_failure_with_a_current_vmcs_sets_zf_and_says_why(operations, error):
    processor = after(*operations)
    assert processor.status.error == error
    assert processor.status.flags == ZF
    assert processor.vmcs["VM-instruction error"] == error


def test_each_error_number_has_been_met_above():
    parameters = test_a_failure_with_a_current_vmcs_sets_zf_and_says_why.pytestmark[0].args[1]
    assert {error for _, error in parameters} == ERRORS.keys()


@pytest.mark.parametrize("name", ["VMLAUNCH", "VMRESUME", "VMREAD", "VMWRITE", "VMCALL", "VMPTRLD"])
def test_a_failure_without_a_current_vmcs_sets_cf_and_cannot_say_why(name):
    processor = after(SETUP[0], Operation(name, 1, "Guest RIP"))
    assert processor.status.kind == "VMfailInvalid"
    assert processor.status.flags == CF


def test_a_wrong_guest_state_looks_like_an_exit():
    write = Operation("VMWRITE", field="Guest CR4", value=0)
    trace = run(operate, MACHINE, (*SETUP, write, Operation("VMLAUNCH")))
    assert trace.kinds[-1] == "entry-failure"
    assert trace.final.root
    assert trace.final.vmcs["Exit reason"] == 0x8000_0021
    assert not trace.final.vmcs.launched


def test_the_launch_state_follows_the_course_of_the_question():
    steps = ("VMRESUME", "VMLAUNCH", "VMCALL", "VMLAUNCH", "VMRESUME", "VMCALL")
    trace = run(operate, after(*SETUP), [Operation(name) for name in steps])
    assert trace.kinds == ("fail-valid", "entry", "exit", "fail-valid", "entry", "exit")
    cleared = after(Operation("VMCLEAR", FIRST), start=trace.final)
    assert not cleared.vmcss[FIRST].launched
    assert cleared.current is None
    assert not after(Operation("VMPTRLD", FIRST), "VMLAUNCH", start=cleared).root


def test_vmclear_of_another_vmcs_leaves_the_current_one():
    processor = after(*SETUP, Operation("VMCLEAR", SECOND), "VMPTRST")
    assert processor.current == processor.value == FIRST
    assert after(SETUP[0], "VMPTRST").value == (1 << 64) - 1


def test_vmxoff_ends_vmx_operation_and_the_launch_state_stays_with_the_vmcs():
    processor = after(*SETUP, "VMLAUNCH", "VMCALL", "VMXOFF")
    assert processor.pointer is processor.current is None
    assert processor.vmcss[FIRST].launched


def test_an_exit_invalidates_the_event_to_inject():
    inject = Operation("VMWRITE", field="VM-entry interruption-information field", value=0x8000_0306)
    processor = after(*SETUP, inject, "VMLAUNCH", "VMCALL")
    assert processor.vmcs["VM-entry interruption-information field"] == 0x306


def test_what_vmwrite_wrote_vmread_finds():
    processor = after(
        *SETUP, Operation("VMWRITE", field="TSC offset", value=5), Operation("VMREAD", field="TSC offset")
    )
    assert processor.value == 5


def test_an_unknown_operation_is_the_callers_fault():
    with pytest.raises(ModelError, match="did you mean 'VMRESUME'"):
        perform(MACHINE, Operation("VMRESUM"))
