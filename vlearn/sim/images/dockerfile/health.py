"""HEALTHCHECK: the test, and its intervals in Go's notation of durations, as an image's configuration holds them."""

import re
from typing import Any

from vlearn.sim.images.dockerfile.instruction import Instruction
from vlearn.sim.images.errors import DockerfileError

NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
PART = re.compile(r"(\d+\.?\d*|\.\d+)([^\d.]*)", re.ASCII)
SHORTEST = 10**6
INTERVALS = {
    "interval": "Interval",
    "timeout": "Timeout",
    "start-period": "StartPeriod",
    "start-interval": "StartInterval",
}
LONGEST = 2**63 - 1


def duration(text: str) -> int:
    """Nanoseconds of Go's `1m30s`. Raises DockerfileError in the words of time.ParseDuration."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    if unsigned == "0":
        return 0
    total, at = 0, 0
    while at < len(unsigned) and (match := PART.match(unsigned, at)):
        number, unit = match.groups()
        if not unit:
            raise DockerfileError(f'time: missing unit in duration "{text}"')
        if unit not in NANOSECONDS:
            raise DockerfileError(f'time: unknown unit "{unit}" in duration "{text}"')
        whole, _, fraction = number[:40].partition(".")
        total += int(whole or 0) * NANOSECONDS[unit] + int(fraction or 0) * NANOSECONDS[unit] // 10 ** len(fraction)
        at = match.end()
    if at < len(unsigned) or not unsigned or total > LONGEST:
        raise DockerfileError(f'time: invalid duration "{text}"')
    return -total if text[0] == "-" else total


def health_check(made: Instruction) -> dict[str, Any]:
    """The `Healthcheck` of the configuration."""
    kind, *command = made.arguments
    if kind.upper() == "NONE":
        if command:
            raise DockerfileError("HEALTHCHECK NONE takes no arguments")
        return {"Test": ["NONE"]}
    if kind.upper() != "CMD":
        raise DockerfileError(f'Unknown type "{kind.upper()}" in HEALTHCHECK (try CMD)')
    if not command:
        raise DockerfileError("Missing command after HEALTHCHECK CMD")
    check: dict[str, Any] = {"Test": ["CMD" if made.exec_form else "CMD-SHELL", *command]}
    for flag, key in INTERVALS.items():
        if given := made.flag(flag):
            length = duration(given)
            if length and length < SHORTEST:
                raise DockerfileError(f'Interval "{flag}" cannot be less than 1ms')
            if length:
                check[key] = length
    if retries := made.flag("retries"):
        if not re.fullmatch(r"[+-]?\d{1,10}", retries, re.ASCII) or not -(2**31) <= int(retries) < 2**31:
            raise DockerfileError(f'strconv.ParseInt: parsing "{retries}": invalid syntax')
        if int(retries) < 0:
            raise DockerfileError(f"--retries cannot be negative ({int(retries)})")
        check["Retries"] = int(retries)
    return check
