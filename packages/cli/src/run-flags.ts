import type { RunOptions } from '@hubsync/core'
import { type Command, Option } from 'commander'
import { durationOf } from './durations.js'
import { wholeNumber } from './whole-numbers.js'

/** The flags of a run's budget. */
export interface RunFlags {
  maxCalls?: number
  budget?: number
  wait?: number
}

/** What an option of a run is on the command line: a flag, or why there is none. */
interface OnCommandLine {
  flag?: Option
  instead?: string
}

/** Every option of a run. One that core adds is a type error here until it is a flag, or it is said what there is in its place. */
export const ofRuns: Record<keyof RunOptions, OnCommandLine> = {
  jobs: { instead: 'the arguments of sync' },
  maxCalls: {
    flag: new Option(
      '--max-calls <number>',
      'end at a page boundary after so many calls, with exit code 3',
    ).argParser(wholeNumber(1)),
  },
  budgetMs: {
    flag: new Option(
      '--budget <duration>',
      'end at a page boundary after so long, such as 50s, with exit code 3',
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
  runId: { instead: 'none: nobody on a terminal needs to choose it' },
}

export function withRunFlags(command: Command): Command {
  for (const { flag } of Object.values(ofRuns)) if (flag) command.addOption(flag)
  return command
}

/** The options of a run that its flags say. */
export function runOptionsOf({
  maxCalls,
  budget,
  wait,
}: RunFlags): Pick<RunOptions, 'maxCalls' | 'budgetMs' | 'wait'> {
  return { maxCalls, budgetMs: budget, wait }
}
