"""Processes: ps, kill, pgrep, pkill, sleep, timeout, nohup, init; what they know they read from /proc."""

import re
from collections.abc import Mapping

from vlearn.sim.containers.calls import Kill
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.programs.files import missing
from vlearn.sim.containers.shell.programs.options import read_options
from vlearn.sim.containers.shell.programs.showing import Seen, seen
from vlearn.sim.containers.shell.sending import SendFault, send_signals, signal_named
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import TURN, Running, Wait


def _kill(task: Task) -> Running:
    try:
        faults = send_signals(task, list(task.arguments[1:]))
    except SendFault as fault:
        return task.complain(str(fault))
    for number, failed in faults:
        task.complain(f"sending signal to {number} failed: {failed.strerror}")
    yield TURN
    return int(bool(faults))


def _matching(task: Task, words: tuple[str, ...], flags: str) -> tuple[list[Seen], "set[str]", str]:
    signal, rest = "SIGTERM", []
    for word in words:
        named = signal_named(word[1:]) if word.startswith("-") and len(word) > 1 and task.name == "pkill" else None
        if named and word not in ("-f", "-P", "-x", "-n", "-o"):
            signal = named
        else:
            rest.append(word)
    options = read_options(rest, flags, "Pu", long={"full": "f", "parent=": "P"})
    pattern = re.compile(options.words[0] if options.words else "")
    own = task.host.kernel.number_in(task.pid, task.process.namespaces.pid)
    found = []
    for row in seen(task):
        text = row.arguments if "f" in options else row.command
        hit = pattern.fullmatch(text) if "x" in options else pattern.search(text)
        parents = options.get("P").split(",") if "P" in options else None
        if hit and row.pid != own and (parents is None or str(row.parent) in parents):
            found.append(row)
    return found, set(options.given), signal


def _pgrep(task: Task) -> Running:
    yield from ()
    rows, given, _ = _matching(task, task.arguments[1:], "fclxax")
    if "c" in given:
        task.say(str(len(rows)))
    else:
        for row in rows:
            task.say(
                f"{row.pid} {row.arguments}"
                if "a" in given
                else f"{row.pid} {row.command}"
                if "l" in given
                else str(row.pid)
            )
    return int(not rows)


def _pkill(task: Task) -> Running:
    rows, _, signal = _matching(task, task.arguments[1:], "fx")
    for row in rows:
        try:
            task.host.ask(Kill(task.pid, row.pid, signal))
        except SystemCallFailed as failed:
            task.complain(f"killing pid {row.pid} failed: {failed.strerror}")
    yield TURN
    return int(not rows)


UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds_of(word: str) -> float | None:
    """A duration as sleep and timeout read it: `1.5`, `2m`; None if it is none."""
    found = re.fullmatch(r"(\d+\.?\d*|\.\d+)([smhd]?)", word)
    return (
        float(found.group(1)) * UNITS[found.group(2) or "s"] if found else 1e12 if word in ("infinity", "inf") else None
    )


def _sleep(task: Task) -> Running:
    words = task.arguments[1:]
    if not words:
        return missing(task)
    total = 0.0
    for word in words:
        found = seconds_of(word)
        if found is None:
            return missing(task, f"invalid time interval ‘{word}’")
        total += found
    yield from task.sleep(total)
    return 0


def _timeout(task: Task) -> Running:
    options = read_options(task.arguments[1:], "", "sk", {"signal=": "s"}, stop=True)
    seconds = seconds_of(options.words[0]) if options.words else None
    if seconds is None or len(options.words) < 2:
        return task.complain(f"invalid time interval ‘{options.words[0] if options.words else ''}’", 125)
    signal = signal_named(options.get("s", "TERM")) or "SIGTERM"
    child = task.fork(lambda one: one.attempt(options.words[1:], "timeout: failed to run command "))
    yield Wait(lambda: task.child_ended(child.pid), at=task.host.kernel.now + seconds, what=f"process {child.pid}")
    if task.child_ended(child.pid):
        return task.reap(child.pid).shell
    task.host.kill(task.pid, child.pid, signal)
    yield from task.wait(child.pid)
    return 137 if signal == "SIGKILL" else 124


def _init(task: Task) -> Running:
    """What `docker run --init` puts in front of a program (tini): it reaps, and hands signals on."""
    words = task.arguments[2:] if task.arguments[1:2] == ("--",) else task.arguments[1:]
    for signal in ("SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"):
        task.host.sigaction(task.pid, signal, "handle")
    main = task.fork(lambda one: one.attempt(words, f"[FATAL {task.name}] exec ")) if words else None
    while True:
        yield Wait(lambda: _has_zombies(task), interruptible=True, what="a child or a signal")
        for signal in task.signals():
            if main is not None and not task.child_ended(main.pid):
                task.host.kill(task.pid, main.pid, signal)
        for child in sorted(task.process.children):
            if task.host.process(child).is_zombie:
                ended = task.reap(child)
                if main is not None and child == main.pid:
                    return ended.shell


def _has_zombies(task: Task) -> bool:
    return any(task.host.process(child).is_zombie for child in task.process.children)


PROGRAMS: Mapping[str, Body] = {
    "init": _init,
    "kill": _kill,
    "pgrep": _pgrep,
    "pkill": _pkill,
    "sleep": _sleep,
    "timeout": _timeout,
    "tini": _init,
}
