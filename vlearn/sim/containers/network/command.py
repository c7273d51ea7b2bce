"""The command `ip` in a namespace: `link`, `address`, `route`, `neigh` and `netns`, with its output and its errors.

    networks, said = ip(networks, number, ["link", "set", "lo", "up"])      # said.stdout, .stderr, .status

Options: -br, -n NAME. Objects and verbs may be shortened as iproute2 does. `ip netns exec` is the shell's work.
"""

from collections.abc import Sequence

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.network import printing
from vlearn.sim.containers.network.links import NetlinkRefusal, NoDevice
from vlearn.sim.containers.network.state import Networks
from vlearn.sim.containers.network.verbs import COMMANDS, Said, Usage, change_names, namespace_named

STRERROR = {
    "EEXIST": "File exists",
    "EOPNOTSUPP": "Operation not supported",
    "ENETUNREACH": "Network is unreachable",
    "ENODEV": "No such device",
    "ENOENT": "No such file or directory",
    "EPERM": "Operation not permitted",
    "ESRCH": "No such process",
}
OBJECTS = ("link", "address", "route", "neighbour", "netns")
VERBS = ("add", "delete", "set", "show", "list", "get")


def ip(
    networks: Networks, number: int, arguments: Sequence[str], privileged: bool = True, new: int | None = None
) -> tuple[Networks, Said]:
    """Run `ip` in a namespace. `new` is the number that a namespace made by `ip netns add` gets: the next, if None."""
    words, brief = list(arguments), False
    try:
        while words and words[0].startswith("-"):
            option = words.pop(0)
            if option in ("-br", "-brief"):
                brief = True
            elif option in ("-n", "-netns"):
                number = namespace_named(networks, words.pop(0) if words else "")
            elif option not in ("-4", "-o"):
                return networks, Said(stderr=f'Option "{option}" is unknown, try "ip -help".\n', status=255)
        return _run(networks, number, words, brief, privileged, new)
    except Usage as usage:
        return networks, usage.said
    except NoDevice as missing:
        return networks, Said(stderr=f"{missing.why}\n", status=1)
    except NetlinkRefusal as refusal:
        words_of_kernel = f"Error: {refusal.sentence}" if refusal.sentence else f"RTNETLINK answers: {_words(refusal)}"
        return networks, Said(stderr=f"{words_of_kernel}\n", status=2)
    except Refusal as refusal:
        return networks, Said(stderr=f"{refusal.why}\n", status=255)


def _run(
    networks: Networks, number: int, words: list[str], brief: bool, privileged: bool, new: int | None
) -> tuple[Networks, Said]:
    what = _shortened(words[0] if words else "", OBJECTS)
    if what is None:
        raise Usage(f'Object "{words[0] if words else ""}" is unknown, try "ip help".', 1)
    verb = _shortened(words[1], VERBS) if len(words) > 1 else "show"
    rest = words[2:]
    if verb in ("show", "list"):
        return networks, Said(_shown(networks, number, what, rest, brief))
    if what == "netns":
        return change_names(networks, verb, rest, new)
    run = COMMANDS.get((what, verb or ""))
    if run is None:
        raise Usage(f'Command "{words[1]}" is unknown, try "ip {what} help".')
    after = run(networks, number, rest)
    if not privileged and not isinstance(after, Said):
        raise NetlinkRefusal("EPERM")
    return (networks, after) if isinstance(after, Said) else (after, Said())


def _shown(networks: Networks, number: int, what: str, rest: list[str], brief: bool) -> str:
    name = next((word for word in rest if word not in ("dev", "show")), None)
    if what in ("link", "address") and name and networks.at(number).named(name) is None:
        raise Usage(f'Device "{name}" does not exist.', 1)
    match what:
        case "link":
            return (
                _only(printing.brief_links(networks, number), name) if brief else printing.links(networks, number, name)
            )
        case "address":
            every = printing.brief_addresses(networks, number)
            return _only(every, name) if brief else printing.links(networks, number, name, addresses=True)
        case "route":
            return printing.routes(networks, number)
        case "neighbour":
            return printing.neighbours(networks, number)
    return "".join(f"{one}\n" for one in sorted(networks.names))


def _only(lines: str, name: str | None) -> str:
    found = (line for line in lines.splitlines(keepends=True) if name in (None, line.split()[0].partition("@")[0]))
    return "".join(found)


def _shortened(word: str, known: Sequence[str]) -> str | None:
    """The first word that begins so: `a` is add and address, as with the real tool."""
    return next((name for name in known if word and name.startswith(word)), None)


def _words(refusal: Refusal) -> str:
    return STRERROR.get(refusal.errno, refusal.errno)
