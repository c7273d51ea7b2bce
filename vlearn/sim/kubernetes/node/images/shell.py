"""Simple command lines and scripts of a shell, read as programs: `sh -c "sleep 5; exit 1"` ends after 5 s with code 1.

Understands lists with ; && ||, `while true` and `for` loops, `trap`, and the commands in the tables here; files are
known by touch, rm, cat and test. Leaves out variables, pipes, `if` and functions: a script that has them runs for ever.
A condition of `while` or `until` other than true, : and sleep counts as met at once. chapter 10's shell does all this
for real, on a host of its own; here a thousand containers a second must start.
"""

import re
import shlex
from dataclasses import replace
from functools import lru_cache

from vlearn.sim.kubernetes.node.images.commands import KNOWN, SHELLS, Beyond, Exit, Run, command
from vlearn.sim.kubernetes.node.images.program import Program

MOST_STEPS = 10_000
"""Commands of one script; with more it is taken to run for ever."""
_COMPOUND = frozenset({"if", "case", "function", "{", "(", "select"})


@lru_cache(maxsize=4096)
def interpret(words: tuple[str, ...]) -> Program:
    """The program of a command line. The first word may be a shell with -c, a shell alone, or a command."""
    run = Run()
    try:
        _command(list(words), run, direct=True)
    except Exit:
        pass
    except Beyond:
        return Program(stops=None)
    except ValueError:
        return Program(exits=0.0, code=2, says=((0.0, "sh: syntax error: unterminated quoted string"),))
    program = Program(
        exits=None if run.endless else run.age,
        code=run.code,
        says=tuple(run.says),
        files=tuple(run.files),
        period=run.period,
        memory=run.memory,
        stops=None,
    )
    return program if run.trap is None else replace(program, stops=0.0, stop_code=run.trap)


def _script(text: str, run: Run) -> None:
    text = re.sub(r"[0-9]?>&[0-9]", "", text).replace("\\\n", " ").replace("\n", " ; ")
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split, lexer.commenters = True, ""
    _block(list(lexer), run)


def _block(tokens: list[str], run: Run) -> None:
    """A list of statements; && and || look at the code of the one before."""
    goes, at = True, 0
    while at < len(tokens):
        if tokens[at] in (";", "&&", "||"):
            goes = {"&&": run.code == 0, "||": run.code != 0}.get(tokens[at], True)
            at += 1
            continue
        if set(tokens[at]) <= set(";&|") or tokens[at] in _COMPOUND:
            raise Beyond
        if tokens[at] in ("while", "until", "for"):
            end = _done(tokens, at)
            if goes:
                _loop(tokens[at:end], run)
            at = end + 1
            continue
        end = next((n for n in range(at, len(tokens)) if tokens[n] in (";", "&&", "||")), len(tokens))
        if goes:
            _command(tokens[at:end], run)
        at = end


def _done(tokens: list[str], start: int) -> int:
    depth = 0
    for at in range(start, len(tokens)):
        depth += tokens[at] == "do"
        depth -= tokens[at] == "done"
        if tokens[at] == "done" and depth == 0:
            return at
    raise Beyond


def _loop(tokens: list[str], run: Run) -> None:
    """From `while` or `for` up to its `done`."""
    middle = tokens.index("do")
    head, body = [token for token in tokens[1:middle] if token != ";"], tokens[middle + 1 :]
    if tokens[0] == "for":
        for value in head[2:]:
            name = re.compile(rf"\$(?:{re.escape(head[0])}\b|\{{{re.escape(head[0])}\}})")
            _block([name.sub(value, token) for token in body], run)
        return
    if not head or head[0] not in ("true", ":", "sleep", "["):
        return  # the condition is met
    if tokens[0] == "until":
        raise Beyond
    before, said = run.age, len(run.says)
    if head[0] == "sleep":
        _command(head, run)
    _block(body, run)
    run.endless = True
    if said == 0 and run.age > before:  # lines before the loop would come again with it
        run.says = [(at - before, text) for at, text in run.says]
        run.period = run.age - before
    raise Exit


def _command(words: list[str], run: Run, direct: bool = False) -> None:
    run.steps += 1
    if run.steps > MOST_STEPS:
        raise Beyond
    words, into = _redirected(words)
    if into:
        run.files.append((run.age, into, True))
    if words and words[0] == "exec":
        words = words[1:]
    if not words:
        return
    name, rest = words[0].rpartition("/")[2] or words[0], words[1:]
    run.code = 0
    if name in SHELLS:
        _shell(rest, run)
    elif name in KNOWN:
        command(name, rest, run, prints=not into)
    else:
        run.code = 127
        if not direct:
            run.says.append((run.age, f"sh: {words[0]}: not found"))


def _redirected(words: list[str]) -> tuple[list[str], str]:
    for at, word in enumerate(words):
        if word.startswith(">"):
            target = word.lstrip(">") or (words[at + 1] if at + 1 < len(words) else "")
            return words[:at], target if target != "/dev/null" else ""
    return words, ""


def _shell(rest: list[str], run: Run) -> None:
    flags = [word for word in rest if word.startswith("-")]
    texts = [word for word in rest if not word.startswith("-")]
    if any("c" in flag for flag in flags) and texts:
        _script(texts[0], run)  # without -c, and nothing on its input, a shell ends at once
