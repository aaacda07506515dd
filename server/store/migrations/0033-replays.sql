-- What a subscription is told once more: the last replay of each. Everything up to `position` was told again, or is not for it.
create table replays (
  subscription_id text primary key,
  asked text not null,
  first_seq integer not null,
  last_seq integer not null,
  position integer not null,
  told integer not null,
  state text not null,
  begun_at integer not null,
  ended_at integer
) without rowid;

-- Requests that tell again what was told: they move the place of the replay, and not that of the subscription.
alter table deliveries add column is_replay integer not null default 0;
