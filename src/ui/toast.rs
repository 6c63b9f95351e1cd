//! Short confirmations at the corner. Errors of forms never come here.

use super::icon::Icon;
use leptos::prelude::*;
use std::time::Duration;

const STAY: Duration = Duration::from_secs(6);

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    failed: bool,
    action: Option<(String, Callback<()>)>,
}

/// Where messages are sent.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

/// The page's toasts.
pub fn use_toasts() -> Toasts {
    use_context::<Toasts>().unwrap_or_else(provide_toasts)
}

/// Called once by `App`.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts { list: RwSignal::default(), next: StoredValue::new(0) };
    provide_context(toasts);
    toasts
}

impl Toasts {
    /// It worked.
    pub fn say(self, text: impl Into<String>) {
        self.push(text.into(), false, None);
    }

    /// It worked, and can be taken back.
    pub fn undo(self, text: impl Into<String>, undo: impl Into<Callback<()>>) {
        self.push(text.into(), false, Some(("Undo".into(), undo.into())));
    }

    /// Something in the background failed, and can be tried again.
    pub fn retry(self, text: impl Into<String>, retry: impl Into<Callback<()>>) {
        self.push(text.into(), true, Some(("Retry".into(), retry.into())));
    }

    /// Something in the background failed.
    pub fn fail(self, text: impl Into<String>) {
        self.push(text.into(), true, None);
    }

    fn push(self, text: String, failed: bool, action: Option<(String, Callback<()>)>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.list.update(|list| list.push(Toast { id, text, failed, action }));
    }

    fn drop(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }
}

/// The region; once, in `App`.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-label="Messages">
            <For each=move || toasts.list.get() key=|toast| toast.id let:toast>
                {one(toasts, toast)}
            </For>
        </div>
    }
}

fn one(toasts: Toasts, toast: Toast) -> AnyView {
    let Toast { id, text, failed, action } = toast;
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let pause = move || {
        if let Some(Some(timer)) = timer.try_update_value(Option::take) {
            timer.clear();
        }
    };
    let start = move || {
        pause();
        timer.try_set_value(set_timeout_with_handle(move || toasts.drop(id), STAY).ok());
    };
    Effect::new(move |_| start());
    on_cleanup(pause);
    let action = action.map(|(label, run)| {
        let press = move |_| {
            toasts.drop(id);
            run.try_run(());
        };
        view! { <button type="button" class="toast-action" on:click=press>{label}</button> }
    });
    let icon = if failed { Icon::Error } else { Icon::Success };
    view! {
        <div
            class="toast"
            data-tone=if failed { "bad" } else { "good" }
            on:mouseenter=move |_| pause()
            on:mouseleave=move |_| start()
            on:focusin=move |_| pause()
            on:focusout=move |_| start()
        >
            {icon.view()}
            <p>{text}</p>
            {action}
            <button type="button" class="toast-close" aria-label="Dismiss" on:click=move |_| toasts.drop(id)>{Icon::Close.sized(14)}</button>
        </div>
    }
    .into_any()
}
