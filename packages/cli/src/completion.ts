import type { Command, Option } from 'commander'

/** By shell: the script that completes the commands and their options. */
export const completions: Record<string, (program: Command) => string> = {
  bash: (program) => `_hubsync() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=
  if ((COMP_CWORD == 1)); then
    words='${namesOf(program).join(' ')}'
  else
    case \${COMP_WORDS[1]} in
${each(program, (command) => `      ${command.name()}) words='${flagsOf(command).join(' ')}' ;;`)}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _hubsync hubsync`,

  zsh: (program) => `_hubsync() {
  local -a entries
  if ((CURRENT == 2)); then
    entries=(
${each(program, (command) => `      ${quoted(`${command.name()}:${command.summary()}`)}`)}
    )
  else
    case \${words[2]} in
${each(program, (command) => `      ${command.name()}) entries=(${described(command)}) ;;`)}
    esac
  fi
  _describe hubsync entries || _files
}
compdef _hubsync hubsync`,

  fish: (program) =>
    [
      ...program.commands.map(
        (command) =>
          `complete -c hubsync -f -n __fish_use_subcommand -a ${command.name()} -d ${quoted(command.summary())}`,
      ),
      ...program.commands.flatMap((command) =>
        longOf(command).map(
          ({ name, description, takesValue }) =>
            `complete -c hubsync -n '__fish_seen_subcommand_from ${command.name()}' -l ${name} -d ${quoted(description)}${takesValue ? ' -r' : ''}`,
        ),
      ),
    ].join('\n'),
}

function namesOf(program: Command): string[] {
  return program.commands.map((command) => command.name())
}

function each(program: Command, line: (command: Command) => string): string {
  return program.commands.map(line).join('\n')
}

function flagsOf(command: Command): string[] {
  return longOf(command).map(({ name }) => `--${name}`)
}

function described(command: Command): string {
  return longOf(command)
    .map(({ name, description }) => quoted(`--${name}:${description}`))
    .join(' ')
}

function longOf({
  options,
}: Command): { name: string; description: string; takesValue: boolean }[] {
  return options.map((option: Option) => ({
    name: (option.long ?? '').replace(/^--/, ''),
    description: option.description,
    takesValue: option.required || option.optional,
  }))
}

/** A quoted text, for all three shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`
}
