//! Files chosen on the page.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{FileReader, HtmlInputElement};

/// Read the file chosen in an input as a `data:` address; its size in bytes comes first. Nothing
/// happens when none is chosen or it cannot be read.
pub fn read_file(input_id: &str, done: impl FnOnce(f64, String) + 'static) {
    let input = document().get_element_by_id(input_id).and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
    let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
    let Ok(reader) = FileReader::new() else { return };
    let size = file.size();
    let loaded = {
        let reader = reader.clone();
        Closure::once_into_js(move || {
            if let Some(data) = reader.result().ok().and_then(|data| data.as_string()) {
                done(size, data);
            }
        })
    };
    reader.set_onload(Some(loaded.unchecked_ref()));
    let _ = reader.read_as_data_url(&file);
}
