//! The business profile's page.

use leptos::{ev::Event, prelude::*};
use leptos_router::LazyRoute;

use super::{
    model::{Address, Business, EditBusiness, LOGO_BYTES_MAX},
    rpc,
};
use crate::{
    house::{tabs::SettingsHead, team::viewer::use_viewer},
    kit::{Currency, Error, Patch},
    paths,
    ui::{Button, Card, Columns, FormView, Load, SelectField, SubmitButton, TextField, platform, use_form, use_toasts},
};

type Found = Resource<Result<(Business, Vec<String>), Error>>;

/// The business profile.
pub struct SettingsPage {
    found: Found,
}

async fn find() -> Result<(Business, Vec<String>), Error> {
    Ok((rpc::get_business().await?, rpc::list_time_zones().await?))
}

impl LazyRoute for SettingsPage {
    fn data() -> Self {
        Self { found: Resource::new(|| (), |()| find()) }
    }

    async fn view(this: Self) -> AnyView {
        let found = this.found;
        let view = move || {
            let shown = |(business, zones): (Business, Vec<String>)| {
                let own = business.clone();
                let side = view! { <Card title="Logo"><Logo business=own found=found /></Card> }.into_any();
                view! { <Columns side=side><ProfileForm business=business zones=zones /></Columns> }.into_any()
            };
            Some(found.get()?.map(shown).map_err(Into::into))
        };
        view! {
            <SettingsHead
                current=paths::SETTINGS title="Settings" intro="What stands on invoices, and what new objects start from."
            />
            <Load view=view />
        }
        .into_any()
    }
}

/// The fields of the form, as typed.
#[derive(Clone, Copy)]
struct Typed {
    name: RwSignal<String>,
    legal_name: RwSignal<String>,
    tax_id: RwSignal<String>,
    line1: RwSignal<String>,
    line2: RwSignal<String>,
    city: RwSignal<String>,
    state: RwSignal<String>,
    postal_code: RwSignal<String>,
    country: RwSignal<String>,
    time_zone: RwSignal<String>,
    currency: RwSignal<String>,
}

impl Typed {
    fn of(business: Business) -> Self {
        let Business { name, legal_name, tax_id, address, time_zone, default_currency, .. } = business;
        Self {
            name: RwSignal::new(name),
            legal_name: RwSignal::new(legal_name),
            tax_id: RwSignal::new(tax_id),
            line1: RwSignal::new(address.line1),
            line2: RwSignal::new(address.line2),
            city: RwSignal::new(address.city),
            state: RwSignal::new(address.state),
            postal_code: RwSignal::new(address.postal_code),
            country: RwSignal::new(address.country),
            time_zone: RwSignal::new(time_zone),
            currency: RwSignal::new(default_currency.code().to_owned()),
        }
    }

    fn edit(self) -> EditBusiness {
        let address = Address {
            line1: self.line1.get_untracked(),
            line2: self.line2.get_untracked(),
            city: self.city.get_untracked(),
            state: self.state.get_untracked(),
            postal_code: self.postal_code.get_untracked(),
            country: self.country.get_untracked(),
        };
        EditBusiness {
            name: Patch::Set(self.name.get_untracked()),
            legal_name: Patch::Set(self.legal_name.get_untracked()),
            address: Patch::Set(address),
            tax_id: Patch::Set(self.tax_id.get_untracked()),
            time_zone: Patch::Set(self.time_zone.get_untracked()),
            default_currency: Currency::parse(&self.currency.get_untracked()).into(),
        }
    }
}

