"""How fast exams are made: forms, and PDF pages beside what Typst needs for plain pages of the same number."""

import io
from collections.abc import Iterator

from vlearn.bench import Measurement, best_of
from vlearn.exams.blueprint_file import find_blueprint, load_blueprint
from vlearn.exams.forms import forms
from vlearn.questions.bank import load_bank

SEEDS = range(1, 6)


def _pages(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


def measure() -> Iterator[Measurement]:
    """Forms a second from blueprint to shuffled questions; pages a second from form to bytes."""
    blueprint, bank = load_blueprint(find_blueprint("practice")), load_bank()
    made = [form for seed in SEEDS for form in forms(blueprint, bank, seed)]
    seconds = best_of(lambda: [forms(blueprint, bank, seed) for seed in SEEDS], 3)
    yield Measurement("forms, assembled and shuffled", len(made) / seconds, "forms/s")

    import typst

    from exporters import pdf

    papers = [form.paper for form in made]
    pages = sum(_pages(pdf.paper(paper)) for paper in papers)
    seconds = best_of(lambda: [pdf.paper(paper) for paper in papers], 3)
    plain = b"#set document(title: [x])\n" + b"#pagebreak()\n".join(b"#lorem(300)\n" for _ in range(pages))
    limit = best_of(lambda: typst.compile(plain, pdf_standards=["ua-1"], ignore_system_fonts=True), 3)
    yield Measurement("PDF pages", pages / seconds, "pages/s", "Typst on pages of plain words", limit / seconds)
