"""The two kinds of table an address passes: the page tables that CR3 references, and the EPT of a virtual machine."""

from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.memory.access import Eptp, Registers
from vlearn.sim.memory.entries import EPT_R, EPT_W, EPT_X, RW, US, WRITE_BACK, XD, A, D, G, P
from vlearn.sim.memory.modes import EPT4, FOUR_LEVEL, Mode
from vlearn.sim.memory.tables import FRAME, Tables


@dataclass(frozen=True, slots=True)
class PageTables(Tables):
    """The page tables of one address space. In a guest, every physical address in them is guest-physical."""

    mode: Mode = FOUR_LEVEL

    def map_page(
        self,
        address: int,
        physical: int,
        page_size: int = FRAME,
        *,
        length: int = 0,
        writable: bool = True,
        user: bool = True,
        executable: bool = True,
        global_page: bool = False,
        accessed: bool = False,
        dirty: bool = False,
    ) -> "PageTables":
        """Map one page, or a range of `length` bytes page by page. Raises ModelError if it is taken or misaligned."""
        if not executable and self.mode.entry_bytes == 4:
            raise ModelError("32-bit paging cannot forbid execution: its entries have no XD bit; use PAE or 4 levels")
        rights = P | writable * RW | user * US | (not executable) * XD
        flags = rights | global_page * G | accessed * A | dirty * D
        memory, next_frame = self._map(address, physical, length or page_size, page_size, flags)
        return replace(self, memory=memory, next_frame=next_frame)

    def edit(self, address: int, entry: str, *, set_bits: int = 0, clear_bits: int = 0) -> "PageTables":
        """Change bits of the entry of that name (`PDE`) on the way to the address, as a kernel would with a store."""
        return replace(self, memory=self._edited(address, entry, set_bits, clear_bits))

    def registers(self, **control: bool) -> Registers:
        """The registers of a processor that runs on these tables: CR3, MAXPHYADDR, for PAE the PDPTE registers.

        `control` sets bits such as wp=False or smep=True.
        """
        loaded = self.mode.loaded
        pdptes = tuple(self.memory.get(self.root + 8 * i, 0) for i in range(4)) if loaded else ()
        return Registers(self.mode, self.root, physical_bits=self.physical_bits, pdptes=pdptes, **control)


@dataclass(frozen=True, slots=True)
class EptTables(Tables):
    """An EPT: it maps guest-physical to host-physical addresses."""

    mode: Mode = EPT4

    def map_page(
        self,
        guest_physical: int,
        physical: int,
        page_size: int = FRAME,
        *,
        length: int = 0,
        readable: bool = True,
        writable: bool = True,
        executable: bool = True,
        memory_type: int = WRITE_BACK,
    ) -> "EptTables":
        """Map one page, or a range of `length` bytes page by page. Raises ModelError if it is taken or misaligned."""
        flags = readable * EPT_R | writable * EPT_W | executable * EPT_X | memory_type << 3
        memory, next_frame = self._map(guest_physical, physical, length or page_size, page_size, flags)
        return replace(self, memory=memory, next_frame=next_frame)

    def edit(self, address: int, entry: str, *, set_bits: int = 0, clear_bits: int = 0) -> "EptTables":
        """Change bits of the entry of that name (`EPT PDE`) on the way to the guest-physical address."""
        return replace(self, memory=self._edited(address, entry, set_bits, clear_bits))

    def eptp(self, accessed_dirty: bool = False, execute_only: bool = True) -> Eptp:
        """The EPT pointer that a hypervisor writes into the VMCS to use these tables."""
        return Eptp(self.root, self.mode, accessed_dirty, execute_only, self.physical_bits)
