"""What unwinds a shell's walk of the tree: exit, return, break and continue. No caller meets these."""


class ExitShell(Exception):
    """`exit`, and what ends a shell that is not interactive."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code & 0xFF


class Return(Exception):
    """`return`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code & 0xFF


class LeaveLoop(Exception):
    """`break N`."""

    def __init__(self, levels: int) -> None:
        super().__init__(levels)
        self.levels = levels


class NextTurn(Exception):
    """`continue N`."""

    def __init__(self, levels: int) -> None:
        super().__init__(levels)
        self.levels = levels
