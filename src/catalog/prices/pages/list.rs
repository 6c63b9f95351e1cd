//! The list of all prices.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    super::{
        model::{Listed, PriceList},
        rpc,
    },
    badge,
    switch::Switch,
};
use crate::{
    kit::{Currency, Result},
    paths,
    ui::*,
};

/// Prices of all products.
pub struct PricesPage {
    list: ListState,
    found: Resource<Result<PriceList>>,
}

impl LazyRoute for PricesPage {
    fn data() -> Self {
        let list = use_list(&["status", "type", "model", "currency", "product"]);
        Self { list, found: list.resource(rpc::list_prices) }
    }

    async fn view(this: Self) -> AnyView {
        let Self { list, found } = this;
        let switch = Switch::new(move || found.refetch());
        let rows = move || {
            found.get().map(|answer| match answer {
                Ok(PriceList { page, .. }) => Answer::Rows(Rows::of(page, |listed| row(listed, switch))),
                Err(error) => error.into(),
            })
        };
        let product = list.filter("product");
        let extras = move || found.get().and_then(Result::ok).map(|found| extras(found, product.get())).unwrap_or_default();
        view! {
            <ListPage
                list=list
                title="Prices"
                intro="What products cost: how much, of which currency, how often."
                columns=columns()
                rows=rows
                tabs=QuickTabs { key: "status", tabs: vec![("", "All"), ("active", "Active"), ("archived", "Archived")] }
                extras=extras
                filters=filters()
                first_run=FirstRun {
                    title: "No prices yet",
                    text: "A price says what a product costs. A product comes with one, and can get more on its page.",
                    action: Some(("Go to products", paths::PRODUCTS.to_owned())),
                    docs: None,
                }
            />
            {switch.question()}
        }
        .into_any()
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("Product"),
        Column::new("Name"),
        Column::amount("Amount").sort("amount"),
        Column::new("Charged"),
        Column::new("Status"),
        Column::new("Created").sort("created_at"),
    ]
}

fn filters() -> Vec<Filter> {
    let currencies = Currency::COMMON.map(|code| (code, code));
    vec![
        Filter::linked("status", "Status"),
        Filter::choices("type", "Charged", &[("one_time", "Once"), ("recurring", "Repeatedly")]),
        Filter::choices("model", "Model", &[("fixed", "Fixed"), ("pay_what_you_want", "Pay what you want"), ("free", "Free")]),
        Filter::choices("currency", "Currency", &currencies),
        Filter::linked("product", "Product"),
    ]
}

/// The tabs' counts, and the name behind a product's id.
fn extras(found: PriceList, product: Option<String>) -> Extras {
    let PriceList { page, active, archived } = found;
    let name = product.and_then(|_| page.items.into_iter().next()).map(|listed| ("product".to_owned(), listed.product_name));
    let counts = [("", active + archived), ("active", active), ("archived", archived)];
    Extras { counts: counts.map(|(status, count)| (status.to_owned(), count)).to_vec(), names: name.into_iter().collect() }
}

fn row(listed: Listed, switch: Switch) -> Row {
    let Listed { price, product_name } = listed;
    let (text, tone) = badge(&price);
    let amount = price.amount_text();
    Row::new(price.id)
        .link(paths::price(price.id))
        .cell(product_name.clone())
        .cell(match price.title() {
            Some(title) => title.to_owned().into_any(),
            None => view! { <Nothing what="no name" /> }.into_any(),
        })
        .cell(view! { <Money text=amount /> })
        .cell(price.rhythm_text())
        .cell(view! { <Badge text=text tone=tone /> })
        .cell(view! { <Ago at=price.created_at.0 /> })
        .menu(format!("the price {} of {product_name}", price.amount_text()), vec![switch.copy(&price), switch.item(&price)])
}
