/** A Vitest reporter that ends with the tests that failed and a count of all, for readers and for machines. */
export default class ClosingLine {
  onTestRunEnd(modules, errors) {
    const count = { passed: 0, failed: 0, skipped: 0 }
    const failures = []
    const fail = (name, [error]) => {
      count.failed++
      failures.push(`failed: ${name}: ${error?.message.split('\n')[0]}`)
    }
    for (const module of modules) {
      const { name } = module.project
      if (module.state() === 'failed' && module.errors().length > 0)
        fail(`${name} ${module.relativeModuleId}`, module.errors())
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result()
        if (state === 'failed')
          fail(`${name} ${module.relativeModuleId} > ${test.fullName}`, errors)
        else count[state === 'pending' ? 'skipped' : state]++
      }
    }
    for (const error of errors) fail('outside of a test', [error])
    const line = `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`
    process.on('exit', () => process.stdout.write(`\n${[...failures, line].join('\n')}\n`))
  }
}
