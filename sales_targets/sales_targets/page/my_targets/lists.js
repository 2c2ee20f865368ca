// What would close the gap, what to do next, and the last statements.

Object.assign(sales_targets.mine, {
	pipeline(found) {
		const { mine } = sales_targets;
		const told = found.pipeline;
		if (!told) return "";
		const money = (value) => mine.figure(value, "Currency", found.currency);
		const all = `<a href="${mine.esc(told.href)}">${__("All")}</a>`;
		const intro = told.gap ? `<p>${mine.gap(told.gap, money)}</p>` : "";
		if (told.empty) return mine.card("deals", __("Deals That Would Close the Gap"), intro + mine.empty(told.empty));
		const several = new Set(told.deals.map((one) => one.seller)).size > 1;
		const rows = told.deals.map((one) => mine.deal(one, money, several)).join("");
		return mine.card(
			"deals",
			__("Deals That Would Close the Gap"),
			`${intro}<ul class="st-mine-list">${rows}</ul>
			<p class="st-mine-note">${mine.sums(told, money)}</p>`,
			all
		);
	},

	gap(gap, money) {
		const { mine } = sales_targets;
		const about = [mine.esc(gap.title), mine.esc(gap.label)];
		return gap.missing
			? __("{0}, {1}: {2} is missing.", [...about, `<b>${money(gap.missing)}</b>`])
			: __("{0}, {1}: nothing is missing any more.", about);
	},

	deal(one, money, several) {
		const { mine } = sales_targets;
		// Without a win rate nothing is known of a deal that has no probability of its own.
		const chance = one.probability === null ? "—" : format_number(one.probability, null, 0);
		const notes = [`<bdi dir="ltr">${chance} %</bdi>`];
		if (one.closing) notes.push(__("closes {0}", [mine.day(one.closing)]));
		if (several) notes.push(mine.esc(one.seller));
		notes.push(__("expected {0}", [money(one.expected)]));
		const left = one.late
			? `<div class="st-mine-note">${__("after this time")}</div>`
			: one.left === null
				? ""
				: one.left
				? `<div class="st-mine-note">${__("then {0} missing", [money(one.left)])}</div>`
				: `<div class="st-mine-note st-mine-closed">${__("closes the gap")}</div>`;
		return `<li><div><a href="${mine.esc(one.href)}">${mine.esc(one.title)}</a>
				<div class="st-mine-note">${notes.join(" · ")}</div></div>
			<div class="st-mine-amount">${money(one.amount)}${left}</div></li>`;
	},

	sums(told, money) {
		const text = [];
		if (!told.inside) text.push(__("None of them is to close in this time."));
		else if (told.gap) {
			text.push(
				__("Those that are to close in this time bring {0} if all are won, {1} by their probability.", [
					money(told.won),
					money(told.expected),
				])
			);
			if (told.left) {
				text.push(__("Even then {0} would be missing: more opportunities are needed.", [money(told.left)]));
			}
		}
		if (told.more) text.push(__("{0} more are not listed here.", [told.more]));
		return text.join(" ");
	},

	tasks(found) {
		const { mine } = sales_targets;
		const told = found.tasks;
		const title = __("What to Do Next");
		if (told.empty) return mine.card("tasks", title, mine.empty(told.empty));
		const rows = told.rows.map((one) => mine.task(one)).join("");
		const more = told.more ? `<p class="st-mine-note">${__("{0} more are not listed here.", [told.more])}</p>` : "";
		return mine.card("tasks", title, `<ul class="st-mine-list">${rows}</ul>${more}`);
	},

	task(one) {
		const { mine } = sales_targets;
		const notes = [];
		if (one.due) {
			const day = mine.day(one.due);
			notes.push(one.overdue ? `<span class="st-mine-late">${__("overdue since {0}", [day])}</span>` : __("until {0}", [day]));
		}
		if (one.kpi) notes.push(one.behind ? __("counts for {0}, which is behind", [mine.esc(one.kpi)]) : __("counts for {0}", [mine.esc(one.kpi)]));
		const said = notes.length ? `<div class="st-mine-note">${notes.join(" · ")}</div>` : "";
		return `<li><div><a href="${mine.esc(one.href)}">${mine.esc(one.text)}</a>${said}</div></li>`;
	},

	statements(found) {
		const { mine } = sales_targets;
		const told = found.statements;
		if (!told) return "";
		const title = __("Last Statements");
		if (told.empty) return mine.card("statements", title, mine.empty(told.empty));
		const rows = told.rows.map((one) => mine.statement(one)).join("");
		const all = `<a href="${mine.esc(told.href)}">${__("All")}</a>`;
		return mine.card("statements", title, `<ul class="st-mine-list">${rows}</ul>`, all);
	},

	statement(one) {
		const { mine } = sales_targets;
		const days = __("{0} to {1}", [mine.day(one.from_date), mine.day(one.to_date)]);
		const notes = [mine.esc(one.status)];
		if (one.provisional) notes.push(__("Provisional"));
		if (one.waits) notes.push(`<b>${__("waits for you")}</b>`);
		return `<li><div><a href="${mine.esc(one.href)}">${days}</a>
				<div class="st-mine-note">${notes.join(" · ")}</div></div>
			<div class="st-mine-amount">${mine.money(one.payable, one.currency)}</div></li>`;
	},
});
