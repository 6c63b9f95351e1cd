//! The editor of a new price.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    super::{
        model::{
            Price,
            words::{parse_rate, parse_unit},
        },
        rpc,
    },
    calculator::Calculator,
    fields::{Fields, INTERVALS, parse_presets, placed},
    shape::Shape,
    tiers::TierTable,
};
use crate::{
    catalog::products::model::Product,
    kit::{Currency, money},
    paths,
    ui::*,
};

/// A form at the left, and at the right what its price comes to.
#[component]
pub fn PriceEditor(product: Product, like: Option<Price>) -> impl IntoView {
    let form = use_form("price");
    let fields = Fields::start(&product, like.as_ref());
    let toasts = use_toasts();
    let navigate = use_navigate();
    let save = move || {
        let navigate = navigate.clone();
        let work = async move { rpc::create_price(untrack(|| fields.new_price())?).await.map_err(placed) };
        form.send(work, move |price: Price| {
            toasts.say("Price created");
            // In place of the editor, so that "back" leads to where it was opened.
            navigate(&paths::price(price.id), NavigateOptions { replace: true, ..NavigateOptions::default() });
        });
    };
    let imagined = Memo::new(move |_| fields.imagined().ok());
    let body = move || fields.new_price().ok().and_then(|new| serde_json::to_value(new).ok());
    let side = view! { <Calculator price=imagined /> }.into_any();
    view! {
        <Columns side=side>
            <FormView form=form on_submit=save>
                <RadioCards name="pricing_model" label="Model" value=fields.shape cards=Shape::ALL.map(Shape::card).to_vec() />
                {currency_field(fields)}
                {amounts(form, fields)}
                {rhythm(fields)}
                {fields.names.view()}
                <ApiCall method="POST" path="/v2/prices" sdk=true body=Signal::derive(body) />
                <div class="form-foot">
                    <LinkButton label="Cancel" href=paths::product(product.id) />
                    <SubmitButton form=form label="Create price" />
                </div>
            </FormView>
        </Columns>
    }
}

fn options(options: &[(&str, &str)]) -> Vec<(String, String)> {
    options.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

fn currency_field(fields: Fields) -> AnyView {
    let own = fields.currency.get_untracked();
    let mut codes = Currency::COMMON.to_vec();
    if !codes.contains(&own.as_str()) {
        codes.insert(0, &own);
    }
    let options: Vec<_> = codes.into_iter().map(|code| (code.to_owned(), code.to_owned())).collect();
    view! { <SelectField name="currency" label="Currency" value=fields.currency options=options /> }.into_any()
}

/// The fields of the chosen model.
fn amounts(form: Form, fields: Fields) -> AnyView {
    let shape = Memo::new(move |_| fields.shape_chosen());
    let tiered = Memo::new(move |_| shape.get().tiered());
    let simple = move || match shape.get() {
        Shape::Fixed => Some(unit_field(fields, "Amount per unit")),
        Shape::Packs => Some(view! { {unit_field(fields, "Amount per pack")} {packs(fields)} }.into_any()),
        Shape::Percentage => {
            let check = |text: String| parse_rate(&text).err();
            Some(view! { <TextField name="percentage_rate_bps" label="Percent" value=fields.rate placeholder="2.5" check=check /> }.into_any())
        }
        Shape::Choice => Some(choice(fields)),
        Shape::Graduated | Shape::Volume | Shape::Free => None,
    };
    // Changing between the two kinds of tiers keeps the table as it is.
    let table = move || tiered.get().then(|| view! { <TierTable form=form fields=fields /> });
    view! { {simple} {table} }.into_any()
}

fn unit_field(fields: Fields, label: &'static str) -> AnyView {
    let parse = move |text: String| {
        let unit = parse_unit(&text, untrack(|| fields.currency_chosen()))?;
        Ok(unit.minor.unwrap_or(0))
    };
    view! {
        <MoneyField
            name="unit_amount" label=label value=fields.unit currency=fields.currency parse=parse
            hint="May be finer than the currency: 0.0025 is rounded once, in the sum."
        />
    }
    .into_any()
}

fn packs(fields: Fields) -> AnyView {
    let rounds = [("up", "Charge the pack in full"), ("down", "Charge full packs only")];
    view! {
        <NumberField name="transform_quantity.divide_by" label="Units in a pack" value=fields.pack_size min=1 />
        <SelectField
            name="transform_quantity.round" label="A pack that is not full" value=fields.pack_round options=options(&rounds)
        />
    }
    .into_any()
}

fn choice(fields: Fields) -> AnyView {
    let chosen = move || untrack(|| fields.currency_chosen());
    let parse = move |text: String| money::parse(&text, chosen());
    let check = move |text: String| parse_presets(&text, chosen()).err();
    let amount = move |name: &'static str, label: &'static str, value: RwSignal<String>| {
        view! { <MoneyField name=name label=label value=value currency=fields.currency parse=parse optional=true /> }
    };
    view! {
        {amount("minimum_amount", "At least", fields.minimum)}
        {amount("maximum_amount", "At most", fields.maximum)}
        {amount("suggested_amount", "Suggested", fields.suggested)}
        <TextField
            name="preset_amounts" label="Amounts on offer" value=fields.presets check=check optional=true
            placeholder="10 25 50" hint="Up to ten, with spaces between them."
        />
    }
    .into_any()
}

/// How often it is charged.
fn rhythm(fields: Fields) -> AnyView {
    let once = ("one_time".to_owned(), "Once".to_owned());
    let every = INTERVALS.map(|interval| (interval.word().to_owned(), format!("Every {}", interval.word())));
    let options: Vec<_> = std::iter::once(once).chain(every).collect();
    let recurs = Memo::new(move |_| *fields.rhythm.read() != "one_time");
    let recurring = move || {
        recurs.get().then(|| {
            view! {
                <NumberField
                    name="interval_count" label="Intervals between charges" value=fields.interval_count min=1 max=12
                    hint="3 with “every month” charges every three months."
                />
                <NumberField
                    name="trial_period_days" label="Trial" value=fields.trial_days min=0 max=730 optional=true unit="days"
                />
            }
        })
    };
    view! { <SelectField name="interval" label="Charged" value=fields.rhythm options=options /> {recurring} }.into_any()
}
