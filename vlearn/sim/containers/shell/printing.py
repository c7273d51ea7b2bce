"""echo and printf, for shells and as programs."""

import re
from collections.abc import Callable

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", "e": "\x1b"}
DIRECTIVE = re.compile(r"%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([a-zA-Z%])")
BACKSLASH = re.compile(r"\\(0[0-7]{0,3}|[1-7][0-7]{0,2}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)


def unescaped(text: str, stop: Callable[[], None] = lambda: None) -> str:
    """Backslash sequences as what they stand for; `\\c` ends the output, and `stop` is told."""
    end = re.search(r"(?<!\\)(?:\\\\)*\\c", text)
    if end:
        stop()
        text = text[: end.end() - 2]

    def one(found: re.Match[str]) -> str:
        code = found.group(1)
        if code[0] in "01234567":
            return chr(int(code, 8) & 0xFF)
        if code[0] == "x":
            return chr(int(code[1:], 16)) if len(code) > 1 else found.group()
        return ESCAPES.get(code, found.group())

    return BACKSLASH.sub(one, text)


def echoed(words: list[str], always_escapes: bool) -> str:
    """What echo prints. dash's takes -n alone and reads backslashes; the others' take -n, -e and -E."""
    newline, escapes = True, always_escapes
    options = "n" if always_escapes else "neE"
    while words and re.fullmatch(f"-[{options}]+", words[0]):
        newline = newline and "n" not in words[0]
        escapes = escapes or "e" in words[0]
        words = words[1:]
    stopped: list[bool] = []
    text = " ".join(words)
    if escapes:
        text = unescaped(text, lambda: stopped.append(True))
    return text + ("\n" if newline and not stopped else "")


def formatted(pattern: str, words: list[str]) -> tuple[str, list[str]]:
    """What printf prints, and what is no number; the format is used again while there are words."""
    stopped: list[bool] = []
    wrong: list[str] = []
    pieces = _pieces(pattern)
    out: list[str] = []
    left = list(words)
    while True:
        before = len(left)
        for piece in pieces:
            out.append(_piece(piece, left, wrong, stopped))
            if stopped:
                return "".join(out), wrong
        if not left or len(left) == before:
            return "".join(out), wrong


def _pieces(pattern: str) -> list[str | re.Match[str]]:
    pieces: list[str | re.Match[str]] = []
    at = 0
    for found in DIRECTIVE.finditer(pattern):
        pieces += [pattern[at : found.start()], found]
        at = found.end()
    return [*pieces, pattern[at:]]


def _piece(piece: str | re.Match[str], left: list[str], wrong: list[str], stopped: list[bool]) -> str:
    if isinstance(piece, str):
        return unescaped(piece, lambda: stopped.append(True))
    flags, width, precision, kind = piece.groups()
    if kind == "%":
        return "%"
    width, precision = (str(_number(left, wrong)) if part == "*" else part or "" for part in (width, precision))
    dot = f".{precision}" if precision else ""
    match kind:
        case "s" | "b":
            text = left.pop(0) if left else ""
            text = unescaped(text, lambda: stopped.append(True)) if kind == "b" else text
            return f"%{flags}{width}{dot}s" % text
        case "c":
            return f"%{flags}{width}s" % (left.pop(0)[:1] if left else "")
        case "d" | "i" | "u" | "o" | "x" | "X":
            return f"%{flags}{width}{dot}{kind.replace('i', 'd').replace('u', 'd')}" % _number(left, wrong)
        case "f" | "g" | "e":
            return f"%{flags}{width}{dot}{kind}" % _fraction(left, wrong)
    wrong.append(f"%{kind}: invalid directive")
    return ""


def _number(left: list[str], wrong: list[str]) -> int:
    word = left.pop(0) if left else "0"
    if word[:1] in ("'", '"') and len(word) > 1:
        return ord(word[1])
    try:
        return int(word, 0) if not re.fullmatch(r"-?0\d+", word) else int(word, 8)
    except ValueError:
        wrong.append(f"'{word}': expected a numeric value")
        digits = re.match(r"-?\d+", word)
        return int(digits.group()) if digits else 0


def _fraction(left: list[str], wrong: list[str]) -> float:
    word = left.pop(0) if left else "0"
    try:
        return float(word)
    except ValueError:
        wrong.append(f"'{word}': expected a numeric value")
        return 0.0
