-- Activity: what is asked of a touch without parsing its request, resends by hand, retention, alerts.

-- where the call goes: `crm.example.com:8443`
alter table touches add column host text not null default '';
-- of the latest attempt: its HTTP status (null: no answer), and why it was none of 2xx (null: it was, or there was no attempt yet)
alter table touches add column last_status integer;
alter table touches add column cause text;
-- the last time that somebody sent a dead letter again; its retries begin anew after so many attempts
alter table touches add column resent_at integer;
alter table touches add column resent_after integer not null default 0;
-- 1: whoever sent it again did not want to wait for the end of quiet hours
alter table touches add column send_now integer not null default 0;
-- when its request and attempts were deleted; the row stays for caps and conversions
alter table touches add column purged_at integer;

update touches set host = (
  select lower(case when instr(rest, '/') > 0 then substr(rest, 1, instr(rest, '/') - 1) else rest end)
  from (select replace(replace(substr(url, instr(url, '://') + 3), '?', '/'), '#', '/') as rest
        from (select json_extract(touches.request, '$.url') as url)));
update touches set
  last_status = (select status from attempts a where a.touch_id = touches.id order by n desc limit 1),
  cause = case when status = 'received' then null else
    (select case when a.status is null then substr(a.outcome, 1, instr(a.outcome || ':', ':') - 1) else 'status ' || a.status end
     from attempts a where a.touch_id = touches.id order by n desc limit 1) end;

-- Dead letters. Nearly free: a send that is received never enters it. Holds all that the list of causes groups by.
create index touches_failed on touches (id, campaign_id, step, host, cause, last_status) where status = 'failed';
-- Calls that a gate or a pause keeps back. Only those enter it.
create index tasks_held on tasks (id) where type = 'call' and (touch_id is null or state = 'parked');

-- Requests that were edited before a resend: the attempts up to `through` sent these bytes.
create table past_requests (
  touch_id integer not null,
  through integer not null,
  request text not null,
  replaced_at integer not null,
  primary key (touch_id, through)
) without rowid;

-- "Send all of these again": how far it has come. Works downwards from the newest touch.
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

-- Touches that the purge came by before they could go; it looks at them again.
create table purge_later (touch_id integer primary key);

create table alerts (
  id integer primary key,
  campaign_id text not null,
  step text not null,
  raised_at integer not null,
  -- what was seen: so many of so many calls failed within so many minutes
  calls integer not null,
  failed integer not null,
  minutes integer not null,
  percent integer not null,
  cleared_at integer,
  acknowledged_at integer
);
create unique index alerts_open on alerts (campaign_id, step) where cleared_at is null;
