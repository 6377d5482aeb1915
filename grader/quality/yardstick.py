"""What an assignment holds its submissions against: its starter, the names and the size of its reference, its architecture."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Everything but `starter` is unknown where there is no reference, as in a kit; nothing is then held against it.

    Args:
        starter: content by path of what every candidate was given.
        interface: names that the reference has, so that the tests may ask for them; None where nobody knows.
        lloc: logical lines of the reference, its own tests included.
        lines: lines of eight tokens in its functions, as `Function.lines` counts them.
        architecture: the assignment's table, as plain data.
    """

    starter: Mapping[str, bytes] = field(default_factory=dict)
    interface: tuple[str, ...] | None = None
    lloc: int | None = None
    lines: int | None = None
    architecture: Mapping[str, object] | None = None
