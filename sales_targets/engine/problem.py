"""What is wrong with something a user wrote, as data: the caller translates and shows it."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One finding.

    `code` is stable and for programs; `message` is an English template with {0}, {1} … for a translator;
    `args` are its values, in order.
    """

    code: str
    message: str
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.message.format(*self.args)
