"""Grant tables: a domain says which of its pages another domain may map or copy, and the hypervisor checks it.

Version 1 of the table: an entry names a domain, a frame and whether it may be written. While somebody has the page
mapped the entry is in use, and its owner cannot take the page back. A refusal is an event with Xen's status code.
Left out: transfers, transitive and sub-page grants (version 2). Sources: Xen's public header grant_table.h and
common/grant_table.c; Linux's drivers/xen/grant-table.c.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.errors import ModelError

RESERVED = 8
"""The first entries are kept for the toolstack's use, such as the page of XenStore."""


@dataclass(frozen=True, slots=True)
class Grant:
    """An entry: which domain may use which frame of the owner, and whether it may write."""

    domain: int
    frame: int
    writable: bool


@dataclass(frozen=True, slots=True)
class Mapping:
    """A grant in use: the handle that its mapper holds, and for what."""

    handle: int
    domain: int
    reference: int
    writes: bool


@dataclass(frozen=True, slots=True)
class GrantTable:
    """A domain's entries, indexed by grant reference, and who has mapped which of them."""

    owner: int
    entries: tuple[Grant | None, ...]
    mappings: tuple[Mapping, ...] = ()
    handles: int = 0

    @classmethod
    def empty(cls, owner: int, size: int = 64) -> "GrantTable":
        """A table of `size` entries; one page of version 1 has 512."""
        if size <= RESERVED:
            raise ModelError(f"a grant table of {size} entries has none to give: the first {RESERVED} are reserved")
        return cls(owner, (None,) * size)

    def mapped(self, reference: int) -> bool:
        """Whether anybody has the page of this reference mapped."""
        return any(mapping.reference == reference for mapping in self.mappings)

    def set(self, reference: int, grant: Grant | None) -> "GrantTable":
        """With this entry."""
        return replace(self, entries=(*self.entries[:reference], grant, *self.entries[reference + 1 :]))


@dataclass(frozen=True, slots=True)
class GrantAccess:
    """The owner lets a domain use one of its frames; the first free reference is taken."""

    domain: int
    frame: int
    writable: bool = True

    def __post_init__(self) -> None:
        if self.frame < 0:
            raise ModelError(f"frames are counted from 0; there is no frame {self.frame}")


@dataclass(frozen=True, slots=True)
class MapGrant:
    """A domain asks the hypervisor to map the page of a reference, which any 32-bit number may be."""

    domain: int
    reference: int
    writes: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.reference < 1 << 32:
            raise ModelError(f"grant reference {self.reference} is out of range: it is unsigned, of 32 bits")


class CopyGrant(MapGrant):
    """A domain has the hypervisor copy out of a granted page, or into it if it `writes`; nothing stays mapped."""


@dataclass(frozen=True, slots=True)
class UnmapGrant:
    """A domain gives up a mapping, by its handle."""

    domain: int
    handle: int


@dataclass(frozen=True, slots=True)
class EndAccess:
    """The owner takes a grant back; while it is mapped, it cannot."""

    reference: int


@dataclass(frozen=True, slots=True)
class DomainDies:
    """The hypervisor takes away every mapping of a domain that crashed or was destroyed."""

    domain: int


GrantCall: TypeAlias = GrantAccess | MapGrant | CopyGrant | UnmapGrant | EndAccess | DomainDies
