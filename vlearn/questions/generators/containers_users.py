"""Questions whose key is a uid: that of a process of a user namespace on the host, or a host's file seen inside."""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from vlearn.blocks import Code, Text
from vlearn.questions.generators.containers_scenes import answered, booted, made
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.containers import Call, operate
from vlearn.sim.containers.calls import Chown, Fork, Open, SetUids, Stat, Unshare, Write
from vlearn.views.containers_namespaces import draw_namespaces

OVERFLOW = 65_534
TOOL, INSIDE = 2, 3
"""The process that makes the user namespace, and one that is in it: root of the host's init writes the map."""
Lines = tuple[tuple[int, int, int], ...]


def uid_outside(rng: Random) -> Posed:
    """With this uid_map: as whom does a process count on the host, or whose is a file of the host, seen inside?"""
    lines = _drawn(rng)
    outward = rng.random() < 0.6
    inside, outside, count = rng.choice(lines)
    offset = rng.randrange(count)
    text = "".join(f"{a:>10} {b:>10} {n:>10}\n" for a, b, n in lines)
    start = made(booted(), [Fork(1), Unshare(TOOL, ("CLONE_NEWUSER",))])
    start, opened = answered(start, Open(1, f"/proc/{TOOL}/uid_map", ("WRONLY",)))
    start = made(start, [Write(1, opened.value, text.encode()), Open(1, "/tmp/f", ("WRONLY", "CREAT"))])
    calls: tuple[Call, ...]
    if outward:
        uid = inside + offset
        calls = (SetUids(TOOL, uid, uid, uid), Open(TOOL, "/tmp/g", ("WRONLY", "CREAT")), Stat(1, "/tmp/g"))
        asked = (
            f"A process in the namespace has uid {uid}, and makes a file in a directory of the host that everybody may"
            " write to. Which uid does `ls -ln` show for the file to a user of the host?"
        )
    else:
        uid = outside + offset if rng.random() < 0.6 else rng.choice([0, 33, 999, *_beyond(lines)])
        calls = (Chown(1, "/tmp/f", uid), Stat(TOOL, "/tmp/f"))
        asked = (
            f"A file of the host belongs to uid {uid} there. Which uid does `ls -ln` show for it to a process in the"
            " namespace? (The kernel's setting for uids without a number is the usual 65534.)"
        )
    replay = Replay(operate, start, calls, draw_namespaces)
    end = start
    for call in calls:
        end, answer = answered(end, call)
        assert not answer.errno, answer.text
    value = int(answer.value.uid)
    prompt = Text(
        "Root on the host has written these lines into the `uid_map` of a new user namespace, which lies directly below"
        f" the host's. {asked}"
    )
    return Posed(
        (prompt, Code(text)), Numeric(Fraction(value), unit="(uid)"), (_told(lines, uid, value, outward),), replay
    )


def _drawn(rng: Random) -> Lines:
    """One to three lines that do not overlap: a single user, a range of subordinate ids, another range."""
    base, size = rng.choice((100_000, 165_536, 231_072, 300_000)), rng.choice((1000, 2000, 10_000, 65_536))
    user = rng.randrange(1000, 1020)
    shapes: tuple[Lines, ...] = (
        ((0, base, size),),
        ((0, user, 1), (1, base, size)),
        ((0, base, 500), (500, user, 1), (501, base + 500, size)),
        ((0, user, 1), (1000, base, size)),
    )
    return rng.choice(shapes)


def _beyond(lines: Lines) -> Iterator[int]:
    """Ids of the host right after a line's last one, which no line has."""
    for _, outside, count in lines:
        after = outside + count
        if not any(start <= after < start + many for _, start, many in lines):
            yield after


def _told(lines: Lines, uid: int, value: int, outward: bool) -> Text:
    rule = "A line of the map says: first id inside, first id outside, how many."
    for inside, outside, count in lines:
        start, other = (inside, outside) if outward else (outside, inside)
        if start <= uid < start + count:
            words = f"{uid} is in `{inside} {outside} {count}`: {other} + ({uid} − {start}) = **{value}**."
            return Text(f"{rule} {words}")
    return Text(f"{rule} No line has {uid} outside, so it has no number inside and is shown as **{value}**, `nobody`.")
