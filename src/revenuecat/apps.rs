//! Apps: one block of settings per store, in which secrets only go in.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    body::{Deleted, Json},
    ids,
    list::{List, Paging},
    project::{ObjectId, Project, ReadApps, WriteApps},
};
use crate::{
    kit::{
        Currency, Error, Mode, Patch, Result,
        cx::Cx,
        http::{
            Routes,
            envelope::{Bare, BareCreated},
            routes,
        },
    },
    people::apps::{
        model::{self, EditApp, PublicKey, Secrets, Settings, Store},
        ops,
    },
};

pub(super) fn routes() -> Routes {
    Routes::new(super::FORM)
        .with(routes!(list, create))
        .with(routes!(get, update, delete))
        .with(routes!(public_keys))
        .example(
            "create-app",
            json!({ "name": "Phone", "type": "play_store", "play_store": { "package_name": "com.example.phone" } }),
        )
        .example("update-app", json!({ "name": "Telephone" }))
}

/// Currencies that RevenueCat's own billing knows.
const CURRENCIES: &[&str] = &[
    "USD", "EUR", "JPY", "GBP", "AUD", "CAD", "BRL", "KRW", "CNY", "MXN", "SEK", "PLN", "MYR", "PHP", "CHF", "SAR", "TWD", "NOK",
    "DKK", "THB", "NZD", "SGD", "HKD", "CZK", "AED", "CLP", "COP", "CRC", "GEL", "HUF", "IDR", "ILS", "IQD", "JOD", "KES", "KZT",
    "MAD", "PEN", "QAR", "RON", "RSD", "TZS", "VND", "ZAR", "TRY", "UAH",
];

/// A block of settings as it is sent: absent leaves, `null` clears.
macro_rules! block {
    ($block:ident as $schema:ident { $($field:ident: $type:ty,)* } secrets { $($secret:ident,)* }) => {
        #[derive(Deserialize, ToSchema)]
        #[serde(default, deny_unknown_fields)]
        #[derive(Default)]
        #[schema(as = $schema)]
        struct $block {
            $($field: Patch<Option<$type>>,)*
            $(#[schema(write_only)] $secret: Patch<Option<String>>,)*
        }

        impl Block for $block {
            #[allow(unused_variables, reason = "not every store has settings and secrets")]
            fn apply(&self, settings: &mut Settings, secrets: &mut Secrets) {
                $(self.$field.clone().apply(&mut settings.$field);)*
                $(if let Patch::Set(secret) = &self.$secret {
                    secrets.insert(stringify!($secret), secret.clone());
                })*
            }
        }
    };
}
block!(Amazon as RevenueCatAmazon { package_name: String, } secrets { shared_secret, });
block!(AppStore as RevenueCatAppStore {
    bundle_id: String,
    subscription_key_id: String,
    subscription_key_issuer: String,
    app_store_connect_api_key_id: String,
    app_store_connect_api_key_issuer: String,
    app_store_connect_vendor_number: String,
} secrets { shared_secret, subscription_private_key, app_store_connect_api_key, });
block!(MacAppStore as RevenueCatMacAppStore { bundle_id: String, } secrets { shared_secret, });
block!(PlayStore as RevenueCatPlayStore { package_name: String, } secrets {});
block!(Stripe as RevenueCatStripe { stripe_account_id: String, } secrets {});
block!(RcBilling as RevenueCatBilling {
    stripe_account_id: String,
    app_name: String,
    support_email: String,
    default_currency: Currency,
} secrets {});
block!(Roku as RevenueCatRoku { roku_channel_id: String, roku_channel_name: String, } secrets { roku_api_key, });
block!(Paddle as RevenueCatPaddle { paddle_is_sandbox: bool, } secrets { paddle_api_key, });

/// A block of settings.
trait Block: Send + Sync {
    fn apply(&self, settings: &mut Settings, secrets: &mut Secrets);
}

type Blocks = [(Store, Option<Box<dyn Block>>); 8];

fn boxed<B: Block + 'static>(block: Option<B>) -> Option<Box<dyn Block>> {
    block.map(|block| Box::new(block) as Box<dyn Block>)
}

/// The settings and secrets after the change.
///
/// # Errors
/// When a block is another store's.
fn settings(blocks: &Blocks, store: Store, mut settings: Settings) -> Result<(Settings, Secrets)> {
    let mut secrets = Secrets::new();
    for (other, block) in blocks {
        match block {
            Some(block) if *other == store => block.apply(&mut settings, &mut secrets),
            Some(_) => {
                let text = format!("is only for apps of the type '{}'; this one is '{}'", other.word(), store.word());
                return Err(Error::invalid(other.word(), text));
            }
            None => {}
        }
    }
    let odd = settings.default_currency.filter(|currency| !CURRENCIES.contains(&currency.code()));
    match odd {
        Some(_) if store == Store::Own => {
            Err(Error::invalid("rc_billing.default_currency", format!("must be one of {}", CURRENCIES.join(", "))))
        }
        _ => Ok((settings, secrets)),
    }
}

