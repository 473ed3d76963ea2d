/** Shows a run's events: on a terminal as one line that is updated, otherwise as one line per job. */
export function showProgress(output = process.stdout) {
  const jobs = new Map()
  return (event) => {
    if (event.type === 'page') {
      jobs.set(event.job, event)
      if (output.isTTY)
        output.write(`\r\x1b[K  ${[...jobs.values()].slice(-3).map(sentence).join('   ')}`)
      else if (event.phase === 'backfill') output.write(`  ${sentence(event)}\n`)
    } else if (event.type === 'job-end') {
      const last = jobs.get(event.job)
      jobs.delete(event.job)
      if (output.isTTY) output.write('\r\x1b[K')
      const read = last ? `${last.done} read` : 'nothing to read'
      output.write(
        `  ${event.status === 'complete' ? '✓' : '✗'} ${event.job.padEnd(20)} ${read}${event.reason ? `: ${event.reason}` : ''}\n`,
      )
    }
  }
}

function sentence({ job, phase, done, total }) {
  if (phase !== 'backfill' || !total) return `${job}: ${done} ${phase}`
  const share = Math.min(1, done / total)
  const filled = Math.round(share * 20)
  return `${job.padEnd(10)} ${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${done} of ${total}`
}
