//! Sample data: a believable catalogue in test mode, the same at every run.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    catalog::{
        discounts, prices,
        products::{self, model::Product},
    },
    house,
    kit::{Error, Kind, LIMIT_MAX, Mode, Patch, Query, Result, clock::Clock, cx::App, cx::Cx},
    outward::{
        events,
        webhooks::{self, model::EndpointFilter, ops::integrations::EditIntegration},
    },
    people::apps::{
        self,
        model::{NewApp, Secrets, Settings, Store},
        ops::ByAge,
    },
};

/// Adds what is missing of the sample catalogue to the first merchant's test mode, and says what
/// it did. Safe to repeat.
pub async fn fill(app: &App) -> Result<String> {
    let cx = app.system(house::team::ops::set_up::first_merchant(app).await?, Mode::Test);
    let mut created = 0;
    for sample in samples() {
        created += u32::from(add(&cx, sample).await?);
    }
    for discount in discounts() {
        match discounts::ops::create(&cx, read(discount)?).await {
            Ok(_) => created += 1,
            Err(error) if error.kind == Kind::Conflict => {}
            Err(error) => return Err(error),
        }
    }
    for app in apps() {
        created += u32::from(add_app(&cx, app).await?);
    }
    created += listen(&cx).await?;
    Ok(match created {
        0 => "The sample data is there already".to_owned(),
        n => format!("Added {n} objects of sample data to test mode"),
    })
}

/// Endpoints at a host that does not exist, and made-up events on their way to them.
async fn listen(cx: &Cx) -> Result<u32> {
    let endpoint = json!({
        "url": "https://hooks.example.com/merx", "enabled_events": ["invoice.*", "order.paid"], "description": "Accounting",
    });
    let there = webhooks::ops::list(cx, EndpointFilter::default(), Query::default()).await?;
    if !there.items.is_empty() {
        return Ok(0);
    }
    webhooks::ops::create(cx, read(endpoint)?).await?;
    let integration = EditIntegration {
        name: Patch::Set("Data warehouse".to_owned()),
        url: Patch::Set("https://hooks.example.com/revenuecat".to_owned()),
        ..EditIntegration::default()
    };
    webhooks::ops::integrations::create(cx, integration).await?;
    for kind in ["invoice.paid", "order.paid", "subscription.renewed"] {
        events::ops::create_test(cx, kind).await?;
    }
    while webhooks::fan_out::round(&cx.app, Clock::system()).await? > 0 {}
    Ok(2)
}

/// A product, the prices beside its default one, and changes made to it afterwards.
struct Sample {
    product: Value,
    prices: Vec<Value>,
    changes: Vec<Value>,
}

async fn add(cx: &Cx, sample: Sample) -> Result<bool> {
    let product = match products::ops::create(cx, read(sample.product)?).await {
        Ok(product) => product,
        Err(error) if error.kind == Kind::Conflict => return Ok(false),
        Err(error) => return Err(error),
    };
    for price in sample.prices {
        prices::ops::create(cx, read(with_product(price, &product))?).await?;
    }
    for change in sample.changes {
        products::ops::update(cx, &product.id.to_string(), read(change)?).await?;
    }
    Ok(true)
}

/// Apps have no name that only one of them holds, so they are looked for.
async fn add_app(cx: &Cx, app: NewApp) -> Result<bool> {
    let there = apps::ops::list(cx, &Query { limit: LIMIT_MAX, ..Query::<ByAge>::default() }).await?;
    if there.items.iter().any(|other| other.name == app.name) {
        return Ok(false);
    }
    apps::ops::create(cx, app).await.map(|_| true)
}

fn apps() -> [NewApp; 2] {
    let (bundle_id, package_name) = (Some("com.example.pro".to_owned()), Some("com.example.pro".to_owned()));
    let ios = Settings { bundle_id, ..Settings::default() };
    let android = Settings { package_name, ..Settings::default() };
    let app = |name: &str, store, settings| NewApp { name: name.to_owned(), store, settings, secrets: Secrets::new() };
    [app("Pro for iPhone", Store::AppStore, ios), app("Pro for Android", Store::PlayStore, android)]
}

