"""How fast exams are made: forms, and PDF pages beside what Typst needs for as many pages of plain words.

Typst remembers what it has set, so every round sets papers, and words, that it has not seen before.
"""

import io
import time
from collections.abc import Iterator, Sequence

from vlearn.bench import Measurement, best_of
from vlearn.exams.blueprint_file import find_blueprint, load_blueprint
from vlearn.exams.form import Paper
from vlearn.exams.forms import forms
from vlearn.questions.bank import load_bank

SEEDS, ROUNDS = 5, 3


def _pages(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


def _set_papers(papers: Sequence[Paper]) -> tuple[float, int]:
    """Seconds, and pages."""
    from exporters import pdf

    start = time.perf_counter()
    made = [pdf.paper(paper) for paper in papers]
    return time.perf_counter() - start, sum(map(_pages, made))


def _set_words(pages: int, mark: str) -> float:
    """Seconds for so many pages of plain words that begin with `mark`."""
    import typst

    body = "#pagebreak()\n".join(f"{mark} {page}: #lorem(300)\n" for page in range(pages))
    source = f"#set document(title: [x])\n{body}".encode()
    start = time.perf_counter()
    typst.compile(source, pdf_standards=["ua-1"], ignore_system_fonts=True)
    return time.perf_counter() - start


def measure() -> Iterator[Measurement]:
    """Forms a second from blueprint to shuffled questions; pages a second from paper to bytes."""
    blueprint, bank = load_blueprint(find_blueprint("practice")), load_bank()
    made = [forms(blueprint, bank, seed) for seed in range(SEEDS)]
    seconds = best_of(lambda: [forms(blueprint, bank, seed) for seed in range(SEEDS)], 3)
    yield Measurement("forms, assembled and shuffled", sum(map(len, made)) / seconds, "forms/s")

    rates, words = [], []
    for n in range(ROUNDS):
        seeds = range(100 * (n + 1), 100 * (n + 1) + SEEDS)
        papers = [form.paper for seed in seeds for form in forms(blueprint, bank, seed)]
        taken, pages = _set_papers(papers)
        rates.append(pages / taken)
        words.append(pages / _set_words(pages, f"Round {n}, page"))
    yield Measurement("PDF pages", max(rates), "pages/s", "Typst on pages of plain words", max(rates) / max(words))
