import type { RunOptions } from '@hubsync/core'
import { type Command, Option } from 'commander'
import { durationOf } from './durations.js'
import { wholeNumber } from './whole-numbers.js'

/** The flags that limit a run. */
export interface RunFlags {
  maxCalls?: number
  budget?: number
  wait?: number
}

/** How the command line has an option of a run: as a flag, or in another way. */
interface OnCommandLine {
  flag?: Option
  instead?: string
}

/** Every option of a run. If core adds one, this is a type error until it has an entry here. */
export const ofRuns: Record<keyof RunOptions, OnCommandLine> = {
  jobs: { instead: 'the arguments of sync' },
  maxCalls: {
    flag: new Option(
      '--max-calls <number>',
      'stop after so many calls, at the end of a page',
    ).argParser(wholeNumber(1)),
  },
  budgetMs: {
    flag: new Option(
      '--budget <duration>',
      'stop after this time, such as 50s, at the end of a page',
    ).argParser(durationOf),
  },
  wait: {
    flag: new Option(
      '--wait <duration>',
      'where another run is at it, wait for its end, such as 5m; without it that is exit code 4',
    ).argParser(durationOf),
  },
  signal: { instead: 'Ctrl-C' },
  onEvent: { instead: 'the progress that is shown' },
  runId: { instead: 'nothing: only a host needs to choose it' },
}

export function withRunFlags(command: Command): Command {
  for (const { flag } of Object.values(ofRuns)) if (flag) command.addOption(flag)
  return command
}

/** The options of a run, from its flags. */
export function runOptionsOf({
  maxCalls,
  budget,
  wait,
}: RunFlags): Pick<RunOptions, 'maxCalls' | 'budgetMs' | 'wait'> {
  return { maxCalls, budgetMs: budget, wait }
}
