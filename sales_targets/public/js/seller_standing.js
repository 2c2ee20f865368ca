// On Sales Person and Sales Partner: their targets and statements. On Customer: who is credited for it.
{% include "sales_targets/public/js/document_section.js" %}

(() => {
	const METHOD = "sales_targets.desk.masters.standing_of";
	const { documents } = sales_targets;
	const PACES = { "On Track": "green", Reached: "green", "At Risk": "orange", Behind: "red", Missed: "red" };

	function draw(frm, answer) {
		documents.section(frm, __("Targets and Incentives"), [
			documents.sentences(answer.sentences),
			answer.sellers ? sellers(answer) : targets(answer.targets) + statements(answer.statements),
			documents.links(answer.links),
		]);
	}

	function targets(rows) {
		if (!rows.length) return "";
		const several = new Set(rows.map((row) => row.company)).size > 1;
		const columns = [
			{ label: __("Target") },
			...(several ? [{ label: __("Company") }] : []),
			{ label: __("To Date") },
			{ label: __("Attainment") },
			{ label: __("Pace") },
		];
		const cells = rows.map((row) => [
			documents.link(row.label, row.href),
			...(several ? [documents.text(row.company)] : []),
			day(row.to_date),
			bar(row),
			row.pace ? documents.pill(__(row.pace), PACES[row.pace] || "gray") : "",
		]);
		return documents.table(__("Targets in force"), columns, cells);
	}

	function statements(rows) {
		if (!rows.length) return "";
		const columns = [
			{ label: __("Commission Statement") },
			{ label: __("To Date") },
			{ label: __("Status") },
			{ label: __("Payable"), number: true },
		];
		const cells = rows.map((row) => [
			documents.link(row.label, row.href),
			day(row.to_date),
			documents.text(__(row.status)),
			documents.figure(row.payable, "Currency", row.currency),
		]);
		return documents.table(__("Last statements"), columns, cells);
	}

	function sellers({ sellers: rows, kpi }) {
		if (!rows.length) return "";
		const several = new Set(rows.map((row) => row.company)).size > 1;
		const columns = [
			{ label: __("Sales Person") },
			...(several ? [{ label: __("Company") }] : []),
			{ label: __("{0} in twelve months", [kpi.title]), number: true },
			{ label: __("Target") },
			{ label: __("Last Statement") },
		];
		const cells = rows.map((row) => [
			documents.link(row.label, row.href) + (row.pill ? ` ${documents.pill(row.pill, "blue")}` : ""),
			...(several ? [documents.text(row.company)] : []),
			documents.figure(row.value, kpi.unit, row.currency),
			row.targets.map((one) => `<div>${documents.link(one.label, one.href)} ${bar(one)}</div>`).join(""),
			row.statement ? documents.link(row.statement.label, row.statement.href) : "",
		]);
		return documents.table(__("Who is credited for this customer"), columns, cells);
	}

	function bar({ label, score, expected }) {
		if (score === null) return documents.text(__("No Data"));
		const reached = Math.round(score * 100);
		const shown = documents.figure(reached, "Percent");
		const title = __("Attainment {0} %, expected by today {1} %", [reached, Math.round((expected || 0) * 100)]);
		return `<span style="display: inline-flex; align-items: center; gap: 8px" title="${documents.text(title)}">
			<span role="progressbar" aria-label="${documents.text(label)}" aria-valuenow="${reached}" aria-valuemin="0"
				aria-valuemax="${Math.max(100, reached)}" style="display: inline-block; width: 80px; height: 8px;
				border-radius: 4px; background: var(--gray-200, var(--bg-gray)); overflow: hidden">
				<span style="display: block; height: 100%; width: ${Math.min(Math.max(reached, 0), 100)}%;
					background: var(--blue-500)"></span>
			</span>${shown}</span>`;
	}

	function day(value) {
		return `<bdi dir="ltr">${documents.text(frappe.datetime.str_to_user(value))}</bdi>`;
	}

	documents.told = documents.told || new Set();
	["Sales Person", "Sales Partner", "Customer"]
		.filter((doctype) => !documents.told.has(doctype))
		.forEach((doctype) => {
			documents.told.add(doctype);
			frappe.ui.form.on(doctype, {
				setup(frm) {
					if (doctype !== "Sales Partner") return;
					// The button beside the connection would make a target of a Sales Person.
					frm.make_methods = Object.assign(frm.make_methods || {}, {
						"Sales Target": () =>
							frappe.new_doc("Sales Target", { target_for: doctype, sales_partner: frm.doc.name }),
					});
				},
				refresh: (frm) => documents.attach(frm, METHOD, draw),
			});
		});
})();
