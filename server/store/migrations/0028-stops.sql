-- When a campaign was stopped, what became of the leads inside, and why; of the last stop only. Null: it was not, or by an older Hookline that kept none.
alter table campaigns add column stopped_at integer;
alter table campaigns add column stop_inside text;
alter table campaigns add column stop_reason text;
