// Form of a KPI: fields offered from the document type, Frappe's filter widget, problems shown at
// their fields while typing, a preview on real documents, and the progress of crediting past ones.

frappe.provide("sales_targets.kpi");

const KPI_METHODS = "sales_targets.sales_targets.doctype.kpi_definition.kpi_definition";
const BACKFILL_TITLE = __("Crediting past documents");
const NUMBER_TYPES = ["Currency", "Float", "Int", "Percent", "Duration", "Check", "Rating", "Long Int"];
const LINKED_DOCTYPES = {
	"Sales Person Field": "Sales Person",
	"User Field": "User",
	"Sales Partner Field": "Sales Partner",
};
// The server has the same list: fields that decide which credits a measure gives.
const MEASURE_FIELDS = [
	"document_type",
	"date_field",
	"aggregate",
	"value_expression",
	"distinct_field",
	"company_field",
	"filters_json",
	"credited_to",
	"credited_field",
	"unit",
];
const CHECKED_FIELDS = [...MEASURE_FIELDS, "code", "formula"];

frappe.ui.form.on("KPI Definition", {
	setup(frm) {
		frm.set_query("document_type", () => ({ filters: { istable: 0, issingle: 0, is_virtual: 0 } }));
		frm.fields_dict.value_expression.df.ignore_validation = 1;
		frm.check_soon = frappe.utils.debounce(() => show_problems(frm), 600);
	},

	onload(frm) {
		frappe.realtime.off("sales_targets_backfill");
		frappe.realtime.on("sales_targets_backfill", (data) => {
			if (cur_frm && cur_frm.doctype === "KPI Definition" && cur_frm.docname === data.kpi) {
				on_backfill(cur_frm, data);
			}
		});
	},

	refresh(frm) {
		frm.saved_measure = measure_of(frm.doc);
		lock_library_fields(frm);
		show_translations(frm);
		offer_fields(frm);
		offer_codes(frm);
		render_preview(frm);
		show_crediting(frm);
		add_buttons(frm);
	},

	validate(frm) {
		write_filters(frm);
		confirm_new_measure(frm);
	},

	async before_save(frm) {
		await confirm_parts(frm);
	},

	kind(frm) {
		offer_codes(frm);
	},

	async document_type(frm) {
		if (frm.doc.is_standard) return;
		await frm.set_value({
			date_field: "",
			value_expression: "",
			distinct_field: "",
			company_field: "",
			credited_field: "",
			filters_json: "",
		});
		await offer_fields(frm);
		suggest_fields(frm);
		render_preview(frm);
	},

	aggregate(frm) {
		if (frm.doc.aggregate !== "Sum" && frm.doc.unit === "Currency") frm.set_value("unit", "Number");
	},

	credited_to(frm) {
		frm.set_value("credited_field", "");
		offer_fields(frm);
	},
});

frappe.ui.form.on("KPI Definition", Object.fromEntries(CHECKED_FIELDS.map((f) => [f, (frm) => frm.check_soon()])));

const measure_of = (doc) => JSON.stringify(MEASURE_FIELDS.map((fieldname) => doc[fieldname] || ""));

// --- fields ---------------------------------------------------------------------------------------

function lock_library_fields(frm) {
	const locked = Boolean(frm.doc.is_standard);
	["document_type", "formula", "unit", "kind"].forEach((f) => frm.set_df_property(f, "read_only", locked));
}

// The library's texts are kept in English; in another language the translation stands below them.
const show_translations = (frm) =>
	["title", "description"].forEach((f) => {
		const text = __(frm.doc[f] || "");
		frm.set_df_property(f, "description", text === (frm.doc[f] || "") ? "" : frappe.utils.escape_html(text));
		frm.fields_dict[f].$input?.attr("dir", "auto");
	});

const with_meta = (doctype) =>
	new Promise((resolve) => frappe.model.with_doctype(doctype, () => resolve(frappe.get_meta(doctype))));

function option(df) {
	const label = __(df.label || df.fieldname, null, df.parent);
	return { value: df.fieldname, label: `${label} (${df.fieldname})` };
}

