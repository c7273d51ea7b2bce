"""The command `ping` of iputils: what it prints and how it exits. Nothing takes time here: a reply takes 0.050 ms.

Exit status 0: a reply came; 1: none came; 2: nothing could be sent. ARP gives up after three seconds, so that a ping
with `-W1` ends before it hears that the host is unreachable.
"""

from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address

from vlearn.sim.containers.answers import Answer
from vlearn.sim.containers.network.packets import Journey
from vlearn.sim.containers.network.state import Networks
from vlearn.sim.containers.network.traffic import Ping, use_network
from vlearn.sim.containers.network.verbs import Said
from vlearn.trace import Trace, run

TIME, ARP_GIVES_UP = 0.05, 3.0
ERRORS = {
    "host-unreachable": "Destination Host Unreachable",
    "net-unreachable": "Destination Net Unreachable",
    "time-exceeded": "Time to live exceeded",
}


def ping(
    networks: Networks, number: int, arguments: Sequence[str], names: dict[str, IPv4Address] | None = None
) -> tuple[Networks, Said, Trace[Journey]]:
    """Run `ping [-c COUNT] [-W SECONDS] [-q] HOST`, and the trace of all its packets. Without -c it sends four."""
    options, host = _parsed(list(arguments))
    nothing = Trace(Journey(networks), ())
    try:
        target = (names or {}).get(host) or IPv4Address(host)
    except AddressValueError:
        return networks, Said(stderr=f"ping: {host}: Temporary failure in name resolution\n", status=2), nothing
    if _is_broadcast(networks, number, target):
        text = "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n"
        return networks, Said(stderr=text, status=2), nothing
    count = int(options.get("-c", "4"))
    trace = run(use_network, Journey(networks), [Ping(number, target, n + 1) for n in range(count)])
    answers = [step.event for step in trace.steps if isinstance(step.event, Answer)]
    if answers[0].errno == "ENETUNREACH" and answers[0].value is None:
        return networks, Said(stderr="ping: connect: Network is unreachable\n", status=2), trace
    patience = float(options.get("-W", "10"))
    lines, replies, errors = [f"PING {host} ({target}) 56(84) bytes of data."], 0, 0
    for sequence, answer in enumerate(answers, 1):
        came = answer.value
        if came == "reply":
            replies += 1
            lines.append(f"64 bytes from {target}: icmp_seq={sequence} ttl={_ttl(trace)} time={TIME:.3f} ms")
        elif came in ERRORS and (came != "host-unreachable" or patience > ARP_GIVES_UP):
            errors += 1
            lines.append(f"From {answer.text.rpartition(' ')[2]} icmp_seq={sequence} {ERRORS[came]}")
    lines = lines[:1] if "-q" in options else lines
    lines += ["", f"--- {host} ping statistics ---"]
    added = f"+{errors} errors, " if errors else ""
    lost = 100 * (count - replies) // count
    between = 1000 * (count - 1)
    lines.append(f"{count} packets transmitted, {replies} received, {added}{lost}% packet loss, time {between}ms")
    lines.append(f"rtt min/avg/max/mdev = {TIME:.3f}/{TIME:.3f}/{TIME:.3f}/0.000 ms" if replies else "")
    said = Said("".join(f"{line}\n" for line in lines), status=0 if replies else 1)
    return trace.final.networks, said, trace


def _parsed(words: list[str]) -> tuple[dict[str, str], str]:
    options: dict[str, str] = {}
    host = ""
    while words:
        word = words.pop(0)
        if word[:2] in ("-c", "-W", "-i", "-w"):
            options[word[:2]] = word[2:] or (words.pop(0) if words else "1")
        elif word.startswith("-"):
            options[word] = ""
        else:
            host = word
    return options, host


def _is_broadcast(networks: Networks, number: int, target: IPv4Address) -> bool:
    addresses = (one for device in networks.at(number).devices.values() for one in device.addresses)
    return any(target == one.network.broadcast_address and one.network.prefixlen < 31 for one in addresses)


def _ttl(trace: Trace[Journey]) -> int:
    return trace.final.received[-1][1].ttl if trace.final.received else 64
