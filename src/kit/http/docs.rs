//! OpenAPI, read off the handlers' signatures.
//!
//! utoipa infers bodies and parameters; the envelopes below say what they answer. It does not
//! collect the schemas that inferred answers refer to, so the envelopes hand them to a collector
//! of this thread while the routers are being built.

use std::{cell::RefCell, collections::BTreeMap};

use utoipa::{
    __dev::ComposeSchema,
    IntoResponses, ToSchema,
    openapi::{
        ArrayBuilder, Content, KnownFormat, ObjectBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Schema, SchemaFormat, Type,
        response::Response,
        schema::{AdditionalProperties, SchemaType},
    },
};

use super::envelope::{Bare, BareCreated, Created, CursorList, Data, OffsetList, Paged, UrlList};
use crate::kit::{Currency, Error, Id, Named, Patch, Tag, Tenant, Time};

type Collected = (String, RefOr<Schema>);

thread_local! {
    static COLLECTED: RefCell<Vec<Collected>> = const { RefCell::new(Vec::new()) };
}

/// The schemas that answers referred to since the last call, on this thread.
pub fn take_collected() -> Vec<Collected> {
    COLLECTED.take()
}

/// An answer around `T`, whose schema is collected.
pub fn answer<T: ToSchema>(status: &str, around: fn(RefOr<Schema>) -> RefOr<Schema>) -> BTreeMap<String, RefOr<Response>> {
    COLLECTED.with_borrow_mut(|collected| {
        collected.push((T::name().into_owned(), T::schema()));
        T::schemas(collected);
    });
    let schema = around(Ref::from_schema_name(T::name()).into());
    let response = ResponseBuilder::new().description("Done").content("application/json", Content::new(Some(schema))).build();
    BTreeMap::from([(status.to_owned(), RefOr::T(response))])
}

/// An object with these members, all of them required.
pub fn object<const N: usize>(members: [(&str, RefOr<Schema>); N]) -> RefOr<Schema> {
    let all = members.into_iter();
    all.fold(ObjectBuilder::new(), |object, (name, schema)| object.property(name, schema).required(name)).into()
}

fn data(item: RefOr<Schema>) -> RefOr<Schema> {
    object([("data", item)])
}
fn bare(item: RefOr<Schema>) -> RefOr<Schema> {
    item
}
/// A list of items.
pub fn list(item: RefOr<Schema>) -> RefOr<Schema> {
    ArrayBuilder::new().items(item).build().into()
}
fn integer() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Integer).build().into()
}
fn boolean() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Boolean).build().into()
}
/// Exactly this text.
pub fn word(word: &str) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some([word])).build().into()
}
fn paged(item: RefOr<Schema>) -> RefOr<Schema> {
    let members =
        [("kind", word("offset")), ("page", integer()), ("limit", integer()), ("total", integer()), ("totalPages", integer())];
    object([("data", list(item)), ("pagination", object(members))])
}
fn cursor(item: RefOr<Schema>) -> RefOr<Schema> {
    object([("object", word("list")), ("data", list(item)), ("has_more", boolean()), ("total_count", integer())])
}
fn cursor_with_url(item: RefOr<Schema>) -> RefOr<Schema> {
    let url = ObjectBuilder::new().schema_type(Type::String).build().into();
    object([("object", word("list")), ("data", list(item)), ("has_more", boolean()), ("url", url)])
}
fn offset(item: RefOr<Schema>) -> RefOr<Schema> {
    let members = [("total", integer()), ("limit", integer()), ("offset", integer()), ("has_more", boolean())];
    object([("data", list(item)), ("meta", object(members))])
}

macro_rules! envelopes {
    ($($envelope:ident => $status:literal $around:ident),* $(,)?) => {$(
        impl<T: ToSchema> IntoResponses for $envelope<T> {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                answer::<T>($status, $around)
            }
        }
    )*};
}
envelopes! {
    Data => "200" data,
    Created => "201" data,
    Bare => "200" bare,
    BareCreated => "201" bare,
    Paged => "200" paged,
    CursorList => "200" cursor,
    OffsetList => "200" offset,
    UrlList => "200" cursor_with_url,
}

/// Drops the schemas that nothing refers to: utoipa collects those of inlined types, too.
pub fn prune(document: &mut OpenApi) {
    loop {
        let Ok(text) = document.to_json() else { return };
        let Some(components) = document.components.as_mut() else { return };
        let before = components.schemas.len();
        components.schemas.retain(|name, _| text.contains(&format!("\"#/components/schemas/{name}\"")));
        if components.schemas.len() == before {
            return;
        }
    }
}

impl IntoResponses for Error {
    /// Added per router, in its form, by [`Routes::split`](super::Routes::split).
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        BTreeMap::new()
    }
}

fn text(format: KnownFormat) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(format))).build().into()
}

// Fields of generic types are composed; utoipa keeps the trait for that out of its public face.
impl<T: ?Sized> ComposeSchema for Id<T> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        text(KnownFormat::Uuid)
    }
}
impl<T: ?Sized> ToSchema for Id<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
}

impl ComposeSchema for Tenant {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        text(KnownFormat::Uuid)
    }
}
impl ToSchema for Tenant {}

impl ComposeSchema for Time {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        text(KnownFormat::DateTime)
    }
}
impl ToSchema for Time {}

impl ComposeSchema for Currency {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(3))
            .max_length(Some(3))
            .description(Some("ISO 4217 code, any letter case"))
            .build()
            .into()
    }
}
impl ToSchema for Currency {}

impl<T: Named> ComposeSchema for Tag<T> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some([T::NAME])).build().into()
    }
}
impl<T: Named> ToSchema for Tag<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Tag_{}", T::NAME).into()
    }
}

impl<T: ComposeSchema> ComposeSchema for Patch<T> {
    fn compose(generics: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        T::compose(generics)
    }
}
impl<T: ToSchema + ComposeSchema> ToSchema for Patch<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        T::name()
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

/// Schema of [`crate::kit::Metadata`]: any members.
pub fn metadata() -> Schema {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Object))
        .additional_properties(Some(AdditionalProperties::FreeForm(true)))
        .build()
        .into()
}
