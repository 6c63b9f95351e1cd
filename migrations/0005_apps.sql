-- Where customers buy: a merchant's apps in the stores, and how prices are listed in them.

-- settings and configured (the names of the secrets that are stored) are JSON.
create table apps (
  merchant_id text not null,
  live integer not null,
  id text not null,
  name text not null,
  type text not null,
  settings text not null,
  configured text not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (merchant_id, live, id)
) strict;
create index apps_by_created_at on apps (merchant_id, live, created_at, id);
-- RevenueCat's ids are cut from ours: no two may be cut alike.
create unique index apps_by_short_id on apps (merchant_id, live, substr(id, 27));
create unique index prices_by_short_id on prices (merchant_id, live, substr(id, 27));

-- What opens the merchant's accounts at the stores, encrypted with the server's key.
create table app_secrets (
  merchant_id text not null,
  live integer not null,
  app_id text not null,
  name text not null,
  sealed blob not null,
  primary key (merchant_id, live, app_id, name),
  foreign key (merchant_id, live, app_id) references apps (merchant_id, live, id)
) strict;

-- Public: programs on customers' devices carry them.
create table public_keys (
  merchant_id text not null,
  live integer not null,
  id text not null,
  app_id text not null,
  key text not null unique,
  created_at integer not null,
  primary key (merchant_id, live, id),
  foreign key (merchant_id, live, app_id) references apps (merchant_id, live, id)
) strict;
create unique index public_keys_by_short_id on public_keys (merchant_id, live, substr(id, 27));
create index public_keys_by_app on public_keys (merchant_id, live, app_id, created_at, id);

create table listings (
  merchant_id text not null,
  live integer not null,
  price_id text not null,
  app_id text not null,
  store_identifier text not null,
  type text not null,
  duration text,
  display_name text,
  created_at integer not null,
  updated_at integer not null,
  primary key (merchant_id, live, price_id),
  foreign key (merchant_id, live, price_id) references prices (merchant_id, live, id),
  foreign key (merchant_id, live, app_id) references apps (merchant_id, live, id)
) strict;
create unique index listings_by_store_identifier on listings (merchant_id, live, app_id, store_identifier);

-- Which merchants a key reaches beside its own: those that it made.
create table key_merchants (
  key_id text not null,
  merchant_id text not null references merchants (id),
  created_at integer not null,
  primary key (key_id, merchant_id)
) strict;
