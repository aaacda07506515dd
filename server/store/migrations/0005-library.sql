-- Webhooks that many steps use. `step_version`: of the step kind that the definition was written for, so that it can be brought along.
create table webhooks (
  id text primary key,
  name text not null,
  description text not null,
  definition text not null,
  step_version integer not null,
  revision integer not null,
  created_at integer not null,
  updated_at integer not null
) without rowid;

-- Folders of campaigns, with the texts that their templates may name (`{{my.X}}`).
create table programs (
  id text primary key,
  name text not null,
  description text not null,
  parent text references programs (id),
  tokens text not null,
  revision integer not null,
  created_at integer not null,
  updated_at integer not null
) without rowid;

alter table campaigns add column program_id text references programs (id);
