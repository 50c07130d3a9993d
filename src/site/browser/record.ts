// A voice note: recorded, heard again, used or thrown away. Nothing leaves the device.
import type { Say } from '../../i18n.ts'
import { paragraph, type Panel } from './panel.ts'

/** Opus at this rate is clear speech, and ten minutes are some 2.5 MB. */
const bitsPerSecond = 32_000
const mostMinutes = 10
/** Firefox writes Ogg, Safari MP4, Chromium WebM. */
const types = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4']

/** @param use takes the recording @param done whatever became of it */
export async function record (panel: Panel, say: Say, use: (file: File) => void, done: () => void): Promise<void> {
  const close = (): void => { panel.hide(); done() }
  const dismiss = { label: say('site.record.discard'), press: close }
  if (!('mediaDevices' in navigator) || !('MediaRecorder' in globalThis)) {
    panel.show([say('site.record.none')], [dismiss])
    return
  }
  panel.show([say('site.record.ask')], [])
  let sound: MediaStream
  try {
    sound = await navigator.mediaDevices.getUserMedia({ audio: true })
  } catch (error) {
    const none = error instanceof DOMException && error.name === 'NotFoundError'
    panel.show([say(none ? 'site.record.none' : 'site.record.denied')], [dismiss])
    return panel.focus()
  }
  const type = types.find(type => MediaRecorder.isTypeSupported(type))
  const recorder = new MediaRecorder(sound, { audioBitsPerSecond: bitsPerSecond, ...(type === undefined ? {} : { mimeType: type }) })
  const parts: Blob[] = []
  let discarded = false
  recorder.addEventListener('dataavailable', event => { if (event.data.size > 0) parts.push(event.data) })
  recorder.addEventListener('stop', () => {
    clearInterval(timer)
    for (const track of sound.getTracks()) track.stop()
    if (discarded || parts.length === 0) return close()
    const mime = recorder.mimeType.split(';')[0] ?? 'audio/webm'
    const file = new File(parts, `ghi-am.${mime === 'audio/ogg' ? 'ogg' : mime === 'audio/mp4' ? 'm4a' : 'webm'}`, { type: mime })
    listen(panel, say, file, use, close)
  })

  const began = Date.now()
  const clock = document.createElement('span')
  clock.className = 'clock'
  const label = paragraph(`${say('site.record.going')} `, 'recording')
  label.append(clock)
  const limit = paragraph(say('site.record.limit', { minutes: mostMinutes }), 'small')
  const tick = (): void => {
    const seconds = Math.floor((Date.now() - began) / 1000)
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    if (seconds >= mostMinutes * 60 && recorder.state !== 'inactive') recorder.stop()
  }
  const timer = setInterval(tick, 500)
  tick()
  recorder.start(1000)
  panel.show([label, limit], [
    { label: say('site.record.stop'), tone: 'main', press: () => { if (recorder.state !== 'inactive') recorder.stop() } },
    { ...dismiss, tone: 'quiet', press: () => { discarded = true; if (recorder.state !== 'inactive') recorder.stop() } },
  ])
  panel.focus()
}

function listen (panel: Panel, say: Say, file: File, use: (file: File) => void, close: () => void): void {
  const player = document.createElement('audio')
  const address = URL.createObjectURL(file)
  player.controls = true
  player.src = address
  player.setAttribute('aria-label', say('site.record.listen'))
  const end = (): void => {
    URL.revokeObjectURL(address)
    close()
  }
  panel.show([say('site.record.listen'), player], [
    { label: say('site.record.use'), tone: 'main', press: () => { end(); use(file) } },
    { label: say('site.record.discard'), tone: 'quiet', press: end },
  ])
  panel.focus()
}
