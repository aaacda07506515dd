-- Leads who are under way are brought to a newer version of their campaign: by which plan, and how far it has come through them.
create table campaign_migrations (
  id integer primary key,
  campaign_id text not null,
  to_version integer not null,
  -- a choice for each step of each earlier version
  plan text not null,
  status text not null check (status in ('running', 'done', 'cancelled')),
  -- journeys up to this one have had their turn
  after_journey integer not null,
  -- journeys that began later walk the new version anyway
  last_journey integer not null,
  -- of those who waited when it began
  total integer not null,
  moved integer not null,
  exited integer not null,
  finishing integer not null,
  begun_at integer not null,
  ended_at integer
);
create index campaign_migrations_by_campaign on campaign_migrations (campaign_id, id);
create index campaign_migrations_running on campaign_migrations (id) where status = 'running';
