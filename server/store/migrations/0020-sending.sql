-- Attempts that the end of the process cut off. They may have arrived, are shown, and do not count for the retry plan.
alter table touches add column interrupted integer not null default 0;

-- Which gate a call waits for, where it waits for its instant: when what that gate saw changes, the call is asked again before.
alter table tasks add column held_by text;
create index tasks_held_by on tasks (held_by, id) where held_by is not null;

-- Calls to be asked again because what held them may be over, a few in each turn.
create table reasks (
  id integer primary key,
  -- null: of every campaign
  campaign_id text,
  -- tasks up to this one are looked at; those that came later were asked by the new rules
  last_task integer not null,
  after_task integer not null
);
