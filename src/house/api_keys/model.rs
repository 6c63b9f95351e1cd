//! API keys, as their owners see them.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    house::{
        scopes::{is_revenuecat, is_revkeen},
        team::model::check_name,
    },
    kit::{Error, FieldError, Id, Mode, Named, Result, Time, Version},
};

/// Longest time that a rolled key goes on working.
pub const OVERLAP_HOURS_MAX: i64 = 7 * 24;
/// Most requests a minute that a key's own limit can be.
pub const RATE_LIMIT_MAX: i64 = 1_000_000;

/// Whose API a key speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    #[default]
    Revkeen,
    Revenuecat,
}

impl Dialect {
    /// The dialect with this word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "revkeen" => Some(Self::Revkeen),
            "revenuecat" => Some(Self::Revenuecat),
            _ => None,
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Revkeen => "RevKeen",
            Self::Revenuecat => "RevenueCat",
        }
    }

    /// How its keys begin.
    pub fn prefix(self, mode: Mode) -> &'static str {
        match (self, mode) {
            (Self::Revkeen, Mode::Test) => "rk_sandbox_",
            (Self::Revkeen, Mode::Live) => "rk_live_",
            (Self::Revenuecat, _) => "sk_",
        }
    }

    /// Whether a key of this dialect can have this scope.
    pub fn knows(self, scope: &str) -> bool {
        match self {
            Self::Revkeen => is_revkeen(scope),
            Self::Revenuecat => is_revenuecat(scope),
        }
    }
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: Id<ApiKey>,
    pub name: String,
    /// Enough of it to recognise it: `rk_sandbox_ab12…9z`.
    pub hint: String,
    pub dialect: Dialect,
    pub scopes: Vec<String>,
    /// Requests a minute; 0 for no limit, none for the mode's own.
    pub rate_limit: Option<i64>,
    /// The version of RevKeen's API that it speaks unless a request asks for another.
    pub version: Version,
    /// Networks from which it works, such as `203.0.113.0/24`; none means everywhere.
    pub allowed_ips: Vec<String>,
    /// Name of who made it.
    pub created_by: String,
    pub created_at: Time,
    /// Within a minute.
    pub last_used_at: Option<Time>,
    /// When it stops working by itself.
    pub expires_at: Option<Time>,
    pub revoked_at: Option<Time>,
}

impl Named for ApiKey {
    const NAME: &'static str = "api_key";
}

/// Whether a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Active,
    /// Works for a while yet, because it was rolled.
    Expiring,
    Expired,
    Revoked,
}

impl Status {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Expiring => "Expiring",
            Self::Expired => "Expired",
            Self::Revoked => "Revoked",
        }
    }

    /// Whether a key in this state is accepted.
    pub fn works(self) -> bool {
        matches!(self, Self::Active | Self::Expiring)
    }
}

impl ApiKey {
    /// Whether it works at a time.
    pub fn status(&self, now: Time) -> Status {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => Status::Revoked,
            (None, None) => Status::Active,
            (None, Some(end)) if end > now => Status::Expiring,
            (None, Some(_)) => Status::Expired,
        }
    }
}

/// A key just made: the only time its secret is seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSecret {
    pub key: ApiKey,
    pub secret: String,
}

/// What a key is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApiKey {
    pub name: String,
    #[serde(default)]
    pub dialect: Dialect,
    pub scopes: Vec<String>,
    #[serde(default)]
    pub rate_limit: Option<i64>,
    /// Addresses and networks (`203.0.113.7`, `2001:db8::/32`) from which alone the key works.
    #[serde(default)]
    pub allowed_ips: Vec<String>,
}

/// Most networks of one key.
pub const ALLOWED_IPS_MAX: usize = 50;

/// An address or a network as the network it is, without the bits that say nothing.
fn network(text: &str) -> Option<String> {
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
    Some(network.trunc().to_string())
}

impl NewApiKey {
    /// The same with names trimmed and scopes in order, or what is wrong with it.
    pub fn checked(mut self) -> Result<Self> {
        let mut wrong = Vec::new();
        self.name = check_name(&mut wrong, "name", &self.name);
        self.scopes = check_scopes(&mut wrong, self.dialect, &self.scopes);
        if self.rate_limit.is_some_and(|limit| !(0..=RATE_LIMIT_MAX).contains(&limit)) {
            let message = format!("must be between 0 and {RATE_LIMIT_MAX}");
            wrong.push(FieldError { path: "rate_limit".into(), message });
        }
        match self.allowed_ips.iter().map(|text| network(text.trim()).ok_or(text)).collect::<Result<Vec<_>, _>>() {
            Ok(networks) if networks.len() <= ALLOWED_IPS_MAX => self.allowed_ips = networks,
            Ok(_) => {
                let message = format!("must be at most {ALLOWED_IPS_MAX}");
                wrong.push(FieldError { path: "allowed_ips".into(), message });
            }
            Err(odd) => {
                let odd: String = odd.chars().take(60).collect();
                let message = format!("'{odd}' is not an address such as 203.0.113.7, nor a network such as 203.0.113.0/24");
                wrong.push(FieldError { path: "allowed_ips".into(), message });
            }
        }
        if wrong.is_empty() { Ok(self) } else { Err(Error::from_fields(wrong)) }
    }
}

/// Scopes in order and once each; what is wrong with them goes to the field `scopes`.
pub fn check_scopes(wrong: &mut Vec<FieldError>, dialect: Dialect, scopes: &[String]) -> Vec<String> {
    let mut scopes: Vec<String> = scopes.iter().map(|scope| scope.trim().to_owned()).filter(|scope| !scope.is_empty()).collect();
    scopes.sort();
    scopes.dedup();
    if scopes.is_empty() {
        wrong.push(FieldError { path: "scopes".into(), message: "must allow something".into() });
    } else if let Some(odd) = scopes.iter().find(|scope| !dialect.knows(scope)) {
        let odd: String = odd.chars().take(60).collect();
        let message = format!("'{odd}' is not a scope of {} keys", dialect.label());
        wrong.push(FieldError { path: "scopes".into(), message });
    }
    scopes
}

/// Columns that keys may be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Newest first.
    #[default]
    CreatedAt,
    Name,
}
