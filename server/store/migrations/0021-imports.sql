-- Leads from CSV files, and how far each file has come. The file lies in DATA_DIR/imports until it is done.
create table imports (
  id text primary key,
  -- of the file; may be empty
  name text not null,
  -- which column is what, and the list that the leads are put on: the query of the request, as JSON
  wanted text not null,
  status text not null check (status in ('running', 'done', 'cancelled', 'failed')),
  -- rows that were gone through; after a crash it goes on behind them
  rows integer not null,
  created integer not null,
  updated integer not null,
  rejected integer not null,
  -- so much of the file of rejected rows belongs to these; what a crash left behind it is cut off
  rejected_bytes integer not null,
  bytes_read integer not null,
  bytes_total integer not null,
  error text,
  begun_at integer not null,
  ended_at integer
) without rowid;
create index imports_by_begin on imports (begun_at);
create index imports_running on imports (begun_at) where status = 'running';
