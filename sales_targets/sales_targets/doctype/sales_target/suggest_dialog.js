// Suggest from history: what the last periods brought, and the target that some growth would make of it.

sales_targets.target.suggest = function (frm) {
	if (!(frm.doc.kpis || []).some((row) => row.kpi)) {
		frappe.msgprint(__("Add the KPIs first: their history is shown and their targets are filled."));
		return;
	}
	frappe
		.xcall("sales_targets.targets.suggest.history", { doc: frm.doc })
		.then((found) => show_history(frm, found));
};

function show_history(frm, found) {
	const dialog = new frappe.ui.Dialog({
		title: __("Suggest from History"),
		size: "large",
		fields: [
			{
				fieldname: "growth",
				fieldtype: "Float",
				precision: 1,
				label: __("Growth on last year (%)"),
				default: 10,
				onchange: () => show(),
			},
			{ fieldname: "history", fieldtype: "HTML" },
		],
		primary_action_label: __("Fill Targets"),
		primary_action() {
			found.lines.forEach((line) => {
				const row = frm.doc.kpis.find((one) => one.idx === line.number);
				const value = suggestion(line, flt(dialog.get_value("growth")));
				if (row && value !== null) frappe.model.set_value(row.doctype, row.name, "target", value);
			});
			dialog.hide();
		},
	});
	const show = () =>
		dialog.fields_dict.history.$wrapper.html(
			found.lines.map((line) => history_html(line, found, flt(dialog.get_value("growth")))).join("")
		);
	if (found.lines.every((line) => line.base === null)) dialog.disable_primary_action();
	dialog.show();
	show();
}

// What is to be reduced shrinks by the same percentage.
function suggestion(line, growth) {
	if (line.base === null) return null;
	return flt(line.base * (1 + ((line.direction === "Reduce" ? -1 : 1) * growth) / 100), line.places);
}

function history_html(line, found, growth) {
	const escape = frappe.utils.escape_html;
	const figure = (value, unit) => sales_targets.target.figure(value, unit, found.currency);
	const heads = [__("Value"), __("Growth on the year before"), ...found.beside.map((one) => escape(one.title))];
	const cell = (html) => `<td style="text-align: right; white-space: nowrap;">${html}</td>`;
	// The latest first: it is what one looks for.
	const rows = [...line.periods].reverse().map((row) => {
		const beside = found.beside.map((one) => cell(figure(row[one.kpi], one.unit))).join("");
		return `<tr><td>${escape(row.label)}</td>${cell(figure(row.value, line.unit))}
			${cell(figure(row.growth, "Percent"))}${beside}</tr>`;
	});
	const grown = __("Base {0}, with this growth {1}.", [
		figure(line.base, line.unit),
		figure(suggestion(line, growth), line.unit).bold(),
	]);
	const answer =
		line.base === null
			? `<p class="text-muted">${__("No figures for the same days a year before: type this target yourself.")}</p>`
			: `<p>${grown} <span class="text-muted">${escape(line.note)}</span></p>`;
	return `<h5 class="mt-3">${escape(line.title)}</h5>${answer}
		<div style="max-height: 240px; overflow: auto;"><table class="table table-sm small">
			<thead class="text-muted"><tr><th>${__("Period")}</th>
				${heads.map((head) => `<th style="text-align: right;">${head}</th>`).join("")}</tr></thead>
			<tbody>${rows.join("")}</tbody></table></div>`;
}
