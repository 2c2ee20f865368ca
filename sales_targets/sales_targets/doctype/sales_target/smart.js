// SMART check: what a draft lacks, in words, beside its lines. Asked for after the form is drawn.

sales_targets.target.show_smart = function (frm) {
	const area = frm.fields_dict.smart_area;
	if (!area) return;
	area.$wrapper.empty();
	if (frm.doc.docstatus !== 0) return;
	if (frm.is_new()) {
		const hint = __("Press SMART Check, or save: what is missing is then said here.");
		area.$wrapper.html(`<p class="text-muted small">${hint}</p>`);
		return;
	}
	sales_targets.target.check_smart(frm, true);
};

// Quietly beside a form that is opened; a button's press says so where it fails.
sales_targets.target.check_smart = function (frm, quiet) {
	const { name } = frm.doc;
	return frappe
		.call({ method: "sales_targets.targets.smart.check", args: { doc: frm.doc }, silent: Boolean(quiet) })
		.then((answer) => {
			if (frm.doc.name !== name || !answer.message) return;
			frm.fields_dict.smart_area.$wrapper.html(smart_html(answer.message));
			if (quiet) return;
			frappe.utils.scroll_to(frm.fields_dict.section_smart.wrapper, true, 60);
			frappe.show_alert(
				answer.message.findings.length
					? { message: __("What is missing stands below the lines."), indicator: "orange" }
					: { message: __("Nothing is missing."), indicator: "green" }
			);
		})
		.catch(() => {});
};

function smart_html(found) {
	const escape = frappe.utils.escape_html;
	const letters = found.aspects
		.map((one) => {
			const [colour, mark] = one.findings ? ["orange", one.findings] : ["green", "✓"];
			return `<li class="indicator-pill ${colour}" style="white-space: nowrap;">${escape(one.label)} ${mark}</li>`;
		})
		.join("");
	const labels = Object.fromEntries(found.aspects.map((one) => [one.aspect, one.label]));
	// The sentences come escaped from the server.
	const findings = found.findings
		.map((one) => `<li><b>${escape(labels[one.aspect])}</b>: ${one.text}</li>`)
		.join("");
	const list = findings
		? `<ul class="sales-target-findings" style="padding-inline-start: 20px; margin: 0;">${findings}</ul>`
		: `<p class="text-muted">${__("Nothing is missing.")}</p>`;
	const name = __("SMART Check");
	return `<ul class="list-unstyled" aria-label="${name}"
			style="display: flex; flex-wrap: wrap; gap: 6px; margin-block-end: 10px;">${letters}</ul>${list}`;
}
