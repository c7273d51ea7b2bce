"""The statements of a Jenkinsfile: `name`, arguments with or without brackets, and perhaps a block.

It knows no directive but `pipeline` and those whose block is free Groovy: it leaps over these blocks, and over what
stands outside of the pipeline. What Groovy allows besides is refused with its line.
"""

from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.delivery.jenkins_tokens import Reader, tokens
from vlearn.sim.delivery.jenkins_values import DEEPEST, Statement, arguments, value_of

GROOVY = ("script", "expression")
"""Their blocks are programs."""
BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a file, one inside the other. Raises ModelError with the line."""
    reader = Reader(tokens(text))
    found = []
    reader.skip_newlines()
    while reader.here.kind != "end":
        found.append(_statement(reader) if reader.here.text == "pipeline" else _leapt(reader))
        reader.skip_newlines()
    return tuple(found)


def _leapt(reader: Reader) -> Statement:
    """A statement of which no more is kept than its name: it ends with its line, or with its last bracket."""
    first, depth = reader.here, 0
    name = f"@{reader.found[reader.place + 1].text}" if reader.sees("@") else first.text
    while reader.here.kind != "end" and (depth or reader.here.kind != "newline"):
        depth += (reader.here.kind == "mark") * BRACKETS.get(reader.here.text, 0)
        if depth < 0:
            raise ModelError(f"line {reader.here.line}: {reader.here} closes nothing")
        reader.take()
    return Statement(name, first.line)


def _block(reader: Reader) -> tuple[Statement, ...]:
    """Statements up to what ends a block."""
    reader.depth += 1
    if reader.depth > DEEPEST:
        raise ModelError(f"line {reader.here.line}: blocks are nested more than {DEEPEST} deep")
    found = []
    reader.skip_newlines()
    while reader.here.kind != "end" and not reader.sees("}"):
        found.append(_statement(reader))
        reader.skip_newlines()
    reader.depth -= 1
    return tuple(found)


def _statement(reader: Reader) -> Statement:
    first = reader.take()
    if first.kind != "word":
        raise ModelError(f"line {first.line}: a statement begins with a name, not with {first}")
    if reader.sees("="):
        reader.take()
        return Statement(first.text, first.line, (value_of(reader),), assigns=True)
    found = Statement(first.text, first.line)
    if reader.sees("("):
        found = arguments(reader, found, ")")
    elif reader.here.kind not in ("newline", "end") and not reader.sees("{") and not reader.sees("}"):
        found = arguments(reader, found, "")
    if reader.sees("{"):
        found = replace(found, block=_braces(reader, found))
    if reader.here.kind not in ("newline", "end") and not reader.sees("}"):
        words = f"{reader.here} after {first.text} is not read: each statement has a line of its own"
        raise ModelError(f"line {reader.here.line}: {words}")
    return found


def _braces(reader: Reader, owner: Statement) -> tuple[Statement, ...]:
    opened = f"for the block of {owner.name} that begins on line {owner.line}"
    reader.take()
    if owner.name not in GROOVY:
        inner = _block(reader)
        reader.expect("}", opened)
        return inner
    depth = 1
    while depth:
        if reader.here.kind == "end":
            reader.expect("}", opened)
        depth += reader.sees("{") - reader.sees("}")
        reader.take()
    return ()
