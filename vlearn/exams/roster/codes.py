"""The code that is printed on a personal paper: it tells the paper apart and says nothing of the student or the seed.

Six characters of a hash and one to check them, without digits that are read for letters, and without vowels, which
might spell a word. The hash is keyed, and its key is so slow to make from a seed (scrypt, RFC 7914) that nobody tries
seeds by the million.
"""

import hashlib
import hmac
from collections.abc import Iterable

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXYZ"
"""29 characters: as that is a prime, the check finds every wrong character and every two that changed places."""

LENGTH = 6


def codes(seed: int, title: str, students: Iterable[str]) -> dict[str, str]:
    """The code of each student, by id: the same for a seed, an exam's title and an id.

    Where two students would share one, once in 1,200 classes of a thousand, the later gets another.
    """
    key = hashlib.scrypt(str(seed).encode(), salt=b"vlearn roster", n=1 << 14, r=8, p=1)
    taken: dict[str, str] = {}
    for student in students:
        attempt = 0
        while (code := _code(key, f"{attempt}\0{title}\0{student}")) in taken:
            attempt += 1
        taken[code] = student
    return {student: code for code, student in taken.items()}


def is_code(text: str) -> bool:
    """Whether the check character fits the others."""
    return len(text) == LENGTH + 1 and set(text) <= set(ALPHABET) and _check(text[:-1]) == text[-1]


def _code(key: bytes, message: str) -> str:
    number = int.from_bytes(hmac.digest(key, message.encode(), "sha256"), "big")
    body = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        body += ALPHABET[digit]
    return body + _check(body)


def _check(body: str) -> str:
    """Minus the weighted sum, so that with the weight 1 of the check itself the whole adds up to 0 modulo 29."""
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, 2))
    return ALPHABET[-total % len(ALPHABET)]
