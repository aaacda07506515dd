-- What leads did, by lead: an index of `events`, but only of those names that some condition asks about. An index of all events would cost every event 2 us of
-- processor in a new database and 39 us in one of a million (measured alone, one insert at a time); this costs nothing until a campaign asks.
create table history (
  lead_id integer not null,
  name text not null,
  at integer not null,
  event_id text not null,
  primary key (lead_id, name, at, event_id)
) without rowid;

-- The names that are kept, from the first time that one is asked about, with all that came before.
create table history_names (
  name text primary key
) without rowid;
