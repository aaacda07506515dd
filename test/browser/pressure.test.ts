import { describe, expect } from 'vitest'
import type { CampaignView, Report } from '#shared/api'
import { bucketOf, shareOf } from '#shared/rules/assignment'
import { sharesOf } from '#shared/steps/variants'
import { accessFaults, type Installation, type Marketer, test, textField } from './harness'

/** The clock of all leads here. It has no summer time, so a day is a day. */
const zone = 'Asia/Seoul'
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const DAY_MS = 86_400_000

describe('a campaign that waits, compares and holds back', () => {
  test('is built by its forms, and each of its verdicts is read in the inspector', async ({ hookline, marketer }) => {
    for (const lead of ['ada', 'bob', 'cy']) await hookline.knows(lead, { email: `${lead}@example.com` }, zone)
    await drawsTheSteps(marketer)
    await fillsTheSteps(marketer)
    await setsGoalCapAndExit(marketer)
    await marketer.launches()
    await marketer.reads('Version 1 is live')

    for (const lead of ['ada', 'bob', 'cy']) await hookline.hears(lead, 'signed_up')
    await marketer.reads('3 waiting', marketer.step('Active?'))
    await hookline.hears('ada', 'activated')
    await hookline.hears('cy', 'complained')
    await marketer.reads('1 waiting', marketer.step('Active?'))
    await marketer.reads('1 passed', marketer.step('Reminder'))
    await hookline.hears('ada', 'bought')

    await readsTheJourneyOf(marketer, 'ada', [
      'Heard "activated", which opens Did it.',
      /Drawn into [AB] \(50 %\)\. Details: bucket [\d,]+ of 10,000, in [\d,]+-[\d,]+\./,
      'Not sent: 1 of 1 webhooks in the last 24 hours (rule "Once a day")',
      'Took Not sent, which leads nowhere: the journey ended.',
      /Converted by the goal "Purchase": "bought" came .* It counts for [AB] 50 % of "Which text\?"/,
    ])
    await readsTheJourneyOf(marketer, 'cy', ['Leaves the campaign by the exit "Had enough": the event "complained"'])

    await aCrowdPrefersB(hookline)
    await readsThatItIsTooEarly(marketer)
    await sendsEverybodyToB(marketer)
    await makesTodayQuiet(marketer)
    await publishesWithWhoWaits(marketer)
    await hookline.hears('bob', 'activated')
    await marketer.reads('1 waiting', marketer.step('Thanks'))

    await readsTheJourneyOf(marketer, 'bob', [
      'Moved from version 1 to version 2: keeps waiting in "Active?"',
      'Heard "activated", which opens Did it.',
      /Went to B: chosen by hand for everybody since .+ \(Asia\/Seoul\)\./,
      /Held until \w+ \d+ \w+, 00:00 \(Asia\/Seoul\): .*quiet hours/,
    ])
  }, 180_000)
})

/** Sign-up, a day to become active, two texts, and a reminder that is one webhook too many. */
async function drawsTheSteps(marketer: Marketer): Promise<void> {
  await marketer.opens('/')
  await marketer.clicks('Blank canvas')
  await marketer.reads('Drag a trigger here')
  const name = marketer.page.getByRole('textbox', { name: 'Campaign name' })
  await name.fill('Under pressure')
  await name.press('Enter')

  const steps = [
    ['Trigger', 'Signed up'],
    ['Wait for event', 'Active?'],
    ['A/B variants', 'Which text?'],
    ['Call webhook', 'Thanks'],
    ['Call webhook', 'Reminder'],
  ] as const
  for (const [i, [kind, called]] of steps.entries()) {
    await marketer.drags(kind, { x: 0.4, y: 0.1 + i * 0.2 })
    await marketer.fills({ Name: called })
  }
  await marketer.connects('Signed up', 'Next', 'Active?')
  await marketer.connects('Active?', 'Did it', 'Which text?')
  await marketer.connects('Which text?', 'A 50 %', 'Thanks')
  await marketer.connects('Which text?', 'B 50 %', 'Thanks')
  await marketer.connects('Thanks', 'Succeeded', 'Reminder')
}

async function fillsTheSteps(marketer: Marketer): Promise<void> {
  const { panel } = marketer
  await marketer.opensStep('Signed up')
  await marketer.fills({ Event: 'signed_up' })
  await marketer.opensStep('Active?')
  await marketer.fills({ Event: 'activated' })
  await marketer.opensStep('Which text?')
  await panel.getByRole('tab', { name: 'Winner' }).click()
  await panel.getByRole('radio', { name: 'Send new leads to the winner' }).check()
  await marketer.fills({ 'Leads per group, control included': '30' })
  await panel.getByRole('switch', { name: 'Not before some time has gone by' }).uncheck()
  for (const [step, path] of [
    ['Thanks', 'thanks'],
    ['Reminder', 'reminder'],
  ] as const) {
    await marketer.opensStep(step)
    await marketer.fills({ URL: `{{ system.sandbox }}/${path}`, 'Value of email': '{{ lead.email }}' })
  }
}

