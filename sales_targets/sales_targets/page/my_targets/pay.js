// Commission of the periods under way, and what one more deal would pay.

Object.assign(sales_targets.mine, {
	commission(found) {
		const { mine } = sales_targets;
		const told = found.commission;
		if (!told) return "";
		const title = __("Commission So Far");
		if (told.earned === null) {
			return mine.card("pay", title, mine.empty({ text: told.reason, links: told.links }));
		}
		const parts = told.parts.map((part) => mine.earned(part, told.currency)).join("");
		const problems = told.problems.map((text) => `<p class="st-mine-note">${mine.esc(text)}</p>`).join("");
		const hint = __("An estimate for the periods under way, as statements would say it now.");
		return mine.card(
			"pay",
			title,
			`<p class="st-mine-total">${mine.money(told.earned, told.currency)}</p>
			<p class="st-mine-note">${hint}</p>${problems}
			${parts ? `<ul class="st-mine-list">${parts}</ul>` : ""}
			${mine.amount(told)}`
		);
	},

	earned(part, currency) {
		const { mine } = sales_targets;
		const title = mine.esc(part.title);
		const shown = part.href ? `<a href="${mine.esc(part.href)}">${title}</a>` : title;
		const notes = [mine.esc(part.period)];
		if (part.attainment !== null) notes.push(__("{0} of the target", [mine.percent(part.attainment)]));
		else if (part.measured !== null && !part.scorecard) {
			notes.push(`${mine.esc(part.kpi_title)} ${mine.figure(part.measured, part.unit, currency)}`);
		}
		if (part.on_collection && part.released !== part.earned) {
			notes.push(__("{0} of it due", [mine.money(part.released, currency)]));
		}
		if (part.held) notes.push(__("{0} held back", [mine.money(part.held, currency)]));
		return `<li><div>${shown}<div class="st-mine-note">${notes.join(" · ")}</div></div>
			<div class="st-mine-amount">${mine.money(part.earned, currency)}</div></li>`;
	},

	amount(told) {
		const { mine } = sales_targets;
		const value = told.usual ? format_number(told.usual, null, 0) : "";
		return `<form class="st-mine-more">
			<label for="st-mine-deal">${__("What one more deal of this amount would pay")}</label>
			<div class="st-mine-typed"><input id="st-mine-deal" class="form-control" inputmode="decimal"
				autocomplete="off" dir="ltr" maxlength="24" value="${mine.esc(value)}">
				<span>${mine.esc(told.currency)}</span></div>
			<div class="st-mine-answer" aria-live="polite">${told.one_more ? mine.answer(told.one_more) : ""}</div>
		</form>`;
	},

	answer(told) {
		const { mine } = sales_targets;
		const sentences = told.sentences.map((text) => `<li>${mine.esc(text)}</li>`).join("");
		const notes = sentences ? `<ul class="st-mine-note">${sentences}</ul>` : "";
		if (told.pays === null) return `<p>${mine.esc(told.reason)}</p>${notes}`;
		const share = `<bdi dir="ltr">${sales_targets.target.percent(told.rate / 100)}</bdi>`;
		const parts =
			told.parts.length > 1
				? `<ul class="st-mine-list">${told.parts
						.map(
							(part) => `<li><div>${mine.esc(part.title)}</div>
							<div class="st-mine-amount">${mine.money(part.pays, told.currency)}</div></li>`
						)
						.join("")}</ul>`
				: "";
		return `<p class="st-mine-total"><bdi dir="ltr">+ ${mine.money(told.pays, told.currency)}</bdi>
			<span class="st-mine-note">${share}</span></p>${parts}${notes}`;
	},

	// Asked while one types, the last question wins.
	listen_to_amount(body, found) {
		const { mine } = sales_targets;
		const input = body.find("#st-mine-deal");
		const answer = body.find(".st-mine-answer");
		let asked = 0;
		const ask = async () => {
			const amount = mine.typed(input.val());
			const number = ++asked;
			if (!(amount > 0)) return answer.html(`<p>${__("Enter an amount above 0.")}</p>`);
			const { sales_person, company } = found;
			let told;
			try {
				told = await frappe.xcall("sales_targets.desk.mine.one_more", { sales_person, company, amount });
			} catch {
				told = { pays: null, sentences: [], reason: __("This cannot be told just now. Try again.") };
			}
			if (number === asked) answer.html(mine.answer(told));
		};
		const later = frappe.utils.debounce(ask, 400);
		input.on("input", later);
		body.find(".st-mine-more").on("submit", (event) => {
			event.preventDefault();
			ask();
		});
	},

	// A number as it is typed, in Persian and Arabic digits too.
	typed(text) {
		const latin = String(text || "")
			.replace(/[۰-۹]/g, (digit) => digit.charCodeAt(0) - 0x06f0)
			.replace(/[٠-٩]/g, (digit) => digit.charCodeAt(0) - 0x0660)
			.replace(/٫/g, ".")
			.replace(/[٬،\s]/g, "");
		return flt(latin);
	},
});