/// A body with a block for each store.
macro_rules! body {
    ($(#[$doc:meta])* $body:ident as $schema:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[schema(as = $schema)]
        struct $body {
            $($(#[$attribute])* $field: $type,)*
            amazon: Option<Amazon>,
            app_store: Option<AppStore>,
            mac_app_store: Option<MacAppStore>,
            play_store: Option<PlayStore>,
            stripe: Option<Stripe>,
            rc_billing: Option<RcBilling>,
            roku: Option<Roku>,
            paddle: Option<Paddle>,
        }

        impl $body {
            fn blocks(self) -> Blocks {
                [
                    (Store::Amazon, boxed(self.amazon)),
                    (Store::AppStore, boxed(self.app_store)),
                    (Store::MacAppStore, boxed(self.mac_app_store)),
                    (Store::PlayStore, boxed(self.play_store)),
                    (Store::Stripe, boxed(self.stripe)),
                    (Store::Own, boxed(self.rc_billing)),
                    (Store::Roku, boxed(self.roku)),
                    (Store::Paddle, boxed(self.paddle)),
                ]
            }
        }
    };
}
body! {
    /// Body of a create: the block of the type, and no other.
    NewApp as RevenueCatNewApp {
        #[schema(min_length = 1, max_length = 255)] name: String,
        #[serde(rename = "type")] store: Store,
    }
}
body! {
    /// Body of an update: what is absent stays.
    ChangedApp as RevenueCatEditApp {
        #[serde(default)] #[schema(min_length = 1, max_length = 255)] name: Patch<String>,
    }
}

impl ChangedApp {
    /// What it changes of an app.
    fn edit(self) -> impl Fn(&model::App) -> Result<EditApp> {
        let (name, blocks) = (self.name.clone(), self.blocks());
        move |app| {
            let (settings, secrets) = settings(&blocks, app.store, app.settings.clone())?;
            Ok(EditApp { name: name.clone(), settings: Patch::Set(settings), secrets })
        }
    }
}

impl NewApp {
    /// As our operation takes it.
    fn checked(self) -> Result<model::NewApp> {
        let (name, store) = (self.name.clone(), self.store);
        let (settings, secrets) = settings(&self.blocks(), store, Settings::default())?;
        Ok(model::NewApp { name, store, settings, secrets })
    }
}

/// An app, with the block of its store.
#[derive(Serialize, ToSchema)]
#[schema(as = RevenueCatApp)]
pub(super) struct App {
    object: &'static str,
    pub id: String,
    name: String,
    /// Milliseconds since 1970.
    created_at: i64,
    #[serde(rename = "type")]
    store: Store,
    project_id: String,
    #[serde(flatten)]
    #[schema(value_type = Object, additional_properties)]
    block: Shown,
}

/// What an app shows of its settings. Whether a secret is there, but never the secret.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Shown {
    Amazon {
        package_name: Option<String>,
    },
    AppStore {
        bundle_id: Option<String>,
        app_store_connect_api_key_configured: bool,
        subscription_key_configured: bool,
    },
    MacAppStore {
        bundle_id: Option<String>,
    },
    PlayStore {
        package_name: Option<String>,
    },
    Stripe {
        stripe_account_id: Option<String>,
    },
    RcBilling {
        stripe_account_id: Option<String>,
        app_name: Option<String>,
        support_email: Option<String>,
        default_currency: &'static str,
        /// The older name of `app_name`.
        seller_company_name: Option<String>,
        /// The older name of `support_email`.
        seller_company_support_email: Option<String>,
    },
    Roku {
        roku_channel_id: Option<String>,
        roku_channel_name: Option<String>,
    },
    Paddle {
        paddle_is_sandbox: bool,
    },
}

impl Shown {
    fn of(app: &model::App, mode: Mode) -> Self {
        let settings = app.settings.clone();
        match app.store {
            Store::Amazon => Self::Amazon { package_name: settings.package_name },
            Store::AppStore => Self::AppStore {
                bundle_id: settings.bundle_id,
                app_store_connect_api_key_configured: app.has_secret("app_store_connect_api_key"),
                subscription_key_configured: app.has_secret("subscription_private_key"),
            },
            Store::MacAppStore => Self::MacAppStore { bundle_id: settings.bundle_id },
            Store::PlayStore => Self::PlayStore { package_name: settings.package_name },
            Store::Stripe => Self::Stripe { stripe_account_id: settings.stripe_account_id },
            Store::Own => {
                let code = settings.default_currency.unwrap_or(Currency::USD);
                Self::RcBilling {
                    stripe_account_id: settings.stripe_account_id,
                    seller_company_name: settings.app_name.clone(),
                    app_name: settings.app_name,
                    seller_company_support_email: settings.support_email.clone(),
                    support_email: settings.support_email,
                    default_currency: CURRENCIES.iter().find(|known| **known == code.code()).copied().unwrap_or("USD"),
                }
            }
            Store::Roku => {
                Self::Roku { roku_channel_id: settings.roku_channel_id, roku_channel_name: settings.roku_channel_name }
            }
            Store::Paddle => Self::Paddle { paddle_is_sandbox: settings.paddle_is_sandbox.unwrap_or(mode == Mode::Test) },
        }
    }
}

impl App {
    /// An app of the context's project.
    pub(super) fn of(cx: &Cx, app: &model::App) -> Self {
        Self {
            object: "app",
            id: ids::short(app.id),
            name: app.name.clone(),
            created_at: app.created_at.0,
            store: app.store,
            project_id: ids::project(cx.merchant, cx.mode),
            block: Shown::of(app, cx.mode),
        }
    }
}

/// A key that programs on customers' devices carry.
#[derive(Serialize, ToSchema)]
#[schema(as = RevenueCatPublicKey)]
struct PublicApiKey {
    object: &'static str,
    id: String,
    key: String,
    /// `production` or `sandbox`: the mode's.
    environment: &'static str,
    app_id: String,
    /// Milliseconds since 1970.
    created_at: i64,
}

impl PublicApiKey {
    fn of(mode: Mode, key: PublicKey) -> Self {
        Self {
            object: "public_api_key",
            id: ids::short(key.id),
            key: key.key,
            environment: if mode.live() { "production" } else { "sandbox" },
            app_id: ids::short(key.app_id),
            created_at: key.created_at.0,
        }
    }
}

/// List the apps of a project
#[utoipa::path(get, path = "/v2/projects/{project_id}/apps", operation_id = "list-apps", tag = "App",
    params(("project_id" = String, Path), Paging), security(("bearer" = ["project_configuration:apps:read"])))]
