"""Whether the run of a question about delivery shows what its key says, by the generator's name."""

import re

RESULTS = {"passed": "success", "failed": "failure", "skipped": "skipped", "blocked": "skipped"}


def option(question):
    return question.answer.options[question.answer.correct].text


def ends(question, trace):
    """The last thing that happens to each push: a red gate, production, or a gate that a person opens."""
    words = {"production": "live", "hold": "waits"}
    found = [
        words.get(step.event.kind) or step.event.touches[-1]
        for step in trace.steps
        if step.event.kind in ("stop", *words)
    ]
    return found == [row[2] for row in question.answer.rows]


def live(question, trace):
    """What the main line was when the image was published that production has in the end."""
    built = {
        step.state.registry.digest("candidate"): {change.name for change in step.state.mainline}
        for step in trace.steps
        if step.event.kind == "publish"
    }
    return built.get(trace.final.production) == set(re.findall("`(.+?)`", option(question)))


def ended(question, trace):
    named = [question.answer.items[n].strip("`") for n in question.answer.key]
    return [step.event.touches[0] for step in trace.steps if step.event.kind == "pass"] == named


def results(question, trace):
    return {name.strip("`"): result for name, result in question.answer.rows} == {
        name: RESULTS[status] for name, status in trace.final.status.items()
    }


def finished(question, trace):
    return trace.final.now == question.answer.value


def decides(question, trace):
    """Going back from the end by jobs that end just when the next one starts, the job is met."""
    final, needs = trace.final, {job.name: job.needs for job in trace.start.pipeline.jobs}
    met = {name for name, end in final.ended.items() if end == final.now}
    while more := {n for job in met for n in needs[job] if final.ended[n] == final.started[job]} - met:
        met |= more
    return option(question).strip("`") in met


def begun(question, trace):
    told = {re.sub(r"[`:]", "", row[0]): row[2] for row in question.answer.rows}
    began = {job.name: trace.final.started.get(job.name) for job in trace.start.pipeline.jobs}
    return told == {name: "-" if at is None else f"{at:g}" for name, at in began.items()}


def counted(question, trace):
    tested = sum(step.event.kind in ("merge", "send-back", "halve") for step in trace.steps)
    return tested == question.answer.value and not trace.final.waiting


def figures(question, trace):
    """The row of the strategy that the solution names."""
    named = re.search("question: (.+)\\.", question.solution[-1].markdown)[1]
    row = next(row for row in question.answer.rows if row[0] == named)
    return row[1:] == (str(trace.final.most), str(trace.final.least), f"{trace.final.minutes:g}")


def noticed(question, trace):
    step = next(step for step in trace.steps if step.event.kind == "notice")
    at = step.state.minutes - trace.start.service.start
    return option(question) == f"{step.state.phase.share * 100:g}%, after {at:.3g} minutes"


def drifted(question, trace):
    chosen = {int(question.answer.options[n].text.split()[1]) for n in question.answer.correct}
    return chosen == {n for n, one in enumerate(trace.final.settings, 1) if one != trace.final.declared}


def kinds(question, trace):
    return len(set(trace.final.settings)) == question.answer.value


SHOWN_BY_DELIVERY = {
    "where-each-ends": ends,
    "what-users-see": live,
    "order-of-jobs": ended,
    "results-of-jobs": results,
    "finish-on-runners": finished,
    "which-shortens": decides,
    "jenkins-run": begun,
    "runs-of-queue": counted,
    "figures-of-releases": figures,
    "when-noticed": noticed,
    "drifted-servers": drifted,
    "kinds-of-servers": kinds,
}

RULES_OF_DELIVERY = {
    "culprit-of-runs", "why-each-stopped", "which-continuity", "four-measures", "one-measure", "steps-of-bisection",
    "modules-compiled", "minutes-of-build", "errors-in-release", "false-alarms", "minutes-of-suite", "lanes-needed",
    "overlapping-runs",
}  # fmt: skip
"""Generators whose key is arithmetic, a table or a deduction: no run of steps stands behind them."""
