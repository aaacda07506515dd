import { Liquid } from 'liquidjs'
import type { JsonObject } from '#shared/json'
import { renderText } from '#shared/render'
import { tokensOf } from '../shared/people'
import { type Case, cases } from './cases'

/** What an engine made of a case: its text, or null for an error. */
type Made = string | null

export interface Score {
  readonly all: number
  readonly ours: number
  readonly theirs: number
  /** Cases that LiquidJS alone gets right. */
  readonly lost: readonly Miss[]
  /** Other cases that we get wrong. */
  readonly missed: readonly Miss[]
}

export interface Miss extends Case {
  readonly made: Made
}

/** Runs every case with our fenced engine and with LiquidJS as it comes. */
export function score(): Score {
  const liquid = new Liquid({ strictFilters: true })
  const judged = cases.map(each => ({ each, ours: ofOurs(each), theirs: ofTheirs(liquid, each) }))
  const wrong = judged.filter(({ each, ours }) => ours !== each.want)
  const toMiss = ({ each, ours }: (typeof judged)[number]): Miss => ({ ...each, made: ours })
  return {
    all: cases.length,
    ours: cases.length - wrong.length,
    theirs: judged.filter(({ each, theirs }) => theirs === each.want).length,
    lost: wrong.filter(({ each, theirs }) => theirs === each.want).map(toMiss),
    missed: wrong.filter(({ each, theirs }) => theirs !== each.want).map(toMiss),
  }
}

/** Both engines are given the data as attributes of a lead, under the names that the case uses. */
function withNames({ template, data = {} }: Case): string {
  return (
    Object.keys(data)
      .map(name => `{% assign ${name} = lead.${name} %}`)
      .join('') + template
  )
}

function ofOurs(each: Case): Made {
  const rendered = renderText(withNames(each), tokensOf((each.data ?? {}) as JsonObject))
  return rendered.is === 'rendered' ? rendered.text : null
}

function ofTheirs(liquid: Liquid, each: Case): Made {
  try {
    return String(liquid.parseAndRenderSync(withNames(each), { lead: each.data ?? {} }))
  } catch {
    return null
  }
}
