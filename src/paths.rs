//! Every address of the site.

use crate::kit::{Id, Tenant};

/// Signing in.
pub const SIGN_IN: &str = "/sign-in";
/// The first account, on an empty database.
pub const SET_UP: &str = "/setup";
/// Asking for a link to reset a password.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
/// Where that link leads.
pub const RESET_PASSWORD: &str = "/reset-password";
/// Where an invitation leads.
pub const INVITATION: &str = "/invitation";
/// The business profile.
pub const SETTINGS: &str = "/settings";
/// Members, invitations, and the own account.
pub const TEAM: &str = "/settings/team";
/// API keys.
pub const API_KEYS: &str = "/settings/api-keys";
/// Programs that get access by OAuth.
pub const OAUTH_APPS: &str = "/developers/oauth-apps";

/// What programs asked of the API.
pub const API_REQUESTS: &str = "/developers/requests";

/// What is sold.
pub const PRODUCTS: &str = "/products";
/// A new product.
pub const NEW_PRODUCT: &str = "/products/new";
/// What products cost, all of them.
pub const PRICES: &str = "/prices";
/// What lowers prices.
pub const DISCOUNTS: &str = "/discounts";

/// Where events are sent.
pub const WEBHOOKS: &str = "/developers/webhooks";
/// What happened.
pub const EVENTS: &str = "/developers/events";

/// Whether a path is of a page before the dashboard, which needs no scripts.
pub fn is_entry(path: &str) -> bool {
    [SIGN_IN, SET_UP, FORGOT_PASSWORD, RESET_PASSWORD, INVITATION].contains(&path)
}

/// Signing in, and on to `next`.
pub fn sign_in(next: &str) -> String {
    format!("{SIGN_IN}?next={}", encode(next))
}

/// A mailed link to reset a password.
pub fn reset_password(token: &str) -> String {
    format!("{RESET_PASSWORD}?token={}", encode(token))
}

/// A mailed invitation.
pub fn invitation(token: &str) -> String {
    format!("{INVITATION}?token={}", encode(token))
}

/// A merchant's logo; another picture has another address.
pub fn logo(merchant: Id<Tenant>, hash: &str) -> String {
    format!("/logo/{merchant}?v={}", encode(hash))
}

/// One product.
pub fn product(id: impl std::fmt::Display) -> String {
    format!("{PRODUCTS}/{id}")
}

/// Changing a product.
pub fn edit_product(id: impl std::fmt::Display) -> String {
    format!("{PRODUCTS}/{id}/edit")
}

/// One price.
pub fn price(id: impl std::fmt::Display) -> String {
    format!("{PRICES}/{id}")
}

/// The prices of a product.
pub fn prices_of(product: impl std::fmt::Display) -> String {
    format!("{PRICES}?product={product}")
}

/// A new price of a product.
pub fn new_price(product: impl std::fmt::Display) -> String {
    format!("{PRODUCTS}/{product}/prices/new")
}

/// A new price of a product that starts as a copy of another.
pub fn new_price_like(product: impl std::fmt::Display, price: impl std::fmt::Display) -> String {
    format!("{PRODUCTS}/{product}/prices/new?like={price}")
}

/// One discount.
pub fn discount(id: impl std::fmt::Display) -> String {
    format!("{DISCOUNTS}/{id}")
}

/// One call of the API, by its id or its request id.
pub fn api_request(id: impl std::fmt::Display) -> String {
    format!("{API_REQUESTS}/{id}")
}

/// The calls of a key, or of whoever has this id.
pub fn api_requests_of(caller: &str) -> String {
    format!("{API_REQUESTS}?key={}", encode(caller))
}

/// The page of an object that an event is about, if it has one.
pub fn object(kind: &str, id: &str) -> Option<String> {
    match kind {
        "product" => Some(product(id)),
        "price" => Some(price(id)),
        "discount" => Some(discount(id)),
        "webhook_endpoint" => Some(webhook(id)),
        "api_key" => Some(API_KEYS.to_owned()),
        "member" | "invitation" => Some(TEAM.to_owned()),
        "merchant" => Some(SETTINGS.to_owned()),
        _ => None,
    }
}

/// One webhook endpoint.
pub fn webhook(id: impl std::fmt::Display) -> String {
    format!("{WEBHOOKS}/{id}")
}

/// What was and is sent to endpoints.
pub const DELIVERIES: &str = "/developers/deliveries";

/// One delivery.
pub fn delivery(id: impl std::fmt::Display) -> String {
    format!("{DELIVERIES}/{id}")
}

/// The deliveries to an endpoint in a status; an empty one stands for all.
pub fn deliveries_to(endpoint: impl std::fmt::Display, status: &str) -> String {
    let status = if status.is_empty() { String::new() } else { format!("&status={status}") };
    format!("{DELIVERIES}?endpoint={endpoint}{status}")
}

/// The deliveries of an event.
pub fn deliveries_of(event: impl std::fmt::Display) -> String {
    format!("{DELIVERIES}?event={event}")
}

/// The events about an object.
pub fn events_about(object: impl std::fmt::Display) -> String {
    format!("{EVENTS}?object={object}")
}

/// One event.
pub fn event(id: impl std::fmt::Display) -> String {
    format!("{EVENTS}/{id}")
}

/// A text as the value of a query parameter.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
