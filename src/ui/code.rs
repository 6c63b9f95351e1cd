//! Code blocks: curl, JSON, secrets shown once.

use super::copy::CopyButton;
use leptos::prelude::*;

/// A block of code with a copy button. Long lines scroll inside.
#[component]
pub fn CodeBlock(
    #[prop(into)] text: Signal<String>,
    /// What this is, for screen readers, such as "curl command".
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <div class="code">
            <pre tabindex="0" role="region" aria-label=label.clone()><code>{text}</code></pre>
            <CopyButton text=text what=label />
        </div>
    }
}
