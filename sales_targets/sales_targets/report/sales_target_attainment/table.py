"""The figures of the report: targets and achievements of every row, period by period and in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sales_targets.engine import attainment as engine, pacing
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ZERO
from sales_targets.sales_targets.report.sales_target_attainment import owners, plan
from sales_targets.sales_targets.report.sales_target_attainment.owners import Node
from sales_targets.targets import reporting
from sales_targets.targets.reporting import Figure


@dataclass
class Cell:
    """Target and achievement of one row in one period, or in all of them; None where there is nothing to say."""

    target: Decimal | None = None
    achieved: Decimal | None = None
    baseline: Decimal | None = None
    direction: str = "Raise"

    @property
    def attainment(self) -> Decimal | None:
        """The part of the target that is reached, 1 being all of it."""
        if self.target is None:
            return None
        return engine.attainment(
            self.achieved, self.target, baseline=self.baseline or None, direction=self.direction
        )

    @property
    def variance(self) -> Decimal | None:
        """achieved − target; nothing of what is not due yet."""
        if self.target is None or self.achieved is None:
            return None
        return engine.variance(self.achieved, self.target)


@dataclass
class Line:
    """One row of the table. `members` is what the members' own targets come to, where there are any."""

    node: Node
    cells: list[Cell]
    total: Cell
    members: Decimal | None = None
    expected: Decimal | None = None
    pace: str = ""
    has_own_target: bool = False

    @property
    def is_empty(self) -> bool:
        return self.total.target is None and not self.total.achieved


@dataclass
class Table:
    """Every line, the first being the sum of all, and what they have in common."""

    figure: Figure
    periods: Sequence[Period]
    today: date
    not_before: date | None
    at_risk_below: Decimal = pacing.AT_RISK_BELOW
    behind_below: Decimal = pacing.BEHIND_BELOW
    lines: list[Line] = field(default_factory=list)

    @property
    def current(self) -> int | None:
        """Which period runs today."""
        return plan.current_index(self.periods, self.today)

    def fill(self, ordered: Sequence[Node], plans: Mapping[str, plan.Plan]) -> None:
        """Work every line out. `ordered` has parents first and the sums of credit; `plans` is by node."""
        count, repeats = len(self.periods), self.figure.repeats
        # The expected figure rolls up as the targets do: it is one more column of theirs.
        own = {key: [*one.target, one.expected] for key, one in plans.items()}
        targets, members = owners.roll_up(ordered, own, count + 1, repeats=repeats)
        baselines, _members = owners.roll_up(
            ordered, {key: one.baseline for key, one in plans.items()}, count, repeats=repeats
        )
        known = [self._is_known(period) for period in self.periods]
        for node in ordered:
            line = self._line(node, targets[node.key], baselines[node.key], known)
            line.members = self._in_all(members[node.key][:count])
            line.has_own_target = node.key in plans
            self.lines.append(line)

    def _line(
        self,
        node: Node,
        targets: Sequence[Decimal | None],
        baselines: Sequence[Decimal | None],
        known: Sequence[bool],
    ) -> Line:
        direction = self.figure.kpi.direction
        cells = [
            Cell(targets[index], self._achieved(node, index, known[index]), baselines[index], direction)
            for index in range(len(self.periods))
        ]
        total = Cell(
            self._in_all([cell.target for cell in cells]),
            self._achieved_in_all(node, any(known)),
            self._in_all([cell.baseline for cell in cells]),
            direction,
        )
        line = Line(node, cells, total)
        if self.current is not None:
            line.expected = targets[-1]
            line.pace = self._pace(cells[self.current], targets[-1])
        return line

    def _is_known(self, period: Period) -> bool:
        """Whether nothing means zero: the period has begun, and credits are kept for it."""
        if self.figure.kpis.switched_off(self.figure.kpi.code):
            return False
        return period.start <= self.today and not (self.not_before and period.end <= self.not_before)

    def _achieved(self, node: Node, index: int, known: bool) -> Decimal | None:
        return self.figure.shown({code: line[index] for code, line in node.cells.items()}, known)

    def _achieved_in_all(self, node: Node, known: bool) -> Decimal | None:
        return self.figure.shown({code: reporting.together(line) for code, line in node.cells.items()}, known)

    def _in_all(self, values: Sequence[Decimal | None]) -> Decimal | None:
        """Targets over the whole time: their sum, or for what repeats their mean by days."""
        given = [
            (value, one.days) for value, one in zip(values, self.periods, strict=True) if value is not None
        ]
        if not given:
            return None
        if not self.figure.repeats:
            return sum((value for value, _days in given), ZERO)
        if len({value for value, _days in given}) == 1:
            return given[0][0]
        return sum((value * days for value, days in given), ZERO) / sum(days for _value, days in given)

    def _pace(self, cell: Cell, expected: Decimal | None) -> str:
        if cell.target is None or expected is None:
            return ""
        additive = not self.figure.repeats
        return pacing.pace(
            achieved=cell.achieved,
            target=cell.target,
            expected_share=expected / cell.target if additive and cell.target else Decimal(1),
            elapsed_working_days=0,
            remaining_working_days=0,
            baseline=cell.baseline or None,
            direction=cell.direction,
            at_risk_below=self.at_risk_below,
            behind_below=self.behind_below,
            additive=additive,
            ended=False,
        ).status
