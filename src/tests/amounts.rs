//! What prices come to, for all quantities: exact, never negative, never a panic.

use merx::{
    catalog::prices::model::{
        Basis, BillingScheme, NewPrice, Price, PriceModel, PriceTier, Quote, Round, TiersMode, TransformQuantity, quote,
        words::{Unit, parse_rate, parse_unit, rate_text, unit_input, unit_text},
    },
    kit::{Currency, Id, Time, money::AMOUNT_MINOR_MAX},
};
use proptest::prelude::*;

fn new() -> NewPrice {
    NewPrice::of(Id::nil(), Currency::USD)
}

/// The price, if the rules accept it.
fn price(new: NewPrice) -> Price {
    new.checked().expect("a good price").into_price(Id::nil(), Time(0))
}

fn tier(up_to: Option<i64>, unit: i64, flat: i64) -> PriceTier {
    PriceTier { up_to, unit_amount_minor: Some(unit), unit_amount_decimal: None, flat_amount_minor: Some(flat) }
}

fn tiered(mode: TiersMode, tiers: Vec<PriceTier>) -> Price {
    price(NewPrice { tiers_mode: Some(mode), tiers: Some(tiers), ..new() })
}

fn per_unit(decimal: &str) -> Price {
    price(NewPrice { unit_amount_decimal: Some(decimal.into()), ..new() })
}

fn amount(price: &Price, quantity: i64) -> i64 {
    quote(price, quantity, None).expect("an amount").amount
}

/// Each line as `quantity × unit + flat = amount`.
fn explained(quote: &Quote) -> Vec<String> {
    let line = |line: &merx::catalog::prices::model::QuoteLine| {
        format!("{:?}: {} × {} + {} = {}", line.basis, line.quantity, line.unit, line.flat, line.amount)
    };
    quote.lines.iter().map(line).collect()
}

/// Tiers with unit amounts of up to three decimals, flat amounts, and limits close enough to be reached.
fn tiers() -> impl Strategy<Value = Vec<PriceTier>> {
    let one = (1i64..500, 0i64..100_000, 0u32..1000, 0i64..5_000);
    proptest::collection::vec(one, 2..10).prop_map(|parts| {
        let (count, mut top) = (parts.len(), 0);
        let tier = |(index, (width, unit, places, flat)): (usize, (i64, i64, u32, i64))| {
            top += width;
            PriceTier {
                up_to: (index + 1 < count).then_some(top),
                unit_amount_minor: None,
                unit_amount_decimal: Some(format!("{unit}.{places:03}")),
                flat_amount_minor: Some(flat),
            }
        };
        parts.into_iter().enumerate().map(tier).collect()
    })
}

/// A price that nobody checked: anything the types can hold.
fn wild_price() -> impl Strategy<Value = Price> {
    let any_tier = (any::<Option<i64>>(), any::<Option<i64>>(), any::<Option<i64>>()).prop_map(|(up_to, unit, flat)| PriceTier {
        up_to,
        unit_amount_minor: unit,
        unit_amount_decimal: None,
        flat_amount_minor: flat,
    });
    let scheme = prop_oneof![Just(BillingScheme::PerUnit), Just(BillingScheme::Tiered), Just(BillingScheme::Percentage)];
    let model = prop_oneof![Just(PriceModel::Fixed), Just(PriceModel::PayWhatYouWant), Just(PriceModel::Free)];
    let mode = proptest::option::of(prop_oneof![Just(TiersMode::Graduated), Just(TiersMode::Volume)]);
    let packs = proptest::option::of((any::<i64>(), prop_oneof![Just(Round::Up), Just(Round::Down)]));
    let amounts = (any::<Option<i64>>(), any::<Option<i64>>(), any::<Option<i64>>(), any::<Option<i64>>());
    (scheme, model, mode, packs, proptest::collection::vec(any_tier, 0..5), amounts).prop_map(
        |(billing_scheme, pricing_model, tiers_mode, packs, tiers, (unit_amount, minimum_amount, maximum_amount, rate))| Price {
            billing_scheme,
            pricing_model,
            tiers_mode,
            transform_quantity: packs.map(|(divide_by, round)| TransformQuantity { divide_by, round }),
            tiers: Some(tiers),
            unit_amount,
            minimum_amount,
            maximum_amount,
            suggested_amount: None,
            percentage_rate_bps: rate,
            ..price(NewPrice { unit_amount: Some(1), ..new() })
        },
    )
}

