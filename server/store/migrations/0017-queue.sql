-- Calls that wait leave by level, and inside a level in the order of their coming (shared/rules/queue.ts). `rank` says the place of a call in one number; those that
-- wait on this day have the level of a campaign that says nothing, five, and a level is five minutes.
alter table tasks add column level integer not null default 5;
alter table tasks add column rank integer not null default 0;
update tasks set rank = due_at - 5 * 300000;

drop index tasks_in_lane;
create index tasks_in_lane on tasks (lane, rank, id) where state = 'ready' and lane is not null;
-- For the morning after quiet hours, when more is due than may leave.
create index tasks_by_rank on tasks (rank, id, due_at) where state = 'ready' and type = 'call' and lane is null;
