//! The component library: everything a page is made of, and no nouns.
//!
//! A page is a `LazyRoute`: `data()` makes list state and resources, `view()` returns an `AnyView`.
//! What a page offers is offered to the command palette and to single keys too: a `LinkButton` with
//! a `key`, the menu and the way up of a `DetailHead`.
//! State that should survive reload, "back" and a second tab is in the address: search, filters,
//! sort and paging of lists ([`use_list`]), and which drawer is open ([`use_drawer`]).
//! Components take plain values and callbacks; rows and cells are `AnyView`, so that forty pages
//! share one table. Nothing writes a `style=` attribute: the content security policy forbids it.
//!
//! # A list page, with a drawer to create
//!
//! ```ignore
//! pub struct ProductsPage { list: ListState, products: Resource<Result<kit::Page<Product>>> }
//!
//! impl LazyRoute for ProductsPage {
//!     fn data() -> Self {
//!         let list = use_list(&["status"]);
//!         Self { list, products: list.resource(rpc::list_products) }
//!     }
//!
//!     async fn view(this: Self) -> AnyView {
//!         let Self { list, products } = this;
//!         let drawer = use_drawer("new");
//!         let rows = move || products.get().map(|answer| match answer {
//!             Ok(page) => Answer::Rows(Rows::of(page, row)),
//!             Err(error) => error.into(),
//!         });
//!         view! {
//!             <ListPage
//!                 list=list title="Products" rows=rows
//!                 columns=vec![Column::new("Name").sort("name"), Column::amount("Price"), Column::new("Created")]
//!                 first_run=FirstRun { title: "No products yet", text: "What you sell.",
//!                     action: Some(("New product", drawer.href.get_untracked())), docs: None }
//!             >
//!                 <LinkButton label="New product" href=drawer.href look=Look::Primary icon=Icon::Plus key=CREATE stay=true />
//!             </ListPage>
//!             <Drawer id="new-product" state=drawer title="New product"><NewProductForm drawer=drawer /></Drawer>
//!         }.into_any()
//!     }
//! }
//!
//! fn row(product: Product) -> Row {
//!     Row::new(product.id).link(paths::product(product.id))
//!         .cell(product.name).cell(view! { <Money text=product.terms_text() /> }).cell(view! { <Ago at=product.created_at.0 /> })
//! }
//! ```
//!
//! # A detail page
//!
//! ```ignore
//! let view = move || product.get().map(|answer| answer.map(detail).map_err(Trouble::from));
//! view! { <Load view=view /> }.into_any()
//!
//! fn detail(product: Product) -> AnyView {
//!     view! {
//!         <DetailHead title=product.name up=("Products".to_owned(), paths::PRODUCTS.to_owned()) id=product.id.to_string()
//!             status=("Active".to_owned(), Tone::Good) more=vec![MenuItem::action("Archive", archive)]>
//!             <LinkButton label="Edit" href=edit.href look=Look::Primary key=EDIT stay=true />
//!         </DetailHead>
//!         <Columns side=view! { <Card title="Details"><Properties rows=properties /></Card> }.into_any()>
//!             <Section title="Prices" all=paths::prices_of(product.id)><Table caption="Prices" columns=columns rows=rows /></Section>
//!             <Section title="Timeline"><History items=history object_id=product.id.to_string() /></Section>
//!         </Columns>
//!     }.into_any()
//! }
//! ```
//!
//! # A form in a drawer
//!
//! ```ignore
//! let form = use_form("product");                 // asks before unsaved work is left
//! let name = RwSignal::new(String::new());
//! let save = move || form.send(                   // once, however often it is pressed
//!     async move { rpc::create_product(NewProduct { name: name.get_untracked(), .. }).await },
//!     move |product| { use_toasts().say("Product created"); drawer.close(); },
//! );                                              // a refusal lands at the fields it names
//! view! {
//!     <FormView form=form on_submit=save>
//!         <TextField name="name" label="Name" value=name />
//!         <MoneyField name="amount" label="Price" value=amount currency="EUR" parse=parse />
//!         <DrawerFoot form=form drawer=drawer label="Create product" />
//!     </FormView>
//! }
//! ```

pub mod api_call;
pub mod auth_layout;
pub mod badge;
pub mod button;
pub mod card;
pub mod code;
pub mod commands;
pub mod copy;
pub mod detail;
pub mod dialog;
pub mod drawer;
pub mod empty;
pub mod form;
pub mod guard;
pub mod history;
pub mod icon;
pub mod list;
pub mod list_page;
pub mod list_query;
pub mod load;
pub mod menu;
pub mod money;
pub mod pagination;
pub mod palette;
pub mod preview;
pub mod search;
pub mod shell;
pub mod shortcuts;
pub mod skeleton;
pub mod table;
pub mod tabs;
pub mod theme;
pub mod time;
pub mod timeline;
pub mod title;
pub mod toast;

#[cfg(feature = "hydrate")]
#[path = "browser/mod.rs"]
pub mod platform;
#[cfg(not(feature = "hydrate"))]
#[path = "server.rs"]
pub mod platform;

pub use api_call::ApiCall;
pub use auth_layout::AuthLayout;
pub use badge::{Badge, Tone};
pub use button::{Button, IconButton, LinkButton, Look};
pub use card::{Card, Stat, Trend};
pub use code::CodeBlock;
pub use commands::{CREATE, EDIT};
pub use copy::{CopyButton, CopyId};
pub use detail::{Columns, Crumb, DetailHead, Properties, Section};
pub use dialog::{Confirm, Modal};
pub use drawer::{Drawer, DrawerFoot, DrawerState, use_drawer};
pub use empty::{Denied, Empty, Failed};
pub use form::{
    CheckboxField, DateField, Failure, Form, FormView, KeyValues, MoneyField, NumberField, RadioCard, RadioCards, SelectField,
    SubmitButton, TextArea, TextField, use_form,
};
pub use guard::use_guard;
pub use history::{EventLink, History};
pub use icon::Icon;
pub use list::{ListState, use_list};
pub use list_page::{Answer, Extras, Filter, FirstRun, ListPage, QuickTabs, Rows};
pub use list_query::count_text;
pub use load::{Load, NotFound, Trouble};
pub use menu::{Menu, MenuItem};
pub use money::{Money, Nothing};
pub use preview::Preview;
pub use search::SearchBox;
pub use shell::{Mark, NavGroup, NavItem, Shell};
pub use skeleton::Skeleton;
pub use table::{Column, Row, Table};
pub use tabs::{Tab, Tabs};
pub use theme::ThemeToggle;
pub use time::{Ago, Date, Moment, ServerNow};
pub use title::PageTitle;
pub use toast::{Toasts, use_toasts};
