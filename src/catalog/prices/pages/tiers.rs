//! The table of tiers in the editor.

use leptos::{
    ev::KeyboardEvent,
    prelude::*,
    wasm_bindgen::JsCast as _,
    web_sys::{HtmlElement, HtmlInputElement},
};

use super::{
    super::model::{TIERS_MAX, TIERS_MIN, words::parse_unit},
    fields::{Fields, TierRow},
};
use crate::{kit::money, ui::*};

/// One row per tier. Enter and the arrow keys move between rows; Enter in the last one adds another.
#[component]
pub fn TierTable(form: Form, fields: Fields) -> impl IntoView {
    let table = Table { form, fields, owner: StoredValue::new(Owner::current()) };
    let rows = move || {
        let rows = fields.tiers.get();
        let count = rows.len();
        // A row moves to another number by being made anew, because its fields are named after it.
        rows.into_iter().enumerate().map(move |(n, row)| (n, n + 1 == count, row)).collect::<Vec<_>>()
    };
    let full = move || (fields.tiers.read().len() >= TIERS_MAX).then(|| format!("A price has at most {TIERS_MAX} tiers."));
    view! {
        <div class="field">
            <table class="tier-table" on:keydown=move |ev| table.key(&ev)>
                <caption>"Tiers"</caption>
                <thead>
                    <tr>
                        <th scope="col">"From"</th>
                        <th scope="col">"Up to"</th>
                        <th scope="col">"Per unit"</th>
                        <th scope="col">"Flat amount"</th>
                        <th scope="col"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=rows key=|(n, is_last, row)| (row.key, *n, *is_last) let((n, is_last, row))>
                        {table.row(n, is_last, row)}
                    </For>
                </tbody>
            </table>
            <Button
                id="add-tier" label="Add a tier" icon=Icon::Plus why_not=Signal::derive(full)
                on_press=move || table.add()
            />
            <p class="field-hint">"Enter goes to the next tier, and adds one after the last."</p>
        </div>
    }
}

#[derive(Clone, Copy)]
struct Table {
    form: Form,
    fields: Fields,
    /// Rows added by a key live as long as the table.
    owner: StoredValue<Option<Owner>>,
}

impl Table {
    fn row(self, n: usize, is_last: bool, row: TierRow) -> AnyView {
        let Fields { tiers, currency, .. } = self.fields;
        let from = move || match n {
            0 => "1".to_owned(),
            n => {
                let before = tiers.read().get(n - 1).map(|row| row.up_to);
                let last = before.and_then(|up_to| up_to.read().trim().parse::<i64>().ok());
                last.and_then(|last| last.checked_add(1)).map_or_else(|| "…".to_owned(), |first| first.to_string())
            }
        };
        let number = n + 1;
        let chosen = move || untrack(|| self.fields.currency_chosen());
        let unit = move |text: String| parse_unit(&text, chosen()).map(|unit| unit.minor.unwrap_or(0));
        let flat = move |text: String| money::parse(&text, chosen());
        let up_to = if is_last {
            view! { <span class="tier-end">"and above"</span> }.into_any()
        } else {
            view! { <NumberField name=format!("tiers[{n}].up_to") label=format!("Last unit of tier {number}") value=row.up_to min=1 /> }
                .into_any()
        };
        let few = move || (tiers.read().len() <= TIERS_MIN).then_some("A tiered price has at least two tiers.");
        view! {
            <tr>
                <th scope="row">{from}</th>
                <td>{up_to}</td>
                <td>
                    <MoneyField
                        name=format!("tiers[{n}].unit_amount_minor") label=format!("Amount per unit in tier {number}")
                        value=row.unit currency=currency parse=unit optional=true
                    />
                </td>
                <td>
                    <MoneyField
                        name=format!("tiers[{n}].flat_amount_minor") label=format!("Flat amount of tier {number}")
                        value=row.flat currency=currency parse=flat optional=true
                    />
                </td>
                <td>
                    <button
                        type="button" class="btn btn-quiet btn-icon" aria-label=format!("Remove tier {number}")
                        title=few aria-disabled=move || few().map(|_| "true")
                        on:click=move |_| self.remove(n)
                    >
                        {Icon::Trash.view()}
                    </button>
                </td>
            </tr>
        }
        .into_any()
    }

    /// The tier without end gets one, and another follows it.
    fn add(self) {
        let count = self.fields.tiers.read_untracked().len();
        if count >= TIERS_MAX {
            return;
        }
        let fields = self.fields;
        let row = match self.owner.get_value() {
            Some(owner) => owner.with(|| fields.new_tier()),
            None => fields.new_tier(),
        };
        fields.tiers.update(|tiers| tiers.push(row));
        self.form.dirty.set(true);
        self.focus(count.saturating_sub(1), "up_to");
    }

    fn remove(self, n: usize) {
        if self.fields.tiers.read_untracked().len() <= TIERS_MIN {
            return;
        }
        self.fields.tiers.update(|tiers| {
            tiers.remove(n);
        });
        self.form.dirty.set(true);
        self.focus(n.saturating_sub(1), "unit_amount_minor");
    }

    /// Puts the cursor into a field once it is there.
    fn focus(self, n: usize, field: &str) {
        let id = self.form.field_id(&format!("tiers[{n}].{field}"));
        request_animation_frame(move || {
            let input = document().get_element_by_id(&id).and_then(|input| input.dyn_into::<HtmlElement>().ok());
            if let Some(input) = input {
                let _ = input.focus();
            }
        });
    }

    fn key(self, ev: &KeyboardEvent) {
        let input = ev.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some((n, field)) = input.and_then(|input| place(&input.name())) else { return };
        let count = self.fields.tiers.read_untracked().len();
        match ev.key().as_str() {
            "Enter" if n + 1 == count => self.add(),
            // The last tier has no end to type.
            "Enter" | "ArrowDown" if n + 1 < count => {
                let ends = field == "up_to" && n + 2 == count;
                self.focus(n + 1, if ends { "unit_amount_minor" } else { &field });
            }
            "ArrowUp" if n > 0 => self.focus(n - 1, &field),
            _ => return,
        }
        ev.prevent_default();
    }
}

/// `tiers[2].up_to` as tier 2 and `up_to`.
fn place(name: &str) -> Option<(usize, String)> {
    let (n, field) = name.strip_prefix("tiers[")?.split_once("].")?;
    Some((n.parse().ok()?, field.to_owned()))
}