fn with_product(mut price: Value, product: &Product) -> Value {
    price["product_id"] = json!(product.id);
    price
}

/// The samples are written as the API takes them.
fn read<T: DeserializeOwned>(body: Value) -> Result<T> {
    serde_json::from_value(body).map_err(|error| {
        tracing::error!(%error, "a sample does not fit its model");
        Error::internal()
    })
}

fn plan(id: &str, name: &str, description: &str, amount_minor: i64, trial_days: i64, features: &[&str]) -> Value {
    json!({
        "product_id": id, "name": name, "description": description, "kind": "subscription", "pricing_model": "recurring",
        "amount_minor": amount_minor, "currency": "USD", "interval": "month", "interval_count": 1, "trial_days": trial_days,
        "features": features, "fulfillment_type": "digital",
    })
}

fn once(id: &str, name: &str, description: &str, amount_minor: i64, currency: &str) -> Value {
    json!({
        "product_id": id, "name": name, "description": description, "kind": "one_time", "pricing_model": "one_time",
        "amount_minor": amount_minor, "currency": currency,
    })
}

fn yearly(unit_amount: i64, lookup_key: &str) -> Value {
    json!({ "unit_amount": unit_amount, "currency": "usd", "type": "recurring", "interval": "year", "nickname": "Yearly", "lookup_key": lookup_key })
}

fn samples() -> Vec<Sample> {
    let mut samples = subscriptions();
    samples.extend(one_time());
    samples
}

fn subscriptions() -> Vec<Sample> {
    let tiers = json!([
        { "up_to": 5, "unit_amount_minor": 1200, "flat_amount_minor": null },
        { "up_to": 20, "unit_amount_minor": 1000, "flat_amount_minor": null },
        { "up_to": null, "unit_amount_minor": 800, "flat_amount_minor": 2500 },
    ]);
    let seats = json!({
        "currency": "usd", "type": "recurring", "interval": "month", "nickname": "Per seat", "lookup_key": "team_seats",
        "billing_scheme": "tiered", "tiers_mode": "graduated", "tiers": tiers,
    });
    let calls = json!({
        "currency": "usd", "type": "recurring", "interval": "month", "nickname": "Calls, in packs of 1,000", "unit_amount": 50,
        "transform_quantity": { "divide_by": 1000, "round": "up" }, "lookup_key": "api_calls",
    });
    let basic = plan("starter_monthly", "Starter", "For one person", 900, 14, &["3 projects", "Community support"]);
    let pro = plan(
        "pro_monthly",
        "Pro Plan",
        "Full access to all features",
        2900,
        14,
        &["Unlimited projects", "Priority support", "Advanced analytics"],
    );
    let team = plan(
        "team_monthly",
        "Team",
        "For teams, billed by the seat",
        4900,
        0,
        &["Everything in Pro", "Single sign-on", "Audit log"],
    );
    let api = plan("api_access", "API access", "Calls beyond what the plan includes", 0, 0, &[]);
    let box_ = json!({
        "product_id": "coffee_box", "name": "Coffee box", "description": "Two bags, freshly roasted", "kind": "subscription",
        "pricing_model": "recurring", "amount_minor": 3200, "currency": "EUR", "interval": "week", "interval_count": 2,
        "fulfillment_type": "physical", "track_inventory": true, "stock_quantity": 120,
    });
    let lessons = json!({
        "product_id": "lessons", "name": "日本語レッスン", "description": "Weekly lessons in Tokyo", "kind": "subscription",
        "pricing_model": "recurring", "amount_minor": 12000, "currency": "JPY", "interval": "month", "billing_anchor_rule": "day_of_month",
        "billing_anchor_day": 25, "first_charge_behavior": "prorate",
    });
    let gym = json!({
        "product_id": "gym", "name": "Gym membership", "kind": "subscription", "pricing_model": "recurring", "amount_minor": 18500,
        "currency": "KWD", "interval": "month", "end_behavior": "fixed_payments", "max_payments": 12,
    });
    vec![
        Sample { product: basic, prices: vec![yearly(9000, "starter_yearly")], changes: vec![] },
        Sample {
            product: pro,
            prices: vec![yearly(29_000, "pro_yearly")],
            changes: vec![json!({ "amount_minor": 3400 }), json!({ "amount_minor": 3900 })],
        },
        Sample { product: team, prices: vec![seats], changes: vec![] },
        Sample { product: api, prices: vec![calls], changes: vec![] },
        Sample { product: box_, prices: vec![], changes: vec![] },
        Sample { product: lessons, prices: vec![], changes: vec![] },
        Sample { product: gym, prices: vec![], changes: vec![] },
    ]
}

