import { onTestFinished, vi } from 'vitest'

/**
 * Holds back the timers that are set from now on with one of these lengths, until the test lets them fire. All others
 * run as usual.
 */
export function holdTimers(isHeld: (milliseconds: number) => boolean) {
  const [set, clear] = [setTimeout, clearTimeout]
  const held = new Map<unknown, () => void>()
  let isOver = false

  const spies = [
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((
      fire: (...given: unknown[]) => void,
      ms = 0,
      ...given: unknown[]
    ) => {
      if (!isHeld(ms) || isOver) return set(fire, isHeld(ms) ? 0 : ms, ...given)
      const timer = set(() => {}, 2 ** 31 - 1)
      held.set(timer, () => fire(...given))
      return timer
    }) as typeof setTimeout),
    vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
      held.delete(timer)
      clear(timer)
    }),
  ]
  const fire = () => {
    for (const [timer, due] of held) {
      held.delete(timer)
      clear(timer as NodeJS.Timeout)
      due()
    }
  }
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore()
    for (const timer of held.keys()) clear(timer as NodeJS.Timeout)
  })
  return {
    /** Lets those fire that are held now. */
    fire,
    /** The same, and later ones fire at once. */
    endWaits() {
      isOver = true
      fire()
    },
    /** How many are held. */
    count: () => held.size,
  }
}
