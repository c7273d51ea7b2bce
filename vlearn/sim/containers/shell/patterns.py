"""Patterns of file names and of `case` (POSIX, 2.13), and bash's braces."""

import re
from functools import lru_cache

MAGIC = re.compile(r"(?<!\\)[*?[]")
BRACES = re.compile(r"\{(-?\d+)\.\.(-?\d+)\}|\{([^{},\s]*(?:,[^{},\s]*)+)\}")


def escaped(text: str) -> str:
    """A pattern that matches this text alone."""
    return re.sub(r"([\\*?\[\]])", r"\\\1", text)


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression for whole texts."""
    return re.compile(translated(pattern), re.DOTALL)


def translated(pattern: str, greedy: bool = True) -> str:
    """A pattern in the language of regular expressions."""
    out, at = [], 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            out.append(".*" if greedy else ".*?")
        elif char == "?":
            out.append(".")
        elif char == "\\" and at < len(pattern):
            out.append(re.escape(pattern[at]))
            at += 1
        elif char == "[" and (end := _bracket_end(pattern, at)):
            inside = pattern[at:end]
            negated = inside[:1] in ("!", "^")
            body = inside[negated:].replace("\\", "\\\\").replace("[", "\\[")
            for name, range_ in CLASSES.items():
                body = body.replace(f"\\[:{name}:]", range_)
            out.append(f"[{'^' if negated else ''}{body.replace(']', chr(92) + ']')}]")
            at = end + 1
        else:
            out.append(re.escape(char))
    return "".join(out)


CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "space": r" \t\n\r\f\v",
    "upper": "A-Z",
    "lower": "a-z",
    "punct": r"!-/:-@\\[-`{-~",
}


def _bracket_end(pattern: str, at: int) -> int | None:
    begin = at + (pattern[at : at + 1] in ("!", "^"))
    begin += pattern[begin : begin + 1] == "]"
    while begin < len(pattern) and pattern[begin] != "]":
        begin = pattern.find(":]", begin) + 2 if pattern.startswith("[:", begin) else begin + 1
    return begin if begin < len(pattern) else None


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a whole text."""
    return bool(compiled(pattern).fullmatch(text))


def without_prefix(text: str, pattern: str, longest: bool) -> str:
    """`${x#pattern}` and `${x##pattern}`."""
    ends = range(len(text), -1, -1) if longest else range(len(text) + 1)
    return next((text[end:] for end in ends if matches(pattern, text[:end])), text)


def without_suffix(text: str, pattern: str, longest: bool) -> str:
    """`${x%pattern}` and `${x%%pattern}`."""
    starts = range(len(text) + 1) if longest else range(len(text), -1, -1)
    return next((text[:start] for start in starts if matches(pattern, text[start:])), text)


def braces(text: str) -> tuple[str, ...]:
    """`{a,b}` and `{1..3}` spelled out; braces that are neither stay as they are."""
    found = BRACES.search(text)
    if not found:
        return (text,)
    first, last, words = found.groups()
    if words is None:
        start, stop = int(first), int(last)
        step = 1 if start <= stop else -1
        inside = [str(number) for number in range(start, stop + step, step)]
    else:
        inside = words.split(",")
    before, after = text[: found.start()], text[found.end() :]
    return tuple(f"{before}{one}{rest}" for one in inside for rest in braces(after))
