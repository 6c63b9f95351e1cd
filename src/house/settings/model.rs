//! The business profile.

use serde::{Deserialize, Serialize};

use crate::{
    house::team::model::check_name,
    kit::{Currency, Error, FieldError, Id, Named, Patch, Result, Tenant, Time},
};

/// Largest logo, bytes.
pub const LOGO_BYTES_MAX: usize = 512 * 1024;
/// Longest line of an address, and longest tax id.
pub const LINE_CHARS_MAX: usize = 200;

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    pub line1: String,
    pub line2: String,
    pub city: String,
    pub state: String,
    pub postal_code: String,
    /// ISO 3166-1 code of two letters; empty if unknown.
    pub country: String,
}

/// A merchant, as its own people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Business {
    pub id: Id<Tenant>,
    /// What customers know it as.
    pub name: String,
    /// What it is registered as; empty if the same.
    pub legal_name: String,
    pub address: Address,
    pub tax_id: String,
    /// Changes with the picture; none without.
    pub logo_hash: Option<String>,
    /// IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    pub default_currency: Currency,
    pub created_at: Time,
}

impl Named for Business {
    const NAME: &'static str = "merchant";
}

/// Changes to the profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditBusiness {
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub name: Patch<String>,
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub legal_name: Patch<String>,
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub address: Patch<Address>,
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub tax_id: Patch<String>,
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub time_zone: Patch<String>,
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub default_currency: Patch<Currency>,
}

impl EditBusiness {
    /// The changed profile, or what is wrong with it. Whether the time zone exists, the server
    /// checks.
    pub fn apply(self, before: &Business) -> Result<Business> {
        let mut after = before.clone();
        self.name.apply(&mut after.name);
        self.legal_name.apply(&mut after.legal_name);
        self.address.apply(&mut after.address);
        self.tax_id.apply(&mut after.tax_id);
        self.time_zone.apply(&mut after.time_zone);
        self.default_currency.apply(&mut after.default_currency);
        after.checked()
    }
}

impl Business {
    fn checked(mut self) -> Result<Self> {
        let mut wrong = Vec::new();
        self.name = check_name(&mut wrong, "name", &self.name);
        self.legal_name = check_line(&mut wrong, "legal_name", &self.legal_name);
        self.tax_id = check_line(&mut wrong, "tax_id", &self.tax_id);
        let address = &mut self.address;
        for (path, line) in [
            ("address.line1", &mut address.line1),
            ("address.line2", &mut address.line2),
            ("address.city", &mut address.city),
            ("address.state", &mut address.state),
            ("address.postal_code", &mut address.postal_code),
        ] {
            *line = check_line(&mut wrong, path, line);
        }
        address.country = address.country.trim().to_uppercase();
        let code = address.country.len() == 2 && address.country.chars().all(|c| c.is_ascii_uppercase());
        if !code && !address.country.is_empty() {
            wrong.push(FieldError { path: "address.country".into(), message: "must be a country code of two letters".into() });
        }
        if wrong.is_empty() { Ok(self) } else { Err(Error::from_fields(wrong)) }
    }
}

fn check_line(wrong: &mut Vec<FieldError>, path: &str, text: &str) -> String {
    let text = text.trim();
    if text.chars().count() > LINE_CHARS_MAX {
        let message = format!("must have at most {LINE_CHARS_MAX} characters");
        wrong.push(FieldError { path: path.to_owned(), message });
    } else if text.contains(char::is_control) {
        wrong.push(FieldError { path: path.to_owned(), message: "must be one line of text".into() });
    }
    text.to_owned()
}
