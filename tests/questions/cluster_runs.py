"""Whether the run of a question about a cluster shows what its key says, by the generator's name."""

import re


def rows_of(question):
    return [tuple(row) for row in question.answer.rows]


def option(question):
    return question.answer.options[question.answer.correct].text


def rolled(question, trace):
    """The sizes when new pods become available next, and at the end: the controller has halted there."""
    halts = [n for n, kind in enumerate(trace.kinds) if kind == "available"] + [len(trace)]
    sizes = [(str(trace.state_at(n).new), str(trace.state_at(n).old)) for n in halts]
    return sizes == [row[1:] for row in rows_of(question)]


def stalled(question, trace):
    end = trace.final
    told = re.match(r"(\w+) old pods? serves?, (?:(\d+) new|no new)", option(question))
    return told is not None and (told[1].replace("No", "0"), told[2] or "0") == (str(end.old), str(end.new))


def reacted(question, trace):
    changes, replicas = [], []
    before = 0
    for step in trace.steps:
        if step.event.kind not in ("create", "remove"):
            changes.append("0")
            replicas.append("")
            before = step.state.replicas
        elif changes:
            changes[-1] = f"{step.state.replicas - before:+d}"
        replicas[-1] = str(step.state.replicas)
    return list(zip(changes, replicas, strict=True)) == [row[1:] for row in rows_of(question)]


def filtered(question, trace):
    answer = question.answer
    fits = {item.strip("`") for item, n in zip(answer.items, answer.key, strict=True) if "fits" in answer.categories[n]}
    return fits == set(trace.final.feasible) and len(trace.final.nodes) == len(answer.items)


def reported(question, trace):
    return trace.final.node is None and trace.final.message.startswith(option(question))


def scored(question, trace):
    cycle = trace.final
    names = ("NodeResourcesFit", "NodeResourcesBalancedAllocation")
    columns = {each.plugin: dict(zip(cycle.feasible, each.scores, strict=True)) for each in cycle.columns}
    return all(
        (fits == "yes") == (node in cycle.feasible)
        and (fits == "no" or [str(columns[name][node]) for name in names] == [least, balanced])
        for node, fits, least, balanced, _ in rows_of(question)
    )


def assigned(question, trace):
    return f"`{trace.final.node}`" == option(question)


def answered(question, trace):
    return [(said.words, str(said.code)) for said in trace.final.said] == [row[:2] for row in rows_of(question)]


def charged(question, trace):
    """A code and a count of pods for each request; the quota is in the store."""
    counts, last = [], "0"
    for step in trace.steps:
        last = str(int(last) + (step.event.kind == "201"))
        counts.append((step.event.kind, last))
    return counts == [row[1:3] for row in rows_of(question)]


def stored(question, trace):
    refused = {said.words: said.code != 201 for said in trace.final.said}
    return all(refused.get(words) == (request == "-") for words, request, _ in rows_of(question))


def created(question, trace):
    times = [re.match(r"(\d+) s", step.event.text)[1] for step in trace.steps if step.event.kind == "create"]
    return times == [row[2] for row in rows_of(question) if row[2] != "-"]


SHOWN_BY_CLUSTER = {
    "rollout-steps": rolled,
    "rollout-stalls": stalled,
    "replica-set-reactions": reacted,
    "why-each-node": filtered,
    "pending-message": reported,
    "scores-of-nodes": scored,
    "where-it-goes": assigned,
    "http-answers": answered,
    "quota-answers": charged,
    "limits-filled-in": stored,
    "job-pods": created,
}

RULES_OF_CLUSTER = {
    "rollout-limits", "scaled-amid-rollout", "deleted-first", "tolerated-nodes", "daemon-nodes", "service-endpoints",
    "selected-pods", "qos-classes", "cron-next", "cron-after-outage", "pod-phases", "pod-columns",
    "stateful-set-order",
}  # fmt: skip
"""Generators whose key is one function of what the prompt states."""