proptest! {
    #[test]
    fn lines_sum_to_the_amount(tiers in tiers(), mode in prop_oneof![Just(TiersMode::Graduated), Just(TiersMode::Volume)], quantity in 0i64..10_000) {
        let quote = quote(&tiered(mode, tiers), quantity, None).unwrap();
        prop_assert_eq!(quote.lines.iter().map(|line| line.amount).sum::<i64>(), quote.amount);
        prop_assert_eq!(quote.lines.iter().map(|line| line.quantity).sum::<i64>(), quantity);
    }

    #[test]
    fn graduated_never_falls(tiers in tiers(), quantity in 0i64..10_000, more in 0i64..1_000) {
        let price = tiered(TiersMode::Graduated, tiers);
        prop_assert!(amount(&price, quantity) <= amount(&price, quantity + more));
    }

    /// A unit more costs what its tier says, to the rounding of one unit.
    #[test]
    fn graduated_adds_the_price_of_the_tier(tiers in tiers(), quantity in 0i64..5_000) {
        let price = tiered(TiersMode::Graduated, tiers.clone());
        let step = amount(&price, quantity + 1) - amount(&price, quantity);
        let reached = tiers.iter().position(|tier| tier.up_to.is_none_or(|up_to| quantity < up_to)).unwrap();
        let begins = reached == 0 && quantity == 0 || reached > 0 && tiers[reached - 1].up_to == Some(quantity);
        let flat = if begins { tiers[reached].flat_amount_minor.unwrap() } else { 0 };
        let unit: f64 = tiers[reached].unit_amount_decimal.as_deref().unwrap().parse().unwrap();
        prop_assert!((step as f64 - flat as f64 - unit).abs() <= 1.0);
    }

    #[test]
    fn volume_is_the_chosen_tier(tiers in tiers(), quantity in 1i64..10_000) {
        let quote = quote(&tiered(TiersMode::Volume, tiers.clone()), quantity, None).unwrap();
        let reached = tiers.iter().position(|tier| tier.up_to.is_none_or(|up_to| quantity <= up_to)).unwrap();
        let chosen = &tiers[reached];
        prop_assert_eq!(quote.lines.len(), 1);
        prop_assert_eq!(quote.lines[0].basis, Basis::Tier(reached + 1));
        let thousandths: i64 = chosen.unit_amount_decimal.as_deref().unwrap().replace('.', "").parse().unwrap();
        let exact = (quantity * thousandths + 500).div_euclid(1000) + chosen.flat_amount_minor.unwrap();
        prop_assert_eq!(quote.amount, exact);
    }

    /// Whole minor units per unit: parts of a quantity cost together what the whole costs.
    #[test]
    fn splitting_a_quantity_changes_nothing(unit in 0i64..=AMOUNT_MINOR_MAX, one in 0i64..10_000, other in 0i64..10_000) {
        let price = price(NewPrice { unit_amount: Some(unit), ..new() });
        prop_assert_eq!(amount(&price, one) + amount(&price, other), amount(&price, one + other));
    }

    /// Below the minor unit: rounded once, so parts differ from the whole by less than a unit each.
    #[test]
    fn splitting_below_a_minor_unit_costs_at_most_one(places in 0u64..1_000_000_000_000, one in 0i64..100_000, other in 0i64..100_000) {
        let price = per_unit(&format!("0.{places:012}"));
        prop_assert!((amount(&price, one) + amount(&price, other) - amount(&price, one + other)).abs() <= 1);
    }

    #[test]
    fn decimals_are_exact(units in 0i64..1_000_000, thousandths in 0i64..100_000_000) {
        let price = per_unit(&format!("{}.{:03}", thousandths / 1000, thousandths % 1000));
        prop_assert_eq!(amount(&price, units), (units * thousandths + 500).div_euclid(1000));
    }

    #[test]
    fn packs_round_as_told(quantity in 0i64..1_000_000, size in 1i64..1_000, unit in 0i64..1_000_000) {
        let packed = |round| price(NewPrice {
            unit_amount: Some(unit),
            transform_quantity: Some(TransformQuantity { divide_by: size, round }),
            ..new()
        });
        prop_assert_eq!(amount(&packed(Round::Down), quantity), quantity / size * unit);
        prop_assert_eq!(amount(&packed(Round::Up), quantity), (quantity + size - 1) / size * unit);
    }

    #[test]
    fn a_share_is_rounded_half_up(base in 0i64..=AMOUNT_MINOR_MAX, rate in 0i64..=10_000) {
        let price = price(NewPrice { percentage_rate_bps: Some(rate), ..new() });
        let exact = (i128::from(base) * i128::from(rate) + 5_000) / 10_000;
        prop_assert_eq!(i128::from(quote(&price, 1, Some(base)).unwrap().amount), exact);
    }

    #[test]
    fn nothing_panics(price in wild_price(), quantity in any::<i64>(), base in any::<Option<i64>>()) {
        if let Ok(quote) = quote(&price, quantity, base) {
            let sum: i128 = quote.lines.iter().map(|line| i128::from(line.amount)).sum();
            prop_assert_eq!(sum, i128::from(quote.amount));
        }
        for quantity in [i64::MIN, -1, 0, 1, i64::MAX] {
            for base in [None, Some(i64::MIN), Some(0), Some(i64::MAX)] {
                drop(quote(&price, quantity, base));
            }
        }
    }

    #[test]
    fn amounts_per_unit_are_read_as_they_are_shown(minor in 0i64..1_000_000, places in 0u64..1_000_000_000_000, code in prop_oneof![Just("USD"), Just("JPY"), Just("KWD")]) {
        let currency = Currency::parse(code).unwrap();
        let decimal = format!("{minor}.{places:012}");
        let decimal = decimal.trim_end_matches('0').trim_end_matches('.');
        let shown = unit_input(None, Some(decimal), currency);
        let unit = parse_unit(&shown, currency);
        let wanted = match decimal.split_once('.') {
            Some(_) => Unit { minor: None, decimal: Some(decimal.into()) },
            None => Unit { minor: Some(minor), decimal: None },
        };
        prop_assert_eq!(unit, Ok(wanted));
    }

    #[test]
    fn rates_are_read_as_they_are_shown(rate in 0i64..=10_000) {
        prop_assert_eq!(parse_rate(&rate_text(rate)), Ok(rate));
    }
}

