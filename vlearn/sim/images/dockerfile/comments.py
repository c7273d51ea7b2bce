"""Why a comment behind an instruction is none: what becomes of the `#` in each kind of instruction.

Only a `#` that is the first character of its line opens a comment. Elsewhere the rest of the line goes to whoever reads
the arguments, and they differ: FROM counts words, WORKDIR takes all as one path, the shell of a RUN knows comments too.
"""

import re
from dataclasses import dataclass

from vlearn.sim.images.dockerfile.forms import FORMS

BEHIND = re.compile(r"(?<=\s)#(?![\w{].*[}\"']\s*$).*$")
BROKEN = re.compile(r"[\\`]\s+#.*$")
MEANS = {
    "FROM": "FROM takes its words as arguments and wants one or three",
    "WORKDIR": "WORKDIR takes the whole rest of the line as one path, `#` and all",
    "USER": "USER takes the whole rest of the line as one name",
    "STOPSIGNAL": "STOPSIGNAL takes the whole rest of the line as one signal",
    "MAINTAINER": "MAINTAINER takes the whole rest of the line as one name",
    "EXPOSE": "EXPOSE takes each word as a port",
    "VOLUME": "VOLUME takes each word as a path",
    "COPY": "COPY takes each word as a path, the last one as the destination",
    "ADD": "ADD takes each word as a path, the last one as the destination",
    "ENV": "ENV takes each word as a name=value",
    "LABEL": "LABEL takes each word as a name=value",
    "ARG": "ARG takes each word as the name of an argument",
    "RUN": "RUN gives it to the shell, which takes it as a comment of its own",
    "CMD": "behind a JSON array it makes the whole no JSON, so CMD takes all of it as text for the shell",
    "ENTRYPOINT": "behind a JSON array it makes the whole no JSON, so ENTRYPOINT takes all of it as text for the shell",
    "SHELL": "behind a JSON array it makes the whole no JSON, which SHELL needs",
    "HEALTHCHECK": "HEALTHCHECK takes it as part of the command",
    "ONBUILD": "ONBUILD keeps it as part of the instruction",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A `#` on a line that is taken as an argument, and what that does."""

    line: int
    text: str


def comments_behind(text: str) -> tuple[Remark, ...]:
    """A remark for each line of a Dockerfile with a `#` behind an instruction or behind a continuation mark."""
    return tuple(filter(None, (_remark(n, raw) for n, raw in enumerate(text.split("\n"), 1))))


def hint(text: str, line: int) -> str:
    """What a `#` on this line or the one before has to do with a fault here; empty if there is none."""
    lines = text.split("\n")
    for n in (line - 1, line):
        remark = _remark(n, lines[n - 1]) if 1 <= n <= len(lines) else None
        if remark and (n == line or BROKEN.search(lines[n - 1])):
            return f"line {n}: {remark.text}"
    return ""


def _remark(n: int, raw: str) -> Remark | None:
    found = None if raw.lstrip().startswith("#") else BEHIND.search(raw)
    if not found:
        return None
    comment = f"`{found[0].rstrip()}` is no comment: `#` opens one only at the start of a line"
    if BROKEN.search(raw):
        return Remark(n, f"{comment}, and a continuation mark must be the last character, so the instruction ends here")
    keyword = raw.split(None, 1)[0].upper()
    if keyword not in FORMS:
        return None
    return Remark(n, f"{comment}; {MEANS[keyword]}")
