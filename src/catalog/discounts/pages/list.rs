//! The list of discounts.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    super::model::{Discount, DiscountList, Status},
    super::rpc,
    badge,
    form::NewDiscountForm,
};
use crate::{
    house::team::viewer::use_viewer,
    kit::{Result, Time},
    paths,
    ui::*,
};

/// All discounts, and a drawer to create one.
pub struct DiscountsPage {
    list: ListState,
    found: Resource<Result<DiscountList>>,
}

impl LazyRoute for DiscountsPage {
    fn data() -> Self {
        let list = use_list(&["status"]);
        Self { list, found: list.resource(rpc::list_discounts) }
    }

    async fn view(this: Self) -> AnyView {
        let Self { list, found } = this;
        let drawer = use_drawer("new");
        let lacks = use_viewer().lacks("discounts:write");
        let rows = move || {
            found.get().map(|answer| match answer {
                Ok(DiscountList { page, now, .. }) => Answer::Rows(Rows::of(page, |discount| row(discount, now))),
                Err(error) => error.into(),
            })
        };
        let extras = move || Extras { counts: found.get().and_then(Result::ok).map(counts).unwrap_or_default(), names: vec![] };
        let tabs = Status::ALL.iter().map(|status| (status.word(), status.label()));
        view! {
            <ListPage
                list=list
                title="Discounts"
                intro="Codes that lower what customers pay."
                columns=vec![
                    Column::new("Code").sort("code"),
                    Column::new("Name").sort("name"),
                    Column::new("Status"),
                    Column::amount("Off"),
                    Column::new("Lowers"),
                    Column::amount("Redeemed").sort("redemptions"),
                    Column::new("Created").sort("created_at"),
                ]
                rows=rows
                tabs=QuickTabs { key: "status", tabs: std::iter::once(("", "All")).chain(tabs).collect() }
                extras=extras
                filters=vec![Filter::linked("status", "Status")]
                first_run=FirstRun {
                    title: "No discounts yet",
                    text: "A discount is a code that takes a percentage or a fixed amount off, once or on every payment.",
                    action: lacks.get_untracked().is_none().then(|| ("New discount", drawer.href.get_untracked())),
                    docs: None,
                }
            >
                <LinkButton
                    id="new" label="New discount" href=drawer.href look=Look::Primary icon=Icon::Plus key=CREATE stay=true why_not=lacks
                />
            </ListPage>
            <Drawer id="new-discount" state=drawer title="New discount">
                <NewDiscountForm drawer=drawer />
            </Drawer>
        }
        .into_any()
    }
}

/// The tabs' counts, and all of them together.
fn counts(found: DiscountList) -> Vec<(String, i64)> {
    let all = (String::new(), found.counts.iter().sum());
    let each = Status::ALL.iter().zip(found.counts).map(|(status, count)| (status.word().to_owned(), count));
    std::iter::once(all).chain(each).collect()
}

fn row(discount: Discount, now: Time) -> Row {
    let (text, tone) = badge(discount.status(now));
    let redeemed = match discount.max_redemptions {
        Some(most) => format!("{} of {most}", discount.current_redemptions),
        None => discount.current_redemptions.to_string(),
    };
    let (value, duration) = (discount.value_text(), discount.duration_text());
    Row::new(discount.id)
        .link(paths::discount(discount.id))
        .cell(view! { <code>{discount.code}</code> })
        .cell(discount.name)
        .cell(view! { <Badge text=text tone=tone /> })
        .cell(view! { <Money text=value /> })
        .cell(duration)
        .cell(view! { <Money text=redeemed /> })
        .cell(view! { <Ago at=discount.created_at.0 /> })
}
