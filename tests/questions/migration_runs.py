"""Whether the run of a question about migration shows what its key says, by the generator's name."""

import re

from vlearn.questions.generators.migration_failures import OUTCOMES
from vlearn.questions.generators.migration_stages import WORDS


def option(question):
    return question.answer.options[question.answer.correct].text


def rounds(question, trace):
    """The times, and the shares of the first round: a page of the run stands for some MiB."""
    shown, rows = trace.final.report.rounds, question.answer.rows
    unit = float(rows[0][1]) / shown[0].sent
    told = [(f"{one.sent * unit:g}", f"{one.seconds:.7g}", f"{one.dirtied * unit:g}") for one in shown]
    return told == [row[1:] for row in rows]


def paused_for(question, trace):
    return abs(trace.final.report.downtime * 1000 - float(question.answer.value)) < 0.01


def sent(question, trace):
    memory = float(re.search(r"A machine of ([\d,]+) MiB", question.prompt[0].markdown)[1].replace(",", ""))
    return trace.final.report.pages * memory == float(question.answer.value) * trace.start.machine.pages


def converged(question, trace):
    """In how many rounds, if at all; the last one is the copy with the machine paused."""
    key = option(question)
    count = re.search(r"after (\d+) round", key)
    live = [one for one in trace.final.report.rounds if not one.paused]
    stopped = "no more than" in trace.final.report.why
    return stopped and len(live) == int(count[1]) if count else not stopped and key.startswith("No")


def hot_set(question, trace):
    return abs(trace.final.report.downtime - float(question.answer.value)) < 1e-5


def stages(question, trace):
    """Every item has its first moment in the run, and these moments ascend."""
    moments = [_moment(question.answer.items[n], trace) for n in question.answer.key]
    return None not in moments and moments == sorted(moments)


def _moment(item, trace):
    kinds, number = list(trace.kinds), re.match(r"Round (\d+)", item)
    if number:
        begun = [at for at, kind in enumerate(kinds) if kind == "round"]
        return begun[int(number[1]) - 1] if len(begun) >= int(number[1]) else None
    if item.startswith("What is left"):
        return max((at for at, kind in enumerate(kinds) if kind == "round-end"), default=None)
    wanted = (
        {"push", "deliver"} if item.startswith("Missing pages") else {k for k, text in WORDS.items() if text == item}
    )
    return next((at for at, kind in enumerate(kinds) if kind in wanted), None)


def outcome(question, trace):
    return OUTCOMES.get(trace.kinds[-1]) == option(question)


def slots(question, trace):
    carried = [
        (step.event.touches[0][5:-1], "pushed" if step.event.kind == "push" else "asked for")
        for step in trace.steps
        if step.event.kind in ("push", "deliver")
    ]
    return carried == [row[1:] for row in question.answer.rows]


def asked(question, trace):
    return trace.kinds.count("fault") == question.answer.value == trace.final.faults


SHOWN_BY_MIGRATION = {
    "pre-copy-rounds": rounds,
    "pre-copy-downtime": paused_for,
    "pre-copy-sent": sent,
    "does-it-converge": converged,
    "pause-of-hot-set": hot_set,
    "order-stages": stages,
    "what-becomes-of-it": outcome,
    "post-copy-run": slots,
    "post-copy-faults": asked,
}
