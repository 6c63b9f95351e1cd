//! Where clients are answered: which addresses may be registered, and which match.

use url::{Host, Url};

use super::model::REDIRECT_URIS_MAX;

/// Longest address, characters.
pub const URI_CHARS_MAX: usize = 2_000;

/// What is wrong with a list of addresses to register, if anything.
pub fn wrong(uris: &[String]) -> Option<String> {
    if uris.len() > REDIRECT_URIS_MAX {
        return Some(format!("must be at most {REDIRECT_URIS_MAX} addresses"));
    }
    uris.iter().find_map(|uri| wrong_one(uri))
}

/// Addresses are compared as text, so what a parser would change is refused.
fn wrong_one(uri: &str) -> Option<String> {
    let shown: String = uri.chars().take(80).collect();
    let refuse = |why: &str| Some(format!("'{shown}' {why}"));
    if uri.chars().count() > URI_CHARS_MAX {
        return refuse("is too long");
    }
    if !uri.bytes().all(|byte| byte.is_ascii_graphic()) || uri.contains(['\\', '"', '<', '>', '*']) {
        return refuse("must be an address in plain ASCII, without spaces, quotes or wildcards");
    }
    let Ok(url) = Url::parse(uri) else { return refuse("must be a whole address, such as https://example.com/callback") };
    if uri.contains('#') {
        return refuse("must not have a fragment");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not have a user name");
    }
    match url.scheme() {
        "https" => None,
        "http" if is_loopback(&url) => None,
        "http" => refuse("must be https; http is for this computer only (127.0.0.1, [::1], localhost)"),
        // RFC 8252: a domain of the program's maker, backwards. It keeps out javascript and data.
        scheme if scheme.contains('.') => None,
        _ => refuse("must be https, or a scheme like com.example.app for programs on devices"),
    }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether an address is among those registered: exactly, but on this computer with any port
/// (RFC 8252 §7.3), because programs take one that is free.
pub fn is_among(registered: &[String], asked: &str) -> bool {
    registered.iter().any(|uri| uri == asked || without_port(uri).is_some_and(|bare| Some(bare) == without_port(asked)))
}

/// An address on this computer, unless a parser reads it otherwise than it is written, without its
/// port.
fn without_port(uri: &str) -> Option<String> {
    if wrong_one(uri).is_some() {
        return None;
    }
    let mut url = Url::parse(uri).ok().filter(|url| url.scheme() == "http" && is_loopback(url))?;
    let path = uri.strip_prefix("http://")?.find(['/', '?']).map(|at| &uri["http://".len() + at..]).unwrap_or_default();
    url.set_port(None).ok()?;
    Some(format!("{} {path}", url.host_str()?))
}

/// An address with parameters added.
pub fn with(uri: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let mark = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{mark}{query}")
}

/// Where an address leads, for people.
pub fn shown(uri: &str) -> String {
    match Url::parse(uri) {
        Ok(url) if is_loopback(&url) => "a program on this computer".to_owned(),
        Ok(url) if is_web(&url) => url.host_str().unwrap_or(uri).to_owned(),
        Ok(url) => format!("a program on this device ({})", url.scheme()),
        Err(_) => uri.to_owned(),
    }
}

/// The source that a content policy needs so that a form may end at this address. Chromium looks at
/// every address of a chain of redirects, and callbacks lead on to pages; those are `https`.
pub fn form_sources(uri: &str) -> String {
    match Url::parse(uri) {
        Ok(url) if url.scheme() == "https" => "https:".to_owned(),
        Ok(url) => match (url.scheme(), url.host_str(), url.port()) {
            // A policy cannot name an address of IPv6.
            ("http", Some(host), _) if host.starts_with('[') => "https: http:".to_owned(),
            ("http", Some(host), Some(port)) => format!("https: http://{host}:{port}"),
            ("http", Some(host), None) => format!("https: http://{host}"),
            (scheme, ..) => format!("https: {scheme}:"),
        },
        Err(_) => "https:".to_owned(),
    }
}
