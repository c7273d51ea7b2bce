"""The program itself: words in; text, an exit code and the next cluster out.

cluster, said = kubectl(cluster, "get pods -o wide")      # said.out, said.err, said.code
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vlearn.errors import ModelError
from vlearn.sim.engine.command_line.errors import UsageError
from vlearn.sim.engine.command_line.flags import read_flags
from vlearn.sim.engine.command_line.said import Printer, Said
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.sim.kubernetes.kubectl import families
from vlearn.sim.kubernetes.kubectl.client import Client
from vlearn.sim.kubernetes.kubectl.command import ALONE, COMMON, Call, Command
from vlearn.sim.kubernetes.kubectl.errors import Fault, Several, Unmodelled, told
from vlearn.trace import Step

NO_FILES: Mapping[str, str] = {}
UNSUPPORTED = 2


@dataclass(frozen=True, slots=True)
class Done:
    """What a line came to: the cluster after it, what was printed, and, if they were asked for, the steps."""

    cluster: Cluster
    said: Said
    steps: tuple[Step[Cluster], ...] = field(default=())


def kubectl(
    cluster: Cluster, line: str | Sequence[str], files: Mapping[str, str] = NO_FILES, *, records: bool = False
) -> Done:
    """Run one kubectl command against a cluster; `files` are those that -f may name. Nothing is ever raised."""
    client = Client(cluster, files, records)
    try:
        words = shlex.split(line, comments=True) if isinstance(line, str) else list(line)
    except ValueError as error:
        client.to.err(f"error: the line cannot be read: {str(error).lower()}", code=2)
        return Done(cluster, client.to.said())
    if words[:1] == ["kubectl"]:
        words = words[1:]
    client.cluster = cluster
    _answer(client, words)
    return Done(client.cluster, client.to.said(), tuple(client.steps))


def _answer(client: Client, words: list[str]) -> None:
    to = client.to
    if not words or words[0] in ("help", "--help", "-h"):
        return to.raw(families.overview())
    words = _leading(words)
    name, found, rest = _found(words)
    if found is None:
        return _unknown(to, words)
    try:
        _run(client, name, found, rest)
    except UsageError as error:
        to.err(f"error: {error}", f"See 'kubectl {name} --help' for usage.", code=1)
    except Unmodelled as error:
        to.err(f"vlearn: kubectl {name}: {error} is not modelled", code=UNSUPPORTED)
    except Fault as error:
        to.err(told(error), code=error.code)
    except (StatusError, Several) as error:
        to.err(told(error), code=1)
    except ModelError as error:
        to.err(f"error: {error}", code=1)
    return None


def _run(client: Client, name: str, found: Command, rest: list[str]) -> None:
    passed: tuple[str, ...] | None = None
    if "--" in rest:
        at = rest.index("--")
        rest, passed = rest[:at], tuple(rest[at + 1 :])
        if not found.passes:
            rest, passed = [*rest, *passed], None
    given = read_flags([_spelled(word) for word in rest], found.flags)
    if given.has("help"):
        return client.to.raw(families.help_of(found))
    return found.handler(Call(client, given, name, passed))


def _spelled(word: str) -> str:
    """An option that may stand alone, with the value that it then has."""
    return f"{word}={ALONE[word[2:]]}" if word.startswith("--") and word[2:] in ALONE else word


def _leading(words: list[str]) -> list[str]:
    """Options before the command, such as -n, moved behind it."""
    moved: list[str] = []
    rest = list(words)
    while len(rest) > 1 and rest[0].startswith("-"):
        takes = "=" not in rest[0] and any(rest[0] in each.split()[0:2] or f"{rest[0]}," in each for each in COMMON)
        moved += rest[: 1 + takes]
        rest = rest[1 + takes :]
    return [*rest, *moved]


def _found(words: list[str]) -> tuple[str, Command | None, list[str]]:
    """The command that words begin with, the longest name first."""
    if " ".join(words[:2]) in families.ABSENT:
        return "", None, words
    for length in (3, 2, 1):
        name = " ".join(words[:length])
        if len(words) >= length and (one := families.by_name(name)) is not None:
            return one.name, one, words[length:]
    return "", None, words


def _unknown(to: Printer, words: list[str]) -> None:
    first = words[0]
    if first in families.GROUPS:
        given = [word for word in words[1:] if not word.startswith("-")]
        if given and f"{first} {given[0]}" in families.ABSENT:
            return to.err(f"vlearn: kubectl {first} {given[0]} is not modelled", code=UNSUPPORTED)
        if given:
            unknown = " ".join(words[1:])
            to.err(f'error: unknown command "{unknown}"', f"See 'kubectl {first} -h' for help and examples", code=1)
            return None
        to.code = 1
        return to.raw(families.overview(first))
    if first in families.ABSENT:
        return to.err(f"vlearn: kubectl {first} is not modelled", code=UNSUPPORTED)
    if first.startswith("-"):
        return to.err(f"error: unknown flag: {first}", "See 'kubectl --help' for usage.", code=1)
    near = families.nearest(first)
    to.err(f'error: unknown command "{first}" for "kubectl"', code=1)
    if near:
        to.err("", "Did you mean this?", *(f"\t{each}" for each in near), code=1)
    return None
