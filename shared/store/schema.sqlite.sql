-- The schema of SQLite, all migrations done. Written by a test, never by hand: npx vitest run test/server/store/schema.test.ts -u

create table alerts (
  id integer primary key,
  campaign_id text not null,
  step text not null,
  raised_at integer not null,
  calls integer not null,
  failed integer not null,
  minutes integer not null,
  percent integer not null,
  cleared_at integer,
  acknowledged_at integer,
  receiver text,
  reached integer
);
create unique index alerts_of_receiver on alerts (receiver) where cleared_at is null and receiver is not null;
create unique index alerts_open on alerts (campaign_id, step) where cleared_at is null and receiver is null;

create table arrivals (
  id integer primary key,
  campaign_id text not null,
  lead_id integer not null,
  event text not null,
  came_at integer not null,
  let_in_at integer
);
create index arrivals_let_in on arrivals (campaign_id, let_in_at) where let_in_at is not null;
create index arrivals_waiting on arrivals (campaign_id, id) where let_in_at is null;

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

create table awaited (
  lead_id integer not null,
  event text not null,
  journey_id integer not null,
  primary key (lead_id, event, journey_id)
) without rowid;

create table campaign_migrations (
  id integer primary key,
  campaign_id text not null,
  to_version integer not null,
  plan text not null,
  status text not null check (status in ('running', 'done', 'cancelled')),
  after_journey integer not null,
  last_journey integer not null,
  total integer not null,
  moved integer not null,
  exited integer not null,
  finishing integer not null,
  begun_at integer not null,
  ended_at integer
);
create index campaign_migrations_by_campaign on campaign_migrations (campaign_id, id);
create index campaign_migrations_running on campaign_migrations (id) where status = 'running';

create table cohorts (
  campaign_id text not null,
  version integer not null,
  step text not null,
  what text not null,
  until integer not null,
  n integer not null,
  primary key (campaign_id, version, step, what, until)
) without rowid;

create table counts (
  campaign_id text not null,
  version integer not null,
  step text not null,
  what text not null,
  n integer not null,
  primary key (campaign_id, version, step, what)
) without rowid;

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
  settled_at integer,
  is_replay integer not null default 0
);
create index deliveries_by_subscription on deliveries (subscription_id, id);
create index deliveries_open on deliveries (subscription_id) where settled_at is null;

create table drafts (
  campaign_id text not null,
  revision integer not null,
  name text not null,
  graph text not null,
  primary key (campaign_id, revision)
) without rowid;

create table errands (
  id integer primary key,
  type text not null check (type in ('event', 'request', 'leave')),
  lead_id integer not null,
  journey_id integer,
  step text,
  campaign_id text,
  asked_at integer not null,
  what text not null
);

create table events (
  id text primary key,
  lead_id integer not null,
  name text not null,
  at integer not null,
  properties text not null,
  received_at integer not null
) without rowid;

create table experiments (
  campaign_id text not null,
  step text not null,
  since_version integer not null,
  started_at integer not null,
  state text not null check (state in ('testing', 'won', 'mixed')),
  decided_by text not null check (decided_by in ('rule', 'hand')),
  decided_at integer,
  winner text,
  ahead text,
  seen text,
  weights text,
  weighed_at integer,
  primary key (campaign_id, step)
) without rowid;

create table fields (
  name text primary key,
  type text not null,
  label text not null,
  description text not null,
  created_at integer not null
) without rowid;

create table goals (
  id integer primary key,
  campaign_id text not null,
  goal text not null,
  definition text not null,
  status text not null check (status in ('counting', 'running', 'done', 'cancelled')),
  after_event text not null,
  total integer not null,
  looked integer not null,
  found integer not null,
  begun_at integer not null,
  ended_at integer
);
create unique index goals_by_text on goals (campaign_id, goal, definition);

create table history (
  lead_id integer not null,
  name text not null,
  at integer not null,
  event_id text not null,
  primary key (lead_id, name, at, event_id)
) without rowid;

create table history_names (
  name text primary key,
  whole integer not null default 1
) without rowid;

create table hosts (
  host text primary key,
  connections integer,
  most integer,
  per text check (per in ('second', 'minute'))
) without rowid;

