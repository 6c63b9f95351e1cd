//! The routes of one noun: handlers, their documentation, and the form of their errors.

use axum::{Router, middleware};
use serde_json::Value;
use utoipa::openapi::{Content, ObjectBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Schema, Type, path::Operation};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::{
    docs,
    errors::{self, Form},
};

/// Routes that answer errors in one form.
pub struct Routes {
    form: Form,
    router: OpenApiRouter,
    examples: Vec<(&'static str, Value)>,
}

impl Routes {
    pub fn new(form: Form) -> Self {
        Self { form, router: OpenApiRouter::new(), examples: Vec::new() }
    }

    /// Adds the handlers of one path.
    pub fn with(self, routes: UtoipaMethodRouter) -> Self {
        Self { router: self.router.routes(routes), ..self }
    }

    /// A body that an operation takes, as its documentation shows it.
    pub fn example(mut self, operation_id: &'static str, body: Value) -> Self {
        self.examples.push((operation_id, body));
        self
    }

    /// The handlers, and what they say about themselves.
    pub fn split(self) -> (Router, OpenApi) {
        let form = self.form;
        let (router, mut openapi) = self.router.split_for_parts();
        let router = router
            .method_not_allowed_fallback(errors::unknown_method)
            .layer(middleware::from_fn(move |request, next| errors::render(form, request, next)));
        let components = openapi.components.get_or_insert_default();
        components.schemas.extend(docs::take_collected());
        components.schemas.insert(form.schema_name().to_owned(), error_schema(form));
        document_errors(&mut openapi, form);
        for (operation_id, body) in self.examples {
            document_body(&mut openapi, operation_id, body);
        }
        (router, openapi)
    }
}

impl Form {
    fn schema_name(self) -> &'static str {
        match self {
            Self::Object => "ErrorObject",
            Self::Text => "ErrorText",
            Self::CodeMessage => "ErrorCodeMessage",
            Self::Of(spelling) => spelling.name,
        }
    }
}

/// Every operation may be refused in these ways.
const REFUSALS: &[(&str, &str)] = &[
    ("400", "The request is malformed"),
    ("401", "No valid credentials"),
    ("403", "The credentials lack the scope"),
    ("404", "No such object"),
    ("409", "Contradicts what is stored"),
    ("413", "The body is too large"),
    ("422", "A business rule forbids it"),
];

fn document_errors(openapi: &mut OpenApi, form: Form) {
    for operation in operations(openapi) {
        for (status, description) in REFUSALS {
            let content = Content::new(Some(Ref::from_schema_name(form.schema_name())));
            let response = ResponseBuilder::new().description(*description).content("application/json", content).build();
            operation.responses.responses.insert((*status).to_owned(), RefOr::T(response));
        }
    }
}

fn document_body(openapi: &mut OpenApi, operation_id: &str, body: Value) {
    let mut named = operations(openapi).filter(|operation| operation.operation_id.as_deref() == Some(operation_id));
    let asked = named.next().and_then(|operation| operation.request_body.as_mut());
    let content = match asked {
        Some(RefOr::T(asked)) => asked.content.get_mut("application/json"),
        _ => None,
    };
    match content {
        Some(RefOr::T(content)) => content.example = Some(body),
        _ => tracing::error!(operation_id, "an example is of no operation with a body"),
    }
}

fn operations(openapi: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    openapi
        .paths
        .paths
        .values_mut()
        .flat_map(|item| [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten())
}

fn error_schema(form: Form) -> RefOr<Schema> {
    if let Form::Of(spelling) = form {
        return (spelling.schema)();
    }
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let object = match form {
        Form::Text => text().build(),
        Form::Object => ["type", "code", "message"]
            .into_iter()
            .fold(ObjectBuilder::new(), |object, member| object.property(member, text()).required(member))
            .property("param", text())
            .property("request_id", text())
            .property("details", ObjectBuilder::new())
            .build(),
        Form::CodeMessage | Form::Of(_) => ["code", "message"]
            .into_iter()
            .fold(ObjectBuilder::new(), |object, member| object.property(member, text()).required(member))
            .build(),
    };
    ObjectBuilder::new().property("error", object).required("error").property("message", text()).required("message").into()
}
