// List of Sales Targets: status as indicator, and how far each target in force has come.

frappe.listview_settings["Sales Target"] = {
	add_fields: ["status", "docstatus"],
	hide_name_column: true,
	hide_name_filter: true,
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,

	get_indicator(doc) {
		const colours = {
			Draft: "red",
			Proposed: "blue",
			Countered: "orange",
			Accepted: "cyan",
			Upcoming: "blue",
			"In Force": "green",
			Ended: "gray",
			Cancelled: "red",
		};
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},

	refresh(listview) {
		const names = (listview.data || []).filter((doc) => doc.docstatus === 1).map((doc) => doc.name);
		if (!names.length || listview.view_name !== "List") return;
		frappe
			.xcall("sales_targets.targets.standing.progress", { targets: names })
			.then((found) => show_progress(listview, found));
	},
};

const PACE_COLOURS = { "On Track": "green", Reached: "green", "At Risk": "orange", Behind: "red", Missed: "red" };

function show_progress(listview, found) {
	listview.$result.find(".sales-target-progress").remove();
	Object.entries(found).forEach(([name, one]) => {
		if (one.score === null) return;
		const width = Math.min(Math.max(one.score * 100, 0), 100);
		// From left to right by itself, else its minus stood behind it among Persian words.
		const text = `\u2066${format_number(one.score * 100, null, 0)} %\u2069`;
		const title = `${__(one.pace)}. ${__("Attainment {0}, expected by today {1} %", [
			text,
			format_number(one.expected * 100, null, 0),
		])}`;
		const colour = PACE_COLOURS[one.pace] || "gray";
		const bar = $(`<span class="sales-target-progress text-muted small" title="${title}"
			style="display: inline-flex; align-items: center; gap: 6px; margin-inline-start: 10px; flex-shrink: 0;">
			<span style="display: inline-block; width: 70px; height: 6px; border-radius: 3px;
				background: var(--gray-200, var(--bg-gray));">
				<span style="display: block; height: 100%; border-radius: 3px; width: ${width}%;
					background: var(--${colour}-500);"></span>
			</span>${text}</span>`);
		const subject = listview.$result
			.find(`.list-row-checkbox[data-name="${CSS.escape(name)}"]`)
			.closest(".list-row")
			.find(".list-subject");
		subject.append(bar);
		// A long title gives way to the bar.
		subject.find(".level-item.ellipsis").css({ minWidth: 0, flexShrink: 1 });
	});
}
