//! Amounts as people type and read them.

use merx::kit::{
    Currency,
    money::{AMOUNT_MINOR_MAX, check_amount, format, parse, plain},
};
use proptest::prelude::*;

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

#[test]
fn exponents_come_from_iso_4217() {
    for (code, exponent) in [("USD", 2), ("JPY", 0), ("KWD", 3), ("eur", 2), ("CLF", 4)] {
        assert_eq!(currency(code).exponent(), exponent, "{code}");
    }
    for code in ["", "ABC", "XXX1", "U$D", "USDD", "xau"] {
        assert_eq!(Currency::parse(code), None, "{code}");
    }
}

#[test]
fn what_people_type() {
    let usd = |text: &str| parse(text, Currency::USD);
    for (text, minor) in [
        ("1,234.50", 123_450),
        ("1.234,50", 123_450),
        ("1234,5", 123_450),
        ("12", 1200),
        ("1,234", 123_400),
        ("0.01", 1),
        (" 1 000.00 ", 100_000),
        ("-5", -500),
    ] {
        assert_eq!(usd(text), Ok(minor), "{text}");
    }
    for text in ["", "1.234.5", "12,34,56", "1.2345", "1.005", "abc", "1e3", "$5", "--1", "99999999999999999999", "1,23.4", ",5x"]
    {
        assert!(usd(text).is_err(), "{text} gave {:?}", usd(text));
    }
    assert_eq!(parse("1,234", currency("JPY")), Ok(1234));
    assert!(parse("1.5", currency("JPY")).is_err());
    assert_eq!(parse("1.234", currency("KWD")), Ok(1234));
}

#[test]
fn what_people_read() {
    assert_eq!(format(123_450, Currency::USD), "$1,234.50");
    assert_eq!(format(-5, Currency::USD), "-$0.05");
    assert_eq!(format(1_234_567, currency("JPY")), "¥1,234,567");
    assert_eq!(format(1_000, currency("KWD")), "KWD\u{a0}1.000");
    assert_eq!(format(i64::MIN, Currency::USD), "-$92,233,720,368,547,758.07");
}

#[test]
fn the_largest_amount_is_one() {
    for amount in [0, AMOUNT_MINOR_MAX] {
        check_amount("amount", amount).unwrap();
    }
    for amount in [-1, AMOUNT_MINOR_MAX + 1, i64::MIN, i64::MAX] {
        assert_eq!(check_amount("amount", amount).unwrap_err().param.as_deref(), Some("amount"), "{amount}");
    }
}

proptest! {
    /// What a field starts with is read back to the same amount, in every number of decimals.
    #[test]
    fn plain_text_is_read_back(amount in 0i64..=AMOUNT_MINOR_MAX, code in prop::sample::select(vec!["USD", "JPY", "KWD", "CLF"])) {
        let currency = currency(code);
        prop_assert_eq!(parse(&plain(amount, currency), currency), Ok(amount));
    }

    /// No text panics.
    #[test]
    fn any_text_is_answered(text in ".*") {
        let _ = parse(&text, Currency::USD);
    }
}
