-- What a send was before it was sent again by hand: it is so again when a gate keeps the resend here. Null: it failed.
alter table touches add column resent_from text check (resent_from in ('failed', 'uncertain'));
