"""The model's images beside the real thing: an image as an OCI layout on disk, read by umoci and skopeo.

Where both are installed (on Debian and Ubuntu: the packages umoci and skopeo) they read the image now: what each line
of its history made, its configuration, and all files of its unpacked layers. Elsewhere the recorded answers about the
course's own example are shown, and the table says so. Left out: owners and times, for umoci unpacks without root's
rights.
"""

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from immutables import Map

from vlearn.blocks import Table, Text
from vlearn.errors import LabError
from vlearn.lab.assets import FOLDER
from vlearn.lab.shown import Shown, show
from vlearn.questions.generators.images_scenes import Project, build_here
from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.images.builder.state import Builder
from vlearn.sim.images.builder.union import image_files
from vlearn.sim.images.oci.documents import write_document
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.oci.layout import save
from vlearn.sim.images.reference import reference
from vlearn.trace import run
from vlearn.views.images_layers import cut, short

RECORDED = FOLDER / "recorded_images.json"
OWN = Project(
    ("FROM scratch", "WORKDIR /srv", "COPY site site", "COPY notes.txt site/b.txt /srv/", "RUN first step",
     "ENV PORT=8080", "RUN second step", "EXPOSE 8080", 'CMD ["serve", "/srv"]'),
    (("site/a.txt", "apple"), ("site/b.txt", "pear"), ("notes.txt", "not for the site")),
    modes=(("site/a.txt", 0o600),),
)  # fmt: skip
"""The course's own example, for which there is a recording."""
Answers = dict[str, Any]
TOOLS = ("umoci", "skopeo")


def own_image() -> Images:
    """The course's own example, built."""
    return run(build_here, Builder(), [OWN.build()]).final.images


def model_answers(images: Images, name: str) -> Answers:
    """What the model says: a line of the history with the layer it made, settings, and the merged files."""
    image = images.image(str(reference(name)))
    ids = iter(image.configuration.rootfs.diff_ids)
    history = [
        [line.created_by, "" if line.empty_layer else next(ids, "")] for line in image.configuration.history or ()
    ]
    files = dict(_merged(image_files(images, image)))
    settings: Answers = json.loads(write_document(image.configuration)).get("config", {})
    return {"history": history, "files": files, "settings": settings}


def _merged(files: Filesystem, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for name in files.entries(path):
        inner = (*path, name)
        kind, mode = files.kind(inner) or "", files.stat(inner).mode
        content = files.readlink(inner) if kind == "symlink" else files.read(inner) if kind == "file" else ""
        yield "/".join(inner), _told(kind, mode, content)
        if kind == "dir":
            yield from _merged(files, inner)


def live_answers(images: Images, name: str) -> Answers | None:
    """What umoci and skopeo say of the image, written to disk as a layout; None where they are not installed."""
    if not all(map(shutil.which, TOOLS)):
        return None
    full = str(reference(name))
    alone = replace(images, names=Map({full: images.descriptor(full)}))
    with TemporaryDirectory() as folder:
        layout, bundle = Path(folder, "layout"), Path(folder, "bundle")
        save(alone, layout)
        at = f"{layout}:{reference(name).tag}"
        said = json.loads(_ask("umoci", "stat", "--json", "--image", at))
        settings = json.loads(_ask("skopeo", "inspect", "--config", f"oci:{at}")).get("config", {})
        _ask("umoci", "unpack", "--rootless", "--image", at, str(bundle))
        files = _on_disk(bundle / "rootfs")
        history = [[line["created_by"], line["diff_id"]] for line in said["history"]]
        return {"history": history, "files": files, "settings": settings}


def _ask(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120)
    if done.returncode:
        raise LabError(f"{' '.join(command[:2])} could not read the image: {done.stderr.strip()}")
    return done.stdout


def _on_disk(root: Path) -> dict[str, str]:
    found = {}
    for where, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(where, name)
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                told = _told("symlink", 0, str(path.readlink()))
            elif stat.S_ISDIR(mode):
                told = _told("dir", stat.S_IMODE(mode), "")
            else:
                told = _told("file", stat.S_IMODE(mode), path.read_bytes())
            found[path.relative_to(root).as_posix()] = told
    return found


def _told(kind: str, mode: int, content: str | bytes) -> str:
    if kind == "symlink":
        return f"symlink to {content!s}"
    if kind == "dir":
        return f"dir {mode:o}"
    held = content if isinstance(content, bytes) else content.encode()
    return f"file {mode:o} {sha256(held).hexdigest()[:12]}"


def beside_umoci(images: Images | None = None, name: str = "app") -> Shown:
    """An image by the model and by umoci and skopeo; without `images`, or without the tools, the course's example."""
    yours = images is not None and all(map(shutil.which, TOOLS))
    held, name = (images, name) if yours and images is not None else (own_image(), "app")
    theirs = live_answers(held, name)
    how = "have read it just now from an OCI layout on disk"
    if theirs is None:
        theirs = json.loads(RECORDED.read_text(encoding="utf-8"))
        how = "were asked earlier: to ask them, install umoci and skopeo"
    of = f"Your image `{name}`" if yours else "An example of the course"
    rows = tuple(_rows(model_answers(held, name), theirs))
    caption = "The last column: do they say the same?"
    return show((Text(f"{of}; umoci and skopeo {how}."), Table(("What", "They say", "Model"), rows, caption)))


def _rows(ours: Answers, theirs: Answers) -> list[tuple[str, str, str]]:
    rows = []
    for n, (line, layer) in enumerate(theirs["history"]):
        same = n < len(ours["history"]) and ours["history"][n] == [line, layer]
        rows.append((cut(line, 60), f"layer {short(layer)}" if layer else "no layer", _yes(same)))
    rows.append(("lines of the history", str(len(theirs["history"])), _yes(ours["history"] == theirs["history"])))
    for key in sorted(theirs["settings"].keys() | ours["settings"].keys()):
        said = theirs["settings"].get(key)
        rows.append((key, cut(json.dumps(said), 60), _yes(said == ours["settings"].get(key))))
    count = len(theirs["files"])
    rows.append(("files, directories, links", f"{count}, unpacked", _yes(ours["files"] == theirs["files"])))
    return rows


def _yes(same: bool) -> str:
    return "yes" if same else "NO"
