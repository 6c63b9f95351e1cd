//! OAuth apps and what people allowed them.

use serde::{Deserialize, Serialize};

use crate::{
    house::{
        api_keys::model::{Dialect, check_scopes},
        team::model::{User, check_name},
    },
    kit::{Error, Id, Named, Result, Time},
};

/// Most addresses that an app may be answered at.
pub const REDIRECT_URIS_MAX: usize = 10;

/// A program of the merchant's own, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthApp {
    /// Also its `client_id`.
    pub id: Id<OauthApp>,
    pub name: String,
    pub dialect: Dialect,
    /// The most it may ask for.
    pub scopes: Vec<String>,
    pub redirect_uris: Vec<String>,
    /// Whether it keeps a secret: programs on people's devices cannot.
    pub confidential: bool,
    /// Enough of the secret to recognise it.
    pub secret_hint: Option<String>,
    /// Name of who made it.
    pub created_by: String,
    pub created_at: Time,
    /// When it last got a token, within a minute.
    pub last_used_at: Option<Time>,
}

impl Named for OauthApp {
    const NAME: &'static str = "oauth_app";
}

/// An app just made, or one whose secret was rolled: the only time the secret is seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSecret {
    pub app: OauthApp,
    /// Public apps have none.
    pub secret: Option<String>,
}

/// What an app is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOauthApp {
    pub name: String,
    #[serde(default)]
    pub dialect: Dialect,
    pub scopes: Vec<String>,
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    pub confidential: bool,
}

impl NewOauthApp {
    /// The same with names trimmed, scopes in order and empty lines gone, or what is wrong with it.
    /// Whether an address can be used, the server knows.
    pub fn checked(mut self) -> Result<Self> {
        let mut wrong = Vec::new();
        self.name = check_name(&mut wrong, "name", &self.name);
        self.scopes = check_scopes(&mut wrong, self.dialect, &self.scopes);
        self.redirect_uris = self.redirect_uris.iter().map(|uri| uri.trim().to_owned()).filter(|uri| !uri.is_empty()).collect();
        if wrong.is_empty() { Ok(self) } else { Err(Error::from_fields(wrong)) }
    }
}

/// What a person allowed an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthGrant {
    pub id: Id<OauthGrant>,
    pub client_id: Id<OauthApp>,
    /// As the app called itself.
    pub app_name: String,
    /// Whether the app belongs to nobody here.
    pub self_registered: bool,
    pub user_id: Id<User>,
    pub user_name: String,
    pub dialect: Dialect,
    pub scopes: Vec<String>,
    pub created_at: Time,
    /// When the app last got tokens.
    pub last_used_at: Option<Time>,
    pub revoked_at: Option<Time>,
}

impl Named for OauthGrant {
    const NAME: &'static str = "oauth_grant";
}

/// Columns that apps may be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Newest first.
    #[default]
    CreatedAt,
    Name,
}
