"""Whether the run of a question about containers shows what its key says, by the generator's name."""

import re

from vlearn.questions.generators.containers_memory import NOBODY
from vlearn.questions.generators.containers_scenes import answered
from vlearn.questions.generators.containers_talk import ENDS
from vlearn.sim.containers import Answer
from vlearn.sim.containers.calls import Kill, Msgget
from vlearn.sim.containers.proc_mounts import reachable

A, B = 2, 3
"""The pids, on the host, of the two processes that a question is about."""


def option(question):
    return question.answer.options[question.answer.correct].text


def answers(trace):
    return [step.event for step in trace.steps if isinstance(step.event, Answer)]


def numbered(question, trace):
    """The columns after the host's are the pid namespaces of the processes that they are named after."""
    kernel, answer = trace.final, question.answer
    pids = {name: int(host) for name, host, *_ in answer.rows}
    if {1, *pids.values()} != set(kernel.processes):
        return False
    first = [pids[column.removeprefix("For ")] for column in answer.header[2:]]
    spaces = [kernel.process(pid).namespaces.pid for pid in first]
    return all(kernel.process(pid).is_init for pid in first) and all(
        tuple(cells) == tuple(str(kernel.number_in(pids[name], space) or "-") for space in spaces)
        for name, _, *cells in answer.rows
    )


def ended(question, trace):
    first, worker = (trace.final.processes[pid].ended if pid in trace.final.processes else None for pid in (A, B))
    if first is not None:
        return option(question) == f"The whole container ends; its first process with {first.shell}."
    said = "Nothing ends." if worker is None else f"The worker alone ends, with {worker.shell}."
    return option(question) == said


def mounted(question, trace):
    kernel = trace.final
    seen = [{point for _, point in reachable(kernel, kernel.process(pid))} for pid in (1, A, B)]
    return all(
        tuple(cells) == tuple("yes" if place in points else "no" for points in seen)
        for place, *cells in question.answer.rows
    )


def stated(question, trace):
    """The last call is a stat of the file."""
    return answers(trace)[-1].value.uid == question.answer.value


def refused(question, trace):
    failed = [(n, one.errno) for n, one in enumerate(answers(trace), 1) if one.errno]
    number, errno = re.fullmatch(r"\((\d)\) .*: (\w+)", option(question)).groups()
    return failed == [(int(number), errno)]


def connected(question, trace):
    return option(question) == ENDS[str(getattr(trace.steps[-1].event, "errno", ""))][0]


def measured(question, trace):
    """What the scheduler gave the group in one second."""
    path = (re.search(r"does `(\w+)` get", question.prompt[0].markdown)[1],)
    given = trace.final.used(path) if path in trace.final.tree.groups else 0
    return abs(given / 1000 - question.answer.value) <= question.answer.tolerance


def done(question, trace):
    finished = [step.state.now for step in trace.steps if step.event.kind == "finish"]
    return bool(finished) and max(finished) / 1000 == question.answer.value


def killed(question, trace):
    dead, text = set(trace.final.killed), option(question)
    if text.startswith("All three"):
        return dead == set(trace.start.hierarchies[""].processes(("shop",)))
    return dead == {int(pid) for pid in re.findall(r"\((\d+)\)", text)} and (text == NOBODY) == (not dead)


def shared(question, trace):
    """Which of the statements hold in the last state: each is put to the machine."""
    chosen = {question.answer.options[n].text for n in question.answer.correct}
    return chosen == {one.text for one in question.answer.options if _holds(one.text, trace.final)}


def _holds(words, kernel):
    a, b = kernel.process(A).namespaces, kernel.process(B).namespaces
    if found := re.fullmatch(r"The hostname of B is (\w+)\.", words):
        return kernel.namespaces[b.uts].hostname == found[1]
    if found := re.search(r"by key (\d+)", words):
        return not answered(kernel, Msgget(B, int(found[1]), create=False))[1].errno
    if found := re.search(r"tmpfs of A on (\S+)\.", words):
        return found[1] in {point for _, point in reachable(kernel, kernel.process(B))}
    if "can listen on port" in words:
        return a.net != b.net
    number = kernel.number_in(A, b.pid)
    return bool(number) and not answered(kernel, Kill(B, number, "SIGTERM"))[1].errno


SHOWN_BY_CONTAINERS = {
    "pids-in-namespaces": numbered,
    "exit-status": ended,
    "mounts-seen": mounted,
    "uid-outside": stated,
    "which-call-fails": refused,
    "how-connect-ends": connected,
    "processor-time": measured,
    "done-under-quota": done,
    "who-is-killed": killed,
    "what-two-share": shared,
}
