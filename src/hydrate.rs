//! The browser's entry: takes over the page the server rendered.

use crate::app::App;
use leptos::__reexports::wasm_bindgen_futures::spawn_local;
use leptos::mount::hydrate_from_async;
use leptos::prelude::{document, request_animation_frame};
use leptos::wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script in the page. When the page answers to keys and clicks,
/// the document says so with `data-hydrated`.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    spawn_local(async {
        let Some(body) = document().body() else { return };
        hydrate_from_async(body.unchecked_into(), App).await.forget();
        request_animation_frame(|| {
            if let Some(html) = document().document_element() {
                let _ = html.set_attribute("data-hydrated", "");
            }
        });
    });
}
