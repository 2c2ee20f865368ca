// The pay curve of a rule, with what the linter says: a list, and a dot at each point it names.

sales_targets.rule.draw = async function (frm) {
	const wrapper = $(frm.fields_dict.curve_area.wrapper);
	if (!(frm.doc.tiers || []).length) {
		wrapper.html(`<p class="text-muted">${__("Add tiers to see what they pay.")}</p>`);
		return;
	}
	const rule = JSON.stringify(frm.doc);
	const path = sales_targets.rule.PATH + "pay_curve.";
	// Only the answer to the last question is drawn.
	const asked = (frm.curve_asked = (frm.curve_asked || 0) + 1);
	// First the findings: the curve is drawn with the target they were reckoned with.
	const report = frm.perm[0]?.write ? await frappe.xcall(path + "findings", { rule }) : { found: [] };
	const target = report.target ? { target: report.target } : {};
	const curve = await frappe.xcall(path + "pay_curve", { rule, ...target });
	const findings = report.found;
	if (asked !== frm.curve_asked) return;
	wrapper.empty();
	if (curve.problems) {
		curve.problems.forEach((text) => $("<p class='text-danger small'></p>").html(text).appendTo(wrapper));
		return;
	}
	if (curve.title) $("<p class='text-muted small'></p>").text(curve.title).appendTo(wrapper);
	const place = $("<div></div>").appendTo(wrapper);
	const chart = sales_targets.rule.chart(place, curve, frm.doc.currency, [
		{ name: __("Pays"), values: curve.values },
	]);
	list_findings(findings, wrapper);
	// The library places its points only once its own animation has begun.
	setTimeout(() => mark_findings(chart, curve, findings), 1000);
};

sales_targets.rule.chart = function (place, curve, currency, datasets) {
	return new frappe.Chart(place.get(0), {
		type: "line",
		height: 240,
		data: { labels: curve.labels, datasets },
		colors: ["#2490EF", "#ABB2B9"],
		animate: 0,
		axisOptions: { xAxisMode: "tick", xIsSeries: 1, shortenYAxisNumbers: 1 },
		lineOptions: { hideDots: 1, regionFill: datasets.length === 1 ? 1 : 0 },
		tooltipOptions: { formatTooltipY: (value) => format_currency(value, curve.currency || currency) },
	});
};

sales_targets.rule.check = async function (frm) {
	const rule = JSON.stringify(frm.doc);
	const { found } = await frappe.xcall(sales_targets.rule.PATH + "pay_curve.findings", { rule });
	if (!found.length) {
		frappe.msgprint({ message: __("Nothing odd was found."), indicator: "green", title: __("Check") });
		return;
	}
	const list = found.map((one) => `<li>${one.text}</li>`).join("");
	frappe.msgprint({ message: `<ul>${list}</ul>`, indicator: "orange", title: __("Worth a look") });
	sales_targets.rule.draw(frm);
};

function list_findings(findings, wrapper) {
	if (!findings.length) return;
	const list = $("<ol class='small rule-findings'></ol>").appendTo(wrapper);
	findings.forEach((one) => $("<li></li>").html(one.text).appendTo(list));
}

function mark_findings(chart, curve, findings) {
	const xs = chart.state?.xAxis?.positions;
	const ys = chart.state?.datasets?.[0]?.yPositions;
	const area = chart.drawArea;
	if (!xs || !ys || !area || !area.isConnected) return;
	findings.forEach((one, number) => {
		if (one.point === null || one.point >= xs.length) return;
		const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
		Object.entries({ cx: xs[one.point], cy: ys[one.point], r: 5, fill: "#E24C4C" }).forEach((pair) =>
			dot.setAttribute(...pair)
		);
		const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
		title.textContent = `${number + 1}. ${$("<div></div>").html(one.text).text()}`;
		dot.appendChild(title);
		area.appendChild(dot);
	});
}
