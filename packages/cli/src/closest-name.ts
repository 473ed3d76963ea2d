import { Command } from 'commander'

/**
 * Asks for the name that was probably meant, or gives undefined where none is close. Only commander's own answer to a mistyped
 * command gives its search away, so the names stand in as commands.
 *
 * @returns such as `Did you mean contacts?`
 */
export function closestName(word: string, names: readonly string[]): string | undefined {
  const parser = new Command()
    .exitOverride()
    .helpOption(false)
    .helpCommand(false)
    .configureOutput({ writeErr() {} })
  for (const name of names) parser.command(name)
  try {
    parser.parse([word], { from: 'user' })
  } catch (error) {
    return /\((Did you mean .+\?)\)/.exec((error as Error).message)?.[1]
  }
  return undefined
}
