// A real browser for tests, and the two sizes of screen we build for.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import chromium from '@sparticuz/chromium'
import { chromium as driver, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'

export const phone = { width: 390, height: 844 }
export const desktop = { width: 1280, height: 800 }

const installed = '/usr/bin/chromium'
const quiet = ['--headless=shell', '--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
/** A microphone that beeps, and nobody to ask whether it may be used (a context's permissions still count). */
const fakeDevices = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

/** One for a test file; close it when done. The installed Chromium if there is one, else the one npm brought along. */
export async function openBrowser (): Promise<Browser> {
  const own = existsSync(installed)
  return await driver.launch({
    executablePath: own ? installed : await chromium.executablePath(),
    // Not the arguments the package suggests: they are for one page in a small machine, and switch the web's own security off.
    args: [...quiet, ...fakeDevices],
  })
}

/** A visitor of their own: cookies and storage are shared with nobody. */
export async function visitor (browser: Browser, size: { width: number, height: number }, more: BrowserContextOptions = {}): Promise<BrowserContext> {
  const isPhone = size.width < 600
  return await browser.newContext({ viewport: size, hasTouch: isPhone, isMobile: isPhone, locale: 'vi-VN', reducedMotion: 'reduce', ...more })
}

export interface Violation {
  id: string
  impact: string | null
  where: string[]
}

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** What axe finds wrong with a page as it stands, by WCAG 2.2 AA and its own good practice. */
export async function wrongFor (page: Page): Promise<Violation[]> {
  // Evaluated by the debugger, so that the page's own strict policy stays as it is.
  await page.evaluate(axe)
  const found: unknown = await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => ({ id: v.id, impact: v.impact ?? null, where: v.nodes.map(n => n.html.slice(0, 160) + ' ' + (n.failureSummary ?? '').slice(0, 200)) })))`)
  return found as Violation[]
}

/** Says what a page complained about: errors, and what its policy refused. */
export function complaintsOf (page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', error => { complaints.push(error.message) })
  page.on('console', message => { if (message.type() === 'error') complaints.push(message.text()) })
  return complaints
}
