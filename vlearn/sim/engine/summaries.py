"""What `docker ps` says of a container in a few words: its status, its command, its ports."""

from vlearn.sim.engine.container import Container

LONGEST_COMMAND = 20
Row = tuple[str, str, int, int]
"""Protocol, address, the container's port and the host's; nothing and 0 where a port is only exposed."""


def span(seconds: float) -> str:
    """A time as Docker's people read it: `Less than a second`, `3 seconds`, `About a minute`, `2 hours`."""
    whole = int(seconds)
    if whole < 1:
        return "Less than a second"
    if whole < 60:
        return f"{whole} second{'s' * (whole != 1)}"
    if whole < 120:
        return "About a minute"
    if whole < 3600:
        return f"{whole // 60} minutes"
    hours = int(whole / 3600 + 0.5)
    if hours == 1:
        return "About an hour"
    for most, unit, length in ((48, "hour", 1), (24 * 14, "day", 24), (24 * 60, "week", 168), (24 * 730, "month", 720)):
        if hours < most:
            return f"{hours // length} {unit}s"
    return f"{hours // 8760} years"


def status(container: Container, now: float) -> str:
    """`Up 3 seconds (healthy)`, `Exited (137) 2 minutes ago`, `Restarting (1) 5 seconds ago`, `Created`."""
    state = container.state
    since = span(now - (state.started or 0))
    match state.status:
        case "running":
            health = {"": "", "starting": " (health: starting)"}.get(state.health.status, f" ({state.health.status})")
            return f"Up {since}{health}"
        case "paused":
            return f"Up {since} (Paused)"
        case "restarting":
            return f"Restarting ({state.exit_code}) {span(now - (state.finished or 0))} ago"
        case "exited" if state.finished is not None:
            return f"Exited ({state.exit_code}) {span(now - state.finished)} ago"
        case "dead":
            return "Dead"
    return "Created"


def command(container: Container, *, whole: bool = False) -> str:
    """The command in quotes, cut where it gets long; a word with blanks has its own."""
    first, *others = container.arguments
    text = " ".join((first, *(f"'{word}'" if " " in word else word for word in others)))
    if not whole and len(text) > LONGEST_COMMAND:
        text = f"{text[: LONGEST_COMMAND - 1]}…"
    return f'"{text}"'


def ports(container: Container) -> str:
    """`0.0.0.0:8080->80/tcp`, neighbours as one range, what is only exposed as `80/tcp`; nothing if it does not run."""
    if not container.state.running:
        return ""
    rows: list[Row] = [(port.protocol, port.address, port.container, port.host) for port in container.published]
    published = {(port.container, port.protocol) for port in container.published}
    for exposed in container.exposed:
        number, _, protocol = exposed.partition("/")
        if (int(number), protocol) not in published:
            rows.append((protocol, "", int(number), 0))
    return ", ".join(_range(first, last) for first, last in _runs(sorted(rows, key=_order)))


def _order(row: Row) -> tuple[int, int, str, str]:
    protocol, address, inside, outside = row
    return inside, outside, address, protocol


def _runs(rows: list[Row]) -> list[tuple[Row, Row]]:
    """First and last of ports in a row: the same protocol and address, and both numbers one more each time."""
    found: list[tuple[Row, Row]] = []
    for row in rows:
        if found:
            protocol, address, inside, outside = found[-1][1]
            if row == (protocol, address, inside + 1, outside + (outside > 0)):
                found[-1] = (found[-1][0], row)
                continue
        found.append((row, row))
    return found


def _range(first: Row, last: Row) -> str:
    protocol, address, inside, outside = first
    within = f"{inside}-{last[2]}" if last != first else str(inside)
    if not address:
        return f"{within}/{protocol}"
    without = f"{outside}-{last[3]}" if last != first else str(outside)
    return f"{address}:{without}->{within}/{protocol}"
