"""The mount trees of all mount namespaces side by side, with peer groups: who tells whom of mounts and unmounts."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_table import Mount
from vlearn.sim.containers.mount_tree import place_name, root_of, tree
from vlearn.sim.containers.namespaces import MountNamespace
from vlearn.sim.containers.proc_mounts import options, root_name
from vlearn.trace import Event
from vlearn.views.svg import (
    CURRENT,
    GUEST,
    INK,
    PLAIN,
    READ,
    SMALL,
    WAITING,
    Look,
    Shape,
    box,
    drawing,
    fitted,
    line,
    text,
)

WIDTH, ROW, TITLE, HEIGHT, INDENT = 760, 46, 26, 36, 20
MOST = 3
"""How many namespaces are drawn; the table has all."""

Row = tuple[int, str, Mount]


def draw_mounts(kernel: Kernel, event: Event | None = None) -> tuple[Block, ...]:
    """Up to three trees as a figure, and every mount as a table."""
    trees = {space: tuple(rows(kernel, space)) for space in _spaces(kernel)}
    touched = frozenset(event.touches) if event else frozenset[str]()
    drawn = dict(list(trees.items())[:MOST])
    height = TITLE + ROW * max(map(len, drawn.values()), default=0) + 10
    figure = Figure(drawing(WIDTH, height, _shapes(kernel, drawn, touched)), _words(kernel, drawn, len(trees)))
    return figure, _table(kernel, trees)


def _spaces(kernel: Kernel) -> Iterator[MountNamespace]:
    for _, space in sorted(kernel.namespaces.items()):
        if isinstance(space, MountNamespace):
            yield space


def rows(kernel: Kernel, space: MountNamespace) -> Iterator[Row]:
    """Each mount of a namespace with its depth and its mount point."""
    depth: dict[int, int] = {}
    root = root_of(kernel, space)
    for mount in tree(kernel, space.root):
        depth[mount.number] = depth[mount.parent] + 1 if mount.parent in depth else 0
        yield depth[mount.number], place_name(kernel, mount.place, root) or "(covered)", mount


def group(mount: Mount) -> str:
    """The peer group and the master of a mount in mountinfo's words, or private, or unbindable."""
    tags = [f"shared:{mount.shared}"] * bool(mount.shared) + [f"master:{mount.master}"] * bool(mount.master)
    return " ".join(tags) or ("unbindable" if mount.unbindable else "private")


def _look(mount: Mount, touched: frozenset[str]) -> Look:
    if f"mount[{mount.number}]" in touched:
        return CURRENT
    return READ if mount.shared else GUEST if mount.master else WAITING if mount.unbindable else PLAIN


def _shapes(kernel: Kernel, trees: dict[MountNamespace, tuple[Row, ...]], touched: frozenset[str]) -> Iterator[Shape]:
    column = WIDTH / max(len(trees), 1)
    for n, (space, found) in enumerate(trees.items()):
        left = 2 + n * column
        yield text(left, 16, str(space), bold=True)
        places: dict[int, tuple[float, float]] = {}
        for row, (depth, _, mount) in enumerate(found):
            places[mount.number] = (left + min(depth, 4) * INDENT, TITLE + row * ROW)
            x, y = places[mount.number]
            if mount.parent in places:
                above_x, above_y = places[mount.parent]
                yield line((above_x + 8, above_y + HEIGHT), (above_x + 8, y + HEIGHT / 2), (x, y + HEIGHT / 2))
        for _, point, mount in found:
            x, y = places[mount.number]
            width = left + column - 14 - x
            kind = f"{point}  {kernel.superblocks[mount.superblock].type}"
            yield box(x, y, width, HEIGHT, _look(mount, touched))
            yield text(x + 6, y + 15, kind, size=fitted(kind, width - 12, SMALL), mono=True, bold=True, fill=INK)
            yield text(x + 6, y + 29, f"{mount.number}  {group(mount)}", size=SMALL, fill=INK)


def _words(kernel: Kernel, trees: dict[MountNamespace, tuple[Row, ...]], count: int) -> str:
    told = []
    for space, found in trees.items():
        mounts = ", ".join(
            f"{point} {kernel.superblocks[mount.superblock].type} ({group(mount)})" for _, point, mount in found
        )
        told.append(f"{space}: {mounts}")
    more = f" And {count - len(trees)} more namespaces." if count > len(trees) else ""
    return f"Mount trees of {count} mount namespaces. {'. '.join(told)}.{more}"


def _table(kernel: Kernel, trees: dict[MountNamespace, tuple[Row, ...]]) -> Table:
    cells = tuple(
        (
            str(space),
            str(mount.number),
            point,
            kernel.superblocks[mount.superblock].type,
            root_name(kernel, mount),
            options(mount),
            group(mount),
        )
        for space, found in trees.items()
        for _, point, mount in found
    )
    header = ("Namespace", "Mount", "At", "Type", "Root in its file system", "Options", "Peer group")
    return Table(header, cells, "Mounts")
