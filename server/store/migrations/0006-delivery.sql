-- How a touch is delivered: its terms, fixed when it was reserved. `once`: never sent a second time unless the first surely did not arrive.
alter table touches add column attempt_seconds integer not null default 30;
alter table touches add column give_up_at integer;
alter table touches add column once integer not null default 0;

-- The queue in which a call waits for its turn: `host https://...` or `campaign c-1`. Null: it waits for its instant alone.
alter table tasks add column lane text;
drop index tasks_due_call;
create index tasks_due_call on tasks (due_at, id) where state = 'ready' and type = 'call' and lane is null;
create index tasks_in_lane on tasks (lane, due_at, id) where state = 'ready' and lane is not null;

-- What somebody set for a host: calls at once, and calls per second or minute. Null: no limit of its own.
create table hosts (
  host text primary key,
  connections integer,
  most integer,
  per text check (per in ('second', 'minute'))
) without rowid;
