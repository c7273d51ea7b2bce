"""Which names the API takes. Each rule gives the list of what is wrong, in the API's words, empty for a good name.

Source: k8s.io/apimachinery, package `util/validation`.
"""

import re
from collections.abc import Callable
from functools import lru_cache

Rule = Callable[[str], tuple[str, ...]]

LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = rf"{LABEL}(\.{LABEL})*"
DNS1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
NAME_PART = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
VALUE = f"({NAME_PART})?"

_LABEL_WORDS = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
_SUBDOMAIN_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
_DNS1035_WORDS = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
    "start with an alphabetic character, and end with an alphanumeric character"
)
_CHARACTERS = (
    "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
_PORT_CHARACTERS = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"


def dns1123_label(name: str) -> tuple[str, ...]:
    """Names of namespaces, containers and most parts of host names."""
    return _checked(name, 63, LABEL, _LABEL_WORDS, "my-name", "123-abc")


def dns1123_subdomain(name: str) -> tuple[str, ...]:
    """Names of most objects."""
    return _checked(name, 253, SUBDOMAIN, _SUBDOMAIN_WORDS, "example.com")


def dns1035_label(name: str) -> tuple[str, ...]:
    """Names of services."""
    return _checked(name, 63, DNS1035, _DNS1035_WORDS, "my-name", "abc-123")


@lru_cache(maxsize=4096)
def label_value(value: str) -> tuple[str, ...]:
    """Values of labels."""
    words = f"a valid label must be an empty string or {_CHARACTERS}"
    return _checked(value, 63, VALUE, words, "MyValue", "my_value", "12345")


@lru_cache(maxsize=4096)
def qualified_name(name: str) -> tuple[str, ...]:
    """Keys of labels, taints and resources: a name with an optional domain before a slash."""
    prefix, slash, last = name.rpartition("/")
    examples = ("MyName", "my.name", "123-abc")
    words = f"must {_CHARACTERS}"
    if "/" in prefix:
        whole = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return (f"a qualified name {_worded(words, NAME_PART, *examples)} {whole}",)
    domain: tuple[str, ...] = ()
    if slash:
        wrong = dns1123_subdomain(prefix)
        domain = ("prefix part must be non-empty",) if not prefix else tuple(f"prefix part {text}" for text in wrong)
    part = ("must be non-empty",) if not last else ()
    return domain + tuple(f"name part {text}" for text in part + _checked(last, 63, NAME_PART, words, *examples))


def port_number(port: int) -> tuple[str, ...]:
    """Numbers of ports."""
    return () if 1 <= port <= 65535 else ("must be between 1 and 65535, inclusive",)


def port_name(name: str) -> tuple[str, ...]:
    """Names of ports (IANA service names)."""
    rules = (
        (len(name) <= 15, "must be no more than 15 characters"),
        (re.fullmatch("[-a-z0-9]+", name) is not None, _PORT_CHARACTERS),
        (re.search("[a-z]", name) is not None, "must contain at least one letter (a-z)"),
        ("--" not in name, "must not contain consecutive hyphens"),
        (not name.startswith("-") and not name.endswith("-"), "must not begin or end with a hyphen"),
    )
    return tuple(words for holds, words in rules if not holds)


def _checked(text: str, longest: int, pattern: str, words: str, *examples: str) -> tuple[str, ...]:
    too_long = (f"must be no more than {longest} characters",) if len(text) > longest else ()
    wrong = (_worded(words, pattern, *examples),) if re.fullmatch(pattern, text) is None else ()
    return too_long + wrong


def _worded(words: str, pattern: str, *examples: str) -> str:
    # The two blanks before a further "or" are the API's own.
    quoted = ",  or ".join(f"'{example}'" for example in examples)
    return f"{words} (e.g. {quoted}, regex used for validation is '{pattern}')"
