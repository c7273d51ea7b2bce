"""Runs the recorded facts about cgroups and network namespaces: their very commands, in a shell over the models."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance.kernel_shell import Kernel, NotModelled, Shell

MEASURED = (
    (re.compile(r"time=[\d.]+ ms"), "time=T ms"),
    (re.compile(r"= [\d./]+ ms"), "= T ms"),
    (re.compile(r"line 1: +\d+ Killed.*"), "Killed"),
)
"""What a clock or a counter of processes decides."""


def fact(case: Mapping[str, Any]) -> str | None:
    """The exit status, the output and the errors of the fact's command, on the models."""
    if case.get("weak"):
        pytest.skip(f"recorded with noise: {case['weak']}")
    shell = Shell(Kernel.as_recorded())
    try:
        status = shell.script(case["cmd"])
    except NotModelled as missing:
        pytest.skip(f"the test's shell has no {missing}")
    answers = {"rc": (case["rc"], status), "stdout": (case["stdout"], shell.out), "stderr": (case["stderr"], shell.err)}
    for name, (recorded, modelled) in answers.items():
        if _plain(recorded) != _plain(modelled):
            return f"{name}: the kernel has {recorded!r}, the model {modelled!r}"
    return None


def _plain(value: object) -> str:
    text = str(value).strip()
    for pattern, replacement in MEASURED:
        text = pattern.sub(replacement, text)
    return text
