//! Accepting an invitation.

use leptos::prelude::*;
use leptos_router::LazyRoute;
use server_fn::ServerFn as _;

use super::{
    entry::{NewPassword, dead_link, parameter},
    plain::{PlainField, PlainForm, refusal},
};
use crate::{
    house::team::{
        model::{Invite, NAME_CHARS_MAX, PASSWORD_CHARS_MAX},
        rpc::{self, AcceptInvitation},
    },
    kit::Error,
    paths,
    ui::AuthLayout,
};

/// Where an invitation's link leads.
pub struct InvitationPage {
    token: String,
    invite: Resource<Result<Invite, Error>>,
}

impl LazyRoute for InvitationPage {
    fn data() -> Self {
        let token = parameter("token");
        let asked = token.clone();
        Self { token, invite: Resource::new(move || asked.clone(), rpc::show_invitation) }
    }

    async fn view(this: Self) -> AnyView {
        let Self { token, invite } = this;
        let refused = refusal::<AcceptInvitation>();
        let form = StoredValue::new((token, refused));
        let view = move || {
            invite.get().map(|answer| match answer {
                Ok(invite) => {
                    let (token, refused) = form.get_value();
                    invitation(invite, token, refused)
                }
                Err(error) => dead_link(error, paths::SIGN_IN, "Go to sign in"),
            })
        };
        view! { <Suspense>{view}</Suspense> }.into_any()
    }
}

fn invitation(invite: Invite, token: String, refused: Option<Error>) -> AnyView {
    let Invite { business, email, role, has_account } = invite;
    let text = format!("You are invited as {} with {email}.", role.label().to_lowercase());
    let fields = if has_account {
        view! {
            <PlainField
                name="password" label="Your password" kind="password" autocomplete="current-password" most=PASSWORD_CHARS_MAX
                hint="This address has an account already." refused=refused.clone()
            />
        }
        .into_any()
    } else {
        view! {
            <PlainField name="name" label="Your name" autocomplete="name" most=NAME_CHARS_MAX first=true refused=refused.clone() />
            <NewPassword refused=refused.clone() />
        }
        .into_any()
    };
    view! {
        <AuthLayout title=format!("Join {business}") text=text>
            <PlainForm action=AcceptInvitation::PATH refused=refused submit="Accept invitation">
                <input type="hidden" name="token" value=token />
                {fields}
            </PlainForm>
        </AuthLayout>
    }
    .into_any()
}
