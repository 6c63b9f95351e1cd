-- Programs that ask people, or the merchant itself, for access by OAuth 2.1.

-- A client. It belongs to the merchant and mode that made it; one that registered itself belongs to
-- nobody (a merchant of zeros, live = 0). redirect_uris and scopes are JSON. A rolled secret works
-- until old_secret_until.
create table oauth_clients (
  merchant_id text not null,
  live integer not null,
  id text not null unique,
  name text not null,
  dialect text not null,
  scopes text not null,
  redirect_uris text not null,
  confidential integer not null,
  secret_hint text,
  secret_hash text,
  old_secret_hash text,
  old_secret_until integer,
  created_by text not null,
  created_at integer not null,
  last_used_at integer,
  primary key (merchant_id, live, id)
) strict;

-- What a person allowed a client, with the code that the client gets its first tokens for.
-- self_registered and the names are those of that moment.
create table oauth_grants (
  merchant_id text not null references merchants (id),
  live integer not null,
  id text not null,
  client_id text not null references oauth_clients (id),
  app_name text not null,
  self_registered integer not null,
  user_id text not null references users (id),
  user_name text not null,
  dialect text not null,
  scopes text not null,
  created_at integer not null,
  last_used_at integer,
  expires_at integer not null,
  revoked_at integer,
  code_hash text not null unique,
  code_challenge text not null,
  code_redirect_uri text not null,
  code_expires_at integer not null,
  code_used_at integer,
  primary key (merchant_id, live, id)
) strict;
create index oauth_grants_by_client on oauth_grants (client_id);
create index oauth_grants_by_expiry on oauth_grants (expires_at);

-- kind is access or refresh. Without a grant the client acts for itself. A refresh token that was
-- used stays, so that its second use is noticed.
create table oauth_tokens (
  hash text not null primary key,
  merchant_id text not null references merchants (id),
  live integer not null,
  kind text not null,
  client_id text not null references oauth_clients (id),
  grant_id text,
  dialect text not null,
  scopes text not null,
  created_at integer not null,
  expires_at integer not null,
  used_at integer,
  foreign key (merchant_id, live, grant_id) references oauth_grants (merchant_id, live, id)
) strict;
create index oauth_tokens_by_grant on oauth_tokens (merchant_id, live, grant_id);
create index oauth_tokens_by_client on oauth_tokens (client_id);
create index oauth_tokens_by_expiry on oauth_tokens (expires_at);
