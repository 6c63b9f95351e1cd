//! Forms: errors at their fields after blur or submit, one submission at a time, server errors at the same fields.
//!
//! A field knows its path (`name`, `prices[0].amount`); client checks and the server speak of the same paths.

mod choices;
mod fields;
mod special;
mod view;

pub use choices::{CheckboxField, RadioCard, RadioCards, SelectField};
pub use fields::{TextArea, TextField};
pub use special::{DateField, KeyValues, MoneyField, NumberField};
pub use view::{ErrorSummary, FormView, SubmitButton};

use super::guard::use_guard;
use super::load::leave_if_signed_out;
use crate::kit;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a submission was refused: words, and errors by field path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// For the summary.
    pub message: String,
    /// `(path, message)` for fields.
    pub fields: Vec<(String, String)>,
}

impl From<kit::Error> for Failure {
    fn from(error: kit::Error) -> Self {
        leave_if_signed_out(&error);
        let fields = error.fields.into_iter().map(|field| (field.path, field.message));
        Failure { fields: fields.collect(), message: error.message }
    }
}

/// A check of what was typed: `Some(what is wrong)`.
pub type Check = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// One field as the form knows it.
#[derive(Clone)]
struct Entry {
    path: String,
    label: String,
    check: Check,
}

/// The state of a form.
#[derive(Clone, Copy)]
pub struct Form {
    id: &'static str,
    entries: StoredValue<Vec<Entry>>,
    errors: RwSignal<BTreeMap<String, String>>,
    message: RwSignal<Option<String>>,
    /// Something was typed and not saved.
    pub dirty: RwSignal<bool>,
    /// A submission is on its way.
    pub busy: RwSignal<bool>,
}

/// A form; `id` is unique on the page and prefixes the ids of its fields.
/// Leaving it with unsaved changes asks first.
pub fn use_form(id: &'static str) -> Form {
    let form = Form {
        id,
        entries: StoredValue::new(Vec::new()),
        errors: RwSignal::default(),
        message: RwSignal::new(None),
        dirty: RwSignal::new(false),
        busy: RwSignal::new(false),
    };
    use_guard().watch(form.dirty);
    form
}

impl Form {
    /// Do the work once: a second press while it runs does nothing. On success the form is clean
    /// and `done` runs; a refusal lands at the fields.
    pub fn send<T, E, F>(self, work: F, done: impl FnOnce(T) + 'static)
    where
        T: 'static,
        E: Into<Failure> + 'static,
        F: Future<Output = Result<T, E>> + 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.message.set(None);
        spawn_local(async move {
            let answer = work.await;
            // The page may be gone.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(value) => {
                    self.dirty.set(false);
                    done(value);
                }
                Err(error) => self.fail(error.into()),
            }
        });
    }

    /// Show a refusal: at the fields it names, and in words above them.
    pub fn fail(self, failure: Failure) {
        let Failure { message, fields } = failure;
        self.errors.set(fields.into_iter().collect());
        self.message.set(Some(message));
        self.focus_problem();
    }

    /// Run all checks; with errors the first field in order takes the focus.
    pub fn validate(self) -> bool {
        let entries = self.entries.get_value();
        let errors = entries.iter().filter_map(|entry| Some((entry.path.clone(), (entry.check)()?)));
        let errors = errors.collect::<BTreeMap<_, _>>();
        let valid = errors.is_empty();
        self.errors.set(errors);
        self.message.set((!valid).then(|| "Please correct what is marked below.".into()));
        if !valid {
            self.focus_problem();
        }
        valid
    }

    /// The error at a path.
    pub fn error(self, path: &str) -> Signal<Option<String>> {
        let path = path.to_owned();
        Signal::derive(move || self.errors.with(|errors| errors.get(&path).cloned()))
    }

    /// The DOM id of the field at a path.
    pub fn field_id(self, path: &str) -> String {
        let plain = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
        format!("{}-{}", self.id, plain.collect::<String>())
    }

    fn register(self, path: &str, label: &str, check: Check) {
        let entry = Entry { path: path.into(), label: label.into(), check };
        self.entries.update_value(|entries| entries.push(entry));
        let path = path.to_owned();
        on_cleanup(move || {
            self.entries.try_update_value(|entries| entries.retain(|entry| entry.path != path));
        });
    }

    /// Check one field, on blur. Removing a focused field blurs it too, after the form is gone.
    fn check(self, path: &str) {
        let entry = self.entries.try_with_value(|entries| entries.iter().find(|entry| entry.path == path).cloned());
        let Some(Some(entry)) = entry else { return };
        let error = (entry.check)();
        self.errors.try_update(|errors| match error {
            Some(error) => drop(errors.insert(path.to_owned(), error)),
            None => drop(errors.remove(path)),
        });
    }

    /// Errors in the order of the fields: `(DOM id, label, message)`; unknown paths keep their name.
    fn problems(self) -> Vec<(String, String, String)> {
        let errors = self.errors.get();
        let entries = self.entries.get_value();
        let known = entries.iter().filter_map(|entry| {
            let message = errors.get(&entry.path)?.clone();
            Some((self.field_id(&entry.path), entry.label.clone(), message))
        });
        let unknown = errors.iter().filter(|(path, _)| entries.iter().all(|entry| entry.path != **path));
        known.chain(unknown.map(|(path, message)| (String::new(), path.clone(), message.clone()))).collect()
    }

    /// Focus the first wrong field, or the summary where no field is to blame.
    fn focus_problem(self) {
        let first = untrack(|| self.problems()).into_iter().map(|(id, ..)| id).find(|id| !id.is_empty());
        let target = first.unwrap_or_else(|| format!("{}-summary", self.id));
        request_animation_frame(move || {
            let element = document().get_element_by_id(&target).and_then(|el| el.dyn_into::<HtmlElement>().ok());
            if let Some(element) = element {
                let _ = element.focus();
            }
        });
    }
}
