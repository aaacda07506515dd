import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  type DrawerProps,
  InputBase,
  type MantineColorsTuple,
  Menu,
  Modal,
  type NumberInputProps,
  Select,
  Tooltip,
} from '@mantine/core'
import { takeMarked } from './ui/take-marked'

/** Ultramarine: what the user does. Index 8 (light) and 7 (dark) carry text at 4.5:1 or better. */
const ultramarine: MantineColorsTuple = [
  '#eef0ff',
  '#dfe2ff',
  '#bcc4fd',
  '#9ba5fb',
  '#7f8bf5',
  '#6a76ee',
  '#5864e4',
  '#4753d6',
  '#3340bd',
  '#27319a',
]
const red: MantineColorsTuple = [
  '#fdeeec',
  '#fbdcd9',
  '#f6b8b2',
  '#f69087',
  '#ea6d63',
  '#dd5248',
  '#cf3c32',
  '#c2332a',
  '#b0251d',
  '#8c1a13',
]

/** Mantine's greys, warmed to our paper. */
const gray: MantineColorsTuple = [
  '#faf9f6',
  '#f4f2ec',
  '#e9e6de',
  '#e1ddd4',
  '#cdc8bd',
  '#a9a399',
  '#847e74',
  '#5d5951',
  '#3a372f',
  '#1d1b18',
]
const dark: MantineColorsTuple = [
  '#ece8e0',
  '#c9c4ba',
  '#a9a399',
  '#7f796f',
  '#45413b',
  '#34312c',
  '#2a2824',
  '#1a1917',
  '#141311',
  '#0e0d0c',
]

/** Mantine, spoken in our tokens (tokens.css owns the colours; this file only points at them). */
export const theme = createTheme({
  primaryColor: 'ultramarine',
  colors: { ultramarine, red, gray, dark },
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  fontFamily: 'var(--hl-sans)',
  fontFamilyMonospace: 'var(--hl-mono)',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.25rem', lineHeight: '1.4' }, h2: { fontSize: '1rem', lineHeight: '1.5' } },
  },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: 'var(--hl-radius)',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Parts that no first screen draws are named and not imported: `X.extend` would bring their code into the first load.
  components: {
    Button: Button.extend({ defaultProps: { h: 32, px: 12, fz: 14, fw: 500 } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 32 } }),
    // A close button without a name is Mantine's one fault that axe finds: name it once, here.
    Modal: Modal.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, centered: true, overlayProps: { opacity: 0.4 } },
    }),
    // Its placeholder is a focusable child of a menu that is no menu item (axe: aria-required-children).
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } satisfies Partial<DrawerProps> },
    InputBase: InputBase.extend({ defaultProps: { size: 'sm' } }),
    Select: Select.extend({
      defaultProps: { clearButtonProps: { 'aria-label': 'Clear' }, onKeyDownCapture: takeMarked },
    }),
    NumberInput: { defaultProps: { thousandSeparator: ',' } satisfies Partial<NumberInputProps> },
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 300,
        transitionProps: { duration: 120 },
        events: { hover: true, focus: true, touch: false },
      },
    }),
  },
})

const neutrals = {
  '--mantine-color-body': 'var(--hl-surface)',
  '--mantine-color-text': 'var(--hl-ink)',
  '--mantine-color-bright': 'var(--hl-ink)',
  '--mantine-color-dimmed': 'var(--hl-muted)',
  '--mantine-color-placeholder': 'var(--hl-muted)',
  '--mantine-color-anchor': 'var(--hl-accent)',
  '--mantine-color-default': 'var(--hl-raised)',
  '--mantine-color-default-hover': 'var(--hl-hover)',
  '--mantine-color-default-color': 'var(--hl-ink)',
  '--mantine-color-default-border': 'var(--hl-line)',
  '--mantine-color-error': 'var(--hl-failed)',
  '--mantine-color-disabled': 'var(--hl-canvas)',
  '--mantine-color-disabled-color': 'var(--hl-muted)',
  '--mantine-color-disabled-border': 'var(--hl-line)',
  '--mantine-color-gray-light-color': 'var(--hl-ink)',
  '--mantine-color-gray-light-hover': 'var(--hl-hover)',
  '--mantine-color-gray-outline': 'var(--hl-muted)',
}

/** Points Mantine's own variables at our tokens, so that both themes are decided in tokens.css alone. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: neutrals, dark: neutrals })
