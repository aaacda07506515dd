-- The hosts that a secret may go to, as a JSON list. Empty: it is not bound yet, and takes them at its first use (server/vault.ts).
alter table secrets add column hosts text not null default '[]';

-- Stored calls held secrets as text, `hk-<mark>-s-NAME-`. From now on they hold positions, and no text is a secret. What is there already is told by this mark
-- beside the texts, where no value can put it (shared/rules/secrets.ts).
update touches set request = json_set(request, '$.marked', json('true')) where instr(request, 'hk-') > 0 and json_valid(request);
update past_requests set request = json_set(request, '$.marked', json('true')) where instr(request, 'hk-') > 0 and json_valid(request);

-- Receivers are known by their addresses, which may hold a secret: `hk-` and 24 hex digits, `-s-`, the name and a dash become `(secret.NAME)`.
create temp table marked_addresses as
with recursive step (original, address) as (
  select address, address from receivers where instr(address, 'hk-') > 0
  union select receiver, receiver from alerts where instr(receiver, 'hk-') > 0
  union select substr(lane, 10), substr(lane, 10) from tasks where lane >= 'receiver ' and lane < 'receiver!' and instr(lane, 'hk-') > 0
  union
  select original,
    substr(address, 1, instr(address, 'hk-') - 1) || '(secret.'
      || substr(substr(address, instr(address, 'hk-') + 30), 1, instr(substr(address, instr(address, 'hk-') + 30), '-') - 1) || ')'
      || substr(substr(address, instr(address, 'hk-') + 30), instr(substr(address, instr(address, 'hk-') + 30), '-') + 1)
  from step
  where substr(address, instr(address, 'hk-'), 30) glob 'hk-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]-s-'
    and instr(substr(address, instr(address, 'hk-') + 30), '-') > 1
)
select original, address as shown from step
where original <> address and not (substr(address, instr(address, 'hk-'), 30) glob 'hk-*-s-' and instr(address, 'hk-') > 0);
update or ignore receivers set address = (select shown from marked_addresses where original = address)
where address in (select original from marked_addresses);
update or ignore alerts set receiver = (select shown from marked_addresses where original = receiver)
where receiver in (select original from marked_addresses);
update tasks set lane = 'receiver ' || (select shown from marked_addresses where original = substr(lane, 10))
where lane >= 'receiver ' and lane < 'receiver!' and substr(lane, 10) in (select original from marked_addresses);
drop table marked_addresses;
