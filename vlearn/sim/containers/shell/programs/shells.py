"""The shells as programs: `sh -c TEXT [NAME ARGUMENT...]`, `sh SCRIPT [ARGUMENT...]`, a script on standard input."""

from collections.abc import Mapping

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.dialects import DIALECTS
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.interpreter import Interpreter
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running


def _shell(dialect: str) -> Body:
    def body(task: Task) -> Running:
        words, letters, command = list(task.arguments[1:]), set[str](), False
        while words and words[0].startswith("-") and len(words[0]) > 1:
            word = words.pop(0)
            if word == "--":
                break
            if set(word[1:]) - set("ceul"):
                raise NotModelled(f"the option {word}")
            command = command or "c" in word
            letters |= set(word[1:]) & set("eu")
        name = task.name
        if command:
            if not words:
                text = "-c: option requires an argument" if dialect == "bash" else "0: -c requires an argument"
                return task.complain(text, 2)
            text, rest = words[0], words[1:]
            name, arguments = (rest[0], rest[1:]) if rest else (name, [])
        elif words:
            name, arguments = words[0], words[1:]
            try:
                text = task.host.read_file(task.pid, words[0]).decode("utf-8", "surrogateescape")
            except SystemCallFailed as failed:
                code = 127 if DIALECTS[dialect].name == "bash" else 2
                said = failed.strerror if code == 127 else DIALECTS[dialect].cannot_open(words[0], failed, False)
                return task.complain(f"{words[0]}: {said}" if code == 127 else f"0: {said}", code)
        else:
            text, arguments = (yield from task.read()).decode("utf-8", "surrogateescape"), []
        shell = Interpreter(task, DIALECTS[dialect], name, arguments)
        shell.options |= letters
        return (yield from shell.script(text))

    return body


PROGRAMS: Mapping[str, Body] = {name: _shell(name) for name in DIALECTS}
