-- The entries of batch campaigns, one row a run: how far it has come through the leads.
create table runs (
  campaign_id text not null,
  -- counted in each campaign from 1
  run integer not null,
  version integer not null,
  -- for leads' own clocks: what they show when the lead enters (ms since 1970-01-01T00:00 on that clock)
  wall integer,
  -- when it was to begin
  planned_at integer not null,
  -- when it has something to do next
  due_at integer not null,
  status text not null check (status in ('scheduled', 'counting', 'running', 'done', 'too-many', 'replaced')),
  after_lead integer not null,
  -- leads that came later do not belong to the run
  last_lead integer,
  -- for leads' own clocks: the zones that came to `wall` up to this instant have had their turn
  swept_at integer,
  started_at integer,
  ended_at integer,
  -- leads who would enter, found while counting for the size guard
  counted integer not null,
  entered integer not null,
  -- leads of the audience whom the entry settings kept out
  refused integer not null,
  -- runs before this one that fell due while nobody could run them, and were left out
  missed integer not null,
  primary key (campaign_id, run)
) without rowid;
insert into runs
  select campaign_id, version, version, null, due_at, due_at, status, after_lead, last_lead, null,
    case when status = 'scheduled' then null else due_at end, case when status = 'done' then due_at else null end,
    0, entered, 0, 0
  from batches;
drop table batches;

-- which zones leads are in, found by skipping from one to the next
create index leads_by_zone on leads (zone) where zone is not null;

-- Of a keyed entry its key; of a run by leads' own clocks the run. Looked up through journeys_by_lead.
alter table journeys add column entry_key text;

-- Who did not enter, and why: the last 1,000 of each campaign, in a ring (slot = n modulo 1,000).
create table refusals (
  campaign_id text not null,
  slot integer not null,
  n integer not null,
  lead_id integer not null,
  at integer not null,
  event text,
  because text not null,
  primary key (campaign_id, slot)
) without rowid;
create index refusals_by_lead on refusals (lead_id);

-- How many entered in the current hour and on the current date, of campaigns with an entry volume limit.
create table volumes (
  campaign_id text not null,
  per text not null check (per in ('hour', 'day')),
  period integer not null,
  n integer not null,
  primary key (campaign_id, per)
) without rowid;

-- Entries that wait for their turn: requests above the drain rate, and happenings that one batch had no room for (campaign_id ''). Rows that were let in stay
-- for the minute in which they count for the rate.
create table arrivals (
  id integer primary key,
  campaign_id text not null,
  lead_id integer not null,
  event text not null,
  came_at integer not null,
  let_in_at integer
);
create index arrivals_waiting on arrivals (campaign_id, id) where let_in_at is null;
create index arrivals_let_in on arrivals (campaign_id, let_in_at) where let_in_at is not null;
