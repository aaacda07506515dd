-- Test sends, as they came out. The newest only; they go with their lead, and with what is older than the installation keeps.
create table test_sends (
  id integer primary key,
  at integer not null,
  -- null: made up
  lead_id integer,
  campaign_id text not null,
  -- the step of the draft that was tried; empty: none was named
  step text not null,
  -- what was answered, as JSON, without secrets
  result text not null
);
create index test_sends_by_campaign on test_sends (campaign_id, step, id);
create index test_sends_by_lead on test_sends (lead_id) where lead_id is not null;
create index test_sends_by_time on test_sends (at);