create table imports (
  id text primary key,
  name text not null,
  wanted text not null,
  status text not null check (status in ('running', 'done', 'cancelled', 'failed')),
  rows integer not null,
  created integer not null,
  updated integer not null,
  rejected integer not null,
  rejected_bytes integer not null,
  bytes_read integer not null,
  bytes_total integer not null,
  error text,
  begun_at integer not null,
  ended_at integer
) without rowid;
create index imports_by_begin on imports (begun_at);
create index imports_running on imports (begun_at) where status = 'running';

create table journal (
  id integer primary key,
  journey_id integer not null,
  at integer not null,
  entries text not null
);
create index journal_by_journey on journal (journey_id, id);

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
  entry_key text,
  is_first integer not null default 0,
  planned_at integer
);
create index journeys_active on journeys (campaign_id, id) where status = 'active';
create index journeys_by_lead on journeys (lead_id, campaign_id, entered_at);

create table lead_aliases (
  external_id text primary key,
  lead_id integer not null,
  merged_at integer not null
) without rowid;
create index lead_aliases_by_lead on lead_aliases (lead_id);

create table leads (
  id integer primary key,
  external_id text not null unique,
  attributes text not null,
  zone text,
  search text not null,
  created_at integer not null,
  updated_at integer not null,
  email text
);
create index leads_by_email on leads (email) where email is not null;
create index leads_by_zone on leads (zone) where zone is not null;

create table lists (
  id text primary key,
  name text not null,
  description text not null,
  created_at integer not null,
  updated_at integer not null
) without rowid;

create table meta (
  key text primary key,
  value text not null
) without rowid;

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
create index notices_by_at on notices (at, seq);

create table past_requests (
  touch_id integer not null,
  through integer not null,
  request text not null,
  replaced_at integer not null,
  primary key (touch_id, through)
) without rowid;

create table programs (
  id text primary key,
  name text not null,
  description text not null,
  parent text references programs (id),
  tokens text not null,
  revision integer not null,
  created_at integer not null,
  updated_at integer not null
) without rowid;

create table purge_later (
  touch_id integer primary key
);

create table reasks (
  id integer primary key,
  campaign_id text,
  last_task integer not null,
  after_task integer not null
);

create table receivers (
  address text primary key,
  since integer not null,
  last_at integer not null,
  counts integer not null,
  failures integer not null,
  outcome text not null,
  reached integer not null,
  off_at integer,
  off_by text check (off_by in ('failures', 'gone', 'asked', 'hand'))
) without rowid;

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

create table removals (
  id integer primary key,
  campaign_id text not null,
  why text not null check (why in ('by-hand', 'abort')),
  step text,
  leads text,
  reason text not null,
  status text not null check (status in ('running', 'done', 'cancelled')),
  after integer not null,
  last_journey integer not null,
  total integer not null,
  removed integer not null,
  begun_at integer not null,
  ended_at integer
);
create index removals_by_campaign on removals (campaign_id, id);
create index removals_running on removals (id) where status = 'running';

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

create table resends (
  id integer primary key,
  filter text not null,
  send_now integer not null,
  status text not null check (status in ('running', 'done', 'cancelled')),
  below_touch integer not null,
  total integer not null,
  resent integer not null,
  refused integer not null,
  begun_at integer not null,
  ended_at integer
);

create table rotations (
  campaign_id text not null,
  step text not null,
  rotation text not null,
  share text not null,
  n integer not null,
  primary key (campaign_id, step, rotation, share)
) without rowid;

create table runs (
  campaign_id text not null,
  run integer not null,
  version integer not null,
  wall integer,
  planned_at integer not null,
  due_at integer not null,
  status text not null check (status in ('scheduled', 'counting', 'running', 'done', 'too-many', 'replaced')),
  after_lead integer not null,
  last_lead integer,
  swept_at integer,
  started_at integer,
  ended_at integer,
  counted integer not null,
  entered integer not null,
  refused integer not null,
  missed integer not null,
  primary key (campaign_id, run)
) without rowid;

create table secrets (
  name text primary key,
  kind text not null check (kind in ('text', 'signing')),
  ciphertext text not null,
  created_at integer not null,
  updated_at integer not null,
  used_at integer,
  hosts text not null default '[]'
) without rowid;

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

