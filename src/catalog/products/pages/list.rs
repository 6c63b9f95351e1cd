//! The list of products.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    super::{
        model::{Product, ProductList},
        rpc,
    },
    archive::Archiver,
    badge,
};
use crate::{kit::Result, paths, ui::*};

/// All products.
pub struct ProductsPage {
    list: ListState,
    found: Resource<Result<ProductList>>,
}

impl LazyRoute for ProductsPage {
    fn data() -> Self {
        let list = use_list(&["status", "kind"]);
        Self { list, found: list.resource(rpc::browse_products) }
    }

    async fn view(this: Self) -> AnyView {
        let Self { list, found } = this;
        let archiver = Archiver::new(move || found.refetch());
        let rows = move || {
            found.get().map(|answer| match answer {
                Ok(found) => Answer::Rows(Rows::of(found.page, |product| row(product, archiver))),
                Err(error) => error.into(),
            })
        };
        let extras = move || Extras { counts: found.get().and_then(Result::ok).map(counts).unwrap_or_default(), names: vec![] };
        let kinds = [("subscription", "Subscription"), ("one_time", "One-time"), ("usage", "Usage")];
        view! {
            <ListPage
                list=list
                title="Products"
                intro="What you sell."
                columns=vec![
                    Column::new("Name").sort("name"),
                    Column::new("Kind"),
                    Column::new("Status"),
                    Column::amount("Amount").sort("amount"),
                    Column::new("Billed"),
                    Column::new("Created").sort("created_at"),
                ]
                rows=rows
                tabs=QuickTabs { key: "status", tabs: vec![("", "All"), ("active", "Active"), ("archived", "Archived")] }
                extras=extras
                filters=vec![Filter::linked("status", "Status"), Filter::choices("kind", "Kind", &kinds)]
                first_run=FirstRun {
                    title: "No products yet",
                    text: "A product is what you sell: a plan, a service, a thing. Its prices say what it costs.",
                    action: archiver.lacks.get_untracked().is_none().then(|| ("New product", paths::NEW_PRODUCT.to_owned())),
                    docs: None,
                }
            >
                <LinkButton
                    id="new" label="New product" href=paths::NEW_PRODUCT look=Look::Primary icon=Icon::Plus key=CREATE why_not=archiver.lacks
                />
            </ListPage>
            {archiver.view()}
        }
        .into_any()
    }
}

fn counts(found: ProductList) -> Vec<(String, i64)> {
    let ProductList { active, archived, .. } = found;
    vec![(String::new(), active + archived), ("active".to_owned(), active), ("archived".to_owned(), archived)]
}

fn row(product: Product, archiver: Archiver) -> Row {
    let (text, tone) = badge(&product);
    let menu =
        vec![MenuItem::link("Edit", paths::edit_product(product.id)).why_not(archiver.lacks.get()), archiver.item(&product)];
    let (amount, rhythm) = (product.amount_text(), product.rhythm_text());
    Row::new(product.id)
        .link(paths::product(product.id))
        .cell(view! { <span class="two-lines">{product.name.clone()} " " <code>{product.product_id}</code></span> })
        .cell(product.kind.label())
        .cell(view! { <Badge text=text tone=tone /> })
        .cell(view! { <Money text=amount /> })
        .cell(rhythm)
        .cell(view! { <Ago at=product.created_at.0 /> })
        .menu(product.name, menu)
}
