-- Secrets are sealed before they come here (server/vault.ts); the key is not in the database.
create table secrets (
  name text primary key,
  kind text not null check (kind in ('text', 'signing')),
  ciphertext text not null,
  created_at integer not null,
  updated_at integer not null,
  used_at integer
) without rowid;
