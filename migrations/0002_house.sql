-- Who asks: merchants, their people, and their API keys.

create table merchants (
  id text not null primary key,
  name text not null,
  legal_name text not null,
  address text not null,
  tax_id text not null,
  logo blob,
  logo_type text,
  logo_hash text,
  time_zone text not null,
  default_currency text not null,
  created_at integer not null
) strict;

-- email_key is the address in lower case: one account per address, however it is typed.
create table users (
  id text not null primary key,
  name text not null,
  email text not null,
  email_key text not null unique,
  password_hash text not null,
  created_at integer not null
) strict;

create table members (
  merchant_id text not null references merchants (id),
  user_id text not null references users (id),
  role text not null,
  created_at integer not null,
  primary key (merchant_id, user_id)
) strict;
create index members_by_user on members (user_id, created_at);

create table invitations (
  merchant_id text not null references merchants (id),
  id text not null,
  email text not null,
  email_key text not null,
  role text not null,
  token_hash text not null unique,
  invited_by text not null,
  created_at integer not null,
  expires_at integer not null,
  primary key (merchant_id, id)
) strict;
create unique index invitations_by_email on invitations (merchant_id, email_key);

create table password_resets (
  token_hash text not null primary key,
  user_id text not null references users (id),
  expires_at integer not null
) strict;
create index password_resets_by_user on password_resets (user_id);

-- id is a hash of what the browser's cookie holds.
create table sessions (
  id text not null primary key,
  user_id text references users (id),
  device text not null,
  ip text not null,
  data text not null,
  created_at integer not null,
  last_seen_at integer not null,
  expires_at integer not null
) strict;
create index sessions_by_user on sessions (user_id, last_seen_at);
create index sessions_by_expiry on sessions (expires_at);

create table api_keys (
  merchant_id text not null references merchants (id),
  live integer not null,
  id text not null,
  name text not null,
  hint text not null,
  hash text not null unique,
  dialect text not null,
  scopes text not null,
  rate_limit integer,
  created_by text not null,
  created_at integer not null,
  last_used_at integer,
  expires_at integer,
  revoked_at integer,
  primary key (merchant_id, live, id)
) strict;
