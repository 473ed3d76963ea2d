// A portal in a process of its own, so that its costs aren't counted as the mirror's. See emulator.ts.

import type { Portal } from '@hubsync/emulator'
import type { Answer, Question } from './emulator.ts'
import { makePortal } from './portal.ts'

let portal: Portal | undefined

process.on('message', async (question: Question) => {
  process.send?.((await answer(question)) satisfies Answer)
})
process.on('disconnect', () => process.exit())

async function answer(question: Question): Promise<Answer> {
  if (question.ask === 'open') {
    portal = makePortal(question.plan)
    const { url } = await portal.listen()
    return { url, token: portal.token, calls: 0, throttled: 0 }
  }
  if (question.ask === 'change' && portal) changeContacts(portal, question.oneIn)
  const calls = portal?.calls ?? []
  const throttled = calls.filter(({ status }) => status === 429).length
  return { url: '', token: '', calls: calls.length, throttled }
}

/** The changes are spread over the last minutes, as people make them, unlike an import. */
function changeContacts(portal: Portal, oneIn: number): void {
  const now = portal.clock.now()
  const wanted = Math.floor(portal.count('contacts') / oneIn)
  let index = 0
  for (const { id } of portal.records('contacts')) {
    if (index++ % oneIn !== 0) continue
    const updatedAt = now - Math.max(0, wanted - index / oneIn)
    portal.update('contacts', id, { lastname: `Changed ${index}` }, { updatedAt })
  }
}
