//! The routes of one noun: handlers, their documentation, and the form of their errors.

use axum::{Router, middleware};
use utoipa::openapi::{Content, ObjectBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Schema, Type};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::{
    docs,
    errors::{self, Form},
};

/// Routes that answer errors in one form.
pub struct Routes {
    form: Form,
    router: OpenApiRouter,
}

impl Routes {
    pub fn new(form: Form) -> Self {
        Self { form, router: OpenApiRouter::new() }
    }

    /// Adds the handlers of one path.
    pub fn with(self, routes: UtoipaMethodRouter) -> Self {
        Self { router: self.router.routes(routes), ..self }
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
    for item in openapi.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            for (status, description) in REFUSALS {
                let content = Content::new(Some(Ref::from_schema_name(form.schema_name())));
                let response = ResponseBuilder::new().description(*description).content("application/json", content).build();
                operation.responses.responses.insert((*status).to_owned(), RefOr::T(response));
            }
        }
    }
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
