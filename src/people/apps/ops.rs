//! What can be done with apps.

use super::model::{App, EditApp, NewApp, PublicKey, Secrets, Settings, Store};
use crate::{
    args,
    kit::{
        Currency, Error, Id, Kind, Mode, Page, Query, Result, Tag, Tenant, crypto,
        cx::{Cx, Tx},
        db::{
            Sql, Value,
            query::{List, SortColumn},
        },
        events::Object,
    },
    transaction,
};

/// Random letters and digits of a public key.
const KEY_CHARS: usize = 32;

impl Object for App {
    fn object_id(&self) -> String {
        self.id.to_string()
    }
}

/// Apps are listed in the order in which they were made.
#[derive(Clone, Copy, Default)]
pub struct ByAge;

impl SortColumn for ByAge {
    fn column(self) -> &'static str {
        "created_at"
    }
}

/// Id of the app that stands for the merchant's own pages in a mode.
pub fn own_id(merchant: Id<Tenant>, mode: Mode) -> Id<App> {
    let hash = crypto::hash_token(&format!("own app of {merchant} in {} mode", mode.word()));
    Id::from_uuid(uuid::Uuid::try_parse(&hash[..32]).unwrap_or_default())
}

/// Makes sure that the merchant has its own app in the mode: every project of RevenueCat's has
/// somewhere to sell what only Merx knows. Looked up each time, because a restore can take it away.
pub async fn ensure_own(cx: &Cx) -> Result<()> {
    let id = own_id(cx.merchant, cx.mode);
    let found: Option<Id<App>> =
        cx.opt("select id from apps where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    if found.is_none() {
        match make_own(&cx.system(), id).await {
            // Another request was first.
            Err(error) if error.kind == Kind::Conflict => {}
            made => made?,
        }
    }
    Ok(())
}

