//! What a form would make, while it is being filled in.

use leptos::prelude::*;

/// A preview: lines that the model's own code computes from the form. Read out when it rests.
#[component]
pub fn Preview(
    /// The lines, the first one the most important; empty while the form cannot be read.
    #[prop(into)]
    lines: Signal<Vec<String>>,
    /// What stands there until then.
    #[prop(default = "Fill in the form to see what it comes to.".into(), into)]
    waiting: String,
    #[prop(default = "Preview".into(), into)] title: String,
) -> impl IntoView {
    let body = move || match lines.get().split_first() {
        None => view! { <p class="muted">{waiting.clone()}</p> }.into_any(),
        Some((first, rest)) => {
            let rest = rest.iter().map(|line| view! { <p class="muted">{line.clone()}</p> }).collect_view();
            view! { <p class="preview-main">{first.clone()}</p> {rest} }.into_any()
        }
    };
    let label = title.clone();
    view! {
        <section class="preview" aria-label=label>
            <h2>{title}</h2>
            <div role="status">{body}</div>
        </section>
    }
}
