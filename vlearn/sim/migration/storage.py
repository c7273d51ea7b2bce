"""What becomes of the machine's disk: shared storage that both hosts reach, or a copy block by block.

A copied disk is sent once from end to end while the guest runs; what it writes to blocks already sent is mirrored, so
when the copy is through, both disks stay alike until the machine is paused. Mirroring takes from the same link, and the
more of the disk is through, the more writes are mirrored: with writes spread evenly over D bytes at w bytes a second,
a link of b leaves b - w x to the copy when the share x is sent, which takes D / w ln(b / (b - w)) seconds, and for
ever if w reaches b. Left out: unallocated blocks, which need not be sent.
Source: QEMU, block mirroring (drive-mirror) over NBD.
"""

from dataclasses import dataclass
from math import isfinite, log1p

from vlearn.errors import ModelError
from vlearn.sim.migration.machine import Link


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes, whether both hosts reach it, and how many bytes a second the guest writes to it."""

    size: int
    shared: bool
    write_rate: float = 0.0

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ModelError(f"a disk's size is in bytes and cannot be {self.size}")
        if not isfinite(self.write_rate) or self.write_rate < 0:
            raise ModelError(f"a write rate is in bytes a second and not negative; {self.write_rate} is not")


@dataclass(frozen=True, slots=True)
class DiskMove:
    """Seconds until both disks are alike, bytes sent by then, and why in words. Seconds are None if they never are."""

    seconds: float | None
    sent: float
    why: str


def move_disk(disk: Disk, link: Link) -> DiskMove:
    """What has to be done before the memory is moved."""
    if disk.shared:
        return DiskMove(0.0, 0.0, "both hosts reach the storage: nothing is copied")
    if not disk.size:
        return DiskMove(0.0, 0.0, "there is nothing on it")
    if disk.write_rate >= link.bandwidth:
        return DiskMove(None, 0.0, "the guest writes to its disk as fast as the link: mirroring never catches up")
    seconds = disk.size / link.bandwidth
    if disk.write_rate:
        seconds = -disk.size / disk.write_rate * log1p(-disk.write_rate / link.bandwidth)
    return DiskMove(seconds, seconds * link.bandwidth, "copied from end to end, writes to what is sent are mirrored")
