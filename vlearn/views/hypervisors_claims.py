"""Who calls a product what, and why: a column for each label, a card for each claim; and the products by their kind."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.datacenter.hypervisors import PRODUCTS, Claim, claims, product
from vlearn.views.svg import INK, PLAIN, SMALL, TITLE, WAITING, Shape, box, drawing, text

WIDTH, GAP, TOP, LINE = 760, 10, 84, 15
KNOWN = {"V": "", "M": "from memory, unchecked"}
"""What is said of a claim by its mark: V was read, M is from memory."""


def draw_claims(name: str) -> tuple[Block, ...]:
    """The claims about one product side by side, below what owns the hardware."""
    labels: dict[str, list[Claim]] = {}
    for claim in claims(name):
        labels.setdefault(claim.label, []).append(claim)
    width = (WIDTH - 4 - GAP * (len(labels) - 1)) / max(1, len(labels))
    columns = [_cards(cards, int((width - 20) / 6.9)) for cards in labels.values()]
    height = max((sum(_height(lines) + 8 for _, lines in column) for column in columns), default=24)
    of = product(name)
    owner = f"Owns the processor: {of.processor}. Owns the devices: {of.devices}. By this model: {of.kind}."
    shapes = [text(2, 16, f"What is {name}?", size=TITLE, bold=True), text(2, 36, owner)]
    if not labels:
        shapes.append(text(2, TOP, "Nobody was found to disagree."))
    for n, (label, column) in enumerate(zip(labels, columns, strict=True)):
        shapes += _column(label, column, 2 + n * (width + GAP), width)
    said = " ".join(f"{claim.who} calls it {claim.label}: {_reason(claim)}." for claim in claims(name))
    alt = f"{name}. {owner} {said or 'Nobody was found to disagree.'}"
    return (Figure(drawing(WIDTH, TOP + height, shapes), alt),)


def products(names: Sequence[str] = tuple(PRODUCTS)) -> Table:
    """Products by what owns the processor and the devices beneath their guests."""
    rows = tuple((of.name, of.processor, of.devices, of.kind, of.source) for of in map(product, names))
    return Table(("Product", "Owns the processor", "Owns the devices", "Kind", "Source"), rows)


def _cards(cards: list[Claim], letters: int) -> list[tuple[Claim, tuple[list[str], list[str]]]]:
    return [(claim, (wrap(claim.who, letters), wrap(_reason(claim), letters))) for claim in cards]


def _reason(claim: Claim) -> str:
    known = KNOWN.get(claim.mark, "")
    return f"{claim.reason}{f' ({known})' if known else ''}"


def _height(lines: tuple[list[str], list[str]]) -> float:
    return 14 + LINE * sum(map(len, lines))


def _column(
    label: str, column: list[tuple[Claim, tuple[list[str], list[str]]]], x: float, width: float
) -> Iterator[Shape]:
    yield text(x + 2, TOP - 14, label, size=TITLE, bold=True)
    y: float = TOP
    for claim, lines in column:
        yield box(x, y, width, _height(lines), PLAIN if claim.mark == "V" else WAITING)
        who, reason = lines
        for n, words in enumerate((*who, *reason)):
            yield text(x + 9, y + 18 + LINE * n, words, size=SMALL, bold=n < len(who), fill=INK)
        y += _height(lines) + 8