function fields_of(meta) {
	const standard = [
		{ fieldname: "name", fieldtype: "Data", label: __("ID") },
		{ fieldname: "owner", fieldtype: "Link", options: "User", label: __("Created By") },
		{ fieldname: "creation", fieldtype: "Datetime", label: __("Created On") },
	];
	const own = meta.fields.filter((df) => !frappe.model.no_value_type.includes(df.fieldtype) && !df.is_virtual);
	return [...own, ...standard];
}

async function offer_fields(frm) {
	const { document_type, credited_to, is_standard } = frm.doc;
	if (!document_type || is_standard) return;
	const meta = await with_meta(document_type);
	if (frm.doc.document_type !== document_type) return;
	const fields = fields_of(meta);
	const offer = (fieldname, wanted) => {
		frm.set_df_property(fieldname, "options", fields.filter(wanted).map(option));
		frm.refresh_field(fieldname);
	};
	const links_to = (doctype) => (df) => df.fieldtype === "Link" && df.options === doctype;
	offer("date_field", (df) => ["Date", "Datetime"].includes(df.fieldtype));
	offer("value_expression", (df) => NUMBER_TYPES.includes(df.fieldtype));
	offer("distinct_field", () => true);
	offer("company_field", links_to("Company"));
	offer("credited_field", links_to(LINKED_DOCTYPES[credited_to]));
	render_filters(frm);
}

async function suggest_fields(frm) {
	const { document_type } = frm.doc;
	if (!document_type) return;
	const meta = await with_meta(document_type);
	const has = (fieldname) => meta.fields.some((df) => df.fieldname === fieldname);
	const values = {
		date_field: ["posting_date", "transaction_date", "creation"].find((f) => f === "creation" || has(f)),
		company_field: has("company") ? "company" : "",
	};
	if (frm.doc.aggregate === "Sum" && has("base_net_total")) values.value_expression = "base_net_total";
	const has_team = meta.fields.some((df) => df.fieldtype === "Table" && df.options === "Sales Team");
	if (frm.doc.credited_to === "Sales Team" && !has_team) {
		values.credited_to = "User Field";
		await frm.set_value("credited_to", "User Field");
		values.credited_field = "owner";
	}
	await frm.set_value(values);
}

async function offer_codes(frm) {
	if (frm.doc.kind !== "Formula" || frm.doc.is_standard) return;
	const rows = await frappe.db.get_list("KPI Definition", {
		fields: ["name", "title"],
		filters: { name: ["!=", frm.doc.name] },
		order_by: "name",
		limit: 0,
	});
	const area = $("<div class='mt-2'></div>");
	rows.forEach((row) => {
		$("<button type='button' class='btn btn-default btn-xs mr-1 mb-1'></button>")
			.text(row.name)
			.attr("title", __(row.title))
			.appendTo(area)
			.on("click", () => {
				const formula = frm.doc.formula || "";
				frm.set_value("formula", formula + (formula && !formula.endsWith(" ") ? " " : "") + row.name);
			});
	});
	const wrapper = frm.fields_dict.formula.$wrapper;
	wrapper.find(".kpi-codes").remove();
	area.addClass("kpi-codes").appendTo(wrapper);
}

// --- filters --------------------------------------------------------------------------------------

class KPIFilterGroup extends frappe.ui.FilterGroup {
	update_filter_button() {
		// Lists have such a button; a form has none.
	}

	_push_new_filter(...args) {
		const filter = super._push_new_filter(...args);
		// A row of a child table would count its document twice, and what is relative to today is
		// another measure tomorrow: neither is offered.
		const select = filter.fieldselect;
		select.options = select.options.filter((one) => one.doctype === this.doctype);
		select.awesomplete.list = select.options;
		const relative = ["Timespan", ...Object.keys(frappe.boot.additional_filters_config || {})];
		relative.forEach((name) => filter.filter_edit_area.find(`.condition option[value="${name}"]`).remove());
		return filter;
	}
}

function saved_filters(frm) {
	try {
		return JSON.parse(frm.doc.filters_json || "[]");
	} catch {
		return [];
	}
}

