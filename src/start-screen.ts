// What is shown on the terminal at the start: what is on and off, and what was made on the first start. No secrets.
import type { App } from './app.ts'
import type { Config } from './config.ts'

export function startScreen (config: Config, app: Pick<App, 'url' | 'made' | 'privateKeysHere' | 'policeApart'>): string {
  return [
    '',
    `Tin Báo is running at ${app.url}/`,
    '',
    ...table([
      ['web chat', config.role === 'worker' ? 'off' : 'on', config.role === 'worker' ? 'this process only works (ROLE=worker)' : `${config.publicUrl}/`],
      ['Telegram', config.telegram === null ? 'off' : 'on', config.telegram === null ? 'set TELEGRAM_BOT_TOKEN to turn it on' : `by ${config.telegram.updates}`],
      ['Zalo OA', config.zaloOa === null ? 'off' : 'on', config.zaloOa === null ? 'set ZALO_APP_ID and the others (README)' : `webhook ${config.publicUrl}/webhooks/zalo-oa`],
      ['Zalo Bot', config.zaloBot === null ? 'off' : 'on', config.zaloBot === null ? 'set ZALO_BOT_TOKEN to turn it on' : `by ${config.zaloBot.updates}`],
      ['agency', config.agency === null ? 'off' : 'on', config.agency === null ? 'set AGENCY_URL and AGENCY_SECRET; until then: npm run tips' : new URL(config.agency.url).host],
      ['database', 'on', config.database.kind === 'sqlite' ? `SQLite, ${config.database.file}` : 'PostgreSQL'],
      ['role', 'on', config.role],
    ]),
    ...firstStart(app.made),
    ...notes(app).map((note, index) => index === 0 ? `\n  ${note}` : `  ${note}`),
    '',
  ].join('\n')
}

function table (rows: [string, string, string][]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, state, more]) => `  ${name.padEnd(width)}  ${state.padEnd(3)}  ${more}`)
}

function firstStart (made: App['made']): string[] {
  if (made.length === 0) return []
  return ['', 'This is the first start, so keys were made:', ...made.flatMap(({ file, what }) => ['', `  ${file}`, `  ${explanations[what]}`])]
}

const explanations: Record<App['made'][number]['what'], string> = {
  server: 'The server key. It opens half-told stories and the way back to chats. Keep a copy, but never beside a copy of the database.',
  duty: 'The private key of the duty desk. It opens every tip but those about police. Move it off this server, to the people who read tips.',
  inspectorate: 'The private key of the inspectorate. It opens tips about police. Move it off this server, to the inspectorate alone.',
}

function notes (app: Pick<App, 'made' | 'privateKeysHere' | 'policeApart'>): string[] {
  return [
    ...(app.made.length === 0 && app.privateKeysHere.length > 0 ? ['Private keys that open tips still lie on this server. Copy them to a safe place and delete them here:', ...app.privateKeysHere.map(file => `    ${file}`)] : []),
    ...(app.policeApart ? [] : ['Tips about police can be opened with the same keys as all others. Add the inspectorate\'s: TIP_RECIPIENTS="… inspectorate=age1…".']),
  ]
}
