"""Whether the run of a question about Docker shows what its key says, by the generator's name."""

import re

OFFLINE = "Temporary failure in name resolution"


def rebuilt(question, trace):
    answer = question.answer
    said = {
        item.strip("`"): answer.categories[n] == "taken from the cache"
        for item, n in zip(answer.items, answer.key, strict=True)
    }
    return said == {one.text: one.cached for one in trace.final.outcomes if one.layer}


def layered(question, trace):
    return len(trace.final.stages[-1].layers) == question.answer.value


def uploaded(question, trace):
    """What each push had moved when it sent its manifest."""
    sent = [step.state for step in trace.steps if step.event.kind == "manifest-put"]
    moved = [sum(piece.moved for piece in state.pieces if piece.what == "layer") for state in sent]
    return moved == [int(row[1]) for row in question.answer.rows]


def downloaded(question, trace):
    return sum(piece.moved for piece in trace.final.pieces if piece.what == "layer") == question.answer.value


def ended(question, trace):
    """Each row's last line: what `docker wait` prints, else the code that it ends with."""
    hosts = [[]]
    for said in trace.final:
        if said.line.startswith("#"):
            hosts.append([])
        else:
            hosts[-1].append(said)
    seen = [("; ".join(f"`{said.line}`" for said in host), _code(host[-1])) for host in hosts]
    return seen == [tuple(row) for row in question.answer.rows]


def _code(said):
    return said.text.strip() if said.line.startswith("docker wait") else str(said.code)


def started(question, trace):
    """The starts that `docker events` lists; a start that two lists have is one."""
    listed = {line for said in trace.final for line in said.text.splitlines() if "docker events" in said.line}
    return len(listed) == question.answer.value


def found(question, trace):
    pings = {}
    for said in trace.final:
        if match := re.fullmatch(r"docker exec (\S+) ping -c 1 (\S+)", said.line):
            pings[f"`{match[1]}` asks for `{match[2]}`"] = "not found" if OFFLINE in said.text else "found"
    answer = question.answer
    return pings == {item: answer.categories[n] for item, n in zip(answer.items, answer.key, strict=True)}


def refused(question, trace):
    options = question.answer.options
    chosen = {options[n].text.strip("`") for n in question.answer.correct}
    lines = {option.text.strip("`") for option in options}
    return lines == {said.line for said in trace.final} and chosen == {
        said.line for said in trace.final if "port is already allocated" in said.text
    }


def left(question, trace):
    """Each file where the last two lines show it: `docker diff` in the layer, `find` in a directory of the host."""
    changed, here = (said.text.splitlines() for said in trace.final[-2:])
    answer = question.answer
    return all(
        answer.categories[n] == _place(item.strip("`"), changed, here)
        for item, n in zip(answer.items, answer.key, strict=True)
    )


def _place(path, changed, here):
    if f"A {path}" in changed:
        return "in the layer of a stopped container"
    file = path.rpartition("/")[2]
    for line in here:
        if line == f"/srv{path}":
            return "in a directory that somebody chose"
        if volume := re.fullmatch(rf"/var/lib/docker/volumes/(.+)/_data/{re.escape(file)}", line):
            return f"in a volume {'without' if re.fullmatch('[0-9a-f]{64}', volume[1]) else 'with'} a name"
    return "gone"


SHOWN_BY_DOCKER = {
    "steps-rebuilt": rebuilt,
    "count-layers": layered,
    "moved-by-pushes": uploaded,
    "moved-by-pull": downloaded,
    "exit-codes": ended,
    "how-many-starts": started,
    "finds-by-name": found,
    "which-port-refused": refused,
    "left-after-removal": left,
}
