//! Who asks for which project, and may what.
//!
//! A handler takes a [`Project`] of the permission it needs. By the time it runs, the key has been
//! checked, the project in the path is one that the key reaches, and the context it gets may do
//! what the permission stands for, in the words of our scopes, and nothing else.

use std::{marker::PhantomData, sync::Arc};

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use super::ids;
use crate::{
    house::{api_keys::auth::RevenuecatCaller, settings::merchants},
    kit::{
        Error, Id, Kind, Result, Tenant,
        cx::{Cx, admitted},
        scopes_allow,
    },
    people::apps,
};

/// Name of the path's first parameter.
const PROJECT_ID: &str = "project_id";
/// Longest id in a path, characters.
const ID_CHARS_MAX: usize = 255;

/// Something that keys can be allowed.
pub(super) trait Permission: Send {
    /// As RevenueCat writes it: domain, resource, right.
    const NAME: &'static str;
    /// What it comes to in our scopes.
    const SCOPES: &'static [&'static str];
}

macro_rules! permissions {
    ($($permission:ident = $name:literal: $($scope:literal)*;)*) => {$(
        pub(super) struct $permission;
        impl Permission for $permission {
            const NAME: &'static str = concat!("project_configuration:", $name);
            const SCOPES: &'static [&'static str] = &[$($scope),*];
        }
    )*};
}
permissions! {
    ReadProjects = "projects:read": "settings:read";
    WriteProjects = "projects:read_write": "settings:*";
    ReadApps = "apps:read": "store_apps:read";
    WriteApps = "apps:read_write": "store_apps:*";
    ReadProducts = "products:read": "products:read" "prices:read" "store_apps:read";
    ReadIntegrations = "integrations:read": "webhooks:read" "store_apps:read";
    WriteIntegrations = "integrations:read_write": "webhooks:*" "store_apps:read";
    WriteProducts = "products:read_write": "products:*" "prices:*" "store_apps:read";
}

/// The project of the path, or the key's own where the path names none, for a key with the
/// permission `P`.
pub(super) struct Project<P> {
    /// The merchant and mode that the project is, allowed what `P` stands for.
    pub cx: Cx,
    /// What the key is allowed, in RevenueCat's words.
    granted: Arc<[String]>,
    /// The path that was asked for.
    pub path: String,
    /// The parameters behind it.
    parameters: String,
    permission: PhantomData<P>,
}

impl<P: Permission, S: Send + Sync> FromRequestParts<S> for Project<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let cx = caller(parts)?;
        let named = named(parts, state).await;
        let mut cx = match named {
            Some(project) => reach(cx, &project).await?,
            None => cx,
        };
        let granted = Arc::clone(&cx.scopes);
        allowed(&granted, P::NAME)?;
        apps::ops::ensure_own(&cx).await?;
        cx.scopes = P::SCOPES.iter().map(|&scope| scope.to_owned()).collect();
        Ok(Self {
            cx,
            granted,
            path: parts.uri.path().to_owned(),
            parameters: parts.uri.query().unwrap_or_default().to_owned(),
            permission: PhantomData,
        })
    }
}

/// Whoever the key belongs to. The other dialect's header counts for nothing here.
fn caller(parts: &Parts) -> Result<Cx> {
    let RevenuecatCaller(found) = parts.extensions.get().ok_or_else(Error::internal)?;
    admitted(parts, found)
}

/// The project in the path.
async fn named<S: Send + Sync>(parts: &mut Parts, state: &S) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, state).await.ok()?;
    params.iter().find(|(name, _)| *name == PROJECT_ID).map(|(_, value)| value.to_owned())
}

/// The object that the path names in its project.
pub(super) struct ObjectId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for ObjectId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let unreadable = |name: &str| Error::invalid(name, "is not a readable part of a path");
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| unreadable("id"))?;
        match params.iter().find(|(name, _)| *name != PROJECT_ID) {
            Some((name, value)) if value.chars().count() > ID_CHARS_MAX => Err(Error::invalid(name, "id is too long")),
            Some((name, value)) if value.contains('\0') => Err(unreadable(name)),
            Some((_, value)) => Ok(Self(value.to_owned())),
            None => Err(unreadable("id")),
        }
    }
}

/// The merchant that the project with this id is, if the caller reaches it.
pub(super) async fn reached(cx: &Cx, project: &str) -> Result<Option<Id<Tenant>>> {
    let is = |merchant: &Id<Tenant>| ids::project(*merchant, cx.mode) == project;
    if is(&cx.merchant) {
        return Ok(Some(cx.merchant));
    }
    Ok(merchants::made_by_caller(cx).await?.into_iter().find(is))
}

/// The same caller in the project with this id.
async fn reach(cx: Cx, project: &str) -> Result<Cx> {
    match reached(&cx, project).await? {
        Some(merchant) => Ok(Cx { merchant, ..cx }),
        None => Err(Error::new(Kind::Forbidden, "forbidden", "You're not authorized to access this resource")),
    }
}

fn allowed(granted: &[String], permission: &str) -> Result<()> {
    if scopes_allow(granted, permission) { Ok(()) } else { Err(Error::missing_scope(permission)) }
}

impl<P> Project<P> {
    /// The parameters behind the path, in their order; empty ones count as absent.
    pub(super) fn params(&self) -> impl Iterator<Item = (String, String)> {
        let pairs = form_urlencoded::parse(self.parameters.as_bytes());
        pairs.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.into_owned(), value.into_owned()))
    }

    /// One of them.
    pub(super) fn param(&self, wanted: &str) -> Option<String> {
        self.params().find(|(name, _)| name == wanted).map(|(_, value)| value)
    }

    /// Which of the expandables of an operation are asked for. `known` names them with the
    /// permissions they need.
    ///
    /// # Errors
    /// 400 for one that is not known, 403 without its permission.
    pub(super) fn expand<const N: usize>(&self, known: [(&'static str, &'static str); N]) -> Result<[bool; N]> {
        let mut asked = [false; N];
        let given = self.params().filter(|(name, _)| name == "expand").map(|(_, value)| value);
        for name in given.flat_map(|value| value.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>()) {
            let Some(at) = known.iter().position(|(known, _)| *known == name) else {
                let names: Vec<_> = known.iter().map(|(known, _)| format!("'{known}'")).collect();
                return Err(Error::invalid("expand", format!("must be one of {}", names.join(", "))));
            };
            allowed(&self.granted, known[at].1)?;
            asked[at] = true;
        }
        Ok(asked)
    }
}
