//! What can be done with prices.

use super::model::Price;
use crate::{
    args,
    kit::{
        Id, Result,
        cx::{Cx, Tx},
        db::Value,
        events::Object,
    },
};

impl Object for Price {
    fn object_id(&self) -> String {
        self.id.to_string()
    }
}

/// Stores a new price and its event.
pub(in crate::catalog) async fn insert(tx: &mut Tx<'_>, price: &Price) -> Result<()> {
    tx.exec(
        "insert into prices (merchant_id, live, id, product_id, active, currency, unit_amount, unit_amount_decimal, type,
             pricing_model, interval, interval_count, trial_period_days, start_rule, minimum_amount, maximum_amount,
             suggested_amount, preset_amounts, name, nickname, description, version, lookup_key, billing_scheme,
             tiers_mode, tiers, transform_quantity, percentage_rate_bps, pay_in_advance, spending_minimum_cents, metadata,
             created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)",
        args![
            price.id,
            price.product_id,
            price.active,
            price.currency,
            price.unit_amount,
            price.unit_amount_decimal,
            Value::word(&price.kind),
            Value::word(&price.pricing_model),
            Value::word(&price.interval),
            price.interval_count,
            price.trial_period_days,
            Value::word(&price.start_rule),
            price.minimum_amount,
            price.maximum_amount,
            price.suggested_amount,
            Value::json(&price.preset_amounts),
            price.name,
            price.nickname,
            price.description,
            price.version,
            price.lookup_key,
            Value::word(&price.billing_scheme),
            Value::word(&price.tiers_mode),
            Value::json(&price.tiers),
            Value::json(&price.transform_quantity),
            price.percentage_rate_bps,
            price.pay_in_advance,
            price.spending_minimum_cents,
            price.metadata,
            price.created_at,
            price.updated_at
        ],
    )
    .await?;
    tx.emit("price.created", price).await
}

/// Takes a price out of sale; gives it as it was before.
pub(in crate::catalog) async fn retire(tx: &mut Tx<'_>, cx: &Cx, id: Id<Price>) -> Result<Price> {
    let before: Price = tx.one("select * from prices where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    if before.active {
        let after = Price { active: false, updated_at: cx.now, ..before.clone() };
        tx.exec(
            "update prices set active = 0, updated_at = $4 where merchant_id = $1 and live = $2 and id = $3",
            args![id, cx.now],
        )
        .await?;
        tx.emit_change("price.archived", &before, &after).await?;
    }
    Ok(before)
}
