"""Go's filepath.Match with `**` besides: the patterns of .dockerignore, and without `**` those of COPY and ADD.

`*` and `?` stop at a slash; `[a-z]` and `[^a-z]` are classes; a backslash makes the next character ordinary. `**` is
any number of directories, none too, and at the end everything below. Rules: path/filepath and moby/patternmatcher.
"""

import re
from functools import lru_cache

from vlearn.sim.images.errors import IgnoreError

BAD = "syntax error in pattern"


def check(pattern: str) -> None:
    """Raises IgnoreError where filepath.Match gives ErrBadPattern."""
    _whole(pattern)


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern matches one name of a path. Raises IgnoreError for a malformed pattern."""
    return _whole(pattern).fullmatch(name) is not None


def reaches(pattern: str, path: str) -> bool:
    """Whether a pattern matches a path or a directory that it lies in."""
    parts, steps = path.split("/"), _steps(pattern)
    if steps is None:
        whole = _whole(pattern)
        return any(whole.fullmatch("/".join(parts[:n])) for n in range(len(parts), 0, -1))
    here = _through({0}, steps)
    for part in parts:
        moves = ((n, steps[n]) for n in here if n < len(steps))
        here = {n if step is None else n + 1 for n, step in moves if step is None or step.fullmatch(part)}
        here = _through(here, steps)
        if len(steps) in here:
            return True
    return False


@lru_cache(1024)
def _steps(pattern: str) -> tuple[re.Pattern[str] | None, ...] | None:
    """The pattern by directories, None for `**`; all None if it must be matched whole.

    Directories are matched one after another, all places of the pattern at once, so that no pattern takes long. Only
    where `**` is part of a longer name (`a**b`), or a slash is in a class, this cannot be done.
    """
    parts = pattern.split("/")
    if any("**" in part and part != "**" for part in parts):
        return None
    try:
        steps = [None if part == "**" else _whole(part) for part in parts]
    except IgnoreError:
        return None
    return (*steps, _whole("*")) if steps[-1] is None else tuple(steps)


def _through(here: set[int], steps: tuple[re.Pattern[str] | None, ...]) -> set[int]:
    """The places with those behind a `**`, which may stand for no directory."""
    out = set(here)
    for n in here:
        while n < len(steps) and steps[n] is None:
            n += 1
            out.add(n)
    return out


@lru_cache(1024)
def _whole(pattern: str) -> re.Pattern[str]:
    """The pattern as one regular expression."""
    if pattern.startswith("**") and not re.search(r"[*?\[\\]", pattern[2:]) and pattern[2:3] not in ("", "/"):
        return re.compile(".*" + re.escape(pattern[2:]), re.DOTALL)  # `**file` is any path that ends so, `myfile` too
    pieces, at = [""], 0
    while at < len(pattern):
        letter = pattern[at]
        at += 1
        if letter == "*" and not pattern.startswith("*", at):
            pieces.append("")
        elif letter == "*":
            while pattern.startswith("*", at):
                at += 1
            at += pattern.startswith("/", at)
            pieces[-1] += ".*" if at == len(pattern) else "(?:.*/)?"
        elif letter == "?":
            pieces[-1] += "[^/]"
        elif letter == "[":
            inside, at = _class(pattern, at)
            pieces[-1] += inside
        elif letter == "\\":
            if at == len(pattern):
                raise IgnoreError(BAD)
            pieces[-1] += re.escape(pattern[at])
            at += 1
        else:
            pieces[-1] += re.escape(letter)
    if "/" in pattern or "**" in pattern or len(pieces) < 3:
        return re.compile("[^/]*".join(pieces), re.DOTALL)
    first, *middle, last = pieces
    # within one name a star may take as little as lets the next piece follow, and need never try again
    return re.compile(f"{first}{''.join(f'(?>[^/]*?{piece})' for piece in middle)}[^/]*{last}", re.DOTALL)


def _class(pattern: str, at: int) -> tuple[str, int]:
    """What stands behind `[`, up to and with the `]`: ranges, `^` for all others; it is never empty."""
    negated = pattern.startswith("^", at)
    at += negated
    ranges: list[str] = []
    while at < len(pattern) and (pattern[at] != "]" or not ranges):
        low, at = _member(pattern, at)
        high = low
        if pattern.startswith("-", at):
            high, at = _member(pattern, at + 1)
        # a range that runs backwards is empty in Go and an error in Python
        ranges.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else "")
    if at >= len(pattern):
        raise IgnoreError(BAD)
    inside = "".join(ranges)
    if not inside:
        return ("." if negated else "(?!)"), at + 1
    return f"[{'^' * negated}{inside}]", at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    """One character of a class, which may be escaped."""
    escaped = pattern.startswith("\\", at)
    at += escaped
    if at >= len(pattern) or (not escaped and pattern[at] in "-]"):
        raise IgnoreError(BAD)
    return pattern[at], at + 1
