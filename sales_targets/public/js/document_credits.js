// On invoices, orders and opportunities: who is credited for what, and what an opportunity would pay.
{% include "sales_targets/public/js/document_section.js" %}

(() => {
	const METHOD = "sales_targets.desk.documents.credits";
	const { documents } = sales_targets;

	function draw(frm, answer) {
		documents.indicator(frm, answer.indicator);
		head(frm, answer);
		documents.section(frm, __("Sales Credit"), [
			documents.sentences(answer.sentences),
			sellers(answer),
			documents.links(answer.links),
			answer.estimate && estimate(answer.estimate),
		]);
	}

	function head(frm, { indicator: { short, label, colour }, estimate: found }) {
		if (found && found.pays !== null) {
			const money = documents.figure(found.pays, "Currency", found.currency);
			documents.pill_in_head(frm, __("Would pay about {0}", [money]), "blue", __("Estimated Commission"));
		} else if (short) {
			documents.pill_in_head(frm, documents.text(short), colour, label);
		}
	}

	function sellers({ sellers: rows, kpis, currency }) {
		if (!rows.length) return "";
		const columns = [{ label: __("Sales Person") }];
		if (!kpis.length) columns.push({ label: __("Credit Share"), number: true });
		kpis.forEach((kpi) => columns.push({ label: kpi.title, number: true }));
		const cells = rows.map((row) => {
			const name = documents.link(row.label, row.href) + (row.pill ? ` ${documents.pill(row.pill, "blue")}` : "");
			if (!kpis.length) return [name, documents.figure(row.share, "Percent")];
			return [name, ...kpis.map((kpi) => documents.figure(row.values[kpi.code], kpi.unit, currency))];
		});
		return documents.table(__("Sales Credit"), columns, cells);
	}

	function estimate(found) {
		return [
			`<div class="bold mt-3 mb-2">${documents.text(__("Estimated Commission"))}</div>`,
			found.pays === null ? documents.sentences([found.reason]) : supposed(found) + parts(found),
			documents.sentences(found.sentences),
		].join("");
	}

	function supposed(found) {
		const money = (value) => documents.figure(value, "Currency", found.currency);
		const words = [
			__("Won on {0} and credited to {1} alone, it would pay about {2}.", [
				documents.text(frappe.datetime.str_to_user(found.day)),
				documents.text(found.seller),
				`<b>${money(found.pays)}</b>`,
			]),
		];
		if (found.expected !== null) {
			words.push(
				__("At its probability of {0} that is {1}.", [
					documents.figure(found.probability, "Percent"),
					money(found.expected),
				])
			);
		}
		if (found.given_currency !== found.currency) {
			words.push(
				__("Its amount of {0} counts as {1}.", [
					documents.figure(found.given, "Currency", found.given_currency),
					money(found.amount),
				])
			);
		}
		return `<p class="mb-2">${words.join(" ")}</p>`;
	}

	function parts({ parts: rows, currency }) {
		if (!rows.length) return "";
		const columns = [
			{ label: __("Incentive Rule") },
			{ label: __("KPI") },
			{ label: __("Period") },
			{ label: __("Would Pay"), number: true },
		];
		const cells = rows.map((part) => [
			documents.link(part.title, part.href),
			documents.text(part.kpi_title),
			documents.text(part.period),
			documents.figure(part.pays, "Currency", currency),
		]);
		return documents.table(__("Estimated Commission"), columns, cells);
	}

	// This file comes with each of these forms; each is told once.
	documents.told = documents.told || new Set();
	["Sales Invoice", "POS Invoice", "Sales Order", "Opportunity"]
		.filter((doctype) => !documents.told.has(doctype))
		.forEach((doctype) => {
			documents.told.add(doctype);
			frappe.ui.form.on(doctype, { refresh: (frm) => documents.attach(frm, METHOD, draw) });
		});
})();
