"""Whether the run of a question about devices shows what its key says, by the generator's name."""

from vlearn.questions.generators.devices_dma import BY_KIND
from vlearn.questions.generators.devices_grants import REFUSED
from vlearn.sim.devices.exchange_faults import faults


def option(question):
    return question.answer.options[question.answer.correct].text


def exits_at(question, trace):
    return [kind == "exit" for kind in trace.kinds if kind in ("exit", "load", "store", "disk")] == [
        row[1] == "yes" for row in question.answer.rows
    ]


def exits_in_all(question, trace):
    return trace.final.exits - trace.start.exits == question.answer.value


def indices(question, trace):
    moved = [int(row[2]) for row in question.answer.rows[1:]]
    shown = [step.state for step in trace.steps if step.event.kind in ("publish", "take", "answer", "collect")]
    names = [row[1] for row in question.answer.rows[1:]]
    return len(shown) == len(names) and [getattr(s.ring, n) for s, n in zip(shown, names, strict=True)] == moved


def notified(question, trace):
    told = [kind == "notify" for kind in trace.kinds if kind in ("notify", "no-notify")]
    return {n for n, notifies in enumerate(told) if notifies} == {
        int(question.answer.options[n].text.split()[-1]) - 1 for n in question.answer.correct
    }


def went_wrong(question, trace):
    """The run ends in the fault that the prompt tells of."""
    return any(f"With that, {fault}." in question.prompt[0].markdown for fault in faults(trace.final))


def refused(question, trace):
    at = next(n for n, kind in enumerate(trace.kinds) if kind in REFUSED)
    return f"{at + 1}. {option(question)}." in question.prompt[0].markdown


def in_order(question, trace):
    shown = [step.event.text.lower() for step in trace.steps]
    order = [question.answer.items[n].lower() for n in question.answer.key]
    return len(shown) == len(order) and all(s.startswith(o) for s, o in zip(shown, order, strict=True))


def both_states(question, trace):
    shown = [(step.state.frontend, step.state.backend) for step in trace.steps]
    named = [tuple(state.label if state else "not there" for state in pair) for pair in shown]
    return named == [tuple(row[1:]) for row in question.answer.rows[1:]]


def landed(question, trace):
    (step,) = trace.steps
    text = option(question)
    return "blocked" in text if step.event.kind == "dma-blocked" else f"which is {text[4:-13]} of" in step.event.text


def judged_by_iommu(question, trace):
    said = [question.answer.categories[n] for n in question.answer.key]
    return sorted(said) == sorted(BY_KIND[kind] for kind in trace.kinds)


SHOWN_BY_DEVICES = {
    "driver-exits": exits_at,
    "count-driver-exits": exits_in_all,
    "ring-run": indices,
    "which-notify": notified,
    "which-mistake": went_wrong,
    "which-grant-refused": refused,
    "order-handshake": in_order,
    "handshake-states": both_states,
    "where-dma-lands": landed,
    "judge-dma": judged_by_iommu,
}
