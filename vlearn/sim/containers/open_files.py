"""Open files: open, close, read, write. A descriptor leads to an open file, which has the offset and may be shared."""

from dataclasses import replace

from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.calls import Close, Open, Read, Write
from vlearn.sim.containers.changing import change, change_with, check_writable, owner_of_new
from vlearn.sim.containers.file_systems import readable, view_of
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.permissions import check
from vlearn.sim.containers.processes import OpenFile, Place, Process
from vlearn.sim.containers.references import put_open_file, put_process
from vlearn.sim.containers.walk import locate, status_at

ACCESS = {"RDONLY": "r", "WRONLY": "w", "RDWR": "rw"}
OTHERS = frozenset({"CREAT", "EXCL", "TRUNC", "APPEND", "DIRECTORY", "NOFOLLOW", "CLOEXEC", "PATH"})
MOST_OPEN = 1024


def opened_by(kernel: Kernel, process: Process, descriptor: int) -> OpenFile:
    """The open file behind a descriptor. EBADF if there is none."""
    if descriptor not in process.descriptors:
        raise Refusal("EBADF", f"process {process.pid} has no descriptor {descriptor}")
    return kernel.open_files[process.descriptors[descriptor]]


def open_file(kernel: Kernel, caller: Process, call: Open) -> Done:
    """open(2)."""
    flags = frozenset(call.flags)
    if unknown := flags - OTHERS - ACCESS.keys():
        raise Refusal("EINVAL", f"there is no O_{sorted(unknown)[0]}")
    wanted = "".join(letters for flag, letters in ACCESS.items() if flag in flags) or "r"
    kernel, place, is_new = _find_or_make(kernel, caller, call, flags)
    status = status_at(kernel, caller, place)
    if status.kind == "symlink":
        raise Refusal("ELOOP", f"{call.path} is a symbolic link")
    if "DIRECTORY" in flags and status.kind != "dir":
        raise Refusal("ENOTDIR", f"{call.path} is no directory")
    if status.kind == "dir" and ("w" in wanted or "CREAT" in flags):
        raise Refusal("EISDIR", f"{call.path} is a directory")
    if not is_new and "PATH" not in flags:
        check(kernel, caller, status, wanted, call.path)
    if "w" in wanted and not is_new:
        check_writable(kernel, place.mount)
    if status.kind in ("char", "block") and "nodev" in kernel.mounts[place.mount].options:
        raise Refusal("EACCES", f"{call.path} is a device on a mount without devices")
    return _opened(kernel, caller, call, place, "r" in wanted, "w" in wanted)


def _find_or_make(kernel: Kernel, caller: Process, call: Open, flags: frozenset[str]) -> tuple[Kernel, Place, bool]:
    exclusive = {"CREAT", "EXCL"} <= flags
    found = locate(kernel, caller, call.path, follow=not exclusive and "NOFOLLOW" not in flags)
    if found.place is not None:
        if exclusive:
            raise Refusal("EEXIST", f"there is a {call.path} already")
        return kernel, found.place, False
    if "CREAT" not in flags:
        raise Refusal("ENOENT", f"there is no {call.path}")
    folder = status_at(kernel, caller, found.directory)
    check_writable(kernel, found.directory.mount)
    check(kernel, caller, folder, "wx", call.path)
    place = Place(found.directory.mount, (*found.directory.path, found.name))
    uid, gid = owner_of_new(caller)
    mode = call.mode & ~caller.umask & 0o7777
    return change(kernel, place.mount, lambda files: files.create(place.path, b"", mode, uid, gid)), place, True


def _opened(kernel: Kernel, caller: Process, call: Open, place: Place, reads: bool, writes: bool) -> Done:
    handle: int | None = None
    truncates = writes and "TRUNC" in call.flags
    view = view_of(kernel, caller, place.mount)
    if view is None:
        kernel, handle = change_with(
            kernel, place.mount, lambda files: files.open(place.path, writes, truncates), reading=not writes
        )
    node = view.node(place.path) if view else None
    number = kernel.next_open_file
    opened = OpenFile(
        number,
        place,
        caller.credentials,
        readable=reads,
        writable=writes,
        append="APPEND" in call.flags,
        handle=handle,
        namespace=node.namespace if node else 0,
    )
    descriptor = next(n for n in range(MOST_OPEN + 1) if n not in caller.descriptors)
    if descriptor == MOST_OPEN:
        raise Refusal("EMFILE", f"process {caller.pid} has {MOST_OPEN} files open")
    kernel = put_open_file(replace(kernel, next_open_file=number + 1), opened)
    marked = caller.close_on_exec | {descriptor} if "CLOEXEC" in call.flags else caller.close_on_exec
    holder = replace(caller, descriptors=caller.descriptors.set(descriptor, number), close_on_exec=marked)
    kernel = put_process(kernel, holder)
    return Done(kernel, f"process {caller.pid} opens {call.path} as {descriptor}", descriptor)


