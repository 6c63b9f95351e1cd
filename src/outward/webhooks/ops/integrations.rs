//! What can be done with webhook integrations: endpoints in RevenueCat's dialect.

use serde::{Deserialize, Serialize};

use super::{check_room, check_url, remove, seal, send_test_to};
use crate::{
    args,
    kit::{
        Error, Id, Named, Page, Patch, Query, Result, Time, Version,
        cx::{Cx, Tx},
        db::{
            Value,
            query::{List, SortColumn},
        },
        events::Object,
    },
    outward::webhooks::{
        fan_out,
        model::{Delivery, Dialect, Endpoint},
        revenuecat::{EVENT_TYPES, TEST},
    },
    people::apps::model::App,
    transaction,
};

/// Longest authorization header, characters.
const AUTHORIZATION_CHARS_MAX: usize = 5000;
/// Longest address, characters.
const URL_CHARS_MAX: usize = 5000;
/// Longest name, characters.
const NAME_CHARS_MAX: usize = 1500;

/// A webhook integration, without its authorization header.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Integration {
    pub id: Id<Endpoint>,
    pub name: String,
    pub url: String,
    /// `production` or `sandbox`; none for both.
    pub environment: Option<String>,
    /// RevenueCat's names, or `*` alone for all.
    pub enabled_events: Vec<String>,
    /// Only what concerns this app.
    pub app_id: Option<Id<App>>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Named for Integration {
    const NAME: &'static str = "webhook_endpoint";
}

impl Object for Integration {
    fn object_id(&self) -> String {
        self.id.to_string()
    }
}

/// What an integration is made of, and changes to one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditIntegration {
    pub name: Patch<String>,
    pub url: Patch<String>,
    /// Sent verbatim; `null` sends none.
    pub authorization_header: Patch<Option<String>>,
    pub environment: Patch<Option<String>>,
    /// `null` for all.
    pub event_types: Patch<Option<Vec<String>>>,
    pub app_id: Patch<Option<Id<App>>>,
}

/// Integrations are listed in the order in which they were made.
#[derive(Clone, Copy, Default)]
pub struct ByAge;

impl SortColumn for ByAge {
    fn column(self) -> &'static str {
        "created_at"
    }
}

impl EditIntegration {
    /// The integration after the change, or what is wrong with it.
    fn apply(&self, cx: &Cx, before: &Integration) -> Result<Integration> {
        let mut after = before.clone();
        self.name.clone().apply(&mut after.name);
        self.url.clone().apply(&mut after.url);
        self.environment.clone().apply(&mut after.environment);
        self.app_id.apply(&mut after.app_id);
        match &self.event_types {
            Patch::Absent => {}
            Patch::Set(None) => after.enabled_events = vec!["*".to_owned()],
            Patch::Set(Some(names)) => after.enabled_events = names.clone(),
        }
        let length = |text: &str, max| (1..=max).contains(&text.chars().count());
        if !length(&after.name, NAME_CHARS_MAX) {
            return Err(Error::invalid("name", format!("must have 1 to {NAME_CHARS_MAX} characters")));
        }
        if !length(&after.url, URL_CHARS_MAX) {
            return Err(Error::invalid("url", format!("must have 1 to {URL_CHARS_MAX} characters")));
        }
        if after.url != before.url {
            check_url(cx, &after.url)?;
        }
        if after.environment.as_deref().is_some_and(|word| !matches!(word, "production" | "sandbox")) {
            return Err(Error::invalid("environment", "must be production, sandbox or null"));
        }
        if after.enabled_events.iter().any(|name| name != "*" && !EVENT_TYPES.contains(&name.as_str()))
            || matches!(&self.event_types, Patch::Set(Some(names)) if names.is_empty() || names.iter().any(|name| name == "*"))
        {
            return Err(Error::invalid("event_types", format!("must be null or some of {}", EVENT_TYPES.join(", "))));
        }
        if let Patch::Set(Some(text)) = &self.authorization_header {
            let fits = length(text, AUTHORIZATION_CHARS_MAX) && http::HeaderValue::from_str(text).is_ok();
            if !fits {
                let most = AUTHORIZATION_CHARS_MAX;
                return Err(Error::invalid(
                    "authorization_header",
                    format!("must be the text of a header of 1 to {most} characters"),
                ));
            }
        }
        Ok(after)
    }

