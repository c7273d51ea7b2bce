"""sed, for scripts of one command: s/a/b/, /a/p, /a/d, Np and Nd."""

import re
from collections.abc import Mapping

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.programs.options import read_options
from vlearn.sim.containers.shell.programs.regular import python_of
from vlearn.sim.containers.shell.programs.text import inputs
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running

SED = re.compile(r"(?:(\d+|\$)|/((?:[^/\\]|\\.)*)/)?([pd])|s(.)((?:(?!\4)[^\\]|\\.)*)\4((?:(?!\4)[^\\]|\\.)*)\4([gp]*)")


def _sed(task: Task) -> Running:
    options = read_options(task.arguments[1:], "nEri", "e")
    words = list(options.words)
    script = options.get("e") if "e" in options else words.pop(0) if words else ""
    found = SED.fullmatch(script)
    if not found:
        raise NotModelled(f"the script {script!r}: only s/a/b/, /a/p, /a/d, Np and Nd are")
    status = 0
    for word, content in (yield from inputs(task, tuple(words))):
        if isinstance(content, SystemCallFailed):
            status = task.complain(f"can't read {word}: {content.strerror}", 2)
            continue
        changed = _edited(
            content.decode("utf-8", "surrogateescape"), found, "E" in options or "r" in options, "n" in options
        )
        if "i" in options and word != "-":
            task.host.write_file(task.pid, word, changed)
        else:
            task.write(changed)
    return status


def _edited(text: str, script: re.Match[str], extended: bool, quiet: bool) -> str:
    number, pattern, verb, _, old, new, flags = script.groups()
    out: list[str] = []
    lines = text.splitlines(keepends=True)
    for at, line in enumerate(lines, 1):
        body = line.rstrip("\n")
        if verb:
            hit = pattern is None and number is None
            hit = hit or (number is not None and at == (len(lines) if number == "$" else int(number)))
            hit = hit or (pattern is not None and bool(re.search(python_of(pattern, extended), body)))
            shown = (verb == "p" and hit) + (not quiet and not (verb == "d" and hit))
            out += [line] * shown
            continue
        replacement = re.sub(r"(?<!\\)&", r"\\g<0>", new)
        after, count = re.subn(python_of(old, extended), replacement, body, count=0 if "g" in flags else 1)
        line = after + line[len(body) :]
        out += [line] * ((not quiet) + ("p" in flags and count > 0))
    return "".join(out)


PROGRAMS: Mapping[str, Body] = {
    "sed": _sed,
}
