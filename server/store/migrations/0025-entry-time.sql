-- A journey is entered when its event took place, for every rule (shared/rules/entry.ts); until now it was when the event had come in.
update journeys set entered_at = json_extract(memory, '$.event.at')
  where json_extract(memory, '$.event.at') < entered_at;
