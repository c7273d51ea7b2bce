"""Question text is data: in every field and every format it comes out as the characters it is."""

from collections.abc import Callable

import pytest

from tests.exporters.reading import Format, in_every_format, squeezed
from vlearn.exams.form import Form
from vlearn.render.markdown import escaped

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea></title></style>-->",
    '#read("/etc/passwd")',
    "#panic()",
    "#let x = 1",
    "$x$ $$y$$",
    r"\(x\) \[y\] \\(z\\)",
    r"\begin{equation}z\end{equation}",
    "🙂 👩‍👩‍👧 ❤️",
    "שלום",
    "مرحبا",
    r"back\slash \n \u0041",
    "tick ` tick ```",
    "{{jinja}} {% raw %}",
    "&amp; &lt; &#36; &nbsp",
    "_a_ *b* ~~c~~ __d__",
    "[a](b) ![c](d) <e> @f",
    "'single' \"double\"",
    "-> --- ...",
]


IN_A_CLOZE = "A fault of the guest goes to the"
"""In the text of a cloze `[[1]]` is a gap, so only there it is not among the hostile texts."""


NOT_IN_A_KEY = {"guest", "hypervisor", "firmware", "nothing", "def references(guest, host):\n    "}
"""What a key need not repeat: the menu of a gap, a right-hand side that nothing matches, the start of a program."""


@pytest.fixture(scope="module", params=[HOSTILE[::2], HOSTILE[1::2]], ids=["even", "odd"])
def hostile(request: pytest.FixtureRequest, make_form: Callable[..., Form]) -> tuple[Form, dict[str, str]]:
    """An exam whose every visible field is the hostile text, each with a number of its own, by what it replaced."""
    said: dict[str, str] = {}
    hostile = " and ".join(request.param)

    def write(text: str) -> str:
        said[text] = f"field{len(said)}: {hostile}{' [[1]]' * (text != IN_A_CLOZE)} :end"
        return said[text]

    return make_form(say=lambda text: escaped(write(text)), write=write), said


@in_every_format
@pytest.mark.parametrize("side", ["paper", "key"])
def test_every_field_comes_out_as_itself(format: Format, side: str, hostile: tuple[Form, dict[str, str]]) -> None:
    form, said = hostile
    exporter = format.exporter
    text = squeezed(format.shown(exporter.paper(form.paper) if side == "paper" else exporter.key(form)))
    expected = [field for replaced, field in said.items() if side == "paper" or replaced not in NOT_IN_A_KEY]
    assert len(expected) > 40
    assert [field for field in expected if squeezed(field) not in text] == []
