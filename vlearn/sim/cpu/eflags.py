"""EFLAGS: its bits, who may change which, and the arithmetic flags of a result.

Left out: virtual-8086 mode (VM, VIF, VIP) and the debug exceptions with their RF; those bits read as 0. TF can be set
and traps nothing; NT can be set, and an IRET under it is a task switch, which the model refuses. Source: Intel SDM vol.
1, "EFLAGS register", and vol. 2, the pages of POPF and IRET.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag: the manual's name for it, its position, and what it says when it is 1."""

    name: str
    position: int
    meaning: str

    @property
    def mask(self) -> int:
        """EFLAGS with this bit alone."""
        return 1 << self.position


FLAGS = (
    Flag("CF", 0, "carry or borrow out of the highest bit"),
    Flag("PF", 2, "the low byte of the result has an even number of ones"),
    Flag("AF", 4, "carry or borrow out of bit 3"),
    Flag("ZF", 6, "the result is zero"),
    Flag("SF", 7, "the highest bit of the result"),
    Flag("TF", 8, "single-step (no effect here)"),
    Flag("IF", 9, "external interrupts are served"),
    Flag("DF", 10, "string instructions go downwards"),
    Flag("OF", 11, "the signed result does not fit"),
    Flag("NT", 14, "the task is nested: IRET would switch tasks"),
    Flag("AC", 18, "with CR4.SMAP, the supervisor may touch user pages"),
    Flag("ID", 21, "can be changed: the processor has CPUID"),
)
CF, PF, AF, ZF, SF, TF, IF, DF, OF, NT, AC, ID = (flag.mask for flag in FLAGS)
IOPL = 3 << 12
ALWAYS_ONE = 1 << 1
STATUS = CF | PF | AF | ZF | SF | OF
MEANT = STATUS | TF | IF | DF | NT | AC | ID | IOPL | ALWAYS_ONE
"""The bits that the model keeps; all others are 0."""

_EVEN = tuple(PF if value.bit_count() % 2 == 0 else 0 for value in range(256))


def iopl(eflags: int) -> int:
    """The I/O privilege level, 0 to 3: the highest CPL that may CLI, STI, IN and OUT."""
    return eflags >> 12 & 3


def popped(old: int, image: int, cpl: int) -> int:
    """EFLAGS after POPF or IRET took `image` from the stack at a CPL.

    What the CPL may not change stays as it is, silently: IF at CPL > IOPL, IOPL at CPL > 0. No trap tells a monitor.
    """
    mask = STATUS | TF | DF | NT | AC | ID
    if cpl <= iopl(old):
        mask |= IF
    if cpl == 0:
        mask |= IOPL
    return old & ~mask | image & mask | ALWAYS_ONE


def of_result(value: int, size: int) -> int:
    """ZF, SF and PF of a result of `size` bytes."""
    return (0 if value else ZF) | (SF if value >> 8 * size - 1 else 0) | _EVEN[value & 0xFF]


def names(eflags: int) -> tuple[str, ...]:
    """The names of the flags that are 1, and `IOPL=n` where it is not 0."""
    level = (f"IOPL={iopl(eflags)}",) if iopl(eflags) else ()
    return (*(flag.name for flag in FLAGS if eflags & flag.mask), *level)