fn one_time() -> Vec<Sample> {
    let fee =
        json!({ "currency": "usd", "billing_scheme": "percentage", "percentage_rate_bps": 250, "nickname": "2.5% of the order" });
    let tip = json!({
        "currency": "usd", "pricing_model": "pay_what_you_want", "minimum_amount": 100, "maximum_amount": 50_000, "suggested_amount": 500,
        "preset_amounts": [300, 500, 1000], "nickname": "Pay what you want",
    });
    let free = json!({ "currency": "usd", "pricing_model": "free", "nickname": "Free sample" });
    let plain = |product: Value| Sample { product, prices: vec![], changes: vec![] };
    let mut samples = vec![
        plain(once("setup_fee", "Setup Fee", "One-time onboarding and configuration", 9900, "USD")),
        Sample {
            product: once("marketplace_fee", "Marketplace fee", "On every order", 0, "USD"),
            prices: vec![fee],
            changes: vec![],
        },
        Sample { product: once("tip_jar", "Tip jar", "Support the makers", 500, "USD"), prices: vec![tip], changes: vec![] },
        Sample {
            product: once("e_book", "E-book: Billing by the book", "240 pages, PDF", 2400, "EUR"),
            prices: vec![free],
            changes: vec![],
        },
        Sample {
            product: once("summer_pass_2025", "Summer pass 2025", "Last year's offer", 19_900, "USD"),
            prices: vec![],
            changes: vec![json!({ "is_archived": true })],
        },
    ];
    for (city, currency, amount_minor) in [
        ("London", "GBP", 45_000),
        ("Berlin", "EUR", 52_000),
        ("Zürich", "CHF", 61_000),
        ("Toronto", "CAD", 68_000),
        ("São Paulo", "BRL", 190_000),
    ] {
        for days in ["1 day", "2 days"] {
            let factor = if days == "1 day" { 1 } else { 2 };
            let id = format!("workshop_{}_{}", city.to_lowercase().replace(|c: char| !c.is_ascii_alphabetic(), ""), &days[..1]);
            let name = format!("Workshop in {city}, {days}");
            samples.push(plain(once(&id, &name, "Hands-on, up to twelve people", amount_minor * factor, currency)));
        }
    }
    samples
}

fn discounts() -> Vec<Value> {
    vec![
        json!({ "code": "WELCOME10", "name": "Ten percent off the first order", "discount_type": "percentage", "discount_value": 10,
            "recurring_type": "once", "first_time_customer": true }),
        json!({ "code": "SUMMER25", "name": "Summer sale", "discount_type": "percentage", "discount_value": 25,
            "valid_from": "2026-06-01T00:00:00Z", "valid_until": "2026-09-01T00:00:00Z", "recurring_type": "repeating", "recurring_cycles": 3 }),
        json!({ "code": "FIVER", "name": "Five dollars off", "discount_type": "fixed_amount", "discount_value": 500, "max_redemptions": 100 }),
        json!({ "code": "PARTNER", "name": "Partners, for ever", "discount_type": "percentage", "discount_value": 12.5, "recurring_type": "forever" }),
    ]
}
