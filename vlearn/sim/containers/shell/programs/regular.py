"""POSIX regular expressions, basic and extended, in Python's language."""

from vlearn.sim.containers.shell.patterns import CLASSES

PLAIN = "(){}|+?"


def python_of(pattern: str, extended: bool) -> str:
    """A basic expression has \\( \\) \\{ \\} \\| \\+ \\? where an extended one has them bare."""
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "\\" and at < len(pattern):
            after = pattern[at]
            at += 1
            if after in PLAIN:
                out.append(f"\\{after}" if extended else after)
            elif after in "<>":
                out.append(r"\b")
            else:
                out.append(f"\\{after}")
        elif char in PLAIN and not extended:
            out.append(f"\\{char}")
        elif char == "[":
            end = _end(pattern, at)
            out.append("[" + _inside(pattern[at:end]) + "]")
            at = end + 1
        elif char == "*" and (not out or out[-1] in ("^", "(", "|")) and not extended:
            out.append(r"\*")
        elif char == "^" and not extended and out and out[-1] not in ("(", "|"):
            out.append(r"\^")
        else:
            out.append(char)
    return "".join(out)


def _end(pattern: str, at: int) -> int:
    at += pattern[at : at + 1] == "^"
    at += pattern[at : at + 1] == "]"
    while at < len(pattern) and pattern[at] != "]":
        at = pattern.find(":]", at) + 2 if pattern.startswith("[:", at) and ":]" in pattern[at:] else at + 1
    return at


def _inside(text: str) -> str:
    text = text.replace("\\", "\\\\")
    for name, range_ in CLASSES.items():
        text = text.replace(f"[:{name}:]", range_)
    negated = text.startswith("^")
    body = text[negated:]
    body = ("\\]" + body[1:]) if body.startswith("]") else body
    return ("^" if negated else "") + body.replace("[", "\\[")
