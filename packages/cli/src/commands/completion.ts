import { Argument, type Command } from 'commander'
import { completions } from '../completion.js'
import type { Session } from '../session.js'

export function completionCommand(program: Command, session: Session): void {
  program
    .command('completion')
    .summary('print a script that completes commands in a shell')
    .description(
      `Prints a script that makes a shell complete commands and options.
  bash: source <(hubsync completion bash)
  zsh:  source <(hubsync completion zsh)
  fish: hubsync completion fish | source
Put that line into the configuration of the shell.`,
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(completions)))
    .action((shell: string) => session.print(completions[shell]?.(program) ?? ''))
}
