-- What drafts were before their last saves, so that whoever acts on one can be told what changed since they looked. The newest of a campaign only.
create table drafts (
  campaign_id text not null,
  revision integer not null,
  name text not null,
  graph text not null,
  primary key (campaign_id, revision)
) without rowid;
