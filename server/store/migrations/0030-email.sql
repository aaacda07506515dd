-- The e-mail address in small letters, written with its lead: what the search box finds by its beginning. An expression over the attributes is read by each
-- database in its own way; a column is a column.
drop index leads_by_email;
alter table leads add column email text;
update leads set email = substr(lower(json_extract(attributes, '$.email')), 1, 320)
  where json_type(attributes, '$.email') in ('text', 'integer', 'real') and json_extract(attributes, '$.email') <> '';
create index leads_by_email on leads (email) where email is not null;
