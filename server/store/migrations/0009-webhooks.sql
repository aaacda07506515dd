-- Whose habits a touch follows, and what of them its webhook says otherwise (JSON); null: nothing, they are the profile's.
alter table touches add column profile text not null default 'hookline';
alter table touches add column answers text;
