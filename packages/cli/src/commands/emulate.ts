import { type Command, Option } from 'commander'
import type { EmulateFlags } from '../emulated-portal.js'
import { listed } from '../listed.js'
import type { Session } from '../session.js'
import { share, wholeNumber } from '../whole-numbers.js'

export function emulateCommand(program: Command, session: Session): void {
  const most = wholeNumber(0, 1_000_000)
  program
    .command('emulate')
    .summary('start an emulated portal')
    .description(
      'Starts a HubSpot portal in memory with made-up records, or those of a file, on a port of this machine, until Ctrl-C. Prints the environment variables that the other commands need, and what else it offers.',
    )
    .option('--port <number>', 'the port. 0: any free one', wholeNumber(0, 65_535), 4010)
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--data <file>', 'begin with what this file of JSON has, such as one of record')
    .option('--contacts <number>', 'how many contacts. Default: 1000; with --data none', most)
    .option('--companies <number>', 'how many companies. Default: 200; with --data none', most)
    .option('--deals <number>', 'how many deals. Default: 300; with --data none', most)
    .option(
      '--owners <number>',
      'how many owners. Default: 3; with --data none',
      wholeNumber(0, 1_000),
    )
    .option('--custom-objects <number>', 'how many custom objects', wholeNumber(0, 100), 0)
    .option(
      '--custom-properties <number>',
      'how many custom properties of contacts, companies and deals together',
      wholeNumber(0, 3_000),
      0,
    )
    .option('--seed <text>', 'the same seed gives the same ids and token', 'hubsync')
    .option('--token <text>', 'the token that it accepts. Default: made from the seed')
    .option('--scopes <names>', 'the scopes of the token, with commas. Default: all', listed)
    .option('--oauth', 'have an app too that gets its tokens by OAuth, and print its credentials')
    .option('--webhooks <url>', 'send webhooks there as changes happen')
    .option('--client-secret <text>', 'the secret that webhooks are signed with', 'secret')
    .addOption(
      new Option('--signature <version>', 'the signature of webhooks beside that of version 3')
        .choices(['v1', 'v2'])
        .default('v1'),
    )
    .option('--no-limits', "leave out HubSpot's limits of calls")
    .option('--latency <ms>', 'how long each reply takes', wholeNumber(0), 0)
    .option(
      '--search-lag <ms>',
      'search learns of changes up to that much later',
      wholeNumber(0),
      0,
    )
    .option('--faults <share>', 'the share of calls that fail by chance, from 0 to 1', share, 0)
    .addOption(
      new Option('--control <who>', 'who may drive it at /_emulator')
        .choices(['loopback', 'anyone', 'nobody'])
        .default('loopback'),
    )
    .option('--json', 'print the address and the token as a line of JSON')
    .action(async (flags: EmulateFlags) => {
      // It loads the emulator, which takes a while.
      const { emulate } = await import('../emulated-portal.js')
      await emulate(session, flags)
    })
}
