"""The memory that a device reaches by DMA: pages of bytes, absent where nothing was ever written.

A value: a store gives another memory. Addresses are physical, the guest's or the host's.
"""

from dataclasses import dataclass

from immutables import Map

from vlearn.errors import ModelError

PAGE = 4096
_NO_PAGES: Map[int, bytes] = Map()
_ZEROS = bytes(PAGE)


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes by address; what was never stored reads as zero."""

    pages: Map[int, bytes] = _NO_PAGES

    def load(self, address: int, length: int) -> bytes:
        """Bytes from the address on, across pages too."""
        _check(address, length)
        found, end = [], address + length
        while address < end:
            page, offset = divmod(address, PAGE)
            take = min(PAGE - offset, end - address)
            found.append(self.pages.get(page, _ZEROS)[offset : offset + take])
            address += take
        return b"".join(found)

    def store(self, address: int, data: bytes) -> "Memory":
        """With these bytes from the address on."""
        _check(address, len(data))
        pages = self.pages
        while data:
            page, offset = divmod(address, PAGE)
            now, data = data[: PAGE - offset], data[PAGE - offset :]
            old = pages.get(page, _ZEROS)
            pages = pages.set(page, old[:offset] + now + old[offset + len(now) :])
            address += len(now)
        return Memory(pages)

    def load_word(self, address: int, length: int = 8) -> int:
        """An unsigned little-endian number."""
        return int.from_bytes(self.load(address, length), "little")

    def store_word(self, address: int, value: int, length: int = 8) -> "Memory":
        """With this unsigned little-endian number."""
        return self.store(address, value.to_bytes(length, "little"))


def _check(address: int, length: int) -> None:
    if address < 0 or length < 0:
        raise ModelError(f"{length} bytes at address {address} cannot be: neither a length nor an address is negative")
