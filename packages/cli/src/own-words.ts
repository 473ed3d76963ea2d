import type { Session } from './session.js'

/** Says of a message of core, which knows neither files nor flags, where the command line has what it speaks of. */
export function inOwnWords({ store }: Session, message: string): string {
  return message
    .replace('set `removalShare` to 1', '$& in hubsync.config.ts')
    .replace('Use another store', '$& (`--store sqlite:other.db`, or HUBSYNC_STORE)')
    .replace('into this store yet.', () => `into this store (${store}) yet. Run \`hubsync sync\`.`)
}
