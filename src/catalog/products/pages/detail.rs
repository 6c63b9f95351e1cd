//! The page of one product.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map};

use super::{
    super::{
        model::{Fulfillment, Product, ProductView},
        rpc,
    },
    archive::Archiver,
    badge,
};
use crate::{
    catalog::prices::pages::ProductPrices,
    kit::{Metadata, Result, metadata_pairs},
    paths,
    ui::*,
};

/// One product: its prices, its properties, and what happened to it.
pub struct ProductPage {
    view: Resource<Result<ProductView>>,
}

impl LazyRoute for ProductPage {
    fn data() -> Self {
        let params = use_params_map();
        Self { view: Resource::new(move || params.read().get("id").unwrap_or_default(), rpc::show_product) }
    }

    async fn view(this: Self) -> AnyView {
        let answer = this.view;
        let archiver = Archiver::new(move || answer.refetch());
        let view = move || answer.get().map(|found| found.map(|view| detail(view, archiver)).map_err(Trouble::from));
        view! { <Load view=view /> {archiver.view()} }.into_any()
    }
}

fn detail(view: ProductView, archiver: Archiver) -> AnyView {
    let ProductView { product, history } = view;
    let (rows, metadata) = (properties(&product), metadata(&product.metadata));
    let side = view! {
        <Card title="Details"><Properties rows=rows /></Card>
        <Card title="Metadata">{metadata}</Card>
    };
    let features = (!product.features.is_empty()).then(|| {
        let features = product.features.clone().into_iter().map(|text| view! { <li>{text}</li> });
        view! { <Section title="Features"><ul class="bullets">{features.collect_view()}</ul></Section> }
    });
    view! {
        <DetailHead
            title=product.name.clone()
            up=("Products".to_owned(), paths::PRODUCTS.to_owned())
            status=badge(&product)
            id=product.id.to_string()
            more=vec![archiver.item(&product)]
        >
            <LinkButton id="edit" label="Edit" href=paths::edit_product(product.id) look=Look::Primary key=EDIT why_not=archiver.lacks />
        </DetailHead>
        <Columns side=side.into_any()>
            <ProductPrices product_id=product.id default_price_id=product.default_price_id />
            {features}
            <Section title="Timeline"><History items=history object_id=product.id.to_string() /></Section>
        </Columns>
    }
    .into_any()
}

fn properties(product: &Product) -> Vec<(&'static str, Option<AnyView>)> {
    let text = |text: &Option<String>| text.clone().map(IntoAny::into_any);
    let product_id = product.product_id.clone();
    let hand_over = match product.fulfillment_type {
        Fulfillment::None => None,
        Fulfillment::Digital => Some("Digital".into_any()),
        Fulfillment::Physical => Some("Physical".into_any()),
    };
    let stock = product.stock_quantity.filter(|_| product.track_inventory).map(|stock| stock.to_string().into_any());
    let end = product.max_payments.map(|payments| format!("After {payments} payments").into_any());
    let copied = product_id.clone();
    vec![
        (
            "Product id",
            Some(
                view! { <span class="copy-id"><code>{product_id}</code><CopyButton text=copied what="product id" /></span> }
                    .into_any(),
            ),
        ),
        ("Kind", Some(product.kind.label().into_any())),
        ("New purchases pay", Some(product.terms_text().into_any())),
        ("Ends", end),
        ("Handed over", hand_over),
        ("In stock", stock),
        ("Tax code", text(&product.tax_code)),
        ("Description", text(&product.description)),
        ("Created", Some(view! { <Date at=product.created_at.0 /> }.into_any())),
        ("Changed", Some(view! { <Ago at=product.updated_at.0 focusable=true /> }.into_any())),
    ]
}

/// The merchant's own keys and values.
fn metadata(metadata: &Metadata) -> AnyView {
    if metadata.is_empty() {
        return view! { <p class="muted">"None."</p> }.into_any();
    }
    let row = |(key, text): (String, String)| view! { <div class="property"><dt>{key}</dt><dd>{text}</dd></div> };
    view! { <dl class="properties">{metadata_pairs(metadata).into_iter().map(row).collect_view()}</dl> }.into_any()
}
