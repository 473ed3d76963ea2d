// A portal in a process of its own, so that what it costs is not counted as the mirror's. See emulator.ts.

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
  const calls = portal?.calls ?? []
  const throttled = calls.filter(({ status }) => status === 429).length
  return { url: '', token: '', calls: calls.length, throttled }
}
