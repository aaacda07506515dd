import { Chip, Group, Input } from '@mantine/core'
import { type FieldOf, type FieldProps, problemAt } from './field'

/** ISO 8601: Monday is 1, Sunday is 7. */
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

export function WeekdaysField({
  value,
  onChange,
  field,
  path,
  problems,
}: FieldProps<readonly number[], FieldOf<'weekdays'>>) {
  return (
    <Input.Wrapper label={field.label} description={field.help} error={problemAt(problems, path)}>
      <Chip.Group
        multiple
        value={value.map(String)}
        onChange={chosen => onChange(chosen.map(Number).sort((a, b) => a - b))}
      >
        <Group gap={4} data-path={path}>
          {days.map((day, i) => (
            <Chip key={day} value={String(i + 1)} size="xs">
              {day}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  )
}
