"""Moments as the API writes them (RFC 3339, UTC) and as models compute with them: seconds since 1970."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=65536)
def moment(written: str | None) -> float | None:
    """The moment that is written so, or None where the field is absent or null."""
    return datetime.fromisoformat(written).timestamp() if written else None


def timestamp(seconds: float) -> str:
    """The moment as the API writes it, to the second: 2016-05-19T10:00:00Z."""
    return _written(int(seconds))


@lru_cache(maxsize=65536)
def _written(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def created(object: Mapping[str, Any]) -> float:
    """When an object was created; before everything else where it does not say."""
    return moment(object.get("metadata", {}).get("creationTimestamp")) or 0.0