def close(kernel: Kernel, caller: Process, call: Close) -> Done:
    """close(2)."""
    opened_by(kernel, caller, call.descriptor)
    left = replace(
        caller,
        descriptors=caller.descriptors.delete(call.descriptor),
        close_on_exec=caller.close_on_exec - {call.descriptor},
    )
    return Done(put_process(kernel, left), f"process {caller.pid} closes {call.descriptor}")


def read(kernel: Kernel, caller: Process, call: Read) -> Done:
    """read(2). Made-up files are made anew at each read."""
    opened = opened_by(kernel, caller, call.descriptor)
    if not opened.readable:
        raise Refusal("EBADF", f"descriptor {call.descriptor} is not open for reading")
    files = kernel.superblocks[kernel.mounts[opened.place.mount].superblock].files
    if files is not None and opened.handle is not None:
        if files.fstat(opened.handle).kind == "dir":
            raise Refusal("EISDIR", f"descriptor {call.descriptor} is a directory's")
        content = files.pread(opened.handle, call.count, opened.offset)
    else:
        view = readable(kernel, caller, opened.place.mount)
        if view.kind(opened.place.path) == "dir":
            raise Refusal("EISDIR", f"descriptor {call.descriptor} is a directory's")
        whole = view.read(opened.place.path)[opened.offset :]
        content = whole if call.count < 0 else whole[: call.count]
    kernel = put_open_file(kernel, replace(opened, offset=opened.offset + len(content)))
    return Done(kernel, f"process {caller.pid} reads {len(content)} bytes from {call.descriptor}", content)


def write(kernel: Kernel, caller: Process, call: Write) -> Done:
    """write(2). Where the space ends within the content, what fits is written; ENOSPC if nothing does."""
    opened = opened_by(kernel, caller, call.descriptor)
    if not opened.writable:
        raise Refusal("EBADF", f"descriptor {call.descriptor} is not open for writing")
    text = f"process {caller.pid} writes {{}} bytes to {call.descriptor}"
    handle = opened.handle
    if handle is None:
        view = view_of(kernel, caller, opened.place.mount)
        node = view.node(opened.place.path) if view else None
        if node is None or node.write is None:
            raise Refusal("EINVAL", "this file cannot be written")
        after = node.write(kernel, call.content, opened, caller)
        return Done(after, text.format(len(call.content)), len(call.content))
    files = kernel.superblocks[kernel.mounts[opened.place.mount].superblock].files
    assert files is not None
    offset = files.fstat(handle).size if opened.append else opened.offset
    kernel, count = _write_what_fits(kernel, opened.place.mount, handle, call.content, offset)
    kernel = put_open_file(kernel, replace(opened, offset=offset + count))
    return Done(kernel, text.format(count), count)


def _write_what_fits(kernel: Kernel, mount: int, handle: int, content: bytes, offset: int) -> tuple[Kernel, int]:
    """All of it, or on a full file system as many whole pages as there are."""
    page = 4096

    def written(count: int) -> Kernel:
        return change(kernel, mount, lambda files: files.pwrite(handle, content[:count], offset))

    try:
        return written(len(content)), len(content)
    except Refusal as refusal:
        if refusal.errno != "ENOSPC":
            raise
        # The count that ends at the last page boundary that still fits, by bisection.
        first = -offset % page
        fits, too_many = -1, (len(content) - first) // page + 1
        best: Kernel | None = None
        while too_many - fits > 1:
            middle = (fits + too_many) // 2
            try:
                best, fits = written(first + middle * page), middle
            except Refusal:
                too_many = middle
        if best is None or first + fits * page == 0:
            raise
        return best, first + fits * page
