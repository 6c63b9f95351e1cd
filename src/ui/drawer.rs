//! Drawers: forms at the side of a page, each with its own address (`?drawer=new`).

use super::button::{Button, IconButton};
use super::dialog::Modal;
use super::form::{Form, SubmitButton};
use super::guard::use_guard;
use super::icon::Icon;
use super::list_query::with_key;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use std::time::Duration;

/// Whether a drawer is open is a fact of the address; this reads and writes it.
#[derive(Clone, Copy)]
pub struct DrawerState {
    /// Is it open?
    pub open: Memo<bool>,
    /// What follows the colon in `?drawer=edit:{id}`.
    pub arg: Memo<Option<String>>,
    /// The address that opens it over this page.
    pub href: Memo<String>,
    close: Callback<()>,
}

impl DrawerState {
    /// Close it without asking: after saving, and after everything that is asked for again. The change
    /// of the address would swallow that.
    pub fn close(self) {
        self.close.try_run(());
    }
}

/// The drawer called `name` of this page.
pub fn use_drawer(name: &'static str) -> DrawerState {
    let location = use_location();
    let (path, query) = (location.pathname, location.query);
    let value = Memo::new(move |_| query.with(|query| query.get("drawer")));
    let open =
        Memo::new(move |_| value.with(|value| value.as_deref().is_some_and(|value| value.split(':').next() == Some(name))));
    let arg = Memo::new(move |_| {
        let value = value.get()?;
        value.split_once(':').filter(|(key, _)| *key == name).map(|(_, arg)| arg.to_owned())
    });
    let href = Memo::new(move |_| query.with(|query| with_key(&path.get(), query, "drawer", Some(name))));
    // Opened by a step forward: closing is a step back, so that "back" does not open it again.
    let stepped = StoredValue::new(false);
    Effect::new(move |was: Option<bool>| {
        let now = open.get();
        if was.is_some() && was != Some(now) {
            stepped.set_value(now);
        }
        now
    });
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        if stepped.get_value() {
            let _ = window().history().and_then(|history| history.back());
        } else {
            let bare = query.with_untracked(|query| with_key(&path.get_untracked(), query, "drawer", None));
            navigate(&bare, NavigateOptions { replace: true, scroll: false, ..Default::default() });
        }
    });
    DrawerState { open, arg, href, close }
}

/// A drawer over the page. Put a `FormView` inside, ending with a `DrawerFoot`.
#[component]
pub fn Drawer(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    state: DrawerState,
    #[prop(into)] title: Signal<String>,
    children: ChildrenFn,
) -> impl IntoView {
    let guard = use_guard();
    let leave = move || guard.attempt(state.close);
    let title_id = format!("{id}-title");
    let children = StoredValue::new(children);
    focus_opener_after(state);
    view! {
        <Modal id=id open=state.open on_close=leave class="drawer">
            <div class="drawer-panel">
                <header class="drawer-head">
                    <h2 id=title_id.clone()>{title}</h2>
                    <IconButton label="Close" icon=Icon::Close on_press=leave />
                </header>
                <div class="drawer-body">{children.with_value(|children| children())}</div>
            </div>
        </Modal>
    }
}

/// The browser gives the focus back to the opener. After a reload it knows none: then the link to this drawer gets it.
fn focus_opener_after(state: DrawerState) {
    Effect::new(move |was: Option<bool>| {
        let now = state.open.get();
        if was == Some(true) && !now {
            set_timeout(move || focus_opener(state).unwrap_or_default(), Duration::from_millis(60));
        }
        now
    });
}

fn focus_opener(state: DrawerState) -> Option<()> {
    let active = document().active_element()?;
    if active.tag_name() == "BODY" {
        let href = state.href.try_get_untracked()?;
        let opener = document().query_selector(&format!("a[href=\"{href}\"]")).ok()??;
        opener.dyn_into::<HtmlElement>().ok()?.focus().ok()?;
    }
    Some(())
}

/// Cancel and submit, staying in view at the foot of the drawer.
#[component]
pub fn DrawerFoot(
    form: Form,
    drawer: DrawerState,
    /// What submitting does: "Create product".
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let guard = use_guard();
    view! {
        <div class="form-foot">
            <Button label="Cancel" on_press=move || guard.attempt(drawer.close) />
            <SubmitButton form=form label=label />
        </div>
    }
}