function render_filters(frm) {
	const { name, document_type, filters_json } = frm.doc;
	const shown = [name, document_type, filters_json || ""].join("|");
	if (frm.shown_filters === shown) return;
	frm.shown_filters = shown;
	const wrapper = $(frm.fields_dict.filter_area.wrapper).empty();
	const group = new KPIFilterGroup({
		parent: $("<div></div>").appendTo(wrapper),
		doctype: document_type,
		on_change: () => write_filters(frm),
	});
	frm.filter_group = { group, name, document_type, kept: [], touched: false };
	const filters = saved_filters(frm);
	const is_gone = ([, field]) => frappe.model.is_non_std_field(field) && !frappe.meta.has_field(document_type, field);
	group.toggle_empty_filters(!filters.length);
	// Of fields that are gone the server speaks, below the widget; their filters go with the first change.
	group.add_filters(filters.filter((one) => !is_gone(one))).then(() => {
		// What the widget cannot show, such as a filter on tags, stays as it is.
		frm.filter_group.kept = filters.filter((one) => !group.filter_exists(one) && !is_gone(one));
		// The widget itself speaks up only when a field loses the focus.
		wrapper.off("change click").on("change click", () => {
			frm.filter_group.touched = true;
			setTimeout(() => write_filters(frm), 100);
		});
	});
}

function write_filters(frm) {
	const { group, name, document_type, kept, touched } = frm.filter_group || {};
	if (!touched || name !== frm.doc.name || document_type !== frm.doc.document_type) return;
	const empty = (value) => [undefined, null, ""].includes(value) || (Array.isArray(value) && !value.length);
	const shown = group.get_filters().map((one) => one.slice(0, 4));
	const filters = [...shown.filter((one) => !empty(one[3])), ...kept];
	const text = filters.length ? JSON.stringify(filters) : "";
	const saved = saved_filters(frm);
	if (text === (saved.length ? JSON.stringify(saved) : "")) return;
	frm.shown_filters = [name, document_type, text].join("|");
	frm.set_value("filters_json", text);
}

// --- problems at their fields -----------------------------------------------------------------------

async function show_problems(frm) {
	const { kind, document_type, formula, is_standard } = frm.doc;
	if (is_standard || !(kind === "Formula" ? formula : document_type)) return;
	const found = await frappe.xcall(`${KPI_METHODS}.check`, { kpi: JSON.stringify(frm.doc) });
	CHECKED_FIELDS.forEach((fieldname) => {
		const shown_at = fieldname === "filters_json" ? "filter_area" : fieldname;
		const wrapper = $(frm.fields_dict[shown_at].wrapper);
		const message = found[fieldname];
		// An empty field is no mistake yet; saving says what is still missing.
		const show = message && frm.doc[fieldname];
		wrapper.toggleClass("has-error", Boolean(show)).find(".kpi-problem").remove();
		const place = wrapper.find(".form-group").length ? wrapper.find(".form-group").first() : wrapper;
		if (show) $("<div class='kpi-problem small text-danger mt-1'></div>").html(message).appendTo(place);
	});
}

// --- enabling and changing --------------------------------------------------------------------------

function confirm_new_measure(frm) {
	const changed = frm.doc.enabled && !frm.is_new() && frm.saved_measure !== measure_of(frm.doc);
	if (frm.doc.kind !== "Measure" || !frm.doc.backfill_status || !changed || frm.measure_confirmed) return;
	frappe.validated = false;
	frappe.confirm(
		__("The measure has changed. Everything credited for {0} so far is credited anew. Continue?", [
			frappe.utils.escape_html(__(frm.doc.title)).bold(),
		]),
		async () => {
			frm.measure_confirmed = true;
			await frm.save().finally(() => (frm.measure_confirmed = false));
		}
	);
}

async function confirm_parts(frm) {
	if (frm.doc.kind !== "Formula" || !frm.doc.enabled || !frm.doc.formula) return;
	const parts = await frappe.xcall(`${KPI_METHODS}.parts_to_enable`, { formula: frm.doc.formula });
	if (!parts.length) return;
	frappe.validated = false;
	const list = parts.map((part) => `<li>${frappe.utils.escape_html(`${part.title} (${part.code})`)}</li>`);
	frappe.confirm(
		`${__("The formula needs these KPIs, which are not enabled:")}<ul>${list.join("")}</ul>` +
			__("Enable all of them? Their past documents are credited in the background."),
		async () => {
			await frappe.xcall(`${KPI_METHODS}.enable`, { codes: parts.map((part) => part.code) });
			frm.save();
		}
	);
}

