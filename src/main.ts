// Starts and stops the program, and says on the terminal what an operator needs to know.
import { flushCompileCache } from 'node:module'
import { parseArgs } from 'node:util'
import { startApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import { describeError, makeLog } from './log.ts'
import { startScreen } from './start-screen.ts'

try {
  const { values } = parseArgs({ options: { 'with-simulators': { type: 'boolean' } } })
  const simulators = values['with-simulators'] === true ? await startSimulators() : null
  const config = readConfig(simulators?.environment ?? process.env)
  const log = makeLog(config.logLevel)
  const app = await startApp(config, { log })
  let stopping = false
  const stop = (signal: string): void => {
    // The second signal of an impatient person, or npm passing one on that the terminal sent already.
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping: finishing what is on the wire')
    app.stop().then(async () => {
      await simulators?.stop()
      process.exit(0)
    }, error => {
      log.error({ err: describeError(error) }, 'the stop was not clean; what waits is in the database')
      process.exit(1)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  // Said once it can be stopped as well.
  console.log(startScreen(config, app))
  if (simulators !== null) console.log(await simulators.meet())
  // Else what require-node.js began to keep is written at an orderly end only.
  flushCompileCache()
} catch (error) {
  const sentences = error instanceof ConfigError ? error.refusals : [describeError(error).message]
  console.error(['Tin Báo did not start:', ...sentences.map(sentence => `  • ${sentence}`)].join('\n'))
  process.exit(1)
}

/** Pretended platforms for developers. They lie with the tests, and are looked for only when asked for. */
async function startSimulators () {
  const here = await import('../test/simulators/start.ts').catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    throw isMissing ? new Error('--with-simulators needs the folder test/ and the packages it uses, which this installation does not have. Take the whole repository and run npm ci, or leave it out.') : error
  })
  return await here.startSimulators(process.env)
}
