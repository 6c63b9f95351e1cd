//! Forms that need no scripts. Their fields are left to the browser: a password manager may have
//! filled them long before scripts are there.

use leptos::prelude::*;
use server_fn::ServerFn;

use crate::{kit::Error, ui::Icon};

/// What a form's server function refused, if this page is the answer to that.
pub fn refusal<F>() -> Option<Error>
where
    F: ServerFn<Error = Error, Output = ()> + Clone + Send + Sync + 'static,
{
    ServerAction::<F>::new().value().with_untracked(|answer| answer.as_ref().and_then(|answer| answer.clone().err()))
}

/// A form that the browser posts, with what was wrong above it.
#[component]
pub fn PlainForm(
    /// Path of the server function.
    action: &'static str,
    /// What was wrong with the last try.
    refused: Option<Error>,
    /// On the button.
    #[prop(into)]
    submit: String,
    children: Children,
) -> impl IntoView {
    let summary = refused.map(|error| {
        view! { <div class="summary" role="alert">{Icon::Error.view()}<p>{error.message}</p></div> }
    });
    view! {
        <form class="form" method="post" action=action>
            {summary}
            {children()}
            <button type="submit" class="btn btn-primary">{submit}</button>
        </form>
    }
}

/// A line of text.
#[component]
pub fn PlainField(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(default = "text")] kind: &'static str,
    autocomplete: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    /// Fewest characters.
    #[prop(optional)]
    least: Option<usize>,
    /// Most characters.
    most: usize,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    first: bool,
    /// What was wrong with the last try.
    refused: Option<Error>,
) -> impl IntoView {
    let typed = refused.as_ref().and_then(|error| error.typed(name).map(str::to_owned));
    let error = refused.and_then(|error| error.field(name).map(str::to_owned));
    let (hint_id, error_id) = (format!("{name}-hint"), format!("{name}-error"));
    let described: Vec<String> =
        [error.is_some().then(|| error_id.clone()), hint.is_some().then(|| hint_id.clone())].into_iter().flatten().collect();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                class="input" id=name name=name type=kind value=typed autocomplete=autocomplete required
                minlength=least.map(|least| least.to_string()) maxlength=most.to_string() autofocus=first
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=(!described.is_empty()).then(|| described.join(" "))
            />
            {error.map(|error| view! { <p class="field-error" id=error_id>{error}</p> })}
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
