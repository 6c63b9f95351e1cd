//! Setting up, signing in, and the way back in.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_query_map};
use server_fn::ServerFn as _;

use super::plain::{PlainField, PlainForm, refusal};
use crate::{
    house::team::{
        model::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN},
        rpc::{self, ForgotPassword, ResetPassword, SetUp, SignIn},
    },
    kit::{Error, Kind},
    paths,
    ui::{AuthLayout, platform},
};

/// A parameter of the page's address.
pub(super) fn parameter(name: &'static str) -> String {
    use_query_map().with_untracked(|query| query.get(name)).unwrap_or_default()
}

/// The hint of every new password.
pub(super) fn password_hint() -> String {
    format!("At least {PASSWORD_CHARS_MIN} characters; a few words are good.")
}

/// A new password.
#[component]
pub(super) fn NewPassword(refused: Option<Error>) -> impl IntoView {
    view! {
        <PlainField
            name="password" label="Password" kind="password" autocomplete="new-password" hint=password_hint()
            least=PASSWORD_CHARS_MIN most=PASSWORD_CHARS_MAX refused=refused
        />
    }
}

/// An e-mail address.
#[component]
fn Email(refused: Option<Error>) -> impl IntoView {
    view! {
        <PlainField name="email" label="E-mail" kind="email" autocomplete="username" most=EMAIL_CHARS_MAX first=true refused=refused />
    }
}

/// The first account, on an empty database.
pub struct SetUpPage;

impl LazyRoute for SetUpPage {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        let refused = refusal::<SetUp>();
        view! {
            <AuthLayout title="Set up Merx" text="Create your business and the account that owns it. Others are invited later.">
                <PlainForm action=SetUp::PATH refused=refused.clone() submit="Create account">
                    <PlainField
                        name="business" label="Business name" autocomplete="organization" hint="What your customers know you as."
                        most=NAME_CHARS_MAX first=true refused=refused.clone()
                    />
                    <PlainField name="name" label="Your name" autocomplete="name" most=NAME_CHARS_MAX refused=refused.clone() />
                    <PlainField
                        name="email" label="E-mail" kind="email" autocomplete="username" most=EMAIL_CHARS_MAX refused=refused.clone()
                    />
                    <NewPassword refused=refused.clone() />
                </PlainForm>
            </AuthLayout>
        }
        .into_any()
    }
}

/// Signing in.
pub struct SignInPage;

impl LazyRoute for SignInPage {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        let refused = refusal::<SignIn>();
        let foot = view! { <a href=paths::FORGOT_PASSWORD>"Forgot your password?"</a> }.into_any();
        view! {
            <AuthLayout title="Sign in" foot=foot>
                <PlainForm action=SignIn::PATH refused=refused.clone() submit="Sign in">
                    <input type="hidden" name="next" value=parameter("next") />
                    <Email refused=refused.clone() />
                    <PlainField
                        name="password" label="Password" kind="password" autocomplete="current-password" most=PASSWORD_CHARS_MAX
                        refused=refused.clone()
                    />
                </PlainForm>
            </AuthLayout>
        }
        .into_any()
    }
}

/// Asking for a link to reset the password.
pub struct ForgotPasswordPage;

impl LazyRoute for ForgotPasswordPage {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        let refused = refusal::<ForgotPassword>();
        let foot = view! { <a href=paths::SIGN_IN>"Back to sign in"</a> }.into_any();
        if use_query_map().with_untracked(|query| query.get("sent").is_some()) {
            let text = "If this address has an account, a mail with a link is on its way. The link works for an hour.";
            return view! { <AuthLayout title="Check your mail" text=text foot=foot>""</AuthLayout> }.into_any();
        }
        view! {
            <AuthLayout title="Reset your password" text="We mail you a link to choose a new one." foot=foot>
                <PlainForm action=ForgotPassword::PATH refused=refused.clone() submit="Send the link">
                    <Email refused=refused.clone() />
                </PlainForm>
            </AuthLayout>
        }
        .into_any()
    }
}

/// Choosing a new password with a mailed link.
pub struct ResetPasswordPage {
    token: String,
    valid: Resource<Result<(), Error>>,
}

impl LazyRoute for ResetPasswordPage {
    fn data() -> Self {
        let token = parameter("token");
        let asked = token.clone();
        Self { token, valid: Resource::new(move || asked.clone(), rpc::check_reset) }
    }

    async fn view(this: Self) -> AnyView {
        let Self { token, valid } = this;
        let refused = refusal::<ResetPassword>();
        let form = StoredValue::new((token, refused));
        let view = move || {
            valid.get().map(|answer| match answer {
                Ok(()) => {
                    let (token, refused) = form.get_value();
                    view! {
                        <AuthLayout title="Choose a new password" text="You are signed out everywhere else.">
                            <PlainForm action=ResetPassword::PATH refused=refused.clone() submit="Save and sign in">
                                <input type="hidden" name="token" value=token />
                                <NewPassword refused=refused.clone() />
                            </PlainForm>
                        </AuthLayout>
                    }
                    .into_any()
                }
                Err(error) => dead_link(error, paths::FORGOT_PASSWORD, "Ask for a new link"),
            })
        };
        view! { <Suspense>{view}</Suspense> }.into_any()
    }
}

/// What is shown instead of the form of a link that does not work.
pub(super) fn dead_link(error: Error, href: &'static str, label: &'static str) -> AnyView {
    let (status, title) = match error.kind {
        Kind::NotFound => (404, "This link does not work"),
        _ => (500, "Something went wrong"),
    };
    platform::set_status(status);
    let foot = view! { <a href=href>{label}</a> }.into_any();
    view! { <AuthLayout title=title text=error.message foot=foot>""</AuthLayout> }.into_any()
}
