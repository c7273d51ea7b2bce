"""The pairs of Moodle's matching as a matching of ours, or as the classification that our exporter's tags say it is."""

import re
from html import escape, unescape

from vlearn.questions.importing.content import line
from vlearn.questions.load import Plain

_REFERENCE = re.compile(r"&[A-Za-z0-9#]{1,8};")


def right_side(text: str) -> str:
    """A right side as Markdown: Moodle undoes its complete character references when it shows it."""
    return line(escape(_REFERENCE.sub(lambda found: unescape(found[0]), text), quote=False))


def matched(pairs: list[tuple[str, str]], unused: list[str], tags: dict[str, str]) -> dict[str, Plain]:
    """A matching, or the classification that the tags say it is."""
    if tags.get("kind") != "classification":
        both: list[Plain] = [{"left": left, "right": right} for left, right in pairs]
        return {"kind": "matching", "pairs": both, **({"distractors": list(unused)} if unused else {})}
    categories: dict[str, Plain] = {}
    for left, right in pairs:
        within = categories.setdefault(right, [])
        assert isinstance(within, list)
        within.append(left)
    return {"kind": "classification", "categories": {**categories, **{name: [] for name in unused}}}