#[component]
fn ProfileForm(business: Business, zones: Vec<String>) -> impl IntoView {
    let (form, toasts, viewer) = (use_form("business"), use_toasts(), use_viewer());
    let typed = Typed::of(business);
    let save = move || {
        form.send(rpc::update_business(typed.edit()), move |_| {
            toasts.say("Settings saved");
            viewer.reload();
        });
    };
    let zones: Vec<(String, String)> = zones.into_iter().map(|zone| (zone.clone(), zone.replace('_', " "))).collect();
    let no_country = |text: String| {
        let code = text.trim().len() == 2 && text.trim().chars().all(|c| c.is_ascii_alphabetic());
        (!code).then(|| "Enter the two letters of the country, such as DE.".to_owned())
    };
    let no_currency =
        |text: String| Currency::parse(text.trim()).is_none().then(|| "Enter a currency code, such as EUR.".to_owned());
    let lacks = viewer.lacks("settings:write");
    let foot = move || match lacks.get() {
        Some(why) => view! { <Button id="save" label="Save changes" why_not=Some(why) /> }.into_any(),
        None => view! { <SubmitButton form=form label="Save changes" /> }.into_any(),
    };
    view! {
        <FormView form=form on_submit=save>
            <TextField name="name" label="Business name" value=typed.name hint="What your customers know you as." autocomplete="organization" />
            <TextField name="legal_name" label="Legal name" value=typed.legal_name optional=true hint="If it is registered under another name." />
            <TextField name="tax_id" label="Tax id" value=typed.tax_id optional=true />
            <TextField name="address.line1" label="Address" value=typed.line1 optional=true autocomplete="address-line1" />
            <TextField name="address.line2" label="Address, second line" value=typed.line2 optional=true autocomplete="address-line2" />
            <TextField name="address.postal_code" label="Postal code" value=typed.postal_code optional=true autocomplete="postal-code" />
            <TextField name="address.city" label="City" value=typed.city optional=true autocomplete="address-level2" />
            <TextField name="address.state" label="State or region" value=typed.state optional=true autocomplete="address-level1" />
            <TextField name="address.country" label="Country code" value=typed.country optional=true autocomplete="country" check=no_country />
            <SelectField name="time_zone" label="Time zone" value=typed.time_zone options=zones hint="Times on this dashboard are shown in it." />
            <TextField name="default_currency" label="Default currency" value=typed.currency check=no_currency hint="What new prices start with." />
            <div class="form-foot">{foot}</div>
        </FormView>
    }
}

/// The logo: shown, replaced, removed.
#[component]
fn Logo(business: Business, found: Found) -> impl IntoView {
    let (toasts, viewer) = (use_toasts(), use_viewer());
    let wrong = RwSignal::new(None::<String>);
    let lacks = viewer.lacks("settings:write");
    let changed = move |answer: Result<Business, Error>| match answer {
        Ok(_) => {
            toasts.say("Logo saved");
            found.refetch();
            viewer.reload();
        }
        Err(error) => wrong.set(Some(error.message)),
    };
    let chosen = move |_: Event| {
        wrong.set(None);
        platform::read_file("logo", move |size, data| {
            if size > LOGO_BYTES_MAX as f64 {
                wrong.set(Some(format!("The picture must be at most {} KiB.", LOGO_BYTES_MAX / 1024)));
            } else {
                leptos::task::spawn_local(async move { changed(rpc::set_logo(data).await) });
            }
        });
    };
    let remove = move || leptos::task::spawn_local(async move { changed(rpc::remove_logo().await) });
    let picture = business.logo_hash.as_ref().map(|hash| paths::logo(business.id, hash));
    let has_logo = picture.is_some();
    view! {
        <div class="form">
            {match picture {
                Some(picture) => view! { <img class="logo" src=picture alt=format!("Logo of {}", business.name) /> }.into_any(),
                None => view! { <p class="muted">"No logo yet."</p> }.into_any(),
            }}
            <div class="field">
                <label for="logo">"Picture"</label>
                <input
                    class="input" id="logo" type="file" accept="image/png,image/jpeg,image/webp" aria-describedby="logo-hint"
                    disabled=move || lacks.get().is_some() on:change=chosen
                />
                {move || wrong.get().map(|wrong| view! { <p class="field-error" role="alert">{wrong}</p> })}
                <p class="field-hint" id="logo-hint">{format!("PNG, JPEG or WebP, at most {} KiB.", LOGO_BYTES_MAX / 1024)}</p>
            </div>
            {has_logo.then(|| view! { <Button id="remove-logo" label="Remove logo" why_not=lacks on_press=remove /> })}
        </div>
    }
}
