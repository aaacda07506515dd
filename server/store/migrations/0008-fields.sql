-- Typed lead fields. Attributes are stored with their lead as before; this says what they take.
create table fields (
  name text primary key,
  type text not null,
  label text not null,
  description text not null,
  created_at integer not null
) without rowid;
