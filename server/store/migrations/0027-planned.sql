-- Of who came by a run of a schedule: when it was to let them in. The re-entry rule counts from there, whenever the run came to them.
alter table journeys add column planned_at integer;
-- Runs by leads' own clocks are left out: each lead had an instant of their own.
update journeys set planned_at = (
    select max(r.planned_at) from runs r
    where r.campaign_id = journeys.campaign_id and r.started_at <= journeys.entered_at
      and (r.ended_at is null or r.ended_at >= journeys.entered_at))
  where entry_key is null and json_extract(memory, '$.event') is null and campaign_id in (select campaign_id from runs);
