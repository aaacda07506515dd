-- Who is told of events outside. `position`: everything up to this notice was told, or is not for it. `open` is the delivery that is under way or waits for its next attempt.
create table subscriptions (
  id text primary key,
  definition text not null,
  state text not null,
  made_by text not null,
  revision integer not null,
  created_at integer not null,
  updated_at integer not null,
  position integer not null,
  failures integer not null,
  next_at integer,
  failing_since integer,
  reminded integer not null,
  succeeded_at integer,
  failed_at integer,
  outcome text,
  key_taken integer not null
) without rowid;

-- What happened, as it is told: written by the turn that it tells of, once for all subscriptions, and only where one of them hears it. `data` is thin; `full_data` is there where somebody asks.
create table notices (
  seq integer primary key,
  id text not null,
  kind text not null,
  at integer not null,
  lead_id integer,
  subject text,
  campaign_id text,
  data text not null,
  full_data text
);
-- Replays, and what is too old to be kept.
create index notices_by_at on notices (at, seq);

-- One request to a listener, with all its attempts: the notices from `first_seq` to `last_seq` that are for it. Numbered with the touches; attempts are kept with theirs.
create table deliveries (
  id integer primary key,
  subscription_id text not null,
  revision integer not null,
  webhook_id text not null,
  first_seq integer not null,
  last_seq integer not null,
  events integer not null,
  attempts integer not null,
  state text not null,
  begun_at integer not null,
  settled_at integer
);
create index deliveries_by_subscription on deliveries (subscription_id, id);
-- Those that are not over: one a subscription at most.
create index deliveries_open on deliveries (subscription_id) where settled_at is null;
