"""Runs a student's program in a process of its own; `vlearn.questions.program` starts it as a script.

Reads a JSON object from standard input (source, calls, limits, and the file for results) and writes one JSON line for
each call: the `repr` of what it returned, or what it raised. Imports nothing of vlearn, and no value of the key.
"""

import contextlib
import json
import os
import sys
from pathlib import Path
from types import CodeType


def limit(seconds: int, memory: int, written: int) -> None:
    """Bound processor time, memory and file size where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's clock still holds
        return
    for kind, bound in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, written),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, bound))


def outcome(code: CodeType, namespace: dict[str, object]) -> dict[str, str]:
    """What evaluating the code gives: {"value": repr} or {"error": name and message}."""
    try:
        return {"value": repr(eval(code, namespace))}
    except BaseException as error:  # the program may raise anything, even SystemExit
        return {"error": f"{type(error).__name__}: {error}".removesuffix(": ")[:200]}


def main() -> None:
    """Define the program, then make the calls one after another."""
    job = json.load(sys.stdin)
    silent, file = Path(os.devnull), Path(job["results"])
    with silent.open("w", encoding="utf-8") as nowhere, file.open("w", encoding="utf-8") as results:
        limit(job["seconds"], job["memory"], job["written"])
        sys.stdout = sys.stderr = nowhere
        namespace: dict[str, object] = {"__name__": "answer"}
        try:
            exec(compile(job["source"], "answer.py", "exec"), namespace)
        except BaseException as error:
            line = getattr(error, "lineno", None)
            where = f" (line {line})" if line else ""
            results.write(json.dumps({"broken": f"{type(error).__name__}: {error}"[:200] + where}) + "\n")
            return
        for call in job["calls"]:
            found = outcome(compile(call, "call", "eval"), namespace)
            results.write(json.dumps(found) + "\n")
            results.flush()


if __name__ == "__main__":
    main()
