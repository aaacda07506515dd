-- What waits, exits and goals listen for is kept by lead too, from when somebody first listens; 1: with all that came before, for conditions that ask about it.
alter table history_names add column whole integer not null default 1;
