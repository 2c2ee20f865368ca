// Distribute to team: what each member would get, then a draft target for each.

sales_targets.target.distribute = function (frm) {
	const weights = {};
	const dialog = new frappe.ui.Dialog({
		title: __("Distribute {0}", [frm.doc.title]),
		size: "large",
		fields: [
			{
				fieldname: "by",
				fieldtype: "Select",
				label: __("Split"),
				options: [
					{ value: "Evenly", label: __("Evenly") },
					{ value: "Last Year", label: __("By last year's share") },
					{ value: "By Weight", label: __("By weights") },
				],
				default: "Evenly",
				onchange: () => preview(),
			},
			{ fieldname: "preview", fieldtype: "HTML" },
		],
		primary_action_label: __("Create Draft Targets"),
		primary_action() {
			dialog.disable_primary_action();
			frappe
				.xcall("sales_targets.targets.distribute.create", arguments_of())
				.then((done) => {
					dialog.hide();
					tell(done);
					frm.reload_doc();
				})
				.finally(() => dialog.enable_primary_action());
		},
	});
	const arguments_of = () => ({ target: frm.doc.name, by: dialog.get_value("by") || "Evenly", weights });
	const preview = () => {
		const wrapper = dialog.fields_dict.preview.$wrapper;
		const asked = arguments_of();
		frappe.xcall("sales_targets.targets.distribute.preview", asked).then((found) => {
			if (asked.by !== dialog.get_value("by")) return;
			wrapper.html(split_html(found, asked.by === "By Weight"));
			wrapper.find("input").on("change", function () {
				weights[this.dataset.member] = flt(this.value);
				preview();
			});
		});
	};
	const tell = (done) => {
		const count = done.created.length;
		let made = count ? __("{0} draft targets were created.", [count]) : __("No target was created.");
		if (count === 1) made = __("One draft target was created.");
		const list = done.skipped.map((text) => `<li>${text}</li>`).join("");
		frappe.msgprint({
			title: __("Distribute to Team"),
			indicator: count ? "green" : "orange",
			message: list ? `${made}<p class="mt-3">${__("Skipped:")}</p><ul>${list}</ul>` : made,
			primary_action: count && {
				label: __("Show them"),
				action: () => frappe.set_route("List", "Sales Target", { parent_target: frm.doc.name }),
			},
		});
	};
	dialog.show();
	preview();
};

function split_html(found, by_weight) {
	const escape = frappe.utils.escape_html;
	const head = (text, end) => `<th style="${end ? "text-align: right;" : ""} border-top: 0;">${text}</th>`;
	const cell = (html) => `<td style="text-align: right; white-space: nowrap;">${html}</td>`;
	const amount = (value, line) => sales_targets.target.figure(value, line.unit, found.currency);
	const rows = found.members.map((row) => {
		const existing = row.existing
			? `<br><a class="text-muted small" href="${frappe.utils.get_form_link("Sales Target", row.existing)}"
				target="_blank">${__("has {0} already", [escape(row.existing)])}</a>`
			: "";
		const weight = by_weight
			? `<td><input type="number" min="0" step="any" class="form-control input-xs" value="${row.weight}"
				data-member="${escape(row.member)}" aria-label="${__("Weight")}" style="width: 90px;"></td>`
			: "";
		return `<tr class="${row.existing ? "text-muted" : ""}">
			<td>${escape(row.member)} ${row.is_group ? `<span class="text-muted">(${__("team")})</span>` : ""}${existing}</td>
			${weight}${found.lines.map((line) => cell(amount(row.amounts[line.number], line))).join("")}</tr>`;
	});
	const totals = found.lines.map((line) => cell(amount(found.totals[line.number], line))).join("");
	const notes = found.notes.map((note) => `<p class="text-warning small">${escape(note)}</p>`).join("");
	return `${notes}<div style="overflow-x: auto;"><table class="table table-sm small">
		<thead class="text-muted"><tr>${head(__("Member"))}${by_weight ? head(__("Weight")) : ""}
			${found.lines.map((line) => head(escape(line.title), true)).join("")}</tr></thead>
		<tbody>${rows.join("")}</tbody>
		<tfoot style="font-weight: 600;"><tr><td>${__("Whole")}</td>${by_weight ? "<td></td>" : ""}${totals}</tr></tfoot>
	</table></div>`;
}
