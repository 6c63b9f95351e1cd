//! Taking products out of sale and back: asked once, said, and taken back from the message.

use leptos::{prelude::*, task::spawn_local};

use super::super::{
    model::{EditProduct, Product},
    rpc,
};
use crate::{house::team::viewer::use_viewer, kit::Patch, ui::*};

/// Archives and restores the products of a page.
#[derive(Clone, Copy)]
pub struct Archiver {
    toasts: Toasts,
    asked: RwSignal<Option<Product>>,
    done: Callback<()>,
    /// Why nothing can be changed here.
    pub lacks: Signal<Option<String>>,
}

impl Archiver {
    /// `done` runs after every change, to load the page's data again.
    pub fn new(done: impl Into<Callback<()>>) -> Self {
        let lacks = use_viewer().lacks("products:write");
        Self { toasts: use_toasts(), asked: RwSignal::new(None), done: done.into(), lacks }
    }

    /// The menu's line for a product.
    pub fn item(self, product: &Product) -> MenuItem {
        let product = product.clone();
        let item = match product.sellable() {
            true => MenuItem::action("Archive", move || self.asked.set(Some(product.clone()))).danger().icon(Icon::Trash),
            false => MenuItem::action("Restore", move || self.change(product.clone(), true)),
        };
        item.why_not(self.lacks.get())
    }

    fn change(self, product: Product, sellable: bool) {
        let edit = EditProduct {
            is_active: if sellable { Patch::Set(true) } else { Patch::Absent },
            is_archived: Patch::Set(!sellable),
            ..EditProduct::default()
        };
        spawn_local(async move {
            match rpc::update_product(product.id.to_string(), edit).await {
                Ok(after) => {
                    self.done.try_run(());
                    let text = format!("{} {}", after.name, if sellable { "restored" } else { "archived" });
                    self.toasts.undo(text, move || self.change(after.clone(), !sellable));
                }
                Err(error) => self.toasts.retry(error.message, move || self.change(product.clone(), sellable)),
            }
        });
    }

    /// The question; once on the page.
    pub fn view(self) -> AnyView {
        let name = move || self.asked.get().map(|product| product.name).unwrap_or_default();
        view! {
            <Confirm
                id="archive-product"
                open=Signal::derive(move || self.asked.read().is_some())
                title=Signal::derive(move || format!("Archive {}?", name()))
                text="Nobody can buy it any more. Whoever subscribed keeps it, and it can be restored."
                confirm="Archive product"
                danger=true
                on_close=move || self.asked.set(None)
                on_confirm=move || {
                    if let Some(product) = self.asked.get_untracked() {
                        self.change(product, false);
                    }
                    self.asked.set(None);
                }
            />
        }
        .into_any()
    }
}
