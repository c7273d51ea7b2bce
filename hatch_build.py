"""Puts the notebooks and the question bank into the wheel; an editable install finds them in the checkout."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CourseContent(BuildHookInterface):
    """Adds the content to every wheel but an editable one."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it builds."""
        if version != "editable":
            for name in ("notebooks", "question_bank"):
                build_data["force_include"][name] = f"vlearn/content/{name}"
