"""What Moodle shows only to graders, as a rubric or as the cases of a program."""

import re

from vlearn.questions.importing.content import Picture, content, line, plain
from vlearn.questions.importing.imported import RefusedError
from vlearn.questions.importing.markup import read_html
from vlearn.questions.load import Plain

_RUBRIC = '<table class="vlearn-rubric">'
_ROW = re.compile(r"<tr><td>([^<>]*)</td><td>(.*?)</td></tr>", re.DOTALL)


def rubric(info: str, picture: Picture) -> list[Plain]:
    """The rubric that our exporter wrote; of anything else a single line for all points."""
    _, ours, table = info.partition(_RUBRIC)
    if not ours:
        told = content(info, picture)
        return [{"text": told if isinstance(told, str) and told else "Answers the question.", "share": "1"}]
    rows = _ROW.findall(table.partition("</table>")[0])
    if not rows:
        raise RefusedError("its rubric is no table of shares and texts")
    return [{"text": line(text), "share": plain(share)} for share, text in rows]


def program(starter: str, info: str) -> dict[str, Plain]:
    """The cases and the reference that our exporter wrote."""
    root = read_html(info)
    table, code = next(root.elements("table"), None), next(root.elements("pre"), None)
    rows = [[cell.text() for cell in row.elements("td")] for row in table.elements("tr")] if table else []
    cases: list[Plain] = [{"call": row[0], "expected": row[1]} for row in rows if len(row) == 2]
    return {"starter": starter, "reference": code.text() if code else "", "cases": cases}
