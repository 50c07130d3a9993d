// Files to send when no own one is at hand. The photo tells, as a phone's does, where it was taken and by whom; officers must not see that.
import sharp from 'sharp'

export interface Sample {
  bytes: Uint8Array
  name: string
}

const scene = `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="640" viewBox="0 0 96 64">
  <rect width="96" height="64" fill="#f4c98b"/><circle cx="74" cy="17" r="9" fill="#fff1d0"/>
  <rect y="38" width="96" height="26" fill="#5b6b73"/><rect x="0" y="36" width="96" height="3" fill="#8fa0a6"/>
  <rect x="8" y="14" width="30" height="24" fill="#b5532f"/><rect x="12" y="19" width="8" height="7" fill="#ffe9b8"/><rect x="26" y="19" width="8" height="7" fill="#ffe9b8"/><rect x="18" y="28" width="9" height="10" fill="#6b2f1a"/>
  <rect x="44" y="30" width="34" height="13" rx="4" fill="#2b3f52"/><rect x="50" y="24" width="20" height="9" rx="4" fill="#3d566d"/>
  <circle cx="52" cy="44" r="5" fill="#1c2830"/><circle cx="71" cy="44" r="5" fill="#1c2830"/><rect x="75" y="36" width="6" height="3" fill="#fff"/></svg>`

export async function samplePhoto (): Promise<Sample> {
  const jpeg = await sharp(Buffer.from(scene)).jpeg({ quality: 85 }).withExif({
    IFD0: { Artist: 'Nguyễn Thị Lan', Make: 'A phone' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '10/1 23/1 11/1', GPSLongitudeRef: 'E', GPSLongitude: '105/1 26/1 7/1' },
  }).toBuffer()
  return { bytes: new Uint8Array(jpeg), name: 'ảnh.jpg' }
}

/** Two short tones, as a WAV that a browser can play: 8000 samples a second of one byte each. */
export function sampleVoice (): Sample {
  const rate = 8000
  const sound = Uint8Array.from({ length: rate }, (_, n) => 128 + Math.round(60 * Math.sin(2 * Math.PI * n * (n < rate / 2 ? 440 : 550) / rate) * Math.exp(-(n % (rate / 2)) / 1200)))
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + sound.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  for (const [at, value] of [[16, 16], [24, rate], [28, rate], [40, sound.length]] as const) head.writeUInt32LE(value, at)
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]] as const) head.writeUInt16LE(value, at)
  head.write('data', 36, 'latin1')
  return { bytes: new Uint8Array(Buffer.concat([head, sound])), name: 'ghi-am.wav' }
}

export function sampleDocument (): Sample {
  return { bytes: new TextEncoder().encode('Biển số xe: 67A-123.45\nThường đến lúc 21 giờ, thứ Sáu và thứ Bảy.\n'), name: 'ghi-chep.txt' }
}

export async function sampleOf (what: 'photo' | 'voice' | 'document'): Promise<Sample> {
  if (what === 'photo') return await samplePhoto()
  return what === 'voice' ? sampleVoice() : sampleDocument()
}