/// 17 seats: ten at $5.00, seven at $4.00 and $10.00 for reaching the second tier.
#[test]
fn seventeen_seats() {
    let tiers = vec![tier(Some(10), 500, 0), tier(Some(100), 400, 1000), tier(None, 300, 0)];
    let graduated = quote(&tiered(TiersMode::Graduated, tiers.clone()), 17, None).unwrap();
    insta::assert_json_snapshot!((graduated.amount, explained(&graduated)), @r#"
    [
      8800,
      [
        "Tier(1): 10 × 500 + 0 = 5000",
        "Tier(2): 7 × 400 + 1000 = 3800"
      ]
    ]
    "#);
    let volume = quote(&tiered(TiersMode::Volume, tiers), 17, None).unwrap();
    insta::assert_json_snapshot!((volume.amount, explained(&volume)), @r#"
    [
      7800,
      [
        "Tier(2): 17 × 400 + 1000 = 7800"
      ]
    ]
    "#);
}

/// Sums are rounded once: three thirds of a cent are a cent, whatever the lines show.
#[test]
fn rounded_once() {
    let part = |up_to| PriceTier { unit_amount_decimal: Some("0.5".into()), unit_amount_minor: None, ..tier(up_to, 0, 0) };
    let quote = quote(&tiered(TiersMode::Graduated, vec![part(Some(1)), part(Some(2)), part(None)]), 3, None).unwrap();
    insta::assert_json_snapshot!((quote.amount, explained(&quote)), @r#"
    [
      2,
      [
        "Tier(1): 1 × 0.5 + 0 = 1",
        "Tier(2): 1 × 0.5 + 0 = 0",
        "Tier(3): 1 × 0.5 + 0 = 1"
      ]
    ]
    "#);
    assert_eq!(amount(&per_unit("0.0000024"), 208_333), 0);
    assert_eq!(amount(&per_unit("0.0000024"), 208_334), 1);
}

/// Zero units cost nothing, flat amounts included.
#[test]
fn zero_units() {
    for mode in [TiersMode::Graduated, TiersMode::Volume] {
        let quote = quote(&tiered(mode, vec![tier(Some(10), 500, 900), tier(None, 300, 900)]), 0, None).unwrap();
        assert_eq!((quote.amount, quote.lines.len()), (0, 0));
    }
}

#[test]
fn the_customers_choice() {
    let wish = price(NewPrice {
        pricing_model: PriceModel::PayWhatYouWant,
        minimum_amount: Some(500),
        maximum_amount: Some(10_000),
        suggested_amount: Some(2_500),
        ..new()
    });
    assert_eq!(quote(&wish, 2, None).unwrap().amount, 5_000);
    assert_eq!(quote(&wish, 1, Some(700)).unwrap().amount, 700);
    assert!(quote(&wish, 1, Some(499)).is_err());
    assert!(quote(&wish, 1, Some(10_001)).is_err());
    let free = price(NewPrice { pricing_model: PriceModel::Free, ..new() });
    assert_eq!(quote(&free, 99, None).unwrap().amount, 0);
}

/// What is too large is refused, not wrapped.
#[test]
fn too_much() {
    let dear = price(NewPrice { unit_amount: Some(AMOUNT_MINOR_MAX), ..new() });
    assert_eq!(quote(&dear, 92_233, None).unwrap().amount, 92_233 * AMOUNT_MINOR_MAX);
    assert!(quote(&dear, 92_234, None).is_err());
    assert!(quote(&dear, i64::MAX, None).is_err());
    assert!(quote(&dear, -1, None).is_err());
}

#[test]
fn typed_amounts_per_unit() {
    let parse = |text: &str| parse_unit(text, Currency::USD);
    let minor = |minor| Ok(Unit { minor: Some(minor), decimal: None });
    let decimal = |text: &str| Ok(Unit { minor: None, decimal: Some(text.to_owned()) });
    assert_eq!(parse("12.50"), minor(1250));
    assert_eq!(parse("1,234.50"), minor(123_450));
    assert_eq!(parse("1234,5"), minor(123_450));
    assert_eq!(parse("0.005"), decimal("0.5"));
    assert_eq!(parse("0,0025"), decimal("0.25"));
    assert_eq!(parse("12.3456"), decimal("1234.56"));
    for wrong in ["", "-1", "1e3", "0.005.1", "a", "0.000000000000001"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
    assert_eq!(unit_text(Some(1250), None, Currency::USD), "$12.50");
    assert_eq!(unit_text(None, Some("0.0000024"), Currency::USD), "$0.000000024");
    assert_eq!(unit_text(None, Some("1.5"), Currency::parse("JPY").unwrap()), "¥1.5");
}
