-- Counters of experiments by when leads entered, so that verdicts look at those alone whose goal window is over (shared/rules/cohorts.ts). A row is about the
-- journeys that were entered before `until`, and not before the one ahead of it. `step` and `what` as in `counts`, of shares: `assigned:a`, `assigned-first:a`, `goal:7:converted:a`,
-- `goal:7:first:a`. Of the campaign as a whole (step ''): `entered` and `over`, how many were given a variant and how many of them ended, and `last-end`, when the last of them ended (ms).
create table cohorts (
  campaign_id text not null,
  version integer not null,
  step text not null,
  what text not null,
  until integer not null,
  n integer not null,
  primary key (campaign_id, version, step, what, until)
) without rowid;

insert into cohorts
  select j.campaign_id, j.version, v.key, 'assigned:' || v.value, (j.entered_at / 3600000 + 1) * 3600000, count(*)
  from journeys j join json_each(j.memory, '$.variants') v
  group by 1, 2, 3, 4, 5;
insert into cohorts
  select j.campaign_id, j.version, v.key, 'assigned-first:' || v.value, (j.entered_at / 3600000 + 1) * 3600000, count(*)
  from journeys j join json_each(j.memory, '$.variants') v where j.is_first = 1
  group by 1, 2, 3, 4, 5;
insert into cohorts
  select j.campaign_id, j.version, v.key, 'goal:' || c.goal || ':converted:' || v.value, (j.entered_at / 3600000 + 1) * 3600000,
    count(distinct j.id)
  from conversions c join journeys j on j.id = c.journey_id join json_each(c.variants) v
  group by 1, 2, 3, 4, 5;
insert into cohorts
  select j.campaign_id, j.version, v.key, 'goal:' || c.goal || ':first:' || v.value, (j.entered_at / 3600000 + 1) * 3600000,
    count(distinct j.id)
  from conversions c join journeys j on j.id = c.journey_id join json_each(c.variants) v where j.is_first = 1
  group by 1, 2, 3, 4, 5;
insert into cohorts
  select campaign_id, 0, '', 'entered', (entered_at / 3600000 + 1) * 3600000, count(*) from journeys
  where json_extract(memory, '$.variants') <> '{}'
  group by 1, 5;
insert into cohorts
  select campaign_id, 0, '', 'over', (entered_at / 3600000 + 1) * 3600000, count(*) from journeys
  where ended_at is not null and json_extract(memory, '$.variants') <> '{}'
  group by 1, 5;
insert into cohorts
  select campaign_id, 0, '', 'last-end', (entered_at / 3600000 + 1) * 3600000, max(ended_at) from journeys
  where ended_at is not null and json_extract(memory, '$.variants') <> '{}'
  group by 1, 5;
