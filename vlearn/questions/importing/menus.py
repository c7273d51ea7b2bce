"""A text whose gaps are numbers of choices, as in Moodle's types gapselect and ddwtos, as a cloze of menus."""

import re
from collections.abc import Sequence

from vlearn.questions.importing.cloze import text
from vlearn.questions.importing.content import Picture, plain
from vlearn.questions.importing.imported import RefusedError
from vlearn.questions.load import Plain

PROMPT = "Fill in the gaps."
"""What is asked where the text with its gaps is all that there is."""

_GAP = re.compile(r"\[\[(\d+)\]\]")


def cloze(html: str, grouped: Sequence[tuple[str, str]], picture: Picture) -> dict[str, Plain]:
    """The fields of the cloze. `grouped` has each choice with its group: a gap offers those of its choice's group."""
    choices = [(plain(choice), group) for choice, group in grouped]
    numbers = [int(found) if len(found) < 4 else 0 for found in _GAP.findall(html)]
    if not numbers or not all(1 <= n <= len(choices) for n in numbers):
        raise RefusedError("a gap names a choice that it does not have")
    gaps: list[Plain] = []
    for n in numbers:
        right, group = choices[n - 1]
        offered: list[Plain] = list(dict.fromkeys(choice for choice, of in choices if of == group))
        gaps.append({"accepted": [right], "choices": offered})
    counted = iter(range(1, len(numbers) + 1))
    marked = _GAP.sub(lambda _: f"\ue000{next(counted)}\ue001", html)
    return {"kind": "cloze", "prompt": PROMPT, "text": text(marked, (), picture)["text"], "gaps": gaps}
