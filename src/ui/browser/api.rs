//! Calls to this server's own API.

use gloo_net::http::{Method, RequestBuilder};

/// Sends a JSON body with a key; answers status and text, or why it could not be sent.
pub async fn call_api(method: &str, path: &str, key: &str, body: String) -> Result<(u16, String), String> {
    let method = match method {
        "PATCH" => Method::PATCH,
        "PUT" => Method::PUT,
        _ => Method::POST,
    };
    let request = RequestBuilder::new(path)
        .method(method)
        .header("x-api-key", key)
        .header("content-type", "application/json")
        .body(body)
        .map_err(|error| error.to_string())?;
    let answer = request.send().await.map_err(|error| error.to_string())?;
    let text = answer.text().await.map_err(|error| error.to_string())?;
    Ok((answer.status(), text))
}
