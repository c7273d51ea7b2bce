"""Simple command lines and scripts of a shell, read as programs: `sh -c "sleep 5; exit 1"` ends after 5 s with code 1.

Understands lists with ; && ||, `while true` and `for` loops, `trap`, and the commands in the tables here; files are
known by touch, rm, cat and test. Leaves out variables, pipes, `if` and functions: a script that has them runs for ever.
A condition of `while` or `until` other than true, : and sleep counts as met at once. chapter 10's shell does all this
for real, on a host of its own; here a thousand containers a second must start.
"""

import re
import shlex
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from vlearn.sim.kubernetes.node.images.program import MIB, Program

SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_QUIET = """
mkdir env hostname wget curl nslookup ping export set cd cp mv chmod chown ln id uname ps whoami grep sed awk cut expr
seq df mount ip date pwd head sort tr wc find kill nc dd du tee true : sync ulimit umask
"""
_OTHER = "sleep echo printf false exit touch rm cat ls test [ tail stress trap"
QUIET = frozenset(_QUIET.split())
ENDLESS = frozenset({"httpd", "yes", "top", "wait", "/pause", "pause", "crond", "syslogd"})
KNOWN = QUIET | ENDLESS | SHELLS | frozenset(_OTHER.split())
MOST_STEPS = 10_000
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhd]?)")
_BYTES = re.compile(r"([0-9]+)([BKMG]?)", re.IGNORECASE)
_COMPOUND = frozenset({"if", "case", "function", "{", "(", "select"})


class _Beyond(Exception):
    """The script has what this reader does not understand."""


class _Exit(Exception):
    """The script ends, or goes on for ever."""


@dataclass(slots=True)
class _Run:
    """A script on its way: how long it has run, what it has said and done."""

    age: float = 0.0
    code: int = 0
    says: list[tuple[float, str]] = field(default_factory=list)
    files: list[tuple[float, str, bool]] = field(default_factory=list)
    endless: bool = False
    period: float | None = None
    trap: int | None = None
    memory: int = MIB
    steps: int = 0


@lru_cache(maxsize=4096)
def interpret(words: tuple[str, ...]) -> Program:
    """The program of a command line. The first word may be a shell with -c, a shell alone, or a command."""
    run = _Run()
    try:
        _command(list(words), run, direct=True)
    except _Exit:
        pass
    except _Beyond:
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


def _script(text: str, run: _Run) -> None:
    text = re.sub(r"[0-9]?>&[0-9]", "", text).replace("\\\n", " ").replace("\n", " ; ")
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split, lexer.commenters = True, ""
    _block(list(lexer), run)


def _block(tokens: list[str], run: _Run) -> None:
    """A list of statements; && and || look at the code of the one before."""
    goes, at = True, 0
    while at < len(tokens):
        if tokens[at] in (";", "&&", "||"):
            goes = {"&&": run.code == 0, "||": run.code != 0}.get(tokens[at], True)
            at += 1
            continue
        if set(tokens[at]) <= set(";&|") or tokens[at] in _COMPOUND:
            raise _Beyond
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
    raise _Beyond


def _loop(tokens: list[str], run: _Run) -> None:
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
        raise _Beyond
    before, said = run.age, len(run.says)
    if head[0] == "sleep":
        _command(head, run)
    _block(body, run)
    run.endless = True
    if said == 0 and run.age > before:  # lines before the loop would come again with it
        run.says = [(at - before, text) for at, text in run.says]
        run.period = run.age - before
    raise _Exit


def _command(words: list[str], run: _Run, direct: bool = False) -> None:
    run.steps += 1
    if run.steps > MOST_STEPS:
        raise _Beyond
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
    elif name == "sleep":
        _sleep(rest, run)
    elif name in ("echo", "printf"):
        if not into:
            run.says.append((run.age, " ".join(word for n, word in enumerate(rest) if n or word not in ("-n", "-e"))))
    elif name in ("exit", "false"):
        run.code = 1 if name == "false" else int(rest[0]) & 255 if rest and rest[0].isdecimal() else 0
        if name == "exit":
            raise _Exit
    elif name in ("touch", "rm"):
        run.files += [(run.age, path, name == "touch") for path in rest if not path.startswith("-")]
    elif name in ("cat", "ls", "test", "["):
        _look(name, rest, run)
    elif name == "trap":
        found = re.search(r"exit ([0-9]+)", rest[0] if rest else "")
        run.trap = int(found[1]) & 255 if found else 0
    elif name in ENDLESS or (name == "tail" and {"-f", "-F"} & set(rest)) or (name == "nc" and "-l" in " ".join(rest)):
        _endless(run)
    elif name == "stress":
        _stress(rest, run)
    elif name not in QUIET and name != "tail":
        run.code = 127
        if not direct:
            run.says.append((run.age, f"sh: {words[0]}: not found"))


def _redirected(words: list[str]) -> tuple[list[str], str]:
    for at, word in enumerate(words):
        if word.startswith(">"):
            target = word.lstrip(">") or (words[at + 1] if at + 1 < len(words) else "")
            return words[:at], target if target != "/dev/null" else ""
    return words, ""


def _shell(rest: list[str], run: _Run) -> None:
    flags = [word for word in rest if word.startswith("-")]
    texts = [word for word in rest if not word.startswith("-")]
    if any("c" in flag for flag in flags) and texts:
        _script(texts[0], run)  # without -c, and nothing on its input, a shell ends at once


def _sleep(rest: list[str], run: _Run) -> None:
    if rest and rest[0] in ("infinity", "inf"):
        _endless(run)
    found = [_DURATION.fullmatch(word) for word in rest]
    if not found or not all(found):
        run.code = 1
        run.says.append((run.age, f"sleep: invalid number '{rest[0] if rest else ''}'"))
        return
    run.age += sum(float(each[1]) * _UNITS[each[2]] for each in found if each)


def _look(name: str, rest: list[str], run: _Run) -> None:
    paths = [word for word in rest if not word.startswith("-") and word != "]"]
    known = Program(files=tuple(run.files))
    absent = [path for path in paths if not known.has_file(path, run.age)]
    if name in ("test", "["):
        run.code = int(bool(absent))
    elif name == "cat" and any(path.startswith("/tmp") for path in absent):  # other files may be in the image
        run.code = 1
        run.says.append((run.age, f"cat: can't open '{absent[0]}': No such file or directory"))


def _stress(rest: list[str], run: _Run) -> None:
    for flag, value in pairwise(rest):
        size = _BYTES.fullmatch(value)
        if flag == "--vm-bytes" and size:
            run.memory = int(size[1]) << {"": 0, "B": 0, "K": 10, "M": 20, "G": 30}[size[2].upper()]
        if flag in ("--timeout", "-t"):
            _sleep([value], run)
            return
    _endless(run)


def _endless(run: _Run) -> None:
    run.endless = True
    raise _Exit
