"""What the lab says of an answer: right, not yet, or not answered, in words as well as in colour and sign."""

from dataclasses import dataclass
from html import escape
from typing import Any, Literal, TypeAlias

from vlearn.lab.assets import page
from vlearn.render.markdown import to_html, to_plain

State: TypeAlias = Literal["right", "part", "wrong", "open"]
SIGNS: dict[State, str] = {"right": "✓", "part": "◐", "wrong": "✗", "open": "○"}
WORDS: dict[State, str] = {
    "right": "Right.",
    "part": "Partly right.",
    "wrong": "Not yet.",
    "open": "Not answered yet.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Displays itself. `text` is Markdown, `words` say the state, `extra` is HTML; `notices` concern the record."""

    state: State
    text: str = ""
    notices: tuple[str, ...] = ()
    words: str = ""
    extra: str = ""

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.state == "right"

    @property
    def lead(self) -> str:
        """The state as a sign and in words."""
        return f"{SIGNS[self.state]} {self.words or WORDS[self.state]}"

    def to_html(self) -> str:
        """As part of a page that has the lab's style sheet."""
        notices = "".join(f'<p class="notice">{escape(notice)}</p>' for notice in self.notices)
        said = f"<strong>{escape(self.lead)}</strong>{to_html(self.text)}"
        return f'<div class="verdict {self.state}">{said}{self.extra}</div>{notices}'

    def to_text(self) -> str:
        """The same for a terminal, a test or a log."""
        return "\n".join([f"{self.lead} {to_plain(self.text)}".rstrip(), *self.notices])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": page(f'<div role="status">{self.to_html()}</div>'), "text/plain": self.to_text()}
