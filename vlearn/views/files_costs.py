"""What operations on a file of a lower layer copy up, as a chart and as numbers. Every number comes from a run."""

from vlearn.blocks import Chart, Series
from vlearn.sim.files import Overlay, Plain, filesystem_of, mount
from vlearn.sim.files.overlay.sizes import copied_up
from vlearn.sim.files.steps import Operation, operate
from vlearn.trace import run

USES = {
    "read it": Operation("read", ("/f",)),
    "append 1 byte": Operation("append", ("/f", b"!")),
    "open for writing": Operation("open", ("/f", True)),
    "open with O_TRUNC": Operation("open", ("/f", True, True)),
    "chmod": Operation("chmod", ("/f", 0o600)),
    "rename": Operation("rename", ("/f", "/g")),
    "link": Operation("link", ("/f", "/g")),
    "unlink": Operation("unlink", ("/f",)),
}
"""What a container may do with a file of the image."""


def one_file(size: int, options: str = "") -> Overlay:
    """An overlay whose lower layer has one file `/f` of this size."""
    return mount((filesystem_of([{"path": "f", "type": "file", "content": bytes(size)}]),), Plain(), options)


def copied_by_use(size: int, metacopy: bool = False) -> Chart:
    """Bytes copied up by each use of a file of so many bytes, the overlay fresh each time."""
    start = one_file(size, "metacopy=on" if metacopy else "")
    copied = tuple(float(copied_up(run(operate, start, [use]))) for use in USES.values())
    words = "metadata alone where that will do" if metacopy else "default options"
    return Chart(f"A file of {size} bytes, {words}", "what is done", "copied up (bytes)",
                 (Series("copied up", tuple(USES), copied),), "bar")  # fmt: skip
