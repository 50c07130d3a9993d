// Starts and stops the program, and says on the terminal what an operator needs to know.
import { startApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import { describeError, makeLog } from './log.ts'
import { startScreen } from './start-screen.ts'

try {
  const config = readConfig(process.env)
  const log = makeLog(config.logLevel)
  const app = await startApp(config, { log })
  console.log(startScreen(config, app))

  let stopping = false
  const stop = (signal: string): void => {
    // The second signal of an impatient person, or npm passing one on that the terminal sent already.
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping: finishing what is on the wire')
    app.stop().then(() => { process.exit(0) }, error => {
      log.error({ err: describeError(error) }, 'the stop was not clean; what waits is in the database')
      process.exit(1)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
} catch (error) {
  const sentences = error instanceof ConfigError ? error.refusals : [describeError(error).message]
  console.error(['Tin Báo did not start:', ...sentences.map(sentence => `  • ${sentence}`)].join('\n'))
  process.exit(1)
}
