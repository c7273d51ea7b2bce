"""The fields of the VMCS, their encodings, and what a transition moves."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.cpu.random_programs import programs
from vlearn.errors import ModelError
from vlearn.sim.cpu import boot, run_to_end
from vlearn.sim.monitors.hardware import (
    AREAS,
    CHECKS,
    CONTROLS,
    FIELDS,
    MINIMAL,
    NOT_IN_THE_VMCS,
    Vmcs,
    configured,
    failed,
)
from vlearn.sim.monitors.hardware import settings as controls_of
from vlearn.sim.monitors.hardware.fields import BY_ENCODING, GUEST, HOST, INFORMATION
from vlearn.sim.monitors.hardware.transfer import HOST_STATE, guest_state, load_guest, load_host

KNOWN = {
    "Guest ES selector": 0x800, "Guest TR selector": 0x80E, "Host TR selector": 0xC0C, "EPT pointer": 0x201A,
    "Pin-based VM-execution controls": 0x4000, "Exception bitmap": 0x4004, "Exit reason": 0x4402,
    "VM-exit instruction length": 0x440C, "Guest IDTR limit": 0x4812, "Guest TR access rights": 0x4822,
    "CR4 read shadow": 0x6006, "Exit qualification": 0x6400, "Guest CR0": 0x6800, "Guest IDTR base": 0x6818,
    "Guest RSP": 0x681C, "Guest RIP": 0x681E, "Guest RFLAGS": 0x6820, "Host CR0": 0x6C00, "Host IDTR base": 0x6C0E,
    "Host RSP": 0x6C14, "Host RIP": 0x6C16, "Guest activity state": 0x4826, "TSC offset": 0x2010,
}  # fmt: skip
GUEST_STATE = replace(boot(), cr0=0x31, cr4=0x2000)
VALID = configured(MINIMAL).write({**HOST_STATE, **guest_state(GUEST_STATE)})


def test_known_fields_have_their_encodings():
    assert {name: FIELDS[name].encoding for name in KNOWN} == KNOWN


def test_an_encoding_agrees_with_the_area_and_the_width():
    assert len(BY_ENCODING) == len(FIELDS)
    types = {INFORMATION: 1, GUEST: 2, HOST: 3}
    for field in FIELDS.values():
        assert field.encoding >> 10 & 3 == types.get(field.area, 0)
        assert field.read_only == (field.area == INFORMATION)
        assert not field.encoding & 1, "the high half of a 64-bit field is no field of its own here"
    assert FIELDS["Guest CS selector"].width == "16-bit"
    assert FIELDS["Guest RIP"].width == "natural"
    assert FIELDS["Guest CS limit"].width == "32-bit"
    assert FIELDS["EPT pointer"].width == "64-bit"


def test_there_are_six_areas_and_none_is_empty():
    assert len(AREAS) == 6
    assert {field.area for field in FIELDS.values()} == set(AREAS)


def test_the_general_registers_but_esp_and_cr2_are_in_no_field():
    registers = {"EAX", "ECX", "EDX", "EBX", "EBP", "ESI", "EDI", "CR2"}
    assert registers <= set(NOT_IN_THE_VMCS)
    assert not any(name in field or "R" + name[1:] in field for field in FIELDS for name in registers)


def test_a_field_that_does_not_exist_or_a_value_too_wide_is_the_callers_fault():
    with pytest.raises(ModelError, match="did you mean 'Guest RIP'"):
        Vmcs()["Guest RI"]
    with pytest.raises(ModelError, match="16 bits"):
        Vmcs().write({"Guest CS selector": 0x1_0000})
    with pytest.raises(ModelError, match="did you mean 'HLT exiting'"):
        controls_of(["HLT exitin"])


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_is_on_where_its_bit_is_and_a_secondary_one_only_if_those_are_activated(name):
    vmcs = configured(controls_of([name]))
    assert vmcs.on(name)
    assert not vmcs.turn(name, on=False).on(name)
    if CONTROLS[name].field.startswith("Secondary"):
        assert not vmcs.turn("Activate secondary controls", on=False).on(name)


@settings(deadline=None, max_examples=60)
@given(programs, st.sampled_from((0, 1, 3)))
def test_what_an_exit_saves_the_next_entry_loads(program, ring):
    cpu = run_to_end(boot(program, ring=ring, iopl=ring), 12).cpu
    vmcs = configured(MINIMAL).write({**HOST_STATE, **guest_state(cpu)})
    host = load_host(vmcs, cpu)
    assert host.cpl == 0
    assert host.registers[:4] + host.registers[5:] == cpu.registers[:4] + cpu.registers[5:]
    assert host.cr2 == cpu.cr2
    back = load_guest(vmcs, host)
    unusable = {n for n, segment in enumerate(cpu.segments) if not segment.descriptor.present}
    assert {n for n, segment in enumerate(back.segments) if not segment.descriptor.present} == unusable
    assert replace(back, shutdown=cpu.shutdown) == cpu


def test_a_valid_vmcs_passes_every_check():
    assert all(check.holds(VALID) for check in CHECKS)


WRONG = {
    "control bit": ("Secondary processor-based VM-execution controls", 1 << 30, "control"),
    "four CR3-target": ("CR3-target count", 5, "control"),
    "EPT pointer": ("EPT pointer", 0x1000, "control"),
    "event to inject": ("VM-entry interruption-information field", 0x8000_0B06, "control"),
    "CR0 has PE, NE and PG": ("Host CR0", 0x8000_0001, "host"),
    "CR4 has VMXE": ("Host CR4", 0, "host"),
    "GDT and of ring 0": ("Host CS selector", 0x0B, "host"),
    "not null": ("Host TR selector", 0, "host"),
    "CR0 has NE": ("Guest CR0", 0x11, "guest"),
    "CR0 has no reserved": ("Guest CR0", 0x71, "guest"),
    "CR4 has no reserved": ("Guest CR4", 0x1_2000, "guest"),
    "CS is": ("Guest CS access rights", 0xC093, "guest"),
    "SS is": ("Guest SS access rights", 0xC09B, "guest"),
    "TR is": ("Guest TR access rights", 0x89, "guest"),
    "RFLAGS has bit 1": ("Guest RFLAGS", 0, "guest"),
    "RFLAGS has no reserved": ("Guest RFLAGS", 0x2_0002, "guest"),
    "blocking by STI": ("Guest interruptibility state", 1, "guest"),
    "activity state": ("Guest activity state", 2, "guest"),
    "injected only with IF": ("VM-entry interruption-information field", 0x8000_0020, "guest"),
    "leads nowhere": ("VMCS link pointer", 0, "guest"),
}


@pytest.mark.parametrize("demand", WRONG)
def test_a_wrong_field_fails_at_its_stage(demand):
    name, value, stage = WRONG[demand]
    found = failed(VALID.write({name: value}), stage)
    assert found is not None
    assert demand in found.demand


@pytest.mark.parametrize(
    ("controls", "field", "demand"),
    [
        (("Use I/O bitmaps",), "Address of I/O bitmap A", "I/O bitmaps"),
        (("Use MSR bitmaps",), "Address of MSR bitmaps", "MSR bitmaps"),
        (("Unrestricted guest",), None, "needs EPT"),
        (("Enable VPID",), "Virtual-processor identifier (VPID)", "VPID is not 0"),
    ],
)
def test_a_control_has_demands_on_what_goes_with_it(controls, field, demand):
    vmcs = configured(controls_of(controls))
    if field:
        assert failed(vmcs, "control") is None
        vmcs = vmcs.write({field: 1 if "bitmap" in field else 0})
    assert demand in failed(vmcs, "control").demand


def test_a_restricted_guest_needs_protected_mode_with_paging_and_one_privilege_level():
    restricted = VALID.turn("Unrestricted guest", on=False)
    assert "PE and PG" in failed(restricted, "guest").demand
    paged = restricted.write({"Guest CR0": 0x8000_0031})
    assert failed(paged, "guest") is None
    assert "same RPL" in failed(paged.write({"Guest SS selector": 0x13}), "guest").demand
