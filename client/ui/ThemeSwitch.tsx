import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import { Monitor, Moon, Sun } from 'lucide-react'
import styles from './Frame.module.css'

const schemes = [
  { value: 'auto', word: 'System', icon: Monitor },
  { value: 'light', word: 'Light', icon: Sun },
  { value: 'dark', word: 'Dark', icon: Moon },
] as const

/** Chooses the theme: the system's, light or dark. Kept in this browser. */
export function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const chosen = schemes.find(scheme => scheme.value === colorScheme) ?? schemes[0]
  const choose = (value: string) => setColorScheme(schemes.find(scheme => scheme.value === value)?.value ?? 'auto')
  return (
    <Menu position="right-end" width={160}>
      <Menu.Target>
        <Tooltip label={`Theme: ${chosen.word}`} position="right">
          <ActionIcon className={styles.entry} size={40} aria-label={`Theme: ${chosen.word}`}>
            <chosen.icon size={20} strokeWidth={1.75} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={chosen.value} onChange={choose}>
          {schemes.map(({ value, word, icon: Icon }) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick rightSection={<Icon size={16} aria-hidden />}>
              {word}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
