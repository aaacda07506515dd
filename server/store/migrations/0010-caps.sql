-- Of a call that frequency caps hold back until it may be sent: since when.
alter table tasks add column deferred_at integer;
