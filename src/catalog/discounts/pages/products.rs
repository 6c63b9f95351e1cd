//! Choosing the products that a discount lowers.

use std::time::Duration;

use leptos::{leptos_dom::helpers::debounce, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlSelectElement};

use crate::{
    catalog::products::{model::Product, rpc},
    kit::{LIMIT_MAX, Page, Result, UrlQuery},
    ui::*,
};

/// A select that adds a product, and those added, each removable.
#[component]
pub fn ProductPicker(form: Form, chosen: RwSignal<Vec<(String, String)>>) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let known = Resource::new(
        move || words.get(),
        |q| rpc::list_products(UrlQuery { q, size: LIMIT_MAX, sort: "name".into(), ..UrlQuery::default() }),
    );
    let many = Memo::new(move |before| {
        let total = known.get().and_then(Result::ok).map_or(0, |page| page.total);
        total > LIMIT_MAX || before.copied().unwrap_or(false)
    });
    let search = move || {
        let mut narrow = debounce(Duration::from_millis(200), move |text: String| drop(words.try_set(text)));
        many.get().then(|| {
            view! {
                <input
                    class="input" type="search" aria-label="Find products to add" placeholder="Find products to add"
                    on:input:target=move |event| narrow(event.target().value())
                />
            }
        })
    };
    let select = move || known.get().map(|answer| picker(answer, form, chosen));
    let remove = move |id: &str| {
        chosen.update(|chosen| chosen.retain(|(own, _)| own != id));
        form.dirty.set(true);
    };
    let chip = move |(id, name): (String, String)| {
        let label = format!("Remove {name}");
        view! {
            <li class="chip">
                <span>{name}</span>
                <button type="button" class="btn btn-quiet btn-icon btn-small" aria-label=label on:click=move |_| remove(&id)>
                    {Icon::Close.sized(12)}
                </button>
            </li>
        }
    };
    view! {
        <Transition>{search} {select}</Transition>
        <ul class="chips" aria-label="Chosen products">{move || chosen.get().into_iter().map(chip).collect_view()}</ul>
    }
}

fn picker(answer: Result<Page<Product>>, form: Form, chosen: RwSignal<Vec<(String, String)>>) -> AnyView {
    let products = match answer {
        Ok(page) => page.items,
        Err(error) => return view! { <Failed text=error.message /> }.into_any(),
    };
    let names: Vec<_> = products.into_iter().map(|product| (product.id.to_string(), product.name)).collect();
    let names = StoredValue::new(names);
    let picked = RwSignal::new(String::new());
    let id = form.field_id("product_ids");
    Effect::new(move |_| {
        let product = picked.get();
        let found = names.with_value(|names| names.iter().find(|(own, _)| *own == product).cloned());
        if let Some(found) = found {
            chosen.update(|chosen| chosen.push(found));
            picked.set(String::new());
            show_nothing(id.clone());
        }
    });
    let rest = move || {
        let chosen = chosen.read();
        let free = |(id, _): &&(String, String)| chosen.iter().all(|(own, _)| own != id);
        names.with_value(|names| names.iter().filter(free).cloned().collect::<Vec<_>>())
    };
    view! {
        <SelectField
            name="product_ids" label="Add a product" value=picked options=Signal::derive(rest) optional=true
        />
    }
    .into_any()
}

/// The browser keeps showing what was picked, or what moved up into its place.
fn show_nothing(id: String) {
    request_animation_frame(move || {
        let select = document().get_element_by_id(&id).and_then(|element| element.dyn_into::<HtmlSelectElement>().ok());
        if let Some(select) = select {
            select.set_value("");
        }
    });
}
