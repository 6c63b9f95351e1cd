//! "As API call": the request a form stands for, as curl and as JavaScript, and a way to run it.

use super::badge::{Badge, Tone};
use super::button::Button;
use super::code::CodeBlock;
use super::platform;
use crate::kit;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use std::pin::Pin;

/// A key on its way.
pub type KeyAnswer = Pin<Box<dyn Future<Output = kit::Result<String>>>>;

/// How the panel gets at the API: given by the app, because a key is a noun.
#[derive(Clone, Copy)]
pub struct ApiAccess {
    /// Asks for a key that acts for this session.
    pub key: fn() -> KeyAnswer,
    /// Names what a run touches: "test data".
    pub touches: Signal<&'static str>,
}

/// What a run answered.
#[derive(Clone)]
struct Ran {
    status: u16,
    ms: i64,
    text: String,
}

/// A form's request, folded away.
#[component]
pub fn ApiCall(
    method: &'static str,
    /// Such as `/v2/products`.
    #[prop(into)]
    path: String,
    /// Reads the body; `None` while the form cannot be read.
    #[prop(into)]
    body: Signal<Option<Value>>,
    /// RevKeen's package has a method for it.
    #[prop(optional)]
    sdk: bool,
) -> impl IntoView {
    // Only the browser knows under which address it reached the server.
    let origin = RwSignal::new("https://merx.example.com".to_owned());
    Effect::new(move |_| {
        if let Ok(here) = window().location().origin() {
            origin.set(here);
        }
    });
    let sent = Signal::derive(move || body.get().map(|body| said(method, body)));
    let in_code = RwSignal::new(false);
    let path = StoredValue::new(path);
    let text = Signal::derive(move || {
        let body = sent.get().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        match (in_code.get(), sdk) {
            (true, true) => package(method, &path.get_value(), &origin.get(), &body),
            (true, false) => fetched(method, &format!("{}{}", origin.get(), path.get_value()), &body),
            (false, _) => command(method, &format!("{}{}", origin.get(), path.get_value()), &body),
        }
    });
    let choice = move |own: bool, label: &'static str| {
        view! {
            <button type="button" class="mode" aria-pressed=move || if in_code.get() == own { "true" } else { "false" } on:click=move |_| in_code.set(own)>
                {label}
            </button>
        }
    };
    view! {
        <details class="api-call">
            <summary>"As API call"</summary>
            <div class="modes" role="group" aria-label="Language">{choice(false, "curl")} {choice(true, if sdk { "SDK" } else { "JavaScript" })}</div>
            <CodeBlock label="API call" text=text />
            {use_context::<ApiAccess>().map(|access| runner(access, method, path, sent))}
        </details>
    }
}

fn runner(access: ApiAccess, method: &'static str, path: StoredValue<String>, body: Signal<Option<Value>>) -> AnyView {
    let (busy, ran) = (RwSignal::new(false), RwSignal::new(None::<Ran>));
    let key = StoredValue::new(None::<String>);
    let run = move |_| {
        let Some(body) = body.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        spawn_local(async move {
            let answer = call(access, key, method, path.get_value(), body).await;
            // The page may be gone.
            ran.try_set(Some(answer));
            busy.try_set(false);
        });
    };
    let why_not = Signal::derive(move || body.with(Option::is_none).then(|| "The form cannot be read yet".to_owned()));
    let label = Signal::derive(move || if busy.get() { "Running…".to_owned() } else { "Run".to_owned() });
    view! {
        <div class="api-run">
            <Button label=label on_press=run why_not=why_not />
            <span class="muted">{move || format!("Sends it with a key of this session, to {}.", access.touches.get())}</span>
        </div>
        <div aria-live="polite">{move || ran.get().map(answer)}</div>
    }
    .into_any()
}

/// Sends the request; a key that has ended is asked for anew, once.
async fn call(access: ApiAccess, kept: StoredValue<Option<String>>, method: &str, path: String, body: Value) -> Ran {
    let began = platform::machine_now();
    let done = |status, text| Ran { status, ms: platform::machine_now() - began, text };
    for _ in 0..2 {
        let key = match kept.try_get_value().flatten() {
            Some(key) => key,
            None => match (access.key)().await {
                Ok(key) => key,
                Err(error) => return done(0, error.message),
            },
        };
        kept.try_set_value(Some(key.clone()));
        match platform::call_api(method, &path, &key, body.to_string()).await {
            Ok((401, _)) => kept.try_set_value(None),
            Ok((status, text)) => return done(status, pretty(text)),
            Err(text) => return done(0, text),
        };
    }
    done(401, "Sign in again".into())
}

fn pretty(text: String) -> String {
    serde_json::from_str::<Value>(&text).map_or(text, |value| format!("{value:#}"))
}

fn answer(ran: Ran) -> AnyView {
    let Ran { status, ms, text } = ran;
    let (tone, words) = match status {
        0 => (Tone::Bad, "Not sent".to_owned()),
        200..300 => (Tone::Good, format!("{status} in {ms} ms")),
        _ => (Tone::Bad, format!("{status} in {ms} ms")),
    };
    view! { <p class="api-status"><Badge text=words tone=tone /></p> <CodeBlock label="Answer" text=text /> }.into_any()
}

/// A create leaves out what says nothing; in a change `null` says "clear".
fn said(method: &str, body: Value) -> Value {
    match body {
        Value::Object(members) if method == "POST" => {
            Value::Object(members.into_iter().filter(|(_, value)| !is_nothing(value)).collect())
        }
        other => other,
    }
}

fn command(method: &str, url: &str, body: &Value) -> String {
    let body = format!("{body:#}").replace('\'', r"'\''");
    format!(
        "curl -X {method} '{url}' \\\n  -H 'x-api-key: YOUR_API_KEY' \\\n  -H 'content-type: application/json' \\\n  -d '{body}'"
    )
}

/// For RevKeen's package: `POST /v2/products` is `products.create`, `PATCH /v2/products/1` is
/// `products.update`.
fn package(method: &str, path: &str, origin: &str, body: &Value) -> String {
    let mut parts = path.trim_start_matches("/v2/").split('/');
    let (noun, id) = (parts.next().unwrap_or_default(), parts.next());
    let verb = if method == "POST" { "create" } else { "update" };
    let id = id.map(|id| format!("\"{id}\", ")).unwrap_or_default();
    format!(
        "import {{ RevKeenClient }} from \"@revkeen/sdk\";\n\n\
         const merx = new RevKeenClient({{\n  apiKey: process.env.MERX_API_KEY,\n  baseUrl: \"{origin}/v2\",\n}});\n\n\
         await merx.{noun}.{verb}({id}{body:#});"
    )
}

fn fetched(method: &str, url: &str, body: &Value) -> String {
    format!(
        "const answer = await fetch(\"{url}\", {{\n  method: \"{method}\",\n  headers: {{\n    \
         \"x-api-key\": process.env.MERX_API_KEY,\n    \"content-type\": \"application/json\",\n  }},\n  body: JSON.stringify({body:#}),\n}});\n\
         if (!answer.ok) throw new Error(await answer.text());"
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
