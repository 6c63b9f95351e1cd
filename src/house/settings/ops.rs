//! Reading and changing the business profile.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use super::model::{Address, Business, EditBusiness, LOGO_BYTES_MAX};
use crate::{
    args,
    house::shared::shared,
    kit::{
        Currency, Error, Id, Kind, Result, Tenant, Time, crypto,
        cx::{App, Cx, Tx},
        db::Value,
        events,
    },
    transaction,
};

impl events::Object for Business {
    fn object_id(&self) -> String {
        self.id.to_string()
    }
}

/// Makes a merchant with nothing but a name.
pub async fn insert(tx: &mut Tx<'_>, id: Id<Tenant>, name: &str, now: Time) -> Result<()> {
    let business = Business {
        id,
        name: name.to_owned(),
        legal_name: String::new(),
        address: Address::default(),
        tax_id: String::new(),
        logo_hash: None,
        time_zone: "UTC".to_owned(),
        default_currency: Currency::USD,
        created_at: now,
    };
    tx.global()
        .exec(
            "insert into merchants (id, name, legal_name, address, tax_id, time_zone, default_currency, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![
                business.id,
                business.name,
                business.legal_name,
                Value::json(&business.address),
                business.tax_id,
                business.time_zone,
                business.default_currency,
                now
            ],
        )
        .await?;
    tx.emit("merchant.created", &business).await
}

/// The name of a business.
pub async fn name(app: &App, id: Id<Tenant>) -> Result<String> {
    app.db.one("select name from merchants where id = $1", args![id]).await
}

/// The business profile.
pub async fn get(cx: &Cx) -> Result<Business> {
    cx.can("settings:read")?;
    cx.app
        .db
        .one(
            "select id, name, legal_name, address, tax_id, logo_hash, time_zone, default_currency, created_at
             from merchants where id = $1",
            args![cx.merchant],
        )
        .await
}

/// The profile, inside a change.
pub(super) async fn row(tx: &mut Tx<'_>, id: Id<Tenant>) -> Result<Business> {
    tx.global()
        .one(
            "select id, name, legal_name, address, tax_id, logo_hash, time_zone, default_currency, created_at
             from merchants where id = $1",
            args![id],
        )
        .await
}

/// Changes the profile.
pub async fn update(cx: &Cx, edit: EditBusiness) -> Result<Business> {
    cx.can("settings:write")?;
    let cx = &shared(cx);
    transaction!(cx, |tx| {
        let before = row(tx, cx.merchant).await?;
        let after = edit.clone().apply(&before)?;
        if jiff::tz::TimeZone::get(&after.time_zone).is_err() {
            return Err(Error::invalid("time_zone", "is not a known time zone"));
        }
        if after != before {
            tx.global()
                .exec(
                    "update merchants set name = $2, legal_name = $3, address = $4, tax_id = $5, time_zone = $6,
                         default_currency = $7 where id = $1",
                    args![
                        cx.merchant,
                        after.name,
                        after.legal_name,
                        Value::json(&after.address),
                        after.tax_id,
                        after.time_zone,
                        after.default_currency
                    ],
                )
                .await?;
            tx.emit_change("merchant.updated", &before, &after).await?;
        }
        Ok(after)
    })
}

/// Names of all time zones.
pub fn time_zones() -> Vec<String> {
    let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    names.retain(|name| name.contains('/') || name == "UTC");
    names.sort();
    names
}

/// What a picture's first bytes say it is. No SVG, which can hold scripts.
fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// Replaces the logo; `data` is base64, or a `data:` address as browsers read files.
pub async fn set_logo(cx: &Cx, data: &str) -> Result<Business> {
    cx.can("settings:write")?;
    let data = data.split_once("base64,").map_or(data, |(_, data)| data);
    let bytes = STANDARD.decode(data.trim()).map_err(|_| Error::invalid("logo", "could not be read"))?;
    if bytes.len() > LOGO_BYTES_MAX {
        return Err(Error::invalid("logo", format!("must be at most {} KiB", LOGO_BYTES_MAX / 1024)));
    }
    let kind = picture_type(&bytes).ok_or_else(|| Error::invalid("logo", "must be a PNG, JPEG or WebP picture"))?;
    let hash = crypto::hash_bytes(&bytes);
    write_logo(cx, Some(bytes), Some(kind.to_owned()), Some(hash)).await
}

/// Removes the logo.
pub async fn remove_logo(cx: &Cx) -> Result<Business> {
    cx.can("settings:write")?;
    write_logo(cx, None, None, None).await
}

async fn write_logo(cx: &Cx, bytes: Option<Vec<u8>>, kind: Option<String>, hash: Option<String>) -> Result<Business> {
    let cx = &shared(cx);
    transaction!(cx, |tx| {
        let before = row(tx, cx.merchant).await?;
        tx.global()
            .exec(
                "update merchants set logo = $2, logo_type = $3, logo_hash = $4 where id = $1",
                args![cx.merchant, bytes, kind, hash],
            )
            .await?;
        let after = Business { logo_hash: hash.clone(), ..before.clone() };
        tx.emit_change("merchant.updated", &before, &after).await?;
        Ok(after)
    })
}

/// A logo, as it is served.
#[derive(Deserialize)]
pub struct Logo {
    #[serde(rename = "logo")]
    pub bytes: Vec<u8>,
    #[serde(rename = "logo_type")]
    pub kind: String,
    #[serde(rename = "logo_hash")]
    pub hash: String,
}

/// A merchant's logo; anybody may see it, as it stands on pages for customers.
pub async fn logo(app: &App, id: Id<Tenant>) -> Result<Logo> {
    let found =
        app.db.opt("select logo, logo_type, logo_hash from merchants where id = $1 and logo is not null", args![id]).await?;
    found.ok_or_else(|| Error::new(Kind::NotFound, "resource_missing", "There is no logo"))
}
