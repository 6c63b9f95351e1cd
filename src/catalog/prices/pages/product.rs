//! The prices of one product, on its page.

use leptos::prelude::*;

use super::{
    super::{
        model::{Listed, Price, PriceList},
        rpc,
    },
    badge,
    switch::Switch,
};
use crate::{
    catalog::products::model::Product,
    kit::{Id, LIMIT_MAX, UrlQuery},
    paths,
    ui::*,
};

/// A table of the product's prices, newest first, and the way to another one.
#[component]
pub fn ProductPrices(
    product_id: Id<Product>,
    /// The price that new purchases get.
    #[prop(default = None)]
    default_price_id: Option<Id<Price>>,
) -> impl IntoView {
    let filters = [("product".to_owned(), product_id.to_string())].into();
    let query = UrlQuery { size: LIMIT_MAX, filters, ..UrlQuery::default() };
    let found = Resource::new(move || query.clone(), rpc::list_prices);
    let switch = Switch::new(move || found.refetch());
    let table = move || {
        found.get().map(|answer| match answer {
            Ok(PriceList { page, .. }) => {
                let rows: Vec<Row> = page.items.into_iter().map(|listed| row(listed, default_price_id, switch)).collect();
                let columns = vec![Column::new("Name"), Column::amount("Amount"), Column::new("Charged"), Column::new("Status")];
                view! { <Table caption="Prices" columns=columns rows=rows /> }.into_any()
            }
            Err(error) => view! { <Failed text=error.message /> }.into_any(),
        })
    };
    view! {
        <Section title="Prices" all=paths::prices_of(product_id)>
            <Transition fallback=|| view! { <Skeleton lines=3 /> }>{table}</Transition>
            <div class="section-foot">
                <LinkButton id="add-price" label="Add price" href=paths::new_price(product_id) icon=Icon::Plus key=CREATE why_not=switch.lacks />
            </div>
        </Section>
        {switch.question()}
    }
}

fn row(listed: Listed, default: Option<Id<Price>>, switch: Switch) -> Row {
    let price = listed.price;
    let (text, tone) = if default == Some(price.id) && price.active { ("Default".to_owned(), Tone::Info) } else { badge(&price) };
    let amount = price.amount_text();
    Row::new(price.id)
        .link(paths::price(price.id))
        .cell(price.title().unwrap_or_else(|| price.model_text()).to_owned())
        .cell(view! { <Money text=amount /> })
        .cell(price.rhythm_text())
        .cell(view! { <Badge text=text tone=tone /> })
        .menu(format!("the price {}", price.amount_text()), vec![switch.copy(&price), switch.item(&price)])
}
