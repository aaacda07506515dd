-- Whose habits a touch follows, and what of them its webhook says otherwise (JSON); null: nothing, they are the profile's.
alter table touches add column profile text not null default 'hookline';
alter table touches add column answers text;

-- A call that a gate holds is sent by its webhook as it then is; kept is the revision of the library webhook that it was held with. Null: the step's own.
alter table tasks drop column request;
alter table tasks add column revision integer;
