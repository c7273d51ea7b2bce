"""The labels that papers, keys and responses share.

What a student answers with (options, reasons, right-hand sides, categories, things to order) has a letter; what a
student answers for (left-hand sides, things to classify, gaps, blank cells) has a number. So no response is ambiguous.
"""

from string import ascii_uppercase


def letter(index: int) -> str:
    """The letter of an item: 0 is A, 25 is Z, 26 is AA."""
    label = ""
    index += 1
    while index:
        index, place = divmod(index - 1, len(ascii_uppercase))
        label = ascii_uppercase[place] + label
    return label


def number(index: int) -> str:
    """The number of an item, counted from 1."""
    return str(index + 1)


def index_of(label: str, count: int) -> int | None:
    """The index of a letter, in either case, among `count` items; None where no item has it."""
    wanted = label.strip().upper()
    return next((index for index in range(count) if letter(index) == wanted), None)
