-- Of a send that a run of a schedule led to: when the run was planned. Caps that roll count from there, whenever the send was reserved.
alter table touches add column planned_at integer;
