//! The page of one price.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map};

use super::{
    super::{
        model::{Price, PriceTier, PriceView, words::unit_text},
        rpc,
    },
    badge,
    calculator::Calculator,
    edit::EditPriceForm,
    switch::Switch,
};
use crate::{
    catalog::products::model::Product,
    kit::{Currency, Result, money},
    paths,
    ui::*,
};

/// One price: its terms, what a quantity costs, and what happened to it.
pub struct PricePage {
    view: Resource<Result<PriceView>>,
}

impl LazyRoute for PricePage {
    fn data() -> Self {
        let params = use_params_map();
        Self { view: Resource::new(move || params.read().get("id").unwrap_or_default(), rpc::get_price) }
    }

    async fn view(this: Self) -> AnyView {
        let answer = this.view;
        let drawer = use_drawer("edit");
        let switch = Switch::new(move || answer.refetch());
        let view = move || answer.get().map(|found| found.map(|view| detail(view, drawer, switch)).map_err(Trouble::from));
        let form = move || {
            let price = answer.get().and_then(Result::ok)?.price;
            Some(view! { <EditPriceForm price=price drawer=drawer done=move || answer.refetch() /> })
        };
        view! {
            <Load view=view />
            <Drawer id="edit-price" state=drawer title="Edit price">
                <Transition>{form}</Transition>
            </Drawer>
            {switch.question()}
        }
        .into_any()
    }
}

fn detail(view: PriceView, drawer: DrawerState, switch: Switch) -> AnyView {
    let PriceView { price, product, history } = view;
    let rows = properties(&price, &product);
    let side = view! { <Card title="Details"><Properties rows=rows /></Card> }.into_any();
    let tiers = price.tiers.clone().map(|tiers| tier_section(tiers, price.currency));
    let is_default = product.default_price_id == Some(price.id);
    let asked = Signal::stored(Some(price.clone()));
    let (amount, rhythm) = (price.amount_text(), price.rhythm_text().to_lowercase());
    let note = is_default.then(|| view! { <p class="muted">"New purchases of the product get this price."</p> });
    view! {
        <DetailHead
            title=price.title().map_or_else(|| format!("{amount} {rhythm}"), str::to_owned)
            up=(product.name.clone(), paths::product(product.id))
            status=badge(&price)
            id=price.id.to_string()
            more=vec![switch.copy(&price), switch.item(&price)]
        >
            <LinkButton id="edit" label="Edit" href=drawer.href look=Look::Primary key=EDIT stay=true why_not=switch.lacks />
        </DetailHead>
        <Columns side=side>
            <Section title="Amount">
                <p><Money text=amount big=true /> " " {rhythm}</p>
                {note}
            </Section>
            {tiers}
            <Section title="What a quantity costs"><Calculator price=asked /></Section>
            <Section title="Timeline"><History items=history object_id=price.id.to_string() /></Section>
        </Columns>
    }
    .into_any()
}

fn properties(price: &Price, product: &Product) -> Vec<(&'static str, Option<AnyView>)> {
    let amount =
        |amount: Option<i64>| amount.map(|amount| view! { <Money text=money::format(amount, price.currency) /> }.into_any());
    let text = |text: &Option<String>| text.clone().map(IntoAny::into_any);
    let key = price.lookup_key.clone().map(|key| {
        view! { <span class="copy-id"><code>{key.clone()}</code><CopyButton text=key what="lookup key" /></span> }.into_any()
    });
    let mut rows = vec![
        ("Product", Some(view! { <a href=paths::product(product.id)>{product.name.clone()}</a> }.into_any())),
        ("Model", Some(price.model_text().into_any())),
        ("Charged", Some(price.rhythm_text().into_any())),
        ("Currency", Some(price.currency.to_string().into_any())),
        ("Trial", price.trial_period_days.filter(|days| *days > 0).map(|days| format!("{days} days").into_any())),
        ("Lookup key", key),
        ("Nickname", text(&price.nickname)),
        ("Name", text(&price.name)),
        ("Description", text(&price.description)),
        ("Version", Some(price.version.to_string().into_any())),
        ("Created", Some(view! { <Date at=price.created_at.0 /> }.into_any())),
    ];
    let bounds = [("At least", price.minimum_amount), ("At most", price.maximum_amount), ("Suggested", price.suggested_amount)];
    rows.extend(bounds.into_iter().filter(|(_, bound)| bound.is_some()).map(|(name, bound)| (name, amount(bound))));
    rows
}

fn tier_section(tiers: Vec<PriceTier>, currency: Currency) -> AnyView {
    let mut first = 1;
    let rows = tiers.into_iter().map(move |tier| {
        let range = tier.up_to.map_or_else(|| format!("{first} and above"), |up_to| format!("{first} to {up_to}"));
        let row = Row::new(first)
            .cell(range)
            .cell(view! { <Money text=unit_text(tier.unit_amount_minor, tier.unit_amount_decimal.as_deref(), currency) /> })
            .cell(view! { <Money text=money::format(tier.flat_amount_minor.unwrap_or(0), currency) /> });
        first = tier.up_to.unwrap_or(first).saturating_add(1);
        row
    });
    let rows: Vec<Row> = rows.collect();
    let columns = vec![Column::new("Units"), Column::amount("Per unit"), Column::amount("Flat amount")];
    view! { <Section title="Tiers"><Table caption="Tiers" columns=columns rows=rows /></Section> }.into_any()
}
