"""How an instruction's arguments are split: flags, words with quotes, JSON arrays. BuildKit's rules."""

import json
import re

from vlearn.sim.images.errors import DockerfileError

BLANKS = re.compile(r"[\t\v\f\r ]+")
"""What BuildKit splits at; a newline cannot occur within a logical line."""
SURROGATE = re.compile("[\ud800-\udfff]")


def split_flags(line: str) -> tuple[str, tuple[str, ...], str]:
    """The keyword, the words that start with `--` before the first other word, and the rest."""
    keyword, *tail = BLANKS.split(line.strip(), maxsplit=1)
    rest, flags = (tail[0] if tail else ""), []
    while rest.startswith("--"):
        word, rest = _flag(rest)
        rest = rest.lstrip()
        if word == "--":
            break
        flags.append(word)
    return keyword, tuple(flags), rest.strip()


def _flag(text: str) -> tuple[str, str]:
    """The first word without its quotes and backslashes, and what follows it."""
    word, quote, letters = "", "", iter(enumerate(text))
    for at, letter in letters:
        if letter == "\\":
            word += next(letters, (at, ""))[1]
        elif quote:
            quote, word = ("", word) if letter == quote else (quote, word + letter)
        elif letter in "'\"":
            quote = letter
        elif letter.isspace():
            return word, text[at:]
        else:
            word += letter
    return word, ""


def words(text: str, escape: str) -> tuple[str, ...]:
    """Words at blanks outside quotes; quotes and escapes stay, for the substitution takes them away."""
    found: list[str] = []
    word, quote, letters = "", "", iter(text)
    for letter in letters:
        if letter == escape and quote != "'":
            follower = next(letters, "")
            word += letter + follower if follower else ""  # an escape at the very end is dropped
        elif quote:
            quote = "" if letter == quote else quote
            word += letter
        elif letter.isspace():
            found.extend(filter(None, (word,)))
            word = ""
        else:
            quote = letter if letter in "'\"" else ""
            word += letter
    return (*found, word) if word else tuple(found)


def json_words(text: str) -> tuple[str, ...] | None:
    """The strings of a JSON array; None if the text is no JSON array, in which case it is taken as it stands."""
    if not text.lstrip().startswith("["):
        return None
    try:
        values = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(value, str) for value in values):
        raise DockerfileError("when using JSON array syntax, arrays must be comprised of strings only")
    return tuple(SURROGATE.sub("\ufffd", value) for value in values)  # as Go reads half a pair


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is JavaScript, not JSON")


def pairs(text: str, keyword: str, escape: str) -> tuple[tuple[str, str], ...]:
    """`a=1 b=2`, or the old form `a all the rest`, of ENV and LABEL."""
    found = words(text, escape)
    if not found:
        return ()
    if "=" not in found[0]:
        parts = BLANKS.split(text, maxsplit=1)
        if len(parts) < 2:
            raise DockerfileError(f"{keyword} must have two arguments")
        return ((parts[0], parts[1]),)
    for word in found:
        if "=" not in word:
            quoted = json.dumps(word, ensure_ascii=False)
            raise DockerfileError(f"Syntax error - can't find = in {quoted}. Must be of the form: name=value")
    return tuple((name, value) for name, _, value in (word.partition("=") for word in found))
