-- Portable columns: ids made by us, instants as ms since the epoch, JSON as text, truth as 0/1.

create table meta (
  key text primary key,
  value text not null
) without rowid;

create table leads (
  id integer primary key,
  external_id text not null unique,
  attributes text not null,
  zone text,
  -- id, e-mail and names in small letters: what the search box looks in
  search text not null,
  created_at integer not null,
  updated_at integer not null
);

create table events (
  id text primary key,
  lead_id integer not null,
  name text not null,
  at integer not null,
  properties text not null,
  received_at integer not null
) without rowid;

create table campaigns (
  id text primary key,
  name text not null,
  status text not null check (status in ('draft', 'live', 'paused', 'stopped')),
  -- 1 while leads inside are being sent out after a stop
  emptying integer not null default 0,
  draft text not null,
  revision integer not null,
  live_version integer,
  created_at integer not null,
  updated_at integer not null
) without rowid;

create table versions (
  campaign_id text not null references campaigns (id),
  version integer not null,
  graph text not null,
  published_at integer not null,
  primary key (campaign_id, version)
) without rowid;

-- The entry of a batch campaign: how far it has come through the leads.
create table batches (
  campaign_id text not null,
  version integer not null,
  due_at integer not null,
  status text not null check (status in ('scheduled', 'running', 'done')),
  after_lead integer not null,
  -- leads that came later do not belong to the batch
  last_lead integer,
  entered integer not null,
  primary key (campaign_id, version)
) without rowid;

create table journeys (
  id integer primary key,
  campaign_id text not null,
  version integer not null,
  lead_id integer not null,
  step text not null,
  memory text not null,
  status text not null check (status in ('active', 'finished', 'exited', 'failed')),
  rev integer not null,
  entered_at integer not null,
  ended_at integer,
  converted_at integer
);
create index journeys_by_lead on journeys (lead_id, campaign_id, entered_at);
create index journeys_active on journeys (campaign_id, id) where status = 'active';

-- A stored effect that is due at an instant. `parked`: waits until the campaign is resumed. A call that is on the wire has no task: its touch is
-- reserved, and at start such touches get one again.
create table tasks (
  id integer primary key,
  journey_id integer not null,
  campaign_id text not null,
  step text not null,
  type text not null check (type in ('timer', 'call')),
  state text not null check (state in ('ready', 'parked')),
  due_at integer not null,
  -- of a call: the reserved touch; null while the gates still hold it
  touch_id integer,
  -- of a held call: the request before rendering
  request text
);
-- two, so that a wall of calls waiting for a free connection never hides a timer
create index tasks_due_timer on tasks (due_at, id) where state = 'ready' and type = 'timer';
create index tasks_due_call on tasks (due_at, id) where state = 'ready' and type = 'call';
create index tasks_by_journey on tasks (journey_id);
create index tasks_parked on tasks (campaign_id) where state = 'parked';

-- One send that counts for caps. `abandoned`: its journey ended while the call was under way.
create table touches (
  id integer primary key,
  webhook_id text not null,
  journey_id integer not null,
  lead_id integer not null,
  campaign_id text not null,
  step text not null,
  reserved_at integer not null,
  settled_at integer,
  status text not null check (status in ('reserved', 'received', 'failed', 'abandoned')),
  attempts integer not null,
  retry text not null,
  -- rendered once, in the transaction that reserved the touch: every attempt sends these bytes
  request text not null
);
create index touches_by_lead on touches (lead_id, reserved_at);
create index touches_reserved on touches (id) where status = 'reserved';

create table attempts (
  touch_id integer not null,
  n integer not null,
  started_at integer not null,
  ms real not null,
  status integer,
  outcome text not null,
  response text,
  primary key (touch_id, n)
) without rowid;

-- The story of a journey, append-only: one row for each time that something was decided, with its entries as a JSON array.
create table journal (
  id integer primary key,
  journey_id integer not null,
  at integer not null,
  entries text not null
);
create index journal_by_journey on journal (journey_id, id);

-- Numbers that add up, kept in the transaction that changes them. step '' is the campaign as a whole.
create table counts (
  campaign_id text not null,
  version integer not null,
  step text not null,
  what text not null,
  n integer not null,
  primary key (campaign_id, version, step, what)
) without rowid;
