// A run: start, stop, and how far it is while it works.

const WORKING = ["Queued", "Running"];

frappe.ui.form.on("Commission Run", {
	setup(frm) {
		frm.set_query("sales_person", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		listen(frm);
		show(frm, frm.doc);
		// Frappe adds the time zone to the description of a moment, and then finds no translation of the two.
		frm.set_df_property("known_at", "description", __("Everything recorded by this moment is in the amounts."));
		if (frm.doc.status !== "Draft") frm.disable_save();
		if (!frm.perm[0] || !frm.perm[0].write) return;
		if (WORKING.includes(frm.doc.status)) {
			frm.add_custom_button(__("Stop"), () => call(frm, "stop"));
			frm.add_custom_button(__("Add a worker"), () => call(frm, "start"));
		} else {
			const labels = { Draft: __("Start"), Done: __("Run again") };
			const button = frm.add_custom_button(labels[frm.doc.status] || __("Resume", null, "Commission Run"), () => ask_to_start(frm));
			button.addClass("btn-primary");
		}
	},

	onload_post_render(frm) {
		poll(frm);
	},
});

function ask_to_start(frm) {
	frappe.prompt(
		{
			fieldname: "workers",
			fieldtype: "Int",
			label: __("Workers"),
			default: 1,
			description: __("So many workers share the run, if as many are free."),
		},
		({ workers }) => call(frm, "start", { workers }),
		__("Make the statements"),
		__("Start")
	);
}

async function call(frm, method, values) {
	await frappe.xcall(`sales_targets.compensation.run.${method}`, { run: frm.doc.name, ...values });
	await frm.reload_doc();
	poll(frm);
}

function listen(frm) {
	frappe.realtime.off("commission_run_progress");
	frappe.realtime.on("commission_run_progress", (found) => {
		if (found.name !== frm.doc.name) return;
		show(frm, found);
		if (!WORKING.includes(found.status)) frm.reload_doc();
	});
}

// Without a socket nothing is heard: look again from time to time while it works.
function poll(frm) {
	if (frm.is_new() || !WORKING.includes(frm.doc.status)) return;
	setTimeout(async () => {
		if (cur_frm !== frm) return;
		const fields = ["name", "status", "progress", "done", "total", "made", "unchanged", "failed"];
		const { message } = await frappe.db.get_value("Commission Run", frm.doc.name, fields);
		show(frm, message);
		if (WORKING.includes(message.status)) poll(frm);
		else frm.reload_doc();
	}, 5000);
}

function show(frm, values) {
	const area = frm.fields_dict.progress_area;
	if (!area) return;
	const share = Math.min(Math.max(flt(values.progress), 0), 100);
	const colour = { Done: "green", Failed: "red", Stopped: "orange" }[values.status] || "blue";
	area.$wrapper.html(`<div style="height: 10px; border-radius: 5px; background: var(--gray-200, var(--bg-gray))">
			<div style="height: 100%; border-radius: 5px; width: ${share}%; background: var(--${colour}-500)"></div>
		</div>
		<p class="text-muted small" style="margin-block-start: 6px">${__(
			"{0} of {1} payees: {2} statements made or changed, {3} unchanged, {4} failed",
			[values.done || 0, values.total || 0, values.made || 0, values.unchanged || 0, values.failed || 0]
		)}</p>`);
}
