-- Receivers that only fail, or are switched off (delivery R21; shared/rules/receiver.ts). One that takes its calls has no row.
create table receivers (
  address text primary key,
  -- the first failure since the last call that was taken, and the last one
  since integer not null,
  last_at integer not null,
  -- 1: the clock runs
  counts integer not null,
  failures integer not null,
  outcome text not null,
  -- the highest share of the time (percent) that was passed
  reached integer not null,
  off_at integer,
  off_by text check (off_by in ('failures', 'gone', 'asked', 'hand'))
) without rowid;

-- An alert may be about a receiver: which, and how far it has come towards being switched off (percent).
alter table alerts add column receiver text;
alter table alerts add column reached integer;
drop index alerts_open;
create unique index alerts_open on alerts (campaign_id, step) where cleared_at is null and receiver is null;
create unique index alerts_of_receiver on alerts (receiver) where cleared_at is null and receiver is not null;

-- Calls that are kept back: those that wait for a receiver to be switched on, too.
drop index tasks_held;
create index tasks_held on tasks (id) where type = 'call' and (touch_id is null or state = 'parked' or (lane >= 'receiver ' and lane < 'receiver!'));
