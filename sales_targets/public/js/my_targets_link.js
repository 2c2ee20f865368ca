// A seller reaches My Targets from wherever they land after login: on the desk of version 15 by a link in the bar
// on top. Version 16 opens with the icons of the apps, and says nothing about sellers.
$(document).on("toolbar_setup", () => {
	const { sales_targets_seller, page_info } = frappe.boot;
	if (!sales_targets_seller || !page_info?.["my-targets"]) return;
	const bar = $(".navbar .navbar-collapse > .navbar-nav").first();
	if (!bar.length || bar.find(".st-my-targets-link").length) return;
	$('<li class="nav-item st-my-targets-link"><a class="nav-link text-nowrap"></a></li>')
		.prependTo(bar)
		.find("a")
		.attr("href", frappe.router.make_url(["my-targets"]))
		.text(__("My Targets"));
});
