"""Which system call fails on an overlay, and with which errno: a run of calls whose results are to be filled in."""

from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.files import ERRNO, Overlay, Plain, filesystem_of, mount
from vlearn.sim.files.steps import Operation, operate
from vlearn.trace import Trace, run
from vlearn.views.files_layers import draw

HEADER = ("Call", "Result")
LENGTH = 6
NAMES = ("bin", "data", "doc", "lib", "share", "src", "tools")
FILES = ("a", "b", "index", "main", "notes", "todo")


def results_of_calls(rng: Random) -> Posed:
    """Fill in `ok` or the errno of six calls in turn."""
    while True:
        start, words, calls = _scene(rng)
        found = results(run(operate, start, calls), len(calls))
        if "EXDEV" in found and 2 <= found.count("ok") <= 4 and len(set(found)) >= 3:
            break
    rows = tuple((f"`{call_text(call)}`", result) for call, result in zip(calls, found, strict=True))
    prompt = Text(
        f"{words} The upper layer is empty, and `redirect_dir` is off. A program as root makes these system calls in"
        " turn (each shown without its further arguments). Write `ok`, or the errno with which the call fails."
    )
    explained = tuple((call.strip("`"), result, ERRNO[result].when if result in ERRNO else "") for call, result in rows)
    solution = (
        Text(
            "A directory that has lower layers cannot be renamed in place; a file can, and so can a directory that"
            " only the upper layer has, an opaque one included. A whiteout is no entry: it neither makes a name exist"
            " nor a directory non-empty."
        ),
        Table(("Call", "Result", "When this errno is given"), explained),
    )
    answer = TraceTable(HEADER, rows, tuple((n, 1) for n in range(len(rows))))
    return Posed((prompt,), answer, solution, Replay(operate, start, calls, draw))


def results(trace: Trace[Overlay], count: int) -> tuple[str, ...]:
    """`ok` or the errno of every call of a run."""
    found = tuple(
        "ok" if step.event.kind in ("done", "answer") else step.event.kind
        for step in trace.steps
        if step.event.kind in ("done", "answer") or step.event.kind in ERRNO
    )
    assert len(found) == count
    return found


def call_text(call: Operation) -> str:
    """A call as C has it, with its paths alone."""
    paths = [f'"{argument[1:]}"' for argument in call.arguments if isinstance(argument, str)]
    return f"{call.call}({', '.join(paths)})"


def _scene(rng: Random) -> tuple[Overlay, str, tuple[Operation, ...]]:
    folder, new, other, third = rng.sample(NAMES, 4)
    one, two, fresh = rng.sample(FILES, 3)
    lower = filesystem_of([
        {"path": f"{folder}/{one}", "type": "file", "content": one},
        {"path": two, "type": "file", "content": two},
    ])  # fmt: skip
    calls = [
        ("rename", folder, new),
        ("rmdir", folder),
        ("unlink", f"{folder}/{one}"),
        ("mkdir", folder),
        ("mkdir", new),
        ("rename", new, other),
        ("rename", f"{folder}/{one}", fresh),
        ("rename", two, new),
        ("unlink", two),
        ("rename", two, fresh),
        ("rename", two, folder),
        ("unlink", folder),
        ("rmdir", two),
        ("link", two, third),
        ("link", folder, third),
        ("mkdir", f"{two}/{third}"),
    ]
    drawn = [calls[0], *rng.sample(calls[1:], LENGTH - 1)]
    if rng.random() < 0.5:  # the directory is emptied, removed and made anew: now it can move
        tail = [calls[2], calls[1], calls[3], calls[0]]
        drawn = [calls[rng.choice((0, 1))], *tail, rng.choice(calls)]
    else:
        rng.shuffle(drawn)
    words = (
        f"The lower layer of an overlay has the directory `{folder}` with one file, `{folder}/{one}`, and the file"
        f" `{two}`."
    )
    made = tuple(Operation(name, tuple(f"/{path}" for path in paths)) for name, *paths in drawn)
    return mount((lower,), Plain()), words, made
