-- Pauses, and leads who are taken out of a campaign.

-- the last pause, from and until; what fell due in between is late
alter table campaigns add column paused_at integer;
alter table campaigns add column resumed_at integer;
update campaigns set paused_at = updated_at where status = 'paused';

-- Many leads who leave a campaign, and how far it has come. Who entered later does not belong to it.
create table removals (
  id integer primary key,
  campaign_id text not null,
  why text not null check (why in ('by-hand', 'abort')),
  -- only those who stand in this step; null: wherever they are
  step text,
  -- only these leads, as a JSON array; null: everybody
  leads text,
  reason text not null,
  status text not null check (status in ('running', 'done', 'cancelled')),
  -- goes on behind this journey, or at this place of the list of leads
  after integer not null,
  last_journey integer not null,
  total integer not null,
  removed integer not null,
  begun_at integer not null,
  ended_at integer
);
create index removals_by_campaign on removals (campaign_id, id);
create index removals_running on removals (id) where status = 'running';

-- campaigns that were stopped, and whose leads were on their way out
insert into removals (id, campaign_id, why, step, leads, reason, status, after, last_journey, total, removed, begun_at, ended_at)
select row_number() over (order by id), id, 'abort', null, null, '', 'running', 0, (select coalesce(max(id), 0) from journeys),
  (select count(*) from journeys j where j.campaign_id = c.id and j.status = 'active'), 0, updated_at, null
from campaigns c where emptying = 1;
