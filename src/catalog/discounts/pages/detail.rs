//! The page of one discount.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{LazyRoute, hooks::use_params_map};

use super::{
    super::model::{AppliesTo, Discount, DiscountView, EditDiscount, Scope},
    super::rpc,
    badge,
    form::EditDiscountForm,
};
use crate::{
    catalog::products::model::Product,
    house::team::viewer::use_viewer,
    kit::{Patch, Result},
    paths,
    ui::*,
};

/// One discount: what it does, what happened to it, and switching it off and on.
pub struct DiscountPage {
    view: Resource<Result<DiscountView>>,
}

impl LazyRoute for DiscountPage {
    fn data() -> Self {
        let params = use_params_map();
        Self { view: Resource::new(move || params.read().get("id").unwrap_or_default(), rpc::get_discount) }
    }

    async fn view(this: Self) -> AnyView {
        let answer = this.view;
        let drawer = use_drawer("edit");
        let archiving = RwSignal::new(None::<Discount>);
        let (toasts, lacks) = (use_toasts(), use_viewer().lacks("discounts:write"));
        let page = Page { answer, drawer, archiving, toasts, lacks };
        let view = move || answer.get().map(|found| found.map(|view| detail(view, page)).map_err(Trouble::from));
        let form = move || {
            let view = answer.get().and_then(Result::ok)?;
            Some(view! { <EditDiscountForm view=view drawer=drawer done=move || answer.refetch() /> })
        };
        let named = move || archiving.get().map(|discount| format!("Archive {}?", discount.code)).unwrap_or_default();
        view! {
            <Load view=view />
            <Drawer id="edit-discount" state=drawer title="Edit discount">
                <Transition>{form}</Transition>
            </Drawer>
            <Confirm
                id="archive-discount"
                open=Signal::derive(move || archiving.get().is_some())
                title=Signal::derive(named)
                text="Nobody can redeem it any more. Subscriptions that have it keep it."
                confirm="Archive discount"
                danger=true
                on_close=move || archiving.set(None)
                on_confirm=move || {
                    if let Some(discount) = archiving.get_untracked() {
                        page.change(discount, Move::Archive);
                    }
                    archiving.set(None);
                }
            />
        }
        .into_any()
    }
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    answer: Resource<Result<DiscountView>>,
    drawer: DrawerState,
    archiving: RwSignal<Option<Discount>>,
    toasts: Toasts,
    /// Why nothing can be changed here.
    lacks: Signal<Option<String>>,
}

/// What can be done to a discount by one press.
#[derive(Clone, Copy, PartialEq)]
enum Move {
    Activate,
    Deactivate,
    Archive,
    Restore,
}

impl Move {
    fn edit(self) -> EditDiscount {
        let (is_active, is_archived) = match self {
            Self::Activate => (Patch::Set(true), Patch::Absent),
            Self::Deactivate => (Patch::Set(false), Patch::Absent),
            Self::Archive => (Patch::Absent, Patch::Set(true)),
            Self::Restore => (Patch::Absent, Patch::Set(false)),
        };
        EditDiscount { is_active, is_archived, ..EditDiscount::default() }
    }

    fn back(self) -> Self {
        match self {
            Self::Activate => Self::Deactivate,
            Self::Deactivate => Self::Activate,
            Self::Archive => Self::Restore,
            Self::Restore => Self::Archive,
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Activate => "activated",
            Self::Deactivate => "deactivated",
            Self::Archive => "archived",
            Self::Restore => "restored",
        }
    }
}

impl Page {
    /// Does it, says so, and offers to take it back.
    fn change(self, discount: Discount, step: Move) {
        spawn_local(async move {
            match rpc::update_discount(discount.id.to_string(), step.edit()).await {
                Ok(after) => {
                    self.answer.refetch();
                    let text = format!("{} {}", after.code, step.done());
                    self.toasts.undo(text, move || self.change(after.clone(), step.back()));
                }
                Err(error) => {
                    let again = move || self.change(discount.clone(), step);
                    self.toasts.retry(error.message, again);
                }
            }
        });
    }
}

