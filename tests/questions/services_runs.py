"""Whether the run of a question about services and messages shows what its key says, by the generator's name."""

import re

from vlearn.questions.generators.services_cascade import FREE, JAMMED
from vlearn.trace import run


def option(question):
    return question.answer.options[question.answer.correct].text


def chosen(question):
    options = question.answer.options
    return {options[n].text.strip("`") for n in question.answer.correct}


def jammed(question, trace):
    answer, services = question.answer, {gauge.name: gauge for gauge in trace.final.services}
    said = {name.strip("`"): answer.categories[n] for name, n in zip(answer.items, answer.key, strict=True)}
    if not said.keys() <= services.keys():
        return False
    shown = {name: JAMMED if services[name].stuck else FREE for name in said}
    return said == shown


def reached_the_last(question, trace):
    last = trace.final.services[-1].name
    words = f"{last} is down: request 1 is refused"
    return sum(step.event.text.endswith(words) for step in trace.steps) == question.answer.value


def gave_up(question, trace):
    failed = [step.event.text for step in trace.steps if step.event.kind == "fail"]
    return failed == [f"{float(question.answer.value):g} s: request 1 fails at caller"]


def let_through(question, trace):
    shown = [
        (step.event.text.partition(" ")[0], "yes" if step.event.kind == "call" else "no", step.event.text.split()[-1])
        for step in trace.steps
    ]
    return shown == [(second, made, state) for second, _, made, state in question.answer.rows]


def held(question, trace):
    last = question.answer.rows[-1]
    holders = {one.name: " ".join(message.name for _, message in one.unacked) for one in trace.final.consumers}
    delivered = [step.event.text for step in trace.steps if step.event.kind == "deliver"]
    given = {cell for row in question.answer.rows for cell in row[1:3]} - {"-"}
    return (
        tuple(holders.get(name, "") or "-" for name in ("anna", "ben")) == last[1:3]
        and len(trace.final.ready) == int(last[3])
        and given == {text.partition(" ")[0] for text in delivered}
    )


def dead(question, trace):
    right, options = chosen(question), {option.text.strip("`") for option in question.answer.options}
    return right == {name for name, _ in trace.final.dead} and set(trace.final.acked) <= options - right


def in_order(question, trace):
    """The records asked about lie in one partition, and the later one later; all others do not."""
    places = {record.value: (n, record.offset) for n, part in enumerate(trace.final.partitions) for record in part}

    def kept(words):
        first, second = (places[name] for name in re.findall(r"r\d", words))
        return first[0] == second[0] and first[1] < second[1]

    right = {option.text for n, option in enumerate(question.answer.options) if n in question.answer.correct}
    return right == {option.text for option in question.answer.options if kept(option.text)}


def read_on(question, trace):
    """What the second member reads, against what the first one had processed by the prompt's words."""
    words, (records,) = question.prompt[0].markdown, trace.final.partitions
    done = int(re.search(r"with offset (\d+)\.", words)[1]) + 1
    read = {record.offset for _, member, record in trace.final.seen if member == "second"}
    twice, never = {n for n in read if n < done}, {*range(len(records))} - {*range(done)} - read
    asked = twice if "processed twice" in words else never if "never processed" in words else read
    return len(records) == int(re.search(r"holds (\d+) records", words)[1]) and len(asked) == question.answer.value


def booked(question, trace):
    return f"{trace.final.balance} euros" == option(question)


def repeated(question, trace):
    """Each message of the run once more, after its end."""
    model, messages = question.replay.model, question.replay.actions
    changed = {one.id for one in messages if run(model, trace.final, (one,)).final != trace.final}
    return changed == chosen(question)


def undone(question, trace):
    done = [step.event.text.partition(": ")[2] for step in trace.steps if step.event.kind == "undone"]
    return ", then ".join(done) == option(question)


SHOWN_BY_SERVICES = {
    "what-is-jammed": jammed,
    "calls-through-layers": reached_the_last,
    "until-given-up": gave_up,
    "breaker-calls": let_through,
    "queue-run": held,
    "dead-letters": dead,
    "order-kept": in_order,
    "resumes-after-crash": read_on,
    "booked-in-the-end": booked,
    "harmful-repeats": repeated,
    "saga-undoes": undone,
}

FORMULAS_OF_SERVICES = {
    "waiting-figures", "threads-held", "instances-needed", "backlog-after-outage", "find-bottleneck", "owned-databases",
}  # fmt: skip
"""Generators whose key is a formula, or read off the structure of an application."""
