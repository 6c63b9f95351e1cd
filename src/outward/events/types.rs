//! The types of events, and patterns over them.

/// Types of RevKeen's three lists, of which most come with the nouns they are about.
pub const REVKEEN: &[&str] = &[
    "checkout.session.async_payment_failed", "checkout.session.async_payment_succeeded", "checkout.session.completed", "checkout.session.expired",
    "collection.failed", "collection.indemnity_claimed", "collection.notice_sent", "collection.scheduled", "collection.succeeded",
    "commerce.cart.abandoned", "commerce.cart.addon_toggled", "commerce.cart.converted", "commerce.cart.created", "commerce.cart.discount_applied", "commerce.cart.line_item_added", "commerce.cart.line_item_removed", "commerce.cart.recovered", "commerce.cart.updated", "commerce.checkout.completed", "commerce.checkout.failed", "commerce.checkout.payment_method_attached", "commerce.checkout.started",
    "credit_note.created", "credit_note.issued", "credit_note.voided",
    "customer.created", "customer.deleted", "customer.payment_method.attached", "customer.payment_method.detached", "customer.updated",
    "dispute.closed", "dispute.created", "dispute.updated",
    "integration.product_mapping.created", "integration.product_mapping.deleted", "integration.product_mapping.updated",
    "invoice.created", "invoice.finalized", "invoice.marked_uncollectible", "invoice.overdue", "invoice.paid", "invoice.payment_failed", "invoice.sent", "invoice.upcoming", "invoice.updated", "invoice.voided",
    "mandate.activated", "mandate.auddis_rejected", "mandate.cancelled", "mandate.created", "mandate.suspended",
    "meter.archived", "meter.created", "meter.updated",
    "meter_price.created", "meter_price.deactivated", "meter_price.updated",
    "order.canceled", "order.created", "order.fulfilled", "order.paid", "order.updated",
    "payment.captured", "payment.disputed", "payment.failed", "payment.refunded", "payment.succeeded",
    "payment_intent.canceled", "payment_intent.created", "payment_intent.payment_failed", "payment_intent.requires_action", "payment_intent.succeeded",
    "payment_method.attached", "payment_method.detached", "payment_method.updated",
    "plan.created", "plan.deleted", "plan.updated",
    "price.created", "price.deleted", "price.updated",
    "product.created", "product.deleted", "product.updated",
    "refund.created", "refund.failed", "refund.succeeded", "refund.updated",
    "settlement.created",
    "subscription.activated", "subscription.canceled", "subscription.created", "subscription.past_due", "subscription.paused", "subscription.renewed", "subscription.resumed", "subscription.trial_ended", "subscription.trial_ending", "subscription.trial_will_end", "subscription.updated",
    "terminal_payment.cancelled", "terminal_payment.declined", "terminal_payment.error", "terminal_payment.requested", "terminal_payment.succeeded",
    "terminal_refund.succeeded",
    "terminal_void.succeeded",
    "usage.event.ingested", "usage.event.rejected", "usage.invoice.created", "usage.period_finalized", "usage.threshold.reached",
    "void.created", "void.failed", "void.succeeded",
];

/// Types that only Merx has.
pub const OWN: &[&str] = &[
    "api_key.created", "api_key.revoked", "api_key.rolled",
    "app.created", "app.deleted", "app.updated",
    "discount.activated", "discount.archived", "discount.created", "discount.deactivated", "discount.restored", "discount.updated",
    "invitation.created", "invitation.revoked",
    "member.joined", "member.password_changed", "member.removed", "member.role_changed",
    "merchant.created", "merchant.updated",
    "price.archived", "price.listed", "price.listing_updated", "price.restored",
    "product.archived", "product.restored",
    "webhook_endpoint.created", "webhook_endpoint.deleted", "webhook_endpoint.disabled", "webhook_endpoint.enabled",
    "webhook_endpoint.secret_rotated", "webhook_endpoint.test", "webhook_endpoint.updated",
];

/// All types there are.
pub fn all() -> impl Iterator<Item = &'static str> {
    REVKEEN.iter().chain(OWN).copied()
}

/// The type of this name.
pub fn parse(name: &str) -> Option<&'static str> {
    all().find(|known| *known == name)
}

/// What an event of this type is about: `invoice` of `invoice.paid`, `payment_method` of
/// `customer.payment_method.attached`.
pub fn noun(kind: &str) -> &str {
    kind.rsplit_once('.').map_or(kind, |(about, _)| about).rsplit('.').next().unwrap_or(kind)
}

/// Whether a pattern covers a type: the type itself, `invoice.*` or `*`.
pub fn matches(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some("") => true,
        Some(begin) => begin.ends_with('.') && kind.starts_with(begin),
        None => pattern == kind,
    }
}

/// Whether a pattern covers any type there is.
pub fn can_match(pattern: &str) -> bool {
    all().any(|kind| matches(pattern, kind))
}
