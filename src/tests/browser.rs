//! A browser without scripts: keeps its cookie, opens pages, posts forms, calls server functions.

use std::sync::Mutex;

use axum::body::Body;
use http::{Request, Response, header};
use merx::house::team::rpc as team;
use serde_json::Value;
use server_fn::ServerFn;
use tower::ServiceExt as _;

use crate::harness::{Answer, OWNER, PASSWORD, World};

/// The site's address, as the browser knows it.
pub const SITE: &str = "http://merx.example.com";

/// A browser, signed in or not.
pub struct Browser<'w> {
    pub world: &'w World,
    cookie: Mutex<Option<String>>,
}

impl<'w> Browser<'w> {
    /// Nobody has used it.
    pub fn fresh(world: &'w World) -> Self {
        Self { world, cookie: Mutex::new(None) }
    }

    /// The owner of the world's merchant is signed in.
    pub async fn owner(world: &'w World) -> Self {
        Self::signed_in(world, OWNER, PASSWORD).await
    }

    /// Somebody is signed in.
    pub async fn signed_in(world: &'w World, email: &str, password: &str) -> Self {
        let browser = Self::fresh(world);
        browser.form::<team::SignIn>("/sign-in", &[("email", email), ("password", password)]).await.expect(302);
        assert!(browser.cookie().is_some(), "{email} is signed in");
        browser
    }

    /// The session's cookie.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }

    /// Uses another session.
    pub fn set_cookie(&self, cookie: Option<String>) {
        *self.cookie.lock().unwrap() = cookie;
    }

    async fn send(&self, mut request: http::request::Builder, body: impl Into<Body>) -> Answer {
        if let Some(cookie) = self.cookie() {
            request = request.header(header::COOKIE, cookie);
        }
        let request =
            request.header(header::USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        let answer = self.world.send(request.body(body.into()).unwrap()).await;
        for value in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = value.to_str().unwrap();
            let pair = cookie.split(';').next().unwrap().to_owned();
            self.set_cookie((!cookie.contains("Max-Age=0")).then_some(pair));
        }
        answer
    }

    /// Opens a page.
    pub async fn page(&self, path: &str) -> Answer {
        self.send(Request::builder().uri(path).header(header::ACCEPT, "text/html"), Body::empty()).await
    }

    /// Opens an answer that has no end; its body is still to be read.
    pub async fn listen(&self, path: &str) -> Response<Body> {
        let request = Request::builder().uri(path).header(header::COOKIE, self.cookie().unwrap_or_default());
        let request = request.header(header::ACCEPT_ENCODING, "gzip, br").body(Body::empty()).unwrap();
        self.world.router.clone().oneshot(request).await.unwrap()
    }

    /// Posts a page's form; the answer is a redirect.
    pub async fn form<F: ServerFn>(&self, page: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder()
            .method("POST")
            .uri(F::PATH)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, format!("{SITE}{page}"))
            .header("sec-fetch-site", "same-origin");
        self.send(request, body).await
    }

    /// Posts a form to an address of its own, as the page of this site that `site` says
    /// (`same-origin`, `cross-site`).
    pub async fn post(&self, path: &str, fields: &[(&str, &str)], site: &str) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site);
        self.send(request, body).await
    }

    /// Calls a server function by its path: `catalog/discounts/rpc/get_discount`.
    pub async fn call(&self, function: &str, body: Value) -> Answer {
        let request = Request::builder()
            .method("POST")
            .uri(format!("/rpc/merx/{function}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json");
        self.send(request, body.to_string()).await
    }

    /// Calls a server function that takes JSON.
    pub async fn rpc<F: ServerFn>(&self, input: Value) -> Answer {
        self.rpc_with::<F>(input, &[("sec-fetch-site", "same-origin")]).await
    }

    /// Calls a server function with other headers.
    pub async fn rpc_with<F: ServerFn>(&self, input: Value, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method("POST").uri(F::PATH).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, input.to_string()).await
    }
}

/// Where an answer sends the browser.
pub fn target(answer: &Answer) -> &str {
    answer.header("location")
}

/// The error that a form's redirect carries back to its page.
pub fn refusal(answer: &Answer) -> merx::kit::Error {
    let query = target(answer).split_once('?').map(|(_, query)| query).unwrap_or_default();
    let errors: Vec<_> = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "__err").collect();
    assert_eq!(errors.len(), 1, "one error in {}", target(answer));
    server_fn::error::ServerFnUrlError::<merx::kit::Error>::decode_err(&errors[0].1)
}

/// The text of a page.
pub fn html(answer: &Answer) -> &str {
    answer.body.as_str().unwrap_or_default()
}

/// The words of a page: no tags, no scripts, single spaces.
pub fn words(page: &Answer) -> String {
    let html = page.body.as_str().unwrap_or_default();
    let mut text = String::new();
    let mut rest = html.split("<body").nth(1).unwrap_or(html);
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let end = match tag {
            script if script.starts_with("script") => script.find("</script>").map(|at| at + "</script".len()),
            comment if comment.starts_with("!--") => comment.find("-->").map(|at| at + 2),
            tag => tag.find('>'),
        };
        rest = end.map_or("", |end| tag.get(end + 1..).unwrap_or_default());
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("&amp;", "&").replace("&#x27;", "'").replace("&quot;", "\"")
}
