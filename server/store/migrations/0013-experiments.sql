-- What was decided about a step that splits leads. No row: nothing yet.
create table experiments (
  campaign_id text not null,
  step text not null,
  -- leads of earlier versions do not count: the experiment was started anew with this one
  since_version integer not null,
  -- when the first lead came
  started_at integer not null,
  -- won: everybody but control goes to `winner`; mixed: time was up, nobody was ahead, the split stays
  state text not null check (state in ('testing', 'won', 'mixed')),
  -- by hand: no rule decides any more
  decided_by text not null check (decided_by in ('rule', 'hand')),
  decided_at integer,
  winner text,
  -- by how much the winner was ahead (JSON)
  ahead text,
  -- the counts that were seen at the decision, by share (JSON)
  seen text,
  -- of a bandit: percent by variant (JSON), and since when
  weights text,
  weighed_at integer,
  primary key (campaign_id, step)
) without rowid;

-- Exact rotations: how many leads each share has had. `rotation` names the weights.
create table rotations (
  campaign_id text not null,
  step text not null,
  rotation text not null,
  share text not null,
  n integer not null,
  primary key (campaign_id, step, rotation, share)
) without rowid;
