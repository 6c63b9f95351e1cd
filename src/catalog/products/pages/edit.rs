//! Creating and changing a product, each on a page of its own.

use leptos::prelude::*;
use leptos_router::{
    LazyRoute, NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{
    super::{
        model::{Product, ProductView},
        rpc,
    },
    fields::Fields,
    form::sections,
};
use crate::{house::team::viewer::use_viewer, kit::Result, paths, ui::*};

/// The form of a new product.
pub struct NewProductPage;

impl LazyRoute for NewProductPage {
    fn data() -> Self {
        Self
    }

    async fn view(_this: Self) -> AnyView {
        let form = use_form("product");
        let fields = Fields::empty(untrack(|| use_viewer().get()).map(|viewer| viewer.currency).unwrap_or_default());
        let finish = finish("created");
        let save = move || {
            let work = async move { rpc::create_product(untrack(|| fields.new_product())?.checked()?).await };
            form.send(work, finish.clone());
        };
        let body = move || fields.new_product().ok().and_then(|new| serde_json::to_value(new).ok());
        let lines = move || {
            let Ok(new) = fields.new_product() else { return vec![] };
            if new.amount_minor.is_none() { vec![] } else { preview(&new.name, new.terms_text(), new.description) }
        };
        view! {
            <header class="page-head">
                <div>
                    <Crumb label="Products" href=paths::PRODUCTS />
                    <PageTitle text="New product" />
                </div>
            </header>
            <Columns side=side("POST", "/v2/products".to_owned(), Signal::derive(lines), Signal::derive(body))>
                <FormView form=form on_submit=save>
                    {sections(fields, true)}
                    {foot(form, paths::PRODUCTS.to_owned(), "Create product")}
                </FormView>
            </Columns>
        }
        .into_any()
    }
}

/// The form of a product that exists.
pub struct EditProductPage {
    view: Resource<Result<ProductView>>,
}

impl LazyRoute for EditProductPage {
    fn data() -> Self {
        let params = use_params_map();
        Self { view: Resource::new(move || params.read().get("id").unwrap_or_default(), rpc::show_product) }
    }

    async fn view(this: Self) -> AnyView {
        let answer = this.view;
        let view = move || answer.get().map(|found| found.map(|view| edit(view.product)).map_err(Trouble::from));
        view! { <Load view=view /> }.into_any()
    }
}

fn edit(product: Product) -> AnyView {
    let form = use_form("product");
    let fields = Fields::of(&product);
    let finish = finish("saved");
    let (id, name) = (product.id, product.name.clone());
    let before = StoredValue::new(product);
    let change = move || before.with_value(|before| fields.edit(before));
    let after = move || {
        before.with_value(|before| change().and_then(|edit| edit.apply(before).map(|after| (after.terms_differ(before), after))))
    };
    let save = move || {
        let work = async move { rpc::update_product(id.to_string(), untrack(change)?).await };
        form.send(work, finish.clone());
    };
    let body = move || change().ok().and_then(|edit| serde_json::to_value(edit).ok());
    let lines = move || {
        let Ok((new_price, after)) = after() else { return vec![] };
        let mut lines = preview(&after.name, after.terms_text(), after.description.clone());
        if new_price {
            lines.push("New purchases get a new price. Whoever subscribed keeps the old one.".into());
        }
        lines
    };
    view! {
        <header class="page-head">
            <div>
                <Crumb label=name.clone() href=paths::product(id) />
                <PageTitle text=format!("Edit {name}") />
            </div>
        </header>
        <Columns side=side("PATCH", format!("/v2/products/{id}"), Signal::derive(lines), Signal::derive(body))>
            <FormView form=form on_submit=save>
                {sections(fields, false)}
                {foot(form, paths::product(id), "Save changes")}
            </FormView>
        </Columns>
    }
    .into_any()
}

/// What follows a success: a word, and the product's page in place of the form, so that "back"
/// does not lead to it.
fn finish(done: &'static str) -> impl Fn(Product) + Clone + Send + Sync + 'static {
    let toasts = use_toasts();
    let navigate = use_navigate();
    move |product: Product| {
        toasts.say(format!("{} {done}", product.name));
        navigate(&paths::product(product.id), NavigateOptions { replace: true, ..NavigateOptions::default() });
    }
}

/// How the product will read: its price, its name, its description.
fn preview(name: &str, terms: String, description: Option<String>) -> Vec<String> {
    let name = Some(name.to_owned()).filter(|name| !name.is_empty());
    std::iter::once(terms).chain(name).chain(description).collect()
}

fn side(method: &'static str, path: String, lines: Signal<Vec<String>>, body: Signal<Option<serde_json::Value>>) -> AnyView {
    view! {
        <Preview lines=lines waiting="Enter an amount to see how the product will read." />
        <ApiCall method=method path=path sdk=true body=body />
    }
    .into_any()
}

fn foot(form: Form, back: String, label: &'static str) -> AnyView {
    let lacks = use_viewer().lacks("products:write");
    let submit = move || match lacks.get() {
        Some(why) => view! { <Button id="save" label=label look=Look::Primary why_not=Some(why) /> }.into_any(),
        None => view! { <SubmitButton form=form label=label /> }.into_any(),
    };
    view! {
        <div class="form-foot">
            <LinkButton label="Cancel" href=back />
            {submit}
        </div>
    }
    .into_any()
}
