//! "As API call": the request a form stands for, as curl.

use super::code::CodeBlock;
use leptos::prelude::*;
use serde_json::Value;

/// A form's request as a curl command, folded away.
#[component]
pub fn ApiCall(
    method: &'static str,
    /// Such as `/v2/products`.
    #[prop(into)]
    path: String,
    /// Reads the body; `None` while the form cannot be read.
    #[prop(into)]
    body: Signal<Option<Value>>,
) -> impl IntoView {
    // Only the browser knows under which address it reached the server.
    let origin = RwSignal::new("https://merx.example.com".to_owned());
    Effect::new(move |_| {
        if let Ok(here) = window().location().origin() {
            origin.set(here);
        }
    });
    let text = Signal::derive(move || command(method, &format!("{}{path}", origin.get()), &body.get().unwrap_or_default()));
    view! {
        <details class="api-call">
            <summary>"As API call"</summary>
            <CodeBlock label="curl command" text=text />
        </details>
    }
}

/// The command. A create leaves out what says nothing; in a change `null` says "clear".
fn command(method: &str, url: &str, body: &Value) -> String {
    let body = match body {
        Value::Object(members) if method == "POST" => {
            let said = members.iter().filter(|(_, value)| !is_nothing(value));
            Value::Object(said.map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        other => other.clone(),
    };
    let body = format!("{body:#}").replace('\'', r"'\''");
    format!(
        "curl -X {method} '{url}' \\\n  -H 'x-api-key: YOUR_API_KEY' \\\n  -H 'content-type: application/json' \\\n  -d '{body}'"
    )
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
