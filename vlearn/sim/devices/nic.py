"""An emulated network card in the manner of Intel's 8254x (e1000): registers, descriptor rings, interrupt causes.

The state machine that a device model runs for a guest whose driver believes in the real card. Registers are looked up
in a table by their offset; descriptors and packets lie in the guest's memory, which the model reads and writes as the
card would by DMA. Left out: link negotiation, the EEPROM, offloads, interrupt throttling, address filters, frames
longer than a buffer, statistics. Source: Intel, PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's
Manual, sections 3 and 13.
"""

from dataclasses import dataclass, replace

from immutables import Map

from vlearn.sim.devices.memory import Memory

CTRL, STATUS, ICR, IMS, IMC, RCTL, TCTL = 0x0000, 0x0008, 0x00C0, 0x00D0, 0x00D8, 0x0100, 0x0400
RDBAL, RDBAH, RDLEN, RDH, RDT = 0x2800, 0x2804, 0x2808, 0x2810, 0x2818
TDBAL, TDBAH, TDLEN, TDH, TDT = 0x3800, 0x3804, 0x3808, 0x3810, 0x3818

REGISTERS = {
    CTRL: ("CTRL", "device control"),
    STATUS: ("STATUS", "device status, read only"),
    ICR: ("ICR", "interrupt causes; reading clears them"),
    IMS: ("IMS", "interrupt mask: a 1 enables that cause"),
    IMC: ("IMC", "interrupt mask: a 1 disables that cause"),
    RCTL: ("RCTL", "receive control"),
    TCTL: ("TCTL", "transmit control"),
    RDBAL: ("RDBAL", "receive ring, address, low half"),
    RDBAH: ("RDBAH", "receive ring, address, high half"),
    RDLEN: ("RDLEN", "receive ring, length in bytes"),
    RDH: ("RDH", "receive ring, head: the card's end"),
    RDT: ("RDT", "receive ring, tail: the driver's end"),
    TDBAL: ("TDBAL", "transmit ring, address, low half"),
    TDBAH: ("TDBAH", "transmit ring, address, high half"),
    TDLEN: ("TDLEN", "transmit ring, length in bytes"),
    TDH: ("TDH", "transmit ring, head: the card's end"),
    TDT: ("TDT", "transmit ring, tail: the driver's end; a store starts the card"),
}
TRANSMITTED, RECEIVED = 1 << 0, 1 << 7
"""Interrupt causes: TXDW, a descriptor was written back, and RXT0, a packet has arrived."""
ENABLE, LINK_UP = 1 << 1, 1 << 1
DESCRIPTOR, DONE, END_OF_PACKET, REPORT_STATUS = 16, 1 << 0, 1 << 0, 1 << 3
_AT_RESET: Map[int, int] = Map({STATUS: LINK_UP})


@dataclass(frozen=True, slots=True)
class Nic:
    """Registers that hold something, the interrupt causes and mask, and the frames that went to the wire."""

    registers: Map[int, int] = _AT_RESET
    causes: int = 0
    mask: int = 0
    wire: tuple[bytes, ...] = ()

    def __getitem__(self, offset: int) -> int:
        return self.registers.get(offset, 0)

    def set(self, offset: int, value: int) -> "Nic":
        """With this register's value."""
        return replace(self, registers=self.registers.set(offset, value & 0xFFFF_FFFF))

    @property
    def interrupts(self) -> bool:
        """Whether the interrupt line is raised: some cause is enabled."""
        return bool(self.causes & self.mask)


def read_register(nic: Nic, offset: int) -> tuple[Nic, int]:
    """What a load from the register gives, and the card after it. Unknown registers read as 0."""
    if offset == ICR:
        return replace(nic, causes=0), nic.causes
    return nic, nic.mask if offset == IMS else nic[offset]


def write_register(nic: Nic, offset: int, value: int) -> Nic:
    """The card after a store to the register; what TDT then starts is `next_to_send`'s."""
    if offset == IMS:
        return replace(nic, mask=nic.mask | value)
    if offset == IMC:
        return replace(nic, mask=nic.mask & ~value)
    return nic if offset in (STATUS, ICR) or offset not in REGISTERS else nic.set(offset, value)


def has_to_send(nic: Nic) -> bool:
    """Whether transmission is on, and descriptors lie between head and tail."""
    length = nic[TDLEN] // DESCRIPTOR
    return bool(nic[TCTL] & ENABLE) and bool(length) and nic[TDH] % length != nic[TDT] % length


def send_one(nic: Nic, memory: Memory) -> tuple[Nic, Memory]:
    """Take the descriptor at the head: send its bytes, write its status back, move the head."""
    where = _descriptor(nic, TDBAL, TDH)
    word = memory.load_word(where + 8)
    command = word >> 24 & 0xFF
    frame = memory.load(memory.load_word(where), word & 0xFFFF)
    head = (nic[TDH] + 1) % (nic[TDLEN] // DESCRIPTOR)
    nic = replace(nic.set(TDH, head), wire=(*nic.wire, frame))
    if command & REPORT_STATUS:
        memory = memory.store_word(where + 8, word | DONE << 32)
        nic = replace(nic, causes=nic.causes | TRANSMITTED)
    return nic, memory


def receive_one(nic: Nic, memory: Memory, frame: bytes) -> tuple[Nic, Memory, bool]:
    """Store a frame from the wire into the next buffer, if the driver has left one; else it is dropped."""
    length = nic[RDLEN] // DESCRIPTOR
    if not (nic[RCTL] & ENABLE and length and nic[RDH] % length != nic[RDT] % length):
        return nic, memory, False
    where = _descriptor(nic, RDBAL, RDH)
    memory = memory.store(memory.load_word(where), frame)
    memory = memory.store_word(where + 8, len(frame) | (DONE | 2) << 32)
    nic = nic.set(RDH, (nic[RDH] + 1) % length)
    return replace(nic, causes=nic.causes | RECEIVED), memory, True


def _descriptor(nic: Nic, base: int, head: int) -> int:
    return (nic[base] | nic[base + 4] << 32) + nic[head] * DESCRIPTOR
