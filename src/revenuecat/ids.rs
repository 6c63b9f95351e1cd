//! RevenueCat's ids: a word and hexadecimal digits, cut from ours.
//!
//! `app`, `prod` and `apikey` are followed by the last ten digits of the object's id, which a
//! unique index keeps unique in its project; `proj` by eight digits of a hash of the merchant and
//! the mode.

use crate::{
    args,
    catalog::prices::model::Price,
    kit::{Error, Id, Mode, Result, Tenant, crypto, cx::Cx},
    people::apps::model::{App, PublicKey},
};

/// Of a merchant in a mode.
pub(super) fn project(merchant: Id<Tenant>, mode: Mode) -> String {
    let hash = crypto::hash_token(&format!("project of {merchant} in {} mode", mode.word()));
    format!("proj{}", &hash[..8])
}

/// Of an app.
pub(super) fn app(id: Id<App>) -> String {
    format!("app{}", id.short())
}

/// Of a price.
pub(super) fn product(id: Id<Price>) -> String {
    format!("prod{}", id.short())
}

/// Of an app's key.
pub(super) fn public_key(id: Id<PublicKey>) -> String {
    format!("apikey{}", id.short())
}

/// The digits after `prefix`, if the text is such an id.
fn digits<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let digits = text.strip_prefix(prefix)?;
    let fits = digits.len() == 10 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    fits.then_some(digits)
}

/// Our id of an app.
pub(super) async fn find_app(cx: &Cx, text: &str) -> Result<Id<App>> {
    let found = match digits(text, "app") {
        Some(digits) => {
            cx.opt("select id from apps where merchant_id = $1 and live = $2 and substr(id, 27) = $3", args![digits]).await?
        }
        None => None,
    };
    found.ok_or_else(|| Error::not_found("app", text))
}

/// Our id of a product, which is a price.
pub(super) async fn find_product(cx: &Cx, text: &str) -> Result<Id<Price>> {
    let found = match digits(text, "prod") {
        Some(digits) => {
            cx.opt("select id from prices where merchant_id = $1 and live = $2 and substr(id, 27) = $3", args![digits]).await?
        }
        None => None,
    };
    found.ok_or_else(|| Error::not_found("product", text))
}

/// Our id of an app's key.
pub(super) async fn find_public_key(cx: &Cx, text: &str) -> Result<Id<PublicKey>> {
    let found = match digits(text, "apikey") {
        Some(digits) => {
            cx.opt("select id from public_keys where merchant_id = $1 and live = $2 and substr(id, 27) = $3", args![digits])
                .await?
        }
        None => None,
    };
    found.ok_or_else(|| Error::not_found("public API key", text))
}
