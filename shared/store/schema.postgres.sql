-- The schema of PostgreSQL, all migrations done. Written by a test, never by hand: npx vitest run test/server/store/schema.test.ts -u

create table alerts (
  id bigint primary key,
  campaign_id text collate "C" not null,
  step text collate "C" not null,
  raised_at bigint not null,
  calls bigint not null,
  failed bigint not null,
  minutes bigint not null,
  percent bigint not null,
  cleared_at bigint,
  acknowledged_at bigint,
  receiver text collate "C",
  reached bigint
);
create unique index alerts_of_receiver on alerts (receiver) where cleared_at is null and receiver is not null;
create unique index alerts_open on alerts (campaign_id, step) where cleared_at is null and receiver is null;

create table arrivals (
  id bigint primary key,
  campaign_id text collate "C" not null,
  lead_id bigint not null,
  event text collate "C" not null,
  came_at bigint not null,
  let_in_at bigint
);
create index arrivals_let_in on arrivals (campaign_id, let_in_at) where let_in_at is not null;
create index arrivals_waiting on arrivals (campaign_id, id) where let_in_at is null;

create table attempts (
  touch_id bigint not null,
  n bigint not null,
  started_at bigint not null,
  ms double precision not null,
  status bigint,
  outcome text collate "C" not null,
  response text collate "C",
  primary key (touch_id, n)
);

create table awaited (
  lead_id bigint not null,
  event text collate "C" not null,
  journey_id bigint not null,
  primary key (lead_id, event, journey_id)
);

create table campaign_migrations (
  id bigint primary key,
  campaign_id text collate "C" not null,
  to_version bigint not null,
  plan text collate "C" not null,
  status text collate "C" not null check (status in ('running', 'done', 'cancelled')),
  after_journey bigint not null,
  last_journey bigint not null,
  total bigint not null,
  moved bigint not null,
  exited bigint not null,
  finishing bigint not null,
  begun_at bigint not null,
  ended_at bigint
);
create index campaign_migrations_by_campaign on campaign_migrations (campaign_id, id);
create index campaign_migrations_running on campaign_migrations (id) where status = 'running';

create table cohorts (
  campaign_id text collate "C" not null,
  version bigint not null,
  step text collate "C" not null,
  what text collate "C" not null,
  until bigint not null,
  n bigint not null,
  primary key (campaign_id, version, step, what, until)
);

create table counts (
  campaign_id text collate "C" not null,
  version bigint not null,
  step text collate "C" not null,
  what text collate "C" not null,
  n bigint not null,
  primary key (campaign_id, version, step, what)
);

create table deliveries (
  id bigint primary key,
  subscription_id text collate "C" not null,
  revision bigint not null,
  webhook_id text collate "C" not null,
  first_seq bigint not null,
  last_seq bigint not null,
  events bigint not null,
  attempts bigint not null,
  state text collate "C" not null,
  begun_at bigint not null,
  settled_at bigint,
  is_replay bigint not null default 0
);
create index deliveries_by_subscription on deliveries (subscription_id, id);
create index deliveries_open on deliveries (subscription_id) where settled_at is null;

create table drafts (
  campaign_id text collate "C" not null,
  revision bigint not null,
  name text collate "C" not null,
  graph text collate "C" not null,
  primary key (campaign_id, revision)
);

create table errands (
  id bigint primary key,
  type text collate "C" not null check (type in ('event', 'request', 'leave')),
  lead_id bigint not null,
  journey_id bigint,
  step text collate "C",
  campaign_id text collate "C",
  asked_at bigint not null,
  what text collate "C" not null
);

create table events (
  id text collate "C" primary key,
  lead_id bigint not null,
  name text collate "C" not null,
  at bigint not null,
  properties text collate "C" not null,
  received_at bigint not null
);

