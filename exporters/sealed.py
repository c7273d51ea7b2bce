"""Texts sealed under an answer: whoever has the answer opens them, whoever looks at the file reads nothing.

A key is PBKDF2-HMAC-SHA256 of an answer and a public salt. A sealed text is a tag, HMAC-SHA256 of the text cut to
sixteen bytes, and the text combined with a key stream that depends on the tag: a synthetic initialisation vector, as in
RFC 5297, so that no randomness is needed and the same text gives the same bytes. `scripts/sealing.js` opens it.

It keeps an answer from being seen. It does not keep it from being tried: a question with four options has four keys.
"""

import hmac
from hashlib import pbkdf2_hmac
from itertools import count, islice

ROUNDS = 2_000
"""Of an answer's key: some milliseconds in a browser, and a question may need a dozen of them."""

SLOW_ROUNDS = 20_000
"""Of the one key that a question's salt alone gives."""

_TAG = 16


def stretched(words: str, salt: bytes, rounds: int = ROUNDS) -> bytes:
    """The key of 32 bytes that these words give."""
    return pbkdf2_hmac("sha256", words.encode("utf-8", "surrogatepass"), salt, rounds)


def sealed(key: bytes, text: str, length: int = 0) -> bytes:
    """The text, filled up with spaces to `length` bytes: texts of one length look alike."""
    clear = text.encode().ljust(length)
    tag = hmac.digest(key, b"\0" + clear, "sha256")[:_TAG]
    blocks = (hmac.digest(key, b"\1" + tag + n.to_bytes(4, "big"), "sha256") for n in count())
    stream = b"".join(islice(blocks, len(clear) // 32 + 1))
    return tag + bytes(a ^ b for a, b in zip(clear, stream, strict=False))
