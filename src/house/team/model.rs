//! Accounts, roles, invitations and sessions, as rows, payloads and forms.

use serde::{Deserialize, Serialize};

use crate::{
    house::scopes::{HOUSE, RESOURCES, Resource},
    kit::{Currency, Error, FieldError, Id, Mode, Named, Result, Tenant, Time, scopes_allow},
};

/// Shortest password.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Longest password: hashing is expensive, so what is hashed is bounded.
pub const PASSWORD_CHARS_MAX: usize = 200;
/// Longest name of a person or a business.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest e-mail address, from RFC 5321.
pub const EMAIL_CHARS_MAX: usize = 254;

/// What a member may do for a merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, also naming other owners.
    Owner,
    /// Everything but what concerns owners.
    Admin,
    /// The whole catalogue and all of billing; not the team, the keys or the settings.
    Manager,
    /// Sees everything, works with customers.
    Support,
    /// Sees everything, changes nothing.
    Viewer,
}

impl Role {
    /// All of them, most powerful first.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Admin, Self::Manager, Self::Support, Self::Viewer];

    /// In rows and forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Support => "support",
            Self::Viewer => "viewer",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Manager => "Manager",
            Self::Support => "Support",
            Self::Viewer => "Viewer",
        }
    }

    /// What it means, for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Owner => "Everything, also naming other owners.",
            Self::Admin => "Everything except changes to owners.",
            Self::Manager => "Catalogue and billing; not team, API keys or settings.",
            Self::Support => "Sees everything, works with customers.",
            Self::Viewer => "Sees everything, changes nothing.",
        }
    }

    /// The role with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// What the role allows. Only `*` covers `owners:write`.
    pub fn scopes(self) -> Vec<String> {
        let all = |resource: &Resource| format!("{}:*", resource.name);
        let read = |resource: &Resource| format!("{}:read", resource.name);
        let house_read = HOUSE.iter().filter(|resource| resource.name != "keys").map(read);
        match self {
            Self::Owner => vec!["*".to_owned()],
            Self::Admin => RESOURCES.iter().chain(HOUSE).map(all).collect(),
            Self::Manager => RESOURCES.iter().map(all).chain(house_read).collect(),
            Self::Support => {
                let care = RESOURCES.iter().filter(|resource| resource.support).map(all);
                RESOURCES.iter().map(read).chain(care).chain(house_read).collect()
            }
            Self::Viewer => RESOURCES.iter().map(read).chain(house_read).collect(),
        }
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: Id<User>,
    pub name: String,
    pub email: String,
}

/// An account with a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub user_id: Id<User>,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub created_at: Time,
}

impl Named for Member {
    const NAME: &'static str = "member";
}

/// An invitation that nobody has accepted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: Id<Invitation>,
    pub email: String,
    pub role: Role,
    pub created_at: Time,
    pub expires_at: Time,
}

impl Named for Invitation {
    const NAME: &'static str = "invitation";
}

/// An invitation just made, with the link that only now can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    pub invitation: Invitation,
    pub link: String,
}

/// What the holder of an invitation's link sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Name of the business.
    pub business: String,
    pub email: String,
    pub role: Role,
    /// Whether the address has an account already: then its password is asked for.
    pub has_account: bool,
}

/// Somebody signed in somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Not the secret in the cookie.
    pub id: String,
    /// What the browser said about itself.
    pub device: String,
    pub ip: String,
    pub created_at: Time,
    pub last_seen_at: Time,
}

impl SessionRow {
    /// "Firefox on Linux", as far as the browser says.
    pub fn device_name(&self) -> String {
        let has = |word: &&(&str, &'static str)| self.device.contains(word.0);
        let browser = BROWSERS.iter().find(has).map(|(_, name)| *name);
        let system = SYSTEMS.iter().find(has).map(|(_, name)| *name);
        match (browser, system) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(name), None) | (None, Some(name)) => name.to_owned(),
            (None, None) => "Unknown device".to_owned(),
        }
    }
}

/// In order: most browsers also name those they descend from.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
];

/// The sessions of an account, and which of them asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    pub items: Vec<SessionRow>,
    pub current: String,
}

