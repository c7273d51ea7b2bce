"""What stock drivers do with the emulated card and disk, as lists of accesses: set up, send, handle an interrupt, read.

A driver that decides by what it reads, such as one that polls, is left out: these lists are what a good run looks like.
"""

from vlearn.errors import ModelError
from vlearn.sim.devices import disk as ide
from vlearn.sim.devices import nic as card
from vlearn.sim.devices.emulated import Access, DiskDone, In, Load, Out, ReadRegister, Store, WriteRegister

RING, BUFFERS, STRIDE, ENTRIES = 0x1000, 0x10000, 0x800, 8
"""Where this driver keeps its transmit ring and its packets."""


def set_up_transmit() -> tuple[Access, ...]:
    """Tell the card where the ring lies, and enable transmission and its interrupt."""
    values = {card.TDBAL: RING, card.TDBAH: 0, card.TDLEN: ENTRIES * card.DESCRIPTOR, card.TDH: 0, card.TDT: 0}
    values |= {card.TCTL: card.ENABLE, card.IMS: card.TRANSMITTED}
    return tuple(WriteRegister(offset, value) for offset, value in values.items())


def send(number: int, packet: bytes) -> tuple[Access, ...]:
    """The number-th packet, counted from 0: into a buffer, its descriptor into the ring, then the tail."""
    if number < 0 or not packet or len(packet) > STRIDE:
        raise ModelError(f"packet {number} has {len(packet)} bytes; packets count from 0 and have 1 to {STRIDE} bytes")
    slot = number % ENTRIES
    buffer, descriptor = BUFFERS + slot * STRIDE, RING + slot * card.DESCRIPTOR
    command = len(packet) | (card.END_OF_PACKET | card.REPORT_STATUS) << 24
    return (
        Store(buffer, packet),
        Store(descriptor, buffer.to_bytes(8, "little") + command.to_bytes(8, "little")),
        WriteRegister(card.TDT, (slot + 1) % ENTRIES),
    )


def handle_interrupt(number: int) -> tuple[Access, ...]:
    """After that packet: read the cause, look at the descriptor, and enable the interrupt again."""
    done = RING + number % ENTRIES * card.DESCRIPTOR + 12
    return (ReadRegister(card.ICR), Load(done, 1), WriteRegister(card.IMS, card.TRANSMITTED))


def read_sector(lba: int, words: int = ide.SECTOR // 2) -> tuple[Access, ...]:
    """One sector by programmed I/O: six ports, one look at the status, and the data word by word."""
    if not 0 <= lba < 1 << 28:
        raise ModelError(f"sector {lba} cannot be named in 28 bits; sectors run from 0 to {(1 << 28) - 1}")
    parts = {
        ide.DEVICE: 0xE0 | lba >> 24,
        ide.COUNT: 1,
        ide.LBA_LOW: lba & 0xFF,
        ide.LBA_MID: lba >> 8 & 0xFF,
        ide.LBA_HIGH: lba >> 16 & 0xFF,
        ide.COMMAND: ide.READ_SECTORS,
    }
    asked = tuple(Out(port, value) for port, value in parts.items())
    return (*asked, DiskDone(), In(ide.STATUS), *[In(ide.DATA)] * words)
