"""A student's own copy of the notebooks: updated from the course, never at the cost of what the student changed."""

import hashlib
import json
import os
from pathlib import Path

from vlearn.content import PACKAGE, notebooks
from vlearn.errors import ContentError

LEDGER = ".vlearn-copied.json"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy_course(folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Copy the notebooks into `folder`: (copied, kept), where a kept file is one the student has changed.

    The folder remembers the digest of what was copied, so a newer course replaces only untouched files.
    """
    copied: list[Path] = []
    kept: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ledger = folder / LEDGER
        known: dict[str, str] = json.loads(ledger.read_text(encoding="utf-8")) if ledger.exists() else {}
        for source in sorted(notebooks().glob("*.ipynb")):
            target = folder / source.name
            if target.exists() and _digest(target) not in (known.get(source.name), _digest(source)):
                kept.append(target)
                continue
            fresh = target.with_name(f".{source.name}.new")
            fresh.write_bytes(source.read_bytes())
            fresh.replace(target)
            known[source.name] = _digest(source)
            copied.append(target)
        ledger.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise ContentError(f"the course cannot be copied to {folder}: {why}; choose a folder you own") from problem
    return tuple(copied), tuple(kept)


def course_folder(folder: Path | None) -> Path:
    """Where to open the course: `folder` with a copy, the checkout's own notebooks, or a copy in ./vlearn-course."""
    original = notebooks()
    if folder is None and original.parent == PACKAGE.parent and os.access(original, os.W_OK):
        return original
    target = folder or Path("vlearn-course")
    copy_course(target)
    return target