/// Who looks at the page, for whom, in which mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub user: User,
    pub role: Role,
    pub merchant: Id<Tenant>,
    /// Name of the business.
    pub business: String,
    /// Address of its logo, if it has one.
    pub logo: Option<String>,
    pub mode: Mode,
    pub scopes: Vec<String>,
    pub currency: Currency,
    pub time_zone: String,
    /// Other businesses the account is a member of.
    pub others: Vec<Employer>,
}

impl Viewer {
    /// Whether a scope is allowed, so that pages can say why a button is off.
    pub fn can(&self, scope: &str) -> bool {
        scopes_allow(&self.scopes, scope)
    }

    /// Why something is off, or `None` if it is allowed.
    pub fn lacks(&self, scope: &str) -> Option<String> {
        (!self.can(scope)).then(|| format!("Your role ({}) does not allow this; ask an owner or admin", self.role.label()))
    }
}

/// A business that an account is a member of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employer {
    pub id: Id<Tenant>,
    pub name: String,
}

/// Form of the set-up page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SetUp {
    pub business: String,
    pub name: String,
    pub email: String,
    pub password: String,
}

impl SetUp {
    /// The form, trimmed, or what is wrong with it.
    pub fn checked(self) -> Result<Self> {
        let mut wrong = Vec::new();
        let form = Self {
            business: check_name(&mut wrong, "business", &self.business),
            name: check_name(&mut wrong, "name", &self.name),
            email: check_email(&mut wrong, "email", &self.email),
            password: check_password(&mut wrong, "password", self.password),
        };
        if wrong.is_empty() { Ok(form) } else { Err(Error::from_fields(wrong)) }
    }
}

/// Checks and trims a name of something or somebody.
pub fn check_name(wrong: &mut Vec<FieldError>, path: &str, text: &str) -> String {
    let text = text.trim();
    let message = if text.is_empty() {
        Some("is required".to_owned())
    } else if text.chars().count() > NAME_CHARS_MAX {
        Some(format!("must have at most {NAME_CHARS_MAX} characters"))
    } else if text.contains(char::is_control) {
        Some("must be one line of text".to_owned())
    } else {
        None
    };
    wrong.extend(message.map(|message| FieldError { path: path.to_owned(), message }));
    text.to_owned()
}

/// Checks and trims an e-mail address: whether it exists, only a mail tells.
pub fn check_email(wrong: &mut Vec<FieldError>, path: &str, text: &str) -> String {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@').unwrap_or_default();
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')');
    let message = if text.is_empty() {
        Some("is required".to_owned())
    } else if text.len() > EMAIL_CHARS_MAX {
        Some(format!("must have at most {EMAIL_CHARS_MAX} characters"))
    } else if local.is_empty() || domain.is_empty() || text.contains(odd) || domain.starts_with('.') || domain.ends_with('.') {
        Some("must be an e-mail address".to_owned())
    } else {
        None
    };
    wrong.extend(message.map(|message| FieldError { path: path.to_owned(), message }));
    text.to_owned()
}

/// Checks a new password's length; nothing else makes passwords better.
pub fn check_password(wrong: &mut Vec<FieldError>, path: &str, text: String) -> String {
    let count = text.chars().count();
    let message = if count < PASSWORD_CHARS_MIN {
        Some(format!("must have at least {PASSWORD_CHARS_MIN} characters"))
    } else if count > PASSWORD_CHARS_MAX {
        Some(format!("must have at most {PASSWORD_CHARS_MAX} characters"))
    } else {
        None
    };
    wrong.extend(message.map(|message| FieldError { path: path.to_owned(), message }));
    text
}

/// Where to go after signing in: a path of this site, never another site.
pub fn safe_next(next: &str) -> &str {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(|c: char| c == '\\' || c.is_control());
    if own { next } else { "/" }
}

/// The page to show in the other mode, or for another business, instead of this one: the same, but
/// the list instead of one object of it, which does not exist there.
pub fn elsewhere(path: &str) -> &str {
    let mut end = 0;
    for part in path.split('/') {
        let id = part.len() == 36 && part.split('-').count() == 5;
        if id {
            return &path[..end.max(1) - usize::from(end > 1)];
        }
        end += part.len() + 1;
    }
    path
}
