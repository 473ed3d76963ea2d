import type { BrokenStore } from './broken-store.js'

/** Stores with defects in views. */
export const brokenViews: readonly BrokenStore[] = [
  {
    does: 'names views that it has not made',
    caughtBy: 'A view has each line of its table once, with its labels',
    breakIt: (sound) => ({
      ...sound,
      makeViews: async (views) => views.map(({ name }) => name),
    }),
  },
]
