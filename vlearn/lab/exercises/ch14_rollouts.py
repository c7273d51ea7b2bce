"""Checks of chapter 14 that run a rollout, or a container that crashes."""

from functools import cache
from itertools import pairwise
from typing import Any

from vlearn.blocks import Chart, Series
from vlearn.errors import ModelError
from vlearn.lab.exercise import Hint
from vlearn.lab.exercises.ch14_clusters import applied, container, deployment
from vlearn.render.markdown import escaped
from vlearn.sim.kubernetes.cluster import Cluster, play, run, started, with_image
from vlearn.sim.kubernetes.node.images import Image, Program
from vlearn.trace import Trace
from vlearn.views.kubernetes_rollout_counts import rollout

SLOW = 20.0
"""Seconds from the start of a new pod of the shop to its first answer."""
REPLICAS, ROOM, NEEDED, DEADLINE = 10, 12, 9, 90.0


def shop(surge: int | str, unavailable: int | str, replicas: int = REPLICAS, version: int = 1) -> dict[str, Any]:
    """A deployment whose pods need 20 s until they are ready."""
    probe = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 1}
    pods = {"containers": [container(f"shop:{version}", readinessProbe=probe)]}
    made = deployment("shop", replicas, surge=surge, unavailable=unavailable)
    made["spec"]["template"]["spec"] = pods
    return made


@cache
def _up(replicas: int, surge: int | str, unavailable: int | str) -> Cluster:
    cluster = started(4)
    for version in (1, 2):
        image = Image(Program(ready=SLOW if version == 2 else 0.0, ports=(80,), paths=("/",)), pull=1.0)
        cluster = with_image(cluster, f"shop:{version}", image)
    return run(applied(cluster, shop(surge, unavailable, replicas)), 30)


def updated(
    surge: int | str, unavailable: int | str, replicas: int = REPLICAS, seconds: float = 320.0
) -> Trace[Cluster]:
    """The run of a rollout of the shop from its first version to its second. Raises ModelError."""
    return play(applied(_up(replicas, surge, unavailable), shop(surge, unavailable, replicas, 2)), seconds)


def strategy(answer: Any) -> Hint | None:
    """Two limits with which the update keeps all three promises."""
    if not (isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(each, (int, str)) for each in answer)):
        return Hint("Give both limits, `(max_surge, max_unavailable)`: numbers, or texts such as `'10%'`.")
    try:
        trace = updated(*answer)
    except ModelError as error:
        return Hint(escaped(str(error)))
    counts = rollout(trace, "shop").counts
    most, least = max(each.total for each in counts), min(each.available for each in counts)
    if most > ROOM:
        return Hint(f"At one moment there are {most} pods; there is room for {ROOM}. Which of the two limits is that?")
    if least < NEEDED:
        return Hint(f"At one moment only {least} pods serve; {NEEDED} are needed. Which of the two limits is that?")
    done = next((each.at for each in counts if each.parts == (0, REPLICAS, 0, 0)), None)
    if done is None or done > DEADLINE:
        took = f"{done:.0f} s" if done is not None else "more than five minutes"
        return Hint(
            f"All promises about numbers are kept, but the update takes {took}: more pods have to change at once."
        )
    return None


def starts(runs: float, code: int, policy: str = "Always", seconds: float = 1200.0) -> tuple[tuple[float, float], ...]:
    """When a container that runs so long has been started, and when it ended, in seconds since its first start."""
    shell = container("busybox:1.37", command=["sh", "-c", f"sleep {runs:g}; exit {code}"])
    made = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "crashing"},
        "spec": {"restartPolicy": policy, "containers": [shell]},
    }
    trace = play(applied(started(1), made), seconds)
    times = [step.state.now for step in trace.steps if "Started container" in step.event.text]
    return tuple((at - times[0], at - times[0] + runs) for at in times)


def starts_chart(runs: float, code: int) -> Chart:
    """How often a container has been started, under each restart policy."""
    series = []
    for policy in ("Always", "OnFailure", "Never"):
        points = [(0.0, 0.0)]
        for n, (at, _) in enumerate(starts(runs, code, policy, 700.0), 1):
            points += [(at, n - 1.0), (at, float(n))]
        points.append((700.0, points[-1][1]))
        series.append(Series(policy, tuple(x for x, _ in points), tuple(y for _, y in points)))
    title = f"A container that runs {runs:g} s and ends with {code}"
    return Chart(title, "seconds since its first start", "starts", tuple(series))


ASKED = 7
"""How many waits the exercise asks for."""


@cache
def waits() -> list[int]:
    """The waits of a crashing container from its second restart on, in seconds."""
    times = starts(5, 1, seconds=2000.0)
    found = [round(begin - end) for (_, end), (begin, _) in pairwise(times)]
    return found[1 : ASKED + 1]


def crash_times(answer: Any) -> Hint | None:
    """The back-off of a container that crashes again and again."""
    numbers = isinstance(answer, (list, tuple)) and all(isinstance(each, (int, float)) for each in answer)
    if not (numbers and len(answer) == ASKED):
        return Hint(f"Give a list of {ASKED} numbers, in seconds.")
    for n, (given, right) in enumerate(zip(answer, waits(), strict=True), 2):
        if given == right:
            continue
        if n == 2 and given == 0:
            return Hint("The first restart comes at once. The list begins with the second.")
        if right == waits()[-1] and given == 2 * answer[n - 3]:
            return Hint(f"Restart {n}: the wait does not double for ever. What is the longest?")
        if n > 2 and given == answer[n - 3]:
            return Hint(f"Restart {n}: a wait follows from the one before it, and it is not the same.")
        return Hint(
            f"Restart {n} does not come after {escaped(str(given))} s. In the chart for 5 s and exit code 1, measure"
            f" the flat piece from start {n} to start {n + 1}, and take off the 5 s for which it runs."
        )
    return None