function add_buttons(frm) {
	if (frm.is_new() || !frm.perm[0].write) return;
	if (frm.doc.kind === "Measure" && frm.doc.enabled) {
		frm.add_custom_button(__("Credit past documents again"), () =>
			frappe.xcall(`${KPI_METHODS}.credit_again`, { kpi: frm.doc.name }).then(() => frm.reload_doc())
		);
	} else if (!frm.doc.enabled) {
		frm.add_custom_button(__("Enable"), () => frm.set_value("enabled", 1).then(() => frm.save()));
	}
}

// --- crediting past documents -----------------------------------------------------------------------

function show_crediting(frm) {
	const { enabled, backfill_status: status, backfill_message: message, kind } = frm.doc;
	if (!enabled || kind !== "Measure") return;
	const standstill = {
		Failed: __("Crediting past documents has failed; it is tried again at night."),
		Parked: __("Nothing is credited: the documents lack a field that this KPI names."),
	}[status];
	if (status === "Pending") {
		frm.set_intro(__("Past documents are waiting to be credited in the background."), "blue");
	} else if (status === "Running") {
		frm.dashboard.show_progress(BACKFILL_TITLE, cint(message), `${BACKFILL_TITLE}: ${message}`);
	} else if (standstill) {
		frm.set_intro(`${standstill} ${frappe.utils.escape_html(message || "")}`, "red");
	}
}

function on_backfill(frm, data) {
	if (data.status === "Running" || !data.status) {
		frm.set_intro();
		frm.dashboard.show_progress(BACKFILL_TITLE, data.percent, `${BACKFILL_TITLE}: ${cint(data.percent)} %`);
		return;
	}
	frm.dashboard.hide_progress();
	if (!frm.is_dirty()) frm.reload_doc();
}

// --- preview ----------------------------------------------------------------------------------------

function render_preview(frm) {
	const wrapper = $(frm.fields_dict.preview_area.wrapper).empty();
	$("<p class='text-muted small'></p>")
		.text(__("Ten real documents, and what each would credit to whom. Nothing is written."))
		.appendTo(wrapper);
	const button = $("<button type='button' class='btn btn-default btn-sm'></button>")
		.text(__("Preview"))
		.appendTo(wrapper);
	const area = $("<div class='mt-3'></div>").appendTo(wrapper);
	button.on("click", async () => {
		button.prop("disabled", true);
		try {
			const rows = await frappe.xcall(`${KPI_METHODS}.preview`, { kpi: JSON.stringify(frm.doc) });
			area.html(preview_table(rows, frm.doc.unit));
		} finally {
			button.prop("disabled", false);
		}
	});
}

const nobody = (row) =>
	row.error ? "" : row.sales_partner || (row.reason ? `${__("Nobody")}: ${row.reason}` : row.company);

function preview_table(rows, unit) {
	if (!rows.length) {
		return `<p class="text-muted">${__(
			"No document counts. Look at the filters, at the date, and at what you may read."
		)}</p>`;
	}
	const escape = frappe.utils.escape_html;
	const body = rows.map((row) => {
		const link = frappe.utils.get_form_link(row.voucher_type, row.voucher_no, true, escape(row.voucher_no));
		const seller = row.sales_person
			? escape(row.sales_person)
			: `<span class="text-muted">${escape(nobody(row))}</span>`;
		const day = row.posting_date ? frappe.datetime.str_to_user(row.posting_date) : "";
		const value = row.error
			? `<span class="text-danger">${escape(row.error)}</span>`
			: unit === "Currency" ? format_currency(row.value, row.currency) : format_number(row.value);
		return `<tr><td>${__(row.voucher_type)}</td><td>${link}</td><td>${day}</td><td>${seller}</td>
			<td style="text-align: right"><bdi>${value}</bdi></td></tr>`;
	});
	const head = [__("Document Type"), __("Document"), __("Date"), __("Credited to")];
	return `<div class="table-responsive"><table class="table table-bordered">
		<thead><tr>${head.map((label) => `<th>${label}</th>`).join("")}
		<th style="text-align: right">${__("Value")}</th></tr></thead>
		<tbody>${body.join("")}</tbody></table></div>`;
}
