"""How a walk ended, in words and drawn: the address it found, or the fault with every bit of its code spelled out."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from vlearn.sim.memory.access import (
    ERROR_CODE,
    EXIT_QUALIFICATION,
    EptMisconfiguration,
    EptViolation,
    GeneralProtection,
    PageFault,
    Rights,
    Translation,
)
from vlearn.sim.memory.modes import size_name
from vlearn.sim.memory.state import Walk
from vlearn.views.svg import (
    DONE,
    FAULT,
    INK,
    PAPER,
    PLAIN,
    SMALL,
    TITLE,
    VERMILION,
    Look,
    Shape,
    box,
    cross,
    text,
    tick,
)

SHORT, TALL = 52, 110
"""The height of a strip, without and with the bits of a code."""

MEANINGS = {
    "P": ("an entry is not present", "every entry is present"),
    "W/R": ("not a write", "a write"),
    "U/S": ("in supervisor mode", "in user mode"),
    "RSVD": ("no reserved bit is set", "a reserved bit is set"),
    "I/D": ("not reported as a fetch", "an instruction fetch"),
}
"""What each bit of a page fault's error code says when it is 0 and when it is 1."""

_SET, _CLEAR = Look("#F7C6A8", VERMILION, 1.6), Look(PAPER, "#8C959F", 1)


@dataclass(frozen=True, slots=True)
class Ending:
    """A title, what is known besides, and for a code each bit: its name, its value, what that means."""

    title: str
    detail: str
    bits: tuple[tuple[str, int, str], ...] = ()
    failed: bool = True

    @property
    def words(self) -> str:
        """All of it as a sentence or two, for a reader who cannot see the strip."""
        bits = "; ".join(f"{name} is {value}, {meaning}" for name, value, meaning in self.bits)
        mark = ";" if ":" in self.title else ":"
        return f"{self.title}{mark} {self.detail}." + (f" Bits: {bits}." if bits else "")


def ending(state: Walk) -> Ending | None:
    """How the walk ended; None while it goes on."""
    match state.outcome:
        case None:
            return None
        case Translation(physical, page_size, rights, guest_physical=None):
            detail = f"physical address {physical:#x}, in a {size_name(page_size)} page; {rights_words(rights)}"
            return Ending("Translated", detail, failed=False)
        case Translation(physical, _, rights, guest_physical=guest):
            detail = f"guest-physical {guest:#x} is host-physical {physical:#x}; {rights_words(rights)}"
            return Ending("Translated", detail, failed=False)
        case PageFault(code, cr2):
            bits = tuple(
                (f"{name} (bit {at})", code >> at & 1, MEANINGS[name][code >> at & 1]) for name, at in ERROR_CODE
            )
            why = (
                "a reserved bit is set"
                if code & 8
                else "the rights forbid it"
                if code & 1
                else "an entry is not present"
            )
            return Ending(f"#PF, page fault: {why}", f"error code {code:#x}, CR2 = {cr2:#x}", bits)
        case GeneralProtection(address):
            mode = state.registers.mode
            why = f"bits {mode.register_bits - 1} to {mode.linear_bits - 1} of {address:#x} must all be equal"
            if mode.is_canonical(address):
                why = f"MOV to CR3 of {address:#x} met a PDPTE with a reserved bit set"
            return Ending("#GP(0), general protection", why)
        case EptViolation(code, guest, linear):
            bits = tuple((f"bit {at}", code >> at & 1, name) for name, at in EXIT_QUALIFICATION)
            whence = "" if linear is None else f", guest-linear {linear:#x}"
            detail = f"exit qualification {code:#x}, guest-physical {guest:#x}{whence}"
            return Ending("EPT violation, VM exit reason 48", detail, bits)
        case EptMisconfiguration(guest):
            detail = f"guest-physical {guest:#x}; the processor gives no qualification"
            return Ending("EPT misconfiguration, VM exit reason 49", detail)


def rights_words(rights: Rights) -> str:
    """What may be done, in words."""
    write = "read and write" if rights.writable else "read only"
    who = "user and supervisor" if rights.user else "supervisor only"
    return f"{write}, {who}, {'execution allowed' if rights.executable else 'no execution'}"


def count_words(count: int, most: int) -> str:
    """How many references a walk made, and how many it could have made."""
    return f"{count} reference{'' if count == 1 else 's'} of at most {most}"


def strip_height(ending: Ending | None) -> float:
    """How tall the strip of this ending is."""
    return TALL if ending and ending.bits else SHORT


def strip(ending: Ending, note: str, x: float, y: float, width: float) -> Iterator[Shape]:
    """The ending as a block of this width, with a note at its right."""
    yield box(x, y, width, strip_height(ending), FAULT if ending.failed else DONE)
    yield cross(x + 20, y + 20) if ending.failed else tick(x + 20, y + 20)
    yield from _lines(x + 38, y, ending.title, ending.detail)
    yield text(x + width - 12, y + 21, note, anchor="end", fill=INK)
    count = max(1, len(ending.bits))
    cell = (width - 20 - 6 * (count - 1)) / count
    for n, (name, value, meaning) in enumerate(ending.bits):
        left = x + 10 + n * (cell + 6)
        yield box(left, y + 50, cell, 52, _SET if value else _CLEAR)
        yield text(left + 7, y + 66, f"{name} = {value}", bold=bool(value), fill=INK)
        for row, words in enumerate(wrap(meaning, int((cell - 8) / 5.6))):
            yield text(left + 7, y + 80 + 13 * row, words, size=SMALL, fill=INK)


def running_strip(title: str, detail: str, x: float, y: float, width: float) -> Iterator[Shape]:
    """What stands in the place of the ending while the walk goes on."""
    yield box(x, y, width, SHORT, PLAIN)
    yield from _lines(x + 12, y, title, detail)


def _lines(x: float, y: float, title: str, detail: str) -> Iterator[Shape]:
    yield text(x, y + 21, title, size=TITLE, bold=True, fill=INK)
    yield text(x, y + 40, detail, fill=INK)
