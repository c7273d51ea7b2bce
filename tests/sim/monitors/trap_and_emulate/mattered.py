"""When a sensitive instruction that did not trap went wrong: a table, independent of the monitor.

Each entry compares what the instruction consults on the virtual processor with what it finds on the real one.
"""

from hypothesis import strategies as st

from vlearn.sim.cpu import Descriptor, Fault
from vlearn.sim.cpu.access import peek
from vlearn.sim.cpu.eflags import IF, IOPL
from vlearn.sim.cpu.loading import look_up

USER = "push 0x23\npush 0xc000\npush {if}\npush 0x1b\npush over{n}\niret\nover{n}: nop"
"""A return to ring 3, with these flags."""
UNPRIVILEGED = st.one_of(
    st.sampled_from(
        (
            "pushf", "popf", "push cs", "push ss", "push ds", "mov ebx, cs", "mov ebx, ss", "mov ebx, ds", "smsw bx",
            "smsw ebx", "sgdt [0xd040]", "sidt [0xd050]", "sldt ebx", "str ebx", "pushf\npop ebx", "pushf\npopf",
            "pushf\npush cs\npush over{n}\niret\nover{n}: nop", "jmp 0x8:over{n}\nover{n}: nop",
            "mov eax, 0x28\nlar ebx, eax", USER.replace("{if}", "0x2"), USER.replace("{if}", "0x202"),
        )
    ),
    st.builds("push {:#x}\npopf".format, st.sampled_from((2, 0x202, 0x3002, 0x3202, 0x8D5))),
    st.builds("mov eax, {:#x}\nmov es, ax".format, st.sampled_from((0, 0x10, 0x23, 0x59))),
    st.builds("mov eax, {:#x}\nverr ax".format, st.sampled_from((0, 0x10, 0x23, 0x6B))),
    st.builds("mov eax, {:#x}\nverw ax".format, st.sampled_from((0, 0x10, 0x23, 0x6B))),
    st.builds("mov eax, {:#x}\nlsl ebx, eax".format, st.sampled_from((0, 0x40, 0x23))),
    st.builds("mov eax, {:#x}\nlar ebx, eax".format, st.sampled_from((0, 0x10, 0x40, 0x59))),
)  # fmt: skip
"""Lines of assembly with what Robin and Irvine list, and IRET."""


def mattered(guest, real, instruction):
    """Whether the guest can see that this instruction ran on the real processor and not on the virtual one."""
    consult = TABLE.get(instruction.form.mnemonic)
    return consult is not None and consult(guest, real, instruction)


def _selector(guest, real, instruction):
    """PUSH and MOV from a segment register."""
    source = instruction.operands[-1]
    number = getattr(source, "number", None)
    if type(source).__name__ != "SegmentRegister":
        return False
    return guest.segments[number].selector != real.segments[number].selector


def _popf(guest, real, instruction):
    return _lost(guest, peek(guest, 0)[1])


def _iret(guest, real, instruction):
    """IRET also stays where it is if both rings have become the same one."""
    outward = peek(guest, 1)[1] & 3
    return _lost(guest, peek(guest, 2)[1]) or (outward > guest.cpl and outward == real.cpl)


def _lost(guest, image):
    """Whether an image of the flags would change the virtual IF or IOPL: nothing has trapped, so nothing does."""
    allowed = (IF if guest.cpl <= guest.iopl else 0) | (IOPL if guest.cpl == 0 else 0)
    return bool((image ^ guest.eflags) & allowed)


def _looked_up(guest, real, instruction):
    """LAR, LSL, VERR, VERW: ZF, and the answer; and the A flag of the page that the guest's own table lies in."""
    virtual, actual = (_answer(cpu, instruction) for cpu in (guest, real))
    return virtual != actual


def _answer(cpu, instruction):
    selector = instruction.operands[-1].read(cpu)[1] & 0xFFFF
    if selector & 0xFFFC == 0:
        return None
    try:
        after, found = look_up(cpu, selector)
    except Fault as fault:
        return fault.vector
    if after.memory is not cpu.memory:
        return "the page was not accessed"
    if found is None or not isinstance(found, Descriptor):
        return None
    if not found.conforming and max(cpu.cpl, selector & 3) > found.dpl:
        return None
    match instruction.form.mnemonic:
        case "lar":
            return found.value >> 32 & 0x00F0_FF00 if found.is_segment or found.type in (2, 9, 11) else None
        case "lsl":
            return found.limit if found.is_segment or found.type in (2, 9, 11) else None
        case "verr":
            return found.readable or None
        case _:
            return found.writable or None


TABLE = {
    "pushf": lambda guest, real, _: guest.eflags != real.eflags,
    "popf": _popf,
    "iret": _iret,
    "push": _selector,
    "mov": _selector,
    "smsw": lambda guest, real, i: (guest.cr0 ^ real.cr0) & ((1 << 8 * i.operands[0].size) - 1) != 0,
    "sgdt": lambda guest, real, _: guest.gdtr != real.gdtr,
    "sidt": lambda guest, real, _: guest.idtr != real.idtr,
    "sldt": lambda guest, real, _: guest.ldtr.selector != real.ldtr.selector,
    "str": lambda guest, real, _: guest.tr.selector != real.tr.selector,
    "lar": _looked_up,
    "lsl": _looked_up,
    "verr": _looked_up,
    "verw": _looked_up,
}
