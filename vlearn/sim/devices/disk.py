"""An emulated IDE disk with programmed I/O: the command block's ports, a status register, and a buffer of one sector.

A command goes into the last of the ports; data then passes through one port, 16 bits at a time. The device is busy
between a command and its data for as long as the caller lets it be. Left out: the second drive, DMA, LBA48, interrupts.
Source: ATA/ATAPI-6, PIO data-in and data-out protocols.
"""

from dataclasses import dataclass, replace
from typing import Literal

from immutables import Map

from vlearn.errors import ModelError

DATA, ERROR, COUNT, LBA_LOW, LBA_MID, LBA_HIGH, DEVICE, COMMAND = range(0x1F0, 0x1F8)
STATUS = COMMAND
PORTS = {
    DATA: ("data", "16 bits of the sector's data"),
    ERROR: ("error", "why the last command failed"),
    COUNT: ("sector count", "sectors to transfer; 0 is 256"),
    LBA_LOW: ("LBA low", "bits 0 to 7 of the sector's number"),
    LBA_MID: ("LBA mid", "bits 8 to 15"),
    LBA_HIGH: ("LBA high", "bits 16 to 23"),
    DEVICE: ("device", "bits 24 to 27, and which drive"),
    COMMAND: ("command, status", "written a command, read the status"),
}
SECTOR = 512
BUSY, READY, REQUEST, FAILED = 0x80, 0x40, 0x08, 0x01
"""Bits of the status: BSY, DRDY, DRQ, ERR."""
ABORTED, NOT_FOUND = 0x04, 0x10
"""Bits of the error register: ABRT, IDNF."""
READ_SECTORS, WRITE_SECTORS = 0x20, 0x30
_NO_PORTS: Map[int, int] = Map()
_NO_SECTORS: Map[int, bytes] = Map()


@dataclass(frozen=True, slots=True)
class Disk:
    """Ports, the buffer and how far it has been passed, and what lies on the sectors that were written."""

    sectors: int = 2048
    status: int = READY
    error: int = 0
    ports: Map[int, int] = _NO_PORTS
    doing: Literal["nothing", "read", "write"] = "nothing"
    at: int = 0
    left: int = 0
    buffer: bytes = b""
    content: Map[int, bytes] = _NO_SECTORS

    def __post_init__(self) -> None:
        if not 1 <= self.sectors <= 1 << 28:
            raise ModelError(f"a disk of {self.sectors} sectors cannot be: 28 bits number 1 to {1 << 28} of them")


def read_port(disk: Disk, port: int) -> tuple[Disk, int]:
    """What an IN from the port gives, and the disk after it; data without a request reads as all ones."""
    if port == DATA:
        if disk.doing != "read" or not disk.status & REQUEST:
            return disk, 0xFFFF
        word, rest = int.from_bytes(disk.buffer[:2], "little"), disk.buffer[2:]
        return (replace(disk, buffer=rest) if rest else _next_sector(disk)), word
    if port in (STATUS, ERROR):
        return disk, disk.status if port == STATUS else disk.error
    return disk, disk.ports.get(port, 0)


def write_port(disk: Disk, port: int, value: int) -> Disk:
    """The disk after an OUT to the port; while it is busy it ignores all of them."""
    if disk.status & BUSY:
        return disk
    if port == DATA:
        return _fill(disk, value) if disk.doing == "write" and disk.status & REQUEST else disk
    if port == COMMAND:
        return _command(disk, value)
    return replace(disk, ports=disk.ports.set(port, value & 0xFF))


def finish(disk: Disk) -> Disk:
    """What the disk does while it is busy: it fetches a sector, or it is ready to be given one."""
    if not disk.status & BUSY:
        return disk
    if disk.at >= disk.sectors:
        return replace(disk, status=READY | FAILED, error=NOT_FOUND, doing="nothing", left=0)
    data = disk.content.get(disk.at, bytes(SECTOR)) if disk.doing == "read" else b""
    return replace(disk, status=READY | REQUEST, buffer=data)


def _command(disk: Disk, value: int) -> Disk:
    if value not in (READ_SECTORS, WRITE_SECTORS):
        return replace(disk, status=READY | FAILED, error=ABORTED, doing="nothing")
    lba = sum(disk.ports.get(port, 0) << 8 * n for n, port in enumerate((LBA_LOW, LBA_MID, LBA_HIGH)))
    lba |= (disk.ports.get(DEVICE, 0) & 0x0F) << 24
    count = disk.ports.get(COUNT, 0) or 256
    doing: Literal["read", "write"] = "read" if value == READ_SECTORS else "write"
    return replace(disk, status=BUSY, error=0, doing=doing, at=lba, left=count)


def _fill(disk: Disk, value: int) -> Disk:
    buffer = disk.buffer + (value & 0xFFFF).to_bytes(2, "little")
    if len(buffer) < SECTOR:
        return replace(disk, buffer=buffer)
    return _next_sector(replace(disk, content=disk.content.set(disk.at, buffer)))


def _next_sector(disk: Disk) -> Disk:
    """After a whole sector has passed: busy with the next, or done."""
    if disk.left > 1:
        return replace(disk, status=BUSY, at=disk.at + 1, left=disk.left - 1, buffer=b"")
    return replace(disk, status=READY, doing="nothing", left=0, buffer=b"")
