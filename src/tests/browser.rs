//! Somebody who is signed in: pages as they come from the server, and the functions they call.

use axum::body::Body;
use http::{Request, header};
use serde_json::Value;

use crate::harness::{Answer, OWNER, PASSWORD, World};

/// A browser with a session.
pub struct Browser<'w> {
    world: &'w World,
    cookies: String,
}

impl<'w> Browser<'w> {
    /// The owner, signed in, in test mode.
    pub async fn owner(world: &'w World) -> Self {
        let form = format!("email={}&password={}&next=/", OWNER.replace('@', "%40"), PASSWORD.replace(' ', "+"));
        let request = Request::post("/rpc/merx/house/team/rpc/sign_in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .body(Body::from(form))
            .unwrap();
        let answer = world.send(request).await;
        assert!(answer.status < 400, "{:?}", answer.body);
        let cookies = answer.headers.get_all(header::SET_COOKIE).iter();
        let cookies: Vec<_> = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next()).collect();
        assert!(!cookies.is_empty(), "no session");
        Self { world, cookies: cookies.join("; ") }
    }

    /// A page, as it is read without scripts.
    pub async fn page(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, &self.cookies).header(header::ACCEPT, "text/html");
        self.world.send(request.body(Body::empty()).unwrap()).await
    }

    /// Calls a server function: `catalog/discounts/rpc/get_discount`.
    pub async fn call(&self, function: &str, body: Value) -> Answer {
        let request = Request::post(format!("/rpc/merx/{function}"))
            .header(header::COOKIE, &self.cookies)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json");
        self.world.send(request.body(Body::from(body.to_string())).unwrap()).await
    }
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
