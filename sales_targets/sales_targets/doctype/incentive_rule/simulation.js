// Simulate: the site's own past under the rule as it is typed, beside the one in force.

sales_targets.rule.simulate = function (frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Simulate"),
		size: "extra-large",
		fields: [
			{
				fieldname: "periods",
				fieldtype: "Int",
				label: __("Last periods"),
				default: 12,
				description: __("Whole measurement periods of this rule, up to 36."),
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "beside",
				fieldtype: "Link",
				options: "Incentive Rule",
				label: __("Beside"),
				default: frm.doc.previous_version,
				get_query: () => ({ filters: { company: frm.doc.company, payee: frm.doc.payee, docstatus: 1 } }),
				description: __("A rule in force to compare with. Empty: the version before, if there is one."),
			},
			{ fieldtype: "Section Break" },
			{ fieldname: "area", fieldtype: "HTML" },
		],
		primary_action_label: __("Run"),
		primary_action: () => run(frm, dialog),
	});
	dialog.show();
	dialog.$wrapper.addClass("rule-simulation");
};

const MILLISECONDS = 1500;

async function run(frm, dialog) {
	const area = $(dialog.fields_dict.area.wrapper).empty();
	const path = sales_targets.rule.PATH + "simulate.";
	const { periods, beside } = dialog.get_values();
	dialog.disable_primary_action();
	const bar = $(
		"<div class='progress'><div class='progress-bar' role='progressbar' style='width: 2%'></div></div>"
	).appendTo(area);
	const moved = (message) => bar.find(".progress-bar").css("width", `${Math.max(message.done || 0, 2)}%`);
	let key = null;
	const listener = (message) => message.key === key && moved(message);
	frappe.realtime.on("sales_targets_simulation", listener);
	try {
		const rule = JSON.stringify(frm.doc);
		key = await frappe.xcall(path + "start", { rule, periods: periods || 12, beside: beside || "" });
		const answer = await settled(path, key, dialog, moved);
		if (answer) show(area.empty(), answer, frm);
	} catch {
		area.empty(); // Frappe has shown the message
	} finally {
		frappe.realtime.off("sales_targets_simulation", listener);
		dialog.enable_primary_action();
	}
}

// Messages may get lost where there is no socket, so the answer is asked for as well.
async function settled(path, key, dialog, moved) {
	while (dialog.display) {
		const answer = await frappe.xcall(path + "answer", { key });
		if (!["Queued", "Running"].includes(answer.state)) return answer;
		moved(answer);
		await new Promise((done) => setTimeout(done, MILLISECONDS));
	}
	return null;
}

function show(area, answer, frm) {
	if (answer.state !== "Done") {
		const text = answer.state === "Failed" ? answer.message : __("The answer is not kept any more. Run it again.");
		$("<p class='text-danger'></p>").text(text).appendTo(area);
		return;
	}
	const result = answer.result;
	const money = (value) => format_currency(value, result.currency);
	const { first, last, periods } = result.window;
	// Alone, else the parts of a day change places among Persian words.
	const day = (value) => `\u2066${frappe.datetime.str_to_user(value)}\u2069`;
	$("<p class='text-muted'></p>")
		.text(
			__("Periods: {0}, from {1} to {2}. Nothing was written.", [
				periods,
				day(first),
				day(last),
			])
		)
		.appendTo(area);
	area.append(totals(result, money));
	result.problems.forEach((text) => $("<p class='text-warning small'></p>").text(text).appendTo(area));
	draw(area, result, frm);
	area.append(sellers(result, money));
}

function totals(result, money) {
	const { typed, beside } = result;
	const percent = (value) => (value === null ? "–" : `${format_number(value, null, 2)} %`);
	const rows = [
		[__("Total cost"), (one) => money(one.total)],
		[__("Share of revenue"), (one) => percent(one.share_of_revenue)],
		[__("Share of margin"), (one) => percent(one.share_of_margin)],
		[__("Paid to"), (one) => format_number(one.paid, null, 0)],
	];
	const table = $("<table class='table table-bordered'></table>");
	const head = $("<tr><th></th></tr>").appendTo(table);
	[__("As typed"), ...(beside ? [beside.title] : [])].forEach((text) => $("<th></th>").text(text).appendTo(head));
	rows.forEach(([label, value]) => {
		const row = $("<tr></tr>").append($("<td></td>").text(label)).appendTo(table);
		[typed, ...(beside ? [beside] : [])].forEach((one) => $("<td></td>").text(value(one)).appendTo(row));
	});
	if (!beside) return table;
	const text = __("{0} would get more, {1} less.", [result.winners, result.losers]);
	return $("<div></div>").append(table, $("<p></p>").text(text));
}

function draw(area, result, frm) {
	const { curve, beside } = result;
	const datasets = [{ name: __("As typed"), values: curve.typed }];
	if (curve.beside) datasets.push({ name: beside.title, values: curve.beside });
	const place = $("<div></div>").appendTo(area);
	// The dialog's width is known only once it is open.
	setTimeout(() => sales_targets.rule.chart(place, curve, result.currency || frm.doc.currency, datasets), 200);
}

function sellers(result, money) {
	const { beside } = result;
	const table = $("<table class='table table-bordered small'></table>");
	const labels = [__("Payee"), __("As typed"), ...(beside ? [beside.title, __("Difference")] : [])];
	const head = $("<tr></tr>").appendTo(table);
	labels.forEach((text) => $("<th></th>").text(text).appendTo(head));
	result.sellers.forEach((one) => {
		const row = $("<tr></tr>").append($("<td></td>").text(one.payee)).appendTo(table);
		const values = [one.typed, ...(beside ? [one.beside, one.difference] : [])];
		values.forEach((value, number) => {
			const cell = $("<td class='text-right'></td>").text(money(value)).appendTo(row);
			if (number === 2 && value) cell.addClass(value > 0 ? "text-success" : "text-danger");
		});
	});
	if (!result.left_out) return table;
	return $("<div></div>").append(table, $("<p></p>").text(__("and {0} more", [result.left_out])));
}