create table experiments (
  campaign_id text collate "C" not null,
  step text collate "C" not null,
  since_version bigint not null,
  started_at bigint not null,
  state text collate "C" not null check (state in ('testing', 'won', 'mixed')),
  decided_by text collate "C" not null check (decided_by in ('rule', 'hand')),
  decided_at bigint,
  winner text collate "C",
  ahead text collate "C",
  seen text collate "C",
  weights text collate "C",
  weighed_at bigint,
  primary key (campaign_id, step)
);

create table fields (
  name text collate "C" primary key,
  type text collate "C" not null,
  label text collate "C" not null,
  description text collate "C" not null,
  created_at bigint not null
);

create table goals (
  id bigint primary key,
  campaign_id text collate "C" not null,
  goal text collate "C" not null,
  definition text collate "C" not null,
  status text collate "C" not null check (status in ('counting', 'running', 'done', 'cancelled')),
  after_event text collate "C" not null,
  total bigint not null,
  looked bigint not null,
  found bigint not null,
  begun_at bigint not null,
  ended_at bigint
);
create unique index goals_by_text on goals (campaign_id, goal, definition);

create table history (
  lead_id bigint not null,
  name text collate "C" not null,
  at bigint not null,
  event_id text collate "C" not null,
  primary key (lead_id, name, at, event_id)
);

create table history_names (
  name text collate "C" primary key,
  whole bigint not null default 1
);

create table hosts (
  host text collate "C" primary key,
  connections bigint,
  most bigint,
  per text collate "C" check (per in ('second', 'minute'))
);

create table imports (
  id text collate "C" primary key,
  name text collate "C" not null,
  wanted text collate "C" not null,
  status text collate "C" not null check (status in ('running', 'done', 'cancelled', 'failed')),
  rows bigint not null,
  created bigint not null,
  updated bigint not null,
  rejected bigint not null,
  rejected_bytes bigint not null,
  bytes_read bigint not null,
  bytes_total bigint not null,
  error text collate "C",
  begun_at bigint not null,
  ended_at bigint
);
create index imports_by_begin on imports (begun_at);
create index imports_running on imports (begun_at) where status = 'running';

create table journal (
  id bigint generated by default as identity primary key,
  journey_id bigint not null,
  at bigint not null,
  entries text collate "C" not null
);
create index journal_by_journey on journal (journey_id, id);

create table journeys (
  id bigint primary key,
  campaign_id text collate "C" not null,
  version bigint not null,
  lead_id bigint not null,
  step text collate "C" not null,
  memory text collate "C" not null,
  status text collate "C" not null check (status in ('active', 'finished', 'exited', 'failed')),
  rev bigint not null,
  entered_at bigint not null,
  ended_at bigint,
  entry_key text collate "C",
  is_first bigint not null default 0,
  planned_at bigint
);
create index journeys_active on journeys (campaign_id, id) where status = 'active';
create index journeys_by_lead on journeys (lead_id, campaign_id, entered_at);

create table lead_aliases (
  external_id text collate "C" primary key,
  lead_id bigint not null,
  merged_at bigint not null
);
create index lead_aliases_by_lead on lead_aliases (lead_id);

create table leads (
  id bigint primary key,
  external_id text collate "C" not null unique,
  attributes text collate "C" not null,
  zone text collate "C",
  search text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  email text collate "C"
);
create index leads_by_email on leads (email) where email is not null;
create index leads_by_zone on leads (zone) where zone is not null;

create table lists (
  id text collate "C" primary key,
  name text collate "C" not null,
  description text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null
);

create table meta (
  key text collate "C" primary key,
  value text collate "C" not null
);

create table notices (
  seq bigint primary key,
  id text collate "C" not null,
  kind text collate "C" not null,
  at bigint not null,
  lead_id bigint,
  subject text collate "C",
  campaign_id text collate "C",
  data text collate "C" not null,
  full_data text collate "C"
);
create index notices_by_at on notices (at, seq);

