//! Amounts: integers of a currency's minor unit. No floating point anywhere.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Error, Result};

/// Largest amount accepted in a request: far above any invoice, far below what sums of many
/// amounts could overflow.
pub const AMOUNT_MINOR_MAX: i64 = 99_999_999_999_999;

/// An ISO 4217 currency. Any letter case is read, upper case is kept and written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    pub const USD: Self = Self(*b"USD");

    /// Those that forms offer first; any other can be typed into the API.
    pub const COMMON: [&str; 40] = [
        "USD", "EUR", "GBP", "AED", "ARS", "AUD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "HKD", "HUF",
        "IDR", "ILS", "INR", "JPY", "KES", "KRW", "KWD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PLN", "RON", "SAR",
        "SEK", "SGD", "THB", "TRY", "VND", "ZAR",
    ];

    /// The currency with this code, if ISO 4217 lists it as money in circulation.
    pub fn parse(code: &str) -> Option<Self> {
        let upper = code.to_ascii_uppercase();
        let listed = iso_currency::Currency::from_code(&upper)?;
        listed.exponent()?;
        upper.as_bytes().try_into().ok().map(Self)
    }

    /// Upper-case code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("USD")
    }

    /// Decimals of the minor unit: JPY 0, USD 2, KWD 3.
    pub fn exponent(self) -> u32 {
        iso_currency::Currency::from_code(self.code()).and_then(|listed| listed.exponent()).map_or(2, u32::from)
    }

    /// English name.
    pub fn name(self) -> String {
        iso_currency::Currency::from_code(self.code()).map_or_else(String::new, |listed| listed.name().to_owned())
    }

    fn symbol(self) -> Option<&'static str> {
        match &self.0 {
            b"USD" => Some("$"),
            b"EUR" => Some("€"),
            b"GBP" => Some("£"),
            b"JPY" => Some("¥"),
            _ => None,
        }
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::USD
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("must be an ISO 4217 currency code"))
    }
}

/// `1234.5` style digits without grouping: the form an input field starts with.
pub fn plain(amount_minor: i64, currency: Currency) -> String {
    let exponent = currency.exponent() as usize;
    let digits = format!("{:0>width$}", amount_minor.unsigned_abs(), width = exponent + 1);
    let (whole, decimals) = digits.split_at(digits.len() - exponent);
    let sign = if amount_minor < 0 { "-" } else { "" };
    if exponent == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

/// For people: `$1,234.50`, `¥1,235`, `CHF 10.00`, `-$5.00`.
pub fn format(amount_minor: i64, currency: Currency) -> String {
    let text = plain(amount_minor.saturating_abs(), currency);
    let (whole, decimals) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(decimals) = decimals {
        grouped.push('.');
        grouped.push_str(decimals);
    }
    let sign = if amount_minor < 0 { "-" } else { "" };
    match currency.symbol() {
        Some(symbol) => format!("{sign}{symbol}{grouped}"),
        None => format!("{sign}{currency}\u{a0}{grouped}"),
    }
}

/// Reads what a person types: `1,234.50`, `1.234,50`, `1234,5`, `12`. A point alone is always the
/// decimal one; a comma alone is, unless exactly three digits follow it. Errors are sentences for
/// the field.
pub fn parse(text: &str, currency: Currency) -> std::result::Result<i64, String> {
    let exponent = currency.exponent() as usize;
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    let (negative, text) = text.strip_prefix('-').map_or((false, text.as_str()), |rest| (true, rest));
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
        return Err("Enter an amount such as 1,234.50".into());
    }
    let last = text.rfind(['.', ',']);
    let decimal = last.filter(|&at| {
        let mark = text.as_bytes()[at];
        // Nobody groups a leading zero: 0,005 is not five.
        let groups_of_three = mark == b',' && text.len() - at - 1 == 3 && !text[..at].contains('.') && !text.starts_with('0');
        let once = text.bytes().filter(|byte| *byte == mark).count() == 1;
        once && !groups_of_three
    });
    let (whole, fraction) = decimal.map_or((text, ""), |at| (&text[..at], &text[at + 1..]));
    if fraction.len() > exponent {
        return Err(match exponent {
            0 => format!("{currency} has no decimals"),
            n => format!("{currency} has at most {n} decimals"),
        });
    }
    let mut groups = whole.split(['.', ',']);
    let head_fits = groups.next().is_some_and(|head| !head.is_empty() && (head.len() <= 3 || !whole.contains(['.', ','])));
    if !head_fits || groups.any(|group| group.len() != 3) {
        return Err("Enter an amount such as 1,234.50".into());
    }
    let digits: String = whole.chars().chain(fraction.chars()).filter(char::is_ascii_digit).collect();
    let digits = format!("{digits}{}", "0".repeat(exponent - fraction.len()));
    match digits.parse::<i64>() {
        Ok(amount) if amount <= AMOUNT_MINOR_MAX => Ok(if negative { -amount } else { amount }),
        _ => Err("The amount is too large".into()),
    }
}

/// Checks that an amount from a request is within the accepted range.
pub fn check_amount(path: &str, amount_minor: i64) -> Result<()> {
    match amount_minor {
        ..0 => Err(Error::invalid(path, "must not be negative")),
        0..=AMOUNT_MINOR_MAX => Ok(()),
        _ => Err(Error::invalid(path, format!("must be at most {AMOUNT_MINOR_MAX}"))),
    }
}
