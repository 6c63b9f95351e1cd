//! The fields that a price keeps open to change: names, lookup key, metadata.

use leptos::prelude::*;

use super::super::model::{EditPrice, NewPrice, Price};
use crate::{
    kit::{Metadata, Patch, metadata_of, metadata_pairs},
    ui::*,
};

/// The texts, as typed.
#[derive(Clone, Copy)]
pub struct Names {
    pub nickname: RwSignal<String>,
    pub name: RwSignal<String>,
    pub description: RwSignal<String>,
    pub lookup_key: RwSignal<String>,
    pub transfer: RwSignal<bool>,
    pub metadata: RwSignal<Vec<(String, String)>>,
    /// What the metadata was before, because texts know no numbers.
    was: StoredValue<Metadata>,
}

impl Names {
    /// Filled with those of a price.
    pub fn of(price: &NewPrice) -> Self {
        let text = |text: &Option<String>| RwSignal::new(text.clone().unwrap_or_default());
        Self {
            nickname: text(&price.nickname),
            name: text(&price.name),
            description: text(&price.description),
            lookup_key: text(&price.lookup_key),
            transfer: RwSignal::new(false),
            metadata: RwSignal::new(metadata_pairs(&price.metadata)),
            was: StoredValue::new(price.metadata.clone()),
        }
    }

    /// The change that the form says: only what differs.
    pub fn edit(self, before: &Price) -> EditPrice {
        EditPrice {
            active: Patch::Absent,
            name: Patch::changed(&before.name, said(self.name)),
            nickname: Patch::changed(&before.nickname, said(self.nickname)),
            description: Patch::changed(&before.description, said(self.description)),
            lookup_key: Patch::changed(&before.lookup_key, said(self.lookup_key)),
            transfer_lookup_key: self.transfer.get(),
            metadata: Patch::changed(&before.metadata, metadata_of(&self.metadata.read(), &before.metadata)),
        }
    }

    /// The new price with what the form says.
    pub fn write(self, mut new: NewPrice) -> NewPrice {
        new.nickname = said(self.nickname);
        new.name = said(self.name);
        new.description = said(self.description);
        new.lookup_key = said(self.lookup_key);
        new.transfer_lookup_key = self.transfer.get() && new.lookup_key.is_some();
        new.metadata = metadata_of(&self.metadata.read(), &self.was.get_value());
        new
    }

    /// The fields.
    pub fn view(self) -> AnyView {
        let at_most = |most: usize| {
            move |text: String| (text.trim().chars().count() > most).then(|| format!("Use at most {most} characters."))
        };
        view! {
            <TextField
                name="nickname" label="Nickname" value=self.nickname optional=true hint="Only you see it." check=at_most(100)
            />
            <TextField name="name" label="Name" value=self.name optional=true hint="Customers see it." check=at_most(100) />
            <TextArea name="description" label="Description" value=self.description optional=true check=at_most(500) />
            <TextField
                name="lookup_key" label="Lookup key" value=self.lookup_key optional=true check=at_most(100)
                hint="A fixed name for your code, whichever price holds it."
            />
            <CheckboxField
                name="transfer_lookup_key" label="Take the key over from the price that holds it" value=self.transfer
            />
            <KeyValues name="metadata" label="Metadata" value=self.metadata />
        }
        .into_any()
    }
}

/// A text that says something.
fn said(text: RwSignal<String>) -> Option<String> {
    Some(text.read().trim().to_owned()).filter(|text| !text.is_empty())
}
