"""A run in larger steps: what a unit runs without the monitor is one event, and so is a stretch of a process.

A lesson plays these steps: between two of them the monitor, the cache or another unit comes in.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from vlearn.sim.monitors.translation.monitor import TranslatedVm
from vlearn.sim.monitors.translation.treatments import Treatment
from vlearn.trace import Event, Step, Trace

_IN_UNIT = frozenset(treatment.value for treatment in Treatment if treatment is not Treatment.CALL_OUT)


def stretches(trace: Trace[TranslatedVm]) -> Trace[TranslatedVm]:
    """The run with the kinds `run` and `direct` for whole stretches; every other event stays as it is."""
    return Trace(trace.start, tuple(_merged(trace)))


def _merged(trace: Trace[TranslatedVm]) -> Iterator[Step[TranslatedVm]]:
    befores = (trace.start, *(step.state for step in trace.steps))
    numbered = [
        (_stretch(before, step, n), step) for n, (before, step) in enumerate(zip(befores, trace.steps, strict=False))
    ]
    for (kind, place), group in groupby(numbered, key=lambda pair: pair[0]):
        steps = [step for _, step in group]
        yield steps[0] if kind == "" else Step(_event(kind, place, steps), steps[-1].state)


def _stretch(before: TranslatedVm, step: Step[TranslatedVm], number: int) -> tuple[str, int]:
    """What a step belongs to: a unit by its address, a process, or nothing but itself by its number."""
    cache, kind = before.monitor.cache, step.event.kind
    if kind in _IN_UNIT and cache.at is not None:
        return "run", cache.at[0].key.eip
    return ("direct", 0) if kind == "direct" else ("", number)


def _event(kind: str, place: int, steps: Sequence[Step[TranslatedVm]]) -> Event:
    counts = Counter(step.event.kind for step in steps)
    if kind == "direct":
        text = f"a process runs directly in ring 3: instructions {len(steps)}"
    else:
        found = ", ".join(f"{name} {times}" for name, times in counts.items())
        text = f"translated code of the unit at {place:#x} runs in ring 1, without the monitor: {found}"
    return Event(kind, text, tuple(dict.fromkeys(name for step in steps for name in step.event.touches)))
