"""The real overlayfs of this machine, as something that runs cases; and random cases for it and the model."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import strategies as st

PROGRAM = Path(__file__).parents[3] / "conformance" / "record_overlay_cases.py"
COMMAND = ("unshare", "--mount", sys.executable, str(PROGRAM))

NAMES = ("a", "b", "p", "q")
PATHS = (*NAMES, *(f"{folder}/{name}" for folder in "pq" for name in ("a", "b", "q", "s")), "p/q/a", "q/s/b", "p/s/a")
paths = st.sampled_from(PATHS)
KINDS = ("dir", "dir", "dir", "file", "file", "symlink", "whiteout", "hardlink")


class Recorder:
    """A child process in a mount namespace of its own, which runs one case after another."""

    def __enter__(self):
        self._child = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self._child.stdin.close()
        self._child.wait(timeout=30)
        self._child.stdout.close()

    def record(self, case):
        self._child.stdin.write(json.dumps(case) + "\n")
        self._child.stdin.flush()
        return json.loads(self._child.stdout.readline())


def why_not():
    """Why no real overlay can be mounted here; None if one can."""
    if os.geteuid() != 0 or not hasattr(ctypes.CDLL(None), "mount"):
        return "mounting an overlay needs root"
    case = {"lower": [[{"path": "f", "type": "file", "content": "f"}]], "ops": [], "id": "probe"}
    try:
        ran = subprocess.run(COMMAND, input=json.dumps(case) + "\n", capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        return f"no mount namespace can be made: {error}"
    if ran.returncode:
        return f"no overlay can be mounted: {ran.stderr.strip().splitlines()[-1]}"
    recorded = json.loads(ran.stdout)
    return f"no overlay can be mounted: {recorded['mount']}" if "mount" in recorded else None


@st.composite
def layers(draw):
    """The entries of a layer: below a name that is no directory there is nothing."""
    entries, kinds = [], {}
    for path in draw(st.lists(paths, unique=True).map(sorted)):
        above = [path[:i] for i, letter in enumerate(path) if letter == "/"]
        if path in kinds or any(kinds.get(folder, "dir") != "dir" for folder in above):
            continue
        kind = draw(st.sampled_from(KINDS))
        entry = {"path": path, "type": kind}
        files = [name for name, other in kinds.items() if other in ("file", "symlink")]
        match kind:
            case "file":
                entry["content"] = f"L:{path}"
            case "symlink":
                entry["target"] = draw(st.sampled_from(("a", "../a", "p", "zz", "b")))
            case "dir" if draw(st.integers(0, 4)) == 0:
                entry["opaque"] = True
            case "hardlink" if files:
                entry["target"] = draw(st.sampled_from(files))
                kind = kinds[entry["target"]]
            case "hardlink":
                continue
        kinds |= dict.fromkeys(above, "dir") | {path: kind}
        entries.append(entry)
    return entries


XATTRS = ("user.x", "user.y", "trusted.z", "trusted.overlay.opaque", "trusted.overlay.overlay.k", "weird.a")
ONE_PATH = {
    **{name: {} for name in ("lstat", "read", "readdir", "readlink", "unlink", "rmdir", "mkdir", "owner", "links")},
    **{
        name: {"content": st.sampled_from(("", "new", "longer text"))}
        for name in ("write", "append", "create", "open_creat")
    },
    "truncate": {"size": st.sampled_from((0, 1, 9))},
    "symlink": {"target": st.sampled_from(("a", "../b", "p", "q/a"))},
    "chmod": {"mode": st.sampled_from(("0600", "0755", "0700"))},
    "chown": {"uid": st.sampled_from((0, 7)), "gid": st.sampled_from((0, 8))},
    "setxattr": {"name": st.sampled_from(XATTRS), "value": st.just("v")},
    "getxattr": {"name": st.sampled_from(XATTRS)},
    "removexattr": {"name": st.sampled_from(XATTRS)},
    "listxattr": {},
    "ino": {"key": st.sampled_from("xyz")},
    "open": {"fd": st.sampled_from("12"), "flags": st.sampled_from(("r", "rw"))},
}
handles = {"fd": st.sampled_from("12")}
OTHERS = {
    "ino_same": {"a": st.sampled_from("xyz"), "b": st.sampled_from("xyz")},
    "fdread": handles,
    "fdclose": handles,
    "fdwrite": handles | {"content": st.just("fd"), "off": st.sampled_from((0, 1, 4))},
    "fdtruncate": handles | {"size": st.sampled_from((0, 1, 5))},
}


def _operation(name, fields):
    return st.fixed_dictionaries({"op": st.just(name)} | fields)


operations = st.one_of(
    *(_operation(name, {"path": paths} | fields) for name, fields in ONE_PATH.items()),
    *(_operation(name, {"src": paths, "dst": paths}) for name in ("link", "rename", "rename", "exchange", "noreplace")),
    *(_operation(name, fields) for name, fields in OTHERS.items()),
)

OPTIONS = ("", "redirect_dir=on", "redirect_dir=off", "redirect_dir=nofollow", "metacopy=on")


def cases(count):
    """Cases of `count` operations each, on one to three lower layers and sometimes an upper one that is not empty."""
    return st.fixed_dictionaries(
        {
            "lower": st.lists(layers(), min_size=1, max_size=3),
            "upper": st.one_of(st.just([]), st.just([]), layers()),
            "ops": st.lists(operations, min_size=count, max_size=count),
            "opts": st.sampled_from(OPTIONS),
        }
    )


mapping_operations = st.one_of(
    *(_operation(name, {"path": st.just("f")} | fields) for name, fields in {
        "open": {"fd": st.sampled_from("12"), "flags": st.sampled_from(("r", "rw"))},
        "append": {"content": st.just("more")},
        "chmod": {"mode": st.just("0600")},
        "unlink": {},
        "create": {"content": st.just("other")},
        "read": {},
    }.items()),
    *(_operation(name, fields) for name, fields in {
        "fdread": handles,
        "fdwrite": handles | {"content": st.just("FD"), "off": st.sampled_from((0, 1))},
        "mmap": handles | {"map": st.sampled_from("mn"), "n": st.just(4)},
        "mapread": {"map": st.sampled_from("mn")},
        "rename": {"src": st.sampled_from("fgh"), "dst": st.sampled_from("fgh")},
        "link": {"src": st.sampled_from("fgh"), "dst": st.sampled_from("fgh")},
    }.items()),
)  # fmt: skip
"""Files only grow here: a mapping of what a file has lost ends the process that reads it (SIGBUS)."""
MAPPED = [{"path": "f", "type": "file", "content": "first"}, {"path": "g", "type": "hardlink", "target": "f"}]


def mapping_cases(count):
    """Cases about descriptors and mappings of a lower file that has one name or two."""
    lower = st.sampled_from(([MAPPED[:1]], [MAPPED]))
    return st.fixed_dictionaries({"lower": lower, "ops": st.lists(mapping_operations, min_size=count, max_size=count)})