async fn list(project: Project<ReadApps>) -> Result<List<App>> {
    let page = ops::list(&project.cx, &project.query::<model::App, _>().await?).await?;
    Ok(project.list(page.map(|app| App::of(&project.cx, &app)), |app| &app.id))
}

/// Create an app, with the public key of its copies
#[utoipa::path(post, path = "/v2/projects/{project_id}/apps", operation_id = "create-app", tag = "App",
    params(("project_id" = String, Path)), security(("bearer" = ["project_configuration:apps:read_write"])))]
async fn create(project: Project<WriteApps>, Json(new): Json<NewApp>) -> Result<BareCreated<App>> {
    let app = ops::create(&project.cx, new.checked()?).await?;
    Ok(BareCreated(App::of(&project.cx, &app)))
}

/// Get an app
#[utoipa::path(get, path = "/v2/projects/{project_id}/apps/{app_id}", operation_id = "get-app", tag = "App",
    params(("project_id" = String, Path), ("app_id" = String, Path)), security(("bearer" = ["project_configuration:apps:read"])))]
async fn get(project: Project<ReadApps>, ObjectId(id): ObjectId) -> Result<Bare<App>> {
    let app = ops::get(&project.cx, ids::find(&project.cx, &id).await?).await?;
    Ok(Bare(App::of(&project.cx, &app)))
}

/// Update an app: its name, and settings and secrets of its store
#[utoipa::path(post, path = "/v2/projects/{project_id}/apps/{app_id}", operation_id = "update-app", tag = "App",
    params(("project_id" = String, Path), ("app_id" = String, Path)),
    security(("bearer" = ["project_configuration:apps:read_write"])))]
async fn update(project: Project<WriteApps>, ObjectId(id): ObjectId, Json(changed): Json<ChangedApp>) -> Result<Bare<App>> {
    let app = ops::update(&project.cx, ids::find(&project.cx, &id).await?, changed.edit()).await?;
    Ok(Bare(App::of(&project.cx, &app)))
}

/// Delete an app in which nothing is sold
#[utoipa::path(delete, path = "/v2/projects/{project_id}/apps/{app_id}", operation_id = "delete-app", tag = "App",
    params(("project_id" = String, Path), ("app_id" = String, Path)),
    security(("bearer" = ["project_configuration:apps:read_write"])))]
async fn delete(project: Project<WriteApps>, ObjectId(id): ObjectId) -> Result<Bare<Deleted>> {
    ops::delete(&project.cx, ids::find(&project.cx, &id).await?).await?;
    Ok(Bare(Deleted::new("app", id, project.cx.now)))
}

/// List the public keys of an app
#[utoipa::path(get, path = "/v2/projects/{project_id}/apps/{app_id}/public_api_keys", operation_id = "list-app-public-api-keys",
    tag = "App", params(("project_id" = String, Path), ("app_id" = String, Path), Paging),
    security(("bearer" = ["project_configuration:apps:read"])))]
async fn public_keys(project: Project<ReadApps>, ObjectId(id): ObjectId) -> Result<List<PublicApiKey>> {
    let cx = &project.cx;
    let page = ops::public_keys(cx, ids::find(cx, &id).await?, &project.query::<PublicKey, _>().await?).await?;
    Ok(project.list(page.map(|key| PublicApiKey::of(cx.mode, key)), |key| &key.id))
}
