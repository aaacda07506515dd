-- Leads by the beginning of their e-mail address. Their own id and former ids have an index already.
create index leads_by_email on leads (lower(json_extract(attributes, '$.email')))
  where json_extract(attributes, '$.email') is not null;
