"""Whether the run of a question about a data centre shows what its key says, by the generator's name."""

from tests.questions.posing import chosen, option
from vlearn.questions.generators.datacenter_crashes import end
from vlearn.questions.generators.datacenter_eviction import gone
from vlearn.questions.generators.datacenter_loads import HOURS_EACH, PARTS
from vlearn.questions.generators.datacenter_power import ASKED
from vlearn.questions.generators.datacenter_scenes import periods
from vlearn.sim.datacenter.isolation.side_channel import VOTES


def placed(question, trace):
    return [place + 1 for place in trace.final.places] == [int(row[3]) for row in question.answer.rows]


def carried(question, trace):
    return trace.final.hosts == question.answer.value and None not in trace.final.places


def drawn(question, trace):
    """Kilowatt-hours of the room before the moves, after them, or what lies between."""
    kwh = [sum(map(room.watts, range(24))) / 1000 for room in (trace.start, trace.final)]
    asked = next(name for name, words in ASKED.items() if words in question.prompt[0].markdown)
    shown = {"before": kwh[0], "after": kwh[1], "saved": kwh[0] - kwh[1]}[asked]
    return abs(shown - float(question.answer.value)) < 1e-4


def overloaded_in(question, trace):
    parts = {step.state.hour // HOURS_EACH for step in trace.steps if step.event.kind == "overloaded"}
    return {periods(PARTS)[n] for n in parts} == chosen(question)


def moved_away(question, trace):
    """All the others are in the room, and it is never overloaded."""
    there = {workload.name for workload in trace.start.workloads}
    return there == {o.text for o in question.answer.options} - {option(question)} and "overloaded" not in trace.kinds


def frames(question, trace):
    rows = question.answer.rows
    written = sum(" writes " in row[1] for row in rows)
    return trace.kinds.count("touched") == written and len(trace.final.used) == int(rows[-1][2])


def went(question, trace):
    return gone(trace) == option(question)


def taken_down(question, trace):
    answer = question.answer
    struck = trace.steps[0].event.touches[0]
    return (
        set(answer.items) == set(trace.start.applications)
        and f"{struck} " in question.prompt[0].markdown
        and all(end(trace.final, name) == key for name, key in zip(answer.items, answer.key, strict=True))
    )


def slow_sets(question, trace):
    return {f"Set {n}" for n in trace.final.slow} == chosen(question)


def guessed(question, trace):
    """The majority of the guesses about each bit, over rounds of so many bits."""
    bits = option(question).split()
    votes = [sum(VOTES[guess] for guess in trace.final.guesses[n :: len(bits)]) for n in range(len(bits))]
    return ["x" if not vote else "1" if vote > 0 else "0" for vote in votes] == bits


SHOWN_BY_DATACENTER = {
    "first-fit-run": placed,
    "fewest-hosts": carried,
    "energy-of-a-day": drawn,
    "overloaded-periods": overloaded_in,
    "which-to-move": moved_away,
    "frames-in-use": frames,
    "which-page-goes": went,
    "what-a-crash-takes": taken_down,
    "sets-the-spy-sees": slow_sets,
    "secret-from-probes": guessed,
}

RULES_OF_DATACENTER = {"sizing-rules", "squeezed-memory", "what-was-forgotten", "when-a-copy-departs"}
"""Generators whose key compares several packings or two machines, or is arithmetic: there is no one run to show."""
