-- SQLite's dialect; PostgreSQL gets this text after the substitutions in kit/db/migrate.rs.
-- Keys of tenant tables lead with merchant and mode.

create table events (
  merchant_id text not null,
  live integer not null,
  id text not null,
  type text not null,
  object_type text not null,
  object_id text not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  request_id text not null,
  data text not null,
  previous text,
  created_at integer not null,
  primary key (merchant_id, live, id)
) strict;
create index events_by_object on events (merchant_id, live, object_id, id);

create table search_terms (
  merchant_id text not null,
  live integer not null,
  object_type text not null,
  term text not null,
  object_id text not null,
  primary key (merchant_id, live, object_type, term, object_id)
) strict;
create index search_terms_by_object on search_terms (merchant_id, live, object_type, object_id);
