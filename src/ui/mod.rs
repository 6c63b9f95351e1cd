//! The component library: everything a page is made of, and no nouns.
//! Examples at the end of this text.

pub mod api_call;
pub mod auth_layout;
pub mod badge;
pub mod button;
pub mod card;
pub mod code;
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
pub mod preview;
pub mod search;
pub mod shell;
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
pub use copy::{CopyButton, CopyId};
pub use detail::{Columns, DetailHead, Properties, Section};
pub use dialog::{Confirm, Modal};
pub use drawer::{Drawer, DrawerState, use_drawer};
pub use empty::{Denied, Empty, Failed};
pub use form::{
    CheckboxField, DateField, Failure, Form, FormView, KeyValues, MoneyField, NumberField, RadioCard, RadioCards, SelectField,
    SubmitButton, TextArea, TextField, use_form,
};
pub use guard::use_guard;
pub use history::History;
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
pub use time::{Ago, Date, ServerNow};
pub use timeline::{Happening, Timeline};
pub use title::PageTitle;
pub use toast::{Toasts, use_toasts};
