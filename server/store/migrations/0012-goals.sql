-- Goals as they are counted: one row for each text of a goal that was ever live. Its id names its counters and its conversions, so that a goal that is changed
-- begins anew, and one that comes back goes on. The rest says how far the events that were stored before it have been gone through.
create table goals (
  id integer primary key,
  campaign_id text not null,
  -- its id in the settings of the campaign
  goal text not null,
  -- all by which it counts (shared/rules/goals.ts, definitionOf)
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

create table conversions (
  id integer primary key,
  journey_id integer not null,
  goal integer not null references goals (id),
  event_id text not null,
  -- when the event took place, never later than it came in
  at integer not null,
  received_at integer not null,
  -- whole numbers of the currency's smallest unit
  value integer,
  currency text,
  -- the last send before it that was received, and its step: they have the credit
  touch_id integer,
  step text,
  -- the variants that the lead had when the event came in, by step
  variants text not null
);
create unique index conversions_once on conversions (journey_id, goal, event_id);
create index conversions_by_goal on conversions (goal, at);

-- The one goal that a campaign had. The text is what definitionOf says of it.
insert into goals
  select row_number() over (order by campaign_id), campaign_id, 'goal', definition, 'done', '', 0, 0, 0, published_at, published_at
  from (
    select v.campaign_id, v.published_at, json_object(
      'event', json_extract(v.graph, '$.settings.goal.event'),
      'where', json('{"match":"all","rules":[]}'),
      'within', json_extract(v.graph, '$.settings.goal.within'),
      'from', 'entry', 'counts', 'once', 'value', null) as definition
    from versions v join campaigns c on c.id = v.campaign_id and c.live_version = v.version
    where json_extract(v.graph, '$.settings.goal') is not null
  );

-- What converted is in the journal; the credit of a step is worked out from the sends.
insert into conversions
  select row_number() over (order by o.journey_id), o.journey_id, o.goal, o.event_id, o.at, o.received_at, null, null, o.touch_id,
    (select step from touches t where t.id = o.touch_id), o.variants
  from (
    select j.id as journey_id, g.id as goal, json_extract(e.value, '$.eventId') as event_id, j.converted_at as at, n.at as received_at,
      (select t.id from touches t where t.lead_id = j.lead_id and t.journey_id = j.id and t.status = 'received' and t.settled_at < j.converted_at
        order by t.settled_at desc, t.id desc limit 1) as touch_id,
      (select coalesce(json_group_object(v.key, v.value), '{}') from json_each(j.memory, '$.variants') v) as variants
    from journeys j
    join goals g on g.campaign_id = j.campaign_id
    join journal n on n.journey_id = j.id
    join json_each(n.entries) e on json_extract(e.value, '$.is') = 'converted'
    where j.converted_at is not null
  ) o;

insert into counts
  select c.campaign_id, c.version, c.step, 'goal:' || g.id || ':' || c.what, c.n
  from counts c join goals g on g.campaign_id = c.campaign_id
  where c.what = 'converted' or c.what like 'converted:%';
insert into counts
  select c.campaign_id, c.version, c.step, 'goal:' || g.id || ':times' || substr(c.what, length('converted') + 1), c.n
  from counts c join goals g on g.campaign_id = c.campaign_id
  where c.what = 'converted' or c.what like 'converted:%';
insert into counts
  select j.campaign_id, j.version, v.step, 'goal:' || v.goal || ':credit', count(*)
  from conversions v join journeys j on j.id = v.journey_id
  where v.step is not null
  group by j.campaign_id, j.version, v.step, v.goal;

alter table journeys drop column converted_at;

-- 1: the first entry of its lead into the campaign, where verdicts on experiments look at those alone.
alter table journeys add column is_first integer not null default 0;
update journeys set is_first = 1
  where id in (select min(id) from journeys where lead_id > 0 group by campaign_id, lead_id);
insert into counts
  select j.campaign_id, j.version, v.key, 'assigned-first:' || v.value, count(*)
  from journeys j join json_each(j.memory, '$.variants') v
  where j.is_first = 1
  group by j.campaign_id, j.version, v.key, v.value;
insert into counts
  select j.campaign_id, j.version, v.key, 'goal:' || c.goal || ':first:' || v.value, count(distinct j.id)
  from conversions c join journeys j on j.id = c.journey_id join json_each(c.variants) v
  where j.is_first = 1
  group by j.campaign_id, j.version, v.key, c.goal, v.value;
