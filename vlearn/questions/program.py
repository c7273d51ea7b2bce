"""Grading a program: its cases run in a separate Python process, which is stopped when it takes too long.

This protects against accidents (endless loops, runaway memory, files left about), not against an attacker: grade the
programs of strangers in a container. The values a call must return stay in this process, and are compared exactly.
"""

import ast
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from vlearn.questions.credit import Part, Parts
from vlearn.questions.model import Case, Program
from vlearn.questions.responses import shortened
from vlearn.render.markdown import verbatim

SECONDS = 5
"""How long a program may take for all its cases."""

MEMORY = 1 << 29
"""How much memory, in bytes, it may use; where the system can bound it."""

WRITTEN = 1 << 20
"""How large, in bytes, a file it writes may be, and all that its calls return."""

_CHILD = Path(__file__).with_name("program_child.py")


def program(answer: Program, source: str, seconds: int = SECONDS) -> Parts:
    """A part for each case."""
    results = _run(source, [case.call for case in answer.cases], seconds)
    if results and "broken" in results[0]:
        return (Part(Fraction(0), f"the program does not run: {verbatim(results[0]['broken'])}", missed=Fraction(1)),)
    share = Fraction(1, len(answer.cases))
    silent = f"gave no result: the program ended before, or took longer than {seconds} s"
    return tuple(
        case_part(case, results[n], share)
        if n < len(results)
        else Part(Fraction(0), f"{verbatim(case.call)} {silent}", missed=share)
        for n, case in enumerate(answer.cases)
    )


def case_part(case: Case, result: dict[str, str], share: Fraction) -> Part:
    """What a call earns, given what it returned or raised as `program_child.outcome` says it."""
    call = verbatim(case.call)
    if "error" in result:
        return Part(Fraction(0), f"{call} raised {verbatim(result['error'])}", missed=share)
    shown = verbatim(shortened(result["value"]))
    try:
        right = ast.literal_eval(result["value"]) == ast.literal_eval(case.expected)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return Part(Fraction(0), f"{call} returned {shown}, which is no plain value", missed=share)
    earned, missed, verdict = (share, Fraction(0), "right") if right else (Fraction(0), share, "wrong")
    return Part(earned, f"{call} returned {shown}, which is {verdict}", missed)


def _run(source: str, calls: list[str], seconds: int) -> list[dict[str, str]]:
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryDirectory() as working:
        results = Path(kept) / "results"
        limits = {"seconds": seconds, "memory": MEMORY, "written": WRITTEN}
        job = {"source": source, "calls": calls, "results": str(results), **limits}
        with subprocess.Popen(
            [sys.executable, "-I", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=working,
            start_new_session=True,
        ) as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(json.dumps(job).encode(), timeout=seconds)
            _stop(process)
        if not results.exists():
            return []
        lines = results.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        # A process that was stopped may leave its last line unfinished.
        return [json.loads(line) for line in lines if line.endswith("\n")]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and those that it started and left behind."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
