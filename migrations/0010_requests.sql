-- What programs asked of the API and what they were told, for thirty days. Ids are made at the
-- machine's time, so that a span of time is a span of ids.
create table api_requests (
  merchant_id text not null,
  live integer not null,
  id text not null,
  request_id text not null,
  method text not null,
  path text not null,
  route text not null,
  query text,
  status integer not null,
  latency_us integer not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  idempotency_key text,
  replayed integer not null,
  version text,
  ip text not null,
  user_agent text not null,
  error_code text,
  error_message text,
  headers text not null,
  created_at integer not null,
  primary key (merchant_id, live, id)
) strict;
create index api_requests_by_request_id on api_requests (merchant_id, live, request_id, id);
create index api_requests_by_method on api_requests (merchant_id, live, method, id);
create index api_requests_by_path on api_requests (merchant_id, live, path);
-- With the status, so that what a key uses is counted in the index alone.
create index api_requests_by_actor on api_requests (merchant_id, live, actor_id, id, status);
create index api_requests_refused on api_requests (merchant_id, live, id) where status >= 400 and status < 500;
create index api_requests_failed on api_requests (merchant_id, live, id) where status >= 500;

-- What writes said and were answered, without secrets; apart, so that lists and counts stay small.
create table api_request_bodies (
  merchant_id text not null,
  live integer not null,
  id text not null,
  request_type text not null,
  request_bytes integer not null,
  request_text text,
  response_type text not null,
  response_bytes integer not null,
  response_text text,
  primary key (merchant_id, live, id)
) strict;

create index if not exists events_by_request on events (merchant_id, live, request_id);
