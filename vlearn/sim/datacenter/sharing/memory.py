"""Memory that is promised more than once: guests whose pages share a host's frames, in the small.

A guest believes that it has all its pages. The host backs one with a frame when it is first touched; it may map pages
with the same content to one frame, and may keep pages in a swap file of its own. A balloon is a driver in the guest
that asks the guest's own kernel for pages, and hands their frames to the host: so the guest chooses, and it knows which
pages are free. Source: Waldspurger, "Memory resource management in VMware ESX Server", OSDI 2002.
"""

from dataclasses import dataclass, replace
from typing import Literal

from vlearn.errors import ModelError
from vlearn.trace import Event, Step

Where = Literal["nowhere", "memory", "host swap", "guest swap"]
Address = tuple[int, int]
"""A guest and one of its pages, both numbered from 0."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's content as a number, where it is, its frame if it is in memory, and whether the guest has freed it."""

    content: int = 0
    where: Where = "nowhere"
    frame: int | None = None
    free: bool = False


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest's pages, the page numbers from least to most recently used, and how many pages the balloon holds."""

    pages: tuple[Page, ...]
    recent: tuple[int, ...] = ()
    balloon: int = 0

    @property
    def resident(self) -> int:
        """Pages that the guest keeps in what it takes for its memory, in a frame or not."""
        return sum(page.where in ("memory", "host swap") for page in self.pages)

    @property
    def limit(self) -> int:
        """How many it may keep there beside the balloon."""
        return len(self.pages) - self.balloon


@dataclass(frozen=True, slots=True)
class Memory:
    """A host's frames and its guests; `mapped` is which pages have a frame, the longest mapped first; and counts."""

    frames: int
    guests: tuple[Guest, ...]
    mapped: tuple[Address, ...] = ()
    host_swaps: int = 0
    guest_swaps: int = 0

    @classmethod
    def of(cls, frames: int, pages: tuple[int, ...]) -> "Memory":
        """So many frames, and guests that have been promised so many pages each."""
        if frames < 1 or not pages or min(pages) < 1:
            raise ModelError(f"a host has a frame or more, and guests of a page or more; not {frames} and {pages}")
        return cls(frames, tuple(Guest((Page(),) * count) for count in pages))

    @property
    def promised(self) -> int:
        """Pages that the guests believe they have."""
        return sum(len(guest.pages) for guest in self.guests)

    @property
    def used(self) -> frozenset[int]:
        """Frames in use: those of shared pages count once."""
        return frozenset(page.frame for guest in self.guests for page in guest.pages if page.frame is not None)

    @property
    def saved(self) -> int:
        """Frames that sharing saves at this moment."""
        return len(self.mapped) - len(self.used)

    def guest(self, number: int) -> Guest:
        """A guest by its number."""
        if not 0 <= number < len(self.guests):
            raise ModelError(f"there is no guest {number}; guests are numbered 0 to {len(self.guests) - 1}")
        return self.guests[number]

    def page(self, address: Address) -> Page:
        """A page of a guest."""
        guest, number = address
        count = len(self.guest(guest).pages)
        if not 0 <= number < count:
            raise ModelError(f"guest {guest} has no page {number}; its pages are numbered 0 to {count - 1}")
        return self.guests[guest].pages[number]

    def put(self, address: Address, page: Page) -> "Memory":
        """The memory with this page; `mapped` follows."""
        guest, number = address
        pages = self.guests[guest].pages
        after = self.with_guest(guest, replace(self.guests[guest], pages=(*pages[:number], page, *pages[number + 1 :])))
        if page.where == "memory":
            return after if address in self.mapped else replace(after, mapped=(*self.mapped, address))
        return replace(after, mapped=tuple(other for other in self.mapped if other != address))

    def with_guest(self, number: int, guest: Guest) -> "Memory":
        """The memory with this guest."""
        return replace(self, guests=(*self.guests[:number], guest, *self.guests[number + 1 :]))

    def sharers(self, frame: int | None) -> tuple[Address, ...]:
        """The pages that are in a frame."""
        return tuple(address for address in self.mapped if self.page(address).frame == frame)


def happened(kind: str, text: str, memory: Memory, *addresses: Address) -> Step[Memory]:
    """A step that touches these pages."""
    return Step(Event(kind, text, tuple(f"page[{guest}][{page}]" for guest, page in addresses)), memory)