create table past_requests (
  touch_id bigint not null,
  through bigint not null,
  request text collate "C" not null,
  replaced_at bigint not null,
  primary key (touch_id, through)
);

create table programs (
  id text collate "C" primary key,
  name text collate "C" not null,
  description text collate "C" not null,
  parent text collate "C" references programs (id),
  tokens text collate "C" not null,
  revision bigint not null,
  created_at bigint not null,
  updated_at bigint not null
);

create table purge_later (
  touch_id bigint primary key
);

create table reasks (
  id bigint primary key,
  campaign_id text collate "C",
  last_task bigint not null,
  after_task bigint not null
);

create table receivers (
  address text collate "C" primary key,
  since bigint not null,
  last_at bigint not null,
  counts bigint not null,
  failures bigint not null,
  outcome text collate "C" not null,
  reached bigint not null,
  off_at bigint,
  off_by text collate "C" check (off_by in ('failures', 'gone', 'asked', 'hand'))
);

create table refusals (
  campaign_id text collate "C" not null,
  slot bigint not null,
  n bigint not null,
  lead_id bigint not null,
  at bigint not null,
  event text collate "C",
  because text collate "C" not null,
  primary key (campaign_id, slot)
);
create index refusals_by_lead on refusals (lead_id);

create table removals (
  id bigint primary key,
  campaign_id text collate "C" not null,
  why text collate "C" not null check (why in ('by-hand', 'abort')),
  step text collate "C",
  leads text collate "C",
  reason text collate "C" not null,
  status text collate "C" not null check (status in ('running', 'done', 'cancelled')),
  after bigint not null,
  last_journey bigint not null,
  total bigint not null,
  removed bigint not null,
  begun_at bigint not null,
  ended_at bigint
);
create index removals_by_campaign on removals (campaign_id, id);
create index removals_running on removals (id) where status = 'running';

create table replays (
  subscription_id text collate "C" primary key,
  asked text collate "C" not null,
  first_seq bigint not null,
  last_seq bigint not null,
  position bigint not null,
  told bigint not null,
  state text collate "C" not null,
  begun_at bigint not null,
  ended_at bigint
);

create table resends (
  id bigint primary key,
  filter text collate "C" not null,
  send_now bigint not null,
  status text collate "C" not null check (status in ('running', 'done', 'cancelled')),
  below_touch bigint not null,
  total bigint not null,
  resent bigint not null,
  refused bigint not null,
  begun_at bigint not null,
  ended_at bigint
);

create table rotations (
  campaign_id text collate "C" not null,
  step text collate "C" not null,
  rotation text collate "C" not null,
  share text collate "C" not null,
  n bigint not null,
  primary key (campaign_id, step, rotation, share)
);

create table runs (
  campaign_id text collate "C" not null,
  run bigint not null,
  version bigint not null,
  wall bigint,
  planned_at bigint not null,
  due_at bigint not null,
  status text collate "C" not null check (status in ('scheduled', 'counting', 'running', 'done', 'too-many', 'replaced')),
  after_lead bigint not null,
  last_lead bigint,
  swept_at bigint,
  started_at bigint,
  ended_at bigint,
  counted bigint not null,
  entered bigint not null,
  refused bigint not null,
  missed bigint not null,
  primary key (campaign_id, run)
);

create table secrets (
  name text collate "C" primary key,
  kind text collate "C" not null check (kind in ('text', 'signing')),
  ciphertext text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  used_at bigint,
  hosts text collate "C" not null default '[]'
);

create table subscriptions (
  id text collate "C" primary key,
  definition text collate "C" not null,
  state text collate "C" not null,
  made_by text collate "C" not null,
  revision bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  position bigint not null,
  failures bigint not null,
  next_at bigint,
  failing_since bigint,
  reminded bigint not null,
  succeeded_at bigint,
  failed_at bigint,
  outcome text collate "C",
  key_taken bigint not null
);

