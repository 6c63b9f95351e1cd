-- What every caller of the API relies on: pinned versions, replies to repeat, shares of a limit.

alter table api_keys add column version text not null default '2026-05-01';
-- JSON: networks from which the key works; none means everywhere.
alter table api_keys add column allowed_ips text not null default '[]';

-- The idempotency key of the request that caused an event.
alter table events add column idempotency_key text;

-- request and fingerprint are hashes: of method, path and key, and of what was sent. reply is
-- encrypted with the server's key: it can hold a secret that is shown once.
create table idempotency_keys (
  merchant_id text not null,
  live integer not null,
  caller text not null,
  request text not null,
  fingerprint text not null,
  reply blob not null,
  created_at integer not null,
  primary key (merchant_id, live, caller, request)
) strict;
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- When a caller's share of a limit is whole again, as a time; servers take it in batches.
create table rate_limits (
  caller text not null,
  domain text not null,
  full_at integer not null,
  primary key (caller, domain)
) strict;
create index rate_limits_by_age on rate_limits (full_at);
