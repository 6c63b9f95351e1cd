//! Masking: what must not be stored of a request, found by the names of members and by the look of values.
//!
//! Masking twice is masking once, and what is masked keeps its shape: members keep their names,
//! secrets of our own keep their prefix, so that a reader sees what was sent without seeing it.

use std::borrow::Cow;

use serde_json::Value;

use super::model::MASK;

/// Longest body kept, bytes of JSON.
pub const BODY_BYTES_MAX: usize = 16 * 1024;

/// Names are secret if they contain one of these, letter case, `_` and `-` aside.
const WORDS: &[&str] = &[
    "secret",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "token",
    "authorization",
    "credential",
    "apikey",
    "privatekey",
    "accesskey",
    "signingkey",
    "encryptionkey",
    "cardnumber",
    "accountnumber",
    "routingnumber",
    "securitycode",
    "cvc",
    "cvv",
    "iban",
];
/// Names that are secret as a whole.
const NAMES: &[&str] = &["pin", "pan", "pwd", "otp", "jwt", "cookie", "bearer", "ssn", "sortcode"];
/// Names that a card's number stands beside.
const BESIDE_CARDS: &[&str] = &["cvc", "cvv", "expmonth", "expirymonth", "expyear", "expiryyear", "expiry", "expirationdate"];
/// How secrets begin that are not mistaken for words wherever they stand.
const PREFIXES: &[&str] = &["rk_live_", "rk_sandbox_", "rk_wh_", "rk_oauth_", "whsec_"];
/// How secrets begin that could end a word, such as `task_`.
const SHORT_PREFIXES: &[&str] = &["sk_", "atk_", "rtk_"];
/// Digits that a card's number can have.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 14..=19;

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether what has this name is a secret.
pub fn is_secret(name: &str) -> bool {
    let name = plain(name);
    WORDS.iter().any(|word| name.contains(word)) || NAMES.contains(&name.as_str())
}

/// A body as it is kept: masked, and cut after [`BODY_BYTES_MAX`]. `None` if it is no JSON object or list.
pub fn body(bytes: &[u8]) -> Option<String> {
    let mut value: Value = serde_json::from_slice(bytes).ok().filter(|value: &Value| value.is_object() || value.is_array())?;
    json(&mut value);
    Some(cut(value.to_string(), BODY_BYTES_MAX))
}

/// At most so many bytes of a text, and `…` if there was more.
pub fn cut(mut text: String, bytes_max: usize) -> String {
    if text.len() > bytes_max {
        text.truncate(text.floor_char_boundary(bytes_max));
        text.push('…');
    }
    text
}

/// Masks what is secret inside a value, at any depth.
pub fn json(value: &mut Value) {
    match value {
        Value::String(inner) => {
            if let Cow::Owned(masked) = text(inner) {
                *inner = masked;
            }
        }
        Value::Number(number) if is_card(&number.to_string()) => *value = MASK.into(),
        Value::Array(items) => items.iter_mut().for_each(json),
        Value::Object(members) => {
            let card = members.keys().any(|name| BESIDE_CARDS.contains(&plain(name).as_str()));
            let masked = std::mem::take(members).into_iter().map(|(name, value)| member(name, value, card));
            *members = masked.collect();
        }
        _ => {}
    }
}

/// One member; `card` if its neighbours are those of a card.
fn member(name: String, mut value: Value, card: bool) -> (String, Value) {
    let says_nothing = matches!(value, Value::Null | Value::Bool(_));
    if !says_nothing && (is_secret(&name) || (card && plain(&name) == "number")) {
        value = MASK.into();
    } else {
        json(&mut value);
    }
    (text(&name).into_owned(), value)
}

/// Masks secrets that a text contains.
pub fn text(source: &str) -> Cow<'_, str> {
    if source.contains("PRIVATE KEY") {
        return Cow::Owned(MASK.to_owned());
    }
    let (mut masked, mut copied, mut at) = (String::new(), 0, 0);
    while at < source.len() {
        match secret_at(source.as_bytes(), at) {
            Some((begin, end)) => {
                masked.push_str(&source[copied..begin]);
                masked.push_str(MASK);
                (copied, at) = (end, end);
            }
            None => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(source);
    }
    masked.push_str(&source[copied..]);
    Cow::Owned(masked)
}

/// Where the secret that begins here, if one does, is replaced.
fn secret_at(source: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = &source[at..];
    let in_word = at > 0 && source[at - 1].is_ascii_alphanumeric();
    let short: &[&str] = if in_word { &[] } else { SHORT_PREFIXES };
    for prefix in PREFIXES.iter().chain(short) {
        if rest.starts_with(prefix.as_bytes()) && run(&rest[prefix.len()..], is_token) > 0 {
            let begin = at + prefix.len();
            return Some((begin, begin + run(&source[begin..], is_token)));
        }
    }
    if in_word {
        return None;
    }
    if let Some(scheme) = ["bearer ", "basic "].iter().find(|scheme| begins(rest, scheme)) {
        let begin = at + scheme.len();
        let length = run(&source[begin..], |byte| is_token(byte) || b"+/=.~".contains(&byte));
        return (length > 0).then_some((begin, begin + length));
    }
    if rest.starts_with(b"eyJ") {
        let length = run(rest, |byte| is_token(byte) || byte == b'.');
        return rest[..length].contains(&b'.').then_some((at, at + length));
    }
    card_at(rest).map(|length| (at, at + length))
}

/// How long the card's number is that a text begins with.
fn card_at(rest: &[u8]) -> Option<usize> {
    let number = &rest[..run(rest, |byte| byte.is_ascii_digit() || byte == b' ' || byte == b'-')];
    let ends = (0..=number.len()).filter(|end| !rest.get(*end).is_some_and(u8::is_ascii_alphanumeric));
    ends.rev().find(|end| std::str::from_utf8(&number[..*end]).is_ok_and(|number| is_card(number.trim_end())))
}

fn begins(rest: &[u8], word: &str) -> bool {
    rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

fn run(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| wanted(**byte)).count()
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Whether digits, possibly in groups, can be the number of a card: by their count, the first of
/// them, and the check digit (Luhn).
fn is_card(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let separated = number.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    if !separated || !CARD_DIGITS.contains(&digits.len()) || !matches!(digits[0], 2..=6) {
        return false;
    }
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let weigh = |(at, digit): (usize, &u32)| if at % 2 == 1 { doubled(*digit) } else { *digit };
    digits.iter().rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

/// Masks the values of a query string by their names and by their looks.
pub fn query(query: &str) -> String {
    let pair = |pair: &str| {
        let (name, value) = form_urlencoded::parse(pair.as_bytes()).next()?;
        let shown = text(&name);
        let secret = is_secret(&name) && !value.is_empty();
        let masked = if secret { Cow::Borrowed(MASK) } else { text(&value) };
        (masked != value || shown != name).then(|| format!("{shown}={masked}"))
    };
    query.split('&').map(|part| pair(part).unwrap_or_else(|| part.to_owned())).collect::<Vec<_>>().join("&")
}

/// Masks secrets in the segments of a path.
pub fn path(path: &str) -> String {
    let segment = |segment: &str| {
        let escaped = segment.replace('&', "%26").replace('=', "%3D").replace('+', "%2B");
        let decoded = form_urlencoded::parse(escaped.as_bytes()).next()?.0.into_owned();
        let masked = text(&decoded);
        (masked != decoded).then(|| masked.into_owned())
    };
    path.split('/').map(|part| segment(part).unwrap_or_else(|| part.to_owned())).collect::<Vec<_>>().join("/")
}
