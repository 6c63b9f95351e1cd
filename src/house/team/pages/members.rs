//! Rows and forms of members and invitations.

use leptos::prelude::*;

use super::team::Asking;
use crate::{
    house::team::{
        model::{Invitation, Invited, Member, Role},
        rpc,
        viewer::use_viewer,
    },
    kit::Error,
    paths,
    ui::{
        Ago, Badge, Date, DrawerFoot, DrawerState, FormView, Load, MenuItem, RadioCard, RadioCards, Row, TextField, Tone,
        use_form, use_toasts,
    },
};

fn tone(role: Role) -> Tone {
    match role {
        Role::Owner => Tone::Info,
        Role::Admin | Role::Manager | Role::Support | Role::Viewer => Tone::Neutral,
    }
}

/// Rows of members, with what can be done about each.
pub(super) fn member_rows(members: Vec<Member>, asking: Asking) -> Vec<Row> {
    let viewer = use_viewer().get();
    let owners = members.iter().filter(|member| member.role == Role::Owner).count();
    let lacks = |scope: &str| viewer.as_ref().and_then(|viewer| viewer.lacks(scope));
    let row = |member: Member| {
        let own = viewer.as_ref().is_some_and(|viewer| viewer.user.id == member.user_id);
        let only = (member.role == Role::Owner && owners == 1)
            .then(|| "The last owner stays; make somebody else an owner first".to_owned());
        let not_owner = || if member.role == Role::Owner { lacks("owners:write") } else { None };
        let role_off = only.clone().or_else(|| lacks("team:write")).or_else(not_owner);
        let remove_off = only.or_else(|| if own { None } else { lacks("team:write").or_else(not_owner) });
        let name = if own { format!("{} (you)", member.name) } else { member.name.clone() };
        let removed = member.clone();
        let menu = vec![
            MenuItem::link("Change role", format!("{}?drawer=role:{}", paths::TEAM, member.user_id)).why_not(role_off),
            MenuItem::action(if own { "Leave" } else { "Remove" }, move || asking.remove.set(Some(removed.clone())))
                .danger()
                .why_not(remove_off),
        ];
        Row::new(member.user_id)
            .cell(name)
            .cell(member.email)
            .cell(view! { <Badge text=member.role.label().to_owned() tone=tone(member.role) /> })
            .cell(view! { <Date at=member.created_at.0 /> })
            .menu(member.name, menu)
    };
    members.into_iter().map(row).collect()
}

/// Rows of open invitations.
pub(super) fn invitation_rows(invitations: Vec<Invitation>, asking: Asking) -> Vec<Row> {
    let lacks = use_viewer().get().and_then(|viewer| viewer.lacks("team:write"));
    let row = |invitation: Invitation| {
        let withdrawn = invitation.clone();
        let withdraw = MenuItem::action("Withdraw", move || asking.withdraw.set(Some(withdrawn.clone())));
        Row::new(invitation.id)
            .cell(invitation.email.clone())
            .cell(view! { <Badge text=invitation.role.label().to_owned() /> })
            .cell(view! { <Ago at=invitation.created_at.0 /> })
            .cell(view! { <Ago at=invitation.expires_at.0 /> })
            .menu(invitation.email, vec![withdraw.danger().why_not(lacks.clone())])
    };
    invitations.into_iter().map(row).collect()
}

/// The roles that the viewer may give.
fn role_cards() -> Vec<RadioCard> {
    let owners = use_viewer().can("owners:write");
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::Owner || owners);
    roles.map(|role| RadioCard::new(role.word(), role.label(), role.text())).collect()
}

/// Whom to invite, and as what.
#[component]
pub(super) fn InviteForm(
    drawer: DrawerState,
    invited: RwSignal<Option<Invited>>,
    invitations: Resource<Result<Vec<Invitation>, Error>>,
) -> impl IntoView {
    let form = use_form("invite");
    let email = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Viewer.word().to_owned());
    let save = move || {
        let role = Role::parse(&role.get_untracked()).unwrap_or(Role::Viewer);
        form.send(rpc::invite(email.get_untracked(), role), move |made| {
            invitations.refetch();
            drawer.close();
            invited.set(Some(made));
        });
    };
    view! {
        <FormView form=form on_submit=save>
            <TextField name="email" label="E-mail" kind="email" value=email check=no_address />
            <RadioCards name="role" label="Role" value=role cards=role_cards() />
            <DrawerFoot form=form drawer=drawer label="Send invitation" />
        </FormView>
    }
}

fn no_address(text: String) -> Option<String> {
    (!text.contains('@')).then(|| "Enter a full address, such as name@example.com.".to_owned())
}

/// Another role for the member whose id is in the drawer's address.
#[component]
pub(super) fn RoleForm(drawer: DrawerState, members: Resource<Result<Vec<Member>, Error>>) -> impl IntoView {
    let view = move || {
        let wanted = drawer.arg.get()?;
        let found = |all: Vec<Member>| match all.into_iter().find(|member| member.user_id.to_string() == wanted) {
            Some(member) => view! { <RoleFields drawer=drawer member=member members=members /> }.into_any(),
            None => view! { <p class="muted">"There is no such member any more."</p> }.into_any(),
        };
        Some(members.get()?.map(found).map_err(Into::into))
    };
    view! { <Load view=view /> }
}

#[component]
fn RoleFields(drawer: DrawerState, member: Member, members: Resource<Result<Vec<Member>, Error>>) -> impl IntoView {
    let (form, toasts, viewer) = (use_form("role"), use_toasts(), use_viewer());
    let role = RwSignal::new(member.role.word().to_owned());
    let user = member.user_id;
    let save = move || {
        let Some(role) = Role::parse(&role.get_untracked()) else { return };
        form.send(rpc::set_role(user, role), move |member| {
            toasts.say(format!("{} is {} now", member.name, member.role.label().to_lowercase()));
            members.refetch();
            viewer.reload();
            drawer.close();
        });
    };
    view! {
        <FormView form=form on_submit=save>
            <p class="muted">{format!("{}, {}", member.name, member.email)}</p>
            <RadioCards name="role" label="Role" value=role cards=role_cards() />
            <DrawerFoot form=form drawer=drawer label="Change role" />
        </FormView>
    }
}
