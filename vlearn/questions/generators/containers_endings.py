"""A question whose key is which processes of a container a signal ends, and with which exit status."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.containers_scenes import booted, made, running
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.containers import Call, operate
from vlearn.sim.containers.calls import Clone, Exit, Fork, Kill, Sigaction
from vlearn.sim.containers.signals import SIGNALS
from vlearn.trace import run
from vlearn.views.containers_processes import draw_processes

FIRST, WORKER = 2, 3
"""The pids on the host of the container's two processes."""
PROGRAMS = ("nginx", "postgres", "java", "node", "redis-server", "gunicorn", "mysqld", "caddy")
SENT = ("SIGTERM", "SIGTERM", "SIGKILL", "SIGKILL", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1")
CODES = (0, 1, 3, 7, 12)


def exit_status(rng: Random) -> Posed:
    """A container has a first process and a child; one of them gets a signal, from inside or from the host."""
    program, signal = rng.choice(PROGRAMS), rng.choice(SENT)
    target, inside = rng.choice((FIRST, FIRST, WORKER)), rng.random() < 0.5
    code = rng.choice(CODES) if rng.random() < 0.5 else None
    start = running(made(booted(), [Clone(1, ("CLONE_NEWPID",)), Fork(FIRST)]), {FIRST: program, WORKER: "worker"})
    handles = code is not None and signal != "SIGKILL"
    setting: tuple[Call, ...] = (Sigaction(target, signal, "handle"),) if handles else ()
    sender = (FIRST if target == WORKER else WORKER) if inside else 1
    number = start.number_in(target, start.process(sender).namespaces.pid)
    calls: tuple[Call, ...] = (*setting, Kill(sender, number, signal))
    if "signal-handled" in run(operate, start, calls).kinds and code is not None:
        calls = (*calls, Exit(target, code))
    replay = Replay(operate, start, calls, draw_processes)
    right = _outcome(replay)
    status = 128 + SIGNALS[signal]
    wrong = [
        (_worker_alone(status), "The signal was not sent to the worker, or it has a handler for it."),
        (_all(status), _why_not_all(target, inside, handles, signal)),
        ("Nothing ends.", _why_not_nothing(target, inside, handles, signal)),
        (_all(code if code is not None else 137), "Was this process's handler called, and whose is it?"),
        (_worker_alone(code if code is not None else 137), "The status is that of the process which got the signal."),
        (_all(0), "A signal without a handler gives 128 and its number; `exit` gives what it is called with."),
    ]
    options, correct = distractors(rng, right, wrong, 4)
    words = [
        f"A container's first process is `{program}`, and has one child, a worker, in the same pid namespace.",
        f"{_named(target)} {_handler(signal, code)}; no other handler is set.",
        f"{'The other process of the container' if inside else 'Root on the host'} sends {signal} to"
        f" {'the first process' if target == FIRST else 'the worker'}.",
        "Which processes end by this, and with which exit status, as a shell shows it?",
    ]
    return Posed((Text(" ".join(words)),), SingleChoice(options, correct), (_told(right, signal),), replay)


def _outcome(replay: Replay) -> str:  # type: ignore[type-arg]
    """In words, who has ended at the end of the run."""
    end = replay.trace().final
    first, worker = end.processes.get(FIRST), end.processes.get(WORKER)
    assert first is not None
    if first.ended is not None:
        return _all(first.ended.shell)
    return _worker_alone(worker.ended.shell) if worker is not None and worker.ended is not None else "Nothing ends."


def _all(status: int) -> str:
    return f"The whole container ends; its first process with {status}."


def _worker_alone(status: int) -> str:
    return f"The worker alone ends, with {status}."


def _named(target: int) -> str:
    return "The first process" if target == FIRST else "The worker"


def _handler(signal: str, code: int | None) -> str:
    return "has set no handler" if code is None else f"has asked for a handler of {signal} that calls `exit({code})`"


def _why_not_all(target: int, inside: bool, handles: bool, signal: str) -> str:
    if target == WORKER:
        return "The end of a child ends nobody else; the end of the first process ends all."
    if handles:
        return "It has a handler, which decides."
    if signal == "SIGKILL" and inside:
        return "From inside its pid namespace, not even SIGKILL reaches the first process."
    return "A pid 1 is spared signals that it has no handler for."


def _why_not_nothing(target: int, inside: bool, handles: bool, signal: str) -> str:
    if target == FIRST and signal == "SIGKILL" and not inside:
        return "From outside its pid namespace, SIGKILL ends a pid 1 as it ends others."
    return "The handler calls `exit`." if handles else "Only pid 1 is spared what it has no handler for."


def _told(right: str, signal: str) -> Text:
    return Text(
        "The first process of a pid namespace gets no signal that it has no handler for, whoever sends it, but for"
        " SIGKILL (and SIGSTOP) from a namespace around. Nobody can handle SIGKILL. If the first process ends, the"
        f" kernel ends all others. A signal gives 128 and its number, and {signal} is {SIGNALS[signal]}. **{right}**"
    )
