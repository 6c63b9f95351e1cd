-- Totals of lists, kept by the writes: counting 10^6 rows on every call costs more than the call.
-- Each is spread over shards, so that writes of one merchant seldom meet on one row.
create table tallies (
  merchant_id text not null,
  live integer not null,
  list text not null,
  condition text not null,
  shard integer not null,
  n integer not null,
  primary key (merchant_id, live, list, condition, shard)
) strict;

insert into tallies (merchant_id, live, list, condition, shard, n)
  select merchant_id, live, 'products', '', 0, count(*) from products group by merchant_id, live;
insert into tallies (merchant_id, live, list, condition, shard, n)
  select merchant_id, live, 'products', 'is_active = 1 and is_archived = 0', 0, count(*) from products
  where is_active = 1 and is_archived = 0 group by merchant_id, live;
insert into tallies (merchant_id, live, list, condition, shard, n)
  select merchant_id, live, 'products', '(is_active = 0 or is_archived = 1)', 0, count(*) from products
  where is_active = 0 or is_archived = 1 group by merchant_id, live;
insert into tallies (merchant_id, live, list, condition, shard, n)
  select merchant_id, live, 'products', 'kind = ''' || kind || '''', 0, count(*) from products
  group by merchant_id, live, kind;
insert into tallies (merchant_id, live, list, condition, shard, n)
  select merchant_id, live, 'prices', '', 0, count(*) from prices group by merchant_id, live;
insert into tallies (merchant_id, live, list, condition, shard, n)
  select merchant_id, live, 'prices', 'active = 1', 0, count(*) from prices where active = 1 group by merchant_id, live;
insert into tallies (merchant_id, live, list, condition, shard, n)
  select merchant_id, live, 'prices', 'active = 0', 0, count(*) from prices where active = 0 group by merchant_id, live;

insert into tallies (merchant_id, live, list, condition, shard, n)
  select merchant_id, live, 'discounts', '', 0, count(*) from discounts group by merchant_id, live;

-- What lists are ordered and narrowed by, where most rows would be passed over otherwise.
create index products_by_amount on products (merchant_id, live, (coalesce(amount_minor, -1)), id);
create index products_by_kind on products (merchant_id, live, kind, created_at, id);
create index products_off on products (merchant_id, live, created_at, id) where is_active = 0 or is_archived = 1;
create index prices_off on prices (merchant_id, live, created_at, id) where active = 0;
