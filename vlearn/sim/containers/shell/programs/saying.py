"""Programs that print what they are told, or nothing: echo, printf, seq, yes, test, true, false."""

from collections.abc import Mapping

from vlearn.sim.containers.shell.conditions import TestFault, holds
from vlearn.sim.containers.shell.printing import echoed, formatted
from vlearn.sim.containers.shell.programs.files import missing
from vlearn.sim.containers.shell.programs.options import plain
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import TURN, Running


def _seq(task: Task) -> int:
    words = list(task.arguments[1:])
    separator = "\n"
    if words[:1] == ["-s"]:
        separator, words = words[1], words[2:]
    try:
        numbers = [int(word) for word in words]
    except ValueError:
        return task.complain(f"invalid floating point argument: ‘{words[0]}’")
    if not 1 <= len(numbers) <= 3:
        return missing(task)
    first, step, last = (1, 1, numbers[0]) if len(numbers) == 1 else (numbers[0], 1, numbers[1])
    if len(numbers) == 3:
        first, step, last = numbers
    found = [str(n) for n in range(first, last + (1 if step > 0 else -1), step)]
    task.write(separator.join(found) + "\n" if found else "")
    return 0


def _yes(task: Task) -> Running:
    line = " ".join(task.arguments[1:]) or "y"
    while True:
        task.say(line)
        yield TURN


def _echo(task: Task) -> int:
    task.write(echoed(list(task.arguments[1:]), False))
    return 0


def _printf(task: Task) -> int:
    if len(task.arguments) < 2:
        return task.complain("missing operand")
    text, wrong = formatted(task.arguments[1], list(task.arguments[2:]))
    task.write(text)
    for one in wrong:
        task.complain(one)
    return int(bool(wrong))


def _test(task: Task) -> int:
    words = list(task.arguments[1:])
    if task.name == "[":
        if words[-1:] != ["]"]:
            return task.complain("missing ‘]’", 2)
        words = words[:-1]
    try:
        return int(not holds(task, words))
    except TestFault as fault:
        return task.complain(str(fault), 2)


PROGRAMS: Mapping[str, Body] = {
    "[": plain(_test),
    "echo": plain(_echo),
    "false": plain(lambda task: 1),
    "printf": plain(_printf),
    "seq": plain(_seq),
    "test": plain(_test),
    "true": plain(lambda task: 0),
    "yes": _yes,
}
