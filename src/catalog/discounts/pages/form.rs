//! Creating and changing a discount, in a drawer.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    super::{
        model::{Discount, DiscountView},
        rpc,
    },
    detail::summary,
    fields::{Fields, percentage},
    products::ProductPicker,
};
use crate::{
    house::team::viewer::use_viewer,
    kit::{Currency, money},
    paths,
    ui::*,
};

/// The form that creates a discount and goes on to its page.
#[component]
pub fn NewDiscountForm(drawer: DrawerState) -> impl IntoView {
    let form = use_form("discount");
    let fields = Fields::empty(untrack(|| use_viewer().get()).map(|viewer| viewer.currency).unwrap_or_default());
    let toasts = use_toasts();
    let navigate = use_navigate();
    let save = move || {
        let navigate = navigate.clone();
        let work = async move { rpc::create_discount(untrack(|| fields.new_discount())?.checked()?).await };
        form.send(work, move |discount: Discount| {
            toasts.say(format!("{} created", discount.code));
            // In place of the drawer's address, so that "back" leads to the list.
            navigate(&paths::discount(discount.id), NavigateOptions { replace: true, ..NavigateOptions::default() });
        });
    };
    let body = move || fields.new_discount().ok().and_then(|new| serde_json::to_value(new).ok());
    view! {
        <FormView form=form on_submit=save>
            <TextField
                name="code" label="Code" value=fields.code hint="What customers type, in any letter case."
                check=|text: String| (text.trim().chars().count() > 50).then(|| "Use at most 50 characters.".to_owned())
            />
            {name_field(fields)}
            {kind_field(fields)}
            {value_field(fields, true)}
            {rest(form, fields)}
            <ApiCall method="POST" path="/v2/discounts" body=Signal::derive(body) />
            <DrawerFoot form=form drawer=drawer label="Create discount" />
        </FormView>
    }
}

/// The form that changes a discount; its code and its type stay.
#[component]
pub fn EditDiscountForm(view: DiscountView, drawer: DrawerState, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let form = use_form("discount");
    let fields = Fields::of(&view.discount, &view.products);
    let toasts = use_toasts();
    let before = StoredValue::new(view.discount);
    let id = before.with_value(|discount| discount.id.to_string());
    let path = format!("/v2/discounts/{id}");
    let edit = move || before.with_value(|before| fields.edit(before));
    let save = move || {
        let id = id.clone();
        let work = async move { rpc::update_discount(id, untrack(edit)?).await };
        form.send(work, move |discount: Discount| {
            toasts.say(format!("{} saved", discount.code));
            done.try_run(());
            drawer.close();
        });
    };
    let body = move || edit().ok().and_then(|edit| serde_json::to_value(edit).ok());
    view! {
        <FormView form=form on_submit=save>
            {name_field(fields)}
            {value_field(fields, false)}
            {rest(form, fields)}
            <ApiCall method="PATCH" path=path body=Signal::derive(body) />
            <DrawerFoot form=form drawer=drawer label="Save changes" />
        </FormView>
    }
}

fn name_field(fields: Fields) -> AnyView {
    view! {
        <TextField
            name="name" label="Name" value=fields.name hint="For invoices and for you."
            check=|text: String| (text.chars().count() > 255).then(|| "Use at most 255 characters.".to_owned())
        />
    }
    .into_any()
}

fn kind_field(fields: Fields) -> AnyView {
    let cards = vec![
        RadioCard::new("percentage", "Percentage", "Part of what is charged."),
        RadioCard::new("fixed_amount", "Fixed amount", "A sum of money, never more than is charged."),
    ];
    view! { <RadioCards name="discount_type" label="Kind" value=fields.kind cards=cards /> }.into_any()
}

/// The percentage or the amount, and what it comes to.
fn value_field(fields: Fields, choose_currency: bool) -> AnyView {
    let options = currency_options(fields);
    let fixed = Memo::new(move |_| *fields.kind.read() == "fixed_amount");
    let value = move || {
        if !fixed.get() {
            return view! {
                <TextField
                    name="discount_value" label="Percent off" value=fields.percent placeholder="10"
                    check=|text: String| percentage(&text).err()
                />
            }
            .into_any();
        }
        let parse = move |text: String| money::parse(&text, untrack(|| fields.currency_chosen()));
        let currency = choose_currency
            .then(|| view! { <SelectField name="currency" label="Currency" value=fields.currency options=options.clone() /> });
        view! {
            <MoneyField
                name="discount_value" label="Amount off" value=fields.amount parse=parse
                currency=Signal::derive(move || fields.currency.get())
            />
            {currency}
        }
        .into_any()
    };
    let lines = move || fields.imagined().map(|discount| summary(&discount)).unwrap_or_default();
    view! { {value} <Preview lines=Signal::derive(lines) waiting="Enter how much comes off to see an example." /> }.into_any()
}

/// The usual currencies, and the one chosen at first if it is another.
fn currency_options(fields: Fields) -> Vec<(String, String)> {
    let first = fields.currency.get_untracked();
    let usual = Currency::COMMON.iter().map(|code| (*code).to_owned());
    let other = (!Currency::COMMON.contains(&first.as_str())).then_some(first);
    other.into_iter().chain(usual).map(|code| (code.clone(), code)).collect()
}

/// The fields below the value, shared by both forms.
fn rest(form: Form, fields: Fields) -> AnyView {
    let durations = [("once", "First payment"), ("repeating", "Several payments"), ("forever", "Every payment")];
    let purchases = [("subscription_only", "Subscriptions only"), ("one_time_only", "One-time purchases only")];
    let options = |options: &[(&str, &str)]| -> Vec<(String, String)> {
        options.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
    };
    let cards = vec![
        RadioCard::new("all", "All products", "Whatever is bought."),
        RadioCard::new("specific_products", "Certain products", "Only the ones you choose."),
    ];
    let repeating = Memo::new(move |_| *fields.recurring.read() == "repeating");
    let specific = Memo::new(move |_| *fields.applies_to.read() == "specific_products");
    let cycles = move || {
        repeating
            .get()
            .then(|| view! { <NumberField name="recurring_cycles" label="Payments" value=fields.cycles min=1 max=1000 /> })
    };
    let products = move || specific.get().then(|| view! { <ProductPicker form=form chosen=fields.products /> });
    view! {
        <SelectField name="recurring_type" label="Lowers, of a subscription" value=fields.recurring options=options(&durations) />
        {cycles}
        <RadioCards name="applies_to" label="Products" value=fields.applies_to cards=cards />
        {products}
        <SelectField name="scope" label="Purchases" value=fields.purchases options=options(&purchases) optional=true hint="None means both." />
        <NumberField
            name="max_redemptions" label="Redemptions at most" value=fields.most min=1 max=1_000_000_000 optional=true
        />
        <NumberField
            name="max_redemptions_per_user" label="Redemptions per customer at most" value=fields.most_per_customer
            min=1 max=1_000_000_000 optional=true
        />
        <DateField name="valid_from" label="Valid from" value=fields.valid_from time=true optional=true hint="UTC" />
        <DateField name="valid_until" label="Valid until" value=fields.valid_until time=true optional=true hint="UTC" />
        <CheckboxField
            name="first_time_customer" label="New customers only" value=fields.new_customers hint="Who has not paid before."
        />
        <TextArea name="description" label="Description" value=fields.description optional=true hint="Only you see it." />
    }
    .into_any()
}
