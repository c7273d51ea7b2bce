"""Modes of files in octal and in letters: `644`, `u+x,go-w`, and `rwxr-xr-x`."""

import re

KINDS = {"file": "-", "dir": "d", "symlink": "l", "char": "c", "block": "b", "fifo": "p", "socket": "s"}
WHO = {"u": 0o4700, "g": 0o2070, "o": 0o1007, "a": 0o7777}
CLAUSE = re.compile(r"([ugoa]*)([-+=])([rwxXst]*)")


def changed(text: str, mode: int, is_directory: bool, umask: int = 0) -> int | None:
    """The mode that chmod makes of one; None if the text is none."""
    if re.fullmatch("[0-7]{1,4}", text):
        return int(text, 8)
    for clause in text.split(","):
        found = CLAUSE.fullmatch(clause)
        if not found:
            return None
        who, operator, letters = found.groups()
        mask = 0
        for letter in who or "a":
            mask |= WHO[letter]
        bits = sum(
            {"r": 0o444, "w": 0o222, "x": 0o111, "s": 0o6000, "t": 0o1000}.get(letter, 0) for letter in set(letters)
        )
        if "X" in letters and (is_directory or mode & 0o111):
            bits |= 0o111
        bits &= mask & (0o7777 if who else ~umask)
        mode = mode & ~bits if operator == "-" else (mode & (~mask if operator == "=" else 0o7777)) | bits
    return mode


def parsed(text: str, mode: int, is_directory: bool) -> int:
    """As `changed`, for who takes the old mode where the text is none."""
    found = changed(text, mode, is_directory)
    return mode if found is None else found


def letters(kind: str, mode: int) -> str:
    """As ls -l prints it."""
    out = KINDS[kind]
    for shift, special, mark in ((6, 0o4000, "s"), (3, 0o2000, "s"), (0, 0o1000, "t")):
        bits = mode >> shift
        out += "r" if bits & 4 else "-"
        out += "w" if bits & 2 else "-"
        execute = bool(bits & 1)
        if mode & special:
            out += mark if execute else mark.upper()
        else:
            out += "x" if execute else "-"
    return out
