"""cp, mv and dd."""

from collections.abc import Mapping

from vlearn.sim.containers.calls import Symlink
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.programs.files import missing, remove
from vlearn.sim.containers.shell.programs.options import plain, read_options
from vlearn.sim.containers.shell.sizes import bytes_of, scaled
from vlearn.sim.containers.shell.streams import Stream, open_stream, write_out
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running


def _target(task: Task, source: str, target: str, many: bool) -> str:
    """Where a file goes: into a directory, or to a name."""
    try:
        into = task.host.stat(task.pid, target).kind == "dir"
    except SystemCallFailed:
        into = False
    if many and not into:
        raise NotADirectoryError
    return f"{target.rstrip('/')}/{source.rstrip('/').rpartition('/')[2]}" if into else target


def _cp(task: Task) -> int:
    options = read_options(task.arguments[1:], "arRfpdv", long={"recursive": "r", "archive": "a"})
    if len(options.words) < 2:
        word = "".join(options.words)
        return missing(task, f"missing destination file operand after '{word}'" if word else "missing operand")
    *sources, target = options.words
    deep = any(letter in options for letter in "arR")
    keep = "a" in options or "p" in options
    status = 0
    for source in sources:
        try:
            path = _target(task, source, target, len(sources) > 1)
        except NotADirectoryError:
            return task.complain(f"target '{target}': No such file or directory")
        status |= copied(task, source, path, deep, keep)
    return status


def copied(task: Task, source: str, target: str, deep: bool, keep: bool) -> int:
    """Copy a file, or with `deep` a directory with all that it has; with `keep` its mode and owner too."""
    host, pid = task.host, task.pid
    try:
        found = host.stat(pid, source, follow=not deep)
    except SystemCallFailed as failed:
        return task.complain(f"cannot stat '{source}': {failed.strerror}")
    if found.kind == "dir" and not deep:
        return task.complain(f"-r not specified; omitting directory '{source}'")
    status, step = 0, f"cannot create {'directory' if found.kind == 'dir' else 'regular file'} '{target}'"
    try:
        if found.kind == "dir":
            names = host.list(pid, source)
            try:
                host.mkdir(pid, target, found.mode | 0o700)
            except SystemCallFailed as failed:
                if failed.name != "EEXIST":
                    raise
            for name in names:
                status |= copied(task, f"{source.rstrip('/')}/{name}", f"{target.rstrip('/')}/{name}", deep, keep)
        elif found.kind == "symlink":
            step = f"cannot create symbolic link '{target}'"
            host.ask(Symlink(pid, host.readlink(pid, source), target))
        elif found.kind == "file":
            step = f"cannot open '{source}' for reading"
            content = host.read_file(pid, source)
            step = f"cannot create regular file '{target}'"
            write_out(task, target, content, mode=found.mode & 0o777)
        else:
            raise NotModelled(f"copying a {found.kind}")
        if keep and found.kind != "symlink":
            step = f"failed to preserve ownership for '{target}'"
            host.chmod(pid, target, found.mode)
            host.chown(pid, target, found.uid, found.gid)
    except SystemCallFailed as failed:
        return task.complain(f"{step}: {failed.strerror}")
    return status


def _mv(task: Task) -> int:
    options = read_options(task.arguments[1:], "fvnT")
    if len(options.words) < 2:
        word = "".join(options.words)
        return missing(task, f"missing destination file operand after '{word}'" if word else "missing operand")
    *sources, target = options.words
    status = 0
    for source in sources:
        try:
            path = _target(task, source, target, len(sources) > 1)
        except NotADirectoryError:
            return task.complain(f"target '{target}': No such file or directory")
        try:
            task.host.stat(task.pid, source, follow=False)
        except SystemCallFailed as failed:
            status = task.complain(f"cannot stat '{source}': {failed.strerror}")
            continue
        try:
            task.host.rename(task.pid, source, path)
        except SystemCallFailed as failed:
            if failed.name != "EXDEV":
                status = task.complain(f"cannot move '{source}' to '{path}': {failed.strerror}")
                continue
            status |= _moved_by_copy(task, source, path)
    return status


def _moved_by_copy(task: Task, source: str, path: str) -> int:
    """What mv does where rename(2) says EXDEV: copy everything, then remove it."""
    if status := copied(task, source, path, True, True):
        return status
    return int(remove(task, source, True, False))


OPERANDS = ("if", "of", "bs", "count", "seek", "skip", "conv", "status", "oflag", "iflag")


def _dd(task: Task) -> Running:
    given: dict[str, str] = {}
    for word in task.arguments[1:]:
        name, equals, value = word.partition("=")
        if not equals or name not in OPERANDS[:8]:
            raise NotModelled(f"the operand {word}")
        given[name] = value
    size = bytes_of(given.get("bs", "512"))
    if not size:
        return task.complain(f"invalid number: ‘{given.get('bs')}’")
    try:
        source, sink = _ends(task, given)
    except SystemCallFailed as failed:
        return task.complain(f"failed to open '{failed.why}': {failed.strerror}")
    # `full` and `partial` count the blocks that came in and went out.
    came, went, total, status = [0, 0], [0, 0], 0, 0
    count = int(given.get("count", "-1"))
    for _ in range(int(given.get("skip", "0"))):
        yield from source.read(task, size)
    while count < 0 or sum(came) < count:
        block = yield from source.read(task, size)
        if not block:
            break
        came[len(block) < size] += 1
        try:
            sink.write(task, block)
        except SystemCallFailed as failed:
            status = task.complain(f"error writing '{given.get('of', 'standard output')}': {failed.strerror}")
            break
        went[len(block) < size] += 1
        total += len(block)
    if given.get("status") != "none":
        task.write(f"{came[0]}+{came[1]} records in\n{went[0]}+{went[1]} records out\n", 2)
    if given.get("status") not in ("none", "noxfer"):
        units = ", ".join(filter(None, (scaled(total, 1000), scaled(total, 1024))))
        named = f" ({units})" if units else ""
        task.write(f"{total} byte{'' if total == 1 else 's'}{named} copied, 0 s, Infinity B/s\n", 2)
    return status


def _ends(task: Task, given: Mapping[str, str]) -> tuple[Stream, Stream]:
    source, sink = task.streams[0], task.streams[1]
    flags = ("WRONLY", "CREAT") if "notrunc" in given.get("conv", "") else ("WRONLY", "CREAT", "TRUNC")
    for name in ("if", "of"):
        if name in given:
            try:
                stream = open_stream(task, given[name], *(("RDONLY",) if name == "if" else flags))
            except SystemCallFailed as failed:
                raise SystemCallFailed(failed.name, given[name]) from None
            source, sink = (stream, sink) if name == "if" else (source, stream)
    if "seek" in given:
        raise NotModelled("seek=")
    return source, sink


PROGRAMS: Mapping[str, Body] = {"cp": plain(_cp), "dd": _dd, "mv": plain(_mv)}
