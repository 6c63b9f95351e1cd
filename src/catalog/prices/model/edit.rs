//! What may change of a price: never its terms.

use serde::{Deserialize, Serialize};

use super::Price;
use crate::kit::{Metadata, Patch, Result, check_metadata, checked};

/// Body of an update: what is absent stays, `null` clears. A price's terms are not here: a new
/// amount is a new price.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct EditPrice {
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub active: Patch<bool>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub name: Patch<Option<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub nickname: Patch<Option<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub description: Patch<Option<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub lookup_key: Patch<Option<String>>,
    /// Takes `lookup_key` from the price that holds it. An addition to RevKeen's schema.
    pub transfer_lookup_key: bool,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "ssr", schema(schema_with = crate::kit::http::docs::metadata))]
    pub metadata: Patch<Metadata>,
}

impl EditPrice {
    /// The price after the change, with names as long as a new one may have.
    pub fn apply(self, before: &Price) -> Result<Price> {
        let mut after = before.clone();
        self.active.apply(&mut after.active);
        self.name.apply(&mut after.name);
        self.nickname.apply(&mut after.nickname);
        self.description.apply(&mut after.description);
        self.lookup_key.apply(&mut after.lookup_key);
        self.metadata.apply(&mut after.metadata);
        // The interval of a product's default price may be longer than that of other prices.
        checked(super::NewPrice { interval_count: None, ..after.as_new() })?;
        check_metadata(&after.metadata)?;
        Ok(after)
    }
}
