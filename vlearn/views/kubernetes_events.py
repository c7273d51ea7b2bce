"""What a cluster's components have said: its events, as `kubectl get events` lists them, and a run with its times."""

from vlearn.blocks import Table
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.trace import Trace

MOST, LONGEST = 20, 160


def events_table(cluster: Cluster, kind: str = "", warnings: bool = False, namespace: str = "default") -> Table:
    """The latest events about objects of a kind, or all; `warnings` alone where asked for. The newest comes last."""
    found = [
        event
        for event in cluster.objects("events", namespace)
        if (not kind or event["involvedObject"]["kind"] == kind) and (not warnings or event["type"] == "Warning")
    ]
    found.sort(key=lambda event: (moment(event["lastTimestamp"]) or 0.0, event["metadata"]["resourceVersion"]))
    rows = []
    for event in found[-MOST:]:
        about, count = event["involvedObject"], event.get("count") or 1
        ago = f"{cluster.now - (moment(event['lastTimestamp']) or cluster.now):.0f} s ago"
        message = event["message"] if len(event["message"]) <= LONGEST else f"{event['message'][: LONGEST - 1]}…"
        times = f"{message} (×{count})" if count > 1 else message
        rows.append((ago, event["type"], event["reason"], f"{about['kind']} {about['name']}", times))
    hidden = len(found) - len(rows)
    more = f"; {hidden} earlier ones are not shown" if hidden else ""
    return Table(("Last seen", "Type", "Reason", "Object", "Message"), tuple(rows), f"Events{more}")


def timeline(trace: Trace[Cluster]) -> Table:
    """Every step of a run, with the seconds since its start."""
    begin = trace.start.now
    rows = tuple((f"{step.state.now - begin:.4g}", step.event.kind, step.event.text) for step in trace.steps)
    return Table(("Second", "Component", "What it did"), rows, "Step by step")
