//! Taking a price out of sale and putting it back, from wherever it is shown.

use leptos::{prelude::*, task::spawn_local};

use super::super::{
    model::{EditPrice, Price},
    rpc,
};
use crate::{house::team::viewer::use_viewer, kit::Patch, paths, ui::*};

/// What to do when it is done, and whom to tell.
#[derive(Clone, Copy)]
pub struct Switch {
    toasts: Toasts,
    done: Callback<()>,
    /// The price that is about to be archived.
    asked: RwSignal<Option<Price>>,
    /// Why nothing can be changed here.
    pub lacks: Signal<Option<String>>,
}

impl Switch {
    /// `done` runs after every change.
    pub fn new(done: impl Into<Callback<()>>) -> Self {
        let lacks = use_viewer().lacks("prices:write");
        Self { toasts: use_toasts(), done: done.into(), asked: RwSignal::new(None), lacks }
    }

    /// The line of a menu that fits the price's state.
    pub fn item(self, price: &Price) -> MenuItem {
        let own = price.clone();
        let item = match price.active {
            true => MenuItem::action("Archive", move || self.asked.set(Some(own.clone()))).danger().icon(Icon::Trash),
            false => MenuItem::action("Restore", move || self.set(own.clone(), true)),
        };
        item.why_not(self.lacks.get())
    }

    /// The line that begins a new price from this one.
    pub fn copy(self, price: &Price) -> MenuItem {
        let href = paths::new_price_like(price.product_id, price.id);
        MenuItem::link("New price like this", href).icon(Icon::Copy).why_not(self.lacks.get())
    }

    /// Changes it, says so, and offers to take it back.
    fn set(self, price: Price, active: bool) {
        spawn_local(async move {
            let edit = EditPrice { active: Patch::Set(active), ..EditPrice::default() };
            match rpc::update_price(price.id, edit).await {
                Ok(after) => {
                    self.done.try_run(());
                    let text = if active { "Price restored" } else { "Price archived" };
                    self.toasts.undo(text, move || self.set(after.clone(), !active));
                }
                Err(error) => self.toasts.retry(error.message, move || self.set(price.clone(), active)),
            }
        });
    }

    /// The question before archiving; once on a page.
    pub fn question(self) -> AnyView {
        let asked = self.asked;
        let title = move || {
            asked.with(|price| {
                price
                    .as_ref()
                    .map(|price| format!("Archive {}?", price.title().map_or_else(|| price.amount_text(), str::to_owned)))
            })
        };
        view! {
            <Confirm
                id="archive-price"
                open=Signal::derive(move || asked.read().is_some())
                title=Signal::derive(move || title().unwrap_or_default())
                text="Nobody can buy at this price any more. Subscriptions that have it keep it."
                confirm="Archive price"
                danger=true
                on_close=move || asked.set(None)
                on_confirm=move || {
                    if let Some(price) = asked.get_untracked() {
                        self.set(price, false);
                    }
                    asked.set(None);
                }
            />
        }
        .into_any()
    }
}
