"""Internet Suspend/Resume: a suspended machine kept in a distributed file system, resumed wherever its user is.

Not live migration: between suspend and resume nobody runs the machine. What makes it bearable is likeness over time: a
host at which the machine has been before still holds most of its chunks, and fetches only those that have changed.
Left out: fetching on demand after resume, encryption, and how a chunk is stored.
Source: Kozuch and Satyanarayanan, WMCSA 2002.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.trace import Event, Step


@dataclass(frozen=True, slots=True)
class Parcel:
    """A machine as chunks, each with a version: on the server, in each host's cache (None if absent), and at work.

    `at` is the host where it runs, None while it is suspended; `sent` and `fetched` count chunks in all.
    """

    server: tuple[int, ...]
    caches: tuple[tuple[str, tuple[int | None, ...]], ...]
    at: str | None
    sent: int = 0
    fetched: int = 0

    def cache(self, host: str) -> tuple[int | None, ...]:
        """The chunks that a host holds, current or not."""
        caches = dict(self.caches)
        if host not in caches:
            raise ModelError(f"there is no host {host!r}; there are {', '.join(caches)}")
        return caches[host]

    def _kept(self, host: str, chunks: tuple[int | None, ...]) -> tuple[tuple[str, tuple[int | None, ...]], ...]:
        return tuple((name, chunks if name == host else held) for name, held in self.caches)


@dataclass(frozen=True, slots=True)
class Work:
    """The user works: these chunks change."""

    chunks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SuspendHere:
    """The machine is suspended where it runs."""


@dataclass(frozen=True, slots=True)
class ResumeAt:
    """The machine is resumed at a host."""

    host: str


ParcelAction: TypeAlias = Work | SuspendHere | ResumeAt


def parcel(chunks: int, hosts: tuple[str, ...], at: str) -> Parcel:
    """A machine of so many chunks that runs at one of the hosts for the first time."""
    if chunks < 1 or at not in hosts:
        raise ModelError(f"a parcel has a chunk or more and runs at one of its hosts, not {chunks} at {at!r}")
    whole: tuple[int | None, ...] = (0,) * chunks
    return Parcel((0,) * chunks, tuple((host, whole if host == at else (None,) * chunks) for host in hosts), at)


def carry(state: Parcel, action: ParcelAction) -> Iterator[Step[Parcel]]:
    """One step for each action."""
    match action:
        case Work(chunks):
            if state.at is None:
                raise ModelError("the machine is suspended: nobody can work with it")
            held = list(state.cache(state.at))
            for chunk in chunks:
                held[chunk] = (held[chunk] or 0) + 1
            text = f"at {state.at} the user changes {len(set(chunks))} of {len(held)} chunks"
            yield Step(Event("work", text, (state.at,)), replace(state, caches=state._kept(state.at, tuple(held))))
        case SuspendHere():
            if state.at is None:
                raise ModelError("the machine is suspended already")
            now = tuple(version or 0 for version in state.cache(state.at))
            new = sum(mine != theirs for mine, theirs in zip(now, state.server, strict=True))
            text = f"{state.at} suspends the machine and sends the {new} chunks that the server has not got"
            yield Step(
                Event("suspend", text, (state.at, "server")), replace(state, server=now, at=None, sent=state.sent + new)
            )
        case ResumeAt(host):
            if state.at is not None:
                raise ModelError(f"the machine runs at {state.at}: suspend it first")
            old = sum(mine != theirs for mine, theirs in zip(state.cache(host), state.server, strict=True))
            text = f"{host} fetches the {old} chunks that it lacks or has an old version of, and resumes the machine"
            caches = state._kept(host, state.server)
            yield Step(
                Event("resume", text, (host, "server")),
                replace(state, caches=caches, at=host, fetched=state.fetched + old),
            )
