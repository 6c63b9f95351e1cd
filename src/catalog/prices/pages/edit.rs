//! Changing what may change of a price, in a drawer.

use leptos::prelude::*;

use super::{
    super::{model::Price, rpc},
    names::Names,
};
use crate::ui::*;

/// The form that changes a price's names, lookup key and metadata.
#[component]
pub fn EditPriceForm(price: Price, drawer: DrawerState, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let form = use_form("price");
    let fields = Names::of(&price.as_new());
    let toasts = use_toasts();
    let id = price.id;
    let before = StoredValue::new(price);
    let edit = move || before.with_value(|before| fields.edit(before));
    let save = move || {
        let work = async move { rpc::update_price(id, untrack(edit)).await };
        form.send(work, move |_: Price| {
            toasts.say("Price saved");
            done.try_run(());
            drawer.close();
        });
    };
    let body = move || serde_json::to_value(edit()).ok();
    view! {
        <FormView form=form on_submit=save>
            {fields.view()}
            <ApiCall method="PATCH" path=format!("/v2/prices/{id}") sdk=true body=Signal::derive(body) />
            <DrawerFoot form=form drawer=drawer label="Save changes" />
        </FormView>
    }
}
