//! RevenueCat's ids: a word and hexadecimal digits, cut from ours.
//!
//! `app`, `prod`, `apikey` and `wh_` are followed by the last ten digits of the object's id, which a
//! unique index keeps unique in its project; `proj` by eight digits of a hash of the merchant and
//! the mode.

use crate::{
    args,
    catalog::prices::model::Price,
    kit::{Error, Id, Mode, Result, Tenant, crypto, cx::Cx},
    outward::webhooks::model::Endpoint,
    people::apps::model::{App, PublicKey},
};

/// Of a merchant in a mode.
pub(super) fn project(merchant: Id<Tenant>, mode: Mode) -> String {
    let hash = crypto::hash_token(&format!("project of {merchant} in {} mode", mode.word()));
    format!("proj{}", &hash[..8])
}

/// What has a short id of its own.
pub(super) trait Short: Sized {
    /// How its ids begin.
    const PREFIX: &'static str;
    /// What it is called where it is missing.
    const NOUN: &'static str;
    /// Finds our id by the digits.
    const FIND: &'static str;
}

impl Short for App {
    const PREFIX: &'static str = "app";
    const NOUN: &'static str = "app";
    const FIND: &'static str = "select id from apps where merchant_id = $1 and live = $2 and substr(id, 27) = $3";
}

impl Short for Price {
    const PREFIX: &'static str = "prod";
    const NOUN: &'static str = "product";
    const FIND: &'static str = "select id from prices where merchant_id = $1 and live = $2 and substr(id, 27) = $3";
}

impl Short for PublicKey {
    const PREFIX: &'static str = "apikey";
    const NOUN: &'static str = "public API key";
    const FIND: &'static str = "select id from public_keys where merchant_id = $1 and live = $2 and substr(id, 27) = $3";
}

impl Short for Endpoint {
    const PREFIX: &'static str = "wh_";
    const NOUN: &'static str = "webhook integration";
    const FIND: &'static str = "select id from webhook_endpoints where merchant_id = $1 and live = $2 and substr(id, 27) = $3 and dialect = 'revenuecat'";
}

/// As RevenueCat's clients see it.
pub(super) fn short<T: Short>(id: Id<T>) -> String {
    format!("{}{}", T::PREFIX, id.short())
}

/// Our id.
///
/// # Errors
/// 404 if the project has no such object.
pub(super) async fn find<T: Short>(cx: &Cx, text: &str) -> Result<Id<T>> {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let digits = text.strip_prefix(T::PREFIX).filter(|digits| digits.len() == 10 && digits.bytes().all(is_digit));
    let found = match digits {
        Some(digits) => cx.opt(T::FIND, args![digits]).await?,
        None => None,
    };
    found.ok_or_else(|| Error::not_found(T::NOUN, text))
}
