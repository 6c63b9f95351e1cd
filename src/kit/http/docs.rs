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
        Content, KnownFormat, ObjectBuilder, Ref, RefOr, ResponseBuilder, Schema, SchemaFormat, Type,
        response::Response,
        schema::{AdditionalProperties, SchemaType},
    },
};

use super::envelope::{
    Bare, BareCreated, Created, CursorBody, CursorList, Data, DataBody, OffsetBody, OffsetList, Paged, PagedBody,
};
use crate::kit::{Currency, Error, Id, Named, Patch, Tag, Tenant, Time};

type Collected = (String, RefOr<Schema>);

thread_local! {
    static COLLECTED: RefCell<Vec<Collected>> = const { RefCell::new(Vec::new()) };
}

/// The schemas that answers referred to since the last call, on this thread.
pub fn take_collected() -> Vec<Collected> {
    COLLECTED.take()
}

fn answer<B: ToSchema>(status: &str) -> BTreeMap<String, RefOr<Response>> {
    COLLECTED.with_borrow_mut(|collected| {
        collected.push((B::name().into_owned(), B::schema()));
        B::schemas(collected);
    });
    let content = Content::new(Some(Ref::from_schema_name(B::name())));
    let response = ResponseBuilder::new().description("").content("application/json", content).build();
    BTreeMap::from([(status.to_owned(), RefOr::T(response))])
}

macro_rules! envelopes {
    ($($envelope:ident => $status:literal $body:ty),* $(,)?) => {$(
        impl<T: ToSchema> IntoResponses for $envelope<T> {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                answer::<$body>($status)
            }
        }
    )*};
}
envelopes! {
    Data => "200" DataBody<T>,
    Created => "201" DataBody<T>,
    Bare => "200" T,
    BareCreated => "201" T,
    Paged => "200" PagedBody<T>,
    CursorList => "200" CursorBody<T>,
    OffsetList => "200" OffsetBody<T>,
}

impl IntoResponses for Error {
    /// Added per router, in its form, by [`crate::server`].
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
