// Targets in force: one block for each line, with its bar, its pace and what is still to do.

Object.assign(sales_targets.mine, {
	targets(found) {
		const { mine } = sales_targets;
		if (!found.targets.length) {
			return mine.card("targets", __("Targets"), mine.empty(found.no_target));
		}
		return found.targets.map((one, index) => mine.target(one, index)).join("");
	},

	// Targets that a manager has proposed and the seller has not answered.
	proposed(found) {
		const { mine } = sales_targets;
		if (!found.proposed.length) return "";
		const rows = found.proposed.map(
			(one) => `<li><div><a href="${mine.esc(one.href)}">${mine.esc(one.title)}</a>
				<div class="st-mine-note">${__("{0} to {1}", [mine.day(one.from_date), mine.day(one.to_date)])}</div></div></li>`
		);
		const hint = __("Accept it, or propose other figures with a reason.");
		return mine.card(
			"proposed",
			__("Proposed Targets"),
			`<p class="st-mine-note">${hint}</p><ul class="st-mine-list">${rows.join("")}</ul>`
		);
	},

	target(one, index) {
		const { mine } = sales_targets;
		const link = `<a href="${mine.esc(one.href)}">${mine.esc(one.title)}</a>`;
		const score =
			one.score === null
				? __("Nothing has been credited yet: figures appear here as soon as documents are submitted.")
				: __("Over the whole time {0} by weight, {1} expected by today.", [
						`<b>${mine.percent(one.score)}</b>`,
						mine.percent(one.expected),
				  ]);
		const lines = one.lines.map((line) => mine.line(line, one)).join("");
		// Several targets may have one title.
		return mine.card(`target-${index}`, link, `<p class="st-mine-note">${score}</p>${lines}`, "", one.name);
	},

	line(line, target) {
		const { mine } = sales_targets;
		const { now } = line;
		const [colour, pace] = sales_targets.target.PACES[now.pace] || ["gray", mine.esc(now.pace)];
		const figure = (value) => mine.figure(value, line.unit, target.currency);
		const title = mine.esc(line.title);
		const narrowed = line.narrowed ? ` <span>${mine.esc(line.narrowed)}</span>` : "";
		return `<div class="st-mine-line">
			<div class="st-mine-line-head"><h3>${title}${narrowed}</h3>${mine.pill(colour, pace)}</div>
			<div class="st-mine-sums"><span><b>${figure(now.achieved)}</b> ${__("of {0}", [figure(now.target)])}</span>
				<span class="st-mine-share">${mine.percent(now.attainment)}</span></div>
			${mine.bar(line, colour)}
			<p class="st-mine-note"><span>${mine.esc(now.label)}</span> · ${mine.still(line, figure)}</p>
			${mine.marks(line, figure)}
			${mine.whole(line, figure)}
		</div>`;
	},

	// A bar with a mark where it should be today; both run with the text.
	bar(line, colour) {
		const { now } = line;
		const within = (share) => Math.min(Math.max((share || 0) * 100, 0), 100);
		const due = line.repeats ? 0 : within(now.expected_share);
		const percent = (share) => sales_targets.target.percent(share);
		const label = sales_targets.mine.esc(
			`${line.title}: ${__("{0} reached, {1} expected by today", [
				percent(now.attainment),
				percent(line.repeats ? 1 : now.expected_share),
			])}`
		);
		const mark = due > 0 && due < 100 ? `<i style="inset-inline-start: ${due}%"></i>` : "";
		return `<div class="st-mine-bar" role="progressbar" aria-label="${label}" title="${label}"
			aria-valuemin="0" aria-valuemax="100" aria-valuenow="${Math.round(within(now.attainment))}">
			<span class="st-mine-${colour}" style="width: ${within(now.attainment)}%"></span>${mark}</div>`;
	},

	// What is still needed on each working day, in a sentence.
	still(line, figure) {
		const { now } = line;
		if (now.achieved === null) return __("Nothing is known yet.");
		if (line.repeats) return __("This figure holds for the whole period; what counts is where it ends.");
		if (line.direction === "Reduce") {
			return now.missing > 0 && now.per_day !== null
				? __("{0} is left, {1} on each working day.", [figure(now.missing), figure(now.per_day)])
				: __("Nothing is left of it.");
		}
		if (!now.missing) {
			return now.forecast === null
				? __("The target is reached.")
				: __("The target is reached; as it goes, it ends at {0}.", [figure(now.forecast)]);
		}
		if (now.per_day === null) return __("{0} is missing, and no working day is left.", [figure(now.missing)]);
		const ends = __("As it goes, it ends at {0}.", [figure(now.forecast)]);
		const rare = line.unit === "Number" && now.per_day > 0 && now.per_day < 0.5;
		const often = rare ? format_number(Math.floor(1 / now.per_day), null, 0) : figure(now.per_day);
		const both = [figure(now.missing), `<b>${often}</b>`];
		const needed = rare
			? __("{0} is missing: one in {1} working days.", both)
			: __("{0} is missing: {1} on each working day left.", both);
		return `${needed} ${ends}`;
	},

	marks(line, figure) {
		const { mine } = sales_targets;
		if (!line.milestones.length) return "";
		const marks = line.milestones
			.map((one) => {
				const said = one.reached ? __("reached") : __("not reached yet");
				const tick = one.reached ? '<span aria-hidden="true">✓</span> ' : "";
				return `<li class="${one.reached ? "st-mine-reached" : ""}">${tick}<bdi>${mine.esc(one.label)}</bdi>
					<span class="st-mine-mark-figure">${figure(one.figure)}</span>
					<span class="sr-only">${said}</span></li>`;
			})
			.join("");
		const of_line = __("Milestones of {0}", [line.title]);
		return `<ul class="st-mine-marks" aria-label="${mine.esc(of_line)}">${marks}</ul>`;
	},

	whole(line, figure) {
		const { mine } = sales_targets;
		const { whole } = line;
		if (!whole) return "";
		const [, pace] = sales_targets.target.PACES[whole.pace] || ["gray", mine.esc(whole.pace)];
		const text = __("Whole time: {0} of {1}, {2}, {3}.", [
			figure(whole.achieved),
			figure(whole.target),
			mine.percent(whole.attainment),
			pace,
		]);
		return `<p class="st-mine-note">${text}</p>`;
	},
});
