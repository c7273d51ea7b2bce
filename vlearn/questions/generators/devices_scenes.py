"""What questions about devices say of a driver's accesses, in words, and drivers drawn at random."""

from random import Random

from vlearn.blocks import Table
from vlearn.sim.devices import disk as ide
from vlearn.sim.devices import nic as card
from vlearn.sim.devices.drivers import (
    BUFFERS,
    ENTRIES,
    RING,
    STRIDE,
    handle_interrupt,
    read_sector,
    send,
    set_up_transmit,
)
from vlearn.sim.devices.emulated import Access, Load, ReadRegister, Store, WriteRegister

RECEIVE_RING, RECEIVE_BUFFERS = 0x4000, 0x20000
_STATUS = 12
"""Where a descriptor's status byte is."""


def store_packet(slot: int, size: int) -> Store:
    """The bytes of a packet, into the buffer of that slot."""
    return Store(BUFFERS + slot % ENTRIES * STRIDE, bytes(size))


def one_access(rng: Random) -> dict[str, Access]:
    """Single accesses that drivers make, by what a question says of each; slots, sizes and sectors are drawn."""
    slot, size, sector = rng.randrange(ENTRIES), rng.randrange(60, 1500), rng.randrange(1, 1 << 20)
    descriptor, buffer = RING + slot * card.DESCRIPTOR, BUFFERS + slot * STRIDE
    received = RECEIVE_RING + slot * card.DESCRIPTOR
    after = (slot + 1) % ENTRIES
    return {
        f"It stores the {size} bytes of a packet in a buffer": store_packet(slot, size),
        f"It stores the buffer's address and length in descriptor {slot}": Store(
            descriptor, buffer.to_bytes(16, "little")
        ),
        f"It stores {after}, the new end of the queue, in the card's register TDT": WriteRegister(card.TDT, after),
        "It reads the causes of the interrupt from the card's register ICR": ReadRegister(card.ICR),
        f"It reads the status byte of descriptor {slot}, to see whether the packet is sent": Load(
            descriptor + _STATUS, 1
        ),
        "It reads the card's register TDH, to see how far the card has sent": ReadRegister(card.TDH),
        "It enables an interrupt by a store to the card's register IMS": WriteRegister(card.IMS, card.TRANSMITTED),
        "It disables an interrupt by a store to the card's register IMC": WriteRegister(card.IMC, card.TRANSMITTED),
        "It reads the card's register STATUS, to see whether the link is up": ReadRegister(card.STATUS),
        f"It stores the address of an empty buffer in receive descriptor {slot}": Store(received, bytes(16)),
        f"It stores {slot} in the card's register RDT, to hand buffers to the card": WriteRegister(card.RDT, slot),
        f"It reads the header of a packet that the card has put into buffer {slot}": Load(
            RECEIVE_BUFFERS + slot * STRIDE, 8
        ),
        f"It writes {sector & 0xFF:#x} to the disk's port {ide.LBA_LOW:#x}, as bits of a sector's number": read_sector(
            sector
        )[2],
        f"It writes the command to the disk's port {ide.COMMAND:#x}": read_sector(sector)[5],
        f"It reads the disk's status from port {ide.STATUS:#x}": read_sector(sector)[7],
        f"It reads 16 bits of a sector from the disk's port {ide.DATA:#x}": read_sector(sector)[8],
        f"It adds up the bytes of a sector that it has read to {RECEIVE_BUFFERS:#x}": Load(RECEIVE_BUFFERS, ide.SECTOR),
    }


def send_in_batches(packets: int, batch: int, reads_head: bool = False) -> tuple[Access, ...]:
    """Packets, a store to TDT after every `batch` of them and after the last, and the handling of an interrupt each.

    The handler looks at each descriptor of the batch, or reads the register TDH instead.
    """
    accesses: list[Access] = []
    for first in range(0, packets, batch):
        numbers = range(first, min(first + batch, packets))
        for number in numbers:
            accesses += send(number, bytes(60))[:2]
        accesses.append(send(numbers[-1], bytes(60))[2])
        cause, _, enable = handle_interrupt(numbers[-1])
        looks = [ReadRegister(card.TDH)] if reads_head else [handle_interrupt(number)[1] for number in numbers]
        accesses += [cause, *looks, enable]
    return tuple(accesses)


def in_words(access: Access) -> str:
    """An access of the driver of the network card, as a row of a table."""
    match access:
        case Store(address, data):
            what = f"a packet of {len(data)} bytes" if address >= BUFFERS else "a descriptor"
            return f"store {what} at {address:#x}"
        case Load(address):
            return f"load a descriptor's status at {address:#x}"
        case WriteRegister(offset, value):
            return f"store {value:#x} in the register {card.REGISTERS[offset][0]}"
        case ReadRegister(offset):
            return f"load the register {card.REGISTERS[offset][0]}"
    return f"{access}"


def accesses_table(accesses: tuple[Access, ...]) -> Table:
    """The accesses of a driver, numbered."""
    rows = tuple((str(n), in_words(access)) for n, access in enumerate(accesses, 1))
    return Table(("Access", "What the driver does"), rows)


SET_UP = set_up_transmit()
