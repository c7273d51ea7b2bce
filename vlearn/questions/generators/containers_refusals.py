"""A question whose key is which of some system calls a process may not make, and what errno it gets."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.containers_scenes import answered, booted, made
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Option, SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.containers import Call, Kernel, operate
from vlearn.sim.containers.calls import (
    Chdir,
    Chown,
    Chroot,
    ClockSettime,
    Fork,
    Kill,
    Mkdir,
    Mount,
    Open,
    PivotRoot,
    SetHostname,
    SetUids,
    Umount,
    Unshare,
    Write,
)
from vlearn.views.containers_namespaces import draw_namespaces

P = 2
"""The process that makes the calls."""


@dataclass(frozen=True, slots=True)
class Try:
    """A call in the words of a question, the errno that one may expect of it, and why it may go well all the same."""

    words: str
    call: Call
    feared: str
    why: str


JAILED = Try('chroot("/usr")', Chroot(P, "/usr"), "EPERM", "It has CAP_SYS_CHROOT in its user namespace.")
TRIES = (
    Try('sethostname("box")', SetHostname(P, "box"), "EPERM", "It has CAP_SYS_ADMIN over its UTS namespace."),
    Try("mount a tmpfs on /mnt", Mount(P, "t", "/mnt", "tmpfs"), "EPERM",
        "It has CAP_SYS_ADMIN over its mount namespace."),
    Try("unmount /proc", Umount(P, "/proc"), "EINVAL", "Nothing uses this mount, and it is not locked."),
    Try("set the time of day", ClockSettime(P, 1.0), "EPERM", "It has CAP_SYS_TIME over the machine."),
    Try("setuid(0)", SetUids(P, 0, 0, 0), "EPERM", "It is 0 already, and stays so."),
    Try("setuid(33)", SetUids(P, 33, 33, 33), "EINVAL", "It has CAP_SETUID, and 33 is a uid here."),
    Try("chown its file /tmp/f to uid 33", Chown(P, "/tmp/f", 33), "EINVAL", "It has CAP_CHOWN, and 33 is a uid here."),
    JAILED,
    Try("unshare(CLONE_NEWNET)", Unshare(P, ("CLONE_NEWNET",)), "EPERM",
        "It has CAP_SYS_ADMIN in its user namespace."),
    Try("unshare(CLONE_NEWIPC)", Unshare(P, ("CLONE_NEWIPC",)), "EPERM",
        "It has CAP_SYS_ADMIN in its user namespace."),
    Try("mkdir(\"/tmp/new\")", Mkdir(P, "/tmp/new"), "EACCES", "Everybody may write to /tmp."),
    Try("mkdir(\"/etc/new\")", Mkdir(P, "/etc/new"), "EACCES", "Root of the host owns /etc, and this is root."),
    Try("send SIGTERM to init", Kill(P, 1, "SIGTERM"), "EPERM", "Root may signal it; what init does then is its own."),
    Try("unshare(CLONE_NEWUSER)", Unshare(P, ("CLONE_NEWUSER",)), "EPERM",
        "Everybody may make a user namespace, unless the machine's owner forbids it."),
    Try('chdir("/usr")', Chdir(P, "/usr"), "EACCES", "Everybody may pass through /usr."),
    Try("open /etc/passwd for reading", Open(P, "/etc/passwd"), "EACCES", "Everybody may read /etc/passwd."),
    Try("open /etc/passwd for writing", Open(P, "/etc/passwd", ("WRONLY",)), "EACCES",
        "Root of the host owns /etc/passwd, and this is root."),
    Try("fork", Fork(P), "EAGAIN", "No limit of processes is reached."),
    Try('pivot_root("/mnt", "/mnt")', PivotRoot(P, "/mnt", "/mnt"), "EBUSY", "/mnt is a mount of its own."),
)  # fmt: skip


def which_call_fails(rng: Random, calls: int = 4) -> Posed:
    """Who makes the calls is root of the host, a user, or root of a user namespace with some namespaces of its own."""
    setting, correct = rng.choice(SETTINGS), rng.randrange(calls)
    while True:
        start, words = setting(rng)
        tries = rng.sample(TRIES, calls)
        kernel, answers = start, []
        for one in tries:
            kernel, answer = answered(kernel, one.call)
            answers.append(answer)
        if [bool(answer.errno) for answer in answers] == [n == correct for n in range(calls)]:
            break
    options = tuple(
        Option(f"({n}) {one.words}: {answer.errno or one.feared}", "" if answer.errno else one.why)
        for n, (one, answer) in enumerate(zip(tries, answers, strict=True), 1)
    )
    bare = " `/usr` has no directory `etc`, `mnt`, `proc`, `tmp` or `usr`." if JAILED in tries else ""
    prompt = Text(
        f"This is about one process of a machine. {words} /tmp/f is a file of its own.{bare} Now it makes these"
        " calls, one after another. Exactly one fails. Which, and with which errno?"
    )
    table = Table(("Call", "What is called"), tuple((str(n), one.words) for n, one in enumerate(tries, 1)))
    solution = Text(" ".join(f"({n}) {_said(answer.text)}" for n, answer in enumerate(answers, 1)))
    replay = Replay(operate, start, tuple(one.call for one in tries), draw_namespaces)
    return Posed((prompt, table), SingleChoice(options, correct), (solution,), replay)


def _said(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _root(rng: Random) -> tuple[Kernel, str]:
    return _with_file(
        made(booted(), [Fork(1)])
    ), "It is root on the host, with all capabilities, and in no new namespace."


def _user(rng: Random) -> tuple[Kernel, str]:
    uid = rng.choice((1000, 1001, 1007))
    return _with_file(
        made(booted(), [Fork(1), SetUids(P, uid, uid, uid)])
    ), f"It has uid {uid} on the host, and no capabilities."


def _mapped(rng: Random) -> tuple[Kernel, str]:
    uid = rng.choice((1000, 1001, 1007))
    flags = tuple(flag for flag in ("CLONE_NEWNS", "CLONE_NEWUTS") if rng.random() < 0.6)
    kernel = made(booted(), [Fork(1), SetUids(P, uid, uid, uid), Unshare(P, ("CLONE_NEWUSER", *flags))])
    kernel, opened = answered(kernel, Open(P, "/proc/self/uid_map", ("WRONLY",)))
    kernel = made(kernel, [Write(P, opened.value, f"0 {uid} 1".encode())])
    listed = " | ".join(("CLONE_NEWUSER", *flags))
    return _with_file(kernel), (
        f"As uid {uid} of the host, without capabilities, it has called unshare({listed}), and then written `0 {uid} 1`"
        " into its `uid_map`. Its directories are those of the host."
    )


def _with_file(kernel: Kernel) -> Kernel:
    return made(kernel, [Open(P, "/tmp/f", ("WRONLY", "CREAT"))])


Setting = Callable[[Random], tuple[Kernel, str]]
SETTINGS: tuple[Setting, ...] = (_root, _user, _mapped, _mapped)
