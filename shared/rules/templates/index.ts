import { automation, others } from './automation'
import { messages } from './messages'
import { sales } from './sales'
import type { Template } from './template'

/** The gallery, in its order. A template is a line in one of the files of this folder. */
export const templates: readonly Template[] = [...messages, ...sales, ...automation, ...others]
export type { Template } from './template'
