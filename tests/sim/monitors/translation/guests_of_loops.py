"""The loops of the question bank as guests, and random guests with a timer, as Hypothesis strategies."""

from dataclasses import replace

from hypothesis import strategies as st

from tests.sim.cpu.random_programs import ordinary, sensitive
from vlearn.sim.cpu import Timer, boot

A_B_C = """
start:  mov ecx, {passes}
        jmp b
b:      dec ecx
        jnz b
        hlt
"""
"""Block A leads to B, B {passes} times to itself and then to C."""

CALLS = """
start:
l:      call f
        dec ecx
        jnz l
        hlt
f:      add eax, ecx
        ret
"""
"""L calls F, whose RET leads to R, which leads to L again or to E."""

_AROUND = """
start:  mov dword [0xd200], {passes}
again:  {body}
        dec dword [0xd200]
        jnz again
        {end}
done:   cli
        hlt
failed: hlt
tick:   inc dword [0xd204]
        iret
"""
EXCEPTIONS = (0, 1, 3, 6, 7, 10, 11, 12, 13, 14)


def around(body, ring, passes, timer, tables=None):
    """A guest that repeats a body, with a handler for the timer; every exception ends it, and so does the last pass."""
    program = _AROUND.format(body=body, passes=passes, end="cli" if ring else "jmp done")
    gates = {**dict.fromkeys(EXCEPTIONS, "failed"), 0x20: "tick"}
    cpu = boot(program, ring=ring, interrupts=True, gates=gates, tables=tables)
    return replace(cpu, timer=Timer(timer, timer))


_user_sensitive = st.one_of(
    st.sampled_from(("pushf", "push cs", "push ss", "push ds", "mov eax, cs", "mov bx, ss")),
    st.integers(0, 0x3F_FFFF).map(lambda image: f"push {image & ~0x1_4100:#x}\npopf"),
)
"""Not among them: what shows a process the monitor's tables, or traps, which ends the guest."""


@st.composite
def guests(draw, tables=None):
    """A random guest, in the kernel or in a process: loops of ordinary and sensitive instructions under a timer."""
    ring = draw(st.sampled_from((0, 3)))
    lines = st.one_of(ordinary, ordinary, sensitive if ring == 0 else _user_sensitive)
    body = "\n".join(draw(st.lists(lines, min_size=1, max_size=10)))
    return around(body, ring, draw(st.integers(1, 6)), draw(st.just(0) | st.integers(9, 60)), tables)
