// Where a target stands: a table with bars, read from the server when shown and whenever figures change.

sales_targets.target.PACES = {
	"On Track": ["green", __("On Track")],
	Reached: ["green", __("Reached")],
	"At Risk": ["orange", __("At Risk")],
	Behind: ["red", __("Behind")],
	Missed: ["red", __("Missed")],
	"No Data": ["gray", __("No Data")],
};

// A figure in its unit, as text; an em dash where there is no data.
sales_targets.target.figure = function (value, unit, currency, places) {
	const { isolated, minus_first } = sales_targets.target;
	if (value === null || value === undefined) return "—";
	if (unit === "Currency") return isolated(minus_first(format_currency(value, currency, places)));
	const number = isolated(format_number(value, null, Number.isInteger(flt(value, 2)) ? 0 : 2));
	if (unit === "Percent") return isolated(`${number} %`);
	return unit === "Days" ? __("{0} days", [number]) : number;
};

// From left to right by itself: among words of the other direction a minus would stand behind its number.
sales_targets.target.isolated = (text) => (frappe.utils.is_rtl() ? `\u2066${text}\u2069` : text);

// The rial's sign is of Arabic script: what follows it runs from right to left, and a minus stood behind its
// number. An isolate keeps it in front, and a mark after that keeps the sign on its side.
sales_targets.target.minus_first = (amount) =>
	/[\u0590-\u08ff\ufb50-\ufdff]/.test(amount)
		? amount.replace(/-(\d[\d.,' ]*)/, "\u2066-$1\u2069\u200f")
		: amount;

sales_targets.target.percent = function (share) {
	if (share === null || share === undefined) return "—";
	return sales_targets.target.isolated(`${format_number(share * 100, null, 1)} %`);
};

// A bar for a share of 1 in the colour of its pace, with a mark where it should be today. It follows the
// direction of the text: inset-inline-start is the right edge where text runs from right to left.
sales_targets.target.bar = function (share, expected, pace) {
	const [colour] = sales_targets.target.PACES[pace] || ["gray"];
	const width = Math.min(Math.max((share || 0) * 100, 0), 100);
	const due = Math.min(Math.max((expected || 0) * 100, 0), 100);
	const hint = __("Expected by today: {0} %", [format_number(due, null, 1)]);
	const mark =
		due > 0 && due < 100
			? `<div title="${hint}"
				style="position: absolute; inset-block: -2px; inset-inline-start: ${due}%; width: 2px;
				background: var(--text-color);"></div>`
			: "";
	return `<div style="position: relative; height: 8px; border-radius: 4px; min-width: 80px;
			background: var(--gray-200, var(--bg-gray));">
		<div style="height: 100%; border-radius: 4px; width: ${width}%; background: var(--${colour}-500);"></div>
		${mark}
	</div>`;
};

sales_targets.target.show_standing = function (frm) {
	const area = frm.fields_dict.standing_area;
	if (!area) return;
	if (frm.doc.docstatus !== 1) {
		area.$wrapper.empty();
		return;
	}
	frappe
		.xcall("sales_targets.targets.standing.standing", { target_name: frm.doc.name })
		.then((found) => {
			if (frm.doc.name !== found.name) return;
			area.$wrapper.html(standing_html(found));
		});
};

// Figures in the grids in their units; where there is no data a dash stands, not a zero.
sales_targets.target.format_grids = function (frm) {
	const write = (table, field, line_of, has_value) => {
		const formatter = (value, df, options, row) => {
			const line = row && line_of(row);
			// Narrow columns: no decimals where they say nothing, and what is still too long ends in an ellipsis.
			const places = Number.isInteger(flt(value, 2)) ? 0 : undefined;
			const { figure } = sales_targets.target;
			const text = line ? figure(has_value(row) ? value : null, line.unit, frm.doc.currency, places) : "";
			const dir = line && line.unit !== "Days" ? "ltr" : "";
			return `<div class="ellipsis" dir="${dir}" style="text-align: right;" title="${text}">${text}</div>`;
		};
		frm.fields_dict[table].grid.update_docfield_property(field, "formatter", formatter);
	};
	const itself = (row) => row;
	const of_period = (row) => (frm.doc.kpis || []).find((line) => line.idx === row.line);
	["target", "achieved"].forEach((field) => write("kpis", field, itself, () => true));
	["threshold", "stretch", "baseline"].forEach((field) =>
		write("kpis", field, itself, (row) => flt(row[field]))
	);
	write("periods", "target", of_period, () => true);
	write("periods", "achieved", of_period, (row) => row.has_data);
};

// One listener for all forms: an event names its target.
sales_targets.target.listen = function () {
	if (sales_targets.target.listening) return;
	sales_targets.target.listening = true;
	frappe.realtime.on("sales_target_refreshed", (event) => {
		const frm = cur_frm;
		if (!frm || frm.doctype !== "Sales Target" || frm.doc.name !== event.name) return;
		frappe
			.xcall("sales_targets.targets.standing.standing", { target_name: event.name })
			.then((found) => {
				if (frm.doc.name !== found.name) return;
				frm.fields_dict.standing_area.$wrapper.html(standing_html(found));
				show_achieved(frm, found);
			});
	});
};

// Written past the model, so that the form does not become "Not Saved".
function show_achieved(frm, found) {
	const rows = {};
	(frm.doc.periods || []).forEach((row) => (rows[row.line] = rows[row.line] || []).push(row));
	found.lines.forEach((line) => {
		const whole = (frm.doc.kpis || []).find((row) => row.idx === line.number);
		if (whole) whole.achieved = line.whole.achieved || 0;
		(rows[line.number] || []).forEach((row, index) => {
			const period = line.periods[index];
			if (!period) return;
			row.achieved = period.achieved || 0;
			row.has_data = period.has_data ? 1 : 0;
		});
	});
	["kpis", "periods"].forEach((field) => frm.fields_dict[field].grid.refresh());
}

function standing_html(found) {
	if (!found.lines.length) return `<p class="text-muted">${__("This target has no KPIs.")}</p>`;
	const score = __("Weighted attainment {0}, expected by today {1}.", [
		sales_targets.target.percent(found.score).bold(),
		sales_targets.target.percent(found.expected),
	]);
	const intro =
		found.score === null ? `<p class="text-muted">${empty_reason(found)}</p>` : `<p>${score}</p>`;
	const heads = [
		__("Period"),
		__("Achieved"),
		__("Target"),
		__("Attainment"),
		__("Expected by today"),
		__("Pace"),
		__("Forecast"),
		__("Per working day left"),
	];
	const aligned = (index) => (["1", "2", "4", "6", "7"].includes(String(index)) ? "text-align: right;" : "");
	return `${intro}<div style="overflow-x: auto;"><table class="table table-sm small sales-target-standing">
		<thead class="text-muted"><tr>${heads
			.map((head, index) => `<th style="${aligned(index)} border-top: 0;">${head}</th>`)
			.join("")}</tr></thead>
		<tbody>${found.lines.map((line) => line_html(line, found)).join("")}</tbody>
	</table></div>`;
}

function empty_reason(found) {
	if (found.status === "Upcoming") return __("This target has not begun yet.");
	return __(
		"Nothing has been credited yet. Figures appear here as soon as documents are submitted for enabled KPIs."
	);
}

function line_html(line, found) {
	const current = line.current === null ? null : line.periods[line.current];
	const rows = [[__("Whole time"), line.whole]];
	if (current && line.periods.length > 1) rows.unshift([current.label, current]);
	const notes = [__("Weight {0} %", [format_number(line.weight, null, 0)])];
	["threshold", "stretch"].forEach((name) => {
		if (line[name] === null) return;
		const value = sales_targets.target.figure(line[name], line.unit, found.currency);
		notes.push(name === "threshold" ? __("Threshold {0}", [value]) : __("Stretch {0}", [value]));
	});
	if (line.whole.pipeline) {
		const value = sales_targets.target.figure(line.whole.pipeline, line.unit, found.currency);
		notes.push(__("Open pipeline {0}", [value]));
	}
	return `<tr><td colspan="8" style="padding-block-start: 12px;"><b>${frappe.utils.escape_html(line.title)}</b>
			<span class="text-muted">${notes.join(" · ")}</span></td></tr>
		${rows.map(([label, figures]) => figures_html(label, figures, line, found)).join("")}`;
}

function figures_html(label, figures, line, found) {
	const target = sales_targets.target;
	// Large amounts without decimals: eight columns stand beside each other.
	const places = (value) => (line.unit === "Currency" && Math.abs(value || 0) >= 1000 ? 0 : undefined);
	const text = (value) => target.figure(value, line.unit, found.currency, places(value));
	const [colour, pace] = target.PACES[figures.pace] || ["gray", figures.pace];
	const number = (html) => `<td style="text-align: right; white-space: nowrap;">${html}</td>`;
	return `<tr>
		<td style="white-space: nowrap;">${frappe.utils.escape_html(label)}</td>
		${number(text(figures.achieved))}
		${number(text(figures.target))}
		<td style="min-width: 120px;">
			${target.bar(figures.attainment, line.repeats ? null : figures.expected_share, figures.pace)}
			<span class="text-muted">${target.percent(figures.attainment)}</span>
		</td>
		${number(text(figures.expected))}
		<td><span class="indicator-pill ${colour}" style="white-space: nowrap;">${pace}</span></td>
		${number(text(figures.forecast))}
		${number(text(figures.required_run_rate))}
	</tr>`;
}