/** Rolling, so that no midnight between the two calls makes room for the second. */
async function setsGoalCapAndExit(marketer: Marketer): Promise<void> {
  const { panel } = marketer
  await marketer.clicks('Settings')
  await marketer.clicks('Add a goal')
  await marketer.fills({ 'Name of goal 1': 'Purchase', Event: 'bought' })
  await marketer.clicks('Add a cap')
  await marketer.fills({ 'Name of the cap': 'Once a day', 'Webhooks at most': '1', 'Amount of time': '1' })
  await chooses(marketer, 'Unit of time', 'days')
  await chooses(marketer, 'Calendar or rolling', 'rolling')
  await marketer.clicks('Add an exit')
  const exits = panel.getByRole('group', { name: 'Exits' })
  await textField(exits, 'Event').fill('complained')
  await textField(exits, 'Reason').fill('Had enough')
}

async function chooses({ page, panel }: Marketer, list: string, option: string): Promise<void> {
  await textField(panel, list).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

/** A hundred leads come and become active; of those who get B all buy, of the others nobody does. */
async function aCrowdPrefersB(hookline: Installation): Promise<void> {
  const { campaigns } = await hookline.ask<{ campaigns: CampaignView[] }>('GET', '/campaigns')
  const { id, graph } = await hookline.ask<CampaignView>('GET', `/campaigns/${campaigns[0]?.id}`)
  const [step, split] = Object.entries(graph.steps).find(([, { name }]) => name === 'Which text?') ?? []
  if (step === undefined || split === undefined) throw new Error('the split is not there')
  const variantOf = (lead: string) =>
    shareOf(bucketOf(id, step, lead), sharesOf(split.config as Parameters<typeof sharesOf>[0])).share.label
  const crowd = Array.from({ length: 100 }, (_, i) => `crowd-${i}`)
  const all = (name: string, leads: readonly string[]) =>
    hookline.ask(
      'POST',
      '/events',
      leads.map(lead => ({ id: `${lead}-${name}`, lead, name })),
    )
  await all('signed_up', crowd)
  await all('activated', crowd)
  await all(
    'bought',
    crowd.filter(lead => variantOf(lead) === 'B'),
  )
  // All but Bob have come to their end before somebody looks who is under way.
  const inside = async () => (await hookline.ask<Report>('GET', `/campaigns/${id}/report`)).counts.waiting
  await expect.poll(inside, { timeout: 60_000 }).toBe(1)
}

/** In the report, by the rule of the step: all of B bought, and nobody of A. But A has days left to buy, and B does not win by being quicker. */
async function readsThatItIsTooEarly(marketer: Marketer): Promise<void> {
  await opensTheCampaign(marketer)
  await marketer.page.getByRole('link', { name: 'Report' }).click()
  await marketer.reads(/The verdict compares the 0 entries whose goal window is over/)
  await marketer.reads(/once each group has \d+ leads whose goal window is over/)
  expect(await marketer.page.getByText(/has won/).count()).toBe(0)
}

/** Somebody who will not wait decides by hand. */
async function sendsEverybodyToB(marketer: Marketer): Promise<void> {
  await marketer.clicks('Decide by hand')
  await marketer.page.getByRole('menuitem', { name: 'Send everybody to B' }).click()
  await marketer.page.getByRole('dialog').getByRole('button', { name: 'Send everybody to B' }).click()
  await marketer.reads('B was chosen by hand')
}

/** The whole of today and of tomorrow: whatever the hour, and though midnight may pass, it is quiet. */
async function makesTodayQuiet(marketer: Marketer): Promise<void> {
  const { page, panel } = marketer
  await opensTheCampaign(marketer)
  await marketer.clicks('Settings')
  await panel.getByRole('switch', { name: 'Quiet hours' }).check()
  const window = panel.getByRole('group', { name: /^Quiet / })
  await window.getByRole('checkbox', { name: 'All day' }).check()
  const quiet = [0, DAY_MS].map(later => weekdayAt(Date.now() + later))
  for (const day of weekdays.filter(day => !quiet.includes(day))) await window.getByText(day, { exact: true }).click()

  await page.getByRole('button', { name: /No problems|hint/ }).waitFor()
  expect(await accessFaults(page, 'all')).toEqual([])
}

/** The weekday of an instant (ms) on the leads' clock: `Mon`. */
function weekdayAt(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short' }).format(at)
}

async function publishesWithWhoWaits(marketer: Marketer): Promise<void> {
  const dialog = marketer.page.getByRole('dialog', { name: 'Publish a new version' })
  await marketer.clicks('Publish v2')
  await marketer.reads('1 lead under way', dialog)
  await textField(dialog, 'Leads in Active?, version 1').click()
  await marketer.page.getByRole('option', { name: /Keep waiting/ }).click()
  await dialog.getByRole('button', { name: 'Dry run' }).click()
  await marketer.reads('1 lead would move to version 2', dialog)
  await dialog.getByRole('button', { name: 'Publish v2' }).click()
  await marketer.reads('Version 2 is live')
}

async function opensTheCampaign(marketer: Marketer): Promise<void> {
  await marketer.goesTo('Campaigns')
  await marketer.page.getByRole('link', { name: 'Under pressure' }).click()
  await marketer.step('Signed up').waitFor()
}

/** Opens the newest journey of a lead, and finds each of these on its time line. */
async function readsTheJourneyOf(
  marketer: Marketer,
  lead: string,
  verdicts: readonly (string | RegExp)[],
): Promise<void> {
  const { page } = marketer
  await marketer.goesTo('Leads')
  await page.getByLabel('Search leads by id, e-mail address or name').fill(lead)
  await page.getByRole('link', { name: lead, exact: true }).click()
  await page.getByRole('link', { name: /Under pressure/ }).click()
  const line = page.getByRole('region', { name: 'Time line' })
  for (const verdict of verdicts) await marketer.reads(verdict, line)
}
