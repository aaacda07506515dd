-- Leads that somebody put together. Ids are made by us from the first name.
create table lists (
  id text primary key,
  name text not null,
  description text not null,
  created_at integer not null,
  updated_at integer not null
) without rowid;

create table members (
  list_id text not null references lists (id),
  lead_id integer not null,
  added_at integer not null,
  primary key (list_id, lead_id)
) without rowid;
create index members_by_lead on members (lead_id, list_id);

-- Which living journey waits for which event of its lead. Written when such a step is entered, deleted when it is left (law 5).
create table awaited (
  lead_id integer not null,
  event text not null,
  journey_id integer not null,
  primary key (lead_id, event, journey_id)
) without rowid;

-- What a journey asked of other journeys: done in the next turn, in the order of asking. journey_id and step are null when a person asked.
create table errands (
  id integer primary key,
  type text not null check (type in ('event', 'request', 'leave')),
  lead_id integer not null,
  journey_id integer,
  step text,
  -- of a request and a leave: which
  campaign_id text,
  asked_at integer not null,
  -- of an event and a request: the event; of a leave: the reason
  what text not null
);