create table tasks (
  id bigint primary key,
  journey_id bigint not null,
  campaign_id text collate "C" not null,
  step text collate "C" not null,
  type text collate "C" not null check (type in ('timer', 'call')),
  state text collate "C" not null check (state in ('ready', 'parked')),
  due_at bigint not null,
  touch_id bigint,
  lane text collate "C",
  deferred_at bigint,
  revision bigint,
  level bigint not null default 5,
  rank bigint not null default 0,
  held_by text collate "C"
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
  id bigint primary key,
  at bigint not null,
  lead_id bigint,
  campaign_id text collate "C" not null,
  step text collate "C" not null,
  result text collate "C" not null
);
create index test_sends_by_campaign on test_sends (campaign_id, step, id);
create index test_sends_by_lead on test_sends (lead_id) where lead_id is not null;
create index test_sends_by_time on test_sends (at);

create table touches (
  id bigint primary key,
  webhook_id text collate "C" not null,
  journey_id bigint not null,
  lead_id bigint not null,
  campaign_id text collate "C" not null,
  step text collate "C" not null,
  reserved_at bigint not null,
  settled_at bigint,
  attempts bigint not null,
  retry text collate "C" not null,
  request text collate "C" not null,
  host text collate "C" not null default '',
  last_status bigint,
  cause text collate "C",
  resent_at bigint,
  resent_after bigint not null default 0,
  send_now bigint not null default 0,
  purged_at bigint,
  attempt_seconds bigint not null default 30,
  give_up_at bigint,
  once bigint not null default 0,
  profile text collate "C" not null default 'hookline',
  answers text collate "C",
  status text collate "C" not null default 'reserved' check (status in ('reserved', 'received', 'failed', 'abandoned', 'uncertain')),
  resent_from text collate "C" check (resent_from in ('failed', 'uncertain')),
  interrupted bigint not null default 0,
  planned_at bigint
);
create index touches_by_lead on touches (lead_id, reserved_at);
create index touches_failed on touches (id, campaign_id, step, host, cause, last_status) where status = 'failed';
create index touches_reserved on touches (id) where status = 'reserved';

create table volumes (
  campaign_id text collate "C" not null,
  per text collate "C" not null check (per in ('hour', 'day')),
  period bigint not null,
  n bigint not null,
  primary key (campaign_id, per)
);

create table webhooks (
  id text collate "C" primary key,
  name text collate "C" not null,
  description text collate "C" not null,
  definition text collate "C" not null,
  step_version bigint not null,
  revision bigint not null,
  created_at bigint not null,
  updated_at bigint not null
);

create table campaigns (
  id text collate "C" primary key,
  name text collate "C" not null,
  status text collate "C" not null check (status in ('draft', 'live', 'paused', 'stopped')),
  emptying bigint not null default 0,
  draft text collate "C" not null,
  revision bigint not null,
  live_version bigint,
  created_at bigint not null,
  updated_at bigint not null,
  program_id text collate "C" references programs (id),
  paused_at bigint,
  resumed_at bigint,
  stopped_at bigint,
  stop_inside text collate "C",
  stop_reason text collate "C"
);

create table conversions (
  id bigint primary key,
  journey_id bigint not null,
  goal bigint not null references goals (id),
  event_id text collate "C" not null,
  at bigint not null,
  received_at bigint not null,
  value bigint,
  currency text collate "C",
  touch_id bigint,
  step text collate "C",
  variants text collate "C" not null
);
create index conversions_by_goal on conversions (goal, at);
create unique index conversions_once on conversions (journey_id, goal, event_id);

create table members (
  list_id text collate "C" not null references lists (id),
  lead_id bigint not null,
  added_at bigint not null,
  primary key (list_id, lead_id)
);
create index members_by_lead on members (lead_id, list_id);

create table versions (
  campaign_id text collate "C" not null references campaigns (id),
  version bigint not null,
  graph text collate "C" not null,
  published_at bigint not null,
  primary key (campaign_id, version)
);