fn detail(view: DiscountView, page: Page) -> AnyView {
    let DiscountView { discount, products, history, now } = view;
    let status = discount.status(now);
    let rows = properties(&discount);
    let side = view! { <Card title="Details"><Properties rows=rows /></Card> }.into_any();
    let lines = summary(&discount);
    let products = (discount.applies_to == AppliesTo::SpecificProducts).then(|| products_view(products));
    view! {
        <DetailHead
            title=discount.name.clone()
            up=("Discounts".to_owned(), paths::DISCOUNTS.to_owned())
            status=badge(status)
            id=discount.id.to_string()
            more=more(&discount, page)
        >
            <LinkButton id="edit" label="Edit" href=page.drawer.href look=Look::Primary key=EDIT stay=true why_not=page.lacks />
        </DetailHead>
        <Columns side=side>
            <Section title="What it does"><Preview title="Example" lines=lines /></Section>
            {products}
            <Section title="Timeline"><History items=history object_id=discount.id.to_string() /></Section>
        </Columns>
    }
    .into_any()
}

fn more(discount: &Discount, page: Page) -> Vec<MenuItem> {
    let lacks = page.lacks.get();
    let step = |label: &str, step: Move| {
        let discount = discount.clone();
        MenuItem::action(label, move || page.change(discount.clone(), step)).why_not(lacks.clone())
    };
    if discount.is_archived {
        return vec![step("Restore", Move::Restore)];
    }
    let switch = if discount.is_active { step("Deactivate", Move::Deactivate) } else { step("Activate", Move::Activate) };
    let discount = discount.clone();
    let archive = MenuItem::action("Archive", move || page.archiving.set(Some(discount.clone())));
    vec![switch, archive.danger().icon(Icon::Trash).why_not(lacks.clone())]
}

/// The example, and for how long.
pub(super) fn summary(discount: &Discount) -> Vec<String> {
    let currency = discount.currency.unwrap_or_default();
    // 29.00, or 29 where there are no decimals.
    let amount = 29 * 10_i64.pow(currency.exponent());
    vec![discount.example(amount, currency), format!("Lowers the {} of a subscription.", discount.duration_text())]
}

fn properties(discount: &Discount) -> Vec<(&'static str, Option<AnyView>)> {
    let code = discount.code.clone();
    let scope = match discount.scope {
        Scope::EntireOrder => "The entire order",
        Scope::SpecificProducts => "Certain products",
        Scope::SubscriptionOnly => "Subscriptions only",
        Scope::OneTimeOnly => "One-time purchases only",
    };
    let per_customer = (discount.max_redemptions_per_user > 0).then(|| discount.max_redemptions_per_user.to_string().into_any());
    let date = |at: i64| view! { <Date at=at /> }.into_any();
    vec![
        (
            "Code",
            Some(
                view! { <span class="copy-id"><code>{code.clone()}</code><CopyButton text=code what="code" /></span> }.into_any(),
            ),
        ),
        ("Takes off", Some(view! { <Money text=discount.value_text() /> }.into_any())),
        ("Lowers", Some(discount.duration_text().into_any())),
        ("Applies to", Some(scope.into_any())),
        ("Redeemed", Some(discount.current_redemptions.to_string().into_any())),
        ("At most", discount.max_redemptions.map(|most| most.to_string().into_any())),
        ("At most per customer", per_customer),
        ("New customers only", Some(if discount.first_time_customer { "Yes" } else { "No" }.into_any())),
        ("From", discount.valid_from.map(|time| date(time.0))),
        ("Until", discount.valid_until.map(|time| date(time.0))),
        ("Description", discount.description.clone().map(IntoAny::into_any)),
        ("Created", Some(date(discount.created_at.0))),
    ]
}

fn products_view(products: Vec<Product>) -> AnyView {
    let rows = products
        .into_iter()
        .map(|product| Row::new(product.id).link(paths::product(product.id)).cell(product.name).cell(product.product_id));
    view! {
        <Section title="Products">
            <Table caption="Products" columns=vec![Column::new("Name"), Column::new("Product id")] rows=rows.collect() />
        </Section>
    }
    .into_any()
}
