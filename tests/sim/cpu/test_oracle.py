"""The model against an emulated processor that executes the same machine code: Unicorn, that is QEMU.

Every form of the table at CPL 0, 1 and 3, with IOPL 0 and 3, from the same state: the same fault with the same error
code, or the same registers, flags (those that are defined), selectors and memory. And random programs, instruction by
instruction. What Unicorn does otherwise than the manual says is in `gaps.GAPS`.
"""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.conformance.cpu_answers import answer_of_model, answer_of_oracle, known_gap
from tests.conformance.cpu_cases import AT, asked, cases, form_cases, machine
from tests.sim.cpu.random_programs import programs, values
from vlearn.sim.cpu import FORMS, Fault, assemble, boot, execute, fetch, parse_instruction
from vlearn.sim.cpu.control import WP
from vlearn.sim.cpu.gaps import GAPS
from vlearn.sim.memory import TWO_LEVEL, PageTables

pytest.importorskip("unicorn", reason="Unicorn is not installed: it comes with vlearn[oracle]")

from vlearn.sim.cpu.oracle import Oracle


@pytest.fixture(scope="module")
def oracle():
    """One emulated processor; a case leaves nothing behind in it."""
    return Oracle()


def test_every_form_does_in_every_ring_what_the_processor_does(oracle):
    differ, compared, gaps = [], 0, set()
    for case in cases():
        for ring, cpu, instruction in asked(case):
            if gap := known_gap(cpu, instruction):
                gaps.add(gap)
                continue
            model, processor = answer_of_model(cpu, instruction), answer_of_oracle(cpu, instruction, oracle)
            compared += 1
            if model != processor:
                differ.append((ring, case.id, model, processor))
    assert differ == []
    assert compared > 4000
    assert gaps <= GAPS.keys()


def test_every_form_has_a_case():
    for form in FORMS:
        found = [parse_instruction(case.text, 0x4000).form for case in form_cases(form)]
        assert found, form
        assert set(found) == {form}


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(programs, st.sampled_from((0, 1, 3)), st.sampled_from((0, 3)), st.lists(values, min_size=7, max_size=7))
def test_random_programs_go_the_same_way_after_every_instruction(oracle, text, ring, iopl, registers):
    cpu = machine(ring, iopl)
    stack = cpu["esp"]
    cpu = replace(cpu, registers=(*registers[:4], stack, *registers[4:]))
    for _, instruction in sorted(assemble(text, AT).code.items()):
        model, processor = answer_of_model(cpu, instruction), answer_of_oracle(cpu, instruction, oracle)
        assert model == processor, (str(instruction), cpu)
        with suppress(Fault):
            cpu = execute(cpu, instruction)
        cpu = cpu.jump(AT)


def paged(text, ring, rights):
    """Identity-mapped pages at 0xd000 and 0xe000 with the given rights, a third that is absent, and 4 MiB at 0."""
    tables = PageTables(TWO_LEVEL, root=0x1_0000).map_page(0, 0, length=0xD000)
    for address, (writable, user) in zip((0xD000, 0xE000), rights, strict=True):
        tables = tables.map_page(address, address, writable=writable, user=user)
    return boot(assemble(text, AT), ring=ring, tables=tables)


accesses = st.builds(
    "{}, [{:#x}]".format,
    st.sampled_from(("mov al", "mov bx", "mov ecx", "add edx", "lsl esi")),
    st.integers(0xCFF8, 0xF008),
) | st.builds(
    "{} [{:#x}], {}".format,
    st.sampled_from(("mov", "add")),
    st.integers(0xCFF8, 0xF008),
    st.sampled_from(("al", "bx", "ecx")),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    accesses,
    st.sampled_from((0, 1, 3)),
    st.tuples(*[st.tuples(st.booleans(), st.booleans())] * 2),
    st.booleans(),
)
def test_pages_are_protected_and_marked_as_by_the_processor(oracle, text, ring, rights, write_protect):
    cpu = paged(text, ring, rights)
    cpu = replace(cpu, cr0=cpu.cr0 & ~WP | (WP if write_protect else 0))
    instruction = cpu.code[AT]
    answer = oracle.execute(cpu, instruction)
    fault, after = None, cpu
    try:
        fetched, _ = fetch(cpu)
        after = execute(fetched, instruction)
    except Fault as raised:
        fault = raised
    if fault:
        assert (answer.vector, answer.error_code, answer.control[1]) == (fault.vector, fault.error_code, fault.address)
    else:
        assert answer.vector is None
        assert answer.registers == after.registers
        changed = {at for at in after.memory if after.memory[at] != cpu.memory.get(at, 0)}
        assert changed == {at for at in answer.memory if answer.memory[at] != cpu.memory.get(at, 0)}
        assert all(answer.memory[at] == after.memory[at] for at in changed)


SEGMENT_USERS = (
    "mov es, ax", "mov ss, ax", "lgs edx, far [0xd000]", "lss edx, far [0xd000]",
    "lar esi, eax", "lsl esi, eax", "verr ax", "verw ax", "lldt ax",
    "call 0x40:0x4800", "jmp 0x40:0x4800", "call 0x38:0", "jmp 0x38:0", "retf", "iret",
)  # fmt: skip


def with_descriptor(access, gate, rpl, ring):
    """A machine whose GDT has a descriptor of any kind at 0x40, and a call gate to it at 0x38."""
    cpu = machine(ring, 0)
    selector = 0x40 | rpl
    words = {
        0x1040: 0xFFFF, 0x1044: 0x00CF_0000 | access << 8,
        0x1038: selector << 16 | 0x4800, 0x103C: gate << 8,
        0xD004: selector, cpu["esp"] + 4: selector, cpu["esp"] + 8: 0x202, cpu["esp"] + 12: 0x23, cpu["esp"] + 16: 0x23,
    }  # fmt: skip
    return replace(cpu, memory=cpu.memory.update(words)).set_register(0, selector)


SYSTEM_TYPES = (0x0, 0x2, 0x8, 0xA, 0xD, 0xE, 0xF)
"""All but TSSs, for which far transfers switch tasks, 16-bit descriptors, task gates, and call gates to gates."""


def is_modelled(access):
    """Code has its accessed bit already: see the gap `accessed`."""
    return access & 9 != 8 if access & 0x10 else access & 0xF in SYSTEM_TYPES


def meets_a_gap(access, ring, text):
    """The two cases of the gap `gate targets`."""
    inner_conforming = access & 0x1C == 0x1C and access >> 5 & 3 < ring
    return (text == "jmp 0x38:0" and not access & 0x80) or (text == "call 0x38:0" and inner_conforming)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 0xFF).filter(is_modelled),
    st.sampled_from((0x8C, 0xEC, 0xAC, 0x6C, 0xCC)),
    st.integers(0, 3),
    st.sampled_from((0, 1, 3)),
    st.sampled_from(SEGMENT_USERS),
)
def test_descriptors_of_every_kind_are_judged_alike(oracle, access, gate, rpl, ring, text):
    assume(not meets_a_gap(access, ring, text))
    cpu, instruction = with_descriptor(access, gate, rpl, ring), parse_instruction(text, AT)
    assert answer_of_model(cpu, instruction) == answer_of_oracle(cpu, instruction, oracle)
