//! What can be allowed: `products:read`, `products:write`, `products:*`, `*`.
//!
//! RevKeen's scopes are a resource and a verb; RevenueCat's have a domain in front and say
//! `read_write`. Roles and keys are lists of them.

/// Something that scopes are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource {
    /// In the scope: `products`.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// Whether there is anything to write.
    pub writable: bool,
    /// Whether support staff may write it.
    pub support: bool,
}

const fn rw(name: &'static str, label: &'static str) -> Resource {
    Resource { name, label, writable: true, support: false }
}
const fn ro(name: &'static str, label: &'static str) -> Resource {
    Resource { name, label, writable: false, support: false }
}
/// Writable, by support staff too.
const fn care(name: &'static str, label: &'static str) -> Resource {
    Resource { name, label, writable: true, support: true }
}

/// What RevKeen's keys can be allowed: 73 scopes.
pub const RESOURCES: &[Resource] = &[
    rw("products", "Products"),
    rw("prices", "Prices"),
    rw("discounts", "Discounts"),
    rw("tax_rates", "Tax rates"),
    rw("meters", "Meters"),
    rw("usage", "Usage"),
    care("customers", "Customers"),
    care("businesses", "Businesses"),
    care("payment_methods", "Payment methods"),
    rw("subscriptions", "Subscriptions"),
    rw("subscription_schedules", "Subscription schedules"),
    rw("invoices", "Invoices"),
    rw("orders", "Orders"),
    rw("credit_notes", "Credit notes"),
    rw("checkout", "Checkout sessions"),
    rw("cart", "Carts"),
    rw("payment_links", "Payment links"),
    rw("charges", "Charges"),
    rw("payments", "Payments"),
    rw("payment_intents", "Payment intents"),
    rw("setup_intents", "Setup intents"),
    rw("refunds", "Refunds"),
    rw("voids", "Voids"),
    care("disputes", "Disputes"),
    ro("payouts", "Payouts"),
    rw("mandates", "Direct debit mandates"),
    rw("terminal", "Terminals"),
    rw("exports", "Exports"),
    rw("imports", "Imports"),
    ro("analytics", "Analytics"),
    ro("finance", "Finance reports"),
    care("comms", "Messages to customers"),
    rw("automations", "Automations"),
    rw("apps", "Connected apps"),
    rw("webhooks", "Webhooks"),
    rw("integrations", "Integrations"),
    rw("events", "Events"),
    rw("sync", "Sync marks"),
];

/// What people are allowed in the dashboard. No key is offered these; one with `*` covers them, but
/// `/v2` has no operation that needs them.
pub const HOUSE: &[Resource] = &[
    rw("settings", "Business settings"),
    rw("team", "Team"),
    rw("keys", "API keys"),
    ro("requests", "API requests"),
    rw("store_apps", "Apps in stores"),
];

/// What RevenueCat's keys can be allowed: the domain and the resource, and whether there is
/// anything to write.
pub const REVENUECAT: &[(&str, bool)] = &[
    ("charts_metrics:benchmarks", false),
    ("charts_metrics:charts", false),
    ("charts_metrics:experiment_results", false),
    ("charts_metrics:overview", false),
    ("customer_information:customers", true),
    ("customer_information:invoices", false),
    ("customer_information:purchases", true),
    ("customer_information:subscriptions", true),
    ("project_configuration:apps", true),
    ("project_configuration:audit_logs", false),
    ("project_configuration:collaborators", false),
    ("project_configuration:discounts", true),
    ("project_configuration:entitlements", true),
    ("project_configuration:experiments", false),
    ("project_configuration:integrations", true),
    ("project_configuration:offerings", true),
    ("project_configuration:packages", true),
    ("project_configuration:products", true),
    ("project_configuration:projects", true),
    ("project_configuration:targeting_rules", false),
    ("project_configuration:virtual_currencies", true),
];

/// Whether a key of RevKeen's dialect can have this scope.
pub fn is_revkeen(scope: &str) -> bool {
    let Some((name, verb)) = scope.split_once(':') else { return scope == "*" };
    let listed = RESOURCES.iter().find(|resource| resource.name == name);
    listed.is_some_and(|resource| matches!(verb, "read" | "*") || (verb == "write" && resource.writable))
}

/// Whether a key of RevenueCat's dialect can have this scope.
pub fn is_revenuecat(scope: &str) -> bool {
    let Some((name, verb)) = scope.rsplit_once(':') else { return scope == "*" };
    let listed = REVENUECAT.iter().find(|(listed, _)| *listed == name);
    listed.is_some_and(|(_, writable)| matches!(verb, "read" | "*") || (verb == "read_write" && *writable))
}

/// What somebody must be allowed here to pass a permission of RevenueCat's on to an app: our
/// resources, by its name without the right.
pub fn stands_for(permission: &str) -> &'static [&'static str] {
    match permission {
        "charts_metrics:benchmarks"
        | "charts_metrics:charts"
        | "charts_metrics:experiment_results"
        | "charts_metrics:overview"
        | "project_configuration:experiments" => &["analytics"],
        "customer_information:customers" => &["customers"],
        "customer_information:invoices" => &["invoices"],
        "customer_information:purchases" => &["orders", "payments"],
        "customer_information:subscriptions" => &["subscriptions"],
        "project_configuration:apps" => &["store_apps"],
        "project_configuration:audit_logs" => &["events"],
        "project_configuration:collaborators" => &["team"],
        "project_configuration:discounts" => &["discounts"],
        "project_configuration:integrations" => &["webhooks"],
        "project_configuration:products" => &["products", "prices", "store_apps"],
        "project_configuration:projects" => &["settings"],
        "project_configuration:entitlements"
        | "project_configuration:offerings"
        | "project_configuration:packages"
        | "project_configuration:targeting_rules"
        | "project_configuration:virtual_currencies" => &["products"],
        _ => &[],
    }
}
