"""The figures of the report: targets and achievements of every row, period by period and in all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sales_targets.engine import attainment as engine, pacing
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ZERO
from sales_targets.sales_targets.report.sales_target_attainment import owners, plan
from sales_targets.sales_targets.report.sales_target_attainment.covered import Pieces
from sales_targets.sales_targets.report.sales_target_attainment.owners import Node
from sales_targets.targets import reporting
from sales_targets.targets.reporting import Figure


@dataclass
class Cell:
    """Target and achievement of one row in one period, or in all of them; None where there is nothing to say.

    `counted` is what of `achieved` falls on days for which a target is in force: attainment is of that alone.
    """

    target: Decimal | None = None
    achieved: Decimal | None = None
    counted: Decimal | None = None
    baseline: Decimal | None = None
    direction: str = "Raise"

    @property
    def attainment(self) -> Decimal | None:
        """The part of the target that is reached, 1 being all of it."""
        if self.target is None:
            return None
        return engine.attainment(
            self.counted, self.target, baseline=self.baseline or None, direction=self.direction
        )

    @property
    def variance(self) -> Decimal | None:
        """counted − target; nothing of what is not due yet."""
        if self.target is None or self.counted is None:
            return None
        return engine.variance(self.counted, self.target)


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
    pieces: Pieces
    today: date
    not_before: date | None
    at_risk_below: Decimal = pacing.AT_RISK_BELOW
    behind_below: Decimal = pacing.BEHIND_BELOW
    lines: list[Line] = field(default_factory=list)

    @property
    def current(self) -> int | None:
        """Which period runs today."""
        return plan.current_index(self.periods, self.today)

    def fill(
        self, ordered: Sequence[Node], plans: Mapping[str, plan.Plan], only: Collection[str] | None = None
    ) -> None:
        """Work every line out, or those of `only`.

        `ordered` has parents first and the sums of credit; `plans` is by node.
        """
        count, repeats = len(self.periods), self.figure.repeats
        # The expected figure rolls up as the targets do: it is one more column of theirs.
        own = {key: [*one.target, one.expected] for key, one in plans.items()}
        targets, members = owners.roll_up(ordered, own, count + 1, repeats=repeats)
        baselines, _members = owners.roll_up(
            ordered, {key: one.baseline for key, one in plans.items()}, count, repeats=repeats
        )
        in_force = self._in_force(ordered, plans, targets)
        known = [self._is_known(one) for one in self.pieces.spans]
        for node in ordered:
            if only is not None and node.key not in only:
                continue
            line = self._line(node, targets[node.key], baselines[node.key], known, in_force[node.key])
            line.members = self._in_all(members[node.key][:count])
            line.has_own_target = node.key in plans
            self.lines.append(line)

    def _in_force(
        self,
        ordered: Sequence[Node],
        plans: Mapping[str, plan.Plan],
        targets: Mapping[str, Sequence[Decimal | None]],
    ) -> dict[str, list[bool]]:
        """Node → whether a target, its own or else a member's, is in force in each of the pieces."""
        if self.pieces.are_periods:
            return {key: [value is not None for value in line[:-1]] for key, line in targets.items()}
        own = {key: [Decimal(1) if held else None for held in one.covered] for key, one in plans.items()}
        found, _members = owners.roll_up(ordered, own, len(self.pieces.spans), repeats=False)
        every = {key: [value is not None for value in line] for key, line in found.items()}
        for key, one in plans.items():
            for target, numbers in zip(one.target, self.pieces.of, strict=True):
                if target is not None:  # the node's own alone, as the target shown
                    every[key][numbers.start : numbers.stop] = one.covered[numbers.start : numbers.stop]
        return every

    def _line(
        self,
        node: Node,
        targets: Sequence[Decimal | None],
        baselines: Sequence[Decimal | None],
        known: Sequence[bool],
        in_force: Sequence[bool],
    ) -> Line:
        cells = [
            self._cell(node, numbers, known, in_force, targets[index], baselines[index])
            for index, numbers in enumerate(self.pieces.of)
        ]
        total = self._cell(
            node,
            range(len(known)),
            known,
            in_force,
            self._in_all([cell.target for cell in cells]),
            self._in_all([cell.baseline for cell in cells]),
        )
        line = Line(node, cells, total)
        if self.current is not None:
            line.expected = targets[-1]
            line.pace = self._pace(cells[self.current], targets[-1])
        return line

    def _cell(
        self,
        node: Node,
        numbers: Sequence[int],
        known: Sequence[bool],
        in_force: Sequence[bool],
        target: Decimal | None,
        baseline: Decimal | None,
    ) -> Cell:
        """The pieces of these numbers as one cell."""
        achieved = counted = self._achieved(node, numbers, known)
        if target is not None and not all(in_force[number] for number in numbers):
            counted = self._achieved(node, [number for number in numbers if in_force[number]], known)
        return Cell(target, achieved, counted, baseline, self.figure.kpi.direction)

    def _is_known(self, period: Period) -> bool:
        """Whether nothing means zero: the period has begun, and credits are kept for it."""
        if self.figure.kpis.switched_off(self.figure.kpi.code):
            return False
        return period.start <= self.today and not (self.not_before and period.end <= self.not_before)

    def _achieved(self, node: Node, numbers: Sequence[int], known: Sequence[bool]) -> Decimal | None:
        if len(numbers) == 1:
            sums = {code: line[numbers[0]] for code, line in node.cells.items()}
        else:
            sums = {
                code: reporting.together([line[number] for number in numbers])
                for code, line in node.cells.items()
            }
        return self.figure.shown(sums, any(known[number] for number in numbers))

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
            achieved=cell.counted,
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
