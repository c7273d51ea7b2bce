"""Filesystem operations step by step: which layer was chosen, what was copied up, where a whiteout was written.

The steps are notes that an operation takes while it runs, so there is no second logic beside the methods of the
filesystem. The last step says how it ended: `done`, `answer`, or the errno.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.files.draft import Draft
from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Path
from vlearn.sim.files.hooks import Note
from vlearn.sim.files.inodes import Inode
from vlearn.sim.files.overlay.layers import trail
from vlearn.sim.files.overlay.overlay import Overlay
from vlearn.sim.files.plain import Plain
from vlearn.sim.files.walk import resolve
from vlearn.trace import Event, Step

V = TypeVar("V", Plain, Overlay)
LONGEST = 16
"""Bytes of an argument that are written out where an operation is named."""


class Call(NamedTuple):
    """How an operation is run on a draft, of how many paths, and whether a symlink in the last place is followed."""

    run: Callable[..., Any]
    paths: int = 1
    follow: bool = False


def _mkdir(draft: Draft[Any], path: Path, mode: int = 0o755) -> None:
    draft.mkdir(path, mode, 0, 0)


def _create(draft: Draft[Any], path: Path, content: bytes = b"", mode: int = 0o644) -> None:
    draft.mknod(path, Inode("file", mode, content=content))


def _symlink(draft: Draft[Any], path: Path, target: str) -> None:
    draft.symlink(path, target, 0, 0)


def _rename(draft: Draft[Any], old: Path, new: Path, flag: str = "") -> None:
    draft.rename(old, new, flag)


def _write(draft: Draft[Any], path: Path, content: bytes, offset: int | None = None) -> None:
    draft.write(path, content, offset)


def _chmod(draft: Draft[Any], path: Path, mode: int) -> None:
    draft.setattr(path, mode=mode)


def _chown(draft: Draft[Any], path: Path, uid: int, gid: int) -> None:
    draft.setattr(path, uid=uid, gid=gid)


def _open(draft: Draft[Any], path: Path, write: bool = False, truncate: bool = False) -> int:
    return draft.open(path, write, truncate)


def _pread(draft: Draft[Any], handle: int, size: int = -1, offset: int = 0) -> bytes:
    return draft.pread(handle, size, offset)


CALLS = {
    "stat": Call(Draft.lstat),
    "read": Call(Draft.read, follow=True),
    "readdir": Call(Draft.readdir, follow=True),
    "readlink": Call(Draft.readlink),
    "mkdir": Call(_mkdir),
    "create": Call(_create),
    "symlink": Call(_symlink),
    "link": Call(Draft.link, paths=2),
    "unlink": Call(Draft.unlink),
    "rmdir": Call(Draft.rmdir),
    "rename": Call(_rename, paths=2),
    "write": Call(_write, follow=True),
    "append": Call(Draft.append, follow=True),
    "truncate": Call(Draft.truncate, follow=True),
    "chmod": Call(_chmod, follow=True),
    "chown": Call(_chown),
    "setxattr": Call(Draft.setxattr, follow=True),
    "open": Call(_open, follow=True),
    "mmap": Call(Draft.mmap, paths=0),
    "pread": Call(_pread, paths=0),
    "close": Call(Draft.close, paths=0),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """A call and its arguments; the paths among them as a program writes them, `Operation("unlink", ("/Tomato",))`."""

    call: str
    arguments: tuple[Any, ...]

    def __post_init__(self) -> None:
        if self.call not in CALLS:
            raise ModelError(f"there is no filesystem operation {self.call!r}{did_you_mean(self.call, CALLS)}")

    def __str__(self) -> str:
        return f"{self.call}({', '.join(self._shown(argument) for argument in self.arguments)})"

    def _shown(self, argument: object) -> str:
        if isinstance(argument, bytes) and len(argument) > LONGEST:
            return f"{len(argument)} bytes"
        if self.call == "chmod" and isinstance(argument, int):
            return f"0o{argument:o}"
        return argument if isinstance(argument, str) else repr(argument)


def operate(state: V, operation: Operation) -> Iterator[Step[V]]:
    """The steps of one operation on a plain filesystem or an overlay."""
    call = CALLS[operation.call]
    draft = state.draft()
    notes: list[Note] = []
    draft.notes = notes
    paths: tuple[Path, ...] = ()
    errno, answer = "", None
    try:
        texts = operation.arguments[: call.paths]
        paths = tuple(resolve(state, text, follow=call.follow) for text in texts)
        answer = call.run(draft, *paths, *operation.arguments[call.paths :])
    except Failure as failure:
        errno = failure.errno
    yield from (Step(event, state) for event in _chosen(state, paths))
    yield from (Step(Event(note.kind, note.text, note.touches), _state(note, state)) for note in notes)
    after = state.settle(draft)
    yield Step(_ending(operation, paths, errno, answer), after)


def _state(note: Note, state: V) -> V:
    assert isinstance(note.filesystem, type(state))
    return note.filesystem


def _chosen(state: Plain | Overlay, paths: tuple[Path, ...]) -> Iterator[Event]:
    if not isinstance(state, Overlay):
        return
    for path in paths:
        found = trail(state, path)
        used = [layer.name for layer in found if layer.part in ("shown", "merged")]
        hides = next((layer.name for layer in found if layer.part == "hides"), None)
        name = _text(path)
        if len(used) > 1:
            text = f"{name} is merged from {', '.join(used)}"
        elif used:
            text = f"{name} is found in {used[0]}, the topmost layer that has it"
        elif hides is not None:
            text = f"{name} is deleted: the whiteout in {hides} ends the search"
        elif any(layer.part == "hidden" for layer in found):
            text = f"{name} is hidden: the directory that has it is not part of the merged one"
        else:
            text = f"{name} is in no layer"
        yield Event("look-up", text, (name, *used))


def _ending(operation: Operation, paths: tuple[Path, ...], errno: str, answer: object) -> Event:
    touches = tuple(_text(path) for path in paths)
    if errno:
        return Event(errno, f"{operation} fails with {errno}: {Failure(errno).text}", touches)
    if answer is None:
        return Event("done", f"{operation} is done", touches)
    return Event("answer", f"{operation} gives {answer!r}", touches)


def _text(path: Path) -> str:
    return "/" + "/".join(path)
