"""Whether the run of a question about Raft shows what its key says, by the generator's name."""


def elected(question, trace):
    options = question.answer.options
    won = {step.event.touches[0] for step in trace.steps if step.event.kind == "elected"}
    return won == {options[n].text for n in question.answer.correct}


def committed(question, trace):
    answer = question.answer
    commit = trace.final.member("S1").commit
    told = answer.options[answer.correct].text
    return told.endswith(f" {commit}") if commit else told == "No entry yet"


def written(question, trace):
    answer = question.answer
    told = answer.options[answer.correct].text
    leaders = {step.event.touches[0] for step in trace.steps if step.event.kind == "committed"}
    return all(leader in told for leader in leaders) and bool(leaders) == told.startswith("The room")


SHOWN_BY_RAFT = {"who-can-win": elected, "committed-up-to": committed, "which-room-writes": written}