create table tasks (
  id integer primary key,
  journey_id integer not null,
  campaign_id text not null,
  step text not null,
  type text not null check (type in ('timer', 'call')),
  state text not null check (state in ('ready', 'parked')),
  due_at integer not null,
  touch_id integer,
  lane text,
  deferred_at integer,
  revision integer,
  level integer not null default 5,
  rank integer not null default 0,
  held_by text
);
create index tasks_by_journey on tasks (journey_id);
create index tasks_by_rank on tasks (rank, id, due_at) where state = 'ready' and type = 'call' and lane is null;
create index tasks_due_call on tasks (due_at, id) where state = 'ready' and type = 'call' and lane is null;
create index tasks_due_timer on tasks (due_at, id) where state = 'ready' and type = 'timer';
create index tasks_held on tasks (id) where type = 'call' and (touch_id is null or state = 'parked' or (lane >= 'receiver ' and lane < 'receiver!'));
create index tasks_held_by on tasks (held_by, id) where held_by is not null;
create index tasks_in_lane on tasks (lane, rank, id) where state = 'ready' and lane is not null;
create index tasks_parked on tasks (campaign_id) where state = 'parked';

create table test_sends (
  id integer primary key,
  at integer not null,
  lead_id integer,
  campaign_id text not null,
  step text not null,
  result text not null
);
create index test_sends_by_campaign on test_sends (campaign_id, step, id);
create index test_sends_by_lead on test_sends (lead_id) where lead_id is not null;
create index test_sends_by_time on test_sends (at);

create table touches (
  id integer primary key,
  webhook_id text not null,
  journey_id integer not null,
  lead_id integer not null,
  campaign_id text not null,
  step text not null,
  reserved_at integer not null,
  settled_at integer,
  attempts integer not null,
  retry text not null,
  request text not null,
  host text not null default '',
  last_status integer,
  cause text,
  resent_at integer,
  resent_after integer not null default 0,
  send_now integer not null default 0,
  purged_at integer,
  attempt_seconds integer not null default 30,
  give_up_at integer,
  once integer not null default 0,
  profile text not null default 'hookline',
  answers text,
  status text not null default 'reserved' check (status in ('reserved', 'received', 'failed', 'abandoned', 'uncertain')),
  resent_from text check (resent_from in ('failed', 'uncertain')),
  interrupted integer not null default 0,
  planned_at integer
);
create index touches_by_lead on touches (lead_id, reserved_at);
create index touches_failed on touches (id, campaign_id, step, host, cause, last_status) where status = 'failed';
create index touches_reserved on touches (id) where status = 'reserved';

create table volumes (
  campaign_id text not null,
  per text not null check (per in ('hour', 'day')),
  period integer not null,
  n integer not null,
  primary key (campaign_id, per)
) without rowid;

create table webhooks (
  id text primary key,
  name text not null,
  description text not null,
  definition text not null,
  step_version integer not null,
  revision integer not null,
  created_at integer not null,
  updated_at integer not null
) without rowid;

create table campaigns (
  id text primary key,
  name text not null,
  status text not null check (status in ('draft', 'live', 'paused', 'stopped')),
  emptying integer not null default 0,
  draft text not null,
  revision integer not null,
  live_version integer,
  created_at integer not null,
  updated_at integer not null,
  program_id text references programs (id),
  paused_at integer,
  resumed_at integer,
  stopped_at integer,
  stop_inside text,
  stop_reason text
) without rowid;

create table conversions (
  id integer primary key,
  journey_id integer not null,
  goal integer not null references goals (id),
  event_id text not null,
  at integer not null,
  received_at integer not null,
  value integer,
  currency text,
  touch_id integer,
  step text,
  variants text not null
);
create index conversions_by_goal on conversions (goal, at);
create unique index conversions_once on conversions (journey_id, goal, event_id);

create table members (
  list_id text not null references lists (id),
  lead_id integer not null,
  added_at integer not null,
  primary key (list_id, lead_id)
) without rowid;
create index members_by_lead on members (lead_id, list_id);

create table versions (
  campaign_id text not null references campaigns (id),
  version integer not null,
  graph text not null,
  published_at integer not null,
  primary key (campaign_id, version)
) without rowid;
