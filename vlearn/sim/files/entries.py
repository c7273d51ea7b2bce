"""Filesystems as lists of entries: the form in which layers, images and recorded cases describe a directory tree.

An entry is a dictionary: `path` (relative, `a/b`), `type` (file, dir, symlink, hardlink, whiteout, char, block, fifo,
socket), and where they matter `content` (text, or bytes), `target` (of a symlink; of a hard link the other path),
`mode` (a number, or octal text), `uid`, `gid`, `mtime`, `device`, `xattrs`, and `opaque: true` of a directory.
Missing parents are made. A directory that comes twice is changed, not made again; so a root entry "." sets the root.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vlearn.errors import ModelError
from vlearn.sim.files.draft import Draft
from vlearn.sim.files.filesystem import Path
from vlearn.sim.files.inodes import Inode
from vlearn.sim.files.overlay.marks import OPAQUE, is_opaque, is_whiteout
from vlearn.sim.files.plain import Plain

Entry = Mapping[str, Any]
MODES = {"dir": 0o755, "symlink": 0o777, "whiteout": 0}
KINDS = ("file", "dir", "symlink", "hardlink", "whiteout", "char", "block", "fifo", "socket")


def filesystem_of(entries: Iterable[Entry], onto: Plain | None = None) -> Plain:
    """A plain filesystem with these entries, on top of those in `onto`. Raises ModelError for an entry that is none."""
    filesystem = onto or Plain()
    draft = filesystem.draft()
    for entry in entries:
        _put(draft, entry)
    return filesystem.settle(draft)


def entries_of(filesystem: Plain) -> tuple[dict[str, Any], ...]:
    """All files below the root, parents first, each with its whole metadata. A second name is a hard link."""
    found: list[dict[str, Any]] = []
    names: dict[int, str] = {}
    todo: list[tuple[str, int]] = [("", 1)]
    inodes = filesystem.inodes
    while todo:
        path, ino = todo.pop()
        inode = inodes[ino]
        if path:
            found.append(_entry(path, inode, names.get(ino)))
            names.setdefault(ino, path)
        todo += [(f"{path}/{name}" if path else name, inode.entries[name]) for name in sorted(inode.entries)[::-1]]
    return tuple(found)


def _entry(path: str, inode: Inode, other: str | None) -> dict[str, Any]:
    if other is not None:
        return {"path": path, "type": "hardlink", "target": other}
    kind = "whiteout" if is_whiteout(inode) else inode.kind
    entry: dict[str, Any] = {"path": path, "type": kind}
    if kind == "whiteout":
        return entry
    entry |= {"mode": inode.mode, "uid": inode.uid, "gid": inode.gid, "mtime": inode.mtime}
    if kind == "file":
        entry["content"] = inode.content
    elif kind == "symlink":
        entry["target"] = inode.target
    elif kind in ("char", "block"):
        entry["device"] = inode.device
    if is_opaque(inode):
        entry["opaque"] = True
    xattrs = {name: value for name, value in sorted(inode.xattrs.items()) if name != OPAQUE}
    return entry | ({"xattrs": xattrs} if xattrs else {})


def _put(draft: Draft[int], entry: Entry) -> None:
    path: Path = tuple(part for part in entry["path"].split("/") if part not in ("", "."))
    kind = entry["type"]
    if kind not in KINDS:
        raise ModelError(f"entry {entry['path']!r} has type {kind!r}; types are {', '.join(KINDS)}")
    if ".." in path:
        raise ModelError(f"entry {entry['path']!r} leads out of the tree: a path has no '..'")
    for depth in range(1, len(path)):
        if draft.child(draft.directory(path[: depth - 1]), path[depth - 1]) is None:
            draft.mkdir(path[:depth], 0o755, 0, 0)
    if kind == "hardlink":
        draft.link(tuple(part for part in entry["target"].split("/") if part), path)
        return
    inode = _inode(entry)
    at = draft.directory(path[:-1])
    ino = draft.child(at, path[-1]) if path else at
    if ino is None:
        draft.tree.add(at, path[-1], inode)
    elif kind == "dir" and draft.inode(ino).kind == "dir":
        draft.tree.edit(ino, **{f: getattr(inode, f) for f in ("mode", "uid", "gid", "mtime", "xattrs")})
    else:
        raise ModelError(f"entry {entry['path']!r} comes twice")


def _inode(entry: Entry) -> Inode:
    kind, content = entry["type"], entry.get("content", b"")
    mode = entry.get("mode", MODES.get(kind, 0o644))
    inode = Inode(
        kind="char" if kind == "whiteout" else kind,
        mode=int(mode, 8) if isinstance(mode, str) else mode,
        uid=entry.get("uid", 0),
        gid=entry.get("gid", 0),
        links=2 if kind == "dir" else 1,
        content=content.encode() if isinstance(content, str) else content,
        target=entry.get("target", ""),
        device=tuple(entry.get("device", (0, 0))),
        mtime=entry.get("mtime", 0),
    )
    xattrs = {n: v.encode() if isinstance(v, str) else v for n, v in entry.get("xattrs", {}).items()}
    xattrs |= {OPAQUE: b"y"} if entry.get("opaque") else {}
    return inode._replace(xattrs=inode.xattrs.update(xattrs))
