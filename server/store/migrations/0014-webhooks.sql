-- Whose habits a touch follows, and what of them its webhook says otherwise (JSON); null: nothing, they are the profile's.
alter table touches add column profile text not null default 'hookline';
alter table touches add column answers text;

-- A call that a gate holds is sent by its webhook as it then is; kept is the revision of the library webhook that it was held with. Null: the step's own.
alter table tasks drop column request;
alter table tasks add column revision integer;

-- `uncertain`: it was sent once, may have arrived, and may not be sent again by itself. A check cannot be changed in place, so the column is made anew;
-- other columns and their indexes stay as they are. Calls that ended so before this day stay `abandoned`.
drop index touches_reserved;
drop index touches_failed;
alter table touches add column state text not null default 'reserved' check (state in ('reserved', 'received', 'failed', 'abandoned', 'uncertain'));
update touches set state = status;
alter table touches drop column status;
alter table touches rename column state to status;
create index touches_reserved on touches (id) where status = 'reserved';
create index touches_failed on touches (id, campaign_id, step, host, cause, last_status) where status = 'failed';

-- Ids of leads that were merged into another: what comes in under one reaches the lead that stayed.
create table lead_aliases (
  external_id text primary key,
  lead_id integer not null,
  merged_at integer not null
) without rowid;
create index lead_aliases_by_lead on lead_aliases (lead_id);
