//! Menu buttons: a native popover, so Esc and clicking elsewhere close it, with the keys of `role=menu`.

use super::icon::Icon;
use super::platform;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlElement};

/// What choosing a line does.
#[derive(Clone)]
pub(super) enum Go {
    Link(String),
    Do(Callback<()>),
}

/// One line of a menu.
#[derive(Clone)]
pub struct MenuItem {
    pub(super) label: String,
    pub(super) icon: Option<Icon>,
    pub(super) go: Go,
    danger: bool,
    pub(super) why_not: Option<String>,
}

impl MenuItem {
    /// Goes somewhere.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        MenuItem { label: label.into(), icon: None, go: Go::Link(href.into()), danger: false, why_not: None }
    }

    /// Does something.
    pub fn action(label: impl Into<String>, run: impl Into<Callback<()>>) -> Self {
        MenuItem { label: label.into(), icon: None, go: Go::Do(run.into()), danger: false, why_not: None }
    }

    /// With an icon.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Destroys something.
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Cannot be done now, and why.
    pub fn why_not(mut self, reason: Option<String>) -> Self {
        self.why_not = reason;
        self
    }
}

/// A button and its menu.
#[component]
pub fn Menu(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// The accessible name, such as "Actions for Acme Ltd".
    #[prop(into)]
    label: String,
    items: Vec<MenuItem>,
    /// What the button shows; three dots otherwise.
    #[prop(optional)]
    face: Option<AnyView>,
    #[prop(default = "btn btn-quiet btn-icon")] class: &'static str,
    /// Align with the left edge of the button.
    #[prop(optional)]
    left: bool,
) -> impl IntoView {
    let (menu_id, button_id) = (format!("{id}-menu"), format!("{id}-button"));
    let expanded = RwSignal::new(false);
    let items = items.into_iter().enumerate().map(|(n, item)| item_view(item, &menu_id, n)).collect_view();
    let before = {
        let (menu_id, button_id) = (menu_id.clone(), button_id.clone());
        move |_: Event| platform::place_menu(&menu_id, &button_id, left)
    };
    let on_toggle = {
        let menu_id = menu_id.clone();
        move |_| {
            let open = element(&menu_id).is_some_and(|menu| menu.matches(":popover-open").unwrap_or(false));
            expanded.set(open);
            if open {
                move_focus(&menu_id, |_, _| 0);
            }
        }
    };
    let on_key = {
        let menu_id = menu_id.clone();
        move |ev: KeyboardEvent| menu_key(&ev, &menu_id)
    };
    view! {
        <button
            type="button"
            id=button_id.clone()
            class=class
            popovertarget=menu_id.clone()
            aria-haspopup="menu"
            aria-expanded=move || if expanded.get() { "true" } else { "false" }
            aria-label=label.clone()
        >
            {face.unwrap_or_else(|| Icon::More.view())}
        </button>
        <div
            id=menu_id
            class="menu"
            role="menu"
            popover="auto"
            aria-label=label
            on:beforetoggle=before
            on:toggle=on_toggle
            on:keydown=on_key
        >
            {items}
        </div>
    }
}

fn item_view(item: MenuItem, menu_id: &str, n: usize) -> AnyView {
    let MenuItem { label, icon, go, danger, why_not } = item;
    let class = if danger { "menu-item menu-danger" } else { "menu-item" };
    let icon = icon.map(Icon::view);
    let reason_id = format!("{menu_id}-{n}");
    let reason = why_not.clone().map(|why| view! { <span class="menu-why" id=reason_id.clone()>{why}</span> });
    let menu_id = menu_id.to_owned();
    match go {
        Go::Link(href) if why_not.is_none() => {
            let hide = move |_| hide(&menu_id);
            view! { <a role="menuitem" tabindex="-1" class=class href=href on:click=hide>{icon}<span>{label}</span></a> }
                .into_any()
        }
        go => {
            let off = why_not.is_some();
            let press = move |_| {
                if let (Go::Do(run), false) = (&go, off) {
                    hide(&menu_id);
                    run.try_run(());
                }
            };
            view! {
                <button
                    type="button" role="menuitem" tabindex="-1" class=class
                    aria-disabled=off.then_some("true") aria-describedby=off.then(|| reason_id.clone())
                    on:click=press
                >
                    {icon}<span>{label}{reason}</span>
                </button>
            }
            .into_any()
        }
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn hide(id: &str) {
    if let Some(menu) = element(id) {
        let _ = menu.hide_popover();
    }
}

fn menu_key(ev: &KeyboardEvent, menu_id: &str) {
    let key = ev.key();
    match key.as_str() {
        "ArrowDown" => move_focus(menu_id, |now, len| (now + 1) % len),
        "ArrowUp" => move_focus(menu_id, |now, len| (now + len - 1) % len),
        "Home" => move_focus(menu_id, |_, _| 0),
        "End" => move_focus(menu_id, |_, len| len - 1),
        "Tab" => return hide(menu_id),
        _ => return,
    }
    ev.prevent_default();
}

/// Focus the item that `pick` chooses from the index of the focused one and the count.
fn move_focus(menu_id: &str, pick: impl Fn(usize, usize) -> usize) {
    let Some(menu) = element(menu_id) else { return };
    let items = menu.get_elements_by_class_name("menu-item");
    let len = items.length() as usize;
    if len == 0 {
        return;
    }
    let active = document().active_element();
    let now = (0..len).find(|n| items.item(*n as u32) == active).unwrap_or(len - 1);
    let target = items.item(pick(now, len) as u32).and_then(|item| item.dyn_into::<HtmlElement>().ok());
    if let Some(target) = target {
        let _ = target.focus();
    }
}
