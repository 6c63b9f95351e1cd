//! A gallery of the components, as an example of every kind of page. Temporary: goes when the first noun is there.

use crate::kit::{self, Page, UrlQuery};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Thing {
    id: String,
    name: String,
    email: String,
    status: String,
    amount: i64,
    at: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Things {
    page: Page<Thing>,
    counts: Vec<(String, i64)>,
}

fn all() -> Vec<Thing> {
    let names = [
        "Acme Ltd",
        "Blue Bottle",
        "Çelik & Sons",
        "Delta Freight International",
        "Eden Foods",
        "Fjord Energi",
        "Gotō Seiki",
        "Hooli",
    ];
    (0..57i64)
        .map(|n| Thing {
            id: format!("01890a5d-ac96-774b-bcce-{n:012}"),
            name: format!("{} {}", names[n as usize % 8], n / 8 + 1),
            email: if n % 7 == 3 { String::new() } else { format!("billing{n}@example.com") },
            status: ["active", "past_due", "canceled", "active"][n as usize % 4].into(),
            amount: (n * 7919 + 1234) % 250_000,
            at: 1_790_000_000_000 - n * 86_400_000 * (n % 5 + 1),
        })
        .collect()
}

#[server]
async fn list_things(query: UrlQuery) -> Result<Things, kit::Error> {
    if query.q.starts_with("slow:") {
        tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    }
    let mut items = all();
    let counts = ["active", "past_due", "canceled"]
        .map(|s| (s.to_owned(), items.iter().filter(|t| t.status == s).count() as i64))
        .to_vec();
    let counts = [vec![(String::new(), items.len() as i64)], counts].concat();
    items.retain(|t| {
        t.name.to_lowercase().contains(&query.q.to_lowercase()) && query.filter("status").is_none_or(|s| s == t.status)
    });
    match query.sort.trim_start_matches('-') {
        "amount" => items.sort_by_key(|t| t.amount),
        "name" => items.sort_by(|a, b| a.name.cmp(&b.name)),
        _ => {}
    }
    if query.sort.starts_with('-') {
        items.reverse();
    }
    let total = items.len() as i64;
    let size = query.size as usize;
    let at = |id: &str| items.iter().position(|t| t.id == id);
    let start = match (at(&query.after), at(&query.before)) {
        (Some(n), _) => n + 1,
        (_, Some(n)) => n.saturating_sub(size),
        _ => 0,
    };
    let page = items.iter().skip(start).take(size).cloned().collect::<Vec<_>>();
    Ok(Things {
        page: Page {
            has_more: start + page.len() < items.len(),
            has_previous: start > 0,
            items: page,
            total,
            limit: query.size,
            offset: start as i64,
        },
        counts,
    })
}

#[server]
async fn get_thing(id: String) -> Result<Option<Thing>, kit::Error> {
    Ok(all().into_iter().find(|t| t.id == id))
}

#[server]
async fn create_thing(name: String) -> Result<String, kit::Error> {
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    if name == "taken" {
        return Err(kit::Error::invalid("name", "Another customer has this name."));
    }
    Ok(name)
}

fn eur() -> kit::Currency {
    kit::Currency::parse("EUR").unwrap_or_default()
}

fn money(minor: i64) -> String {
    kit::money::format(minor, eur())
}

fn tone(status: &str) -> (String, Tone) {
    match status {
        "active" => ("Active".into(), Tone::Good),
        "past_due" => ("Past due".into(), Tone::Warn),
        _ => ("Canceled".into(), Tone::Neutral),
    }
}

/// A list page with a drawer to create.
pub struct GalleryList {
    list: ListState,
    things: Resource<Result<Things, kit::Error>>,
}

#[lazy_route]
impl LazyRoute for GalleryList {
    fn data() -> Self {
        let list = use_list(&["status", "customer"]);
        Self { list, things: Resource::new(move || list.query.get(), list_things) }
    }

    fn view(this: Self) -> AnyView {
        let GalleryList { list, things } = this;
        let drawer = use_drawer("new");
        let rows = move || {
            things.get().map(|answer| match answer {
                Ok(things) => Answer::Rows(Rows::of(things.page, row)),
                Err(error) => error.into(),
            })
        };
        let extras =
            move || Extras { counts: things.get().and_then(Result::ok).map(|t| t.counts).unwrap_or_default(), names: vec![] };
        let columns = vec![
            Column::new("Name").sort("name"),
            Column::new("E-mail"),
            Column::new("Status"),
            Column::amount("Amount").sort("amount"),
            Column::new("Created"),
        ];
        view! {
            <ListPage
                list=list title="Customers" columns=columns rows=rows
                intro="People and companies you bill."
                tabs=QuickTabs { key: "status", tabs: vec![("", "All"), ("active", "Active"), ("past_due", "Past due"), ("canceled", "Canceled")] }
                extras=extras
                filters=vec![Filter::choices("status", "Status", &[("active", "Active"), ("past_due", "Past due"), ("canceled", "Canceled")]), Filter::linked("customer", "Customer")]
                first_run=FirstRun { title: "No customers yet", text: "A customer is who you bill.", action: Some(("New customer", drawer.href.get_untracked())), docs: None }
            >
                <LinkButton label="New customer" href=drawer.href look=Look::Primary icon=Icon::Plus stay=true />
            </ListPage>
            <Drawer id="new-thing" state=drawer title="New customer"><NewThing drawer=drawer /></Drawer>
        }.into_any()
    }
}

fn row(thing: Thing) -> Row {
    let (text, tone) = tone(&thing.status);
    let toasts = use_toasts();
    let name = thing.name.clone();
    let archived = name.clone();
    Row::new(&thing.id)
        .link(format!("/_ui/{}", thing.id))
        .cell(thing.name)
        .cell(if thing.email.is_empty() { view! { <Nothing what="no e-mail" /> }.into_any() } else { thing.email.into_any() })
        .cell(view! { <Badge text=text tone=tone /> })
        .cell(view! { <Money text=money(thing.amount) /> })
        .cell(view! { <Ago at=thing.at /> })
        .menu(
            name,
            vec![
                MenuItem::link("Edit", format!("/_ui/{}?drawer=edit", thing.id)),
                MenuItem::action("Archive", move || {
                    toasts.undo(format!("{archived} archived"), move || toasts.say("Back again"))
                }),
                MenuItem::action("Delete", || ()).danger().why_not(Some("It has paid invoices.".into())),
            ],
        )
}

#[component]
fn NewThing(drawer: DrawerState) -> impl IntoView {
    let form = use_form("thing");
    let toasts = use_toasts();
    let name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let amount = RwSignal::new(String::new());
    let country = RwSignal::new(String::new());
    let kind = RwSignal::new("company".to_owned());
    let due = RwSignal::new("30".to_owned());
    let start = RwSignal::new(String::new());
    let notes = RwSignal::new(String::new());
    let tax = RwSignal::new(false);
    let metadata = RwSignal::new(vec![("plan".to_owned(), "gold".to_owned())]);
    let save = move || {
        form.send(async move { create_thing(name.get_untracked()).await }, move |name| {
            toasts.say(format!("{name} created"));
            drawer.close();
        })
    };
    let parse = |text: String| kit::money::parse(&text, eur());
    view! {
        <FormView form=form on_submit=save>
            <TextField name="name" label="Name" value=name hint="Appears on invoices." />
            <TextField name="email" label="E-mail" kind="email" value=email check=|text: String| (!text.contains('@')).then(|| "Enter a full address, such as name@example.com.".to_owned()) />
            <RadioCards name="kind" label="Kind" value=kind cards=vec![RadioCard::new("company", "Company", "Has a tax number."), RadioCard::new("person", "Person", "Pays as a consumer.")] />
            <MoneyField name="amount" label="Opening balance" value=amount currency="EUR" parse=parse optional=true />
            <SelectField name="country" label="Country" value=country options=vec![("DE".to_owned(), "Germany".to_owned()), ("FR".to_owned(), "France".to_owned())] />
            <NumberField name="due" label="Payment term" value=due min=0 max=90 unit="days" />
            <DateField name="start" label="Customer since" value=start optional=true />
            <TextArea name="notes" label="Notes" value=notes optional=true />
            <CheckboxField name="tax" label="Charge tax" value=tax hint="By the customer's country." />
            <KeyValues name="metadata" label="Metadata" value=metadata />
            <DrawerFoot form=form drawer=drawer label="Create customer" />
        </FormView>
    }
}

/// A detail page.
pub struct GalleryDetail {
    thing: Resource<Result<Option<Thing>, kit::Error>>,
}

#[lazy_route]
impl LazyRoute for GalleryDetail {
    fn data() -> Self {
        let params = use_params_map();
        Self { thing: Resource::new(move || params.read().get("id").unwrap_or_default(), get_thing) }
    }

    fn view(this: Self) -> AnyView {
        let view = move || {
            this.thing.get().map(|answer| match answer {
                Ok(Some(thing)) => Ok(detail(thing)),
                Ok(None) => Err(Trouble::Missing),
                Err(error) => Err(error.into()),
            })
        };
        view! { <Load view=view /> }.into_any()
    }
}

fn detail(thing: Thing) -> AnyView {
    let drawer = use_drawer("edit");
    let deleting = RwSignal::new(false);
    let toasts = use_toasts();
    let (status, name) = (tone(&thing.status), thing.name.clone());
    let properties = vec![
        ("Name", Some(thing.name.clone().into_any())),
        ("E-mail", (!thing.email.is_empty()).then(|| thing.email.clone().into_any())),
        ("Balance", Some(view! { <Money text=money(thing.amount) /> }.into_any())),
        ("Created", Some(view! { <Date at=thing.at /> }.into_any())),
    ];
    let side = view! { <Card title="Details"><Properties rows=properties /></Card> }.into_any();
    let events = vec![
        Happening {
            text: "Subscription paused".into_any(),
            actor: "Ada Lovelace".into(),
            at: thing.at,
            tone: Tone::Warn,
            href: Some("?event=1".into()),
        },
        Happening {
            text: view! { "Invoice " <a href="/_ui">"INV-0042"</a> " paid" }.into_any(),
            actor: "System".into(),
            at: thing.at - 7_000_000,
            tone: Tone::Good,
            href: None,
        },
        Happening {
            text: "Customer created".into_any(),
            actor: "API key sk_test_…4f2a".into(),
            at: thing.at - 86_400_000 * 40,
            tone: Tone::Neutral,
            href: None,
        },
    ];
    let rows = all()
        .into_iter()
        .take(3)
        .map(|t| Row::new(&t.id).link(format!("/_ui/{}", t.id)).cell(t.name).cell(view! { <Money text=money(t.amount) /> }))
        .collect::<Vec<_>>();
    let more = vec![
        MenuItem::action("Void", || ()).why_not(Some("A paid invoice cannot be voided.".into())),
        MenuItem::action("Delete", move || deleting.set(true)).danger().icon(Icon::Trash),
    ];
    view! {
        <DetailHead title=name.clone() up=("Customers".to_owned(), "/_ui".to_owned()) status=status id=thing.id more=more>
            <LinkButton label="Edit" href=drawer.href look=Look::Primary stay=true />
        </DetailHead>
        <div class="stats">
            <Stat label="MRR" value="€12,480.00" href="/_ui" trend=Some(Trend::Change { text: "+12.5 %".into(), up: true, good: true }) note="vs May" />
            <Stat label="Churn" value="1.2 %" trend=Some(Trend::Change { text: "+0.3 %".into(), up: true, good: false }) note="vs May" />
            <Stat label="Trials" value="14" trend=Some(Trend::New) note="none in May" />
        </div>
        <Columns side=side>
            <Section title="Subscriptions" all="/_ui?status=active"><Table caption="Subscriptions" columns=vec![Column::new("Name"), Column::amount("Amount")] rows=rows /></Section>
            <Section title="Timeline"><Timeline items=events /></Section>
            <Section title="As API call"><CodeBlock label="curl command" text="curl https://merx.example/v2/customers \\\n  -H 'Authorization: Bearer sk_test_…' \\\n  -d '{\"name\": \"Acme Ltd\", \"email\": \"billing@example.com\"}'" /></Section>
        </Columns>
        <Drawer id="edit-thing" state=drawer title=format!("Edit {name}")><NewThing drawer=drawer /></Drawer>
        <Confirm id="delete-thing" open=deleting title=format!("Delete {name}?") text="Its invoices stay. This cannot be undone." confirm="Delete customer" danger=true type_name=Some(name.clone())
            on_close=move || deleting.set(false) on_confirm=move || { deleting.set(false); toasts.say("Deleted"); } />
    }.into_any()
}
