//! The only look at an endpoint's secret.

use leptos::prelude::*;

use super::super::model::NewSecret;
use crate::ui::*;

/// Shows the secret of an endpoint that was just made, or just got another one.
#[component]
pub(super) fn SecretDialog(secret: RwSignal<Option<NewSecret>>) -> impl IntoView {
    let open = Signal::derive(move || secret.with(Option::is_some));
    let close = move || secret.set(None);
    let url = move || secret.with(|made| made.as_ref().map(|made| made.endpoint.url.clone()).unwrap_or_default());
    let text = Signal::derive(move || secret.with(|made| made.as_ref().map(|made| made.secret.clone()).unwrap_or_default()));
    view! {
        <Modal id="webhook-secret" open=open on_close=close focus=".code button">
            <h2 id="webhook-secret-title">"Copy the signing secret now"</h2>
            <p class="dialog-text">
                "This is the only time that the secret of " {url} " is shown. Your program checks with it that a webhook comes from here."
            </p>
            <CodeBlock label="Signing secret" text=text />
            <div class="dialog-foot"><Button label="Done" look=Look::Primary on_press=close /></div>
        </Modal>
    }
}
