//! The page that makes a price.

use leptos::prelude::*;
use leptos_router::{
    LazyRoute,
    hooks::{use_params_map, use_query_map},
};

use super::{
    super::{model::Price, rpc},
    editor::PriceEditor,
};
use crate::{
    catalog::products::{self, model::Product},
    kit::Result,
    paths,
    ui::*,
};

/// The editor of a new price; `?like=` names a price to start from.
pub struct NewPricePage {
    start: Resource<Result<(Product, Option<Price>)>>,
}

impl LazyRoute for NewPricePage {
    fn data() -> Self {
        let (params, query) = (use_params_map(), use_query_map());
        let key = move || (params.read().get("id").unwrap_or_default(), query.read().get("like"));
        Self { start: Resource::new(key, |(product, like)| start(product, like)) }
    }

    async fn view(this: Self) -> AnyView {
        let start = this.start;
        let view = move || start.get().map(|found| found.map(page).map_err(Trouble::from));
        view! { <Load view=view /> }.into_any()
    }
}

async fn start(product: String, like: Option<String>) -> Result<(Product, Option<Price>)> {
    let product = products::rpc::get_product(product).await?;
    let like = match like {
        Some(id) => Some(rpc::get_price(id).await?.price),
        None => None,
    };
    Ok((product, like))
}

fn page((product, like): (Product, Option<Price>)) -> AnyView {
    let (up, href) = (product.name.clone(), paths::product(product.id));
    let crumbs = view! { <Crumb label=up href=href.clone() /> };
    let body = if product.is_archived {
        view! {
            <Empty icon=Icon::Alert title="This product is archived" text="Restore it before it gets another price.">
                <LinkButton label="Go to the product" href=href />
            </Empty>
        }
        .into_any()
    } else {
        view! { <PriceEditor product=product like=like /> }.into_any()
    };
    view! {
        <header class="page-head">
            <div>
                {crumbs}
                <PageTitle text="New price" />
                <p class="page-intro">"The terms of a price never change. To change them later, make another and archive this one."</p>
            </div>
        </header>
        {body}
    }
    .into_any()
}
