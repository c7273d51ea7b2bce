"""Hypothesis strategies for guests: random programs of ring 0 with handlers, with and without page tables."""

from hypothesis import strategies as st

from tests.sim.cpu.random_programs import ordinary
from vlearn.sim.cpu import boot
from vlearn.sim.memory.modes import TWO_LEVEL
from vlearn.sim.memory.page_tables import PageTables

GATES = {
    **dict.fromkeys((0, 6), "fault"),
    **dict.fromkeys((10, 11, 12, 13, 14), "coded"),
    8: "over",
    0x20: "tick",
    0x80: "call80",
}
HANDLERS = """
coded:  add esp, 4              ; drop the error code
fault:  push eax                ; go on with the next line
        mov eax, [0xc100]
        mov [esp+4], eax
        pop eax
        iret
over:   hlt
call80: inc dword [0xd200]
        iret
tick:   inc dword [0xd204]
        iret
gdtr:   dw 0x7f
        dd 0x1000
idtr:   dw 0x7ff
        dd 0x1800
"""
PTE = 0x11000 + 4 * 0xD
"""Where the page tables of a random guest have the entry of its data page."""

control_flow = st.sampled_from(
    (
        "je over{n}\ninc eax\nover{n}: nop",
        "jb over{n}\ndec dword [0xd010]\nover{n}: nop",
        "call over{n}\nover{n}: pop ecx",
        "mov ecx, 3\nagain{n}: add eax, ecx\nloop again{n}",
        "int 0x80",
        "cpuid",
        "rdtsc",
    )
)
privileged = st.one_of(
    st.sampled_from(
        (
            "cli", "sti", "hlt", "clts", "wbinvd", "invlpg [0xd000]", "lgdt [gdtr]", "lidt [idtr]",
            "mov eax, cr3\nmov cr3, eax", "mov ecx, cr2", "mov edx, cr4", "mov eax, 0x30\nlldt ax",
            "in al, 0x60", "out 0x60, al", "out 0xe9, al", "mov ecx, 0x174\nwrmsr", "mov ecx, 0x175\nrdmsr", "rdmsr",
        )
    ),
    st.builds("mov eax, cr0\nxor eax, {:#x}\nmov cr0, eax".format, st.sampled_from((8, 0x10000))),
    st.builds("mov eax, {:#x}\nmov cr4, eax".format, st.sampled_from((0, 4, 0x10, 1 << 20, 1 << 21, 1))),
    st.builds("mov eax, {}\nout 0x40, eax".format, st.integers(5, 30)),
)  # fmt: skip
"""What traps in an outer ring, with what it needs."""
tables = st.one_of(
    st.builds(
        "mov dword [{:#x}], {:#x}".format,
        st.just(PTE),
        st.sampled_from((0, 0xD001, 0xD003, 0xD005, 0xD007, 0xD063, 0xD067, 0xE007, 0x20_0007)),
    ),
    st.sampled_from(
        (
            f"and dword [{PTE:#x}], 0xffffff9f", f"mov eax, [{PTE:#x}]", "and dword [0x10000], 0xffffffdf",
            "and byte [0x1015], 0xfe", "and byte [0x100d], 0xfe", "mov eax, [0x1014]", "mov dword [0xd000], 1",
        )
    ),
)  # fmt: skip
"""Stores to page tables and descriptors, A and D flags cleared, and looks at them."""


def program(lines):
    """A guest's text: the lines with labels of their own, where a fault goes on with the next one, and the handlers."""
    checked = (f"mov dword [0xc100], next{n}\n{line}\nnext{n}: nop" for n, line in enumerate(lines))
    body = "\n".join(text.replace("{n}", str(n)) for n, text in enumerate(checked))
    return f"start: nop\n{body}\nhlt\n{HANDLERS}"


@st.composite
def paging(draw):
    """No page tables, or an identity map of guest RAM with rights and flags of all kinds."""
    if draw(st.booleans()):
        return None
    flags = {name: draw(st.booleans()) for name in ("user", "accessed", "dirty")}
    tables = PageTables(mode=TWO_LEVEL, root=0x10000).map_page(0, 0, length=0x4_0000, **flags)
    if draw(st.booleans()):
        tables = tables.edit(0xD000, "PTE", clear_bits=draw(st.sampled_from((1, 2, 4, 6))))
    return tables


@st.composite
def guests(draw, *lines, ring=0):
    """A machine in a ring, 3 with interrupts off, about to run a random program of these kinds of lines."""
    body = draw(st.lists(st.one_of(*lines), min_size=1, max_size=20))
    return boot(
        program(body), ring=ring, gates=GATES, interrupts=ring == 0 and draw(st.booleans()), tables=draw(paging())
    )


innocuous_guests = guests(ordinary, ordinary, control_flow, privileged, tables)
"""Nothing in them is sensitive without trapping, in ring 0 and at an interrupt's return to ring 0."""
innocuous_processes = guests(ordinary, ordinary, control_flow, privileged, tables, ring=3)
"""The same in ring 3: what is privileged faults, and every return from a handler finds the flags as it left them."""
