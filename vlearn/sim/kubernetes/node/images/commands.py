"""The commands that scripts in containers are made of, and what each does: take time, say something, end the script.

Of most it is enough to know that there are such: those of `QUIET` end well at once. Leaves out most options.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from vlearn.sim.kubernetes.node.images.program import MIB, Program

SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_QUIET = """
mkdir env hostname wget curl nslookup ping export set cd cp mv chmod chown ln id uname ps whoami grep sed awk cut expr
seq df mount ip date pwd head sort tr wc find kill nc dd du tee true : sync ulimit umask
"""
_OTHER = "sleep echo printf false exit touch rm cat ls test [ tail stress trap"
QUIET = frozenset(_QUIET.split())
ENDLESS = frozenset({"httpd", "yes", "top", "wait", "/pause", "pause", "crond", "syslogd"})
KNOWN = QUIET | ENDLESS | SHELLS | frozenset(_OTHER.split())
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhd]?)")
_BYTES = re.compile(r"([0-9]+)([BKMG]?)", re.IGNORECASE)


class Beyond(Exception):
    """The script has what this reader does not understand."""


class Exit(Exception):
    """The script ends, or goes on for ever."""


@dataclass(slots=True)
class Run:
    """A script on its way: how long it has run, what it has said and done."""

    age: float = 0.0
    code: int = 0
    says: list[tuple[float, str]] = field(default_factory=list)
    files: list[tuple[float, str, bool]] = field(default_factory=list)
    endless: bool = False
    period: float | None = None
    trap: int | None = None
    memory: int = MIB
    steps: int = 0


def command(name: str, rest: list[str], run: Run, prints: bool = True) -> None:
    """Run a known command that is no shell; unless it `prints`, its output goes into a file.

    Raises Exit where the script ends with it, or goes on for ever.
    """
    if name == "sleep":
        _sleep(rest, run)
    elif name in ("echo", "printf"):
        if prints:
            run.says.append((run.age, " ".join(word for n, word in enumerate(rest) if n or word not in ("-n", "-e"))))
    elif name in ("exit", "false"):
        run.code = 1 if name == "false" else int(rest[0]) & 255 if rest and rest[0].isdecimal() else 0
        if name == "exit":
            raise Exit
    elif name in ("touch", "rm"):
        run.files += [(run.age, path, name == "touch") for path in rest if not path.startswith("-")]
    elif name in ("cat", "ls", "test", "["):
        _look(name, rest, run)
    elif name == "trap":
        found = re.search(r"exit ([0-9]+)", rest[0] if rest else "")
        run.trap = int(found[1]) & 255 if found else 0
    elif name in ENDLESS or (name == "tail" and {"-f", "-F"} & set(rest)) or (name == "nc" and "-l" in " ".join(rest)):
        _endless(run)
    elif name == "stress":
        _stress(rest, run)


def _sleep(rest: list[str], run: Run) -> None:
    if rest and rest[0] in ("infinity", "inf"):
        _endless(run)
    found = [_DURATION.fullmatch(word) for word in rest]
    if not found or not all(found):
        run.code = 1
        run.says.append((run.age, f"sleep: invalid number '{rest[0] if rest else ''}'"))
        return
    run.age += sum(float(each[1]) * _UNITS[each[2]] for each in found if each)


def _look(name: str, rest: list[str], run: Run) -> None:
    paths = [word for word in rest if not word.startswith("-") and word != "]"]
    known = Program(files=tuple(run.files))
    absent = [path for path in paths if not known.has_file(path, run.age)]
    if name in ("test", "["):
        run.code = int(bool(absent))
    elif name == "cat" and any(path.startswith("/tmp") for path in absent):  # other files may be in the image
        run.code = 1
        run.says.append((run.age, f"cat: can't open '{absent[0]}': No such file or directory"))


def _stress(rest: list[str], run: Run) -> None:
    for flag, value in pairwise(rest):
        size = _BYTES.fullmatch(value)
        if flag == "--vm-bytes" and size:
            run.memory = int(size[1]) << {"": 0, "B": 0, "K": 10, "M": 20, "G": 30}[size[2].upper()]
        if flag in ("--timeout", "-t"):
            _sleep([value], run)
            return
    _endless(run)


def _endless(run: Run) -> None:
    run.endless = True
    raise Exit
