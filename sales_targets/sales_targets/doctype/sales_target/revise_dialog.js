// Revise: another target for a line from a day on, with a preview of what becomes of the periods.

sales_targets.target.revise = function (frm) {
	const lines = frm.doc.kpis.map((row) => ({
		value: String(row.idx),
		label: line_label(row),
	}));
	const today = frappe.datetime.get_today();
	const inside = today >= frm.doc.from_date && today <= frm.doc.to_date;
	const dialog = new frappe.ui.Dialog({
		title: __("Revise {0}", [frm.doc.title]),
		fields: [
			{
				fieldname: "line",
				fieldtype: "Select",
				label: __("Target on"),
				options: lines,
				default: "1",
				reqd: 1,
				onchange: () => show_old(),
			},
			{
				fieldname: "new_target",
				fieldtype: "Float",
				precision: 2,
				label: __("New target"),
				reqd: 1,
				description: __("For the whole time of the target, as if it had held from the first day."),
				onchange: () => preview(),
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "effective_date",
				fieldtype: "Date",
				label: __("Effective from"),
				default: inside ? today : frm.doc.from_date,
				reqd: 1,
				description: __("Days before keep their target; the period that holds this day is prorated."),
				onchange: () => preview(),
			},
			{ fieldtype: "Section Break" },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			{ fieldname: "preview", fieldtype: "HTML" },
		],
		primary_action_label: __("Revise"),
		primary_action(values) {
			dialog.disable_primary_action();
			frappe
				.xcall("sales_targets.targets.revise.revise", {
					target: frm.doc.name,
					line: cint(values.line),
					new_target: values.new_target,
					effective_date: values.effective_date,
					reason: values.reason,
				})
				.then(() => {
					dialog.hide();
					frappe.show_alert({ message: __("The target is revised."), indicator: "green" });
					frm.reload_doc();
				})
				.finally(() => dialog.enable_primary_action());
		},
	});

	const show_old = () => {
		const row = frm.doc.kpis[cint(dialog.get_value("line")) - 1];
		if (row) dialog.set_value("new_target", row.target);
		dialog.fields_dict.preview.$wrapper.empty();
	};
	const preview = frappe.utils.debounce(() => {
		// Field by field: get_values would empty the reason that is being typed.
		const values = {};
		["line", "new_target", "effective_date"].forEach((name) => (values[name] = dialog.get_value(name)));
		const row = frm.doc.kpis[cint(values.line) - 1];
		if (!row || !values.new_target || !values.effective_date || values.new_target === row.target) {
			dialog.fields_dict.preview.$wrapper.empty();
			return;
		}
		frappe
			.xcall("sales_targets.targets.revise.preview", {
				target: frm.doc.name,
				line: cint(values.line),
				new_target: values.new_target,
				effective_date: values.effective_date,
			})
			.then((found) => dialog.fields_dict.preview.$wrapper.html(revision_html(found)))
			.catch(() => dialog.fields_dict.preview.$wrapper.empty());
	}, 500);
	dialog.show();
	show_old();
};

function line_label(row) {
	const title = frappe.utils.get_link_title("KPI Definition", row.kpi) || row.kpi;
	const filters = ["item_group", "brand", "territory", "customer_group"].map((name) => row[name]);
	return [__(title), ...filters.filter(Boolean)].join(" · ");
}

function revision_html(found) {
	const text = (value) => sales_targets.target.figure(value, found.unit, found.currency);
	const row = (label, old, now) => `<tr>
		<td>${frappe.utils.escape_html(label)}</td>
		<td style="text-align: right;">${text(old)}</td>
		<td style="text-align: right;">${old === now ? text(now) : `<b>${text(now)}</b>`}</td></tr>`;
	const total =
		found.total.new === undefined ? "" : row(__("Whole time"), found.total.old, found.total.new);
	const changed = found.rows.filter((one) => one.old !== one.new);
	const kept = found.rows.length - changed.length;
	const note = kept ? `<p class="text-muted small">${__("Periods that keep their target: {0}", [kept])}</p>` : "";
	return `${note}<div style="max-height: 260px; overflow: auto;"><table class="table table-sm small">
		<thead class="text-muted"><tr><th>${__("Period")}</th>
			<th style="text-align: right;">${__("Target now")}</th>
			<th style="text-align: right;">${__("Revised")}</th></tr></thead>
		<tbody>${changed.map((one) => row(one.label, one.old, one.new)).join("")}</tbody>
		<tfoot style="font-weight: 600;">${total}</tfoot></table></div>`;
}
