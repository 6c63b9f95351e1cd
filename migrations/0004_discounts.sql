-- discount_value holds hundredths: of a percent, or of a minor unit (there always whole ones).
create table discounts (
  merchant_id text not null,
  live integer not null,
  id text not null,
  code text not null,
  code_key text not null,
  name text not null,
  name_key text not null,
  description text,
  discount_type text not null,
  discount_value integer not null,
  currency text,
  applies_to text not null,
  scope text not null,
  product_ids text,
  max_redemptions integer,
  max_redemptions_per_user integer not null,
  current_redemptions integer not null,
  valid_from integer,
  valid_until integer,
  recurring_type text,
  recurring_cycles integer,
  first_time_customer integer not null,
  is_active integer not null,
  is_archived integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (merchant_id, live, id)
) strict;
create unique index discounts_by_code on discounts (merchant_id, live, code_key);
create index discounts_by_created_at on discounts (merchant_id, live, created_at, id);
create index discounts_by_name on discounts (merchant_id, live, name_key, id);
