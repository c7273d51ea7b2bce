"""Questions whose key is the rounds of a pre-copy: how long they last, what they leave, how long the machine is paused.

Keys are the run's own figures. They agree with the arithmetic that a student does; scenes in which the two would round
differently are not drawn.
"""

from dataclasses import replace
from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.forms import figure
from vlearn.questions.generators.migration_scenes import Scene, converging
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, TraceTable
from vlearn.sim.migration import MIB, Round, qemu
from vlearn.sim.migration.policy import Progress, stop_threshold

HEADER = ("Round", "Sent in MiB", "Lasts in s", "Written meanwhile in MiB")


def precopy_rounds(rng: Random) -> Posed:
    """Fill in the rounds of a pre-copy that converges, the last one with the machine paused."""
    scene = converging(rng)
    rows = _rows(scene)
    blanks = [(row, column) for row in range(len(rows)) for column in (1, 2, 3)]
    given = {(0, 1), (len(rows) - 1, 3)}
    prompt = Text(
        f"{_setting(scene)} Fill in the rounds, in MiB and seconds. The last row is the copy for which the machine is"
        " paused; nothing is written then."
    )
    answer = TraceTable(HEADER, rows, tuple(blank for blank in blanks if blank not in given))
    return Posed((prompt,), answer, _solution(scene, rows), scene.replay)


def precopy_downtime(rng: Random) -> Posed:
    """How long is the downtime, with the state of processors and devices and the time to resume?"""
    scene = replace(converging(rng), state=rng.choice((1, 2)), resume=rng.choice((0.02, 0.03, 0.04, 0.05, 0.06)))
    report = scene.replay.trace().final.report
    value = Fraction(round(report.downtime * 1000, 3)).limit_denominator(1000)
    prompt = Text(
        f"{_setting(scene)} Then another {scene.mib(scene.state)} MiB of processor and device state follow, and the"
        f" destination needs {round(scene.resume * 1000)} ms until the machine runs. How long is the downtime?"
    )
    told = Text(
        f"Downtime is the time without a running machine: ({scene.mib(scene.estimate.left)} + {scene.mib(scene.state)})"
        f" / {scene.mib(scene.link)} s for the data, and {round(scene.resume * 1000)} ms to resume:"
        f" **{figure(value)} ms**. The rounds before, {figure(scene.estimate.live)} s, do not count: the machine ran."
    )
    return Posed((prompt,), Numeric(value, value / 100, "ms"), (*_solution(scene, _rows(scene)), told), scene.replay)


def precopy_sent(rng: Random) -> Posed:
    """How much memory does the whole migration send, the last copy included?"""
    scene = converging(rng)
    value = Fraction(scene.replay.trace().final.report.pages * scene.unit)
    prompt = Text(f"{_setting(scene)} How much memory is sent in all, the copy with the machine paused included?")
    share = float(value) / (scene.memory * scene.unit)
    told = Text(f"In all **{figure(value)} MiB**, {share:.3g} times the memory.")
    answer = Numeric(value, Fraction(1, 2), "MiB")
    return Posed((prompt,), answer, (*_solution(scene, _rows(scene)), told), scene.replay)


def stop_threshold_of(rng: Random) -> Posed:
    """QEMU's threshold from bandwidth and downtime limit, or one of these from the threshold."""
    limit = rng.choice((50, 100, 150, 200, 250, 300, 400, 500, 800, 1000))
    bandwidth = rng.choice((16, 32, 48, 64, 80, 96, 112, 128, 160, 256, 512, 1024))
    measured = Round(2, 1, 0, 1, 1.0, bandwidth * MIB)
    policy = qemu(limit / 1000, bandwidth * MIB)
    threshold = stop_threshold(Progress(MIB, (measured,), MIB, 0, policy.pace.ceiling), limit / 1000)  # type: ignore[union-attr]
    left = Fraction(round(threshold / MIB, 3)).limit_denominator(1000)
    asked = rng.choice(("threshold", "limit", "bandwidth"))
    rule = (
        "QEMU pauses a machine as soon as what is left can be sent within the downtime limit at the bandwidth that it"
        " measures."
    )
    sum_ = f"{bandwidth} MiB/s × {limit / 1000:g} s = {figure(left)} MiB"
    if asked == "threshold":
        words = f"It measures {bandwidth} MiB/s, and the limit is {limit} ms. With how much left does it pause?"
        value, unit = left, "MiB"
    elif asked == "limit":
        words = (
            f"It measures {bandwidth} MiB/s, and rounds stop shrinking with {figure(left)} MiB left. From which"
            " downtime limit on does it pause?"
        )
        value, unit = Fraction(limit), "ms"
    else:
        words = (
            f"With a limit of {limit} ms, rounds stop shrinking with {figure(left)} MiB left. From which bandwidth on"
            " would it pause, were the same left?"
        )
        value, unit = Fraction(bandwidth), "MiB/s"
    solution = Text(f"The threshold is bandwidth × limit: {sum_}. It is no fixed number of pages or rounds.")
    return Posed((Text(f"{rule} {words}"),), Numeric(value, value / 100, unit), (solution,))


def _setting(scene: Scene) -> str:
    return (
        f"A machine of {scene.mib(scene.memory)} MiB writes to {scene.mib(scene.writes)} MiB of it per second, never"
        f" twice to the same page within a round. The link carries {scene.mib(scene.link)} MiB/s. Pre-copy sends all of"
        " the memory, then in each round what was written during the last one, and pauses the machine as soon as no"
        f" more than {scene.mib(scene.threshold)} MiB are left at the end of a round."
    )


def _rows(scene: Scene) -> tuple[tuple[str, ...], ...]:
    rounds = scene.replay.trace().final.report.rounds
    return tuple(
        (
            "paused" if one.paused else str(one.number),
            f"{one.sent * scene.unit:g}",
            f"{one.seconds:.7g}",
            f"{one.dirtied * scene.unit:g}",
        )
        for one in rounds
    )


def _solution(scene: Scene, rows: tuple[tuple[str, ...], ...]) -> tuple[Table, Text]:
    told = (
        f"A round lasts what it sends / {scene.mib(scene.link)}, and leaves {scene.mib(scene.writes)} times its"
        f" seconds: {figure(scene.writes / scene.link)} of what it sent."
    )
    return Table(HEADER, rows, "The rounds of the run."), Text(told)
