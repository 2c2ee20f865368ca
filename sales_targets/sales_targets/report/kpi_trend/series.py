"""A KPI over time: the whole, its moving average, the year before, and the largest groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sales_targets.targets import reporting
from sales_targets.targets.reporting import Cells, Figure

OTHERS = "\0others"

Values = list[Decimal | None]


class Series(NamedTuple):
    """One group's line: a value per period and over all of them; None where there is no data."""

    key: str
    values: Values
    total: Decimal | None


@dataclass(frozen=True)
class Trend:
    """A figure's sums over periods, to be read in several ways.

    `cells` are the sums by owner; the first `history` periods are only there for the moving average. `earlier`
    are the sums of the year before, `matches` the number in it of each period's counterpart. `known` says of
    each period shown whether nothing means zero.
    """

    figure: Figure
    cells: Cells
    history: int
    known: Sequence[bool]
    earlier: Cells
    earlier_count: int
    matches: Sequence[int | None]

    @property
    def count(self) -> int:
        """The periods of `cells`, history and all."""
        return self.history + len(self.known)

    def whole(self) -> Series:
        """All owners together."""
        return self._series("", {code: self._sum(owners.values()) for code, owners in self.cells.items()})

    def moving_average(self, window: int) -> Values:
        """The mean of the last `window` periods; of a formula, the formula of their sums. None until enough."""
        whole = {code: self._sum(owners.values()) for code, owners in self.cells.items()}
        frame = _pandas().DataFrame(
            {code: [float(reporting.number(cell) or 0) for cell in line] for code, line in whole.items()}
        )
        rolled = frame.rolling(window, min_periods=window)
        means = (rolled.sum() if self.figure.kpi.is_formula else rolled.mean()).dropna()
        found: Values = [None] * self.count
        for index, row in means.iterrows():
            found[index] = self.figure.value(
                {code: Decimal(repr(float(value))) for code, value in row.items()}
            )
        return [
            value if known else None for value, known in zip(found[self.history :], self.known, strict=True)
        ]

    def year_before(self) -> tuple[Values, Decimal | None]:
        """The value of each period's counterpart a year before, and of all of them together."""
        lines = {
            code: reporting.merged(owners.values(), self.earlier_count)
            for code, owners in self.earlier.items()
        }
        values = [
            None if at is None else self.figure.shown({code: line[at] for code, line in lines.items()}, False)
            for at in self.matches
        ]
        used = {
            code: reporting.together(line[at] for at in self.matches if at is not None)
            for code, line in lines.items()
        }
        return values, self.figure.shown(used, False)

    def groups(self, group_of: Mapping[str, str] | None, most: int) -> list[Series]:
        """The `most` largest groups and the others as one. `group_of` maps owners to groups; None: they are."""
        lines = {code: self._grouped(owners, group_of) for code, owners in self.cells.items()}
        ranked = self._ranked(lines)
        shown, rest = ranked[:most], ranked[most:]
        found = [
            self._series(group, {code: self._sum([of.get(group)]) for code, of in lines.items()})
            for group in shown
        ]
        if rest:
            others = {code: self._sum(of.get(group) for group in rest) for code, of in lines.items()}
            found.append(self._series(OTHERS, others))
        return found

    def _grouped(
        self, owners: Mapping[str, list[Any]], group_of: Mapping[str, str] | None
    ) -> dict[str, list[Any]]:
        found: dict[str, list[list[Any]]] = {}
        for owner, line in owners.items():
            found.setdefault(owner if group_of is None else group_of.get(owner, owner), []).append(line)
        return {group: reporting.merged(members, self.count) for group, members in found.items()}

    def _ranked(self, lines: Mapping[str, Mapping[str, list[Any]]]) -> list[str]:
        """Groups by size over the time shown: of the KPI, or for a formula of its largest part."""
        pandas = _pandas()
        sizes = {
            code: pandas.Series(
                {
                    group: float(reporting.number(reporting.together(line[self.history :])) or 0)
                    for group, line in of.items()
                },
                dtype="float64",
            )
            for code, of in lines.items()
        }
        order = (
            pandas.DataFrame(sizes).abs().max(axis=1).sort_index().sort_values(ascending=False, kind="stable")
        )
        return [group for group, size in order.items() if size]

    def _sum(self, lines: Any) -> list[Any]:
        return reporting.merged((line for line in lines if line is not None), self.count)

    def _series(self, key: str, lines: Mapping[str, list[Any]]) -> Series:
        shown = {code: line[self.history :] for code, line in lines.items()}
        values = [
            self.figure.shown({code: line[index] for code, line in shown.items()}, known)
            for index, known in enumerate(self.known)
        ]
        together = {code: reporting.together(line) for code, line in shown.items()}
        return Series(key, values, self.figure.shown(together, any(self.known)))


def _pandas() -> Any:
    # Imported where it is used: it costs a worker half a second and tens of megabytes.
    import pandas

    return pandas
