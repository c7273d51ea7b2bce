"""The monitor's account of each frame of memory: who owns it, what it is used as, and how often.

A frame has one type at a time, and can change it only when nobody uses it as what it was: so a page table is never
writable, and what is writable never becomes a page table unchecked. As in Xen, `references` counts every use of the
frame, and `uses` those that need its type. A frame without uses has the type "none" here, where Xen remembers the last
one. Source: the comment "A description of the x86 page table API" at the head of Xen's arch/x86/mm.c.
"""

from dataclasses import dataclass, replace
from typing import Literal

from immutables import Map

from vlearn.sim.memory.tables import Memory
from vlearn.sim.monitors.paravirtual.interface import EINVAL

PageType = Literal["none", "writable", "l1", "l2", "descriptors"]
TYPES: dict[PageType, str] = {
    "none": "in no use that needs a type",
    "writable": "mapped writable",
    "l1": "a page table",
    "l2": "a page directory",
    "descriptors": "part of the GDT",
}
GUEST, MONITOR, NEIGHBOUR = "the guest", "the monitor", "another guest"


class Refused(Exception):
    """The monitor refuses what the guest asked for. It never leaves the monitor: the guest gets `-error`."""

    def __init__(self, reason: str, error: int = EINVAL) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error


@dataclass(frozen=True, slots=True)
class Page:
    """The account of one frame: one reference for being allocated, one for a pin, one for each mapping or table."""

    owner: str = GUEST
    references: int = 1
    type: PageType = "none"
    uses: int = 0
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """Physical memory with the accounts of its frames, by frame number: what every update of a table works on."""

    memory: Memory
    pages: Map[int, Page]

    def entry(self, frame: int, index: int) -> int:
        """Entry `index` of a table in that frame."""
        return self.memory.get(frame << 12 | index << 2, 0)

    def with_entry(self, frame: int, index: int, value: int) -> "Paging":
        """With another entry in a table, unchecked."""
        return Paging(self.memory.set(frame << 12 | index << 2, value), self.pages)

    def with_page(self, frame: int, page: Page) -> "Paging":
        """With another account."""
        return Paging(self.memory, self.pages.set(frame, page))


def owned(paging: Paging, frame: int) -> Page:
    """The account of a frame that the guest may use. Raises Refused for any other frame, whatever it is wanted for."""
    page = paging.pages.get(frame)
    if page is None:
        raise Refused(f"there is no frame {frame:#x}")
    if page.owner != GUEST:
        raise Refused(f"frame {frame:#x} belongs to {page.owner}")
    return page


def hold(paging: Paging, frame: int) -> Paging:
    """One more reference, for a read-only mapping."""
    page = owned(paging, frame)
    return paging.with_page(frame, replace(page, references=page.references + 1))


def release(paging: Paging, frame: int) -> Paging:
    """One reference fewer."""
    page = owned(paging, frame)
    assert page.references > 1, "a frame keeps the reference of its allocation"
    return paging.with_page(frame, replace(page, references=page.references - 1))


def retyped(page: Page, frame: int, wanted: PageType) -> Page:
    """The account with one more use of that type. Raises Refused while the frame is used as something else."""
    if page.uses and page.type != wanted:
        count = f"{page.uses} use{'s' if page.uses > 1 else ''}"
        raise Refused(f"frame {frame:#x} is {TYPES[page.type]} ({count}), so it cannot be {TYPES[wanted]} as well")
    return replace(page, type=wanted, uses=page.uses + 1)
