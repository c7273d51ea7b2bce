"""A first small guest: a kernel in ring 0 with a system call, a timer and page tables, and a program in ring 3."""

from vlearn.sim.cpu import Cpu, assemble, boot, handler
from vlearn.sim.memory import TWO_LEVEL, PageTables

KERNEL = """
CONSOLE equ 0xe9
TIMER   equ 0x40
start:  mov al, 14
        out TIMER, al           ; an interrupt every fourteen instructions
        mov eax, 0x23           ; IRET would make a data segment of ring 0 null
        mov ds, ax
        push 0x23               ; the frame that takes IRET to ring 3: SS, ESP, EFLAGS with IF, CS, EIP
        push 0xc000
        push 0x202
        push 0x1b
        push user
        iret

syscall: out CONSOLE, al        ; write the character in AL
        iret

tick:   inc dword [ticks]
        iret

fault:  mov al, '!'
        out CONSOLE, al
        cli
        hlt

        org 0x5000
ticks:  dd 0

        org 0x6000
user:   mov ecx, 3
again:  mov al, 'a'
        add al, cl
        int 0x80
        loop again
        cli                     ; ring 3 may not: #GP
"""


def kernel() -> Cpu:
    """The guest at its start: the page of `ticks` and the kernel's code belong to the supervisor."""
    program = assemble(KERNEL)
    tables = (
        PageTables(TWO_LEVEL, root=0x1_0000)
        .map_page(0x1000, 0x1000, length=0x5000, user=False)
        .map_page(0x6000, 0x6000, writable=False)
        .map_page(0x8000, 0x8000, user=False)
        .map_page(0xB000, 0xB000)
    )
    gates = {0x20: handler(program, "tick"), 0x80: handler(program, "syscall", dpl=3), 13: handler(program, "fault")}
    return boot(program, gates=gates, tables=tables)
