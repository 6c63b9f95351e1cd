-- Webhooks. Times that end in _until, next_retry_at and expires_at are the machine's, not the merchant's clock's.

-- An event is told once deliveries of it have been made; those from before this table are not told again.
alter table events add column told integer not null default 1;
create index events_untold on events (id) where told = 0;
create index events_by_age on events (merchant_id, live, created_at, id);
create index events_by_type on events (merchant_id, live, type, created_at, id);

create table webhook_endpoints (
  merchant_id text not null,
  live integer not null,
  id text not null,
  dialect text not null,
  url text not null,
  name text,
  description text,
  enabled_events text not null,
  environment text,
  app_id text,
  status text not null,
  api_version text not null,
  secret blob,
  circuit_breaker_state text not null,
  breaker_failures integer not null default 0,
  breaker_openings integer not null default 0,
  breaker_until integer not null default 0,
  total_deliveries integer not null default 0,
  successful_deliveries integer not null default 0,
  failed_deliveries integer not null default 0,
  last_delivery_at integer,
  created_at integer not null,
  updated_at integer not null,
  primary key (merchant_id, live, id)
) strict;
create index webhook_endpoints_by_age on webhook_endpoints (merchant_id, live, created_at, id);
create unique index webhook_endpoints_short on webhook_endpoints (merchant_id, live, substr(id, 27));

create table webhook_deliveries (
  merchant_id text not null,
  live integer not null,
  id text not null,
  endpoint_id text not null,
  event_id text not null,
  event_type text not null,
  object_id text not null,
  status text not null,
  attempts integer not null default 0,
  max_attempts integer not null,
  by_hand integer not null default 0,
  last_status_code integer,
  last_error text,
  last_error_code text,
  last_duration_ms integer,
  last_attempt_at integer,
  next_retry_at integer,
  delivered_at integer,
  dead_lettered_at integer,
  dead_letter_reason text,
  lease text,
  leased_until integer not null default 0,
  expires_at integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (merchant_id, live, id)
) strict;
create index webhook_deliveries_due on webhook_deliveries (merchant_id, live, endpoint_id, next_retry_at) where next_retry_at is not null;
create index webhook_deliveries_first on webhook_deliveries (merchant_id, live, endpoint_id, object_id, event_id) where status = 'pending';
create index webhook_deliveries_by_endpoint on webhook_deliveries (merchant_id, live, endpoint_id, id);
create index webhook_deliveries_by_event on webhook_deliveries (merchant_id, live, event_id, id);
create index webhook_deliveries_by_status on webhook_deliveries (merchant_id, live, status, id);
create index webhook_deliveries_expiring on webhook_deliveries (expires_at) where next_retry_at is not null;
create index webhook_deliveries_finished on webhook_deliveries (updated_at) where next_retry_at is null;

create table webhook_attempts (
  merchant_id text not null,
  live integer not null,
  delivery_id text not null,
  number integer not null,
  attempted_at integer not null,
  url text not null,
  request_headers text not null,
  request_body text not null,
  status_code integer,
  response_headers text,
  response_body text,
  duration_ms integer not null,
  error text,
  error_code text,
  primary key (merchant_id, live, delivery_id, number)
) strict;