    /// The authorization header, encrypted.
    fn sealed(&self, cx: &Cx, id: Id<Endpoint>) -> Result<Option<Vec<u8>>> {
        match &self.authorization_header {
            Patch::Set(Some(text)) => seal(cx, id, text),
            _ => Ok(None),
        }
    }
}

/// Integrations of the merchant in the mode.
pub async fn list(cx: &Cx, query: &Query<ByAge>) -> Result<Page<Integration>> {
    cx.can("webhooks:read")?;
    List::of("webhook_endpoints").and("dialect = 'revenuecat'", vec![]).page(cx, query).await
}

/// The integration with this id.
pub async fn get(cx: &Cx, id: Id<Endpoint>) -> Result<Integration> {
    cx.can("webhooks:read")?;
    cx.opt(
        "select * from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3 and dialect = 'revenuecat'",
        args![id],
    )
    .await?
    .ok_or_else(|| unknown(id))
}

fn unknown(id: Id<Endpoint>) -> Error {
    Error::not_found("webhook integration", id)
}

async fn row(tx: &mut Tx<'_>, id: Id<Endpoint>) -> Result<Integration> {
    tx.opt(
        "select * from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3 and dialect = 'revenuecat'",
        args![id],
    )
    .await?
    .ok_or_else(|| unknown(id))
}

/// Makes an integration.
pub async fn create(cx: &Cx, new: EditIntegration) -> Result<Integration> {
    cx.can("webhooks:write")?;
    let blank = Integration {
        id: cx.id(),
        name: String::new(),
        url: String::new(),
        environment: None,
        enabled_events: vec!["*".to_owned()],
        app_id: None,
        created_at: cx.now,
        updated_at: cx.now,
    };
    let made = new.apply(cx, &blank)?;
    let sealed = new.sealed(cx, made.id)?;
    transaction!(cx, |tx| {
        check_room(tx).await?;
        tx.exec(
            "insert into webhook_endpoints (merchant_id, live, id, dialect, url, name, enabled_events, environment, app_id,
                 status, api_version, secret, circuit_breaker_state, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'enabled', $10, $11, 'closed', $12, $12)",
            args![
                made.id,
                Value::word(&Dialect::Revenuecat),
                made.url,
                made.name,
                Value::json(&made.enabled_events),
                made.environment,
                made.app_id,
                Version::CURRENT.as_str(),
                sealed,
                made.created_at
            ],
        )
        .await?;
        tx.emit("webhook_endpoint.created", &made).await
    })?;
    Ok(made)
}

/// Changes an integration.
pub async fn update(cx: &Cx, id: Id<Endpoint>, edit: EditIntegration) -> Result<Integration> {
    cx.can("webhooks:write")?;
    transaction!(cx, |tx| {
        let before = row(tx, id).await?;
        let mut after = edit.apply(cx, &before)?;
        if after == before && edit.authorization_header.is_absent() {
            return Ok(after);
        }
        after.updated_at = cx.now;
        tx.exec(
            "update webhook_endpoints set url = $4, name = $5, enabled_events = $6, environment = $7, app_id = $8, updated_at = $9
             where merchant_id = $1 and live = $2 and id = $3",
            args![
                id,
                after.url,
                after.name,
                Value::json(&after.enabled_events),
                after.environment,
                after.app_id,
                after.updated_at
            ],
        )
        .await?;
        if !edit.authorization_header.is_absent() {
            tx.exec(
                "update webhook_endpoints set secret = $4 where merchant_id = $1 and live = $2 and id = $3",
                args![id, edit.sealed(cx, id)?],
            )
            .await?;
        }
        tx.emit_change("webhook_endpoint.updated", &before, &after).await?;
        Ok(after)
    })
}

/// Removes an integration. What is on its way to it is given up.
pub async fn delete(cx: &Cx, id: Id<Endpoint>) -> Result<()> {
    cx.can("webhooks:write")?;
    transaction!(cx, |tx| {
        let integration = row(tx, id).await?;
        remove(tx, id).await?;
        tx.emit("webhook_endpoint.deleted", &integration).await
    })
}

/// Sends an integration RevenueCat's `TEST` event.
pub async fn send_test(cx: &Cx, id: Id<Endpoint>) -> Result<Delivery> {
    cx.can("webhooks:write")?;
    let listener = fan_out::listener(cx, &id.to_string()).await?.ok_or_else(|| unknown(id))?;
    send_test_to(cx, &listener, TEST).await
}
