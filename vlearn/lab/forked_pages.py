"""A process that forks, and what the kernel says of its pages: run as a program, in a process of its own.

`python -m vlearn.lab.forked_pages PAGES CHILD PARENT` touches so many pages, forks, lets the child write the pages of
CHILD and then the parent those of PARENT (both `first:end`), and prints for each moment what `/proc/PID/smaps` says of
those pages: shared, private and proportional set size (Pss), in pages. Linux only; OSError where it is not so. A
program of its own, because a notebook's kernel has threads, which a fork does not take along.
Source: Linux, Documentation/filesystems/proc.rst, smaps.
"""

import ctypes
import json
import mmap
import os
import platform
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

FIELDS = ("Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty", "Pss")
Counts = dict[str, float]


def counts(smaps: str, address: int, pages: int, page: int = mmap.PAGESIZE) -> Counts:
    """Shared, private and proportional pages of the mapping that begins at the address. OSError if it is not there."""
    for entry in re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", smaps, flags=re.MULTILINE):
        if entry.startswith(f"{address:x}-{address + pages * page:x} "):
            found = {name: int(value) * 1024 / page for name, value in re.findall(r"^(\w+): +(\d+) kB$", entry, re.M)}
            if missing := set(FIELDS) - found.keys():
                raise OSError(f"this kernel does not say {', '.join(sorted(missing))}")
            return {
                "shared": found["Shared_Clean"] + found["Shared_Dirty"],
                "private": found["Private_Clean"] + found["Private_Dirty"],
                "pss": found["Pss"],
            }
    raise OSError("the pages are not in a mapping of their own")


def asked(pages: int, child: range, parent: range) -> list[tuple[str, str, Counts]]:
    """The moment, the process and its counts, in order."""
    if platform.system() != "Linux":
        raise OSError("only Linux tells what processes share")
    area = mmap.mmap(-1, pages * mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with suppress(OSError):  # with huge pages, one write would copy 512 of them
        area.madvise(mmap.MADV_NOHUGEPAGE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    _write(area, range(pages))
    found = [("before the fork", "parent", _of(os.getpid(), address, pages))]
    ours, theirs = socket.socketpair()
    number = os.fork()
    if not number:
        with suppress(BaseException):  # whatever happens, the child must not go on as a second parent
            ours.close()
            theirs.recv(1)
            _write(area, child)
            theirs.send(b"x")
            theirs.recv(1)
        os._exit(0)
    try:
        theirs.close()
        found += _both(number, "after the fork", address, pages)
        ours.send(b"x")
        if not ours.recv(1):
            raise OSError("the child ended before it had written")
        found += _both(number, f"the child has written {len(child)} pages", address, pages)
        _write(area, parent)
        found += _both(number, f"the parent has written {len(parent)} pages", address, pages)
    finally:
        ours.close()
        os.waitpid(number, 0)
    return found


def _both(child: int, moment: str, address: int, pages: int) -> Iterator[tuple[str, str, Counts]]:
    for name, number in (("parent", os.getpid()), ("child", child)):
        yield moment, name, _of(number, address, pages)


def _write(area: mmap.mmap, pages: range) -> None:
    for page in pages:
        area[page * mmap.PAGESIZE] = (area[page * mmap.PAGESIZE] + page + 1) % 256


def _of(process: int, address: int, pages: int) -> Counts:
    return counts(Path(f"/proc/{process}/smaps").read_text(encoding="utf-8"), address, pages)


def _range(words: str) -> range:
    first, end = words.split(":")
    return range(int(first), int(end))


if __name__ == "__main__":
    print(json.dumps(asked(int(sys.argv[1]), _range(sys.argv[2]), _range(sys.argv[3]))))