async fn make_own(cx: &Cx, id: Id<App>) -> Result<()> {
    transaction!(cx, |tx| {
        let found: Option<Id<App>> =
            tx.opt("select id from apps where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
        if found.is_some() {
            return Ok(());
        }
        let app_name: String = tx.global().one("select name from merchants where id = $1", args![cx.merchant]).await?;
        let currency = merchant_currency(tx, cx).await?;
        let settings = Settings { app_name: Some(app_name), default_currency: Some(currency), ..Settings::default() };
        let app = App {
            id,
            object: Tag::default(),
            name: "Web Billing".to_owned(),
            store: Store::Own,
            settings,
            configured: Vec::new(),
            created_at: cx.now,
            updated_at: cx.now,
        };
        insert(tx, cx, &app).await
    })
}

/// What the merchant charges in where nobody says otherwise.
pub(super) async fn merchant_currency(tx: &mut Tx<'_>, cx: &Cx) -> Result<Currency> {
    tx.global().one("select default_currency from merchants where id = $1", args![cx.merchant]).await
}

/// Apps of the merchant in the mode.
pub async fn list(cx: &Cx, query: &Query<ByAge>) -> Result<Page<App>> {
    cx.can("store_apps:read")?;
    List::of("apps").page(cx, query).await
}

/// The app with this id.
pub async fn get(cx: &Cx, id: Id<App>) -> Result<App> {
    cx.can("store_apps:read")?;
    cx.opt("select * from apps where merchant_id = $1 and live = $2 and id = $3", args![id])
        .await?
        .ok_or_else(|| Error::not_found("app", id))
}

/// Those of these apps that there are.
pub async fn get_all(cx: &Cx, ids: &[Id<App>]) -> Result<Vec<App>> {
    cx.can("store_apps:read")?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (3..ids.len() + 3).map(|number| format!("${number}")).collect();
    let sql = format!("select * from apps where merchant_id = $1 and live = $2 and id in ({})", marks.join(", "));
    cx.all(Sql::Built(sql), ids.iter().map(Value::from).collect()).await
}

/// The app with this id, inside a change.
pub(super) async fn row(tx: &mut Tx<'_>, id: Id<App>) -> Result<App> {
    let app = tx.opt("select * from apps where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    app.ok_or_else(|| Error::not_found("app", id))
}

/// Makes an app, and the key that its copies on customers' devices carry.
pub async fn create(cx: &Cx, new: NewApp) -> Result<App> {
    cx.can("store_apps:write")?;
    let app = App {
        id: cx.id(),
        object: Tag::default(),
        name: new.name,
        store: new.store,
        settings: new.settings,
        configured: Vec::new(),
        created_at: cx.now,
        updated_at: cx.now,
    };
    let app = app.checked()?.with_secrets(&new.secrets)?;
    transaction!(cx, |tx| {
        insert(tx, cx, &app).await?;
        store_secrets(tx, cx, app.id, &new.secrets).await?;
        Ok(app.clone())
    })
}

async fn insert(tx: &mut Tx<'_>, cx: &Cx, app: &App) -> Result<()> {
    tx.exec(
        "insert into apps (merchant_id, live, id, name, type, settings, configured, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            app.id,
            app.name,
            Value::word(&app.store),
            Value::json(&app.settings),
            Value::json(&app.configured),
            app.created_at,
            app.updated_at
        ],
    )
    .await?;
    tx.emit("app.created", app).await?;
    let key = PublicKey {
        id: cx.id(),
        app_id: app.id,
        key: crypto::token(app.store.key_prefix(cx.live()), KEY_CHARS),
        created_at: cx.now,
    };
    tx.exec(
        "insert into public_keys (merchant_id, live, id, app_id, key, created_at) values ($1, $2, $3, $4, $5, $6)",
        args![key.id, key.app_id, key.key, key.created_at],
    )
    .await
    .map(drop)
}

/// Encrypts and stores secrets; those without a value are forgotten.
async fn store_secrets(tx: &mut Tx<'_>, cx: &Cx, app: Id<App>, secrets: &Secrets) -> Result<()> {
    for (name, value) in secrets {
        tx.exec("delete from app_secrets where merchant_id = $1 and live = $2 and app_id = $3 and name = $4", args![app, *name])
            .await?;
        let Some(value) = value else { continue };
        let sealed = cx.app.cipher.seal(value, &sealed_for(app, name)).ok_or_else(Error::internal)?;
        tx.exec(
            "insert into app_secrets (merchant_id, live, app_id, name, sealed) values ($1, $2, $3, $4, $5)",
            args![app, *name, Some(sealed)],
        )
        .await?;
    }
    Ok(())
}

/// What a secret is sealed for: it opens nowhere else.
pub fn sealed_for(app: Id<App>, name: &str) -> String {
    format!("{app}/{name}")
}

/// Changes an app. What changes may depend on what it is: `edit` is given the app as it stands.
pub async fn update(cx: &Cx, id: Id<App>, edit: impl Fn(&App) -> Result<EditApp>) -> Result<App> {
    cx.can("store_apps:write")?;
    transaction!(cx, |tx| {
        let before = row(tx, id).await?;
        let edit = edit(&before)?;
        let mut after = before.clone();
        edit.name.apply(&mut after.name);
        edit.settings.apply(&mut after.settings);
        let mut after = after.checked()?.with_secrets(&edit.secrets)?;
        store_secrets(tx, cx, id, &edit.secrets).await?;
        if after == before && edit.secrets.is_empty() {
            return Ok(after);
        }
        after.updated_at = cx.now;
        tx.exec(
            "update apps set name = $4, settings = $5, configured = $6, updated_at = $7
             where merchant_id = $1 and live = $2 and id = $3",
            args![id, after.name, Value::json(&after.settings), Value::json(&after.configured), after.updated_at],
        )
        .await?;
        tx.emit_change("app.updated", &before, &after).await?;
        Ok(after)
    })
}

/// Removes an app with its keys and secrets, for good.
///
/// # Errors
/// 422 for the own app, and while products are listed in the app.
pub async fn delete(cx: &Cx, id: Id<App>) -> Result<()> {
    cx.can("store_apps:write")?;
    transaction!(cx, |tx| {
        let app = row(tx, id).await?;
        if id == own_id(cx.merchant, cx.mode) {
            return Err(Error::unprocessable("app_id", "is the project's own app, which sells what no store lists"));
        }
        let listed: Option<String> = tx
            .opt("select price_id from listings where merchant_id = $1 and live = $2 and app_id = $3 limit 1", args![id])
            .await?;
        if listed.is_some() {
            return Err(Error::unprocessable("app_id", "is an app with products; delete these first"));
        }
        tx.exec("delete from public_keys where merchant_id = $1 and live = $2 and app_id = $3", args![id]).await?;
        tx.exec("delete from app_secrets where merchant_id = $1 and live = $2 and app_id = $3", args![id]).await?;
        tx.exec("delete from apps where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
        tx.emit("app.deleted", &app).await
    })
}

/// The public keys of an app.
pub async fn public_keys(cx: &Cx, app: Id<App>, query: &Query<ByAge>) -> Result<Page<PublicKey>> {
    let app = get(cx, app).await?;
    List::of("public_keys").and("app_id = ?", args![app.id]).page(cx, query).await
}
