"""Union filesystem operations a second: the model beside the same sequence on a real overlayfs, driven from Python.

The sequence is what a container does: mostly looking and reading, some writing, making and removing, in three lower
layers of 400 files. Both sides are given paths as text and both are told of errors by an exception. The real mount is
made in a child process with a mount namespace of its own, on tmpfs; where that is not allowed the model stands alone.
"""

# ruff: noqa: PTH101, PTH102, PTH104, PTH108, PTH208 (system calls are measured, not what pathlib does around them)

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from vlearn.bench import Measurement, best_of
from vlearn.sim.files import Failure, Overlay, Plain, filesystem_of, mount, resolve

FOLDERS, FILES, LOWERS, OPERATIONS, ROUNDS = 20, 20, 3, 4000, 5
SHARES = {
    "lstat": 28, "read": 28, "listdir": 8, "append": 8, "create": 10, "unlink": 8, "rename": 4, "mkdir": 3, "chmod": 3,
}  # fmt: skip

Operation = tuple[str, str, str]


def layers() -> list[list[dict[str, Any]]]:
    """Three layers that share most of their names."""
    rng = Random(1)
    names = [f"d{folder}/f{file}" for folder in range(FOLDERS) for file in range(FILES)]
    return [
        [{"path": name, "type": "file", "content": name * 20} for name in names if rng.random() < 0.7]
        for _ in range(LOWERS)
    ]


def sequence() -> list[Operation]:
    """The operations: a name, a path, and for a rename the other path."""
    rng = Random(2)
    kinds = rng.choices(tuple(SHARES), tuple(SHARES.values()), k=OPERATIONS)
    found = []
    for number, kind in enumerate(kinds):
        folder = f"/d{rng.randrange(FOLDERS)}"
        path = folder if kind == "listdir" else f"{folder}/f{rng.randrange(FILES)}"
        new = f"{folder}/n{number}"
        found.append((kind, new if kind in ("create", "mkdir") else path, new))
    return found


def on_the_model(overlay: Overlay, operations: list[Operation]) -> int:
    """Run the sequence on the model; how many operations failed."""
    failed = 0
    for kind, text, other in operations:
        try:
            overlay = MODEL[kind](overlay, resolve(overlay, text), other)
        except Failure as failure:
            overlay = failure.filesystem  # type: ignore[assignment]
            failed += 1
    return failed


def _looking(question: str) -> Callable[[Overlay, tuple[str, ...], str], Overlay]:
    def look(overlay: Overlay, path: tuple[str, ...], _: str) -> Overlay:
        getattr(overlay, question)(path)
        return overlay

    return look


MODEL: dict[str, Callable[[Overlay, tuple[str, ...], str], Overlay]] = {
    "lstat": _looking("stat"),
    "read": _looking("read"),
    "listdir": lambda overlay, path, _: overlay.readdir(path)[0],
    "append": lambda overlay, path, _: overlay.append(path, b"more"),
    "create": lambda overlay, path, _: overlay.create(path, b"content"),
    "unlink": lambda overlay, path, _: overlay.unlink(path),
    "rename": lambda overlay, path, other: overlay.rename(path, resolve(overlay, other)),
    "mkdir": lambda overlay, path, _: overlay.mkdir(path),
    "chmod": lambda overlay, path, _: overlay.chmod(path, 0o600),
}


def _opened(path: str, flags: int, content: bytes | None) -> None:
    fd = os.open(path, flags, 0o644)
    try:
        os.read(fd, 1 << 16) if content is None else os.write(fd, content)
    finally:
        os.close(fd)


REAL: dict[str, Callable[[str, str], object]] = {
    "lstat": lambda path, _: os.lstat(path),
    "read": lambda path, _: _opened(path, os.O_RDONLY, None),
    "listdir": lambda path, _: os.listdir(path),
    "append": lambda path, _: _opened(path, os.O_WRONLY | os.O_APPEND, b"more"),
    "create": lambda path, _: _opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, b"content"),
    "unlink": lambda path, _: os.unlink(path),
    "rename": lambda path, other: os.rename(path, other),
    "mkdir": lambda path, _: os.mkdir(path),
    "chmod": lambda path, _: os.chmod(path, 0o600),
}


def on_a_mount(base: Path) -> None:
    """In the child: run the sequence on fresh mounts below `base`, and print the best seconds and the failures."""
    _command("mount", "-t", "tmpfs", "tmpfs", str(base))
    names = []
    for index, entries in enumerate(layers()):
        names.append(str(base / f"lower{index}"))
        for entry in entries:
            path = base / f"lower{index}" / entry["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(entry["content"], encoding="utf-8")
    times, failed = [], 0
    for turn in range(ROUNDS):
        upper, work, merged = (base / f"{name}{turn}" for name in ("upper", "work", "merged"))
        for folder in (upper, work, merged):
            folder.mkdir()
        options = f"lowerdir={':'.join(names)},upperdir={upper},workdir={work}"
        _command("mount", "-t", "overlay", "overlay", "-o", options, str(merged))
        operations = [(REAL[kind], f"{merged}{path}", f"{merged}{other}") for kind, path, other in sequence()]
        failed, start = 0, time.perf_counter()
        for operation, path, other in operations:
            try:
                operation(path, other)
            except OSError:
                failed += 1
        times.append(time.perf_counter() - start)
        _command("umount", str(merged))
    print(json.dumps({"seconds": min(times), "failed": failed}))


def _command(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def real() -> dict[str, float] | None:
    """Seconds and failures of the real mount; None where this machine may not mount one."""
    with tempfile.TemporaryDirectory() as base:
        command = ["unshare", "--mount", sys.executable, __file__, base]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        try:
            ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=environment)
        except (OSError, subprocess.SubprocessError):
            return None
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def measure() -> Iterator[Measurement]:
    """Higher is better; the ratio says how many times the real mount's rate the model's is."""
    overlay = mount(tuple(filesystem_of(layer) for layer in layers()), Plain())
    operations = sequence()
    failed = on_the_model(overlay, operations)
    rate = OPERATIONS / best_of(lambda: on_the_model(overlay, operations))
    peer = real()
    if peer is None:
        yield Measurement(
            "overlay operations of the model (no real overlayfs may be mounted here)", rate, "operations/s"
        )
        return
    if peer["failed"] != failed:
        raise AssertionError(
            f"of the same operations {failed} fail on the model and {peer['failed']} on the real mount"
        )
    mounted = OPERATIONS / peer["seconds"]
    yield Measurement("overlay operations, real overlayfs from Python", mounted, "operations/s")
    yield Measurement("overlay operations, model", rate, "operations/s", "the real overlayfs", rate / mounted)


if __name__ == "__main__":
    on_a_mount(Path(sys.argv[1]))
