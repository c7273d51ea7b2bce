"""Which pages of a piece of this process's memory were written to, asked of the machine's own kernel.

A hypervisor write-protects a guest's pages to find out; Linux does the same for a process, in one of two ways: the
ioctl PAGEMAP_SCAN over memory that userfaultfd write-protects (Linux 6.7 and later), or the soft-dirty bit (kernels
with CONFIG_MEM_SOFT_DIRTY). Where there is neither, or no permission, or no Linux, OSError. Left out: other processes.
Sources: Linux, Documentation/admin-guide/mm/pagemap.rst, soft-dirty.rst and userfaultfd.rst.
"""

import ctypes
import mmap
import os
import platform
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PAGE = 4096
Bitmap = NDArray[np.bool_]
Look = Callable[[], Bitmap]

_USERFAULTFD = {"x86_64": 323, "aarch64": 282}
_API, _REGISTER, _SCAN = 0xC018AA3F, 0xC020AA00, 0xC0606610
_FLAG_WP, _UNPOPULATED, _ASYNC, _REGISTER_WP, _USER_MODE_ONLY = 1, 1 << 13, 1 << 15, 1 << 1, 1
_PROTECT_AND_CHECK, _WRITTEN = 0b11, 1 << 1
_SOFT_DIRTY = 55


@dataclass(frozen=True, slots=True)
class Tracked:
    """Memory to write to, a byte an element; `look()` says which pages were since the last look, `how` in which way."""

    memory: NDArray[np.uint8]
    look: Look
    how: str


@contextmanager
def tracked(pages: int, ways: tuple[str, ...] = ("PAGEMAP_SCAN", "soft-dirty")) -> Iterator[Tracked]:
    """So many pages of fresh memory, tracked in the first of the ways that works here."""
    if platform.system() != "Linux" or mmap.PAGESIZE != PAGE:
        raise OSError(f"dirty pages are tracked on Linux with pages of {PAGE} bytes")
    area = mmap.mmap(-1, pages * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with suppress(OSError):  # a kernel without huge pages refuses; with them, one write would make 512 pages dirty
        area.madvise(mmap.MADV_NOHUGEPAGE)
    memory = np.frombuffer(area, np.uint8)
    memory[:] = 0  # every page is there before the first look
    reasons = []
    with ExitStack() as files:
        for way in ways:
            try:
                look = _WAYS[way](memory, files)
                _prove(memory, look)
            except OSError as error:
                reasons.append(f"{way}: {error}")
                continue
            yield Tracked(memory, look, way)
            return
    raise OSError("this kernel does not tell which pages were written to: " + "; ".join(reasons))


def soft_dirty(entries: NDArray[np.uint64]) -> Bitmap:
    """Which entries of a pagemap have their soft-dirty bit set."""
    return (entries >> np.uint64(_SOFT_DIRTY) & np.uint64(1)).astype(bool)


def _prove(memory: NDArray[np.uint8], look: Look) -> None:
    """Kernels without the feature answer too; only a write that is seen, and seen once, shows that it is there."""
    look()
    memory[0] = 0
    if look().nonzero()[0].tolist() != [0] or look().any():
        raise OSError("a write was not seen")


def _scanned(memory: NDArray[np.uint8], files: ExitStack) -> Look:
    import fcntl

    number = _USERFAULTFD.get(platform.machine())
    if number is None or sys.maxsize < 1 << 32:
        raise OSError(f"the number of the system call is not known here: {platform.machine()}, 64 bits or not")
    fault = ctypes.CDLL(None, use_errno=True).syscall(number, os.O_CLOEXEC | os.O_NONBLOCK | _USER_MODE_ONLY)
    if fault < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    files.callback(os.close, fault)
    start, end = _span(memory)
    fcntl.ioctl(fault, _API, bytearray(struct.pack("3Q", 0xAA, _ASYNC | _UNPOPULATED | _FLAG_WP, 0)))
    fcntl.ioctl(fault, _REGISTER, bytearray(struct.pack("4Q", start, end - start, _REGISTER_WP, 0)))
    pagemap = _opened(Path("/proc/self/pagemap"), files)
    regions = np.zeros((len(memory) // PAGE, 3), np.uint64)  # start, end, categories

    def look() -> Bitmap:
        asked = struct.pack(
            "12Q", 96, _PROTECT_AND_CHECK, start, end, 0, regions.ctypes.data, len(regions), 0, 0, _WRITTEN, 0, _WRITTEN
        )
        found = np.zeros(len(regions), bool)
        for first, last, _ in regions[: fcntl.ioctl(pagemap, _SCAN, bytearray(asked))].tolist():
            found[(first - start) // PAGE : (last - start) // PAGE] = True
        return found

    return look


def _soft_dirty(memory: NDArray[np.uint8], files: ExitStack) -> Look:
    pagemap = _opened(Path("/proc/self/pagemap"), files)
    start, end = _span(memory)

    def look() -> Bitmap:
        size = (end - start) // PAGE * 8
        entries = os.pread(pagemap, size, start // PAGE * 8)
        if len(entries) != size:
            raise OSError(f"the pagemap gave {len(entries)} of {size} bytes")
        Path("/proc/self/clear_refs").write_text("4", encoding="utf-8")
        return soft_dirty(np.frombuffer(entries, np.uint64))

    return look


_WAYS: dict[str, Callable[[NDArray[np.uint8], ExitStack], Look]] = {
    "PAGEMAP_SCAN": _scanned,
    "soft-dirty": _soft_dirty,
}


def _opened(path: Path, files: ExitStack) -> int:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    files.callback(os.close, file)
    return file


def _span(memory: NDArray[np.uint8]) -> tuple[int, int]:
    return memory.ctypes.data, memory.ctypes.data + len(memory)
