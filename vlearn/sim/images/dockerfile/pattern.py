"""The shell patterns of `${X#p}`, `${X%p}` and `${X/p/r}`: `*` is any text, `?` any character, all else itself.

All places of the pattern are followed at once, so a hostile pattern costs its length times the text's and no more.
"""

from collections.abc import Iterator

from vlearn.sim.images.errors import DockerfileError

ANY, ONE = object(), object()


def _places(pattern: str) -> tuple[object, ...]:
    """The pattern as marks and single characters; a backslash makes `*`, `?`, `\\`, `}` and `/` ordinary."""
    places: list[object] = []
    letters = iter(pattern)
    for letter in letters:
        if letter == "\\":
            escaped = next(letters, "")
            if not escaped or escaped not in "*?\\}/":
                wrong = f"invalid escape '\\{escaped}'"
                raise DockerfileError(f"invalid pattern ({pattern}) in substitution: {wrong}")
            places.append(escaped)
        else:
            places.append({"*": ANY, "?": ONE}.get(letter, letter))
    return tuple(places)


def _ends(places: tuple[object, ...], text: str) -> Iterator[int]:
    """Every length of a beginning of the text that the whole pattern matches, shortest first."""
    here = _with_stars({0}, places)
    for length in range(len(text) + 1):
        if len(places) in here:
            yield length
        if not here or length == len(text):
            return
        letter = text[length]
        step = {n if places[n] is ANY else n + 1 for n in here if n < len(places) and places[n] in (ANY, ONE, letter)}
        here = _with_stars(step, places)


def _with_stars(here: set[int], places: tuple[object, ...]) -> set[int]:
    """The places with those that a star, which may match nothing, lets follow."""
    out = set(here)
    for n in sorted(here):
        while n < len(places) and places[n] is ANY:
            n += 1
            out.add(n)
    return out


def without_prefix(pattern: str, value: str) -> str:
    """`${X#p}`: the value without the shortest beginning that matches; a pattern that starts with `#`: the longest."""
    longest = pattern.startswith("#")
    ends = list(_ends(_places(pattern[longest:]), value))
    return value[ends[-longest] if ends else 0 :]


def without_suffix(pattern: str, value: str) -> str:
    """`${X%p}`: the value without the shortest end that matches; a pattern that starts with `%`: the longest."""
    longest = pattern.startswith("%")
    ends = list(_ends(_places(pattern[longest:])[::-1], value[::-1]))
    return value[: len(value) - (ends[-longest] if ends else 0)]


def replaced(value: str, pattern: str, replacement: str, *, every: bool) -> str:
    """`${X/p/r}` and `${X//p/r}`: the first match, or every one, replaced; each match is the longest at its place."""
    places, out, at = _places(pattern), "", 0
    while at <= len(value):
        longest = max(_ends(places, value[at:]), default=-1)
        if longest < 0 or (longest == 0 and at == len(value) and at > 0):
            out += value[at : at + 1]
            at += 1
            continue
        out += replacement + (value[at : at + 1] if longest == 0 else "")
        at += max(longest, 1)
        if not every:
            break
    return out + value[at:]
