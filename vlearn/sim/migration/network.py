"""How frames and connections follow a machine: switches that learn, an unsolicited ARP, a TCP connection that waits.

Two sites, each a layer-2 network with a switch, joined by routers that send an IP subnet to one site. The machine keeps
its MAC and IP addresses. A switch learns a MAC address from the frames that come in at a port, and floods what is for
an address it has not learnt; TCP sends again, at doubling intervals, what was not acknowledged.

Left out: the ageing of switch tables, spanning trees, and overlays, which make two sites one layer-2 network.
Sources: Clark et al., NSDI 2005 (local resources); RFC 826 and 5227 (ARP); RFC 6298 (retransmission).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.trace import Event, Step

FIRST_RETRY, LONGEST_WAIT, MOST_RETRIES = 0.2, 120.0, 15
"""Linux: the shortest and the longest retransmission timeout in seconds, and tcp_retries2: then it gives up."""


@dataclass(frozen=True, slots=True)
class Network:
    """Hosts by name and the site of each, the machine's host (None while it is paused), and what the switch has learnt.

    `port` is the host at which the machine's site believes its MAC address to be; `site` is where routers send its
    subnet. `waiting` counts segments in a row that were not acknowledged.
    """

    hosts: tuple[tuple[str, str], ...]
    site: str
    port: str
    host: str | None
    waiting: int = 0
    seconds: float = 0.0
    connected: bool = True

    def site_of(self, host: str) -> str:
        """The layer-2 network of a host."""
        sites = dict(self.hosts)
        if host not in sites:
            raise ModelError(f"there is no host {host!r}; there are {', '.join(sites)}")
        return sites[host]

    def _step(self, kind: str, text: str, **changes: object) -> Step["Network"]:
        return Step(Event(kind, text, ("network",)), replace(self, **changes))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Pause:
    """The machine stands still at no host."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The machine runs at a host; `announces` says whether that host broadcasts an unsolicited ARP for it."""

    host: str
    announces: bool = True


@dataclass(frozen=True, slots=True)
class Segment:
    """The far end of the connection sends a segment, from outside, to the machine's IP address."""


NetworkAction: TypeAlias = Pause | Resume | Segment


def lan(hosts: tuple[tuple[str, str], ...], host: str) -> Network:
    """A machine that runs at a host, and whose addresses belong to that host's site."""
    network = Network(hosts, "", host, host)
    return replace(network, site=network.site_of(host))


def reconnect(state: Network, action: NetworkAction) -> Iterator[Step[Network]]:
    """One step for each thing that happens to a frame."""
    match action:
        case Pause():
            yield state._step("pause", "the machine is paused: nobody answers for it", host=None)
        case Resume(host, announces):
            yield from _resume(state, host, announces)
        case Segment():
            yield from _segment(state)


def _resume(state: Network, host: str, announces: bool) -> Iterator[Step[Network]]:
    here = state.site_of(host)
    step = state._step("resume", f"the machine runs at {host}, in {here}, with the addresses that it had", host=host)
    yield step
    if not announces:
        return
    if here == state.site:
        text = f"an unsolicited ARP from {host} goes to every port: the switch of {here} learns the machine's new one"
        yield step.state._step("announce", text, port=host)
    else:
        text = (
            f"the unsolicited ARP stays within {here}: the routers go on sending the machine's subnet to {state.site}"
        )
        yield step.state._step("announce-in-vain", text)


def _segment(state: Network) -> Iterator[Step[Network]]:
    if not state.connected:
        raise ModelError("the connection has been given up: there is nothing to send on it")
    step = state._step("route", f"routers send the segment to {state.site}, where the machine's subnet is")
    yield step
    state = step.state
    if state.host is not None and state.host == state.port:
        text = f"the switch passes the segment on to {state.host}; the machine acknowledges it"
        yield state._step("acknowledge", text, waiting=0)
        return
    why = "no host runs the machine" if state.host is None else f"the machine is at {state.host}"
    step = state._step("frame-lost", f"the switch passes the segment on to {state.port}, but {why}")
    yield step
    waiting = state.waiting + 1
    delay = min(FIRST_RETRY * 2 ** (waiting - 1), LONGEST_WAIT)
    if waiting > MOST_RETRIES:
        text = f"after {MOST_RETRIES} retransmissions and {delay:g} s more the far end gives the connection up"
        seconds = state.seconds + delay
        yield step.state._step("give-up", text, connected=False, waiting=waiting, seconds=seconds)
        return
    text = f"nothing comes back: TCP sends the segment again after {delay:g} s"
    yield step.state._step("retransmit", text, waiting=waiting, seconds=state.seconds + delay)
